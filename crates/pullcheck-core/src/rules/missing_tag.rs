use crate::{
    finding::Severity,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// An image has neither a tag nor a digest, so `latest` is pulled
    ///
    /// ## Why
    ///
    /// A reference without a tag means the tag `latest`: whatever was pushed last. Two nodes that
    /// pull at different times run different programs under one name, a rollback brings nothing
    /// back, and the manifest does not tell which version is live.
    ///
    /// Kubernetes sets the pull policy of such an image to `Always` if none is written, so that
    /// every start of a container may bring another version.
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
    ///       image: registry.example.com:5000/shop/web # reported
    /// ```
    ///
    /// Name the version, best with its digest:
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: registry.example.com:5000/shop/web:2.4.1
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where something else sets the tag before the manifest is applied, such as a build tool that
    /// replaces the image by its name.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", sections "Image names" and "Default image pull policy".
    id: "missing-tag",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["numeric-tag"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if used.class() != Some(TagClass::Missing) {
        return;
    }
    let name = used.text();
    let finding = report
        .moving(used, format!("`{name}` has no tag, so `latest` is pulled"), "no tag, no digest")
        .help(format!("name the version, {}{}", used.with_version_best(), used.or_keep_tags()));
    if used.may_be_decided_elsewhere {
        finding.severity = Severity::Info;
        finding.label("may be decided elsewhere: a kustomization above cannot be read");
    }
}
