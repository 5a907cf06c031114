use crate::{
    finding::Severity,
    resolve::EffectiveFile,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// A tag that kustomize sets takes away the digest below it
    ///
    /// ## Why
    ///
    /// `newTag` and `tagSuffix` replace the tag and take the digest away with it. An image that the
    /// manifest or a layer below pins by its digest is then pulled by its tag, and may change.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// # kustomization.yaml
    /// resources:
    ///   - pod.yaml
    /// images:
    ///   - name: redis
    ///     newTag: 7.2.4 # reported
    /// # pod.yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: cache
    /// spec:
    ///   containers:
    ///     - name: cache
    ///       image: redis:7.2.3@sha256:3134997edb04277814aa51a4175a588d45eb4299272f8eff2307bbf8b39e4d43
    /// ```
    ///
    /// Set the digest as well:
    ///
    /// ```yaml good
    /// # kustomization.yaml
    /// resources:
    ///   - pod.yaml
    /// images:
    ///   - name: redis
    ///     newTag: 7.2.4
    ///     digest: sha256:5a93f6b2e391b78e8bd3f9e7e1e1e06aeb5295043b4703fb88392835cec924a0
    /// # pod.yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: cache
    /// spec:
    ///   containers:
    ///     - name: cache
    ///       image: redis:7.2.3@sha256:3134997edb04277814aa51a4175a588d45eb4299272f8eff2307bbf8b39e4d43
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// In an overlay for development that follows a tag on purpose.
    ///
    /// ## Source
    ///
    /// kubernetes-sigs/kustomize, `api/filters/imagetag/updater.go`.
    id: "dropped-digest",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for entry in file.overrides() {
        let dropped = file.fate(entry).and_then(|fate| fate.dropped);
        let tag = entry.new_tag.as_ref().or(entry.tag_suffix.as_ref());
        let (Some(pinned_at), Some(tag)) = (dropped, tag) else { continue };
        let name = &entry.name.text;
        let finding = report
            .at(file.at(tag.span), format!("this takes away the digest that pins `{name}`"))
            .label("a tag alone replaces tag and digest")
            .also(pinned_at, "pinned here")
            .help("add the `digest` of this tag, or take the tag out");
        finding.about(file.subject_of(entry.used));
    }
}
