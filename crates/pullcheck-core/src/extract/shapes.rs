//! Pods in kinds that nobody listed, known by their shape.

use super::{
    Reader,
    objects::type_of,
    walk::{Misfits, below},
};
use crate::{kinds::POD, policy::Pulling, yaml::Node};

impl Reader<'_> {
    /// Looks through an object for pods: lists called `containers`, `initContainers` or
    /// `ephemeralContainers` whose items have a `name` and an `image`. Kustomize finds images in
    /// just this way (kubernetes-sigs/kustomize, `api/filters/imagetag/legacy.go`). Objects in
    /// objects, as templates and packages hold them, are read as what they are.
    pub fn shapes(&mut self, root: Node<'_>, object: usize, depth: u32) {
        let mut open = vec![(root, root, 0)];
        let mut trail = Trail::default();
        let mut met = std::collections::HashSet::new();
        let pulling = if self.in_patch { Pulling::Unknown } else { Pulling::Pod };
        while let Some((node, holder, way)) = open.pop() {
            // Values have shapes of their own.
            if !met.insert(node.identity()) || self.texts_read.contains(&node.identity()) {
                continue;
            }
            let is_root = node.identity() == root.identity();
            let is_secret = type_of(node) == Some(("v1", "Secret"));
            if !is_root && (is_secret || self.is_known_object(node)) {
                self.object_within(node, &trail.path(way), depth - 1);
                continue;
            }
            if POD.iter().any(|member| self.holds_containers(node, member.keys)) {
                self.annotation(holder);
                self.pod((node, &trail.path(way)), POD, pulling, None, object, Misfits::PassedOver);
            }
            let from = open.len();
            let items = node.items().enumerate().filter(|(_, item)| is_collection(*item));
            open.extend(items.map(|(index, item)| (item, node, trail.item(way, index))));
            open.extend(node.entries().filter_map(|(key, value)| {
                let (key, _) = key.scalar()?;
                let is_state = matches!(key, "status" | "metadata");
                (!is_state && is_collection(value)).then(|| (value, node, trail.key(way, key)))
            }));
            // What was put in last comes out first: keep the order of the text.
            open.get_mut(from..).unwrap_or_default().reverse();
        }
    }

    /// Whether a map has a list of containers that was not read yet.
    fn holds_containers(&self, node: Node<'_>, keys: &[&str]) -> bool {
        let is_container = |item: Node<'_>| {
            ["name", "image"].iter().all(|key| item.get(key).and_then(Node::as_str).is_some())
        };
        let list = node.at(keys).filter(|list| !self.read.contains(&list.identity()));
        list.is_some_and(|list| list.items().any(is_container))
    }

    /// An object of a kind that holds images, with what holds them.
    fn is_known_object(&self, node: Node<'_>) -> bool {
        type_of(node).is_some_and(|(api_version, kind)| {
            let places = self.settings.kinds.places(api_version, kind);
            places.into_iter().any(|place| {
                let first = place.path.keys().next().flatten();
                first.is_some_and(|key| node.get(key).is_some_and(Node::is_mapping))
            })
        })
    }
}

/// The ways to the collections that were come across: each is one step longer than another.
#[derive(Default)]
struct Trail<'a>(Vec<(usize, Step<'a>)>);

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

impl<'a> Trail<'a> {
    fn key(&mut self, way: usize, key: &'a str) -> usize {
        self.0.push((way, Step::Key(key)));
        self.0.len()
    }

    fn item(&mut self, way: usize, index: usize) -> usize {
        self.0.push((way, Step::Item(index)));
        self.0.len()
    }

    /// A way from the root: `spec/template/spec`.
    fn path(&self, way: usize) -> String {
        let mut steps = Vec::new();
        let mut at = way;
        while let Some((before, step)) = at.checked_sub(1).and_then(|index| self.0.get(index)) {
            steps.push(*step);
            at = *before;
        }
        let steps = steps.into_iter().rev();
        steps.fold(String::new(), |path, step| match step {
            Step::Key(key) => below(&path, key),
            Step::Item(index) => below(&path, &index.to_string()),
        })
    }
}

fn is_collection(node: Node<'_>) -> bool {
    node.is_mapping() || node.is_sequence()
}
