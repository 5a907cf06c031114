//! Where the text of a file comes from.

use std::{
    borrow::Cow,
    collections::HashMap,
    io,
    path::{Path, PathBuf},
};

use pullcheck_core::{
    facts::Skip,
    span::{LineIndex, PackedLines},
};

use super::STDIN_NAME;
use crate::{
    input::{Input, checksum},
    paths::absolute,
};

/// A file that findings can be shown in.
#[derive(Debug)]
pub struct Source {
    /// Its path as it is shown.
    pub path: String,
    /// What to read, or what was read.
    pub place: Place,
    /// By which its text is known again.
    pub checksum: u64,
    /// Whether its folder is known to hold no baseline and to be no root of a repository.
    pub is_in_plain_folder: bool,
    /// Its lines, so that places can be told without reading it again.
    pub lines: Option<PackedLines>,
}

#[derive(Debug)]
pub enum Place {
    File(PathBuf),
    /// A file with another text in its place.
    Changed(PathBuf, String),
    /// Standard input is kept: it can be read once only.
    Memory(String),
}

impl Source {
    /// The lines of its text, if they are known; where they are, columns count bytes.
    #[must_use]
    pub fn lines(&self) -> Option<LineIndex> {
        self.lines.as_ref().map(PackedLines::unpack)
    }

    /// Where it is, unless its text is kept.
    #[must_use]
    pub fn path_on_disk(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) | Place::Changed(path, _) => Some(path),
            Place::Memory(_) => None,
        }
    }

    /// Reads the text again.
    ///
    /// # Errors
    ///
    /// If the file cannot be read any more, or has changed since it was checked.
    pub fn text(&self) -> io::Result<String> {
        let text = match &self.place {
            Place::Memory(text) | Place::Changed(_, text) => return Ok(text.clone()),
            Place::File(path) => std::fs::read_to_string(path)?,
        };
        if checksum(&text) == self.checksum {
            Ok(text)
        } else {
            Err(io::Error::other("it changed while it was checked; run again"))
        }
    }
}

/// Texts that are judged in place of what is on the disk, by their absolute paths.
#[derive(Debug, Default)]
pub struct Texts(pub HashMap<PathBuf, String>);

impl Texts {
    /// These and others.
    #[must_use]
    pub fn with(&self, others: HashMap<PathBuf, String>) -> Self {
        let others = others.into_iter().map(|(path, text)| (absolute(&path), text));
        Self(self.0.clone().into_iter().chain(others).collect())
    }

    /// The text of standard input, which goes by this name.
    #[must_use]
    pub fn standard_input(&self, name: Option<&Path>) -> Option<&str> {
        self.0.get(&absolute(name.unwrap_or(Path::new(STDIN_NAME)))).map(String::as_str)
    }

    /// The text of a file, as though it had been read there: no more than `limit` bytes.
    #[must_use]
    pub fn get(&self, path: &Path, limit: u64) -> Option<Input<'_>> {
        if self.0.is_empty() {
            return None;
        }
        let text = self.0.get(&absolute(path))?;
        let is_too_large = text.len() as u64 > limit;
        let text = Cow::Borrowed(text.as_str());
        Some(if is_too_large { Input::Skipped(Skip::TooLarge) } else { Input::Text(text) })
    }
}
