//! Changes to a text that touch the bytes they must and nothing else.
//!
//! A [`Change`] says what is to be different, in terms of values; how it is written follows from the
//! text: quotes, indentation, line ends and flow style stay as they are. The result is read again,
//! and stands only if it differs from what was there in just these values.

mod entry;
mod leaves;
mod scalar;
mod suppression;

use std::{cell::OnceCell, collections::BTreeMap, ops::Range};

use thiserror::Error;

use crate::{
    span::{At, Span},
    yaml::{documents, parse},
};
use leaves::{News, Reading};

/// How a finding is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it is done unasked.
    pub safety: Safety,
    /// All that must change together.
    pub edits: Vec<Edit>,
}

/// Whether a fix is done unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// What is deployed stays what it was meant to be.
    Safe,
    /// Something else may be deployed: a person must have looked.
    Unsafe,
}

impl Safety {
    /// The word for it, as in output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// A change at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The place: what it is of depends on the change.
    pub at: At,
    /// The change.
    pub change: Change,
}

/// What is to be different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The scalar at the place has this value, as a string.
    Value(String),
    /// The scalar at the place is this string as yet, and has another value: for a place that may hold
    /// more than what is meant. A `name` is left alone: overrides match images by it.
    Exchange {
        /// The key that it must stand under, if only one will do.
        under: Option<&'static str>,
        /// What it is.
        from: Box<str>,
        /// What it becomes.
        to: String,
    },
    /// The mapping that holds the value at the place has one more entry, next to it.
    Beside {
        /// The key.
        key: Box<str>,
        /// The value, as a string.
        value: String,
    },
    /// The suppression at the place does not name the rule at this place in it any more; one that
    /// names nothing is taken out.
    Unlist(Span),
}

/// Why a text is left as it is.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing of that place is written in the text by itself.
    #[error("it is part of a larger text")]
    NotFound,
    /// The value is used in other places by an alias.
    #[error("an alias repeats it elsewhere")]
    Shared,
    /// The way it is written leaves no room for the change.
    #[error("the way it is written leaves no room for it")]
    NoRoom,
    /// Two changes meet.
    #[error("another fix changes the same place")]
    Overlap,
    /// The result would not say what it should.
    #[error("the result would not say just that")]
    Unfaithful,
}

