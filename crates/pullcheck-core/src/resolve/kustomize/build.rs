//! A build of kustomize: what it gathers, in the order in which it changes that
//! (kubernetes-sigs/kustomize, `api/internal/target/kusttarget.go`).

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    fate::{Fate, Fates, names, near, search},
    graph::{Entry, Graph, Root},
    images::{self, Effect, visits},
    patch::{Overlay, Selector, apply_json, in_list},
    resource::{Id, Resource},
};
use crate::{
    facts::{
        FieldSpec, ImageOverride, Kustomization, Patch, PatchSource, Replacement, Standing, Target,
    },
    span::{At, FileId},
};

/// How many objects all builds together may gather; past them they are not followed.
const MOST_RESOURCES: usize = 1 << 20;

/// How often all builds together may hold an object or an image against a patch or an entry of `images`;
/// past that they are not followed.
const MOST_COMPARED: usize = 1 << 25;

/// How many pairs of letters may be compared to find the images that were meant.
const MOST_SEARCHED: usize = 1 << 26;

/// How many kustomizations may lead into each other.
const DEEPEST: usize = 100;

/// What a kustomization makes of all that it names.
#[derive(Clone, Default)]
pub struct Built<'p> {
    /// The objects.
    pub resources: Vec<Resource<'p>>,
    /// The further fields to look for images in, which hold for whoever names this one, too.
    fields: Vec<&'p FieldSpec>,
    /// Everything that it names could be read.
    is_whole: bool,
}

/// Builds kustomizations, each once.
pub struct Builder<'p, 'g> {
    graph: &'g Graph<'p>,
    /// The images of each object of the files that were come by.
    by_object: HashMap<FileId, Rc<Vec<Vec<usize>>>>,
    built: HashMap<FileId, Rc<Built<'p>>>,
    open: HashSet<FileId>,
    /// How many pairs of letters may still be compared for entries that match nothing.
    search_left: usize,
    /// How many objects may still be gathered.
    resources_left: usize,
    /// How many comparisons are still made.
    comparisons_left: usize,
    /// What became of the overrides, and which images builds decide.
    pub fates: Fates,
}

impl<'p, 'g> Builder<'p, 'g> {
    pub fn new(graph: &'g Graph<'p>) -> Self {
        Self {
            graph,
            by_object: HashMap::new(),
            built: HashMap::new(),
            open: HashSet::new(),
            search_left: MOST_SEARCHED,
            resources_left: MOST_RESOURCES,
            comparisons_left: MOST_COMPARED,
            fates: Fates::default(),
        }
    }

    /// Whether there was more than is followed.
    pub const fn is_exhausted(&self) -> bool {
        self.resources_left == 0 || self.comparisons_left == 0
    }

    /// Everything that a root deploys.
    pub fn root(&mut self, root: Root<'p>) -> Rc<Built<'p>> {
        match root {
            Root::Kustomization(file) => self.kustomization(file),
            Root::Deployment(file, deployment, folder) => {
                let mut built = Built::clone(&self.kustomization(folder));
                self.patches(file, &deployment.patches, &mut built);
                self.images(file, &deployment.images, &mut built);
                Rc::new(built)
            }
        }
    }

    fn kustomization(&mut self, file: FileId) -> Rc<Built<'p>> {
        if let Some(built) = self.built.get(&file) {
            return built.clone();
        }
        let mut built = Built { is_whole: true, ..Built::default() };
        self.accumulate(file, &mut built);
        let built = Rc::new(built);
        self.built.insert(file, built.clone());
        built
    }

