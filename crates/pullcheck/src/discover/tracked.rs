//! What git tracks. A file that was added is not ignored any more, whatever `.gitignore` says:
//! many repositories ignore `bin` or `manager` and track manifests of that name.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

/// The tracked files of each repository that was asked for, told by git itself.
#[derive(Default)]
pub(super) struct Tracked(Mutex<HashMap<PathBuf, Arc<Files>>>);

/// Paths below the root of a repository, with `/`, in git's order: by their bytes.
type Files = Vec<Vec<u8>>;

impl Tracked {
    /// Whether git tracks a file, or anything below a directory. Paths are absolute.
    pub(super) fn holds(&self, path: &Path, is_dir: bool) -> bool {
        let mut above = path.ancestors().skip(1);
        let Some(root) = above.find(|above| above.join(".git").exists()) else { return false };
        let Some(mut name) = name_below(root, path) else { return false };
        let files = self.files(root);
        if !is_dir {
            return files.binary_search(&name).is_ok();
        }
        name.push(b'/');
        let first = files.partition_point(|file| *file < name);
        files.get(first).is_some_and(|file| file.starts_with(&name))
    }

    fn files(&self, root: &Path) -> Arc<Files> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(root.to_path_buf()).or_insert_with(|| Arc::new(ask_git(root))))
    }
}

/// The files that git tracks; none where there is no git to ask.
fn ask_git(root: &Path) -> Files {
    let mut git = Command::new("git");
    // A hook runs with these set for the repository of the commit, which may be another.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(variable);
    }
    let answer = git
        .arg("-C")
        .arg(root)
        // What the tree's own configuration would run is not run.
        .args(["-c", "core.fsmonitor=false", "ls-files", "-z"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let listed = answer.ok().filter(|answer| answer.status.success());
    let listed = listed.map(|answer| answer.stdout).unwrap_or_default();
    let mut files: Files = listed.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
    files.sort_unstable();
    files
}

fn name_below(root: &Path, path: &Path) -> Option<Vec<u8>> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Vec<_> = parts.map(|part| part.as_os_str().as_encoded_bytes()).collect();
    Some(parts.join(&b'/'))
}
