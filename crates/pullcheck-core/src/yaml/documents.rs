//! Where the documents of a stream begin and end, found without parsing.

use std::ops::Range;

/// The byte ranges of the documents of a stream, each from its `---` to the next.
///
/// A line that begins with `---` and then ends or goes on with white space is a document boundary
/// whatever stands around it, in quotes and block scalars too (YAML 1.2, section 9.2). Directives
/// (`%YAML`) belong to the document after them. JSON objects that follow each other are documents
/// as well.
pub fn documents(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut marks = memchr::memmem::find_iter(bytes, b"---").filter(move |&at| {
        let starts_line = at > 0 && matches!(bytes.get(at - 1), Some(b'\n' | b'\r'));
        starts_line && matches!(bytes.get(at + 3), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    });
    let mut start = Some(0);
    let parts = std::iter::from_fn(move || {
        let from = start?;
        start = marks
            .by_ref()
            .map(|mark| from + before_directives(text.get(from..mark).unwrap_or_default()))
            .find(|&boundary| boundary > from);
        Some(from..start.unwrap_or(bytes.len()))
    });
    parts.flat_map(|part| json_values(text, part))
}

/// The length of a text without the directives, blank lines and comments that it ends in, or its
/// whole length if there is no directive among them.
fn before_directives(text: &str) -> usize {
    let mut end = text.len();
    let mut without = text.len();
    for line in text.split_inclusive(['\n', '\r']).rev() {
        end -= line.len();
        match line.trim_start_matches('\u{feff}').bytes().next() {
            Some(b'%') => without = end,
            Some(b'#' | b'\n' | b'\r') => {}
            _ => break,
        }
    }
    without
}

/// Splits a part that holds JSON objects one after the other, as `kubectl` reads them.
fn json_values(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = part.end;
    let begins_object = move |at: usize| {
        let rest = text.get(at..end).unwrap_or_default();
        let rest = rest.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        // Two brackets begin a template's action.
        rest.starts_with('{') && !rest.starts_with("{{")
    };
    let mut start = Some(part.start);
    std::iter::from_fn(move || {
        let from = start?;
        let next = Some(from).filter(|&from| begins_object(from));
        let next = next.and_then(|from| object_end(text, from..end));
        start = next.filter(|&next| begins_object(next));
        Some(from..start.unwrap_or(end))
    })
}

/// One past the bracket that closes the object at the beginning of a part.
fn object_end(text: &str, part: Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes().get(part.clone())?;
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(part.start + at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
