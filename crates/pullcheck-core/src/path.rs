//! Logical paths: what the core knows of a file's place.

/// A path within the project, its parts joined by `/` whatever the system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalPath(Box<str>);

impl LogicalPath {
    /// The path as it is written, backslashes left alone.
    #[must_use]
    pub fn new(path: impl Into<Box<str>>) -> Self {
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

    /// The paths of the folders that hold the file, the nearest first and the root last.
    pub fn folders_above(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.folder()), |folder| match folder.rsplit_once('/') {
            Some((above, _)) => Some(above),
            None => (!folder.is_empty()).then_some(""),
        })
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
