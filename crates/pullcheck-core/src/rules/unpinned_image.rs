use crate::{
    finding::Severity,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// An image is not pinned by its digest
    ///
    /// ## Why
    ///
    /// A tag is a name that its owner can give to another image at any time, a full version too:
    /// Docker's official images rebuild `nginx:1.27.3` whenever their base image changes. Only a
    /// digest names one image for ever. The kubelet and the runtime then ignore the tag, which
    /// stays for people to read.
    ///
    /// Where a rule with more to say reports the tag (`missing-tag`, `latest-tag`, `floating-tag`,
    /// `partial-version`), this one is silent.
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
    ///       image: nginx:1.27.3@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where the registry makes tags immutable, or where nothing updates digests for you.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Image names"; Docker official images, FAQ,
    /// "Why does my security scanner show that an image has CVEs?".
    id: "unpinned-image",
    level: Level::strict(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["missing-tag", "latest-tag", "floating-tag", "partial-version",
        "numeric-tag"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if used.tag_is_kept {
        return;
    }
    let help = match used.class() {
        None | Some(TagClass::Digest) => return,
        // `latest` beside a digest would only make Kubernetes ask the registry at every start.
        Some(TagClass::Missing | TagClass::Latest) => used.pin_with_digest(used.name()),
        Some(_) => format!("{}; the tag may stay", used.pin_with_digest(used.text())),
    };
    let settings = report.settings;
    report
        .at(used.image.by, format!("`{}` is not pinned by digest", used.called()))
        .label("its owner can give this name to another image")
        .help(help)
        .fix_by_pin(used, settings);
}
