//! A text by its lines and words, so that each is found at once.

use std::{collections::HashMap, ops::Range};

use pullcheck_core::span::Span;

/// The lines of a text, without the space around them.
#[derive(Debug, Default)]
pub struct Page {
    by_text: HashMap<String, Vec<Span>>,
    by_key: HashMap<String, Vec<Span>>,
    first: Option<Span>,
}

impl Page {
    /// The lines of a whole text.
    pub fn of(text: &str) -> Self {
        let mut page = Self::default();
        page.add(text, 0..text.len());
        page
    }

    /// Adds the lines of a part of a text.
    pub fn add(&mut self, text: &str, part: Range<usize>) {
        for (line, span) in lines(text, part) {
            self.first.get_or_insert(span);
            self.by_text.entry(line.to_owned()).or_default().push(span);
            if let Some((key, _)) = key_and_value(line) {
                self.by_key.entry(key.to_owned()).or_default().push(span);
            }
        }
    }

    /// The lines that read the same.
    pub fn equal(&self, line: &str) -> &[Span] {
        self.by_text.get(line).map(Vec::as_slice).unwrap_or_default()
    }

    /// The lines that give a key its value.
    pub fn with_key(&self, key: &str) -> &[Span] {
        self.by_key.get(key).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first line with anything in it.
    pub const fn first(&self) -> Option<Span> {
        self.first
    }
}

/// The words of a text that stand alone or in quotes, each with its places; none of comments.
pub fn words(text: &str) -> HashMap<String, Vec<Span>> {
    let mut words: HashMap<String, Vec<Span>> = HashMap::new();
    let ends_word = |c: char| c.is_whitespace() || "\"',[]{}".contains(c);
    for (line, span) in lines(text, 0..text.len()) {
        let line = line.split(" #").next().filter(|line| !line.starts_with('#'));
        let mut at = span.start as usize;
        for piece in line.unwrap_or_default().split_inclusive(ends_word) {
            let word = piece.trim_end_matches(ends_word);
            if !word.is_empty() {
                words.entry(word.to_owned()).or_default().push(Span::of(at..at + word.len()));
            }
            at += piece.len();
        }
    }
    words
}

/// The key that a line begins with, the dash of an item aside, and the place of its value in the
/// line.
pub fn key_and_value(line: &str) -> Option<(&str, Range<usize>)> {
    let (before, value) = line.split_once(':')?;
    let key = before.trim_start_matches(['-', ' ']);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c));
    let start = line.len() - value.trim_start().len();
    is_key.then_some((key, start..line.len()))
}

/// The lines of a part of a text that are not blank, without the space around them.
fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = (&str, Span)> {
    let mut at = part.start;
    let lines = text.get(part).unwrap_or_default().split_inclusive(['\n', '\r']);
    lines.filter_map(move |whole| {
        let line = whole.trim();
        let start = at + whole.len() - whole.trim_start().len();
        at += whole.len();
        (!line.is_empty()).then(|| (line, Span::of(start..start + line.len())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_text_and_key() {
        let text = "\n a: 1\r\n- image:  \"x\" \n   image: {{ y }}\n{{- if a: }}\n";
        let page = Page::of(text);
        assert_eq!(page.equal("a: 1").first().unwrap().slice(text), "a: 1");
        let slices: Vec<_> = page.with_key("image").iter().map(|span| span.slice(text)).collect();
        assert_eq!(slices, ["- image:  \"x\"", "image: {{ y }}"]);
        assert_eq!(page.first().unwrap().slice(text), "a: 1");
        assert!(page.with_key("if a").is_empty() && Page::of(" \n").first().is_none());
        let line = "- image:  \"x\"";
        assert_eq!(key_and_value(line).map(|(_, value)| line.get(value).unwrap()), Some("\"x\""));
    }

    #[test]
    fn words_stand_alone() {
        let text = "a: \"x:1\" # x:1\n# x:1\nb: [x:1, 'é']\nc: x:12\n";
        let words = words(text);
        let places: Vec<_> = words["x:1"].iter().map(|span| span.start).collect();
        assert_eq!(places, [4, 25]);
        assert_eq!(words["é"][0].slice(text), "é");
    }
}
