//! A text with the places of its lines, as the client counts them.

use std::{borrow::Cow, ops::Range};

use pullcheck_core::span::{LineIndex, Span};

use super::lsp::{self, Position, PositionEncodingKind};

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what holds where nothing is agreed on.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers.
    pub fn best(offered: &[&str]) -> Self {
        let known = [("utf-8", Self::Utf8), ("utf-32", Self::Utf32), ("utf-16", Self::Utf16)];
        let is_offered = |(name, _): &(&str, Self)| offered.contains(name);
        known.into_iter().find(is_offered).map_or(Self::Utf16, |(_, encoding)| encoding)
    }

    /// The word for it.
    pub const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text with the places of its lines.
#[derive(Debug)]
pub struct Text {
    content: String,
    lines: LineIndex,
    is_ascii: bool,
    encoding: Encoding,
}

impl Text {
    /// Reads a text once.
    pub fn new(text: String, encoding: Encoding) -> Self {
        let (lines, is_ascii) = (LineIndex::new(&text), text.is_ascii());
        Self { content: text, lines, is_ascii, encoding }
    }

    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// Where a byte stands; within a line break it is the end of the line.
    fn position(&self, byte: u32) -> Position {
        let line = self.lines.line_of(byte);
        let start = self.lines.start_of(line).unwrap_or_default() as usize;
        let content = self.lines.span_of(line, &self.content).slice(&self.content);
        let length = content.trim_end_matches(['\r', '\n']).len();
        let ahead = (byte as usize).saturating_sub(start).min(length);
        let character = if self.is_ascii || self.encoding == Encoding::Utf8 {
            ahead
        } else {
            let rest = self.content.get(start..).unwrap_or_default();
            let before = rest.char_indices().take_while(|(at, _)| *at < ahead);
            before.map(|(_, c)| self.encoding.width(c)).sum()
        };
        let narrow = |n| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: narrow(line), character: narrow(character) }
    }

    /// Where bytes stand.
    pub fn range(&self, span: Span) -> lsp::Range {
        lsp::Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The byte at a position; past the end of a line the end of it.
    pub fn byte(&self, at: Position) -> usize {
        let line = at.line as usize;
        let Some(start) = self.lines.start_of(line) else { return self.content.len() };
        let content = self.lines.span_of(line, &self.content).slice(&self.content);
        let content = content.trim_end_matches(['\r', '\n']);
        let (mut left, mut byte) = (at.character as usize, start as usize);
        for c in content.chars() {
            let width = self.encoding.width(c);
            if left < width {
                break;
            }
            left -= width;
            byte += c.len_utf8();
        }
        byte
    }

    /// The bytes of a range.
    pub fn bytes(&self, range: lsp::Range) -> Range<usize> {
        let start = self.byte(range.start);
        start..self.byte(range.end).max(start)
    }

    /// The text with another one in a range of it, or in place of all of it.
    pub fn changed(&self, range: Option<lsp::Range>, new: &str) -> Self {
        let text = range.map_or(Cow::Borrowed(new), |range| {
            let bytes = self.bytes(range);
            let before = self.content.get(..bytes.start).unwrap_or_default();
            let after = self.content.get(bytes.end..).unwrap_or_default();
            Cow::Owned([before, new, after].concat())
        });
        Self::new(text.into_owned(), self.encoding)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        for (text, columns) in [
            ("image: x", [7, 7, 7]),
            ("值: x", [5, 3, 3]),
            ("😀: x", [6, 4, 3]),
            ("\u{feff}é: x", [7, 4, 4]),
        ] {
            for (encoding, column) in ALL.into_iter().zip(columns) {
                for (before, line) in [("", 0), ("a\r\n", 1), ("a\rb\n", 2)] {
                    let text = Text::new(format!("{before}{text}\r\n"), encoding);
                    let byte = text.as_str().find('x').unwrap();
                    let range = text.range(Span::of(byte..byte + 1));
                    assert_eq!(range.start, at(line, column), "{text:?}");
                    assert_eq!(text.bytes(range), byte..byte + 1, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn positions_past_the_end_are_the_end() {
        let text = Text::new("ab\r\ncd".to_owned(), Encoding::Utf16);
        assert_eq!(text.byte(at(0, 9)), 2);
        assert_eq!(text.byte(at(1, 9)), 6);
        assert_eq!(text.byte(at(7, 0)), 6);
        let backwards = lsp::Range { start: at(1, 1), end: at(0, 0) };
        assert_eq!(text.changed(Some(backwards), "x").as_str(), "ab\r\ncxd");
    }

    #[test]
    fn a_place_within_a_line_break_is_the_end_of_its_line() {
        for encoding in ALL {
            let text = Text::new("é%\r\n".to_owned(), encoding);
            let end = text.range(Span::new(3, 3)).start;
            assert_eq!(text.range(Span::new(3, 4)), lsp::Range { start: end, end });
            assert_eq!(text.range(Span::new(5, 5)).start, at(1, 0));
        }
    }

    #[test]
    fn the_best_encoding_is_chosen() {
        for (offered, best) in [
            (&[][..], Encoding::Utf16),
            (&["utf-16", "utf-32"], Encoding::Utf32),
            (&["utf-16", "utf-8"], Encoding::Utf8),
            (&["utf-7"], Encoding::Utf16),
        ] {
            assert_eq!(Encoding::best(offered), best);
        }
    }

    proptest! {
        #[test]
        fn a_place_is_found_again(text in "[a值😀é\u{feff}\r\n ]{0,40}", which in 0..3usize) {
            let text = Text::new(text, ALL[which]);
            for (byte, c) in text.as_str().char_indices() {
                let position = text.position(u32::try_from(byte).unwrap());
                // What stands between the two bytes of a line break is no place.
                if c != '\n' {
                    prop_assert_eq!(text.byte(position), byte);
                }
            }
        }

        #[test]
        fn no_change_is_too_wild(text in "[a值😀\r\n]{0,20}", from in (0..5u32, 0..9u32), to in (0..5u32, 0..9u32)) {
            let before = Text::new(text, Encoding::Utf16);
            let range = lsp::Range { start: at(from.0, from.1), end: at(to.0, to.1) };
            let after = before.changed(Some(range), "new");
            let cut = before.bytes(range).len();
            prop_assert_eq!(after.as_str().len(), before.as_str().len() + 3 - cut);
        }
    }
}
