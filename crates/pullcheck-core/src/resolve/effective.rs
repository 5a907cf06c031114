//! What one file makes a cluster pull: its images as they are written, or as each build of
//! kustomize deploys them.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{
    Resolved, SourceFile,
    decide::{self, as_written, deployed},
    kustomize::{Fate, Resource, Slot},
    used::EffectiveUse,
};
use crate::{
    facts::{FileFacts, ImageOverride, ImageUse, ObjectFact, PodFact, Role, Written},
    finding::{ImageId, Subject},
    span::{At, FileId, Span},
};

/// A file with its images as the cluster would see them.
#[derive(Debug)]
pub struct EffectiveFile<'p> {
    /// Its number.
    pub id: FileId,
    /// The file as it was read.
    pub source: &'p SourceFile,
    /// Its images; where builds deploy them in several ways, each way.
    pub uses: Vec<EffectiveUse<'p>>,
    /// The files that it belongs to.
    pub resolved: &'p Resolved<'p>,
    pods: Vec<Pod<'p>>,
}

/// A pod of a file, in one of the ways in which it is deployed.
#[derive(Debug)]
struct Pod<'p> {
    fact: &'p PodFact,
    /// The objects that it is one of.
    objects: &'p [ObjectFact],
    /// Which rendering of a template it is in.
    rendering: Option<usize>,
    uses: Range<usize>,
    /// Pods that patches lay over it.
    patches: Vec<(FileId, &'p PodFact)>,
    secrets_are_patched: bool,
}

impl<'p> Pod<'p> {
    fn of(fact: &'p PodFact, uses: Range<usize>) -> Self {
        let (objects, patches) = (&[][..], Vec::new());
        Self { fact, objects, rendering: None, uses, patches, secrets_are_patched: false }
    }
}

/// A pod with its images.
#[derive(Debug)]
pub struct EffectivePod<'f> {
    /// What is known of it.
    pub fact: &'f PodFact,
    /// The object that makes it.
    pub object: &'f ObjectFact,
    /// What a finding about the pod as a whole is about.
    pub subject: Subject,
    /// Its images.
    pub uses: &'f [EffectiveUse<'f>],
    /// The file that it stands in.
    pub file: &'f EffectiveFile<'f>,
    patches: &'f [(FileId, &'f PodFact)],
    secrets_are_patched: bool,
}

impl<'f> EffectivePod<'f> {
    /// The pull secrets that it names, and where; nothing where that cannot be told.
    #[must_use]
    pub fn pull_secrets(&self) -> Option<Vec<(At, &'f Written)>> {
        let own = (self.file.id, self.fact);
        let pods = self.patches.iter().copied().chain([own]);
        let named =
            pods.flat_map(|(file, pod)| pod.pull_secrets.iter().map(move |name| (file, name)));
        let named = named.map(|(file, name)| (At { file, span: name.span }, name));
        (!self.secrets_are_patched).then(|| named.collect())
    }

    /// The service account that it runs as, where one is written.
    #[must_use]
    pub fn account(&self) -> Option<(At, &'f Written)> {
        let own = (self.file.id, self.fact);
        let mut pods = self.patches.iter().rev().copied().chain([own]);
        pods.find_map(|(file, pod)| {
            let account = pod.account.as_ref()?;
            Some((At { file, span: account.span }, account))
        })
    }
}

impl<'p> EffectiveFile<'p> {
    /// Adds images that were read together, each if it is made one, and the pods that have any.
    fn add(
        &mut self,
        facts: &'p FileFacts,
        rendering: Option<usize>,
        make: impl Fn(usize, &'p ImageUse) -> Option<EffectiveUse<'p>>,
    ) {
        let mut numbers = Vec::with_capacity(facts.uses.len() + 1);
        for (index, used) in facts.uses.iter().enumerate() {
            numbers.push(self.uses.len());
            self.uses.extend(make(index, used));
        }
        numbers.push(self.uses.len());
        for fact in &facts.pods {
            let ends = numbers.get(fact.uses.start).zip(numbers.get(fact.uses.end));
            let Some((&from, &to)) = ends else { continue };
            // What a build decides is missing here, and comes with the builds.
            if from < to || fact.uses.is_empty() {
                let pod = Pod::of(fact, from..to);
                self.pods.push(Pod { objects: &facts.objects, rendering, ..pod });
            }
        }
    }

    /// A place in this file.
    #[must_use]
    pub const fn at(&self, span: Span) -> At {
        At { file: self.id, span }
    }

    /// The entries of kustomize's `images` in the file.
    pub fn overrides(&self) -> impl Iterator<Item = &'p ImageOverride> {
        let facts = &self.source.facts;
        let own = facts.kustomization.iter().flat_map(|kustomization| &kustomization.images);
        own.chain(facts.deployments.iter().flat_map(|deployment| &deployment.images))
    }

