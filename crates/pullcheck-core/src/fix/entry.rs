//! One more entry in a mapping.

use super::{
    Refusal, Replacement,
    leaves::Place,
    scalar::{double_quoted, unquoted},
};
use crate::span::Span;

/// Puts an entry behind the one that holds the value at a place.
pub fn insert(text: &str, place: &Place, key: &str, value: &str) -> Result<Replacement, Refusal> {
    let (mapping, own_key) = place.entry.ok_or(Refusal::NotFound)?;
    if mapping.slice(text).starts_with('{') {
        let end = place.span.end;
        let (key, value) = if own_key.slice(text).starts_with('"') {
            (double_quoted(key), double_quoted(value))
        } else {
            (key.to_owned(), unquoted(value))
        };
        return Ok(Replacement { span: Span::new(end, end), text: format!(", {key}: {value}") });
    }
    let indent = indentation(text, own_key)?;
    let line = format!("{indent}{key}: {}", unquoted(value));
    let rest = text.get(place.span.range().end..).unwrap_or_default();
    let to_break = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let at = place.span.end + Span::of(0..to_break).end;
    let line_break = line_break(text);
    Ok(Replacement { span: Span::new(at, at), text: format!("{line_break}{line}") })
}

/// What stands in front of a key of its mapping on each line but the first: blanks.
fn indentation(text: &str, key: Span) -> Result<String, Refusal> {
    let before = text.get(..key.range().start).unwrap_or_default();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let line = line.trim_start_matches('\u{feff}');
    if line.chars().all(|c| c == ' ' || c == '-') {
        Ok(" ".repeat(line.len()))
    } else {
        Err(Refusal::NoRoom)
    }
}

/// The line end that a text uses.
fn line_break(text: &str) -> &'static str {
    match text.find(['\n', '\r']).map(|at| text.get(at..).unwrap_or_default()) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}
