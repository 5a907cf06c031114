//! What a written image is: a reference, a mistake, or something that is filled in later.

use crate::{
    facts::{Extent, Filler, ImageUse, Written},
    reference::{Reference, ReferenceError, by_marks},
    registry::{NamePatterns, is_cluster_registry},
    tag::{TagClass, TagPatterns, classify},
};

/// A written image, understood.
#[derive(Clone, Debug)]
pub enum Image {
    /// Another file names it.
    Elsewhere,
    /// Filled in before the cluster sees it.
    Placeholder(Filler),
    /// Not a string; what it is instead.
    NotText(&'static str),
    /// Not a reference.
    Invalid(ReferenceError),
    /// A reference by the grammar that nobody can mean.
    Unmeant(Unmeant),
    /// A reference.
    Named(Reference, TagClass),
    /// A reference whose registry, or all but whose tag, is written elsewhere.
    Partial(Build, TagClass),
}

/// Which build of an image is meant, without its name.
#[derive(Clone, Debug)]
pub struct Build {
    /// The tag.
    pub tag: Option<Box<str>>,
    /// The digest.
    pub digest: Option<Box<str>>,
}

/// How a reference says something else than what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmeant {
    /// `registry.example.com:5000`: a host and port without a repository.
    HostAndPort,
    /// `sha256:…`: a digest without a repository.
    BareDigest,
}

impl Image {
    /// Understands the image of a use.
    #[must_use]
    pub fn of(used: &ImageUse, patterns: &TagPatterns) -> Self {
        match (&used.image, used.set_later) {
            (None, _) => Self::Elsewhere,
            (Some(_), Some(filler)) => Self::Placeholder(filler),
            (Some(written), None) => {
                let extent = used.pieces.as_ref().map(|pieces| pieces.extent).unwrap_or_default();
                let Some(text) = &used.by_default else {
                    return Self::read_to(extent, written, patterns);
                };
                let (text, span, not_text) = (text.clone(), written.span, None);
                Self::read(&Written { text, span, not_text }, patterns)
            }
        }
    }

    /// Understands a written image.
    #[must_use]
    pub fn read(written: &Written, patterns: &TagPatterns) -> Self {
        Self::read_to(Extent::Whole, written, patterns)
    }

    fn read_to(extent: Extent, written: &Written, patterns: &TagPatterns) -> Self {
        if let Some(what) = written.not_text {
            return Self::NotText(what);
        }
        if let Some(filler) = stands_in(written) {
            return Self::Placeholder(filler);
        }
        // Any name will do to read a tag; none is kept.
        let parsed = match extent {
            Extent::TagAlone => Reference::parse(&format!("name{}", written.text)),
            Extent::Whole | Extent::WithoutRegistry => Reference::parse(&written.text),
        };
        match parsed {
            Err(error) => Self::Invalid(error),
            Ok(reference) if extent != Extent::Whole => {
                let class = class_of(&reference, patterns);
                let [tag, digest] = [reference.tag(), reference.digest()];
                Self::Partial(
                    Build { tag: tag.map(Box::from), digest: digest.map(Box::from) },
                    class,
                )
            }
            Ok(reference) => {
                if let Some(unmeant) = unmeant(&written.text, &reference) {
                    return Self::Unmeant(unmeant);
                }
                let class = class_of(&reference, patterns);
                Self::Named(reference, class)
            }
        }
    }

    /// Takes a tag for one that cannot move where the registry of a name keeps it from moving;
    /// tells whether it does. `latest` is left to its class: nobody keeps that by intent.
    pub fn keep_tag(&mut self, kept: &NamePatterns) -> bool {
        let Self::Named(reference, class) = self else { return false };
        let has_tag = !matches!(class, TagClass::Digest | TagClass::Missing | TagClass::Latest);
        let is_kept = has_tag && kept.first(reference).is_some();
        if is_kept {
            *class = TagClass::Fixed;
        }
        is_kept
    }

    /// The reference, where there is one.
    #[must_use]
    pub const fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Named(reference, _) => Some(reference),
            _ => None,
        }
    }

    /// Its tag, where there is one.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        match self {
            Self::Named(reference, _) => reference.tag(),
            Self::Partial(build, _) => build.tag.as_deref(),
            _ => None,
        }
    }

    /// Its digest, where there is one.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::Named(reference, _) => reference.digest(),
            Self::Partial(build, _) => build.digest.as_deref(),
            _ => None,
        }
    }

    /// The class of its tag, where it is a reference.
    #[must_use]
    pub const fn class(&self) -> Option<TagClass> {
        match self {
            Self::Named(_, class) | Self::Partial(_, class) => Some(*class),
            _ => None,
        }
    }

    /// The word for its tag's class, as in output.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::Elsewhere | Self::Placeholder(_) => "placeholder",
            Self::NotText(_) | Self::Invalid(_) | Self::Unmeant(_) => "invalid",
            Self::Named(_, class) | Self::Partial(_, class) => class.as_str(),
        }
    }
}

