//! JSON patches (RFC 6902): operations on objects that other files hold.

use std::collections::HashMap;

use super::{
    Reader,
    walk::{Misfits, below},
    written::{scalar_text, written},
};
use crate::{
    facts::{
        FieldPath, ImageUse, JsonPatch, JsonStep, ObjectFact, Operation, Role, Standing, Written,
    },
    kinds::{self, POD},
    policy::Pulling,
    yaml::Node,
};

impl Reader<'_> {
    /// A file of its own that holds a patch.
    pub fn json_patch_file(&mut self, root: Node<'_>) {
        if is_json_patch(root) {
            self.facts.manifests += 1;
            self.json_patch(root, None);
        }
    }

    /// The images and policies that a patch sets, in the object that a kustomization targets.
    pub fn json_patch(&mut self, root: Node<'_>, target: Option<Node<'_>>) {
        let object = self.facts.objects.len();
        let text = |key: &str| target?.get(key).and_then(scalar_text).map(Box::from);
        self.facts.objects.push(ObjectFact {
            api_version: Box::default(),
            kind: text("kind").unwrap_or_default(),
            namespace: text("namespace"),
            name: text("name"),
            standing: Standing::Within,
        });
        let base = self.base.replace(String::new());
        let mut fields = HashMap::new();
        let mut steps = Vec::new();
        for step in self.items(Some(root)) {
            let operation = operation(step);
            let pointer = step.get("path").and_then(Node::as_str);
            let Some(pointer) = pointer.filter(|pointer| pointer.len() <= LONGEST_POINTER) else {
                continue;
            };
            let from = self.facts.uses.len();
            let value = step.get("value");
            let is_set = matches!(operation, Operation::Add | Operation::Replace);
            let index = value
                .filter(|_| is_set)
                .and_then(|value| self.patched_value(object, pointer, value, &mut fields));
            let uses = index.map_or(from..self.facts.uses.len(), |index| index..index + 1);
            let path = unescaped(pointer.trim_start_matches('/')).into();
            let value = value.filter(|value| value.scalar().is_some()).and_then(written);
            steps.push(JsonStep { operation, path, value, uses });
        }
        self.base = base;
        self.facts.json_patches.push(JsonPatch { object, steps });
    }

    /// The images in a value that a patch sets; which use it is of, where it is one field of a
    /// container.
    fn patched_value<'p>(
        &mut self,
        object: usize,
        pointer: &'p str,
        value: Node<'_>,
        fields: &mut HashMap<&'p str, usize>,
    ) -> Option<usize> {
        let (holder, key) = pointer.rsplit_once('/')?;
        if ["/data", "/stringData"].iter().any(|part| pointer.starts_with(part)) {
            self.facts.confidential.push(value.content_span());
        }
        let path = unescaped(pointer.trim_start_matches('/'));
        match Pointed::at(holder) {
            Some(Pointed::Image(role)) => {
                let index = fields.get(holder).copied();
                let index = self.patch_field(index, object, role, (holder, key), value);
                fields.extend(index.map(|index| (holder, index)));
                return index;
            }
            Some(Pointed::List(role)) => {
                let path = self.field_path(&path, role);
                self.container(value, (value, None), role, Pulling::Unknown, object, path);
            }
            Some(Pointed::Volumes) => self.patched_volume(object, value, &path, None),
            None => self.patch_below(object, key, value, &path),
        }
        None
    }

    /// The image or the policy of a container. The two of one container belong together: `known`
    /// is the use that an operation before began.
    fn patch_field(
        &mut self,
        known: Option<usize>,
        object: usize,
        role: Role,
        (holder, key): (&str, &str),
        value: Node<'_>,
    ) -> Option<usize> {
        let is_image = key == role.image_key();
        let part = written(value).filter(|_| is_image || key == role.policy_key())?;
        let index = known.unwrap_or(self.facts.uses.len());
        if known.is_none() {
            let field = Some(holder.into());
            let path = self.field_path(&unescaped(holder.trim_start_matches('/')), role);
            let used = ImageUse::without_image(object, role);
            self.facts.uses.push(ImageUse { field, path, ..used });
        }
        let used = self.facts.uses.get_mut(index)?;
        let slot: &mut Option<Written> = if is_image { &mut used.image } else { &mut used.policy };
        *slot = Some(part);
        Some(index)
    }

    fn patched_volume(&mut self, object: usize, volume: Node<'_>, path: &str, item: Option<u32>) {
        if let Some(image) = volume.get("image").filter(|image| image.is_mapping()) {
            let path = self.field_path(path, Role::Volume).map(|path| FieldPath { item, ..path });
            self.container(image, (volume, None), Role::Volume, Pulling::Unknown, object, path);
        }
    }

    /// The containers in a larger value: a list of them, a pod's spec, or a template.
    fn patch_below(&mut self, object: usize, key: &str, value: Node<'_>, path: &str) {
        if value.is_sequence() && key == "volumes" {
            for (index, volume) in (0..).zip(self.items(Some(value))) {
                self.patched_volume(object, volume, path, Some(index));
            }
        } else if value.is_sequence() {
            let Some(role) = kinds::role_of_list(key) else { return };
            let path = self.field_path(path, role);
            for (index, item) in (0..).zip(self.items(Some(value))) {
                let path = path.as_ref().map(|path| path.at(index));
                self.container(item, (item, None), role, Pulling::Unknown, object, path);
            }
        } else if let Some((spec, way)) = pod_in(value) {
            let path = way.iter().fold(path.to_owned(), |path, key| below(&path, key));
            self.pod((spec, &path), POD, Pulling::Unknown, None, object, Misfits::PassedOver);
        }
    }
}

