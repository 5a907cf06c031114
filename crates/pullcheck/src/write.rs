//! Files that are never half written.

#[cfg(unix)]
mod interrupt;

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    path::Path,
};

use tempfile::Builder;

#[cfg(unix)]
use interrupt::uninterrupted;

/// Writes a file by way of a second one beside it, so that whoever reads it sees the old text or the
/// new; a signal to end waits for that. Permissions are kept and links followed; what is no plain
/// file, as a pipe, is written to.
///
/// # Errors
///
/// If the file cannot be written; then it is as it was.
pub fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_path_buf(),
        Err(error) => return Err(error),
    };
    let before = fs::metadata(&path).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        return fs::OpenOptions::new().write(true).open(&path)?.write_all(text);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = Builder::new();
    builder.prefix(".pullcheck-");
    if let Some(permissions) = new_file_permissions() {
        builder.permissions(permissions);
    }
    uninterrupted(|| {
        let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(text)?;
        if let Some(before) = before {
            file.as_file().set_permissions(before.permissions())?;
        }
        file.persist(&path)?;
        Ok(())
    })
}

#[cfg(not(unix))]
fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// As any program would make a file; the umask takes its part.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "only some systems have such permissions")]
fn new_file_permissions() -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
}

#[cfg(not(unix))]
fn new_file_permissions() -> Option<Permissions> {
    None
}
