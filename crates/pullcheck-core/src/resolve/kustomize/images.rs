//! The `images` of a kustomization: what they match, and what they make of it
//! (kubernetes-sigs/kustomize, `api/filters/imagetag`, `api/internal/image/image.go`).

use std::borrow::Cow;

use regex::Regex;

use super::resource::{Decision, Resource, Slot};
use crate::{
    facts::{FieldSpec, FileFacts, ImageOverride, Written},
    span::{At, FileId},
};

/// An entry of `images`, ready to be compared.
pub struct Entry<'p> {
    file: FileId,
    facts: &'p FileFacts,
    says: &'p ImageOverride,
    pattern: Pattern<'p>,
}

/// A name as a regular expression; most are plain.
enum Pattern<'p> {
    /// Letters that stand for themselves, and dots, which stand for any one.
    Plain(&'p str),
    Regex(Regex),
    /// No regular expression: it matches nothing.
    Broken,
}

impl<'p> Pattern<'p> {
    fn of(name: &'p str) -> Self {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_:@.".contains(c);
        if name.chars().all(is_plain) {
            return Self::Plain(name);
        }
        let whole = format!(
            "^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{{}}-]*)?$"
        );
        Regex::new(&whole).map_or(Self::Broken, Self::Regex)
    }

    fn matches(&self, image: &str) -> bool {
        match self {
            Self::Plain(name) => {
                let mut rest = image.chars();
                name.chars().all(|c| rest.next().is_some_and(|got| c == got || c == '.'))
                    && is_tag_and_digest(rest.as_str())
            }
            Self::Regex(regex) => regex.is_match(image),
            Self::Broken => false,
        }
    }
}

/// Whether nothing follows but a tag and a digest, each of which may be left out.
fn is_tag_and_digest(rest: &str) -> bool {
    let is_text =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.{}-".contains(&b));
    let (tag, digest) = match rest.split_once('@') {
        Some((tag, digest)) => (tag, Some(digest)),
        None => (rest, None),
    };
    let is_algorithm = |text: &str| {
        let parts = text.split(['.', '+', '_', '-']);
        parts
            .into_iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    let is_digest = |text: &str| {
        text.split_once(':').is_some_and(|(algorithm, hex)| is_algorithm(algorithm) && is_text(hex))
    };
    (tag.is_empty() || tag.strip_prefix(':').is_some_and(is_text)) && digest.is_none_or(is_digest)
}

/// A reference in three: name, tag, digest; the empty ones are not there.
fn split(image: &str) -> (&str, &str, &str) {
    // A colon before the first slash is that of a port.
    let from = image.find('/').unwrap_or_default();
    let rest = image.get(from..).unwrap_or_default();
    let colon = rest.find(':').map(|at| at + from);
    let at = rest.find('@').map(|at| at + from);
    let part = |range: std::ops::Range<usize>| image.get(range).unwrap_or_default();
    match (colon, at) {
        (None, None) => (image, "", ""),
        (Some(colon), Some(at)) if colon < at => {
            (part(0..colon), part(colon + 1..at), part(at + 1..image.len()))
        }
        (_, Some(at)) => (part(0..at), "", part(at + 1..image.len())),
        (Some(colon), None) => (part(0..colon), part(colon + 1..image.len()), ""),
    }
}

/// What became of an entry at one image.
pub enum Effect {
    /// It is for another image.
    None,
    /// It was applied.
    Applied,
    /// It was applied, and took the digest away that stood here.
    DroppedDigest(At),
}

impl<'p> Entry<'p> {
    /// An entry of the kustomization in a file.
    pub fn new(file: FileId, facts: &'p FileFacts, entry: &'p ImageOverride) -> Self {
        Self { file, facts, says: entry, pattern: Pattern::of(&entry.name.text) }
    }

    /// Applies it to an image that kustomize looks at.
    pub fn apply(&self, slot: &mut Slot<'p>) -> Effect {
        let Some(image) = &slot.image else { return Effect::None };
        if !self.pattern.matches(&image.text) {
            return Effect::None;
        }
        let (name, tag, digest) = split(&image.text);
        let text = |written: &'p Option<Written>| {
            written.as_ref().filter(|written| !written.text.is_empty())
        };
        let entry = self.says;
        let (new_name, new_tag) = (text(&entry.new_name), text(&entry.new_tag));
        let (new_digest, suffix) = (text(&entry.digest), text(&entry.tag_suffix));
        let (new_tag_text, new_digest_text) = match (new_tag, new_digest, suffix) {
            (Some(tag), Some(digest), _) => (Cow::Borrowed(&*tag.text), &*digest.text),
            (Some(tag), None, _) => (Cow::Borrowed(&*tag.text), ""),
            (None, Some(digest), _) => (Cow::Borrowed(""), &*digest.text),
            (None, None, Some(suffix)) => (Cow::Owned(format!("{tag}{}", suffix.text)), ""),
            (None, None, None) => (Cow::Owned(tag.to_owned()), digest),
        };
        let mut new = new_name.map_or(name, |name| &name.text).to_owned();
        for (mark, part) in [(":", &*new_tag_text), ("@", new_digest_text)] {
            if !part.is_empty() {
                new.extend([mark, part]);
            }
        }
        let drops = !digest.is_empty() && new_digest_text.is_empty();
        let has_build = !(new_tag_text.is_empty() && new_digest_text.is_empty());
        // Where no tag is named at all, the last to name the image could have named one.
        let decides = new_digest.or(new_tag).or(suffix).or(new_name.filter(|_| !has_build));
        let pinned_at = image.decided.by;
        self.set(slot, new, decides, new_name);
        if drops { Effect::DroppedDigest(pinned_at) } else { Effect::Applied }
    }

    fn set(
        &self,
        slot: &mut Slot<'p>,
        text: String,
        decides: Option<&'p Written>,
        new_name: Option<&'p Written>,
    ) {
        let at = |written: &Written| At { file: self.file, span: written.span };
        let used = self.facts.uses.get(self.says.used);
        let Some(image) = &mut slot.image else { return };
        if *image.text != text {
            image.text = Cow::Owned(text);
        }
        let decision = decides.zip(used).map(|(by, written)| Decision { by: at(by), written });
        if let Some(decision) = decision.filter(|decision| decision.by != image.decided.by) {
            image.note(image.decided.by, "what kustomize replaces");
            image.decided = decision;
        }
        if let Some(name) = new_name {
            image.named_by = at(name);
            if image.decided.by != image.named_by {
                image.note(image.named_by, "the name comes from here");
            }
        }
    }

    /// The name that it is for.
    pub fn name(&self) -> &'p str {
        &self.says.name.text
    }
}

