//! What `pullcheck images` says.

use std::{
    fs,
    io::{self, Seek, Write},
    path::Path,
    process::{Command, Stdio},
};

use serde::Deserialize;

/// A row of the inventory: an image as it is written at a place.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// The file.
    pub path: String,
    range: Range,
    /// Its container, where it has a name.
    pub container: Option<String>,
    /// What the place is: `container`, `kustomize`, `values`, `template`, …
    pub role: String,
    image: String,
    /// As it would be pulled: once for each root that it belongs to.
    pub effective: Vec<Effective>,
}

/// An image as it would be pulled.
#[derive(Debug, Deserialize)]
pub struct Effective {
    /// Its full name, or the written text where it has none.
    pub image: String,
    /// The file through which it gets there: a kustomization or a `Chart.yaml`.
    pub root: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Range {
    start: Start,
}

#[derive(Debug, Deserialize)]
struct Start {
    line: usize,
}

#[derive(Debug, Deserialize)]
struct Inventory {
    images: Vec<Row>,
}

impl Row {
    /// The line of the image, from 1.
    pub fn line(&self) -> usize {
        self.range.start.line
    }

    /// The full name that is pulled, or the written text where it has none.
    pub fn pulled(&self) -> &str {
        self.effective.first().map_or(&self.image, |effective| &effective.image)
    }

    /// What it becomes through a root.
    pub fn through<'a>(&'a self, root: &'a str) -> impl Iterator<Item = &'a str> {
        let of_root = |effective: &&Effective| effective.root.as_deref() == Some(root);
        self.effective.iter().filter(of_root).map(|effective| effective.image.as_str())
    }
}

/// The rows of a directory, with paths relative to it.
pub fn of_directory(program: &Path, directory: &Path) -> io::Result<Vec<Row>> {
    read(images(program)?.current_dir(directory))
}

/// The rows of one text.
pub fn of_text(program: &Path, text: &str) -> io::Result<Vec<Row>> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    read(images(program)?.args(["--jobs", "1", "-"]).stdin(file))
}

/// The rows of an inventory in JSON.
pub fn of_json(json: &[u8]) -> io::Result<Vec<Row>> {
    Ok(serde_json::from_slice::<Inventory>(json)?.images)
}

fn images(program: &Path) -> io::Result<Command> {
    let absolute = fs::canonicalize(program)
        .map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
    let mut command = Command::new(absolute);
    command.args(["images", "--isolated", "--format", "json"]);
    Ok(command)
}

fn read(command: &mut Command) -> io::Result<Vec<Row>> {
    of_json(&command.stderr(Stdio::null()).output()?.stdout)
}
