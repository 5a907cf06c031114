use crate::{
    finding::Severity,
    image::{Image, stands_in},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// An image or policy is filled in later, so it cannot be checked here
    ///
    /// ## Why
    ///
    /// `${TAG}`, `{{ .Values.image }}`, `<version>`, `ko://…` and `PROJECT_ID` stand for something
    /// that another step puts in. What the cluster will pull is not in this file, and no other
    /// rule speaks of the image. In `strict` that is said, so that nobody takes silence for a
    /// clean bill.
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
    ///       image: example/web:${TAG} # reported
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
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// For templates: check what they render to, `… | pullcheck check -`.
    ///
    /// ## Source
    ///
    /// Kubernetes expands no variables in `image` (kubernetes/api, `core/v1/types.go`).
    id: "unresolved-placeholder",
    level: Level::strict(Severity::Info),
    since: "0.1.0",
    yields_to: &[],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if let Image::Placeholder(filler) = used.image.value {
        report
            .at(used.image.by, format!("`{}` is filled in later", used.text().escape_debug()))
            .label(format!("set by {filler}, so it cannot be checked here"))
            .help("check what it is rendered to: `… | pullcheck check -`");
    }
    let Some(policy) = &used.written.policy else { return };
    if let Some(filler) = stands_in(policy) {
        report
            .at(used.policy.by, format!("the policy `{}` is filled in later", policy.text.escape_debug()))
            .label(format!("set by {filler}, so it cannot be checked here"))
            .help("check what it is rendered to: `… | pullcheck check -`");
    }
}
