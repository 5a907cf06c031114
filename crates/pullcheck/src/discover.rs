//! Which files are read: the paths that were given, and everything below them that could be a manifest.

mod gitignore;
#[cfg(test)]
mod tests;
mod tracked;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::Scope;
use rayon::slice::ParallelSliceMut;
use walkdir::{DirEntry, WalkDir};

use gitignore::{IGNORE_FILE, Rules};
use tracked::Tracked;

use crate::input::reason;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The path to open: what was typed, joined with the names below it.
    pub path: PathBuf,
    /// Whether the file itself was given, rather than a directory above it.
    pub explicit: bool,
}

/// What a run reads, and what stood in the way.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The files, sorted by path, none of them twice; of several paths to one, the shortest is kept.
    pub files: Vec<Found>,
    /// What could not be looked at, sorted by path.
    pub errors: Vec<DiscoverError>,
}

/// A path that could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// A given path does not exist or cannot be reached.
    #[error("cannot read `{}`: {}", path.display(), reason(cause))]
    Given {
        /// The path as it was typed.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A directory cannot be listed.
    #[error("cannot read the directory `{}`: {}", path.display(), reason(cause))]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl DiscoverError {
    /// The path that could not be looked at.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Given { path, .. } | Self::Directory { path, .. } => path,
        }
    }
}

/// A directory, as far as it is known when its paths are asked about.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'l> {
    /// Its path, as it was typed and joined with the names below.
    pub path: &'l Path,
    /// What lies in it, unless it is not listed.
    entries: Option<&'l [DirEntry]>,
}

impl Listed<'_> {
    /// Whether something of this name may lie in it. Asking the list costs less than asking the disk.
    #[must_use]
    pub fn may_hold(&self, name: &str) -> bool {
        self.entries.is_none_or(|entries| entries.iter().any(|entry| entry.file_name() == name))
    }
}