    /// What became of such an entry, where a build came by it.
    #[must_use]
    pub fn fate(&self, entry: &ImageOverride) -> Option<&'p Fate> {
        self.resolved.deployed.fates.overrides.get(&(self.id, entry.used))
    }

    /// An image of the file as the subject of a finding, by its number.
    #[must_use]
    pub fn subject_of(&self, index: usize) -> Subject {
        let object = self.source.facts.uses.get(index).map_or(0, |used| used.object);
        let image = Some(ImageId { file: self.id, index });
        Subject { image, ..Subject::object(self.id, object) }
    }

    /// The pods of the file.
    pub fn pods(&self) -> impl Iterator<Item = EffectivePod<'_>> {
        self.pods.iter().filter_map(move |pod| {
            let object = pod.objects.get(pod.fact.object)?;
            let uses = self.uses.get(pod.uses.clone())?;
            let Pod { fact, patches, secrets_are_patched, rendering, .. } = pod;
            let (secrets_are_patched, rendering) = (*secrets_are_patched, *rendering);
            let subject = Subject { rendering, ..Subject::object(self.id, fact.object) };
            let file = self;
            Some(EffectivePod { fact, object, subject, uses, file, patches, secrets_are_patched })
        })
    }
}

impl<'p> Resolved<'p> {
    /// What one file makes a cluster pull.
    #[must_use]
    pub fn file(&'p self, id: FileId) -> Option<EffectiveFile<'p>> {
        let source = self.source(id)?;
        let (uses, pods) = (Vec::new(), Vec::new());
        let mut file = EffectiveFile { id, source, uses, resolved: self, pods };
        self.add_written(&mut file);
        self.add_deployed(&mut file);
        self.add_rendered(&mut file);
        for (index, used) in file.uses.iter_mut().enumerate() {
            used.subject.effective = Some(index);
        }
        Some(file)
    }

    /// What a finding is about: the object, and the image in it.
    #[must_use]
    pub fn subject(&self, subject: Subject) -> Option<(&ObjectFact, Option<&ImageUse>)> {
        let facts = |file| match subject.rendering {
            Some(number) => {
                self.renderings.of_template(file).nth(number).map(|(_, file)| &file.facts)
            }
            None => self.source(file).map(|source| &*source.facts),
        };
        let object = facts(subject.file)?.objects.get(subject.object)?;
        let image = subject.image.and_then(|image| facts(image.file)?.uses.get(image.index));
        Some((object, image))
    }

    /// The images that charts render.
    pub fn rendered(&'p self) -> impl Iterator<Item = EffectiveUse<'p>> {
        self.renderings.files().flat_map(move |(chart, number, file)| {
            let indices = 0..file.facts.uses.len();
            let used = move |index| decide::rendered(self, (chart, number), file, index);
            indices.filter_map(used)
        })
    }

    /// The images of a file as they are written, whatever becomes of them. Its text is needed for
    /// what a template says.
    #[must_use]
    pub fn written(&'p self, id: FileId, text: &str) -> Vec<EffectiveUse<'p>> {
        if !self.renderings.has(id) && !self.renderings.has_lines(id) {
            return self.written_as_is(id).collect();
        }
        let Some(source) = self.source(id) else { return Vec::new() };
        let lines = self.renderings.lines(id);
        lines.filter_map(|(file, index)| decide::in_template(source, file, index, text)).collect()
    }

    fn written_as_is(&'p self, id: FileId) -> impl Iterator<Item = EffectiveUse<'p>> {
        let uses = self.source(id).into_iter().flat_map(|source| {
            source.facts.uses.iter().enumerate().map(move |used| (source, used))
        });
        uses.filter_map(move |(source, (index, used))| as_written(source, id, index, used))
    }

    /// Every image that a root deploys, with the number of the root.
    pub fn deployed(&'p self) -> impl Iterator<Item = (usize, EffectiveUse<'p>)> {
        let resources = self.deployed.resources.values().flatten();
        let slots = resources.flat_map(|(root, resource)| {
            resource.slots.iter().map(move |slot| (*root, resource, slot))
        });
        slots.filter_map(|(root, resource, slot)| {
            Some((root, deployed(self, resource, slot, vec![root])?))
        })
    }

    /// The images that no build decides.
    fn add_written(&'p self, file: &mut EffectiveFile<'p>) {
        let (source, id) = (file.source, file.id);
        let may_be_decided_elsewhere = self.deployed.may_be_decided_elsewhere(&source.path);
        file.add(&source.facts, None, |index, used| {
            if self.is_decided(id, index) {
                return None;
            }
            let used = as_written(source, id, index, used)?;
            Some(EffectiveUse { may_be_decided_elsewhere, ..used })
        });
    }

    /// The images that a template renders.
    fn add_rendered(&'p self, file: &mut EffectiveFile<'p>) {
        for (number, (chart, rendered)) in self.renderings.of_template(file.id).enumerate() {
            file.add(&rendered.facts, Some(number), |index, _| {
                decide::rendered(self, (chart, number), rendered, index)
            });
        }
    }

    /// Whether an image is judged through what is made of it alone: by builds of kustomize, or by
    /// the templates of a chart.
    #[must_use]
    pub fn is_decided(&self, file: FileId, index: usize) -> bool {
        let decided = &self.deployed.fates.decided;
        if !decided.is_empty() && decided.contains(&(file, index)) || self.renderings.has(file) {
            return true;
        }
        let used =
            || self.source(file)?.facts.uses.get(index).filter(|used| used.role == Role::Values);
        !self.renderings.used.is_empty()
            && used().is_some_and(|used| {
                let spans = used.pieces.iter().flat_map(|pieces| &pieces.others).copied();
                let mut spans = spans.chain(used.image.as_ref().map(|image| image.span));
                spans.any(|span| self.renderings.used.contains(&At { file, span }))
            })
    }

    /// The images that builds deploy, each in as many ways as there are.
    fn add_deployed(&'p self, file: &mut EffectiveFile<'p>) {
        let Some(resources) = self.deployed.resources.get(&file.id) else { return };
        let roots = Roots::of(resources);
        let mut ways: BTreeMap<usize, Vec<&Resource<'p>>> = BTreeMap::new();
        for (_, resource) in resources {
            let known = ways.entry(resource.object).or_default();
            if !known.iter().any(|known| is_same_way(known, resource)) {
                known.push(resource);
            }
        }
        let outermost = file.source.facts.outermost();
        let mut pods: HashMap<usize, Vec<&PodFact>> = HashMap::new();
        for pod in &file.source.facts.pods {
            let object = outermost.get(pod.object).copied().unwrap_or(pod.object);
            pods.entry(object).or_default().push(pod);
        }
        for resource in ways.into_values().flatten() {
            let object = resource.object;
            let pods = pods.get(&object).into_iter().flatten().copied();
            let mut left: Vec<&Slot<'p>> = resource.slots.iter().collect();
            for fact in pods {
                let from = file.uses.len();
                let (own, others): (Vec<_>, Vec<_>) =
                    left.into_iter().partition(|slot| is_of_pod(slot, file.id, fact));
                left = others;
                for slot in own {
                    file.uses.extend(deployed(self, resource, slot, roots.of_slot(object, slot)));
                }
                let uses = from..file.uses.len();
                let patches = self.patched_pods(resource, fact);
                let secrets_are_patched = resource.secrets_are_patched;
                let objects = &file.source.facts.objects;
                let pod = Pod::of(fact, uses);
                file.pods.push(Pod { objects, patches, secrets_are_patched, ..pod });
            }
            for slot in left {
                file.uses.extend(deployed(self, resource, slot, roots.of_slot(object, slot)));
            }
        }
    }

    /// The pods of patches that were laid over a pod.
    fn patched_pods(
        &'p self,
        resource: &Resource<'p>,
        fact: &PodFact,
    ) -> Vec<(FileId, &'p PodFact)> {
        let patches = resource.patches.iter().filter_map(|&(file, object)| {
            let facts = &self.source(file)?.facts;
            let mut pods = facts.pods.iter();
            Some((file, pods.find(|pod| pod.object == object && pod.path == fact.path)?))
        });
        patches.collect()
    }
}

/// Whether an image is of a pod: of its own, or added to one of its lists.
fn is_of_pod(slot: &Slot<'_>, file: FileId, pod: &PodFact) -> bool {
    let (source, index) = slot.source;
    if source == file && pod.uses.contains(&index) {
        return true;
    }
    let above = slot.list.rsplit_once('/').map_or("", |(above, _)| above);
    source != file && above == &*pod.path
}

/// Whether two builds deploy an object alike.
fn is_same_way(one: &Resource<'_>, other: &Resource<'_>) -> bool {
    one.object == other.object
        && one.patches == other.patches
        && one.slots.len() == other.slots.len()
        && one.slots.iter().zip(&other.slots).all(|(one, other)| key(one) == key(other))
}

/// What tells two ways of deploying an image apart.
fn key<'s>(slot: &'s Slot<'_>) -> SlotKey<'s> {
    let image = slot.image.as_ref().map(|image| (&*image.text, image.decided.by, image.named_by));
    let policy = slot.policy.map(|(file, policy)| At { file, span: policy.span });
    (slot.source, image, policy)
}

type SlotKey<'s> = ((FileId, usize), Option<(&'s str, At, At)>, Option<At>);

/// The roots that deploy each image in each way.
struct Roots<'s>(HashMap<(usize, SlotKey<'s>), Vec<usize>>);

impl<'s> Roots<'s> {
    fn of(resources: &'s [(usize, Resource<'_>)]) -> Self {
        let mut roots: HashMap<_, Vec<usize>> = HashMap::new();
        for (root, resource) in resources {
            for slot in &resource.slots {
                let known = roots.entry((resource.object, key(slot))).or_default();
                if known.last() != Some(root) {
                    known.push(*root);
                }
            }
        }
        Self(roots)
    }

    fn of_slot(&self, object: usize, slot: &'s Slot<'_>) -> Vec<usize> {
        self.0.get(&(object, key(slot))).cloned().unwrap_or_default()
    }
}
