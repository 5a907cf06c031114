//! Which kustomizations there are, and which names which.

use std::collections::{HashMap, HashSet};

use crate::{
    facts::{Deployment, FileFacts, Kustomization, PatchSource, Written},
    path::LogicalPath,
    resolve::SourceFile,
    span::FileId,
};

/// The kustomizations of a project and the files that they may name.
pub struct Graph<'p> {
    files: &'p [SourceFile],
    by_path: HashMap<&'p str, FileId>,
    by_folder: HashMap<&'p str, FileId>,
    /// Files that were read and hold nothing of interest.
    others: HashSet<&'p str>,
}

/// What an entry of a kustomization leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A folder with a kustomization: the file of that.
    Kustomization(FileId),
    /// A file.
    File(FileId),
    /// A file in which there are no objects.
    Empty,
    /// Something in another repository, or that was not read.
    NotRead,
}

/// What a build begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Root<'p> {
    /// A kustomization that no other one names.
    Kustomization(FileId),
    /// An object of Argo CD or Flux that has a kustomization built: its file, what it says, and the
    /// file of the kustomization.
    Deployment(FileId, &'p Deployment, FileId),
}

impl<'p> Graph<'p> {
    /// The graph of the files, or nothing where none of them is a kustomization.
    pub fn new(files: &'p [SourceFile], others: &'p [LogicalPath]) -> Option<Self> {
        let numbered = || files.iter().zip((0..).map(FileId));
        let by_folder: HashMap<_, _> = numbered()
            .filter(|(file, _)| file.facts.kustomization.is_some())
            .map(|(file, id)| (file.path.folder(), id))
            .collect();
        if by_folder.is_empty() {
            return None;
        }
        let by_path = numbered().map(|(file, id)| (file.path.as_str(), id)).collect();
        let others = others.iter().map(LogicalPath::as_str).collect();
        Some(Self { files, by_path, by_folder, others })
    }

    /// What is known of a file.
    pub fn facts(&self, id: FileId) -> Option<&'p FileFacts> {
        Some(&self.files.get(id.0 as usize)?.facts)
    }

    /// What a file asks kustomize to do.
    pub fn kustomization(&self, id: FileId) -> Option<&'p Kustomization> {
        self.facts(id)?.kustomization.as_deref()
    }

    /// What an entry of a kustomization leads to.
    pub fn entry(&self, from: FileId, entry: &Written) -> Entry {
        let file = self.files.get(from.0 as usize);
        let path = file.and_then(|file| file.path.join(&entry.text));
        let Some(path) = path.filter(|_| !is_remote(&entry.text)) else { return Entry::NotRead };
        if let Some(&id) = self.by_folder.get(path.as_str()) {
            Entry::Kustomization(id)
        } else if let Some(&id) = self.by_path.get(path.as_str()) {
            Entry::File(id)
        } else if self.others.contains(path.as_str()) {
            Entry::Empty
        } else {
            Entry::NotRead
        }
    }

    /// What a person calls a root: the folder, or the object that has it built.
    pub fn name(&self, root: Root<'_>) -> Box<str> {
        let folder = |id: FileId| {
            let file = self.files.get(id.0 as usize);
            let folder = file.map_or("", |file| file.path.folder());
            if folder.is_empty() { "." } else { folder }
        };
        match root {
            Root::Kustomization(id) => folder(id).into(),
            Root::Deployment(id, deployment, built) => {
                let object = self.facts(id).and_then(|facts| facts.objects.get(deployment.object));
                let name = object.and_then(|object| {
                    Some(format!("{} {}", object.kind, object.name.as_deref()?))
                });
                name.map_or_else(|| folder(built).into(), Into::into)
            }
        }
    }

    /// Where the builds begin: at what Argo CD and Flux name, and at each kustomization that no
    /// other one does. A component works on what another has gathered and is no beginning.
    pub fn roots(&self) -> Vec<Root<'p>> {
        let mut named = HashSet::new();
        let mut roots = Vec::new();
        for (file, id) in self.files.iter().zip((0..).map(FileId)) {
            for deployment in &file.facts.deployments {
                let folder = LogicalPath::new("").join(&deployment.path.text);
                let folder = folder.and_then(|path| self.by_folder.get(path.as_str()).copied());
                if let Some(folder) = folder {
                    named.insert(folder);
                    roots.push(Root::Deployment(id, deployment, folder));
                }
            }
            let Some(kustomization) = file.facts.kustomization.as_deref() else { continue };
            let entries = kustomization.resources.iter().chain(&kustomization.components);
            for entry in entries {
                if let Entry::Kustomization(other) = self.entry(id, entry) {
                    named.insert(other);
                }
            }
        }
        let is_root = |(file, id): (&SourceFile, FileId)| {
            let kustomization = file.facts.kustomization.as_deref()?;
            (!kustomization.is_component && !named.contains(&id)).then_some(id)
        };
        let numbered = self.files.iter().zip((0..).map(FileId));
        roots.extend(numbered.filter_map(is_root).map(Root::Kustomization));
        roots
    }
}

impl Root<'_> {
    /// The file that says what to build.
    pub const fn file(self) -> FileId {
        match self {
            Self::Kustomization(file) | Self::Deployment(file, ..) => file,
        }
    }
}

/// Whether an entry is an address: a scheme, `host:path` as git has it, or the name of a code host
/// (kubernetes-sigs/kustomize, `api/internal/git/repospec.go`).
fn is_remote(entry: &str) -> bool {
    const HOSTS: [&str; 5] = ["github.com/", "gitlab.com/", "bitbucket.org/", "git@", "git::"];
    entry.contains("://")
        || entry.contains("?ref=")
        || entry.contains(".git//")
        || HOSTS.iter().any(|host| entry.starts_with(host))
}

/// What the files of a project name beside themselves, to be read before anything is judged: the
/// folders and files of kustomizations.
pub fn named(kustomization: &Kustomization) -> impl Iterator<Item = &str> {
    let patches = kustomization.patches.iter().filter_map(|patch| match &patch.source {
        PatchSource::File(path) => Some(path),
        PatchSource::Inline { .. } => None,
    });
    let entries = kustomization.resources.iter().chain(&kustomization.components);
    let entries = entries.chain(patches).chain(&kustomization.configurations);
    entries.map(|entry| &*entry.text).filter(|entry| !is_remote(entry))
}
