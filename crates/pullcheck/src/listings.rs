//! What was found on the disk beside open documents, kept for as long as nobody says that it has changed:
//! no keystroke walks a repository.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use pullcheck_core::path::LogicalPath;

/// What was found on the disk.
#[derive(Debug, Default)]
pub struct Listings {
    /// The files below a folder.
    folders: Mutex<HashMap<PathBuf, Vec<PathBuf>>>,
    /// What a kustomization names.
    named: Mutex<HashMap<PathBuf, Names>>,
}

/// The path of a kustomization, and what it names.
pub type Names = (LogicalPath, Vec<LogicalPath>);

impl Listings {
    /// The files below a folder, which is listed when it is first asked for.
    pub fn below(&self, folder: &Path, list: impl FnOnce(&Path) -> Vec<PathBuf>) -> Vec<PathBuf> {
        if let Some(files) = locked(&self.folders).get(folder) {
            return files.clone();
        }
        let files = list(folder);
        locked(&self.folders).insert(folder.to_path_buf(), files.clone());
        files
    }

    /// What a kustomization names, if it was read before.
    pub fn names(&self, file: &Path) -> Option<Names> {
        locked(&self.named).get(file).cloned()
    }

    /// Takes note of what a kustomization names.
    pub fn note(&self, file: &Path, names: Names) {
        locked(&self.named).insert(file.to_path_buf(), names);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
