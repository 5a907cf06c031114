//! What has to be read beside the given files to judge them: the kustomizations that may name them,
//! what those name, and the charts that they belong to. Nothing is said of these files.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use pullcheck_core::{
    facts::{FileFacts, KUSTOMIZATION_NAMES},
    path::LogicalPath,
    resolve::kustomize::named,
};

use crate::{
    config::NAMES,
    listings::Names,
    paths::{absolute, slashed},
};

/// Where a project begins: logical paths are seen from here.
#[derive(Debug)]
pub struct Root {
    /// The folder, as an absolute path.
    pub folder: PathBuf,
    /// It is the root of a repository, or holds a configuration, so that more than what was given
    /// may belong together.
    is_certain: bool,
}

impl Root {
    /// The root of the repository that holds a path, else the folder of its configuration, else
    /// the current directory.
    pub fn of(given: &Path) -> Self {
        let given = absolute(given);
        let marked = |names: &[&str]| {
            let holds = |folder: &&Path| names.iter().any(|name| folder.join(name).exists());
            given.ancestors().find(holds).map(Path::to_path_buf)
        };
        let folder = marked(&[".git"]).or_else(|| marked(&NAMES));
        let is_certain = folder.is_some();
        Self { folder: folder.unwrap_or_else(|| absolute(Path::new("."))), is_certain }
    }

    /// A path as the core knows it.
    pub fn logical(&self, path: &Path) -> LogicalPath {
        let path = absolute(path);
        LogicalPath::new(slashed(path.strip_prefix(&self.folder).unwrap_or(&path)))
    }

    fn real(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Whether all of the project lies below the given paths.
    fn is_covered(&self, given: &[PathBuf]) -> bool {
        given.iter().any(|given| self.folder.starts_with(absolute(given)))
    }
}

/// A file as far as its surroundings matter.
pub struct Known<'f> {
    /// Its path.
    pub path: &'f LogicalPath,
    /// What was read in it.
    pub facts: &'f FileFacts,
}

impl Known<'_> {
    /// What it names, if it is a kustomization.
    pub fn names(&self) -> Option<Vec<LogicalPath>> {
        let kustomization = self.facts.kustomization.as_ref()?;
        Some(named(kustomization).filter_map(|entry| self.path.join(entry)).collect())
    }
}

/// The search for what belongs to the given files.
pub struct Context<'c> {
    root: &'c Root,
    /// The files that were read, or asked for.
    asked: HashSet<LogicalPath>,
    /// What each kustomization names, by its folder.
    named: HashMap<String, Vec<LogicalPath>>,
    /// The kustomizations that were not read, by their folders.
    unread: HashMap<String, PathBuf>,
    /// The folders of which more is wanted.
    open: Vec<String>,
    seen: HashSet<String>,
    /// The paths that lead through links, and where they lead to.
    pub links: Vec<(LogicalPath, LogicalPath)>,
}

