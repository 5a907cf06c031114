use crate::{
    finding::Severity,
    resolve::EffectiveFile,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// An entry of kustomize's `images` sets both a tag and a digest
    ///
    /// ## Why
    ///
    /// The digest alone decides what is pulled; the tag is for readers, and nothing checks that the
    /// two belong together. The field's own documentation says that the tag is ignored where there
    /// is a digest, while kustomize today writes both into the manifest: whoever updates the tag
    /// and forgets the digest deploys the old build under the new name.
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
    ///     digest: sha256:5a93f6b2e391b78e8bd3f9e7e1e1e06aeb5295043b4703fb88392835cec924a0
    /// # pod.yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: cache
    /// spec:
    ///   containers:
    ///     - name: cache
    ///       image: redis
    /// ```
    ///
    /// ```yaml good
    /// # kustomization.yaml
    /// resources:
    ///   - pod.yaml
    /// images:
    ///   - name: redis
    ///     digest: sha256:5a93f6b2e391b78e8bd3f9e7e1e1e06aeb5295043b4703fb88392835cec924a0
    /// # pod.yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: cache
    /// spec:
    ///   containers:
    ///     - name: cache
    ///       image: redis
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where a bot updates both, so that people can read which version the digest is of.
    ///
    /// ## Source
    ///
    /// kubernetes-sigs/kustomize, `api/types/image.go` and `api/filters/imagetag/updater.go`.
    id: "tag-beside-digest",
    level: Level::strict(Severity::Info),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["numeric-tag"],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for entry in file.overrides() {
        // In one string the two belong together.
        let is_apart = entry.name.span != entry.digest.as_ref().map_or(entry.name.span, |digest| digest.span);
        let (Some(tag), Some(digest)) = (&entry.new_tag, &entry.digest) else { continue };
        if !is_apart {
            continue;
        }
        let finding = report
            .at(file.at(tag.span), "the digest beside it decides, whatever this tag says")
            .label("for readers only")
            .also(file.at(digest.span), "decides what is pulled")
            .help("keep the digest, and the tag in a comment");
        finding.about(file.subject_of(entry.used));
    }
}
