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

use std::collections::HashMap;

pub(crate) use self::resource::{Resource, SetImage, Slot};
use self::{build::Builder, fate::Fates, graph::Graph};
pub use self::{
    fate::{Fate, Near, Why},
    graph::named,
};
use super::SourceFile;
use crate::{path::LogicalPath, span::FileId};

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
}

impl<'p> Deployed<'p> {
    /// Follows all builds. `others` are the files that were read and hold nothing of interest.
    #[must_use]
    pub fn of(files: &'p [SourceFile], others: &'p [LogicalPath]) -> Self {
        let Some(graph) = Graph::new(files, others) else { return Self::default() };
        let mut builder = Builder::new(&graph);
        let mut deployed = Self::default();
        for root in graph.roots() {
            let built = builder.root(root);
            let number = deployed.roots.len();
            deployed.roots.push(graph.name(root));
            deployed.root_files.push(root.file());
            for resource in built.resources.iter().filter(|resource| !resource.slots.is_empty()) {
                let of_file = deployed.resources.entry(resource.file).or_default();
                of_file.push((number, resource.clone()));
            }
        }
        deployed.fates = builder.fates;
        deployed
    }
}
