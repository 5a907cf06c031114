//! Patches: what they are laid over, and what they make of its images.

use regex::Regex;

use super::resource::{Resource, SetImage, Slot, group_version};
use crate::{
    facts::{FileFacts, JsonPatch, JsonStep, ListFact, ObjectFact, Operation, Standing, Target},
    span::FileId,
};

/// What a strategic merge patch says of an object.
pub struct Overlay<'p> {
    file: FileId,
    object: usize,
    fact: &'p ObjectFact,
    slots: Vec<Slot<'p>>,
    lists: Vec<&'p ListFact>,
}

impl<'p> Overlay<'p> {
    /// An object that is laid over others: its number in its file, and those of its images.
    pub fn of(file: FileId, object: usize, facts: &'p FileFacts, uses: &[usize]) -> Option<Self> {
        let fact = facts.objects.get(object)?;
        let slots = uses.iter();
        let slots = slots.filter_map(|&index| Some(Slot::of(file, index, facts.uses.get(index)?)));
        let lists = facts.lists.iter().filter(|list| list.object == object).collect();
        Some(Self { file, object, fact, slots: slots.collect(), lists })
    }

    /// Whether it is for an object by its own type and name, now or before.
    fn names(&self, resource: &Resource<'_>) -> bool {
        let text = |text: &'p Option<Box<str>>| text.as_deref().unwrap_or_default();
        let namespace = |text| if text == "default" { "" } else { text };
        self.fact.api_version == resource.fact.api_version
            && self.fact.kind == resource.fact.kind
            && resource.ids.iter().any(|id| {
                id.name == text(&self.fact.name)
                    && namespace(&id.namespace) == namespace(text(&self.fact.namespace))
            })
    }

    /// How many images and lists it says something of.
    pub fn size(&self) -> usize {
        self.slots.len() + self.lists.len()
    }

    /// Lays it over what it is for; tells whether there is anything.
    pub fn apply(&self, resources: &mut Vec<Resource<'p>>, target: Option<&Selector>) -> bool {
        let mut is_any = false;
        let is_meant = |resource: &Resource<'_>| match target {
            Some(target) => target.selects(resource),
            None => self.names(resource),
        };
        resources.retain_mut(|resource| {
            if !is_meant(resource) {
                return true;
            }
            is_any = true;
            self.merge(resource);
            self.fact.standing != Standing::Deleted
        });
        is_any
    }

    fn merge(&self, resource: &mut Resource<'p>) {
        resource.patches.push((self.file, self.object));
        for list in &self.lists {
            resource.slots.retain(|slot| {
                let name = slot.fact.container.as_ref();
                slot.list != list.path
                    || !(list.replaces || name.is_some_and(|name| list.deleted.contains(name)))
            });
        }
        // New items come first, in their order (kyaml, `MergeOptionsListPrepend`).
        let mut new = Vec::new();
        for slot in &self.slots {
            let is_same = |other: &&mut Slot<'p>| {
                other.list == slot.list
                    && match slot.item {
                        Some(_) => other.fact.container == slot.fact.container,
                        None => other.tail == slot.tail,
                    }
            };
            match resource.slots.iter_mut().find(is_same) {
                Some(known) => {
                    if let Some(image) = &slot.image {
                        known.set_image(image.clone(), "what a patch replaces");
                    }
                    known.policy = slot.policy.or(known.policy);
                }
                None => new.push(slot.clone()),
            }
        }
        for slot in new.into_iter().rev() {
            for other in &mut resource.slots {
                if other.list == slot.list
                    && let Some(item) = &mut other.item
                {
                    *item += 1;
                }
            }
            let item = slot.item.map(|_| 0);
            resource.slots.insert(0, Slot { item, ..slot });
        }
    }
}

/// A part of a target: a regular expression, most often a plain word.
enum Wanted {
    Word(Box<str>),
    Regex(Regex),
}

impl Wanted {
    /// Nothing for what is no regular expression.
    fn of(text: &str) -> Option<Self> {
        if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Some(Self::Word(text.into()));
        }
        Regex::new(&format!("^(?:{text})$")).ok().map(Self::Regex)
    }

    fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Word(word) => **word == *text,
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// A target, ready to be compared.
pub struct Selector {
    group: Option<Wanted>,
    version: Option<Wanted>,
    kind: Option<Wanted>,
    name: Option<Wanted>,
    namespace: Option<Wanted>,
    /// It asks for what is not known, or cannot be read: it selects nothing.
    is_blind: bool,
}

impl Selector {
    /// What a target selects.
    pub fn of(target: &Target) -> Self {
        let mut is_blind = target.by_labels;
        let mut read = |text: &Option<Box<str>>| {
            let text = text.as_deref().filter(|text| !text.is_empty())?;
            let wanted = Wanted::of(text);
            is_blind |= wanted.is_none();
            wanted
        };
        let (group, version) = (read(&target.group), read(&target.version));
        let (kind, name) = (read(&target.kind), read(&target.name));
        let namespace = read(&target.namespace);
        Self { group, version, kind, name, namespace, is_blind }
    }

