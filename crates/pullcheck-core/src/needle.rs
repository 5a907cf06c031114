//! Words that are looked for in every text.

use std::sync::OnceLock;

use memchr::memmem::{FindIter, Finder};

/// A word that is looked for in many texts: to get ready for that costs more than to look through a
/// short one.
pub struct Needle {
    word: &'static str,
    finder: OnceLock<Finder<'static>>,
}

impl Needle {
    pub const fn new(word: &'static str) -> Self {
        Self { word, finder: OnceLock::new() }
    }

    pub const fn word(&self) -> &'static str {
        self.word
    }

    /// Whether a text holds the word.
    pub fn is_in(&self, text: &str) -> bool {
        self.finder().find(text.as_bytes()).is_some()
    }

    /// Where the word begins in a text.
    pub fn places<'t>(&'t self, text: &'t str) -> FindIter<'t, 't> {
        self.finder().find_iter(text.as_bytes())
    }

    fn finder(&self) -> &Finder<'static> {
        self.finder.get_or_init(|| Finder::new(self.word))
    }
}