fn class_of(reference: &Reference, patterns: &TagPatterns) -> TagClass {
    match (reference.digest(), reference.tag()) {
        (Some(_), _) => TagClass::Digest,
        // A tag of the cluster's own image stream, which moves with it.
        (None, _) if is_cluster_registry(reference.registry()) => TagClass::Unknown,
        (None, None) => TagClass::Missing,
        (None, Some(tag)) => {
            let name = reference.name();
            let is_lower = !has_capital(&name);
            let lower = if is_lower { name } else { name.to_ascii_lowercase() };
            classify(&lower, tag, patterns)
        }
    }
}

fn unmeant(text: &str, reference: &Reference) -> Option<Unmeant> {
    if text.contains('/') || reference.digest().is_some() {
        return None;
    }
    let (name, tag) = text.split_once(':')?;
    if name == "sha256" && tag.len() == 64 {
        return Some(Unmeant::BareDigest);
    }
    let like_host = name == "localhost" || name.contains('.');
    let like_port = matches!(tag.parse::<u16>(), Ok(80 | 443 | 1000..));
    (like_host && like_port).then_some(Unmeant::HostAndPort)
}

/// Whether something sets the image of a use before the cluster sees it.
#[must_use]
pub fn is_filled_later(used: &ImageUse) -> bool {
    let stands_in = |image: &Written| stands_in(image).is_some();
    used.set_later.is_some()
        || used.by_default.is_none() && used.image.as_ref().is_some_and(stands_in)
}

/// What fills a written image in later, if its text says so.
///
/// These are the marks of template engines and of people: `${TAG}`, `$(TAG)`, `{{ … }}`, `<tag>`,
/// `%TAG%`, `@TAG@`, `[[ … ]]`, `ko://…`, words in capitals where a reference has none (`PROJECT_ID`,
/// `IMAGE`, `YOUR-REPO`), and `auto`, which Istio's injector replaces.
#[must_use]
pub fn stands_in(written: &Written) -> Option<Filler> {
    written.not_text.is_none().then(|| placeholder(&written.text))?
}

fn placeholder(text: &str) -> Option<Filler> {
    if text.starts_with("ko://") {
        return Some(Filler::Ko);
    }
    if text == "auto" {
        return Some(Filler::Injector);
    }
    // Lighthouse, the pipelines of Jenkins X, puts the steps of another file here.
    if text.starts_with("uses:") {
        return Some(Filler::Template);
    }
    if let Some(filler) = marked(text) {
        return Some(filler);
    }
    let (name, tag, _) = by_marks(text);
    let by_hand = name.split(['/', ':', '.']).any(is_stand_in) || tag.is_some_and(is_stand_in_tag);
    by_hand.then_some(Filler::Hand)
}

/// The marks of template engines, and the brackets of people.
fn marked(text: &str) -> Option<Filler> {
    let is_mark =
        |byte| matches!(byte, b'$' | b'%' | b'@' | b'<' | b'>' | b'(' | b')' | b'{' | b'}' | b'[');
    if !text.bytes().any(is_mark) {
        return None;
    }
    let has_any = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    if has_any(&["$", "{{", "((", "[["]) || ['%', '@'].into_iter().any(|mark| is_framed(text, mark))
    {
        Some(Filler::Template)
    } else {
        has_any(&["<", ">", "{", "}"]).then_some(Filler::Hand)
    }
}

/// What fills a written pull policy in later: only marks tell, since every word is a mistake.
#[must_use]
pub fn policy_stands_in(written: &Written) -> Option<Filler> {
    written.not_text.is_none().then(|| marked(&written.text))?
}

/// `%TAG%`, `@TAG@`: a name in capitals between two marks.
fn is_framed(text: &str, mark: char) -> bool {
    let mut parts = text.split(mark).skip(1).peekable();
    while let Some(part) = parts.next() {
        if is_name(part) && parts.peek().is_some() {
            return true;
        }
    }
    false
}

/// Words in lower case that nobody calls an image.
const TO_REPLACE: &[&str] =
    &["changeme", "change-me", "null", "placeholder", "replaceme", "replace-me", "replace_me"];

/// A part of a name that somebody has to replace: with a word in capitals such as `IMAGE`, or in
/// capitals and joined by `_`, or beginning with `your-`. `NGINX` is a mistake, `MY_IMAGE` and
/// `[YOUR ALIAS]` are stand-ins.
fn is_stand_in(part: &str) -> bool {
    let part = part.strip_prefix('[').and_then(|part| part.strip_suffix(']')).unwrap_or(part);
    TO_REPLACE.contains(&part)
        || part.starts_with("your-")
        || part.starts_with("your_")
        || has_capital(part)
            && (words(part).any(is_stand_in_word) || (is_shouted(part) && part.contains('_')))
}