    /// Adds what a kustomization gathers, and changes all that is there by then: a component is
    /// handed what the kustomization that names it has gathered so far.
    fn accumulate(&mut self, file: FileId, built: &mut Built<'p>) {
        let Some(kustomization) = self.graph.kustomization(file) else { return };
        // One that leads back to itself cannot be built.
        if self.open.len() >= DEEPEST || !self.open.insert(file) {
            built.is_whole = false;
            return;
        }
        for entry in &kustomization.resources {
            match self.graph.entry(file, entry) {
                Entry::Kustomization(other) => {
                    let other = self.kustomization(other);
                    let taken = other.resources.len().min(self.resources_left);
                    self.resources_left -= taken;
                    built.is_whole &= taken == other.resources.len();
                    built.resources.extend(other.resources.iter().take(taken).cloned());
                    built.fields.extend(&other.fields);
                    built.is_whole &= other.is_whole;
                }
                Entry::File(other) => self.gather(other, built),
                Entry::Empty => {}
                Entry::NotRead => built.is_whole = false,
            }
        }
        built.is_whole &= !kustomization.is_open;
        for entry in &kustomization.configurations {
            match self.graph.entry(file, entry) {
                Entry::File(other) => {
                    let facts = self.graph.facts(other);
                    built.fields.extend(facts.iter().flat_map(|facts| &facts.image_fields));
                }
                Entry::Empty => {}
                Entry::Kustomization(_) | Entry::NotRead => built.is_whole = false,
            }
        }
        for entry in &kustomization.components {
            match self.graph.entry(file, entry) {
                Entry::Kustomization(other) => self.accumulate(other, built),
                _ => built.is_whole = false,
            }
        }
        self.patches(file, &kustomization.patches, built);
        rename(kustomization, &mut built.resources);
        self.images(file, &kustomization.images, built);
        if self.may_compare(built, kustomization.replacements.len()) {
            replace(file, &kustomization.replacements, built);
        }
        self.open.remove(&file);
    }

    /// The objects of a file.
    fn gather(&mut self, file: FileId, built: &mut Built<'p>) {
        let Some(facts) = self.graph.facts(file) else { return };
        built.is_whole &= facts.skipped.is_none() && facts.broken.is_empty();
        let uses = self.by_object(file);
        for ((object, fact), uses) in facts.objects.iter().enumerate().zip(uses.iter()) {
            self.fates.decide(file, uses);
            if fact.standing == Standing::Alone {
                built.resources.extend(Resource::of(file, object, facts, uses));
            }
        }
    }

    /// The images of each object of a file; those of an object within another belong to the latter.
    fn by_object(&mut self, file: FileId) -> Rc<Vec<Vec<usize>>> {
        if let Some(known) = self.by_object.get(&file) {
            return known.clone();
        }
        let mut uses = Vec::new();
        if let Some(facts) = self.graph.facts(file) {
            let outermost = facts.outermost();
            uses.resize_with(facts.objects.len(), Vec::new);
            for (index, used) in facts.uses.iter().enumerate() {
                let object = outermost.get(used.object).copied().unwrap_or(used.object);
                if let Some(of_object) = uses.get_mut(object) {
                    of_object.push(index);
                }
            }
        }
        let uses = Rc::new(uses);
        self.by_object.insert(file, uses.clone());
        uses
    }

    fn patches(&mut self, file: FileId, patches: &'p [Patch], built: &mut Built<'p>) {
        for patch in patches {
            let selector = patch.target.as_ref().map(Selector::of);
            let (from, objects, json) = match &patch.source {
                PatchSource::Inline { objects, json_patches } => {
                    (file, objects.clone(), json_patches.clone())
                }
                PatchSource::File(path) => {
                    let Entry::File(other) = self.graph.entry(file, path) else {
                        built.is_whole = false;
                        continue;
                    };
                    let facts = self.graph.facts(other);
                    let objects = facts.map_or(0, |facts| facts.objects.len());
                    let json = facts.map_or(0, |facts| facts.json_patches.len());
                    (other, 0..objects, 0..json)
                }
            };
            let Some(facts) = self.graph.facts(from) else { continue };
            built.is_whole &= !selector.as_ref().is_some_and(Selector::is_blind);
            let uses = self.by_object(from);
            for object in objects.filter(|object| !facts.is_json_patch(*object)) {
                let own = uses.get(object).map(Vec::as_slice).unwrap_or_default();
                let Some(overlay) = Overlay::of(from, object, facts, own) else { continue };
                if !self.may_compare(built, overlay.size()) {
                    return;
                }
                let is_any = overlay.apply(&mut built.resources, selector.as_ref());
                if !is_any {
                    let resource = Resource::of(from, object, facts, own);
                    built.add_unmatched(resource, patch.target.as_ref());
                }
                self.fates.decide(from, own);
            }
            let target = patch.target.as_ref();
            for patch in facts.json_patches.get(json).unwrap_or_default() {
                let Some(selector) = &selector else { continue };
                if !self.may_compare(built, patch.steps.len()) {
                    return;
                }
                let is_any = apply_json((from, facts), patch, selector, &mut built.resources);
                let own = uses.get(patch.object).map(Vec::as_slice).unwrap_or_default();
                if !is_any {
                    let resource = Resource::of(from, patch.object, facts, own);
                    built.add_unmatched(resource, target);
                }
                self.fates.decide(from, own);
            }
        }
    }

