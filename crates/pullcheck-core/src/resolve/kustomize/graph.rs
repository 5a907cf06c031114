//! Which kustomizations there are, and which names which.

use std::collections::{HashMap, HashSet};

use crate::{
    facts::{Deployment, FileFacts, Kustomization, PatchSource, Written},
    path::LogicalPath,
    resolve::{Others, SourceFile},
    span::FileId,
};

/// The kustomizations of a project and the files that they may name.
pub struct Graph<'p> {
    files: &'p [SourceFile],
    by_path: HashMap<&'p str, FileId>,
    by_folder: HashMap<&'p str, FileId>,
    /// Files that were read and hold nothing of interest.
    others: HashSet<&'p str>,
    /// The paths that lead through links, and where they lead to.
    links: HashMap<&'p str, &'p str>,
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
    pub fn new(files: &'p [SourceFile], others: &'p Others) -> Option<Self> {
        let numbered = || files.iter().zip((0..).map(FileId));
        let by_folder: HashMap<_, _> = numbered()
            .filter(|(file, _)| file.facts.kustomization.is_some())
            .map(|(file, id)| (file.path.folder(), id))
            .collect();
        if by_folder.is_empty() {
            return None;
        }
        let by_path = numbered().map(|(file, id)| (file.path.as_str(), id)).collect();
        let links = others.links.iter().map(|(path, real)| (path.as_str(), real.as_str()));
        let links = links.collect();
        let others = others.empty.iter().map(LogicalPath::as_str).collect();
        Some(Self { files, by_path, by_folder, others, links })
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
        let path = self.links.get(path.as_str()).copied().unwrap_or(path.as_str());
        if let Some(&id) = self.by_folder.get(path) {
            Entry::Kustomization(id)
        } else if let Some(&id) = self.by_path.get(path) {
            Entry::File(id)
        } else if self.others.contains(path) {
            Entry::Empty
        } else {
            Entry::NotRead
        }
    }

    /// The kustomization that Argo CD or Flux has built. The path is seen from the root of a
    /// repository, which may lie anywhere above what names it.
    fn deployed_folder(&self, file: &SourceFile, deployment: &Deployment) -> Option<FileId> {
        let mut above: Vec<&str> = file.path.folders_above().collect();
        above.reverse();
        above.into_iter().find_map(|folder| {
            let root = LogicalPath::new(format!("{folder}/-").trim_start_matches('/'));
            let path = root.join(&deployment.path.text)?;
            self.by_folder.get(path.as_str()).copied()
        })
    }

    fn is_for_tests(&self, id: FileId) -> bool {
        self.files.get(id.0 as usize).is_some_and(|file| is_for_tests(&file.path))
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
    /// other one does. A component works on what another has gathered and is no beginning. What
    /// tests make of a kustomization does not tell how it is deployed.
    pub fn roots(&self) -> Vec<Root<'p>> {
        let (mut named, mut plain) = (HashSet::new(), HashSet::new());
        let mut roots = Vec::new();
        for (file, id) in self.files.iter().zip((0..).map(FileId)) {
            for deployment in &file.facts.deployments {
                let Some(folder) = self.deployed_folder(file, deployment) else { continue };
                named.insert(folder);
                let is_plain = deployment.images.is_empty() && deployment.patches.is_empty();
                if !is_plain {
                    roots.push(Root::Deployment(id, deployment, folder));
                } else if plain.insert(folder) {
                    roots.push(Root::Kustomization(folder));
                }
            }
            let Some(kustomization) = file.facts.kustomization.as_deref() else { continue };
            let entries = kustomization.resources.iter().chain(&kustomization.components);
            for entry in entries {
                if let Entry::Kustomization(other) = self.entry(id, entry)
                    && (is_for_tests(&file.path) <= self.is_for_tests(other))
                {
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

/// Whether a file lies among tests.
pub fn is_for_tests(path: &LogicalPath) -> bool {
    const FOLDERS: [&str; 6] = ["test", "tests", "testdata", "e2e", "ci", ".github"];
    path.folders().any(|folder| FOLDERS.contains(&folder))
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
    let entries = entries.chain(&kustomization.values_files);
    entries.map(|entry| &*entry.text).filter(|entry| !is_remote(entry))
}
