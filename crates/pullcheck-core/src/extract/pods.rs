//! The images of pods, and of what is like a pod.

use super::{
    Reader, Shape,
    walk::{Hit, Misfits},
    written::{scalar_text, written},
};
use crate::{
    facts::{Duplicate, ImageUse, PodFact, Role, Written},
    image::Filler,
    kinds::{Member, Place},
    policy::Pulling,
    reference::Reference,
    span::Span,
    yaml::Node,
};

impl Reader<'_> {
    /// Reads a pod's spec, or what is like one, once for each object. `name` is what a single
    /// container without a name goes by.
    pub fn pod(
        &mut self,
        spec: Node<'_>,
        members: &[Member],
        pulling: Pulling,
        name: Option<&str>,
        object: usize,
        misfits: Misfits,
    ) {
        if !spec.is_mapping() || !self.pods_read.insert(spec.identity()) {
            return;
        }
        let from = self.facts.uses.len();
        for member in members {
            let Some((last, before)) = member.keys.split_last() else { continue };
            let Some(holder) = spec.at(before) else { continue };
            if member.is_list {
                self.containers(holder, last, member.role, pulling, object, misfits);
            } else if let Some(container) = holder.get(last).filter(|node| node.is_mapping()) {
                let name = spec.get("name").and_then(scalar_text).or(name);
                let before = self.facts.uses.len();
                self.container(container, container, name, member.role, pulling, object);
                let used = self.facts.uses.get_mut(before);
                if let Some(used) = used.filter(|used| used.container.is_none()) {
                    used.field = Some((*last).into());
                }
            }
        }
        for volume in self.items(spec.get("volumes")) {
            if let Some(image) = volume.get("image").filter(|image| image.is_mapping()) {
                self.container(image, volume, None, Role::Volume, pulling, object);
            }
        }
        self.facts.pods.push(PodFact { object, uses: from..self.facts.uses.len() });
    }

    fn containers(
        &mut self,
        holder: Node<'_>,
        list: &str,
        role: Role,
        pulling: Pulling,
        object: usize,
        misfits: Misfits,
    ) {
        let containers = match misfits {
            Misfits::Told => self.child(holder, list, Shape::List),
            Misfits::PassedOver => holder.get(list),
        };
        for container in self.items(containers) {
            let is_map = container.is_mapping()
                || misfits == Misfits::Told
                    && self.has_shape(container, Shape::Map, || format!("an item of `{list}`"));
            if is_map {
                self.container(container, container, None, role, pulling, object);
            }
        }
    }

    /// A container that stands alone: each is a pod of its own.
    pub fn single_container(&mut self, hit: &Hit<'_>, place: &Place, object: usize) {
        if !hit.node.is_mapping() || !self.pods_read.insert(hit.node.identity()) {
            return;
        }
        let from = self.facts.uses.len();
        self.container(hit.node, hit.node, None, Role::Container, place.pulling, object);
        for used in self.facts.uses.iter_mut().skip(from) {
            used.tag = place.tag;
            if used.container.is_none() {
                used.field = Some(format!("{}.image", hit.field).into());
                used.container = hit.name.map(Box::from);
            }
        }
    }

    /// The image and policy in `node`, which belong to the container or volume `named`.
    pub fn container(
        &mut self,
        node: Node<'_>,
        named: Node<'_>,
        name: Option<&str>,
        role: Role,
        pulling: Pulling,
        object: usize,
    ) {
        for key in [role.image_key(), role.policy_key()] {
            self.duplicate(node, key, object);
        }
        let image = node.get(role.image_key()).and_then(written);
        let policy = node.get(role.policy_key()).and_then(written);
        if image.is_none() && policy.is_none() {
            return;
        }
        let name = named.get("name").and_then(scalar_text).or(name);
        let set_later = self.trigger_of(name, image.as_ref());
        self.facts.uses.push(ImageUse {
            container: name.map(Box::from),
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
        let is_named = name.is_some_and(|name| triggered.iter().any(|triggered| triggered == name));
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

/// The containers whose images OpenShift's triggers set: by the triggers of a `DeploymentConfig`
/// (openshift/api, `apps/v1/types.go`), or by the annotation `image.openshift.io/triggers`, which
/// names containers by their name or number. Nothing where there are no triggers.
pub fn triggered(object: Node<'_>) -> Option<Vec<String>> {
    let annotation = object.at(&["metadata", "annotations", "image.openshift.io/triggers"]);
    let triggers = object.at(&["spec", "triggers"]).filter(|triggers| triggers.is_sequence());
    if annotation.is_none() && triggers.is_none() {
        return None;
    }
    let mut names: Vec<String> = triggers
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|trigger| trigger.at(&["imageChangeParams", "containerNames"]))
        .flat_map(Node::items)
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    let text = annotation.and_then(Node::as_str).unwrap_or_default();
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
        for (index, container) in containers.into_iter().flat_map(Node::items).enumerate() {
            let Some(name) = container.get("name").and_then(Node::as_str) else { continue };
            let by_number = text.contains(&format!(".{list}[{index}]"));
            if by_number || text.contains(&format!("\"{name}\\\"")) {
                names.push(name.to_owned());
            }
        }
    }
    Some(names)
}
