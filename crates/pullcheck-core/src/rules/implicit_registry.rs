use crate::{
    finding::Severity,
    fix::{Change, Safety},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// An image names no registry, so Docker Hub is implied
    ///
    /// ## Why
    ///
    /// `nginx` means `docker.io/library/nginx`, unless the container runtime of a node is set to
    /// look elsewhere. A reader cannot see where the image comes from, and pulls count against
    /// Docker Hub's limits without anybody having chosen it.
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
    ///       image: nginx:1.27.3 # reported
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
    ///       image: docker.io/library/nginx:1.27.3
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where Docker Hub is meant and everybody knows it.
    ///
    /// ## Source
    ///
    /// distribution/reference v0.6.0, `normalize.go`; Kubernetes documentation, "Images", section
    /// "Image names".
    id: "implicit-registry",
    level: Level::strict(Severity::Info),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Unsafe),
    yields_to: &["disallowed-registry"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let Some(reference) = used.image.value.reference() else { return };
    if reference.registry_is_written() {
        return;
    }
    let name = match &used.written.pieces {
        Some(_) => reference.name(),
        None => reference.to_string(),
    };
    let finding = report
        .at(used.named_by, format!("`{}` names no registry", used.name()))
        .label("Docker Hub is implied")
        .help(format!("write `{name}`"));
    if used.is_direct() {
        let value = format!("{}{name}", used.written.before);
        finding.fix(Safety::Unsafe, format!("Write `{value}`"), used.named_by, Change::Value(value));
    }
}
