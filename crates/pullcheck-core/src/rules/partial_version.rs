use crate::{
    finding::Severity,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// A tag names only part of a version, such as `1.27` or `v2`
    ///
    /// ## Why
    ///
    /// By the custom of most publishers a short version moves with every release below it: `1.27`
    /// is 1.27.3 today and 1.27.4 next week. Under the default pull policy, `IfNotPresent`, nodes
    /// keep the release that was newest when they first pulled, so one Deployment runs several.
    ///
    /// Publishers whose releases have two parts (PostgreSQL 16.4, `registry.k8s.io/pause:3.9`) are
    /// known and not reported.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: cache
    /// spec:
    ///   containers:
    ///     - name: cache
    ///       image: redis:7 # reported
    ///     - name: app
    ///       image: python:3.12-slim # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: cache
    /// spec:
    ///   containers:
    ///     - name: cache
    ///       image: redis:7.4.1
    ///     - name: database
    ///       image: postgres:16.4
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where patch releases are wanted as they come, and every node pulls often enough. If your
    /// own releases have two parts, say so with `tags: { immutable: ["[0-9]*.[0-9]*"] }` for the
    /// folders that deploy them.
    ///
    /// ## Source
    ///
    /// Docker official images, README: tags are rebuilt and moved with each release.
    id: "partial-version",
    level: Level::raised(Severity::Info, Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["numeric-tag"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if used.class() != Some(TagClass::Partial) {
        return;
    }
    let Some(tag) = used.image.value.tag() else { return };
    let name = used.name();
    report
        .moving(used, format!("{} is only part of a version", used.tag_of(tag)), "most publishers move it with every release")
        .help(format!(
            "name the full version{}{}",
            used.or_with_digest(&format!("{name}:{tag}")),
            used.or_keep_tags()
        ));
}