/// Capitals are good tags, so all words must be known; `x.y.z` is what manuals write.
fn is_stand_in_tag(tag: &str) -> bool {
    TO_REPLACE.contains(&tag)
        || tag.starts_with("your-")
        || matches!(tag.to_ascii_lowercase().as_str(), "x.y.z" | "vx.y.z" | "x.y" | "vx.y")
        || (is_shouted(tag) && words(tag).all(is_stand_in_word) && !NAMES_A_BUILD.contains(&tag))
}

/// Words in capitals that are good tags when they stand alone.
const NAMES_A_BUILD: &[&str] = &["BUILD", "CI", "CURRENT", "GIT", "NUMBER", "RELEASE"];

fn is_shouted(part: &str) -> bool {
    has_capital(part) && is_name(part)
}

fn has_capital(part: &str) -> bool {
    part.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_name(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_- ".contains(&b))
}

fn words(part: &str) -> impl Iterator<Item = &str> {
    part.split(['_', '-', ' ']).filter(|word| !word.is_empty())
}

fn is_stand_in_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "ACCOUNT",
        "BUILD",
        "CHANGE",
        "CHANGEME",
        "CI",
        "COMMIT",
        "CONTAINER",
        "CURRENT",
        "DIGEST",
        "DOCKER",
        "FIXME",
        "GIT",
        "HASH",
        "HERE",
        "HOST",
        "ID",
        "IMAGE",
        "IMAGES",
        "IMG",
        "ME",
        "MY",
        "NAME",
        "NAMESPACE",
        "NUMBER",
        "ORG",
        "OWNER",
        "PLACEHOLDER",
        "PREFIX",
        "PROJECT",
        "REGION",
        "REGISTRY",
        "RELEASE",
        "REPLACE",
        "REPLACEME",
        "REPO",
        "REPOSITORY",
        "SHA",
        "SHORT",
        "TAG",
        "TBD",
        "TODO",
        "URI",
        "URL",
        "USER",
        "USERNAME",
        "VERSION",
        "XXX",
        "YOUR",
        "ZONE",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    fn read(text: &str) -> Image {
        let written = Written { text: text.into(), span: Span::default(), not_text: None };
        Image::read(&written, &TagPatterns::default())
    }

    #[test]
    fn placeholders_are_no_mistakes() {
        for text in [
            "${TAG}",
            "app:${TAG}",
            "$IMAGE_URL",
            "$(REG)/app:1",
            "{{ .Values.image }}",
            "app:<tag>",
            "<image>",
            "ko://example.com/cmd/app",
            "uses:jenkins-x/jx3-pipeline-catalog/tasks/go/pullrequest.yaml@versionStream",
            "IMAGE",
            "IMAGE:TAG",
            "REPLACE_ME",
            "MY_IMAGE",
            "gcr.io/PROJECT_ID/app:v1",
            "gcr.io/MY-PROJECT/app",
            "REGISTRY/app:1",
            "app:IMAGE_TAG",
            "%IMAGE%",
            "app:%TAG%",
            "[[ image ]]",
            "auto",
            "nginx:TAG",
            "app:VERSION",
            "__IMAGE__",
            "us-docker.pkg.dev/PROJECT/REPO/app:TAG",
            "repo/replace-me:1",
            "docker.io/YOUR ID/app:dev",
            "ACCOUNT.dkr.ecr.REGION.amazonaws.com/app:1.2.3",
            "ACCOUNT_ID.dkr.ecr.us-east-1.amazonaws.com/app:1.2.3",
            "REGION-docker.pkg.dev/my-project/app:1.2.3",
            "your-registry.example.com/app:1.2.3",
            "example/your-image",
            "app:changeme",
            "app:vX.Y.Z",
            "app:((version))",
            "%%IMAGE%%",
            "docker.io/[YOUR ALIAS]/app:dev",
        ] {
            assert_eq!(read(text).class_name(), "placeholder", "{text}");
        }
    }

    #[test]
    fn mistakes_are_no_placeholders() {
        for text in [
            "NGINX:1.2",
            "nginx:",
            "https://quay.io/a:1",
            "nginx@sha256:abc",
            "quay.io/a//b:1",
            "Nginx",
            "my image:1",
            "localhost:5000",
            "registry.example.com:5000",
            "sha256:9b4009cfd17929ee165d55326bcf8ccf0f65039b1a467b847197c8404f462b7d",
        ] {
            assert_eq!(read(text).class_name(), "invalid", "{text}");
        }
    }

    #[test]
    fn references_are_classed() {
        for (text, class) in [
            ("nginx", "missing"),
            ("localhost:5000/app", "missing"),
            ("nginx:latest", "latest"),
            ("nginx:LATEST", "floating"),
            ("nginx:1", "partial"),
            ("my.app:1.2", "partial"),
            ("MyHost/app:1.2.3", "fixed"),
            ("app:4711", "fixed"),
            ("RELEASES/app:v1.2.3", "fixed"),
            (
                "nginx:latest@sha256:9b4009cfd17929ee165d55326bcf8ccf0f65039b1a467b847197c8404f462b7d",
                "digest",
            ),
        ] {
            assert_eq!(read(text).class_name(), class, "{text}");
        }
    }
}
