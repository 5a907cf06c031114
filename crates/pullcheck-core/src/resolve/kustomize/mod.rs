//! What kustomize would make of the files, without running it.
//!
//! A build is followed on the images alone: each object is a list of the places in it that hold an
//! image. Patches and overrides change these in the order of kustomize, and each image remembers
//! the place that decides it.

mod build;
mod fate;
mod graph;
mod images;
mod patch;
mod resource;

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

pub(crate) use self::resource::{Resource, SetImage, Slot};
use self::{
    build::Builder,
    fate::Fates,
    graph::{Graph, Root, is_for_tests},
};
pub use self::{
    fate::{Fate, Near, Why},
    graph::named,
};
use super::{Others, SourceFile};
use crate::{
    facts::{FileFacts, KUSTOMIZATION_NAMES},
    path::LogicalPath,
    span::FileId,
};

/// What all builds of a project deploy.
#[derive(Debug, Default)]
pub struct Deployed<'p> {
    /// The names of the roots: the folder of a kustomization, or what has it built.
    pub roots: Vec<Box<str>>,
    /// The files of the roots, in the same order.
    pub root_files: Vec<FileId>,
    /// The objects of each file, with the number of the root that deploys them.
    pub(crate) resources: HashMap<FileId, Vec<(usize, Resource<'p>)>>,
    /// What became of overrides, and which images are judged through builds alone.
    pub fates: Fates,
    /// The folders of kustomizations that could not be read: what lies in them or below them may
    /// be decided there.
    unread: HashSet<&'p str>,
    /// There was more than is followed.
    is_too_much: bool,
}

/// The folders of kustomizations that could not be read.
fn unread<'p>(files: &'p [SourceFile], others: &'p Others) -> HashSet<&'p str> {
    let is_one = |path: &&LogicalPath| KUSTOMIZATION_NAMES.contains(&path.name());
    let broken = files.iter().filter(|file| {
        let FileFacts { kustomization, broken, skipped, .. } = &*file.facts;
        kustomization.is_none() && (!broken.is_empty() || skipped.is_some())
    });
    let paths = broken.map(|file| &file.path).chain(&others.unread);
    paths.filter(is_one).map(LogicalPath::folder).collect()
}

impl Deployed<'_> {
    /// Whether there was more than is followed, so that each file is judged as it is written.
    #[must_use]
    pub const fn is_too_much(&self) -> bool {
        self.is_too_much
    }

    /// Whether a kustomization that could not be read may decide the images of a file.
    #[must_use]
    pub fn may_be_decided_elsewhere(&self, path: &LogicalPath) -> bool {
        !self.unread.is_empty() && path.folders_above().any(|folder| self.unread.contains(folder))
    }
}

/// All builds of a project, to be followed: any range of them by itself, so that several can be
/// followed at once.
pub struct Builds<'p> {
    graph: Option<Graph<'p>>,
    roots: Vec<Root<'p>>,
    unread: HashSet<&'p str>,
}

impl<'p> Builds<'p> {
    /// Finds out where the builds begin.
    #[must_use]
    pub fn of(files: &'p [SourceFile], others: &'p Others) -> Self {
        let unread = unread(files, others);
        let graph = Graph::new(files, others);
        let mut roots = graph.as_ref().map(Graph::roots).unwrap_or_default();
        // People look at these first.
        roots.sort_by_key(|root| {
            files.get(root.file().0 as usize).map(|file| is_for_tests(&file.path))
        });
        Self { graph, roots, unread }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.roots.len()
    }

    /// Follows some of the builds.
    #[must_use]
    pub fn follow(&self, some: Range<usize>) -> Deployed<'p> {
        let mut deployed = Deployed { unread: self.unread.clone(), ..Deployed::default() };
        let Some(graph) = &self.graph else { return deployed };
        let mut builder = Builder::new(graph);
        let roots = self.roots.get(some.clone()).unwrap_or_default();
        for (number, &root) in some.zip(roots) {
            let built = builder.root(root);
            deployed.roots.push(graph.name(root));
            deployed.root_files.push(root.file());
            for resource in built.resources.iter().filter(|resource| !resource.slots.is_empty()) {
                let of_file = deployed.resources.entry(resource.file).or_default();
                of_file.push((number, resource.clone()));
            }
        }
        deployed.is_too_much = builder.is_exhausted();
        deployed.fates = builder.fates;
        deployed
    }
}

impl Deployed<'_> {
    /// What all builds deploy, of the parts in their order.
    #[must_use]
    pub fn join(parts: Vec<Self>) -> Self {
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        for part in parts {
            all.roots.extend(part.roots);
            all.root_files.extend(part.root_files);
            for (file, resources) in part.resources {
                all.resources.entry(file).or_default().extend(resources);
            }
            all.fates.join(part.fates);
            all.is_too_much |= part.is_too_much;
        }
        if all.is_too_much {
            // More than anybody builds: each file is judged as it is written.
            return Self { unread: all.unread, is_too_much: true, ..Self::default() };
        }
        all
    }
}
