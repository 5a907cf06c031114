use std::sync::Arc;

use crate::{
    finding::Severity,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    settings::NameList,
};

rule! {
    /// The project's configuration does not allow this registry or name
    ///
    /// ## Why
    ///
    /// Many organisations pull from their own registry or mirror only, where images are scanned,
    /// signed and kept. Say so with `registries` in the configuration; without it this rule is
    /// silent.
    ///
    /// `allow` and `deny` hold names: a host, or a host and the beginning of a path. They are
    /// compared with the full name that is pulled, so `nginx` is `docker.io/library/nginx`, in whole
    /// parts: `gcr.io/proj` covers neither `gcr.io/project-evil` nor `evilgcr.io`. `*` stands for
    /// any text within a part, `**` for any number of parts. A word alone is an official image, as in
    /// a reference: `nginx` is `docker.io/library/nginx`, and `acme/*` are the images of an
    /// organisation. What `deny` names is refused even where `allow` covers it; there a word alone
    /// means the organisation of that name as well, and a host all its ports. `except` names what both
    /// lists leave alone. An image that a kustomization renames is not judged by its old name.
    ///
    /// ## Example
    ///
    /// ```yaml config
    /// registries:
    ///   allow: [registry.example.com, ghcr.io/example]
    ///   except: [docker.io/library/busybox]
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
    ///       image: nginx:1.27.3 # reported
    ///     - name: side
    ///       image: ghcr.io/example-evil/side:1.0.2 # reported
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
    ///       image: registry.example.com/mirror/nginx:1.27.3
    ///     - name: side
    ///       image: ghcr.io/example/side:1.0.2
    ///     - name: shell
    ///       image: busybox:1.37.0
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Name exceptions in the configuration, where everybody sees them.
    ///
    /// ## Source
    ///
    /// distribution/reference v0.6.0, `normalize.go`: how names are completed.
    id: "disallowed-registry",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: Some("6.5"),
    fix: None,
    yields_to: &[],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let settings = report.settings;
    let lists = &settings.registries;
    if lists.deny.patterns.is_empty() && lists.allow.patterns.is_empty() {
        return;
    }
    let Some(image) = used.image.value.reference() else { return };
    if lists.except.first(image).is_some() {
        return;
    }
    let name = image.name();
    if let Some(number) = lists.deny.patterns.first(image) {
        let finding = report
            .at(used.named_by, format!("this project denies `{name}`"))
            .label("not to be pulled")
            .help("use an image from a registry that is allowed, or name an exception in the configuration");
        finding.origin = origin(&lists.deny, number).map(|origin| (origin, "denied here"));
    } else if !lists.allow.patterns.is_empty() && lists.allow.patterns.first(image).is_none() {
        let finding = report
            .at(used.named_by, format!("this project does not allow `{name}`"))
            .label("in no list of what may be pulled")
            .help("use an image from a registry that is allowed, or add its name to `allow`");
        finding.origin = origin(&lists.allow, 0).map(|origin| (origin, "only what is listed here is allowed"));
    }
}

fn origin(list: &NameList, number: usize) -> Option<Arc<crate::finding::Origin>> {
    list.origins.get(number).cloned()
}
