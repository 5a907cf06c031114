//! JSON patches (RFC 6902): operations on objects that other files hold.

use std::collections::HashMap;

use super::{
    Reader,
    walk::Misfits,
    written::{scalar_text, written},
};
use crate::{
    facts::{ImageUse, ObjectFact, Role, Written},
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
        });
        let mut fields = HashMap::new();
        for step in self.items(Some(root)) {
            let operation = step.get("op").and_then(Node::as_str);
            let pointer = step.get("path").and_then(Node::as_str);
            let (Some("add" | "replace"), Some((holder, key)), Some(value)) = (
                operation,
                pointer.and_then(|pointer| pointer.rsplit_once('/')),
                step.get("value"),
            ) else {
                continue;
            };
            if pointer.is_some_and(|pointer| {
                ["/data", "/stringData"].iter().any(|part| pointer.starts_with(part))
            }) {
                self.facts.confidential.push(value.content_span());
            }
            match Pointed::at(holder) {
                Some(Pointed::Image(role)) => {
                    let index = fields.get(holder).copied();
                    let index = self.patch_field(index, object, role, (holder, key), value);
                    fields.extend(index.map(|index| (holder, index)));
                }
                Some(Pointed::List(role)) => {
                    self.container(value, value, None, role, Pulling::Unknown, object);
                }
                Some(Pointed::Volumes) => self.patched_volume(object, value),
                None => self.patch_below(object, key, value),
            }
        }
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
            self.facts.uses.push(ImageUse { field, ..ImageUse::without_image(object, role) });
        }
        let used = self.facts.uses.get_mut(index)?;
        let slot: &mut Option<Written> = if is_image { &mut used.image } else { &mut used.policy };
        *slot = Some(part);
        Some(index)
    }

    fn patched_volume(&mut self, object: usize, volume: Node<'_>) {
        if let Some(image) = volume.get("image").filter(|image| image.is_mapping()) {
            self.container(image, volume, None, Role::Volume, Pulling::Unknown, object);
        }
    }

    /// The containers in a larger value: a list of them, a pod's spec, or a template.
    fn patch_below(&mut self, object: usize, key: &str, value: Node<'_>) {
        if value.is_sequence() && key == "volumes" {
            for volume in self.items(Some(value)) {
                self.patched_volume(object, volume);
            }
        } else if value.is_sequence() {
            let Some(role) = kinds::role_of_list(key) else { return };
            for item in self.items(Some(value)) {
                self.container(item, item, None, role, Pulling::Unknown, object);
            }
        } else if let Some(spec) = pod_in(value) {
            self.pod(spec, POD, Pulling::Unknown, None, object, Misfits::PassedOver);
        }
    }
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
        // No object is as deep as a pointer of such a length.
        if pointer.len() > LONGEST_POINTER {
            return None;
        }
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
fn pod_in(value: Node<'_>) -> Option<Node<'_>> {
    let job = ["spec", "jobTemplate", "spec", "template", "spec"];
    let ways: [&[&str]; 6] = [
        &[],
        &["spec"],
        &["template", "spec"],
        &["spec", "template", "spec"],
        job.get(1..).unwrap_or_default(),
        &job,
    ];
    let mut specs = ways.iter().filter_map(|keys| value.at(keys));
    specs.find(|spec| ["containers", "initContainers"].iter().any(|list| spec.get(list).is_some()))
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
