//! Images in fields of custom resources: in one string, or in pieces.

use std::borrow::Cow;

use super::{
    Reader,
    walk::Hit,
    written::{scalar_text, written, written_text},
};
use crate::{
    facts::{Extent, FieldPath, ImageUse, Pieces, Role, TagMeaning, Written},
    kinds::{Name, Parts, Path, Place, PolicyPlace, Scalar},
    reference::Reference,
    yaml::Node,
};

impl Reader<'_> {
    /// An image in one string.
    pub fn scalar<'a>(
        &mut self,
        root: Node<'a>,
        hit: &Hit<'a>,
        scalar: &Scalar,
        place: &Place,
        object: usize,
    ) {
        let Some(mut image) = written_text(hit.node).filter(|_| scalar.holds_for(hit.holder))
        else {
            return;
        };
        let Some(text) = scalar.without_scheme(&image.text) else { return };
        let before = image.text.strip_suffix(text).map(Box::from).unwrap_or_default();
        // A container that was read may hold it as well.
        if self.read.contains(&hit.node.identity()) || !self.is_worth_reading(hit.node) {
            return;
        }
        image.text = text.into();
        let (policy, policy_key) = policy_of(root, hit.holder, hit, scalar.policy.as_ref());
        let tag = tag_meaning(root, hit, place);
        self.facts.uses.push(ImageUse {
            before,
            policy,
            policy_key,
            tag,
            path: self.scalar_path(hit),
            ..field(hit, image, place, object)
        });
    }

    fn scalar_path(&self, hit: &Hit<'_>) -> Option<FieldPath> {
        self.whole_path(&hit.path).map(|list| FieldPath { list, item: None, tail: "" })
    }

    /// An image in pieces.
    pub fn parts<'a>(
        &mut self,
        root: Node<'a>,
        hit: &Hit<'a>,
        parts: &Parts,
        place: &Place,
        object: usize,
    ) {
        if !parts.scalar.holds_for(hit.node) {
            return;
        }
        let Some((image, pieces)) = parts.join(hit.node) else { return };
        let is_bare = Reference::parse(&image.text)
            .is_ok_and(|image| image.tag().is_none() && image.digest().is_none());
        // The controller knows the tag of a repository that is written apart.
        let tag = match tag_meaning(root, hit, place) {
            TagMeaning::Plain if is_bare => TagMeaning::AddedLater,
            meaning => meaning,
        };
        let policy = parts.scalar.policy.as_ref();
        let (policy, policy_key) = policy_of(root, hit.node, hit, policy);
        self.facts.uses.push(ImageUse {
            pieces: Some(pieces),
            policy,
            policy_key,
            tag,
            path: self.scalar_path(hit),
            ..field(hit, image, place, object)
        });
    }
}

fn tag_meaning<'a>(root: Node<'a>, hit: &Hit<'a>, place: &Place) -> TagMeaning {
    let switch = place.moves_where.as_ref().and_then(|path| hit.along(root, path));
    let is_on = |node: Node<'_>| node.scalar().is_none_or(|(text, _)| text != "false");
    if switch.is_some_and(is_on) { TagMeaning::MovesOnPurpose } else { place.tag }
}

/// The policy of an image, and the key to write one.
fn policy_of<'a>(
    root: Node<'a>,
    holder: Node<'a>,
    image: &Hit<'a>,
    place: Option<&PolicyPlace>,
) -> (Option<Written>, Option<Cow<'static, str>>) {
    let Some(place) = place else {
        let policy = holder.get("imagePullPolicy").and_then(written);
        let key = policy.as_ref().map(|_| Cow::Borrowed("imagePullPolicy"));
        return (policy, key);
    };
    let (policy, path) = match place {
        PolicyPlace::Beside(path) => {
            (path.keys().try_fold(holder, |node, key| node.get(key?)), path)
        }
        PolicyPlace::At(path) => (image.along(root, path), path),
    };
    let key = path.last_key().map(|key| Cow::Owned(key.to_owned()));
    (policy.and_then(written), key)
}

fn field(hit: &Hit<'_>, image: Written, place: &Place, object: usize) -> ImageUse {
    ImageUse {
        container: hit.name.map(Box::from),
        field: Some(hit.field().into()),
        image: Some(image),
        pulling: place.pulling,
        ..ImageUse::without_image(object, Role::Custom)
    }
}

impl Scalar {
    /// Whether the map that holds an image says that it is one.
    fn holds_for(&self, holder: Node<'_>) -> bool {
        self.only_if
            .as_ref()
            .is_none_or(|(key, value)| holder.get(key).and_then(Node::as_str) == Some(&**value))
    }

    /// The reference without the scheme before it, or `None` for an address of another kind.
    fn without_scheme<'t>(&self, text: &'t str) -> Option<&'t str> {
        let Some((scheme, required)) = &self.scheme else { return Some(text) };
        match text.split_once("://") {
            Some((written, rest)) => (written == &**scheme).then_some(rest),
            None => (!required).then_some(text),
        }
    }
}

impl Parts {
    /// The reference that the pieces in a map make, placed where the build is decided. Without a
    /// repository the controller takes one that is not known here.
    fn join(&self, map: Node<'_>) -> Option<(Written, Pieces)> {
        let piece = |path: &Path| {
            let node = path.keys().try_fold(map, |node, key| node.get(key?))?;
            scalar_text(node).map(|text| (node, text))
        };
        let registry = piece(&self.registry);
        let repository = piece(&self.repository);
        let tag = piece(&self.tag);
        let digest = piece(&self.digest);
        let (fixed, name) = match &self.name {
            Some(Name::Fixed(name)) => (Some(&**name), None),
            Some(Name::At(path)) => (None, piece(path)),
            None => (None, None),
        };
        if repository.or(name).is_none() && (fixed.is_none() || registry.is_none()) {
            return None;
        }
        let named = [registry, repository, name].into_iter().flatten();
        let named = named.map(|(_, text)| text.trim_matches('/')).chain(fixed);
        let joined = named.collect::<Vec<_>>().join("/");
        let mut text = self.scalar.without_scheme(&joined)?.to_owned();
        // A tag within the repository counts alone.
        let has_tag = text.rsplit('/').next().is_some_and(|last| last.contains([':', '@']));
        if let Some((_, tag)) = tag.filter(|_| !has_tag) {
            text = format!("{text}:{tag}");
        }
        if let Some((_, digest)) = digest {
            let algorithm = if digest.contains(':') { "" } else { "sha256:" };
            text = format!("{text}@{algorithm}{}", digest.trim_start_matches('@'));
        }
        let decides =
            digest.or(tag.filter(|_| !has_tag)).or(name).or(repository).or(registry)?.0.span();
        let spans = [registry, repository, name, tag, digest].into_iter().flatten();
        let spans = spans.map(|(node, _)| node.span()).filter(|span| *span != decides);
        let pieces = Pieces {
            tag_key: self.tag.last_key().unwrap_or_default().into(),
            digest_key: digest.and(self.digest.last_key()).map(Box::from),
            named: repository.or(name).or(registry).map_or(decides, |(node, _)| node.span()),
            others: spans.collect(),
            extent: Extent::Whole,
        };
        Some((Written { text: text.into(), span: decides, not_text: None }, pieces))
    }
}
