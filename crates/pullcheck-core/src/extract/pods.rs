//! The images of pods, and of what is like a pod.

use std::{collections::HashSet, sync::Arc};

use super::{
    Reader, Shape,
    objects::is_deleted,
    secrets::pull_secrets,
    walk::{Hit, Misfits, below},
    written::{scalar_text, written, written_text},
};
use crate::{
    facts::{Duplicate, FieldPath, Filler, ImageUse, ListFact, PodFact, Role, Written},
    kinds::{Member, Place},
    policy::Pulling,
    reference::Reference,
    span::Span,
    yaml::Node,
};

impl Reader<'_> {
    /// Reads a pod's spec, or what is like one, once for each object: `path` is the way to it, and
    /// `name` is what a single container without a name goes by.
    pub fn pod(
        &mut self,
        (spec, path): (Node<'_>, &str),
        members: &[Member],
        pulling: Pulling,
        name: Option<&str>,
        object: usize,
        misfits: Misfits,
    ) {
        if !spec.is_mapping() || !self.read.insert(spec.identity()) {
            return;
        }
        let from = self.facts.uses.len();
        // What stands in the template of the steps holds for all of them (tektoncd/pipeline,
        // `pkg/apis/pipeline/v1/merge.go`).
        let is_inherited = spec.at(&["stepTemplate", "imagePullPolicy"]).is_some();
        let pulling = if is_inherited { Pulling::Unknown } else { pulling };
        for member in members {
            let Some((last, before)) = member.keys.split_last() else { continue };
            let Some(holder) = spec.at(before) else { continue };
            if member.is_list {
                let path = member.keys.iter().fold(path.to_owned(), |path, key| below(&path, key));
                self.containers((holder, last, &path), member.role, pulling, object, misfits);
            } else if let Some(container) = holder.get(last).filter(|node| node.is_mapping()) {
                let name = spec.get("name").and_then(scalar_text).or(name);
                let before = self.facts.uses.len();
                let path = self.field_path(&below(path, last), member.role);
                self.container(container, (container, name), member.role, pulling, object, path);
                let used = self.facts.uses.get_mut(before);
                if let Some(used) = used {
                    if self.main_is_patched {
                        used.set_later = Some(Filler::Template);
                    }
                    if used.container.is_none() {
                        used.field = Some((*last).into());
                    }
                }
            }
        }
        self.volumes((spec, path), pulling, object);
        let accounts = ["serviceAccountName", "serviceAccount"];
        let account = accounts.into_iter().find_map(|key| spec.get(key).and_then(written_text));
        self.facts.pods.push(PodFact {
            object,
            uses: from..self.facts.uses.len(),
            path: self.whole_path(path).unwrap_or_default(),
            pull_secrets: pull_secrets(spec),
            account,
        });
    }

    /// The images that are mounted as volumes.
    fn volumes(&mut self, (spec, path): (Node<'_>, &str), pulling: Pulling, object: usize) {
        let Some(volumes) = spec.get("volumes") else { return };
        self.list(volumes, &below(path, "volumes"), object);
        let path = self.field_path(&below(path, "volumes"), Role::Volume);
        for (index, volume) in (0..).zip(self.items(Some(volumes))) {
            if let Some(image) = volume.get("image").filter(|image| image.is_mapping()) {
                let path = path.as_ref().map(|path| path.at(index));
                self.container(image, (volume, None), Role::Volume, pulling, object, path);
            }
        }
    }

    /// The way from the root of the object at hand, which may stand within another.
    pub fn whole_path(&self, path: &str) -> Option<Arc<str>> {
        let base = self.base.as_deref()?;
        Some(if base.is_empty() { path.into() } else { below(base, path).into() })
    }

    /// The path of an image, or of each image in a list, at the end of a way.
    pub fn field_path(&self, path: &str, role: Role) -> Option<FieldPath> {
        let tail = if role == Role::Volume { "image/reference" } else { role.image_key() };
        Some(FieldPath { list: self.whole_path(path)?, item: None, tail })
    }

    /// What a list says of the list that it may be laid over.
    fn list(&mut self, list: Node<'_>, path: &str, object: usize) {
        let may_replace = self.marks.directives || !self.is_built_in;
        let path = self.whole_path(path).filter(|_| may_replace && list.is_sequence());
        let Some(path) = path else { return };
        let deleted = list.items().filter(|item| is_deleted(*item));
        let deleted = deleted.filter_map(|item| item.get("name").and_then(scalar_text));
        self.facts.lists.push(ListFact {
            object,
            path,
            // The lists of custom resources have no keys to merge by.
            replaces: !self.is_built_in || list.items().any(is_replaced),
            deleted: deleted.map(Box::from).collect(),
        });
    }

    fn containers(
        &mut self,
        (holder, list, path): (Node<'_>, &str, &str),
        role: Role,
        pulling: Pulling,
        object: usize,
        misfits: Misfits,
    ) {
        let containers = match misfits {
            Misfits::Told => self.child(holder, list, Shape::List),
            Misfits::PassedOver => holder.get(list),
        };
        self.read.extend(containers.map(Node::identity));
        if let Some(list) = containers {
            self.list(list, path, object);
        }
        let path = self.field_path(path, role);
        for (index, container) in (0..).zip(self.items(containers)) {
            let is_map = container.is_mapping()
                || misfits == Misfits::Told
                    && self.has_shape(container, Shape::Map, || format!("an item of `{list}`"));
            if is_map {
                let path = path.as_ref().map(|path| path.at(index));
                self.container(container, (container, None), role, pulling, object, path);
            }
        }
    }

    /// A container that stands alone: each is a pod of its own.
    pub fn single_container(&mut self, hit: &Hit<'_>, place: &Place, object: usize) {
        if !hit.node.is_mapping() || !self.read.insert(hit.node.identity()) {
            return;
        }
        let from = self.facts.uses.len();
        let pulling = if self.in_patch { Pulling::Unknown } else { place.pulling };
        let path = self.field_path(&hit.path, Role::Container);
        self.container(hit.node, (hit.node, None), Role::Container, pulling, object, path);
        for used in self.facts.uses.iter_mut().skip(from) {
            used.tag = place.tag;
            if used.container.is_none() {
                used.field = Some(format!("{}.image", hit.field()).into());
                used.container = hit.name.map(Box::from);
            }
        }
    }

    /// The image and policy in `node`, which belong to the container or volume `named`.
    pub fn container(
        &mut self,
        node: Node<'_>,
        (named, name): (Node<'_>, Option<&str>),
        role: Role,
        pulling: Pulling,
        object: usize,
        path: Option<FieldPath>,
    ) {
        for key in [role.image_key(), role.policy_key()] {
            self.duplicate(node, key, object);
        }
        let image = node.get(role.image_key());
        self.read.extend(image.map(Node::identity));
        let image = image.and_then(written);
        let policy = node.get(role.policy_key()).and_then(written);
        if image.is_none() && policy.is_none() {
            return;
        }
        let name = named.get("name").and_then(scalar_text).or(name);
        let set_later = self.trigger_of(name, image.as_ref());
        self.facts.uses.push(ImageUse {
            container: name.map(Box::from),
            path,
            image,
            policy,
            pulling,
            set_later,
            ..ImageUse::without_image(object, role)
        });
    }

    /// Whether an image trigger of the object at hand sets a container's image. What nobody can
    /// pull is there to be replaced, too.
    fn trigger_of(&self, name: Option<&str>, image: Option<&Written>) -> Option<Filler> {
        let triggered = self.triggered.as_ref()?;
        let is_named = name.is_some_and(|name| triggered.contains(name));
        let is_unreadable = image.is_some_and(|image| Reference::parse(&image.text).is_err());
        (is_named || is_unreadable).then_some(Filler::Trigger)
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

/// Whether an item makes the list that it stands in take the place of another.
fn is_replaced(item: Node<'_>) -> bool {
    item.get("$patch").and_then(Node::as_str) == Some("replace")
}

/// The containers whose images OpenShift's triggers set: by the triggers of a `DeploymentConfig`
/// (openshift/api, `apps/v1/types.go`), or by the annotation `image.openshift.io/triggers`, which
/// names containers by their name or number. Nothing where there are no triggers.
pub fn triggered(object: Node<'_>, kind: &str) -> Option<HashSet<String>> {
    let annotation = object.at(&["metadata", "annotations", "image.openshift.io/triggers"]);
    let is_config = kind == "DeploymentConfig";
    let triggers = object.at(&["spec", "triggers"]).filter(|_| is_config);
    if annotation.is_none() && triggers.is_none() {
        return None;
    }
    let mut names: HashSet<String> = triggers
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|trigger| trigger.at(&["imageChangeParams", "containerNames"]))
        .flat_map(Node::items)
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    let text = annotation.and_then(Node::as_str).filter(|text| text.len() <= LONGEST_ANNOTATION);
    let Some(text) = text else { return Some(names) };
    let paths: [&[&str]; 3] = [
        &["spec"],
        &["spec", "template", "spec"],
        &["spec", "jobTemplate", "spec", "template", "spec"],
    ];
    for (list, spec) in ["containers", "initContainers"]
        .into_iter()
        .flat_map(|list| paths.iter().map(move |path| (list, path)))
    {
        let containers = object.at(spec).and_then(|spec| spec.get(list));
        let containers = containers.into_iter().flat_map(Node::items).take(MOST_TRIGGERED);
        for (index, container) in containers.enumerate() {
            let Some(name) = container.get("name").and_then(Node::as_str) else { continue };
            let by_number = text.contains(&format!(".{list}[{index}]"));
            if by_number || text.contains(&format!("\"{name}\\\"")) {
                names.insert(name.to_owned());
            }
        }
    }
    Some(names)
}

/// An annotation longer than this is not looked through for names.
const LONGEST_ANNOTATION: usize = 64 << 10;

/// How many containers of a list are looked for in an annotation.
const MOST_TRIGGERED: usize = 200;