/// What decides for a directory which paths in it are passed over; the flag says whether a path is
/// a directory itself.
///
/// It is asked about the directories and files below a given directory. When exclusion is forced
/// it is also asked about each given path and the directories named on the way to it.
pub type Exclude<'a> = &'a (dyn Fn(Listed<'_>) -> Excluded + Sync);

/// Whether a path in one directory is passed over.
pub type Excluded = Box<dyn Fn(&Path, bool) -> bool>;

/// Finds the files to read below `paths`, listing directories in parallel.
///
/// A given file is read whatever its name, even when it is ignored or excluded; `force_exclude`
/// holds the given paths to `exclude` and `.gitignore` as well. Links are followed when they are
/// given and passed over when they are found in a directory.
#[must_use]
pub fn discover(paths: &[PathBuf], exclude: Exclude<'_>, force_exclude: bool) -> Discovery {
    let walk = Walk {
        exclude,
        force_exclude,
        tracked: Tracked::default(),
        folders: Mutex::default(),
        finds: Mutex::default(),
    };
    rayon::scope(|scope| {
        for path in paths {
            let walk = &walk;
            scope.spawn(move |scope| walk.start(scope, path));
        }
    });
    // What is found below one path is found once.
    let may_repeat = paths.len() > 1;
    walk.finds.into_inner().unwrap_or_else(PoisonError::into_inner).settle(may_repeat)
}

/// A file or directory under two names.
#[derive(Debug)]
struct Place {
    /// What was typed, joined with the names below it; empty for the current directory.
    path: PathBuf,
    /// Where it really is, which ignore rules are matched against and by which doubles are told.
    real: PathBuf,
}

impl Place {
    fn join(&self, name: &OsStr) -> Self {
        Self { path: self.path.join(name), real: self.real.join(name) }
    }

    /// What brings the names of one file together, the shortest first.
    fn rank(&self) -> (&OsStr, usize, &OsStr) {
        // Plain text compares much faster than a path does.
        (self.real.as_os_str(), self.path.as_os_str().len(), self.path.as_os_str())
    }
}

/// A directory to list, with the ignore rules of the directories above it.
struct Directory {
    place: Place,
    rules: Rules,
    /// The directory is ignored, so that only what git tracks all the same is wanted of it.
    ignored: bool,
}

/// What was come across so far, in no order.
#[derive(Default)]
struct Finds {
    files: Vec<(Place, bool)>,
    errors: Vec<DiscoverError>,
}

impl Finds {
    fn absorb(&mut self, other: Self) {
        self.files.extend(other.files);
        self.errors.extend(other.errors);
    }

    fn settle(self, may_repeat: bool) -> Discovery {
        let Self { mut files, mut errors } = self;
        if may_repeat {
            files.par_sort_unstable_by(|(a, _), (b, _)| a.rank().cmp(&b.rank()));
            files.dedup_by(|(double, named), (kept, explicit)| {
                let same = double.real.as_os_str() == kept.real.as_os_str();
                *explicit |= same && *named;
                same
            });
        }
        let found = |(place, explicit): (Place, bool)| Found { path: place.path, explicit };
        let mut files: Vec<Found> = files.into_iter().map(found).collect();
        files.par_sort_unstable_by(|a, b| by_parts(&a.path, &b.path));
        errors.sort_by_cached_key(|error| (error.path().to_path_buf(), error.to_string()));
        errors.dedup_by_key(|error| error.to_string());
        Discovery { files, errors }
    }
}

/// Orders paths as `Path` does, part by part, but by their bytes: a separator comes before all else.
fn by_parts(one: &Path, other: &Path) -> Ordering {
    let rank = |byte: &u8| if std::path::is_separator(char::from(*byte)) { 0 } else { *byte };
    let [one, other] = [one, other].map(|path| path.as_os_str().as_encoded_bytes());
    // Most paths begin alike, which is seen faster in steps.
    let steps = one.chunks(STEP).zip(other.chunks(STEP));
    let same = STEP * steps.take_while(|(one, other)| one == other).count();
    let [one, other] = [one, other].map(|path| path.get(same..).unwrap_or_default());
    let differ = one.iter().zip(other).find(|(one, other)| one != other);
    match differ {
        Some((one, other)) => rank(one).cmp(&rank(other)),
        None => one.len().cmp(&other.len()),
    }
}

/// How many bytes are compared at once.
const STEP: usize = 16;

/// What is known of the folder of a given path, for all paths in it.
struct Folder {
    /// Where it really is.
    real: PathBuf,
    /// The ignore rules for what lies in it; none where exclusion is not forced.
    rules: Rules,
    /// It is excluded, or one above it is.
    excluded: bool,
    /// Git ignores it, or one above it.
    ignored: bool,
}

/// One run over the given paths.
struct Walk<'a> {
    exclude: Exclude<'a>,
    force_exclude: bool,
    tracked: Tracked,
    /// The folders of given paths: a hook gives thousands of files in a few of them.
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
    finds: Mutex<Finds>,
}

impl Walk<'_> {
    fn start<'s>(&'s self, scope: &Scope<'s>, typed: &Path) {
        let metadata = fs::symlink_metadata(typed);
        let is_link = metadata.as_ref().is_ok_and(fs::Metadata::is_symlink);
        let is_dir = match if is_link { fs::metadata(typed) } else { metadata } {
            Ok(metadata) => metadata.is_dir(),
            Err(cause) => {
                let path = typed.to_path_buf();
                return self.finds().errors.push(DiscoverError::Given { path, cause });
            }
        };
        let path = without_dots(typed);
        let folder = path.file_name().and(path.parent()).map(|parent| self.folder(parent));
        // As in git, a link is ignored by its own name and not by its target's.
        let own = match (&folder, path.file_name()) {
            (Some(folder), Some(name)) => folder.real.join(name),
            _ => real_path(&path),
        };
        if self.force_exclude && self.rejects(folder.as_deref(), &path, &own, is_dir) {
            return;
        }
        let real = if is_link { real_path(typed) } else { own };
        let place = Place { path, real };
        if is_dir {
            let rules = Rules::above(&place.real);
            self.list(scope, &Directory { place, rules, ignored: false });
        } else {
            self.finds().files.push((place, true));
        }
    }

    /// Whether a given path, or a directory on the way to it, is excluded or ignored.
    fn rejects(&self, folder: Option<&Folder>, path: &Path, own: &Path, is_dir: bool) -> bool {
        let Some(folder) = folder else {
            return gitignore::within(own).1 && !self.tracked.holds(own, is_dir);
        };
        let excludes = || path.file_name().is_some() && self.excludes(path, is_dir);
        let ignored = || folder.ignored || folder.rules.ignore(own, is_dir);
        folder.excluded || excludes() || ignored() && !self.tracked.holds(own, is_dir)
    }

    /// Whether a path is excluded whose directory is not listed.
    fn excludes(&self, path: &Path, is_dir: bool) -> bool {
        let folder = Listed { path: path.parent().unwrap_or(path), entries: None };
        (self.exclude)(folder)(path, is_dir)
    }

    fn folder(&self, path: &Path) -> Arc<Folder> {
        let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(path) {
            return Arc::clone(folder);
        }
        let real = real_path(path);
        let (rules, ignored) =
            if self.force_exclude { gitignore::within(&real) } else { Default::default() };
        let mut named = path.ancestors().filter(|above| above.file_name().is_some());
        let excluded = self.force_exclude && named.any(|above| self.excludes(above, true));
        let folder = Arc::new(Folder { real, rules, excluded, ignored });
        known.insert(path.to_path_buf(), Arc::clone(&folder));
        folder
    }

    fn list<'s>(&'s self, scope: &Scope<'s>, directory: &Directory) {
        let here = openable(&directory.place.path);
        let mut finds = Finds::default();
        let mut entries = Vec::new();
        for entry in WalkDir::new(here).min_depth(1).max_depth(1) {
            match entry {
                Ok(entry) => entries.push(entry),
                Err(error) => finds.errors.extend(unlistable(here, error)),
            }
        }
        let listed = Listed { path: &directory.place.path, entries: Some(&entries) };
        let rules = if listed.may_hold(IGNORE_FILE) {
            directory.rules.below(&directory.place.real)
        } else {
            directory.rules.clone()
        };
        let excludes = (self.exclude)(listed);
        for entry in &entries {
            self.visit(scope, directory, (&rules, &excludes), entry, &mut finds);
        }
        self.finds().absorb(finds);
    }

    fn visit<'s>(
        &'s self,
        scope: &Scope<'s>,
        parent: &Directory,
        (rules, excludes): (&Rules, &Excluded),
        entry: &DirEntry,
        finds: &mut Finds,
    ) {
        let (name, kind) = (entry.file_name(), entry.file_type());
        let wanted = kind.is_dir() && !is_version_control(name)
            || kind.is_file() && (is_manifest(name) || is_partial(&parent.place.path, name));
        if !wanted {
            return;
        }
        let place = parent.place.join(name);
        let ignored = parent.ignored || rules.ignore(&place.real, kind.is_dir());
        if ignored && !self.tracked.holds(&place.real, kind.is_dir())
            || excludes(&place.path, kind.is_dir())
        {
            return;
        }
        if kind.is_dir() {
            let directory = Directory { place, rules: rules.clone(), ignored };
            scope.spawn(move |scope| self.list(scope, &directory));
        } else {
            finds.files.push((place, false));
        }
    }

    fn finds(&self) -> MutexGuard<'_, Finds> {
        self.finds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a file found in a directory could be a manifest, by its name alone.
