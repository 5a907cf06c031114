//! The folders with a kustomization, and which of them another one takes in.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path},
};

use serde_yaml::Value;
use walkdir::{DirEntry, WalkDir};

/// What a kustomization may be called.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Where a kustomization names others.
const LISTS: [&str; 3] = ["resources", "bases", "components"];

/// A folder with a kustomization.
#[derive(Debug)]
pub struct Folder {
    /// Relative to the directory, with `/`; empty for the directory itself.
    pub path: String,
    /// Its kustomization, relative to the directory.
    pub file: String,
    /// Whether it is of `kind: Component`, which is not built alone.
    pub component: bool,
    /// The paths that it names, joined to its own and cleared of `.` and `..`.
    names: Vec<String>,
}

/// Finds the folders below a directory. One with two kustomizations is there once: it is refused
/// whichever is read.
pub fn read(directory: &Path) -> Vec<Folder> {
    let mut folders: Vec<_> = WalkDir::new(directory)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".git")
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| NAMES.contains(&name)))
        .filter_map(|entry| folder(directory, &entry))
        .collect();
    folders.dedup_by(|left, right| left.path == right.path);
    folders
}

/// The paths of the folders that another one takes in.
pub fn referenced(folders: &[Folder]) -> BTreeSet<String> {
    folders
        .iter()
        .flat_map(|folder| folder.names.iter().filter(|name| **name != folder.path))
        .cloned()
        .collect()
}

fn folder(directory: &Path, entry: &DirEntry) -> Option<Folder> {
    let file = entry.path().strip_prefix(directory).ok()?;
    let path = file.parent()?.to_str()?;
    let text = fs::read_to_string(entry.path()).ok()?;
    Some(Folder::of(path, file.to_str()?, &text))
}

impl Folder {
    /// What its text says; one that is not YAML says nothing, and will be refused.
    pub fn of(path: &str, file: &str, text: &str) -> Self {
        let content: Value = serde_yaml::from_str(text).unwrap_or_default();
        let listed = |list| content.get(list).and_then(Value::as_sequence).into_iter().flatten();
        Self {
            path: path.to_owned(),
            file: file.to_owned(),
            component: content.get("kind").and_then(Value::as_str) == Some("Component"),
            names: LISTS
                .into_iter()
                .flat_map(listed)
                .filter_map(Value::as_str)
                .filter_map(|name| joined(path, name))
                .collect(),
        }
    }
}

/// Joins without looking at the disk; nothing where the path leaves the directory.
fn joined(folder: &str, name: &str) -> Option<String> {
    let path = Path::new(folder).join(name);
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir => drop(parts.pop()?),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_by_their_text() {
        let cases = [
            ("app/prod", "../base", Some("app/base")),
            ("app/prod", "./../../app/base/", Some("app/base")),
            ("", "base", Some("base")),
            ("app", "..", Some("")),
            ("app", "../..", None),
            ("app", "/etc", None),
        ];
        for (folder, name, expected) in cases {
            assert_eq!(joined(folder, name).as_deref(), expected, "{folder} {name}");
        }
    }

    #[test]
    fn a_folder_that_another_takes_in_is_referenced() {
        let directory = tempfile::tempdir().unwrap();
        let files = [
            ("base/kustomization.yaml", "resources: [web.yaml, .]"),
            ("old/Kustomization", "{}"),
            ("part/kustomization.yml", "kind: Component"),
            (
                "prod/kustomization.yaml",
                "resources: [../base]\nbases: [../old]\ncomponents: [../part]",
            ),
            ("broken/kustomization.yaml", "resources: ["),
            (".git/kustomization.yaml", "resources: [../prod]"),
        ];
        for (path, text) in files {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let folders = read(directory.path());
        let paths: Vec<_> = folders.iter().map(|folder| folder.path.as_str()).collect();
        assert_eq!(paths, ["base", "broken", "old", "part", "prod"]);
        let components: Vec<_> = folders.iter().filter(|folder| folder.component).collect();
        assert!(matches!(&*components, [part] if part.file == "part/kustomization.yml"));
        let referenced = referenced(&folders);
        let roots: Vec<_> = paths.iter().filter(|path| !referenced.contains(**path)).collect();
        assert_eq!(roots, [&"broken", &"prod"]);
    }
}
