//! The documents that are open in the editor.

use std::path::{Path, PathBuf};

use super::{
    lsp::{self, Diagnostic, TextDocumentContentChangeEvent, Uri},
    text::{Encoding, Text},
    uri,
};
use crate::{config::Configs, context::Root, discover::discover, gather::excluded_by};

/// A document that is open.
#[derive(Debug)]
pub struct Document {
    /// What the client calls it.
    pub uri: Uri,
    /// The file.
    pub path: PathBuf,
    /// What the client counts its changes by.
    pub version: i32,
    pub text: Text,
    /// Where the project begins that it belongs to, unless it is left out.
    pub project: Option<PathBuf>,
    /// The version that was shown last.
    pub published: Option<i32>,
    /// What is shown of it.
    pub shown: Vec<Diagnostic>,
}

impl Document {
    /// A document that was opened, if it is a file.
    pub fn open(item: lsp::DidOpenTextDocumentParams, encoding: Encoding) -> Option<Self> {
        let item = item.text_document;
        Some(Self {
            path: uri::path(&item.uri)?,
            uri: item.uri,
            version: item.version,
            text: Text::new(item.text, encoding),
            project: None,
            published: None,
            shown: Vec::new(),
        })
    }

    /// Changes the text, one change after the other.
    pub fn change(&mut self, version: i32, changes: &[TextDocumentContentChangeEvent]) {
        use TextDocumentContentChangeEvent as Event;
        self.version = version;
        for change in changes {
            let (range, text) = match change {
                Event::TextDocumentContentChangePartial(part) => (Some(part.range), &part.text),
                Event::TextDocumentContentChangeWholeDocument(whole) => (None, &whole.text),
            };
            self.text = self.text.changed(range, text);
        }
    }

    /// Finds the project: none where a check of the whole project would pass over the file.
    pub fn place(&mut self, configs: &Configs) {
        let is_in = could_be_manifest(&self.path) && !is_left_out(&self.path, configs);
        self.project = is_in.then(|| Root::of(&self.path).folder);
    }
}

fn could_be_manifest(path: &Path) -> bool {
    let known = ["yaml", "yml", "json", "tpl"];
    let extension = path.extension();
    let is_known = extension
        .is_some_and(|extension| known.iter().any(|known| extension.eq_ignore_ascii_case(known)));
    is_known && path.file_name().is_none_or(|name| name != crate::config::BASELINE)
}

fn is_left_out(path: &Path, configs: &Configs) -> bool {
    if !path.exists() {
        return configs.is_excluded(path, false);
    }
    discover(&[path.to_path_buf()], &excluded_by(configs), true).files.is_empty()
}