fn operation(step: Node<'_>) -> Operation {
    match step.get("op").and_then(Node::as_str) {
        Some("add") => Operation::Add,
        Some("replace") => Operation::Replace,
        Some("remove") => Operation::Remove,
        _ => Operation::Other,
    }
}

/// A pointer without its escapes (RFC 6901, section 3).
fn unescaped(pointer: &str) -> String {
    pointer.replace("~1", "/").replace("~0", "~")
}

/// Longer pointers are not followed.
const LONGEST_POINTER: usize = 1024;

/// What a pointer leads to.
enum Pointed {
    /// What holds an image and its policy: one container, or the image of a volume.
    Image(Role),
    /// A list of containers.
    List(Role),
    /// The list of volumes.
    Volumes,
}

impl Pointed {
    fn at(pointer: &str) -> Option<Self> {
        let keys: Vec<&str> = pointer.split('/').collect();
        match keys.as_slice() {
            [.., "volumes", _, "image"] => Some(Self::Image(Role::Volume)),
            [.., "volumes"] => Some(Self::Volumes),
            [.., list] if let Some(role) = kinds::role_of_list(list) => Some(Self::List(role)),
            [.., list, _] => kinds::role_of_list(list).map(Self::Image),
            _ => None,
        }
    }
}

/// A pod's spec, at a value that a patch sets or in the template that it is.
fn pod_in(value: Node<'_>) -> Option<(Node<'_>, &'static [&'static str])> {
    const WAYS: [&[&str]; 6] = [
        &[],
        &["spec"],
        &["template", "spec"],
        &["spec", "template", "spec"],
        &["jobTemplate", "spec", "template", "spec"],
        &["spec", "jobTemplate", "spec", "template", "spec"],
    ];
    let mut specs = WAYS.iter().filter_map(|&keys| Some((value.at(keys)?, keys)));
    specs.find(|(spec, _)| {
        ["containers", "initContainers"].iter().any(|list| spec.get(list).is_some())
    })
}

/// A list of operations, each with its `op` and a pointer.
pub fn is_json_patch(root: Node<'_>) -> bool {
    let is_step = |step: Node<'_>| {
        let pointer = step.get("path").and_then(Node::as_str);
        step.get("op").and_then(Node::as_str).is_some()
            && pointer.is_some_and(|pointer| pointer.starts_with('/'))
    };
    root.first_child().is_some() && root.is_sequence() && root.items().all(is_step)
}
