//! Suppressions that name fewer rules.

use std::collections::BTreeMap;

use super::{Refusal, Replacement, leaves::Reading};
use crate::span::Span;

/// The suppressions at these places without the names at others: the place, what replaces it, and the
/// value that an annotation has then.
pub fn without(
    text: &str,
    reading: &Reading,
    names: &[(Span, Span)],
) -> Result<Vec<(Span, Replacement, Option<String>)>, Refusal> {
    let mut by_place: BTreeMap<Span, Vec<Span>> = BTreeMap::new();
    for &(place, name) in names {
        by_place.entry(place).or_default().push(name);
    }
    let places = by_place.into_iter();
    places.map(|(place, names)| shorter(text, reading, place, &names)).collect()
}

fn shorter(
    text: &str,
    reading: &Reading,
    place: Span,
    names: &[Span],
) -> Result<(Span, Replacement, Option<String>), Refusal> {
    let is_comment = reading.comments.contains(&place);
    let span = if is_comment { listed(text, place) } else { unquoted(text, place) };
    let span = span.ok_or(Refusal::NoRoom)?;
    let mut at = span.start;
    let mut kept = Vec::new();
    for item in span.slice(text).split(',') {
        let end = at + Span::of(0..item.len()).end;
        let goes = names.iter().any(|name| at <= name.start && name.end <= end);
        if !goes && !item.trim().is_empty() {
            kept.push(item.trim());
        }
        at = end + 1;
    }
    let kept = kept.join(", ");
    match (kept.is_empty(), is_comment) {
        (true, true) => Ok((place, whole(text, place), None)),
        (true, false) => Err(Refusal::NoRoom),
        (false, true) => Ok((place, Replacement { span, text: kept }, None)),
        (false, false) => Ok((place, Replacement { span, text: kept.clone() }, Some(kept))),
    }
}

/// What stands between the brackets of a comment.
fn listed(text: &str, comment: Span) -> Option<Span> {
    let (before, rest) = comment.slice(text).split_once('[')?;
    let (list, _) = rest.split_once(']')?;
    let start = comment.start + Span::of(0..before.len() + 1).end;
    Some(Span::new(start, start + Span::of(0..list.len()).end))
}

/// The value of an annotation without its quotes.
fn unquoted(text: &str, value: Span) -> Option<Span> {
    let written = value.slice(text);
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else { return Some(value) };
    written.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(Span::new(value.start + 1, value.end - 1))
}

/// Takes a comment out, with the blanks in front of it, or with its line if nothing else is there.
fn whole(text: &str, comment: Span) -> Replacement {
    let range = comment.range();
    let before = text.get(..range.start).unwrap_or_default();
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    let start = range.start - blanks;
    let after = text.get(range.end..).unwrap_or_default();
    let begins_line = before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r']) || start == 0;
    let end = match after {
        _ if !begins_line => range.end,
        _ if after.starts_with("\r\n") => range.end + 2,
        _ if after.starts_with(['\n', '\r']) => range.end + 1,
        _ => range.end,
    };
    Replacement { span: Span::of(start..end), text: String::new() }
}
