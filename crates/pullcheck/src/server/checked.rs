//! The open documents of a project, judged together as `check` judges files.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use pullcheck_core::{
    finding::Finding,
    judge::Judged,
    span::{At, FileId},
};

use super::{
    document::Document,
    lsp::{Location, Uri},
    text::{Encoding, Text},
    uri,
};
use crate::{
    baseline::Baselines,
    config::Configs,
    gather::{Gathered, Texts, gather_texts},
    listings::Listings,
    paths::absolute,
    run::{judge_all, resolve},
};

/// The open documents of a project, judged.
#[derive(Debug, Default)]
pub struct Checked {
    pub gathered: Gathered,
    judged: Vec<Judged>,
    /// The files by their absolute paths.
    files: HashMap<PathBuf, FileId>,
}

impl Checked {
    /// Judges texts of one project. What the baselines hold is held back, as in `check`.
    pub fn of(configs: &Configs, texts: &Texts, listings: &Listings) -> (Self, Vec<String>) {
        let gathered = gather_texts(configs, texts, listings);
        let resolved = resolve(&gathered.project);
        let mut judged = judge_all(&gathered, &resolved);
        let mut baselines = Baselines::nearest();
        baselines.hold_back(&gathered, &resolved, &mut judged);
        let trouble = baselines.errors().iter().map(ToString::to_string).collect();
        drop(resolved);
        let paths = gathered.sources.iter().map(|source| absolute(Path::new(&source.path)));
        let files = paths.zip((0..).map(FileId)).collect();
        (Self { gathered, judged, files }, trouble)
    }

    /// The number of a file, if it holds something.
    pub fn id(&self, path: &Path) -> Option<FileId> {
        self.files.get(path).copied()
    }

    /// The path of a file.
    pub fn path(&self, id: FileId) -> Option<PathBuf> {
        let source = self.gathered.sources.get(id.0 as usize)?;
        Some(absolute(Path::new(&source.path)))
    }

    /// What was found in a file.
    pub fn findings(&self, id: FileId) -> &[Finding] {
        self.judged.get(id.0 as usize).map_or(&[], |judged| &judged.findings)
    }

    /// All that was found, by file.
    pub fn all(&self) -> impl Iterator<Item = (FileId, &Finding)> {
        let files = (0..).map(FileId).zip(&self.judged);
        files.flat_map(|(id, judged)| judged.findings.iter().map(move |finding| (id, finding)))
    }
}

/// The files that are looked up for one answer, each read once: open ones as they are in the editor.
pub struct Pages<'s> {
    pub checked: &'s Checked,
    open: &'s HashMap<String, Document>,
    read: HashMap<FileId, Option<(Uri, Text)>>,
    encoding: Encoding,
}

impl<'s> Pages<'s> {
    pub fn new(
        checked: &'s Checked,
        open: &'s HashMap<String, Document>,
        encoding: Encoding,
    ) -> Self {
        Self { checked, open, read: HashMap::new(), encoding }
    }

    /// The document that is open of a file.
    pub fn document(&self, id: FileId) -> Option<&'s Document> {
        let path = self.checked.path(id)?;
        self.open.values().find(|document| document.path == path)
    }

    /// What the client calls a file, and its text as it was judged.
    pub fn page(&mut self, id: FileId) -> Option<(&Uri, &Text)> {
        if !self.read.contains_key(&id) {
            let page = self.read(id);
            self.read.insert(id, page);
        }
        self.read.get(&id)?.as_ref().map(|(uri, text)| (uri, text))
    }

    fn read(&self, id: FileId) -> Option<(Uri, Text)> {
        let source = self.checked.gathered.sources.get(id.0 as usize)?;
        let open = self.document(id).map(|document| document.uri.clone());
        let uri = open.or_else(|| Some(uri::of(&self.checked.path(id)?)));
        Some((uri?, Text::new(source.text().ok()?, self.encoding)))
    }

    /// A place as the client knows it.
    pub fn location(&mut self, at: At) -> Option<Location> {
        let (uri, text) = self.page(at.file)?;
        Some(Location { uri: uri.clone(), range: text.range(at.span) })
    }
}