/// The lists that are looked through once more by name, and the way from their items to the image
/// (kubernetes-sigs/kustomize, `api/internal/konfig/builtinpluginconsts/images.go`).
const NAMED: [(&str, &str); 7] = [
    ("spec/containers", "image"),
    ("spec/initContainers", "image"),
    ("spec/volumes", "image/reference"),
    ("spec/template/spec/containers", "image"),
    ("spec/template/spec/initContainers", "image"),
    ("spec/template/spec/volumes", "image/reference"),
    ("spec/jobTemplate/spec/template/spec/volumes", "image/reference"),
];

/// How often kustomize looks at an image for one entry: once in all lists called `containers` or
/// `initContainers`, and once for each of the fields that are named to it. A `tagSuffix` is added
/// each time (kubernetes-sigs/kustomize#4814).
pub fn visits(resource: &Resource<'_>, slot: &Slot<'_>, fields: &[&FieldSpec]) -> usize {
    let list = slot.list.rsplit('/').next().unwrap_or_default();
    let in_list = slot.item.is_some() && slot.tail == "image";
    let by_shape = in_list && matches!(list, "containers" | "initContainers");
    let by_name = slot.item.is_some() && NAMED.contains(&(&*slot.list, slot.tail));
    let added = fields.iter().filter(|field| is_named(field, resource, slot)).count();
    usize::from(by_shape) + usize::from(by_name) + added
}

fn is_named(field: &FieldSpec, resource: &Resource<'_>, slot: &Slot<'_>) -> bool {
    let (group, version) = resource.group_version();
    let is = |wanted: &Option<Box<str>>, text: &str| {
        wanted.as_deref().is_none_or(|wanted| wanted.is_empty() || wanted == text)
    };
    let image = slot.image_path();
    // Items are passed through by themselves, whether `[]` is written or not.
    let image = image.split('/').filter(|part| part.parse::<u32>().is_err());
    let wanted = field.path.split('/').filter(|part| !part.is_empty());
    is(&field.group, group)
        && is(&field.version, version)
        && is(&field.kind, &resource.fact.kind)
        && image.eq(wanted.map(|part| part.trim_end_matches("[]")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_whole_and_as_regular_expressions() {
        let digest = format!("nginx@sha256:{}", "a".repeat(64));
        for (name, image) in [
            ("nginx", "nginx"),
            ("nginx", "nginx:1.27"),
            ("nginx", digest.as_str()),
            ("nginx", "nginx:1.27@sha256:abc"),
            ("nginx", "nginx:{STABLE}"),
            ("my.*", "myimg/foo"),
            ("quay.io/acme/web", "quay.io/acme/web:1"),
            ("quay.io/acme/web", "quayXio/acme/web:1"),
            ("localhost:5000/web", "localhost:5000/web:1"),
            ("(a|b)/web", "b/web:1"),
        ] {
            assert!(Pattern::of(name).matches(image), "{name} {image}");
        }
        for (name, image) in [
            ("nginx", "docker.io/nginx"),
            ("nginx", "library/nginx"),
            ("docker.io/nginx", "nginx"),
            ("nginx:1.27", "nginx:1.26"),
            ("nginx", "nginx-unprivileged"),
            ("[", "["),
            ("nginx", "nginx:1/x"),
            ("nginx", "nginx@sha256"),
        ] {
            assert!(!Pattern::of(name).matches(image), "{name} {image}");
        }
    }

    #[test]
    fn references_are_split_as_kustomize_does() {
        for (image, parts) in [
            ("nginx", ("nginx", "", "")),
            ("nginx:1", ("nginx", "1", "")),
            ("host:5000/web", ("host:5000/web", "", "")),
            ("host:5000/web:1@sha256:a", ("host:5000/web", "1", "sha256:a")),
            ("web@sha256:a", ("web", "", "sha256:a")),
        ] {
            assert_eq!(split(image), parts, "{image}");
        }
    }
}
