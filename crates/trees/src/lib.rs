//! Trees of files to measure with. The same arguments give the same bytes on every machine, and a
//! large tree begins as a small one does, so that figures can be compared.
//!
//! The texts are this crate's own: were they read from the fixtures, each new example there would
//! change every figure.

mod charts;
mod custom;
mod kustomize;
mod mixed;
mod plain;
#[cfg(test)]
mod tests;
mod words;
mod workloads;

use std::{fmt::Write as _, fs, io, path::Path};

use fastrand::Rng;

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the tree, with `/` between its parts.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// What a tree is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// What a large repository holds: workloads, other objects, definitions, charts, kustomizations
    /// and files that are no manifests; most of them small, a few of 64 KiB and more.
    Mixed,
    /// Deployments, five to a file.
    Deployments,
    /// Documents in a single file.
    OneFile,
    /// Mistakes, ten to a file; each is a finding.
    Findings,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Self; 4] = [Self::Mixed, Self::Deployments, Self::OneFile, Self::Findings];

    /// Its name on a command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Deployments => "deployments",
            Self::OneFile => "one-file",
            Self::Findings => "findings",
        }
    }

    /// The files of a tree. `count` says how many files there are of the mixed shape, and of each
    /// other shape how many of the things that it is named for: Deployments, documents, findings.
    pub fn files(self, count: usize, seed: u64) -> impl Iterator<Item = File> {
        let mut rng = Rng::with_seed(seed);
        let files: Box<dyn Iterator<Item = File>> = match self {
            Self::Mixed => Box::new(mixed::files(rng).take(count)),
            Self::Deployments => Box::new(in_files(count, 5, move |number| {
                workloads::workload(&mut rng, "Deployment", &format!("app-{number}"))
            })),
            Self::OneFile => {
                Box::new(in_files(count, count.max(1), move |number| document(&mut rng, number)))
            }
            Self::Findings => Box::new(in_files(count, 10, workloads::mistake)),
        };
        files
    }
}

/// Documents, so many to a file, in folders of a hundred files.
fn in_files(
    count: usize,
    to_a_file: usize,
    mut document: impl FnMut(usize) -> String,
) -> impl Iterator<Item = File> {
    let documents = (0..count).step_by(to_a_file).enumerate();
    documents.map(move |(number, first)| {
        let mut text = String::new();
        for document_number in first..count.min(first + to_a_file) {
            let _ = write!(text, "---\n{}", document(document_number));
        }
        let (area, folder) = (number / 1000, number / 100);
        File { path: format!("area-{area}/folder-{folder}/{number}.yaml"), text }
    })
}

/// A document of a file as `helm template` or `kustomize build` prints it for a whole cluster.
fn document(rng: &mut Rng, number: usize) -> String {
    let name = format!("app-{number}");
    match rng.u8(0..10) {
        0..3 => workloads::workload(rng, "Deployment", &name),
        3..6 => plain::service(rng, &name),
        6..8 => plain::config_map(rng, &name, 6),
        8 => plain::service_account(rng, &name),
        _ => plain::role(rng, &name),
    }
}

/// Writes a tree into a folder, which is made where there is none. Returns the bytes of its files.
///
/// # Errors
///
/// If a folder or a file cannot be written.
pub fn write(folder: &Path, files: impl Iterator<Item = File>) -> io::Result<u64> {
    let mut bytes = 0;
    for File { path, text } in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &text)?;
        bytes += text.len() as u64;
    }
    Ok(bytes)
}
