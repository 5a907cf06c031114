//! Paths as a hosting service knows them: from the root of the repository.

use std::{
    cell::RefCell,
    collections::HashMap,
    path::{Path, PathBuf},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::paths::{absolute, slashed};

/// What a path of a URI may hold as it is (RFC 3986, section 3.3), and `/`. A colon is not among
/// it: in the first part of a relative reference it would end a scheme.
const ESCAPED: AsciiSet =
    NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The root of a repository, and the paths that were asked for.
pub struct Repository {
    folder: PathBuf,
    known: RefCell<HashMap<String, String>>,
}

impl Repository {
    /// The repository in a folder.
    pub fn at(folder: &Path) -> Self {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
        Self { folder, known: RefCell::default() }
    }

    /// A path, given as it is shown, from the root on and without links: no service can show what
    /// lies behind one. A file elsewhere keeps its absolute path.
    pub fn path(&self, shown: &str) -> String {
        if let Some(path) = self.known.borrow().get(shown) {
            return path.clone();
        }
        let absolute = absolute(Path::new(shown));
        let real = absolute.canonicalize().unwrap_or(absolute);
        let path = slashed(real.strip_prefix(&self.folder).unwrap_or(&real));
        self.known.borrow_mut().insert(shown.to_owned(), path.clone());
        path
    }

    /// The path as a relative URI, or as an absolute one for a file elsewhere.
    pub fn uri(&self, shown: &str) -> String {
        let path = self.path(shown);
        let encoded = encoded(&path);
        if path.starts_with('/') { format!("file://{encoded}") } else { encoded }
    }
}

/// A path with all but its plain characters percent-encoded.
pub fn encoded(path: &str) -> String {
    utf8_percent_encode(path, &ESCAPED).to_string()
}
