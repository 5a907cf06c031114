//! From the pieces of an image in values to a use.

use std::{borrow::Cow, collections::HashMap};

use super::{Walk, is_empty, printed, shape::Shape};
use crate::{
    extract::{Reader, written::written},
    facts::{Extent, ImageUse, Pieces, Role, TagMeaning, Unquoted, Written},
    reference::Reference,
    span::Span,
    yaml::Node,
};

/// The keys of a map of values.
pub enum Fields<'a, 's> {
    /// As they are written.
    Map(Node<'a>),
    /// As `--set` would write them.
    Set(&'s [(&'a str, Node<'a>)]),
}

impl<'a> Fields<'a, '_> {
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        match self {
            Self::Map(node) => node.get(key),
            Self::Set(fields) => {
                fields.iter().rfind(|(name, _)| *name == key).map(|(_, node)| *node)
            }
        }
    }

    /// Whether a key holds a scalar, be it empty.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|node| node.scalar().is_some())
    }

    /// A piece of a reference. What is set is taken as it is written.
    pub fn piece(&self, key: &str) -> Option<Piece> {
        let piece = Piece::of(self.get(key)?)?;
        match (self, piece.changed) {
            (Self::Set(_), Some(written)) => {
                Some(Piece { text: written.into(), changed: None, ..piece })
            }
            (_, changed) => Some(Piece { changed, ..piece }),
        }
    }
}

/// The keys that lead to a map.
#[derive(Clone, Copy, Default)]
pub struct Parent<'a> {
    /// Its own.
    pub key: &'a str,
    /// That of the map that holds it.
    pub above: &'a str,
}

/// A piece of a reference.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What a template prints for it.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// What is written, where a template prints something else.
    changed: Option<Box<str>>,
}

impl Piece {
    /// A scalar that is not left empty.
    pub fn of(node: Node<'_>) -> Option<Self> {
        let (text, kind) = node.scalar().filter(|_| !is_empty(node))?;
        let text = text.chars().take(LONGEST).collect::<String>();
        let printed = printed(&text, kind);
        let changed = printed.is_some() && printed.as_deref() != Some(&*text);
        let changed = changed.then(|| text.as_str().into());
        Some(Self { text: printed.unwrap_or(text), span: node.span(), changed })
    }

    /// Whether a tag or digest stands in it already. Some write `web@sha256` and the digits as the
    /// tag.
    pub fn is_complete(&self) -> bool {
        let last = self.text.rsplit('/').next().unwrap_or_default();
        last.contains([':', '@']) && !last.ends_with("@sha256")
    }
}

/// How much of a piece is kept.
const LONGEST: usize = 1024;

/// The registry that a chart puts before all its images (bitnami/charts, `common.images.image`, and
/// the customs of others).
pub fn global_registry(root: Node<'_>) -> Option<Piece> {
    let paths: [&[&str]; 3] =
        [&["global", "imageRegistry"], &["global", "image", "registry"], &["global", "registry"]];
    let texts =
        paths.iter().filter_map(|path| root.at(path).filter(|node| node.as_str().is_some()));
    texts.into_iter().find_map(Piece::of)
}

impl Reader<'_> {
    /// The image whose pieces a map holds; tells whether there is one.
    pub fn image_in_pieces(
        &mut self,
        fields: &Fields<'_, '_>,
        parent: Parent<'_>,
        walk: &Walk,
    ) -> bool {
        let Some(shape) = Shape::of(fields, parent) else { return false };
        self.number_at_tag(&shape, walk.object);
        let Some((image, pieces, tag)) = shape.join(walk.registry.as_ref()) else { return true };
        let (policy, policy_key) = written_policy(shared_policy(fields));
        let field = match (pieces.extent, walk.path.as_str()) {
            (Extent::TagAlone, _) => walk.field(&pieces.tag_key),
            (_, "") => "image".to_owned(),
            (_, path) => path.to_owned(),
        };
        self.facts.uses.push(ImageUse {
            field: Some(field.into()),
            image: Some(image),
            pieces: Some(pieces),
            policy,
            policy_key,
            tag,
            ..ImageUse::without_image(walk.object, Role::Values)
        });
        true
    }

    /// A tag that is a number to YAML, and prints as another text. Beside a digest it does not
    /// matter.
    fn number_at_tag(&mut self, shape: &Shape, object: usize) {
        let Some(tag) = shape.tag.as_ref().filter(|_| shape.digest.is_none()) else { return };
        if let Some(written) = tag.changed.clone() {
            self.facts.unquoted.push(Unquoted {
                key: shape.tag_key.into(),
                written,
                becomes: Some(tag.text.as_str().into()),
                span: tag.span,
                object,
            });
        }
    }
}

