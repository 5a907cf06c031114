//! Logical paths: what the core knows of a file's place.

use std::sync::Arc;

/// A path within the project, its parts joined by `/` whatever the system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalPath(Arc<str>);

impl LogicalPath {
    /// The path as it is written, backslashes left alone.
    #[must_use]
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of the folder that holds the file; empty at the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The path that an entry in this file leads to, seen from the file's folder, by its text alone;
    /// nothing where it leads out of the project.
    #[must_use]
    pub fn join(&self, entry: &str) -> Option<Self> {
        let mut parts: Vec<&str> =
            self.folder().split('/').filter(|part| !part.is_empty()).collect();
        for part in entry.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let root = if self.0.starts_with('/') { "/" } else { "" };
        Some(Self::new(format!("{root}{}", parts.join("/"))))
    }

    /// The paths of the folders that hold the file, the nearest first and the root last.
    pub fn folders_above(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.folder()), |folder| match folder.rsplit_once('/') {
            Some((above, _)) => Some(above),
            None => (!folder.is_empty()).then_some(""),
        })
    }

    /// The name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The names of the folders that hold the file.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.rsplit('/').skip(1)
    }
}

impl std::fmt::Display for LogicalPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_seen_from_the_folder_of_a_file() {
        for (file, entry, expected) in [
            ("a/b/kustomization.yaml", "../base", Some("a/base")),
            ("a/b/kustomization.yaml", "./web.yaml", Some("a/b/web.yaml")),
            ("a/b/kustomization.yaml", "../..//c/", Some("c")),
            ("kustomization.yaml", ".", Some("")),
            ("kustomization.yaml", "../other", None),
            ("/x/a/kustomization.yaml", "../b", Some("/x/b")),
        ] {
            let joined = LogicalPath::new(file).join(entry);
            assert_eq!(joined.as_ref().map(LogicalPath::as_str), expected, "{file} {entry}");
        }
    }
}
