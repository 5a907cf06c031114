//! Places in a text: byte spans inside, lines and columns at the edge.

/// A half-open range of bytes of one file, `start..end`.
///
/// Offsets are 32 bits wide: no file over 4 GiB is ever read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span `start..end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The span of a `usize` range; offsets past 4 GiB saturate.
    #[must_use]
    pub fn of(range: std::ops::Range<usize>) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self::new(narrow(range.start), narrow(range.end))
    }

    /// The range to slice a text with.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text of this span, or `""` if it does not lie on the text's character boundaries.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// Whether a byte lies inside, the end not included.
    #[must_use]
    pub const fn contains(self, byte: u32) -> bool {
        self.start <= byte && byte < self.end
    }
}

/// A file of the project, by its number in the order in which files were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// The only coordinate: a span in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The file.
    pub file: FileId,
    /// The place in it.
    pub span: Span,
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Where each line of a text begins.
///
/// A line ends with LF, CRLF or CR, as in YAML 1.2, section 5.4. A byte order mark is not a
/// character of the first line.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many characters begin before each block of bytes; empty where each is one byte.
    characters: Vec<u32>,
}

/// How many bytes are counted at once for a column.
const BLOCK: usize = 1024;

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    Span::of(0..bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()).end
}

impl LineIndex {
    /// Reads a text once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let starts = std::iter::once(0).chain(line_starts(bytes)).collect();
        let mut before = 0;
        let blocks = if text.is_ascii() { &[] } else { bytes }.chunks(BLOCK);
        let characters = blocks.map(|block| {
            let here = before;
            before += characters(block);
            here
        });
        Self { starts, characters: characters.collect() }
    }

    /// How many lines there are; a text that ends with a line break has an empty last one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The number of the line, from 0, that holds a byte.
    #[must_use]
    pub fn line_of(&self, byte: u32) -> usize {
        self.starts.partition_point(|&start| start <= byte).saturating_sub(1)
    }

    /// The first byte of a line counted from 0, or `None` past the last line.
    #[must_use]
    pub fn start_of(&self, line: usize) -> Option<u32> {
        self.starts.get(line).copied()
    }

    /// The span of a line counted from 0, its line break included.
    #[must_use]
    pub fn span_of(&self, line: usize, text: &str) -> Span {
        let end = Span::of(0..text.len()).end;
        Span::new(self.start_of(line).unwrap_or(end), self.start_of(line + 1).unwrap_or(end))
    }

    /// The line and column of a byte of `text`, the text this index was made of.
    #[must_use]
    pub fn position(&self, text: &str, byte: u32) -> Position {
        let line = self.line_of(byte);
        let start = self.start_of(line).unwrap_or_default();
        let mark = u32::from(line == 0 && text.starts_with('\u{feff}') && byte > 0);
        let column = self.before(text, byte).saturating_sub(self.before(text, start) + mark);
        Position { line: line + 1, column: column as usize + 1 }
    }

    /// How many characters begin before a byte.
    fn before(&self, text: &str, byte: u32) -> u32 {
        let block = byte as usize / BLOCK;
        let Some(counted) = self.characters.get(block).or(self.characters.last()) else {
            return byte;
        };
        let from = block.min(self.characters.len() - 1) * BLOCK;
        let rest = text.as_bytes().get(from..byte as usize).unwrap_or_default();
        counted + characters(rest)
    }
}

/// Where each line of a text begins, in about a byte a line. Made of text in ASCII alone, of which
/// an index needs nothing else to tell columns.
#[derive(Debug)]
pub struct PackedLines(Box<[u8]>);

/// The bit that says that a number goes on in the next byte.
const MORE: u8 = 0x80;

impl PackedLines {
    /// Reads a text once; nothing comes of one that is not all ASCII.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        if !text.is_ascii() {
            return None;
        }
        let mut packed = Vec::with_capacity(text.len() / 16);
        let mut last = 0;
        for start in line_starts(text.as_bytes()) {
            let mut length = start - last;
            last = start;
            while length >= u32::from(MORE) {
                packed.push(length.to_le_bytes()[0] | MORE);
                length >>= 7;
            }
            packed.push(length.to_le_bytes()[0]);
        }
        Some(Self(packed.into()))
    }

    /// The index of the text.
    #[must_use]
    pub fn unpack(&self) -> LineIndex {
        let (mut starts, mut start, mut length, mut shift) = (vec![0], 0_u32, 0_u32, 0);
        for byte in &self.0 {
            length |= u32::from(byte & !MORE) << shift;
            shift += 7;
            if byte & MORE == 0 {
                start += length;
                starts.push(start);
                (length, shift) = (0, 0);
            }
        }
        LineIndex { starts, characters: Vec::new() }
    }
}

/// Where the second line begins, and each one after it.
fn line_starts(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    let is_within = |at: usize| bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
    ends.filter(move |&at| !is_within(at)).map(|at| Span::of(0..at + 1).end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_lf_crlf_or_cr() {
        let text = "a\nbé\r\nc\rd";
        let lines = LineIndex::new(text);
        let at = |needle: char| {
            let found = lines.position(text, Span::of(0..text.find(needle).unwrap()).end);
            (found.line, found.column)
        };
        assert_eq!(at('a'), (1, 1));
        assert_eq!(at('é'), (2, 2));
        assert_eq!(at('c'), (3, 1));
        assert_eq!(at('d'), (4, 1));
        assert_eq!(lines.count(), 4);
    }

    #[test]
    fn columns_count_characters_and_no_byte_order_mark() {
        let text = "\u{feff}k: 值x";
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(text, 3).column, 1);
        let x = u32::try_from(text.find('x').unwrap()).unwrap();
        assert_eq!(lines.position(text, x).column, 5);
    }

    #[test]
    fn columns_of_long_lines_are_counted_in_blocks() {
        let text = format!("a\n{}\nb", "é值x😀".repeat(2000));
        let lines = LineIndex::new(&text);
        for (byte, _) in text.char_indices().step_by(7) {
            let before = text.get(..byte).unwrap();
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!(lines.position(&text, u32::try_from(byte).unwrap()).column, column);
        }
    }

    #[test]
    fn packed_lines_are_those_of_the_text() {
        let long = format!("a\n{}\n\n{}\r\nb\rc", "x".repeat(127), "y".repeat(70_000));
        for text in ["", "a", "a\n", "\n\n", &long] {
            let (lines, packed) = (LineIndex::new(text), PackedLines::new(text).unwrap().unpack());
            assert_eq!(packed.starts, lines.starts);
            let end = Span::of(0..text.len()).end;
            assert_eq!(packed.position("", end), lines.position(text, end));
        }
        assert!(PackedLines::new("é").is_none());
    }

    #[test]
    fn a_span_off_the_text_is_empty() {
        assert_eq!(Span::new(1, 9).slice("ab"), "");
        assert_eq!(Span::new(1, 2).slice("é"), "");
    }
}
