//! From what files say to what the cluster would pull, with the place that decides.

pub mod charts;
mod decide;
mod effective;
pub mod kustomize;
mod used;

use std::sync::Arc;

pub use effective::{EffectiveFile, EffectivePod};
pub use used::{Decided, EffectiveUse};

use self::{
    charts::{Charts, RenderedChart, Renderings},
    kustomize::{Builds, Deployed},
};
use crate::{
    credentials::{Credentials, Held},
    facts::{AccountFact, FileFacts, ObjectFact, SecretFact},
    path::LogicalPath,
    settings::Settings,
    span::FileId,
};

/// The files of one run.
#[derive(Debug, Default)]
pub struct Project {
    files: Vec<SourceFile>,
    others: Others,
    credentials: Credentials,
}

/// A file that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Its place in the project.
    pub path: LogicalPath,
    /// What was read in it.
    pub facts: Box<FileFacts>,
    /// How it is judged.
    pub settings: Arc<Settings>,
    /// It was read for others alone: nothing is said of it.
    pub is_context: bool,
}

/// The files of a project of which there is nothing to judge.
#[derive(Debug, Default)]
pub struct Others {
    /// Those that were read and hold nothing of interest.
    pub empty: Vec<LogicalPath>,
    /// Those that could not be read.
    pub unread: Vec<LogicalPath>,
    /// Paths that lead through links, and where they lead to.
    pub links: Vec<(LogicalPath, LogicalPath)>,
}

impl Project {
    /// A project of these files, numbered in their order.
    #[must_use]
    pub fn new(mut files: Vec<SourceFile>, others: Others) -> Self {
        charts::drop_stray_values(&mut files);
        let credentials = Credentials::gather(files.iter().map(|file| (&file.path, &*file.facts)));
        Self { files, others, credentials }
    }

    /// The secrets of a name that are read in this project and may belong to a file, in any
    /// namespace.
    #[must_use]
    pub fn secrets(&self, name: &str, near: &LogicalPath) -> Vec<Held<'_, SecretFact>> {
        let held = |(id, index): (FileId, usize)| {
            let facts = &self.file(id)?.facts;
            let fact = facts.secrets.get(index)?;
            Some(Held { file: id, object: facts.objects.get(fact.object)?, fact })
        };
        self.credentials.secrets(name, near).into_iter().filter_map(held).collect()
    }

    /// The service accounts of a name that are read in this project and may belong to a file, in
    /// any namespace.
    #[must_use]
    pub fn accounts(&self, name: &str, near: &LogicalPath) -> Vec<Held<'_, AccountFact>> {
        let held = |(id, index): (FileId, usize)| {
            let facts = &self.file(id)?.facts;
            let fact = facts.accounts.get(index)?;
            Some(Held { file: id, object: facts.objects.get(fact.object)?, fact })
        };
        self.credentials.accounts(name, near).into_iter().filter_map(held).collect()
    }

    /// A file by its number.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Whether two objects may end up in one namespace.
    #[must_use]
    pub fn may_meet(&self, one: &ObjectFact, other: &ObjectFact) -> bool {
        self.credentials.may_meet(one, other)
    }

    /// The files, in the order of their numbers.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The charts of the project, to be rendered.
    #[must_use]
    pub fn charts(&self) -> Charts<'_> {
        Charts::of(&self.files)
    }

    /// The builds of kustomize, to be followed.
    #[must_use]
    pub fn builds(&self) -> Builds<'_> {
        Builds::of(&self.files, &self.others)
    }

    /// What the files together make a cluster pull, given what each of the charts renders and what
    /// all builds deploy.
    #[must_use]
    pub fn resolve<'p>(
        &'p self,
        charts: Vec<RenderedChart>,
        deployed: Deployed<'p>,
    ) -> Resolved<'p> {
        Resolved { project: self, deployed, renderings: Renderings::of(charts) }
    }
}

/// What the files of a project together make a cluster pull.
#[derive(Debug)]
pub struct Resolved<'p> {
    /// The files.
    pub project: &'p Project,
    /// What kustomize makes of them.
    pub deployed: Deployed<'p>,
    /// What the charts render.
    pub renderings: Renderings,
}

impl<'p> Resolved<'p> {
    /// The names of the roots of a set.
    #[must_use]
    pub fn root_names(&self, roots: &[usize]) -> Vec<Box<str>> {
        roots.iter().filter_map(|&root| self.deployed.roots.get(root).cloned()).collect()
    }

    /// A file and its settings.
    #[must_use]
    pub fn source(&self, id: FileId) -> Option<&'p SourceFile> {
        self.project.file(id)
    }
}