/// Bytes to replace, by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The bytes.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// A text with bytes replaced; they must be in order, none touching another.
#[must_use]
pub fn replaced(text: &str, replacements: &[Replacement]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for Replacement { span, text: new } in replacements {
        let range = span.range();
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(new);
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// A text that is to be fixed. Each document of it is read once, when a fix asks for it.
#[derive(Debug)]
pub struct Fixer<'t> {
    text: &'t str,
    documents: Vec<Document>,
}

#[derive(Debug)]
struct Document {
    part: Range<usize>,
    reading: OnceCell<Option<Reading>>,
}

impl<'t> Fixer<'t> {
    /// Nothing is read as yet.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let document = |part| Document { part, reading: OnceCell::new() };
        Self { text, documents: documents(text).map(document).collect() }
    }

    /// The bytes to replace for changes at places of the text: in order, none touching another.
    ///
    /// # Errors
    ///
    /// Why that cannot be done; then the text is best left alone.
    pub fn replacements(&self, edits: &[(Span, &Change)]) -> Result<Vec<Replacement>, Refusal> {
        self.each_document(edits, |document, edits| {
            let reading = self.read(document).ok_or(Refusal::NotFound)?;
            self.in_document(reading, edits).map(|(replacements, _)| replacements)
        })
    }

    /// The same, if the text then says what it said before but for these changes.
    ///
    /// # Errors
    ///
    /// Why that cannot be done; then the text is best left alone.
    pub fn verified(&self, edits: &[(Span, &Change)]) -> Result<Vec<Replacement>, Refusal> {
        self.each_document(edits, |document, edits| {
            let reading = self.read(document).ok_or(Refusal::NotFound)?;
            let (replacements, news) = self.in_document(reading, edits)?;
            let mut expected = reading.leaves.clone();
            for news in &news {
                expected.take(news);
            }
            let part = &document.part;
            let shifted: Vec<_> = replacements.iter().map(|one| one.from(part.start)).collect();
            let result = replaced(self.text.get(part.clone()).unwrap_or_default(), &shifted);
            let found = parse(&result, 0..result.len()).map_err(|_| Refusal::Unfaithful)?;
            let is_faithful = Reading::of(&found).leaves == expected;
            if is_faithful { Ok(replacements) } else { Err(Refusal::Unfaithful) }
        })
    }

    fn read<'d>(&self, document: &'d Document) -> Option<&'d Reading> {
        let read = || parse(self.text, document.part.clone()).ok().map(|tree| Reading::of(&tree));
        document.reading.get_or_init(read).as_ref()
    }

    /// Goes through the documents that are changed, in order.
    fn each_document<'e>(
        &self,
        edits: &[(Span, &'e Change)],
        change: impl Fn(&Document, &[(Span, &'e Change)]) -> Result<Vec<Replacement>, Refusal>,
    ) -> Result<Vec<Replacement>, Refusal> {
        let mut edits = edits.to_vec();
        edits.sort_by_key(|(span, _)| *span);
        let number = |span: Span| {
            let before = self.documents.partition_point(|one| one.part.start <= span.range().start);
            before.saturating_sub(1)
        };
        let mut all = Vec::new();
        for edits in edits.chunk_by(|(one, _), (other, _)| number(*one) == number(*other)) {
            let document = edits.first().and_then(|(span, _)| self.documents.get(number(*span)));
            all.extend(change(document.ok_or(Refusal::NotFound)?, edits)?);
        }
        Ok(all)
    }

    /// The bytes to replace in a document, and what it says then that it did not.
    fn in_document(
        &self,
        reading: &Reading,
        edits: &[(Span, &Change)],
    ) -> Result<(Vec<Replacement>, Vec<News>), Refusal> {
        let text = self.text;
        let mut news = Vec::new();
        let mut replacements = Vec::new();
        let mut unlisted = Vec::new();
        let mut values: BTreeMap<Span, Vec<(Span, &str)>> = BTreeMap::new();
        let place_at = |span| {
            let place = reading.place(span).ok_or(Refusal::NotFound)?;
            let is_shared = reading.is_part_of_repeated(span);
            if is_shared { Err(Refusal::Shared) } else { Ok(place) }
        };
        for &(span, change) in edits {
            match change {
                Change::Value(value) => {
                    let written_at = place_at(span)?.anchor.unwrap_or(span);
                    values.entry(written_at).or_default().push((span, value));
                }
                Change::Exchange { under, from, to } => {
                    let place = place_at(span)?;
                    let key = place.entry.map_or("", |(_, key)| key.slice(text));
                    let fits = under.map_or(key != "name", |under| under == key);
                    if !(fits && reading.leaves.says(&place.path, from)) {
                        return Err(Refusal::NotFound);
                    }
                    values.entry(span).or_default().push((span, to));
                }
                Change::Beside { key, value } => {
                    let place = place_at(span)?;
                    replacements.push(entry::insert(text, place, key, value)?);
                    news.push(News::beside(&place.path, key, value));
                }
                Change::Unlist(name) => unlisted.push((span, *name)),
            }
        }
        for (span, wanted) in values {
            let place = place_at(span)?;
            let value = same_for_all(reading, span, &wanted)?;
            replacements.push(scalar::replace(text, place, value)?);
            news.push(News { path: place.path.clone(), value: value.to_owned() });
        }
        for (span, replacement, value) in suppression::without(text, reading, &unlisted)? {
            if let Some(value) = value {
                news.push(News { path: place_at(span)?.path.clone(), value });
            }
            replacements.push(replacement);
        }
        replacements.sort_by_key(|replacement| replacement.span);
        let meets = replacements.windows(2).any(|pair| match pair {
            [one, other] => one.span.end > other.span.start || one.span == other.span,
            _ => false,
        });
        if meets { Err(Refusal::Overlap) } else { Ok((replacements, news)) }
    }
}

/// The value that is wanted at a place and wherever an alias repeats it: one for all, or none.
fn same_for_all<'v>(
    reading: &Reading,
    span: Span,
    wanted: &[(Span, &'v str)],
) -> Result<&'v str, Refusal> {
    let (first, value) = *wanted.first().ok_or(Refusal::NotFound)?;
    let asked = |place: Span| wanted.iter().any(|(at, _)| *at == place);
    if reading.aliases(span).next().is_none() {
        let again = wanted.iter().filter(|(at, _)| *at == first).count() > 1;
        return if again { Err(Refusal::Overlap) } else { Ok(value) };
    }
    let is_one = wanted.iter().all(|(_, other)| *other == value);
    let is_all = asked(span) && reading.aliases(span).all(asked);
    if is_one && is_all { Ok(value) } else { Err(Refusal::Shared) }
}

impl Replacement {
    /// The same, counted from a byte on.
    fn from(&self, byte: usize) -> Self {
        let byte = Span::of(0..byte).end;
        let shifted = |at: u32| at.saturating_sub(byte);
        let span = Span::new(shifted(self.span.start), shifted(self.span.end));
        Self { span, text: self.text.clone() }
    }
}

#[cfg(test)]
mod tests;
