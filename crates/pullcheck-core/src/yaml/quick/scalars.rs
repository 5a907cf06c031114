//! Scalars, with what their lines are folded to.

use std::borrow::Cow;

use memchr::{memchr2, memchr3};

use super::{KEY_LENGTH, Reader};
use crate::{
    span::Span,
    yaml::{Content, ScalarKind, resolve},
};

/// A scalar that is in no tree yet.
pub struct Scalar<'t> {
    pub content: Content<'t>,
    pub span: Span,
}

/// What begins at a place of a block collection.
pub enum Begins<'t> {
    /// A key, with the place of its colon.
    Key(Scalar<'t>, usize),
    Value,
}

impl<'t> Scalar<'t> {
    fn new(value: Cow<'t, str>, kind: ScalarKind, from: usize, to: usize) -> Self {
        Self { content: Content::Scalar(value, kind), span: Span::of(from..to) }
    }
}

/// Whether a plain scalar may begin with a byte, whatever stands behind it.
const fn begins_plain(first: u8) -> bool {
    !matches!(
        first,
        b'-' | b'?'
            | b':'
            | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
            | b'\t'
            | b' '
            | b'\n'
    )
}

impl<'t> Reader<'t> {
    /// Whether a key or a value begins at a place.
    pub fn begins(&self, at: usize) -> Option<Begins<'t>> {
        let first = self.byte(at)?;
        let (scalar, colon) = match first {
            b'{' | b'[' | b'|' | b'>' => return Some(Begins::Value),
            b'"' | b'\'' => {
                // One of several lines is a value.
                if !piece(self.bytes.get(at + 1..)?, first)?.is_closed {
                    return Some(Begins::Value);
                }
                let scalar = self.quoted(at, None)?;
                let end = self.after_spaces(scalar.span.range().end);
                (scalar, end)
            }
            _ => {
                let (end, stop) = self.plain_end(at)?;
                if self.byte(stop) != Some(b':') {
                    return Some(Begins::Value);
                }
                (self.plain(at, end)?, stop)
            }
        };
        let is_key = self.byte(colon) == Some(b':') && self.is_blank(colon + 1);
        if is_key && colon - at > KEY_LENGTH {
            return None;
        }
        Some(if is_key { Begins::Key(scalar, colon) } else { Begins::Value })
    }

    /// The value that begins at a place of a block collection with this indentation.
    pub fn scalar(&self, at: usize, indent: usize) -> Option<Scalar<'t>> {
        let first = self.byte(at)?;
        if matches!(first, b'"' | b'\'') {
            return self.quoted(at, Some(indent));
        }
        if !begins_plain(first) && (first != b'-' || self.is_blank(at + 1)) {
            return None;
        }
        let (mut end, mut stop) = self.plain_end(at)?;
        let mut folded = None;
        while let Some(next) = self.continuation(stop, indent) {
            let value = folded.get_or_insert_with(String::new);
            if value.is_empty() {
                *value += self.slice(at, end)?;
            }
            (end, stop) = self.line_of_plain(next)?;
            value.push(' ');
            *value += self.slice(next, end)?;
        }
        if self.byte(stop) == Some(b':') {
            return None;
        }
        match folded {
            Some(value) => {
                let kind = resolve(&value);
                Some(Scalar::new(Cow::Owned(value), kind, at, end))
            }
            None => self.plain(at, end),
        }
    }

    /// Where the next line goes on with the scalar that fills the line before it.
    fn continuation(&self, line_end: usize, indent: usize) -> Option<usize> {
        let start = line_end + 1;
        let from = self.after_spaces(start);
        let is_deeper = self.byte(line_end) == Some(b'\n') && from - start > indent;
        (is_deeper && !matches!(self.byte(from)?, b'\n' | b'#' | b'\t')).then_some(from)
    }

    pub fn plain(&self, from: usize, to: usize) -> Option<Scalar<'t>> {
        let text = self.slice(from, to)?;
        Some(Scalar::new(Cow::Borrowed(text), resolve(text), from, to))
    }

    /// Where a plain scalar of a block collection ends, and what ends it: its colon, the `#` of a
    /// comment, or the end of its line.
    fn plain_end(&self, from: usize) -> Option<(usize, usize)> {
        let first = self.byte(from)?;
        if !begins_plain(first) && (first != b'-' || self.is_blank(from + 1)) {
            return None;
        }
        self.line_of_plain(from)
    }

    fn line_of_plain(&self, from: usize) -> Option<(usize, usize)> {
        let mut end = from;
        for (at, byte) in (from..).zip(self.bytes.get(from..)?) {
            match byte {
                b'\n' => return Some((end, at)),
                b':' if self.is_blank(at + 1) => return Some((end, at)),
                b'#' if end < at => return Some((end, at)),
                b'\t' => return None,
                b' ' => {}
                _ => end = at + 1,
            }
        }
        Some((end, self.bytes.len()))
    }

    /// A scalar in quotes; it may go on over the lines that are indented more than what it stands in.
    pub fn quoted(&self, from: usize, indent: Option<usize>) -> Option<Scalar<'t>> {
        let quote = self.byte(from)?;
        let mut start = from + 1;
        let mut value = Cow::Borrowed("");
        loop {
            let line = piece(self.bytes.get(start..)?, quote)?;
            if start == from + 1 {
                value = match line.changed {
                    Some(changed) => Cow::Owned(changed),
                    None => Cow::Borrowed(self.slice(start, start + line.length)?),
                };
            } else {
                let value = value.to_mut();
                value.push(' ');
                *value += match &line.changed {
                    Some(changed) => changed,
                    None => self.slice(start, start + line.length)?,
                };
            }
            if line.is_closed {
                let end = start + line.length + 1;
                return Some(Scalar::new(value, ScalarKind::Str, from, end));
            }
            start = self.continuation(start + line.end, indent?)?;
        }
    }

    /// A literal or folded block, whose `|` or `>` begins at a place.
    pub fn block_scalar(&mut self, from: usize, parent: usize) -> Option<()> {
        let is_folded = self.byte(from)? == b'>';
        let is_stripped = self.byte(from + 1) == Some(b'-');
        self.rest_of_line(from + 1 + usize::from(is_stripped))?;
        let mut value = String::new();
        let mut indent = None;
        let mut end = from;
        // Line feeds, which belong to the text only if more of it follows.
        let mut breaks = 0;
        while self.at < self.bytes.len() {
            let start = self.at;
            let first = self.after_spaces(start);
            if matches!(self.byte(first), None | Some(b'\n')) {
                // Spaces past the indentation are content, and before it is known they set it.
                if first - start > indent.unwrap_or(0) || (is_folded && indent.is_none()) {
                    return None;
                }
                breaks += 1;
                self.at = first + 1;
                continue;
            }
            let indent = *indent.get_or_insert(first - start);
            if indent <= parent {
                return None;
            }
            if first - start < indent {
                // What is indented less, but more than the block's key, belongs to nothing.
                if first - start > parent {
                    return None;
                }
                break;
            }
            // Lines that are indented more are not folded.
            if is_folded && (first - start > indent || self.byte(first) == Some(b'\t')) {
                return None;
            }
            let stop = self.line_end(first);
            match std::mem::replace(&mut breaks, 1) {
                1 if is_folded => value.push(' '),
                breaks => value.extend((usize::from(is_folded)..breaks).map(|_| '\n')),
            }
            value.push_str(self.slice(start + indent, stop)?);
            end = stop;
            self.at = stop + 1;
        }
        indent?;
        if !is_stripped && end < self.bytes.len() {
            value.push('\n');
        }
        let end = from + self.slice(from, end)?.trim_end().len();
        let content = Content::Scalar(Cow::Owned(value), ScalarKind::Str);
        self.arena.add(content, Span::of(from..end));
        Some(())
    }
}