    /// Whether it asks for more than is known of an object.
    pub const fn is_blind(&self) -> bool {
        self.is_blind
    }

    pub fn selects(&self, resource: &Resource<'_>) -> bool {
        let is = |wanted: &Option<Wanted>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.is_match(text))
        };
        let namespace = |text: &str| match text {
            "" => is(&self.namespace, "default"),
            text => is(&self.namespace, text),
        };
        let (group, version) = group_version(&resource.fact.api_version);
        let ends = [resource.ids.first(), resource.ids.last()];
        let mut ids = ends.iter().flatten();
        !self.is_blind
            && is(&self.group, group)
            && is(&self.version, version)
            && is(&self.kind, &resource.fact.kind)
            && ids.clone().any(|id| is(&self.name, &id.name))
            && ids.any(|id| namespace(&id.namespace))
    }
}

/// Applies a JSON patch to what a target selects; tells whether there is anything.
pub fn apply_json<'p>(
    (file, facts): (FileId, &'p FileFacts),
    patch: &'p JsonPatch,
    target: &Selector,
    resources: &mut [Resource<'p>],
) -> bool {
    let mut is_any = false;
    for resource in resources.iter_mut().filter(|resource| target.selects(resource)) {
        is_any = true;
        for step in &patch.steps {
            apply_step((file, facts), step, resource);
        }
    }
    is_any
}

fn apply_step<'p>(
    (file, facts): (FileId, &'p FileFacts),
    step: &'p JsonStep,
    resource: &mut Resource<'p>,
) {
    resource.secrets_are_patched |=
        step.path.contains("imagePullSecrets") || step.path.contains("serviceAccount");
    let uses = || {
        let slot = |index| Some(Slot::of(file, index, facts.uses.get(index)?));
        step.uses.clone().filter_map(slot)
    };
    if let Some(value) = &step.value {
        let written = uses().next();
        for slot in &mut resource.slots {
            if slot.image_path() == *step.path && step.operation != Operation::Remove {
                let fact = written.as_ref().map_or(slot.fact, |slot| slot.fact);
                let image = SetImage::written(file, fact, value);
                slot.set_image(image, "what a patch replaces");
                return;
            }
            if slot.policy_path() == *step.path && step.operation != Operation::Remove {
                slot.policy = Some((file, value));
                return;
            }
        }
        resource.slots.extend(uses().filter(|slot| slot.image.is_some()));
        return;
    }
    match step.operation {
        Operation::Remove => remove(resource, &step.path),
        Operation::Replace => {
            resource.slots.retain(|slot| !is_at(&slot.holder(), &step.path));
            resource.slots.extend(uses().map(in_list));
        }
        Operation::Add => insert(resource, &step.path, uses().map(in_list).collect()),
        Operation::Other => {}
    }
}

/// A container that a pointer leads to, as an item of the list above it.
pub fn in_list(slot: Slot<'_>) -> Slot<'_> {
    let number = |item: &str| if item == "-" { Some(0) } else { item.parse().ok() };
    let item = slot.list.rsplit_once('/').and_then(|(list, item)| Some((list, number(item)?)));
    match (slot.item, item) {
        (None, Some((list, item))) => Slot { list: list.into(), item: Some(item), ..slot },
        _ => slot,
    }
}

/// Whether a way leads to a place or on from it.
fn is_at(way: &str, place: &str) -> bool {
    way.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn remove(resource: &mut Resource<'_>, path: &str) {
    for slot in &mut resource.slots {
        if slot.policy_path() == path {
            slot.policy = None;
        }
        if slot.image_path() == path {
            slot.image = None;
        }
    }
    resource.slots.retain(|slot| !is_at(&slot.holder(), path));
    shift(resource, path, |item| item.saturating_sub(1));
}

/// Moves the items of a list behind the one that a path leads to.
fn shift(resource: &mut Resource<'_>, path: &str, change: impl Fn(u32) -> u32) {
    let Some((list, item)) = path.rsplit_once('/') else { return };
    let Ok(from) = item.parse::<u32>() else { return };
    for slot in &mut resource.slots {
        if *slot.list == *list
            && let Some(item) = slot.item.as_mut().filter(|item| **item >= from)
        {
            *item = change(*item);
        }
    }
}

fn insert<'p>(resource: &mut Resource<'p>, path: &str, new: Vec<Slot<'p>>) {
    if let Some(list) = path.strip_suffix("/-") {
        let items = resource.slots.iter().filter(|slot| *slot.list == *list);
        let next = items.filter_map(|slot| slot.item).max().map_or(0, |last| last + 1);
        let new = new.into_iter().map(|slot| Slot { list: list.into(), item: Some(next), ..slot });
        resource.slots.extend(new);
    } else if path.rsplit('/').next().is_some_and(|last| last.parse::<u32>().is_ok()) {
        shift(resource, path, |item| item + 1);
        resource.slots.extend(new);
    } else {
        resource.slots.retain(|slot| !is_at(&slot.holder(), path));
        resource.slots.extend(new);
    }
}
