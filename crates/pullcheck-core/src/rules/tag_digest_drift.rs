use crate::{
    finding::Severity,
    resolve::{EffectivePod, EffectiveUse},
    rule::{Check, Level, Report, repeats, rule},
};

rule! {
    /// One pod pins the same tag to two digests
    ///
    /// ## Why
    ///
    /// Beside a digest the tag is only for people to read: nothing checks that the two belong
    /// together. Where one tag stands with two digests, one of them was not updated, and two
    /// containers run different builds under one version.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///     - name: migrate
    ///       image: example/web:2.4.1@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae
    ///   containers:
    ///     - name: web
    ///       image: example/web:2.4.1@sha256:10b4ef4d7e18dd3cdb7ffb1c7c4ab4a1ffe5ff0dbe1c3f4e5a6c7d8e9f0a1b2c # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///     - name: migrate
    ///       image: example/web:2.4.1@sha256:10b4ef4d7e18dd3cdb7ffb1c7c4ab4a1ffe5ff0dbe1c3f4e5a6c7d8e9f0a1b2c
    ///   containers:
    ///     - name: web
    ///       image: example/web:2.4.1@sha256:10b4ef4d7e18dd3cdb7ffb1c7c4ab4a1ffe5ff0dbe1c3f4e5a6c7d8e9f0a1b2c
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where the digests are of single platforms and the containers are meant for different ones.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Image names": with tag and digest, only the
    /// digest is used for pulling.
    id: "tag-digest-drift",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::Pod(check),
}

fn check(pod: &EffectivePod<'_>, report: &mut Report<'_>) {
    let same_tag = |used: &EffectiveUse<'_>| pinned(used).map(|(name, tag, _)| (name, tag.to_owned()));
    for (first, later) in repeats(pod.uses, same_tag) {
        let (Some((.., was)), Some((_, tag, is))) = (pinned(first), pinned(later)) else { continue };
        if was == is {
            continue;
        }
        report
            .at(
                later.image.by,
                format!("the tag `{tag}` of `{}` is pinned to two digests in one pod", later.name()),
            )
            .label(format!("another build in {}", later.holder()))
            .also(first.image.by, format!("one build in {}", first.holder()))
            .help("pin both to the digest that the tag has now")
            .about(later.subject);
    }
}

fn pinned<'a>(used: &'a EffectiveUse<'_>) -> Option<(String, &'a str, &'a str)> {
    let reference = used.image.value.reference()?;
    Some((reference.name(), reference.tag()?, reference.digest()?))
}
