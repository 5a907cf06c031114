//! Images in the values of Helm charts: in files, and in the objects that hand values over.
//!
//! No schema says which values are images, so they are known by the shapes that charts share.

mod image;
mod number;
mod set;
mod shape;

use std::cell::LazyCell;

use super::{
    Reader,
    objects::{LIST_DEPTH, type_of},
    written::written_text,
};
use crate::{
    facts::{HelmFile, ImageUse, ObjectFact, Role},
    image::stands_in,
    kinds::role_of_list,
    policy::Pulling,
    reference::Reference,
    yaml::{Node, ScalarKind},
};
use image::{Fields, Parent, Policies, PolicyAndKey};
use number::printed;

/// How deep maps and lists in values are followed.
const DEPTH: u32 = 64;

/// How long the path to a value may be, in bytes. Values further in are not read.
const LONGEST_PATH: usize = 512;

/// Whether a file holds values by its name: `values.yaml`, `values-prod.yml`, `values.eu.yaml`,
/// `test-values.yaml`.
pub fn is_named(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else {
        return false;
    };
    let own = |rest: &str| rest.is_empty() || rest.starts_with(['.', '-', '_']);
    let before = |rest: &str| rest.is_empty() || rest.ends_with(['.', '-', '_']);
    stem.strip_prefix("values").is_some_and(own) || stem.strip_suffix("values").is_some_and(before)
}

/// Where a walk through values is, and what holds for all of them.
pub struct Walk {
    object: usize,
    /// The path to the map at hand.
    path: String,
    /// The registry that charts put before images that name none.
    registry: Option<image::Piece>,
    /// How deep the walk may still go.
    depth: u32,
}

impl Walk {
    /// The path of a key of the map at hand.
    fn field(&self, key: &str) -> String {
        let dot = if self.path.is_empty() { "" } else { "." };
        format!("{}{dot}{key}", self.path)
    }

    fn enter(&mut self, key: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path += key;
    }
}