impl<'c> Context<'c> {
    /// The surroundings of files that were read.
    pub fn of<'f>(root: &'c Root, count: usize, read: impl Iterator<Item = Known<'f>>) -> Self {
        let (named, unread) = (HashMap::new(), HashMap::new());
        let asked = HashSet::with_capacity(count);
        let (open, seen, links) = (Vec::new(), HashSet::new(), Vec::new());
        let mut context = Self { root, asked, named, unread, open, seen, links };
        for file in read {
            context.add(&file);
        }
        context
    }

    /// Takes note of a file that was read.
    pub fn add(&mut self, file: &Known<'_>) {
        self.asked.insert(file.path.clone());
        if let Some(names) = file.names() {
            self.named.insert(file.path.folder().to_owned(), names);
            self.open.push(file.path.folder().to_owned());
        }
    }

    /// Takes note of a kustomization of which only the names are known. It is wanted if they matter.
    pub fn add_names(&mut self, file: &Path, (path, names): Names) {
        let folder = path.folder().to_owned();
        self.named.insert(folder.clone(), names);
        self.unread.insert(folder.clone(), file.to_path_buf());
        self.open.push(folder);
        self.asked.insert(path);
    }

    /// The kustomizations of the project to look through for ones that name the given files; none
    /// where all were given, or none can name them: a file is named from its own folder or from
    /// one above it (kubernetes-sigs/kustomize, `api/internal/loader/loadrestrictions.go`).
    pub fn referrers(
        &mut self,
        given: &[PathBuf],
        list: impl FnOnce(&Path) -> Vec<PathBuf>,
    ) -> Vec<PathBuf> {
        if !self.root.is_certain || self.root.is_covered(given) {
            return Vec::new();
        }
        let mut looked_at = HashMap::new();
        let mut has_one = |folder: &str| {
            let exists = || {
                KUSTOMIZATION_NAMES.iter().any(|name| self.root.real(folder).join(name).exists())
            };
            *looked_at.entry(folder.to_owned()).or_insert_with(exists)
        };
        let may_be_named = self.asked.iter().any(|path| path.folders_above().any(&mut has_one));
        if !may_be_named {
            return Vec::new();
        }
        let files = list(&self.root.folder).into_iter();
        let is_one = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| KUSTOMIZATION_NAMES.iter().any(|known| name == *known))
        };
        files.filter(is_one).filter(|path| !self.asked.contains(&self.root.logical(path))).collect()
    }

    /// Leaves out all kustomizations that have nothing to do with the given files: those that
    /// neither name them, by whatever way, nor are given themselves.
    pub fn keep_related(&mut self, given: &HashSet<LogicalPath>) {
        let mut named_by: HashMap<&str, Vec<&str>> = HashMap::new();
        for (folder, entries) in &self.named {
            for entry in entries {
                named_by.entry(entry.as_str()).or_default().push(folder);
            }
        }
        let folders = given.iter().map(LogicalPath::folder);
        let mut open: Vec<&str> =
            folders.filter(|folder| self.named.contains_key(*folder)).collect();
        open.extend(given.iter().map(LogicalPath::as_str));
        let mut related = HashSet::new();
        while let Some(name) = open.pop() {
            if related.insert(name) {
                open.extend(named_by.get(name).into_iter().flatten());
            }
        }
        let folders = related.into_iter().filter(|name| self.named.contains_key(*name));
        self.open = folders.map(str::to_owned).collect();
    }

    /// The files that the kustomizations at hand name, and nobody has read as yet.
    pub fn wanted(&mut self) -> Vec<PathBuf> {
        let mut wanted = Vec::new();
        while let Some(folder) = self.open.pop() {
            if !self.seen.insert(folder.clone()) {
                continue;
            }
            wanted.extend(self.unread.remove(&folder));
            for entry in self.named.get(&folder).cloned().unwrap_or_default() {
                if self.named.contains_key(entry.as_str()) {
                    self.open.push(entry.as_str().to_owned());
                } else if self.asked.insert(entry.clone()) {
                    wanted.extend(self.follow(entry));
                }
            }
        }
        wanted
    }

    /// The file that an entry names, unless links lead to one that is known.
    fn follow(&mut self, entry: LogicalPath) -> Option<PathBuf> {
        let file = self.file_at(&entry)?;
        let path = self.root.real(entry.as_str());
        let real = path.canonicalize().ok().filter(|real| *real != path);
        let inside = real.and_then(|real| {
            let below =
                real.strip_prefix(self.root.folder.canonicalize().ok()?).ok()?.to_path_buf();
            Some(LogicalPath::new(slashed(&below)))
        });
        let Some(real) = inside.filter(|real| *real != entry) else { return Some(file) };
        self.links.push((entry, real.clone()));
        if self.named.contains_key(real.as_str()) {
            self.open.push(real.as_str().to_owned());
            return None;
        }
        self.asked.insert(real.clone()).then(|| self.file_at(&real)).flatten()
    }

    /// The file that an entry names: itself, or the kustomization in a folder.
    fn file_at(&self, entry: &LogicalPath) -> Option<PathBuf> {
        let path = self.root.real(entry.as_str());
        if path.is_file() {
            return Some(path);
        }
        KUSTOMIZATION_NAMES.iter().map(|name| path.join(name)).find(|file| file.is_file())
    }

    /// The charts that given files lie in, as their folders; none where all was given. A chart in
    /// the `charts` of another belongs to that.
    pub fn charts<'f>(
        &self,
        given: &[PathBuf],
        files: impl FnOnce() -> &'f HashSet<LogicalPath>,
    ) -> HashSet<PathBuf> {
        let mut looked_at: HashMap<String, bool> = HashMap::new();
        let mut is_chart = |folder: &str| {
            let exists = || self.root.real(folder).join("Chart.yaml").is_file();
            *looked_at.entry(folder.to_owned()).or_insert_with(exists)
        };
        if self.root.is_covered(given) {
            return HashSet::new();
        }
        let outermost = |file: &LogicalPath| {
            let above = file.folders_above().filter(|folder| is_chart(folder));
            above.last().map(|folder| self.root.real(folder))
        };
        files().iter().filter_map(outermost).collect()
    }

    /// Which of these files nobody has read as yet.
    pub fn unread(&mut self, files: Vec<PathBuf>) -> Vec<PathBuf> {
        let root = self.root;
        files.into_iter().filter(|file| self.asked.insert(root.logical(file))).collect()
    }
}
