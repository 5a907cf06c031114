//! What is checked while the clock runs: trees that are made, and directories of real files.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use pullcheck::{
    config::{Configs, NAMES},
    discover::discover,
    gather::excluded_by,
};
use trees::Shape;

use crate::process::succeed;

/// A directory to check.
pub struct Place {
    pub name: String,
    pub folder: PathBuf,
    /// The files that pullcheck reads there.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Whether the stages of its check are told.
    pub is_staged: bool,
}

impl Place {
    /// A directory of real files.
    pub fn given(folder: &Path) -> io::Result<Self> {
        let folder = fs::canonicalize(folder)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self::of(format!("`{name}`"), folder, true)
    }

    fn of(name: String, folder: PathBuf, is_staged: bool) -> io::Result<Self> {
        let configs = Configs::discovered();
        let mut found =
            discover(std::slice::from_ref(&folder), &excluded_by(&configs), false).files;
        found.retain(|found| !NAMES.iter().any(|name| found.path.ends_with(name)));
        let sizes = found.iter().map(|found| Ok(fs::metadata(&found.path)?.len()));
        let bytes = sizes.sum::<io::Result<u64>>()?;
        Ok(Self { name, folder, files: found.len(), bytes, is_staged })
    }
}

/// The trees that are made: the mixed ones of so many files, then one of each other shape.
pub fn generated(folder: &Path, files: &[usize]) -> io::Result<Vec<Place>> {
    let mixed = files.iter().map(|&count| {
        let name = format!("a mixed repository of {count} files");
        (name, Shape::Mixed, count, Some(&count) == files.iter().max())
    });
    let others = [
        ("10000 Deployments in 2000 files", Shape::Deployments, 10_000),
        ("50000 documents in one file", Shape::OneFile, 50_000),
        ("50000 findings in 5000 files", Shape::Findings, 50_000),
    ];
    let others = others.map(|(name, shape, count)| (name.to_owned(), shape, count, false));
    let made = mixed.chain(others).enumerate().map(|(number, (name, shape, count, is_staged))| {
        let folder = folder.join(number.to_string());
        trees::write(&folder, shape.files(count, 1))?;
        // The root of a repository, so that nothing above it is looked at.
        fs::create_dir(folder.join(".git"))?;
        // One file of all documents is larger than what is read by default.
        fs::write(folder.join("pullcheck.yaml"), "max_file_size: 4095\n")?;
        Place::of(name, folder, is_staged)
    });
    made.collect()
}

/// A repository of 1,000 files. Returns 20 of them, as a commit hook hands them over.
pub fn repository(folder: &Path) -> io::Result<Vec<String>> {
    trees::write(folder, Shape::Mixed.files(1_000, 1))?;
    let identity = ["-c", "user.name=hook", "-c", "user.email=hook@example.com"];
    for command in [["init", "-q", "."], ["add", "-A", "."], ["commit", "-qm", "all"]] {
        succeed(Command::new("git").args(identity).args(command).current_dir(folder))?;
    }
    Ok(Shape::Mixed.files(1_000, 1).step_by(50).map(|file| file.path).collect())
}