/// What one line holds of a scalar in quotes.
struct Piece {
    /// The text, where that is not what is written.
    changed: Option<String>,
    /// How many bytes of the line it is written in.
    length: usize,
    /// The quote follows that ends the scalar.
    is_closed: bool,
    /// Where that is, or where the line ends.
    end: usize,
}

/// Reads a text after an opening quote, or after the indentation of a later line. No more of it is looked
/// at than belongs to the scalar: all of a file may be one line.
fn piece(text: &[u8], quote: u8) -> Option<Piece> {
    let (mut changed, mut from, mut at) = (None::<String>, 0, 0);
    loop {
        let rest = text.get(at..)?;
        let mark = if quote == b'"' {
            memchr3(b'"', b'\\', b'\n', rest)
        } else {
            memchr2(b'\'', b'\n', rest)
        };
        let end = at + mark.unwrap_or(rest.len());
        if matches!(text.get(end), None | Some(b'\n')) {
            // Spaces at the end of a line are not part of it, unless they are escaped.
            let length = text.get(..end)?.trim_ascii_end().len();
            let written = std::str::from_utf8(text.get(from..length)?).ok()?;
            let changed = changed.map(|changed| changed + written);
            return Some(Piece { changed, length, is_closed: false, end });
        }
        at = end;
        let next = text.get(at + 1);
        let escaped = match (text.get(at)?, next) {
            (b'\'', Some(b'\'')) => '\'',
            (b'\\', Some(b'n')) => '\n',
            (b'\\', Some(b't')) => '\t',
            (b'\\', Some(b'r')) => '\r',
            (b'\\', Some(b'\\')) => '\\',
            (b'\\', Some(b'"')) => '"',
            (b'\\', Some(b'/')) => '/',
            (b'\\', _) => return None,
            _ => {
                let written = std::str::from_utf8(text.get(from..at)?).ok()?;
                let changed = changed.map(|changed| changed + written);
                return Some(Piece { changed, length: at, is_closed: true, end: at });
            }
        };
        let written = std::str::from_utf8(text.get(from..at)?).ok()?;
        let value = changed.get_or_insert_with(String::new);
        value.push_str(written);
        value.push(escaped);
        at += 2;
        from = at;
    }
}
