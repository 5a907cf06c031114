use crate::{
    credentials::{Held, opens},
    facts::{RegistryEntry, SecretContent, SecretFact, Written},
    finding::Severity,
    reference::Reference,
    resolve::EffectivePod,
    rule::{Check, Level, Report, rule},
    span::At,
};

rule! {
    /// The pull secret that a pod names does not help: wrong type, namespace or registry
    ///
    /// ## Why
    ///
    /// The kubelet passes over a pull secret in silence if it is of another type, if it stands in
    /// another namespace, or if none of its entries is for the image's registry. It then asks the
    /// registry without credentials, and the pod fails with `ImagePullBackOff` on the first node
    /// that has no copy of the image.
    ///
    /// The rule looks at secrets in the files that it was given, in the folder of the pod and in those
    /// above and below it, and is silent about all others. It never shows what a secret holds.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: registry
    /// type: kubernetes.io/dockerconfigjson
    /// stringData:
    ///   .dockerconfigjson: '{"auths": {"quay.io": {}}}'
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   imagePullSecrets:
    ///     - name: registry # reported
    ///   containers:
    ///     - name: web
    ///       image: ghcr.io/example/web:2.4.1
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: registry
    /// type: kubernetes.io/dockerconfigjson
    /// stringData:
    ///   .dockerconfigjson: '{"auths": {"ghcr.io": {}}}'
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   imagePullSecrets:
    ///     - name: registry
    ///   containers:
    ///     - name: web
    ///       image: ghcr.io/example/web:2.4.1
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where something rewrites the secret or the images before they reach the cluster.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Specifying imagePullSecrets on a Pod";
    /// kubernetes, `pkg/credentialprovider/keyring.go`.
    id: "pull-secret-mismatch",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::Pod(check),
}

/// How often the images of a pod are held against the entries of its secrets; past that nothing is said.
const MOST_COMPARED: usize = 1 << 14;

fn check(pod: &EffectivePod<'_>, report: &mut Report<'_>) {
    let project = pod.file.resolved.project;
    let secrets = pod.pull_secrets().unwrap_or_default();
    if secrets.is_empty() {
        return;
    }
    // One image that is filled in later may be the one that a secret is for.
    let images: Option<Vec<_>> =
        pod.uses.iter().map(|used| used.image.value.reference()).collect();
    let mut left = MOST_COMPARED;
    for (at, named) in secrets {
        let secrets = project.secrets(&named.text, &pod.file.source.path);
        let (near, far): (Vec<_>, Vec<_>) =
            secrets.iter().partition(|held| project.may_meet(held.object, pod.object));
        let entries: usize = near.iter().map(|held| entries_of(held).len()).sum();
        let compared = entries.saturating_mul(images.as_ref().map_or(0, Vec::len));
        let Some(rest) = left.checked_sub(compared) else { return };
        left = rest;
        // Of several secrets of one name any may be the one that is deployed.
        let mismatches: Vec<_> = near.iter().filter_map(|held| mismatch(images.as_deref(), held)).collect();
        if near.is_empty() {
            if let Some(held) = far.first().filter(|_| far.iter().all(|held| !held.fact.is_copied)) {
                tell_namespace(pod, (at, named), held, report);
            }
        } else if let Some(mismatch) = mismatches.first().filter(|_| mismatches.len() == near.len()) {
            let name = &named.text;
            report
                .at(at, format!("the pull secret `{name}` {}", mismatch.message))
                .label("cannot help this pod")
                .also(mismatch.at, mismatch.why.clone())
                .help(mismatch.help.clone());
        }
    }
}

struct Mismatch {
    message: &'static str,
    at: At,
    why: String,
    help: String,
}

fn mismatch(images: Option<&[&Reference]>, held: &Held<'_, SecretFact>) -> Option<Mismatch> {
    let at = |span| At { file: held.file, span };
    match &held.fact.content {
        SecretContent::Unreadable => None,
        SecretContent::OtherType(kind, span) => Some(Mismatch {
            message: "is of a type that the kubelet does not read",
            at: at(*span),
            why: format!("`{kind}` holds no registry credentials"),
            help: "make it of type `kubernetes.io/dockerconfigjson`: `kubectl create secret docker-registry`".to_owned(),
        }),
        SecretContent::Registries(_, entries) => {
            let images = images?;
            let helps = images
                .iter()
                .any(|image| entries.iter().any(|entry| opens(&entry.registry, image)));
            let registry = images.first()?.registry();
            (!helps).then(|| Mismatch {
                message: "has no entry for any image of this pod",
                at: at(held.fact.name_at),
                why: shown_entries(entries),
                help: format!("add an entry for `{registry}`, or name the secret that has one"),
            })
        }
    }
}

fn entries_of<'p>(held: &Held<'p, SecretFact>) -> &'p [RegistryEntry] {
    match &held.fact.content {
        SecretContent::Registries(_, entries) => entries,
        SecretContent::OtherType(..) | SecretContent::Unreadable => &[],
    }
}

fn shown_entries(entries: &[RegistryEntry]) -> String {
    let hosts: Vec<_> = entries.iter().take(3).map(|entry| format!("`{}`", entry.registry)).collect();
    match (hosts.is_empty(), entries.len() > hosts.len()) {
        (true, _) => "it has no entries".to_owned(),
        (false, true) => format!("only for {}, …", hosts.join(", ")),
        (false, false) => format!("only for {}", hosts.join(", ")),
    }
}

fn tell_namespace(
    pod: &EffectivePod<'_>,
    (at, named): (At, &Written),
    held: &Held<'_, SecretFact>,
    report: &mut Report<'_>,
) {
    let namespace = |namespace: &Option<Box<str>>| namespace.as_deref().unwrap_or_default().to_owned();
    let theirs = namespace(&held.object.namespace);
    let ours = namespace(&pod.object.namespace);
    report
        .at(
            at,
            format!("the pull secret `{}` stands in the namespace `{theirs}`, the pod in `{ours}`", named.text),
        )
        .label("not found in the pod's namespace")
        .also(At { file: held.file, span: held.fact.name_at }, format!("in the namespace `{theirs}`"))
        .help(format!("put a secret of this name into the namespace `{ours}`"));
}
