//! The shapes in which charts write an image in pieces.

use super::{
    image::{Fields, Parent, Piece},
    is_empty,
};
use crate::yaml::Node;

/// The pieces of an image, as they are found in a map.
#[derive(Debug, Default)]
pub struct Shape {
    /// What stands before the name and is certain to: a host, or a host and a path.
    pub registry: Option<Piece>,
    /// There is a key for that, empty or not.
    pub takes_registry: bool,
    /// The name: a repository, or the parts of one.
    pub names: Vec<Piece>,
    /// The tag, and its key.
    pub tag: Option<Piece>,
    /// The key of the tag.
    pub tag_key: &'static str,
    /// The digest.
    pub digest: Option<Piece>,
    /// The key of the digest, where there is one.
    pub digest_key: Option<&'static str>,
}

/// Maps with one of these come from version control or a repository of charts.
const NO_IMAGE: &[&str] = &["branch", "revision", "url", "chart"];

/// Whether a map has a key without which no shape fits: most maps have none.
pub fn is_worth_reading(map: Node<'_>) -> bool {
    let keys = ["tag", "imageTag", "repository", "repo", "version", "<<"];
    map.entries().any(|(key, _)| key.scalar().is_some_and(|(key, _)| keys.contains(&key)))
}

impl Shape {
    /// The image in a map, by the first shape that fits. These are the shapes of 316 files of
    /// values in 43 repositories of charts, the common ones first.
    pub fn of(fields: &Fields<'_, '_>, parent: Parent<'_>) -> Option<Self> {
        let (names, tag_key) = names(fields, parent)?;
        let registry_key = ["hub", "registry"].into_iter().find(|key| fields.has(key));
        let digest_key = ["digest", "sha", "sha256"].into_iter().find(|key| fields.has(key));
        Some(Self {
            registry: registry_key.and_then(|key| fields.piece(key)),
            takes_registry: registry_key.is_some(),
            names: names.into_iter().flatten().collect(),
            tag: tag_key.and_then(|key| fields.piece(key)),
            tag_key: tag_key.unwrap_or("tag"),
            digest: digest_key.and_then(|key| fields.piece(key)),
            digest_key,
        })
    }
}

/// The parts of the name, and the key of the tag.
type Named = (Vec<Option<Piece>>, Option<&'static str>);

fn names(fields: &Fields<'_, '_>, parent: Parent<'_>) -> Option<Named> {
    let part = |key: &str| {
        let piece = fields.piece(key).filter(|_| fields.get(key).is_some_and(is_text));
        piece.filter(|piece| is_repository(&piece.text))
    };
    let has_tag = fields.has("tag");
    let tag_key = ["tag", "imageTag"].into_iter().find(|key| fields.has(key));
    if parent.key == "images" && has_tag {
        // One tag for all of them, and perhaps the beginning of their names.
        return Some((Vec::new(), tag_key));
    }
    let is_image = ends_in_image(parent.key) || parent.above == "images";
    let named_key = tag_key.or_else(|| fields.has("version").then_some("version"));
    let repository = part("repository").or_else(|| part("repo"));
    let image = part("image");
    let name = part("name").filter(|_| is_image);
    let is_other = NO_IMAGE.iter().any(|key| fields.get(key).is_some_and(|n| !is_empty(n)));
    let has_hub = fields.has("hub");
    let has_bare_image = image.as_ref().is_some_and(|image| !image.is_complete());
    if let Some(repository) = repository
        && (is_image || has_tag && !is_other)
    {
        // Where both are written, the image is the end of the repository.
        let end = image.or(name).filter(|end| !repository.text.ends_with(&end.text));
        let named_key = if is_image { named_key } else { tag_key };
        Some((vec![Some(repository), end], named_key))
    } else if has_hub && has_tag || has_bare_image && tag_key.is_some() {
        Some((vec![image], tag_key))
    } else if name.is_some() && named_key.is_some() {
        Some((vec![name], named_key))
    } else {
        let is_alone = ends_in_image(parent.key) && has_tag && !fields.has("image");
        is_alone.then_some((Vec::new(), tag_key))
    }
}

fn is_text(node: Node<'_>) -> bool {
    node.as_str().is_some()
}

/// Whether a text can be the name of an image, and is no address of a repository of another kind.
fn is_repository(text: &str) -> bool {
    let has_scheme = text.contains("://") && !text.starts_with("oci://");
    !has_scheme && text.strip_suffix(".git").is_none() && !text.starts_with("git@")
}

pub fn ends_in_image(key: &str) -> bool {
    let end = key.len().checked_sub("image".len()).and_then(|start| key.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("image"))
}
