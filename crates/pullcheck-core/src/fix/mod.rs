//! Changes to a text that touch the bytes they must and nothing else.
//!
//! A [`Change`] says what is to be different, in terms of values; how it is written follows from the
//! text: quotes, indentation, line ends and flow style stay as they are. The result is read again,
//! and stands only if it differs from what was there in just these values.

mod entry;
mod leaves;
mod scalar;
mod suppression;

use std::ops::Range;

use thiserror::Error;

use crate::{
    span::{At, Span},
    yaml::{Tree, documents, parse},
};
use leaves::leaves;

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

/// The bytes to replace for changes to one text, which belong together; in order, none touching another.
///
/// # Errors
///
/// Why that cannot be done; then the text is best left alone.
pub fn replacements(text: &str, edits: &[(Span, &Change)]) -> Result<Vec<Replacement>, Refusal> {
    let mut all = Vec::new();
    for part in documents(text) {
        let within = |span: &Span| part.contains(&span.range().start);
        let edits: Vec<_> = edits.iter().copied().filter(|(span, _)| within(span)).collect();
        if !edits.is_empty() {
            all.extend(in_document(text, part, &edits)?);
        }
    }
    if all.len() < edits.len() && all.is_empty() { Err(Refusal::NotFound) } else { Ok(all) }
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

fn in_document(
    text: &str,
    part: Range<usize>,
    edits: &[(Span, &Change)],
) -> Result<Vec<Replacement>, Refusal> {
    let tree = parse(text, part.clone()).map_err(|_| Refusal::NotFound)?;
    let mut expected = leaves(&tree);
    let mut replacements = Vec::new();
    let mut unlisted = Vec::new();
    for &(span, change) in edits {
        match change {
            Change::Value(value) => {
                let place = place_of(&tree, span)?;
                replacements.push(scalar::replace(text, &place, value)?);
                expected.set(&place.path, value);
            }
            Change::Beside { key, value } => {
                let place = place_of(&tree, span)?;
                replacements.push(entry::insert(text, &place, key, value)?);
                expected.add_beside(&place.path, key, value);
            }
            Change::Unlist(name) => unlisted.push((span, *name)),
        }
    }
    for (span, replacement, value) in suppression::without(text, &tree, &unlisted)? {
        if let Some(value) = value {
            expected.set(&place_of(&tree, span)?.path, &value);
        }
        replacements.push(replacement);
    }
    replacements.sort_by_key(|replacement| replacement.span);
    let meets = replacements.windows(2).any(|pair| match pair {
        [one, other] => one.span.end > other.span.start || one.span == other.span,
        _ => false,
    });
    if meets {
        return Err(Refusal::Overlap);
    }
    let shifted: Vec<_> = replacements
        .iter()
        .map(|replacement| Replacement {
            span: shifted(replacement.span, part.start),
            text: replacement.text.clone(),
        })
        .collect();
    let result = replaced(text.get(part).unwrap_or_default(), &shifted);
    let found = parse(&result, 0..result.len()).map_err(|_| Refusal::Unfaithful)?;
    if leaves(&found) == expected { Ok(replacements) } else { Err(Refusal::Unfaithful) }
}

fn shifted(span: Span, start: usize) -> Span {
    let start = Span::of(0..start).end;
    Span::new(span.start.saturating_sub(start), span.end.saturating_sub(start))
}

/// A value, and how it is reached.
struct Place<'a> {
    node: crate::yaml::Node<'a>,
    /// The mapping that holds it, and its key there.
    entry: Option<(crate::yaml::Node<'a>, crate::yaml::Node<'a>)>,
    path: Vec<leaves::Step>,
}

fn place_of<'a>(tree: &'a Tree<'a>, span: Span) -> Result<Place<'a>, Refusal> {
    let mut found = tree
        .roots()
        .enumerate()
        .filter_map(|(number, root)| leaves::find(root, span, vec![leaves::Step::Item(number)]));
    let (path, node, entry) = found.next().ok_or(Refusal::NotFound)?;
    if leaves::is_repeated(tree, node) {
        return Err(Refusal::Shared);
    }
    Ok(Place { node, entry, path })
}

#[cfg(test)]
mod tests;
