//! The images of one pod.

use super::{Reader, Shape};
use crate::{
    facts::{Duplicate, ImageUse, PodFact, Role, Written},
    span::Span,
    yaml::{Node, ScalarKind},
};

/// How much of a value that is no string is kept.
const SOURCE_LIMIT: usize = 200;

/// The lists of containers in a pod's spec, in the order in which they start.
const LISTS: [(&str, Role); 3] = [
    ("initContainers", Role::Init),
    ("containers", Role::Container),
    ("ephemeralContainers", Role::Ephemeral),
];

impl Reader<'_> {
    /// Reads a pod's spec.
    pub fn pod(&mut self, spec: Node<'_>, object: usize) {
        let from = self.facts.uses.len();
        for (list, role) in LISTS {
            let containers = self.child(spec, list, Shape::List);
            for container in self.items(containers) {
                if !self.has_shape(container, Shape::Map, || format!("an item of `{list}`")) {
                    continue;
                }
                self.image(container, container, role, object);
            }
        }
        for volume in self.items(spec.get("volumes")) {
            if let Some(image) = volume.get("image").filter(|image| image.is_mapping()) {
                self.image(image, volume, Role::Volume, object);
            }
        }
        self.facts.pods.push(PodFact { object, uses: from..self.facts.uses.len() });
    }

    /// The items of a list. What an alias leads to again is read again, up to a limit.
    fn items<'a>(&mut self, list: Option<Node<'a>>) -> Vec<Node<'a>> {
        let list = list.filter(|list| self.is_worth_reading(*list));
        let items = list.into_iter().flat_map(Node::items);
        items.filter(|item| self.is_worth_reading(*item)).collect()
    }

    fn is_worth_reading(&mut self, node: Node<'_>) -> bool {
        if self.seen.insert(node.identity()) {
            return true;
        }
        self.repeats_left = self.repeats_left.saturating_sub(1);
        self.repeats_left > 0
    }

    /// The image and policy in `node`, which belong to the container or volume `named`.
    fn image(&mut self, node: Node<'_>, named: Node<'_>, role: Role, object: usize) {
        for key in [role.image_key(), role.policy_key()] {
            self.duplicate(node, key, object);
        }
        let Some(image) = node.get(role.image_key()).and_then(written) else { return };
        let name = named.get("name").and_then(Node::scalar);
        self.facts.uses.push(ImageUse {
            object,
            container: name.map(|(name, _)| name.into()),
            role,
            image,
            policy: node.get(role.policy_key()).and_then(written),
        });
    }

    fn duplicate(&mut self, node: Node<'_>, key: &'static str, object: usize) {
        let mut places: Vec<Span> = node
            .entries()
            .filter(|(name, _)| name.scalar().is_some_and(|(text, _)| text == key))
            .map(|(name, _)| name.span())
            .collect();
        if let Some(kept) = places.pop().filter(|_| !places.is_empty()) {
            self.facts.duplicates.push(Duplicate { key, kept, lost: places, object });
        }
    }
}

/// A value as it is written; nothing for one that is left empty.
fn written(node: Node<'_>) -> Option<Written> {
    let source = || node.source().chars().take(SOURCE_LIMIT).collect::<String>();
    let (text, not_text) = match node.scalar() {
        Some((value, ScalarKind::Str)) => (value.to_owned(), None),
        Some((_, ScalarKind::Bool)) => (source(), Some("a boolean")),
        Some((_, ScalarKind::Int | ScalarKind::Float)) => (source(), Some("a number")),
        None if node.is_sequence() => (source(), Some("a list")),
        // `{{ .Values.image }}` without quotes is a map in a map to YAML.
        None if node.source().starts_with("{{") => (source(), None),
        None if node.is_mapping() => (source(), Some("a map")),
        Some((_, ScalarKind::Null)) | None => return None,
    };
    (!text.is_empty()).then(|| Written { text: text.into(), span: node.span(), not_text })
}
