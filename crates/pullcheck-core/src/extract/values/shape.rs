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

impl Shape {
    /// The image in a map, by the first shape that fits. These are the shapes of 316 files of
    /// values in 43 repositories of charts, the common ones first.
    pub fn of(fields: &Fields<'_, '_>, parent: Parent<'_>) -> Option<Self> {
        let piece = |key: &str| fields.piece(key);
        let has = |key: &str| fields.get(key).is_some_and(|node| node.scalar().is_some());
        let text_at = |key: &str| piece(key).filter(|_| fields.get(key).is_some_and(is_text));
        let repository = text_at("repository").or_else(|| text_at("repo"));
        let repository = repository.filter(|name| is_repository(&name.text));
        let is_image = ends_in_image(parent.key) || parent.above == "images";
        let tag_key = ["tag", "imageTag"].into_iter().find(|key| has(key));
        let image = text_at("image").filter(|image| is_repository(&image.text));
        let name = text_at("name").filter(|name| is_image && is_repository(&name.text));
        let version_key = || has("version").then_some("version").filter(|_| is_image);
        let is_other = NO_IMAGE.iter().any(|key| fields.get(key).is_some_and(|n| !is_empty(n)));
        let (prefix, names, tag_key) = if repository.is_some()
            && (tag_key == Some("tag") && !is_other || is_image)
        {
            // Where both are written, the image is the end of the repository.
            (None, vec![repository, image], tag_key.or_else(version_key))
        } else if fields.get("hub").is_some() && has("tag") {
            (piece("hub"), vec![image], tag_key)
        } else if image.as_ref().is_some_and(|image| !image.is_complete()) && tag_key.is_some() {
            (None, vec![image], tag_key)
        } else if name.is_some() && (has("tag") || version_key().is_some()) {
            (None, vec![name], tag_key.or_else(version_key))
        } else if ends_in_image(parent.key) && has("tag") && !has("image") {
            (None, Vec::new(), tag_key)
        } else {
            return None;
        };
        let digest_key = ["digest", "sha", "sha256"].into_iter().find(|key| has(key));
        Some(Self {
            registry: prefix.or_else(|| piece("registry")),
            names: names.into_iter().flatten().collect(),
            tag: tag_key.and_then(piece),
            tag_key: tag_key.unwrap_or("tag"),
            digest: digest_key.and_then(piece),
            digest_key,
        })
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
