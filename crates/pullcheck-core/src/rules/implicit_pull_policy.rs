use crate::{
    finding::Severity,
    fix::Safety,
    kinds::is_built_in,
    policy::{Policy, PullPolicy, Pulling},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// No pull policy is written, so Kubernetes chooses one by the tag
    ///
    /// ## Why
    ///
    /// The API server sets a missing policy when the object is created: `Always` for `latest` and
    /// for no tag, `IfNotPresent` for everything else. It is stored then. Changing only the tag of
    /// the live object later, from `latest` to `1.2.3` or back, leaves the old policy in place.
    ///
    /// Where a rule about the tag speaks, it names the default already, and this one is silent.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: web
    ///           image: example/web:2.4.1 # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: web
    ///           image: example/web:2.4.1
    ///           imagePullPolicy: IfNotPresent
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where every image is pinned and the default is what you want.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Default image pull policy".
    id: "implicit-pull-policy",
    level: Level::strict(Severity::Info),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Safe),
    yields_to: &["missing-tag", "latest-tag", "floating-tag", "partial-version", "invalid-reference",
        "required-pull-policy"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let Policy::Defaulted(policy) = used.policy.value else { return };
    let Some(key) = used.written.policy_key.as_deref() else { return };
    let class = used.class();
    let pinned = class == Some(TagClass::Digest);
    // The tag of a pinned image decides nothing, and a Job's template cannot change.
    let is_stored = used.written.pulling == Pulling::Pod && is_built_in(&used.object.api_version);
    let label = if !is_stored {
        "set where the container is made, not here"
    } else if pinned || used.object.kind.as_ref() == "Job" {
        "stored with the object when it is created"
    } else {
        "stored when the object is created; a later change of the tag does not change it"
    };
    let better = if pinned { PullPolicy::IfNotPresent } else { policy };
    let help = if class.is_some_and(TagClass::moves) {
        "name one build, and write the policy that you want for it".to_owned()
    } else {
        format!("write {}", used.with_policy(better))
    };
    let finding = report
        .at(
            used.policy.by,
            format!(
                "no `{key}` is written; {} `{}`",
                used.written.pulling.defaults_it(),
                used.word(policy)
            ),
        )
        .label(label)
        .help(help);
    if !class.is_some_and(TagClass::moves) {
        finding.fix_missing_policy(used, better);
    }
}
