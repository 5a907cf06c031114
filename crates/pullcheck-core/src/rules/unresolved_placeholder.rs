use crate::{
    facts::Filler,
    finding::Severity,
    image::{Image, policy_stands_in},
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
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if let Image::Placeholder(filler) = used.image.value {
        let message = format!("`{}` is filled in later", used.text().escape_debug());
        report.at(used.image.by, message).label(label(filler)).help(help(filler));
    }
    let Some(policy) = &used.written.policy else { return };
    if let Some(filler) = policy_stands_in(policy) {
        let message = format!("the policy `{}` is filled in later", policy.text.escape_debug());
        report.at(used.policy.by, message).label(label(filler)).help(help(filler));
    }
}

const fn label(filler: Filler) -> &'static str {
    match filler {
        Filler::Template => "set by a template, so it cannot be checked here",
        Filler::Hand => "to be replaced by hand, so it cannot be checked here",
        Filler::Ko => "built by ko, so it cannot be checked here",
        Filler::Injector => "set by Istio's sidecar injector, so it cannot be checked here",
        Filler::Trigger => "set by an image trigger, so it cannot be checked here",
        Filler::Build => "built by Compose under this name, so it cannot be checked here",
    }
}

const fn help(filler: Filler) -> &'static str {
    match filler {
        Filler::Template => "check what it is rendered to: `… | pullcheck check -`",
        Filler::Hand => "write the image that is meant",
        Filler::Ko => "check what it is resolved to: `ko resolve -f … | pullcheck check -`",
        Filler::Injector => "check the image in Istio's own configuration",
        Filler::Trigger => "check the image stream that the trigger follows",
        Filler::Build => "check the images that its Dockerfile builds on",
    }
}
