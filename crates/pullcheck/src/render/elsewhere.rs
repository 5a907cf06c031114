//! Places in other texts that have a part in a finding: in another file, or in the configuration.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use pullcheck_core::{
    finding::Finding,
    span::{FileId, LineIndex, Span},
};

use super::masked;
use crate::{clean::clean_text, gather::Gathered};

/// A place in another text.
pub struct Elsewhere {
    pub text: Rc<OtherText>,
    pub span: Span,
    pub message: String,
}

/// A text that findings in another one point to.
pub struct OtherText {
    pub path: String,
    /// The text as it is, for places only.
    pub text: String,
    /// The text as it may be shown.
    pub shown: String,
    pub lines: LineIndex,
}

impl OtherText {
    fn new(path: &str, text: String, secret: &[Span]) -> Self {
        let (lines, shown) = (LineIndex::new(&text), clean_text(&masked(&text, secret)));
        Self { path: path.to_owned(), text, shown, lines }
    }
}

/// Files by their number, and configurations by their paths.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    File(FileId),
    Configuration(Box<str>),
}

/// The other texts, each read once: thousands of findings may point to one.
#[derive(Default)]
pub struct Others(RefCell<HashMap<Key, Option<Rc<OtherText>>>>);

impl Others {
    /// The places of a finding that do not stand in this file. What cannot be read again is left out.
    pub fn of(&self, finding: &Finding, file: FileId, gathered: &Gathered) -> Vec<Elsewhere> {
        let labels = finding.labels.iter().filter(|label| label.at.file != file);
        let others = labels.filter_map(|label| {
            let text = self.text(Key::File(label.at.file), || {
                let number = label.at.file.0 as usize;
                let source = gathered.sources.get(number)?;
                let secret = &gathered.project.files().get(number)?.facts.confidential;
                Some(OtherText::new(&source.path, source.text().ok()?, secret))
            })?;
            Some(Elsewhere { text, span: label.at.span, message: label.message.clone() })
        });
        let origin = finding.origin.iter().filter_map(|(origin, message)| {
            let text = self.text(Key::Configuration(origin.path.clone()), || {
                Some(OtherText::new(&origin.path, origin.text.to_string(), &[]))
            })?;
            Some(Elsewhere { text, span: origin.span, message: (*message).to_owned() })
        });
        others.chain(origin).collect()
    }

    fn text(&self, key: Key, read: impl FnOnce() -> Option<OtherText>) -> Option<Rc<OtherText>> {
        self.0.borrow_mut().entry(key).or_insert_with(|| read().map(Rc::new)).clone()
    }
}
