//! Logical paths: what the core knows of a file's place.

/// A path within the project, its parts joined by `/` whatever the system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalPath(Box<str>);

impl LogicalPath {
    /// Whether two files lie in one folder, or one of them in a folder above the other's: what lies
    /// side by side may belong to two applications.
    #[must_use]
    pub fn belongs_to(&self, other: &Self) -> bool {
        let folder = |path: &'_ str| path.rfind('/').unwrap_or_default();
        let one = self.0.get(..folder(&self.0)).unwrap_or_default();
        let other = other.0.get(..folder(&other.0)).unwrap_or_default();
        let holds = |outer: &str, inner: &str| {
            let rest = inner.strip_prefix(outer);
            outer.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        holds(one, other) || holds(other, one)
    }

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