impl Shape {
    /// The reference that the pieces make, placed where the build is decided.
    fn join(self, global: Option<&Piece>) -> Option<(Written, Pieces, TagMeaning)> {
        let name = self.names.iter().map(|piece| piece.text.trim_matches('/'));
        let name = name.collect::<Vec<_>>().join("/");
        let name = name.strip_prefix("oci://").unwrap_or(&name);
        let has_build = self.names.last().is_some_and(Piece::is_complete);
        let (prefix, extent) = self.prefix(name, global);
        let mut text = match prefix {
            Some(prefix) if !name.is_empty() => format!("{}/{name}", prefix.text.trim_matches('/')),
            _ => name.to_owned(),
        };
        let tag = self.tag.as_ref().filter(|_| !has_build);
        if let Some(tag) = tag {
            let mark = if tag.text.starts_with("sha256:") { "@" } else { ":" };
            let mark = if tag.text.starts_with('@') { "" } else { mark };
            text = format!("{text}{mark}{}", tag.text);
        }
        let digest = self.digest.as_ref().filter(|_| !text.contains('@'));
        if let Some(digest) = digest {
            let algorithm = if digest.text.contains(':') { "" } else { "sha256:" };
            text = format!("{text}@{algorithm}{}", digest.text.trim_start_matches('@'));
        }
        let decides = digest.or(tag).or(self.names.last())?.span;
        let others = prefix.into_iter().chain(&self.names).chain(&self.tag);
        let others = others.map(|piece| piece.span).filter(|span| *span != decides).collect();
        let is_bare = digest.is_none() && tag.is_none() && !has_build;
        let meaning = if is_bare { TagMeaning::AddedLater } else { TagMeaning::Plain };
        let pieces = Pieces {
            tag_key: self.tag_key.into(),
            digest_key: self.digest_key.map(Box::from),
            named: self.names.last().map_or(decides, |name| name.span),
            others,
            extent,
        };
        Some((Written { text: text.into(), span: decides, not_text: None }, pieces, meaning))
    }

    /// What stands before the name, and how much of the reference that makes it.
    fn prefix<'p>(&'p self, name: &str, global: Option<&'p Piece>) -> (Option<&'p Piece>, Extent) {
        if name.is_empty() {
            return (None, Extent::TagAlone);
        }
        if let Some(registry) = &self.registry {
            return (Some(registry), Extent::Whole);
        }
        let bare = name.split(['@', '{', '$']).next().unwrap_or(name);
        if Reference::parse(bare).is_ok_and(|reference| reference.registry_is_written()) {
            return (None, Extent::Whole);
        }
        match global.filter(|_| self.takes_registry) {
            Some(global) => (Some(global), Extent::Whole),
            None => (None, Extent::WithoutRegistry),
        }
    }
}

/// A pull policy and its key, where there is one to write.
pub type PolicyAndKey = (Option<Written>, Option<Cow<'static, str>>);

/// The pull policies in a map.
pub struct Policies<'a> {
    /// The one that holds for the images in it.
    shared: Option<(&'static str, Node<'a>)>,
    /// Those of single images: `sidecarImagePullPolicy`.
    own: HashMap<&'a str, Node<'a>>,
}

impl<'a> Policies<'a> {
    pub fn of(fields: &Fields<'a, '_>) -> Self {
        let is_policy =
            |(key, node): &(&str, Node<'_>)| key.ends_with("PullPolicy") && node.scalar().is_some();
        let own = match fields {
            Fields::Map(node) => {
                let entries = node.entries();
                let entries = entries.filter_map(|(key, node)| Some((key.scalar()?.0, node)));
                entries.filter(is_policy).collect()
            }
            Fields::Set(fields) => fields.iter().copied().filter(is_policy).collect(),
        };
        Self { shared: shared_policy(fields), own }
    }

    /// The policy of the image under a key.
    pub fn beside(&self, key: &str) -> PolicyAndKey {
        let key = format!("{key}PullPolicy");
        match self.own.get(&*key) {
            Some(node) => (written(*node), Some(key.into())),
            None => written_policy(self.shared),
        }
    }
}

fn shared_policy<'a>(fields: &Fields<'a, '_>) -> Option<(&'static str, Node<'a>)> {
    let keys = ["pullPolicy", "imagePullPolicy"];
    keys.into_iter().find_map(|key| Some((key, fields.get(key).filter(|n| n.scalar().is_some())?)))
}

fn written_policy(policy: Option<(&'static str, Node<'_>)>) -> PolicyAndKey {
    policy.map_or((None, None), |(key, node)| (written(node), Some(key.into())))
}