    /// Whether each image, and each object, may still be held against so many things.
    fn may_compare(&mut self, built: &Built<'p>, things: usize) -> bool {
        let images: usize = built.resources.iter().map(|resource| resource.slots.len()).sum();
        let comparisons = built.resources.len().saturating_add(images.saturating_mul(things));
        self.comparisons_left = self.comparisons_left.saturating_sub(comparisons);
        self.comparisons_left > 0
    }

    fn images(&mut self, file: FileId, images: &'p [ImageOverride], built: &mut Built<'p>) {
        let Some(facts) = self.graph.facts(file) else { return };
        for entry in images {
            if !self.may_compare(built, 1) {
                return;
            }
            let compiled = images::Entry::new(file, facts, entry);
            let mut fate = Fate { is_whole: built.is_whole, ..Fate::default() };
            for resource in &mut built.resources {
                for at in 0..resource.slots.len() {
                    let slot = resource.slots.get(at);
                    let visits = slot.map_or(0, |slot| visits(resource, slot, &built.fields));
                    let Some(slot) = resource.slots.get_mut(at) else { continue };
                    for _ in 0..visits {
                        match compiled.apply(slot) {
                            Effect::None => {}
                            Effect::Applied => fate.is_matched = true,
                            Effect::DroppedDigest(at) => {
                                fate.is_matched = true;
                                fate.dropped.get_or_insert(at);
                            }
                        }
                    }
                }
            }
            if !fate.is_matched && fate.is_whole {
                // Fields that are named here may be of kinds of which nobody knows that they are images.
                fate.is_whole = built.fields.is_empty();
                let search = search(compiled.name(), &built.resources);
                if let Some(left) = self.search_left.checked_sub(search) {
                    self.search_left = left;
                    fate.near = near(compiled.name(), &built.resources);
                    fate.names = names(compiled.name(), &built.resources, &built.fields);
                }
            }
            self.fates.overridden(file, entry.used, fate);
        }
    }
}

/// Kinds of which each object is known once its file was read; of others only those with images.
const ALL_KNOWN: [&str; 9] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

impl<'p> Built<'p> {
    /// Adds a patch of what is not among the objects that are known, if there may be such an object
    /// all the same: in another repository, or one without images. Its images are deployed as the
    /// patch has them.
    fn add_unmatched(&mut self, patch: Option<Resource<'p>>, target: Option<&Target>) {
        let Some(mut patch) = patch else { return };
        let kind = match target {
            Some(target) => target.kind.as_deref(),
            None => Some(&*patch.fact.kind),
        };
        let may_be_there = kind.is_some_and(|kind| !ALL_KNOWN.contains(&kind));
        if may_be_there || !self.is_whole {
            patch.slots = patch.slots.into_iter().map(in_list).collect();
            self.resources.push(patch);
        }
    }
}

/// Replacements copy values from other objects, which are not followed: an image that one sets is
/// not known any more.
fn replace<'p>(file: FileId, replacements: &'p [Replacement], built: &mut Built<'p>) {
    for replacement in replacements {
        let selector = Selector::of(&replacement.select);
        let selected = built.resources.iter_mut().filter(|resource| selector.selects(resource));
        for slot in selected.flat_map(|resource| &mut resource.slots) {
            let is_set = slot.is_at(&replacement.path);
            if let Some(image) = slot.image.as_mut().filter(|_| is_set) {
                image.text = Cow::Borrowed(REPLACED);
                image.note(image.decided.by, "what a replacement replaces");
                image.decided.by = At { file, span: replacement.span };
            }
        }
    }
}

/// What stands for an image that a replacement sets: a placeholder.
const REPLACED: &str = "$(replacement)";

fn rename<'p>(kustomization: &'p Kustomization, resources: &mut [Resource<'p>]) {
    let Kustomization { name_prefix, name_suffix, namespace, .. } = kustomization;
    if name_prefix.is_none() && name_suffix.is_none() && namespace.is_none() {
        return;
    }
    let part = |part: &'p Option<Box<str>>| part.as_deref().unwrap_or_default();
    for resource in resources {
        resource.rename(|id| Id {
            name: match (part(name_prefix), part(name_suffix)) {
                ("", "") => id.name.clone(),
                (prefix, suffix) => Cow::Owned(format!("{prefix}{}{suffix}", id.name)),
            },
            namespace: namespace.as_deref().map_or(id.namespace.clone(), Cow::Borrowed),
        });
    }
}