impl Reader<'_> {
    /// A file of values.
    pub fn values_file(&mut self, root: Node<'_>) {
        if !root.is_mapping() {
            return;
        }
        self.facts.manifests += 1;
        let is_certain = self.settings.is_helm_values;
        let helm = if is_certain { HelmFile::CertainValues } else { HelmFile::Values };
        self.facts.helm = Some(helm);
        let object = self.facts.objects.len();
        self.facts.objects.push(ObjectFact { kind: "Values".into(), ..ObjectFact::default() });
        self.values(root, object, "");
    }

    /// Values as a map, or as the text of one. `field` is the path to them.
    pub fn values(&mut self, node: Node<'_>, object: usize, field: &str) {
        if node.as_str().is_some() {
            let read = |reader: &mut Reader<'_>, root: Node<'_>| {
                reader.values(root, object, field);
            };
            self.embedded(node, Some("the text of the values"), &read);
        } else if node.is_mapping() {
            self.texts_read.insert(node.identity());
            let registry = image::global_registry(node);
            let mut walk = Walk { object, path: field.to_owned(), registry, depth: DEPTH };
            self.values_in(node, Parent::default(), &mut walk);
        }
    }

    fn values_in(&mut self, node: Node<'_>, parent: Parent<'_>, walk: &mut Walk) {
        if walk.depth == 0 || walk.path.len() > LONGEST_PATH || is_schema(node) {
            return;
        }
        if type_of(node).is_some() {
            return self.object(node, None, LIST_DEPTH);
        }
        if !self.is_worth_reading(node) {
            return;
        }
        walk.depth -= 1;
        let length = walk.path.len();
        if node.is_sequence() {
            for (index, item) in node.items().enumerate().filter(|(_, item)| is_collection(*item)) {
                walk.path += &format!("[{index}]");
                self.values_in(item, Parent::default(), walk);
                walk.path.truncate(length);
            }
        } else {
            let is_image = shape::is_worth_reading(node)
                && self.image_in_pieces(&Fields::Map(node), parent, walk);
            let policies = LazyCell::new(|| Policies::of(&Fields::Map(node)));
            for (key, value) in node.entries() {
                let Some((key, _)) = key.scalar().filter(|(key, _)| *key != "<<") else { continue };
                if holds_containers(key) && self.listed_containers(value, key, walk) {
                } else if is_collection(value) {
                    walk.enter(key);
                    self.values_in(value, Parent { key, above: parent.key }, walk);
                    walk.path.truncate(length);
                } else if !is_image || key != "image" {
                    self.image_in_one(key, value, || policies.beside(key), walk);
                }
            }
        }
        walk.depth += 1;
    }

    /// An image in one string. Only what names a build is taken for one: many keys end in `Image`.
    fn image_in_one(
        &mut self,
        key: &str,
        value: Node<'_>,
        policy: impl FnOnce() -> PolicyAndKey,
        walk: &Walk,
    ) {
        let Some(image) = Some(value).filter(|_| names_image(key)).and_then(written_text) else {
            return;
        };
        let names_build = match stands_in(&image) {
            Some(_) => image.text.contains(['{', '$', ':']),
            None => Reference::parse(&image.text)
                .is_ok_and(|reference| reference.tag().or(reference.digest()).is_some()),
        };
        // `imageRegistry: localhost:5000` could be one as well.
        if !names_build || !key.ends_with("mage") && !image.text.contains('/') {
            return;
        }
        let (policy, policy_key) = policy();
        self.facts.uses.push(ImageUse {
            field: Some(walk.field(key).into()),
            image: Some(image),
            policy,
            policy_key,
            ..ImageUse::without_image(walk.object, Role::Values)
        });
    }

    /// A list of containers as they stand in a pod, or the text of one; tells whether it is one.
    fn listed_containers(&mut self, value: Node<'_>, key: &str, walk: &mut Walk) -> bool {
        let role = role_of(key);
        if let Some(text) = value.as_str() {
            let is_list = text.contains("image");
            if is_list {
                let (object, field) = (walk.object, walk.field(key));
                let read = |reader: &mut Reader<'_>, root: Node<'_>| {
                    reader.containers_in_values(root, role, object, &field);
                };
                self.embedded(value, None, &read);
            }
            return is_list;
        }
        let is_container = |item: Node<'_>| {
            ["name", "image"].iter().all(|key| item.get(key).and_then(Node::as_str).is_some())
                && ["tag", "imageTag"].iter().all(|key| item.get(key).is_none())
        };
        let is_list = value.is_sequence() && value.items().all(is_container);
        if is_list {
            self.containers_in_values(value, role, walk.object, &walk.field(key));
        }
        is_list
    }

    fn containers_in_values(&mut self, list: Node<'_>, role: Role, object: usize, field: &str) {
        for (index, item) in self.items(Some(list)).into_iter().enumerate() {
            if item.get("image").and_then(Node::as_str).is_none() {
                continue;
            }
            let before = self.facts.uses.len();
            self.container(item, (item, None), role, Pulling::Pod, object, None);
            if let Some(used) = self.facts.uses.get_mut(before) {
                used.field = Some(format!("{field}[{index}].image").into());
            }
        }
    }
}

fn is_collection(node: Node<'_>) -> bool {
    node.is_mapping() || node.is_sequence()
}

/// Definitions of custom resources, and other schemas.
fn is_schema(node: Node<'_>) -> bool {
    node.get("openAPIV3Schema").is_some()
        || node.get("properties").is_some_and(Node::is_mapping)
            && node.get("type").and_then(Node::as_str).is_some()
}

/// `image`, `sidecarImage`, `docker_image`, and Consul's `imageK8S`.
fn names_image(key: &str) -> bool {
    let own = |before: &str| before.is_empty() || before.ends_with(['_', '-', '.']);
    let after = |rest: &str| rest.starts_with(|first: char| first.is_ascii_uppercase());
    key.ends_with("Image")
        || key.strip_suffix("image").is_some_and(own)
        || key.strip_prefix("image").is_some_and(after)
}

/// `containers`, `extraContainers`, `initContainers`, `sidecars`.
fn holds_containers(key: &str) -> bool {
    ["ontainers", "idecars"].iter().any(|end| key.ends_with(end))
}

fn role_of(key: &str) -> Role {
    let is_init = key.to_ascii_lowercase().contains("init");
    role_of_list(key).unwrap_or(if is_init { Role::Init } else { Role::Container })
}

/// Whether nothing is written: no value, or an empty one.
fn is_empty(node: Node<'_>) -> bool {
    node.scalar().is_some_and(|(text, kind)| kind == ScalarKind::Null || text.is_empty())
}
