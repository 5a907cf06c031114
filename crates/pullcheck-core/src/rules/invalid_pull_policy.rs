use crate::{
    finding::Severity,
    fix::Safety,
    kinds::is_built_in,
    policy::{Policy, PullPolicy, Pulling},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// A pull policy is not one of the three words that Kubernetes knows
    ///
    /// ## Why
    ///
    /// The API server takes `Always`, `IfNotPresent` and `Never`, spelled exactly so, and refuses
    /// the object otherwise. Schema validators do not find this: the published schema says only
    /// that the field is a string.
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
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: ifNotPresent # reported
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
    ///       imagePullPolicy: IfNotPresent
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Never: the cluster refuses the manifest.
    ///
    /// ## Source
    ///
    /// kubernetes, `pkg/apis/core/validation/validation.go`, `validatePullPolicy`.
    id: "invalid-pull-policy",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Safe),
    yields_to: &[],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let (Policy::Invalid(meant), Some(written)) = (used.policy.value, &used.written.policy) else {
        return;
    };
    let what = written.not_text.map_or_else(|| format!("`{}`", written.text), str::to_owned);
    let [always, cached, never] = PullPolicy::ALL.map(|policy| used.word(policy));
    let refuses = match used.written.pulling {
        Pulling::Compose => "Compose refuses it",
        _ if is_built_in(&used.object.api_version) => "the API server refuses it",
        _ => "no pod can be made with it",
    };
    let finding = report
        .at(used.policy.by, format!("{what} is no pull policy: {refuses}"))
        .label(match meant {
            Some(meant) => format!("did you mean `{}`?", used.word(meant)),
            None => format!("not `{always}`, `{cached}` or `{never}`"),
        })
        .help(match meant {
            Some(meant) => format!("write {}", used.with_policy(meant)),
            None => format!("write `{always}`, `{cached}` or `{never}`"),
        });
    if let Some(meant) = meant {
        finding.fix_value(used.word(meant));
    }
}
