use crate::{
    finding::Severity,
    reference::Reference,
    registry::{Access, registry},
    resolve::EffectivePod,
    rule::{Check, Level, Report, rule},
    settings::Settings,
};

rule! {
    /// A registry needs credentials, and neither the pod nor its service account names any
    ///
    /// ## Why
    ///
    /// Some registries serve nothing without credentials. A pod gets them from the secrets in its
    /// own `imagePullSecrets`, from those of its service account, or from the identity of the node.
    /// Where none of these is there, the pod fails with `ImagePullBackOff`.
    ///
    /// The rule speaks only where it has read the service account as well, and only of registries
    /// that are known to need credentials. For Amazon ECR, Azure Container Registry and Google's
    /// registries the identity of the node is assumed; `assume.node_identity` in the configuration
    /// names other registries in their place, and `[]` none.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: web
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   serviceAccountName: web
    ///   containers:
    ///     - name: web
    ///       image: registry.digitalocean.com/shop/web:2.4.1 # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: web
    /// imagePullSecrets:
    ///   - name: registry
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   serviceAccountName: web
    ///   containers:
    ///     - name: web
    ///       image: registry.digitalocean.com/shop/web:2.4.1
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where nodes have credentials of their own, or an operator adds the secret to pods.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Using a private registry", and "Configure a
    /// kubelet image credential provider".
    id: "missing-pull-secret",
    level: Level::strict(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::Pod(check),
}

fn check(pod: &EffectivePod<'_>, report: &mut Report<'_>) {
    if pod.pull_secrets().is_none_or(|named| !named.is_empty()) {
        return;
    }
    // A pod that names no account runs as the one called `default`.
    let written = pod.account();
    let name = written.map_or("default", |(_, account)| &account.text);
    let project = pod.file.resolved.project;
    let accounts: Vec<_> = project.accounts(name, &pod.file.source.path);
    let near: Vec<_> = accounts
        .iter()
        .filter(|held| project.may_meet(held.object, pod.object))
        .collect();
    if near.is_empty() || near.iter().any(|held| !held.fact.pull_secrets.is_empty()) {
        return;
    }
    for used in pod.uses {
        let Some(image) = used.image.value.reference() else { continue };
        let Some(service) = needs_secret(image, report.settings) else { continue };
        let account = written.map_or(used.named_by, |(at, _)| at);
        report
            .at(
                used.named_by,
                format!("{service} serves nothing without credentials, and this pod has none"),
            )
            .label("needs a pull secret")
            .also(account, format!("the service account `{name}` has no `imagePullSecrets` either"))
            .help("name a secret in `imagePullSecrets` of the pod or of its service account")
            .about(used.subject);
    }
}

/// The service of a registry that needs a pull secret.
fn needs_secret(image: &Reference, settings: &Settings) -> Option<&'static str> {
    let known = registry(image.registry())?;
    let is_assumed = match &settings.assume.node_identity {
        Some(names) => names.first(image).is_some(),
        None => known.access == Access::NodeIdentity,
    };
    let needs = matches!(known.access, Access::NodeIdentity | Access::PullSecret);
    // Public images lie under the same names in Google's registries and in Azure's.
    let may_be_public = known.provider != "Amazon Web Services" && known.access == Access::NodeIdentity;
    (needs && !is_assumed && !may_be_public).then_some(known.name)
}
