use crate::{
    facts::Extent,
    finding::Severity,
    image::{Image, Unmeant},
    reference::{Reference, ReferenceError},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// An image is not an image reference, or says something else than what was meant
    ///
    /// ## Why
    ///
    /// The API server takes almost any text as an image. The kubelet then cannot read it: the
    /// container waits for ever with `InvalidImageName`, and nothing was wrong with the rollout
    /// until it happened. The usual causes are a scheme (`https://`), capitals, an empty tag, a
    /// digest that is cut short, and a stray space.
    ///
    /// Two forms are read, but not as they were meant: `registry.example.com:5000` is the
    /// repository `registry.example.com` with the tag `5000`, and `sha256:…` is a repository called
    /// `sha256`.
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
    ///       image: https://quay.io/example/web:2.4.1 # reported
    ///     - name: proxy
    ///       image: nginx@sha256:6a59f1cb # reported
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
    ///       image: quay.io/example/web:2.4.1
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where another tool replaces the text before it reaches the cluster. The marks of common
    /// templates (`${TAG}`, `{{ … }}`, `<tag>`, `ko://…`, `PROJECT_ID`) are known and not reported.
    ///
    /// ## Source
    ///
    /// distribution/reference v0.6.0, `regexp.go` and `normalize.go`, which the kubelet and
    /// containerd use.
    id: "invalid-reference",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["numeric-tag"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let text = used.text();
    match &used.image.value {
        Image::NotText(what) => {
            report
                .at(used.image.by, format!("an image must be a string, this is {what}"))
                .label("the API server refuses it")
                .help("write one image reference, in quotes if it looks like a number");
        }
        Image::Invalid(error) => {
            // A tag may stand alone, with the mark before it.
            let tag = text.strip_prefix(':');
            let what = if tag.is_some() { "a tag" } else { "an image reference" };
            let shown = tag.unwrap_or(text).escape_debug();
            report
                .at(used.image.by, format!("`{shown}` is not {what}: {error}"))
                .label("the kubelet cannot read this (InvalidImageName)")
                .help(match &used.written.pieces {
                    Some(pieces) if pieces.extent == Extent::TagAlone => format!("write {}", used.with_version()),
                    _ => remedy(text, error),
                });
        }
        Image::Unmeant(Unmeant::HostAndPort) => {
            let (host, port) = text.split_once(':').unwrap_or((text, ""));
            report
                .at(used.image.by, format!("`{text}` reads as repository `{host}` with tag `{port}` on Docker Hub"))
                .label("a host and port, but no repository")
                .help(format!("write `{text}/<repository>:<version>`"));
        }
        Image::Unmeant(Unmeant::BareDigest) => {
            report
                .at(used.image.by, "a digest alone reads as a repository called `sha256` on Docker Hub")
                .label("a digest, but no repository")
                .help(format!("write `<repository>@{text}`"));
        }
        Image::Elsewhere | Image::Placeholder(_) | Image::Named(..) | Image::Partial(..) => {}
    }
}

fn remedy(text: &str, error: &ReferenceError) -> String {
    let with_tag = text.replacen('@', ":", 1);
    let without_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    match error {
        ReferenceError::UpperCase { proposal: better }
        | ReferenceError::SurroundingWhitespace { trimmed: better }
            if Reference::parse(better).is_ok() =>
        {
            format!("write `{better}`")
        }
        ReferenceError::LineBreak => "write it on one line, or end the block's header with `-`".to_owned(),
        ReferenceError::Scheme { .. } if Reference::parse(without_scheme).is_ok() => {
            format!("write `{without_scheme}`")
        }
        ReferenceError::Scheme { .. } => "leave out the scheme: `<registry>/<repository>:<version>`".to_owned(),
        ReferenceError::EmptyTag if !text.contains('@') => format!("name the version, `{text}<version>`"),
        ReferenceError::MalformedDigest { .. } if Reference::parse(&with_tag).is_ok() => {
            format!("write `{with_tag}` for a tag, or the whole digest, `sha256:` and 64 digits")
        }
        ReferenceError::DigestLength { .. }
        | ReferenceError::DigestCase
        | ReferenceError::DigestCharacter { .. }
        | ReferenceError::EmptyDigest
        | ReferenceError::MalformedDigest { .. }
        | ReferenceError::UnsupportedAlgorithm { .. } => {
            "copy the whole digest: `sha256:` and 64 hexadecimal digits in lower case".to_owned()
        }
        _ => "write `<registry>/<repository>:<version>`, best with `@sha256:<digest>` behind it".to_owned(),
    }
}
