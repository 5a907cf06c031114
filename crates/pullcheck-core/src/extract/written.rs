//! Values as they are written.

use crate::{
    facts::Written,
    yaml::{Node, ScalarKind},
};

/// How much of a value that is no string is kept.
const SOURCE_LIMIT: usize = 200;

/// How much of a string is kept: no reference is as long as that.
const TEXT_LIMIT: usize = 1024;

fn start_of(text: &str) -> &str {
    text.char_indices().nth(TEXT_LIMIT).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// A value as it is written; nothing for one that is left empty.
pub fn written(node: Node<'_>) -> Option<Written> {
    let source = || node.source().chars().take(SOURCE_LIMIT).collect::<String>();
    let (text, not_text) = match node.scalar() {
        Some((value, ScalarKind::Str)) => (start_of(value).to_owned(), None),
        Some((_, ScalarKind::Bool)) => (source(), Some("a boolean")),
        Some((_, ScalarKind::Int | ScalarKind::Float)) => (source(), Some("a number")),
        None if node.is_sequence() => (source(), Some("a list")),
        // `{{ .Values.image }}` without quotes is a map in a map to YAML.
        None if node.source().starts_with("{{") => (source(), None),
        None if node.is_mapping() => (source(), Some("a map")),
        Some((_, ScalarKind::Null)) | None => return None,
    };
    (!text.is_empty()).then(|| Written { text: text.into(), span: node.span(), not_text })
}

/// A string that is written, and not left empty.
pub fn written_text(node: Node<'_>) -> Option<Written> {
    let text = node.as_str().filter(|text| !text.is_empty())?;
    Some(Written { text: start_of(text).into(), span: node.span(), not_text: None })
}

/// The text of a scalar, and nothing for one that is left empty.
pub fn scalar_text(node: Node<'_>) -> Option<&str> {
    let (text, kind) = node.scalar()?;
    (kind != ScalarKind::Null && !text.is_empty()).then_some(text)
}
