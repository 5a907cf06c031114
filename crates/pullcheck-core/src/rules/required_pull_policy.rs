use crate::{
    finding::Severity,
    fix::Safety,
    policy::{Policy, Pulling},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// The pull policy differs from the one that the project requires
    ///
    /// ## Why
    ///
    /// Some organisations demand one policy everywhere: `Always` where private images must be asked
    /// for with credentials at each start, `IfNotPresent` where clusters must start without the
    /// registry. Say so with `required_pull_policy` in the configuration; without it this rule is
    /// silent. It judges the policy that takes effect, also where none is written.
    ///
    /// ## Example
    ///
    /// ```yaml config
    /// required_pull_policy: Always
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: IfNotPresent # reported
    ///     - name: sidecar
    ///       image: example/sidecar:1.0.3 # reported
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
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: Always
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// For single containers that have a reason; for whole folders use `overrides` in the
    /// configuration.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Image pull policy".
    id: "required-pull-policy",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Safe),
    yields_to: &[],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let Some(required) = report.settings.required_policy else { return };
    let Some(effective) = used.policy.value.effective().filter(|&policy| policy != required) else {
        return;
    };
    if used.written.policy_key.is_none() || used.written.pulling == Pulling::Compose {
        return;
    }
    let finding = report
        .at(used.policy.by, format!("the pull policy is `{effective}`, this project requires `{required}`"))
        .label(match used.policy.value {
            Policy::Defaulted(_) => {
                format!("no policy written: {} `{effective}`", used.written.pulling.defaults_it())
            }
            Policy::Forced => "the cluster is assumed to force `Always`".to_owned(),
            _ => format!("not `{required}`"),
        })
        .help(format!("write {}", used.with_policy(required)));
    match used.policy.value {
        Policy::Defaulted(_) => finding.fix_missing_policy(used, required),
        Policy::Forced => {}
        _ => drop(finding.fix_value(used.word(required))),
    }
}