fn is_manifest(name: &OsStr) -> bool {
    let extension = Path::new(name).extension();
    name == "Kustomization"
        || name == "kustomization"
        || extension.is_some_and(|extension| {
            ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
        })
}

/// Whether a file could hold definitions for the templates of a Helm chart.
fn is_partial(folder: &Path, name: &OsStr) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "tpl")
        && folder.components().any(|part| part.as_os_str() == "templates")
}

fn is_version_control(name: &OsStr) -> bool {
    [".git", ".hg", ".svn", ".jj"].iter().any(|known| name == *known)
}

/// The error of a directory that cannot be listed; none when it has vanished meanwhile.
fn unlistable(directory: &Path, error: walkdir::Error) -> Option<DiscoverError> {
    let cause = error.into_io_error()?;
    let vanished = matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    (!vanished).then(|| DiscoverError::Directory { path: directory.to_path_buf(), cause })
}

/// The path without its `.` components: `./a` becomes `a`, and `.` becomes empty.
fn without_dots(path: &Path) -> PathBuf {
    path.components().filter(|component| *component != Component::CurDir).collect()
}

/// The path as the system takes it, for which the empty one is no directory.
fn openable(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// Where a path leads; itself when that cannot be told, as for a pipe given as `/dev/fd/63`.
fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(openable(path)).unwrap_or_else(|_| path.to_path_buf())
}
