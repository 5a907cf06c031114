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

use std::collections::{HashMap, HashSet};

pub(crate) use self::resource::{Resource, SetImage, Slot};
use self::{
    build::Builder,
    fate::Fates,
    graph::{Graph, is_for_tests},
};
pub use self::{
    fate::{Fate, Near, Why},
    graph::named,
};
use super::{Others, SourceFile};
use crate::{facts::FileFacts, path::LogicalPath, span::FileId};

/// What a kustomization may be called (kubernetes-sigs/kustomize, `api/konfig/general.go`).
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

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
}

/// The folders of kustomizations that could not be read.
fn unread<'p>(files: &'p [SourceFile], others: &'p Others) -> HashSet<&'p str> {
    let is_one = |path: &&LogicalPath| FILE_NAMES.contains(&path.name());
    let broken = files.iter().filter(|file| {
        let FileFacts { kustomization, broken, skipped, .. } = &file.facts;
        kustomization.is_none() && (!broken.is_empty() || skipped.is_some())
    });
    let paths = broken.map(|file| &file.path).chain(&others.unread);
    paths.filter(is_one).map(LogicalPath::folder).collect()
}

impl<'p> Deployed<'p> {
    /// Whether a kustomization that could not be read may decide the images of a file.
    #[must_use]
    pub fn may_be_decided_elsewhere(&self, path: &LogicalPath) -> bool {
        !self.unread.is_empty() && path.folders_above().any(|folder| self.unread.contains(folder))
    }

    /// Follows all builds.
    #[must_use]
    pub fn of(files: &'p [SourceFile], others: &'p Others) -> Self {
        let mut deployed = Self { unread: unread(files, others), ..Self::default() };
        let Some(graph) = Graph::new(files, others) else { return deployed };
        let mut builder = Builder::new(&graph);
        let mut roots = graph.roots();
        // People look at these first.
        roots.sort_by_key(|root| {
            files.get(root.file().0 as usize).map(|file| is_for_tests(&file.path))
        });
        for root in roots {
            let built = builder.root(root);
            let number = deployed.roots.len();
            deployed.roots.push(graph.name(root));
            deployed.root_files.push(root.file());
            for resource in built.resources.iter().filter(|resource| !resource.slots.is_empty()) {
                let of_file = deployed.resources.entry(resource.file).or_default();
                of_file.push((number, resource.clone()));
            }
        }
        if builder.is_exhausted() {
            // More than anybody builds: each file is judged as it is written.
            return Self { unread: deployed.unread, ..Self::default() };
        }
        deployed.fates = builder.fates;
        deployed
    }
}
