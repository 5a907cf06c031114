//! Paths as text: made absolute, made relative, shown.

use std::{
    borrow::Cow,
    env,
    path::{Component, Path, PathBuf},
    sync::LazyLock,
};

/// The current directory, which stays the same during a run; asking the system for each file costs
/// more than all else that is done with its path.
static HERE: LazyLock<PathBuf> = LazyLock::new(|| env::current_dir().unwrap_or_default());

/// The absolute path without `.` and `..`, by its text alone: no link is followed.
pub fn absolute(path: &Path) -> PathBuf {
    let mut plain = PathBuf::with_capacity(HERE.as_os_str().len() + path.as_os_str().len() + 1);
    plain.push(&*HERE);
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            _ => plain.push(component),
        }
    }
    plain
}

/// The way from a folder to a path, with `..` where the path lies elsewhere; both absolute.
pub fn relative<'p>(folder: &Path, path: &'p Path) -> Cow<'p, Path> {
    if let Ok(below) = path.strip_prefix(folder) {
        return Cow::Borrowed(below);
    }
    let shared = folder.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    Cow::Owned(up.chain(path.components().skip(shared)).collect())
}

/// A path as people read it: relative to the current directory if it lies below, with `/`.
pub fn shown(path: &Path) -> String {
    let below = path.strip_prefix(&*HERE).ok().filter(|below| !below.as_os_str().is_empty());
    slashed(below.unwrap_or(path))
}

/// A path with `/` between its parts.
pub fn slashed(path: &Path) -> String {
    let mut text = String::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::RootDir => text.push('/'),
            part => {
                if !text.is_empty() && !text.ends_with('/') {
                    text.push('/');
                }
                text.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    text
}
