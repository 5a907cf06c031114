use crate::{
    finding::Severity,
    fix::Safety,
    policy::PullPolicy,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// A written `Always` asks the registry for an image that cannot change
    ///
    /// ## Why
    ///
    /// A digest names one image for ever, so a copy on the node is as good as the registry's. Under
    /// `Always` every start of a container asks the registry all the same: it waits for it, counts
    /// against its limits, and fails while it is down.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: nginx@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae
    ///       imagePullPolicy: Always # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: nginx@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae
    ///       imagePullPolicy: IfNotPresent
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// On a cluster shared by tenants who must not run each other's private images, where the
    /// kubelet does not check credentials itself (before Kubernetes 1.35, or with
    /// `imagePullCredentialsVerificationPolicy: NeverVerify`).
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images"; KEP-2535, "Ensure Secret Pulled Images".
    id: "redundant-always-pull",
    level: Level::strict(Severity::Info),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Safe),
    yields_to: &["required-pull-policy"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let pinned = used.class() == Some(TagClass::Digest);
    let is_required = report.settings.required_policy == Some(PullPolicy::Always);
    if !pinned || is_required || used.policy.value.written() != Some(PullPolicy::Always) {
        return;
    }
    let word = used.word(PullPolicy::Always);
    report
        .at(used.policy.by, format!("`{word}` asks the registry at every start for an image that cannot change"))
        .label("needs the registry at every start")
        .also(used.image.by, "pinned by digest")
        .help(format!("write {}", used.with_policy(PullPolicy::IfNotPresent)))
        .fix_value(used.word(PullPolicy::IfNotPresent));
}
