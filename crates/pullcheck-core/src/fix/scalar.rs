//! A scalar with another value, in the style that it has.

use super::{Refusal, Replacement, leaves::Place};
use crate::yaml::{ScalarKind, resolve};

/// Replaces the scalar at a place.
pub fn replace(text: &str, place: &Place, value: &str) -> Result<Replacement, Refusal> {
    let span = place.span;
    let written = span.slice(text);
    let text = match written.chars().next() {
        Some('"') => double_quoted(value),
        Some('\'') => single_quoted(value),
        Some('|' | '>') | None => return Err(Refusal::NoRoom),
        Some(_) => unquoted(value),
    };
    Ok(Replacement { span, text })
}

/// A value as it stands without quotes, or in quotes where it must.
pub fn unquoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/@+".contains(c);
    let starts = value.starts_with(|c: char| c.is_ascii_alphanumeric());
    // A colon is a mark only in front of a blank.
    let fits = value.chars().all(|c| is_plain(c) || c == ':') && !value.ends_with(':');
    if starts && fits && resolve(value) == ScalarKind::Str {
        value.to_owned()
    } else {
        double_quoted(value)
    }
}

/// A value in double quotes, which JSON reads alike.
pub fn double_quoted(value: &str) -> String {
    let escaped = value.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
            format!("\\u{:04x}", u32::from(c))
        }
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

fn single_quoted(value: &str) -> String {
    if value.contains(char::is_control) {
        return double_quoted(value);
    }
    format!("'{}'", value.replace('\'', "''"))
}
