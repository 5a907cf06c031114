//! The YAML that people write, read in one pass over its lines.
//!
//! Block maps and lists, scalars, flow collections and comments make the tree that the parser makes of
//! them. Everything else (anchors, tags, tabs, whatever is no YAML) is left to the parser: [`read`] then
//! gives nothing. It has to refuse wherever it is not sure, since nobody looks again at what it takes.

mod flow;
mod scalars;

use std::{borrow::Cow, ops::Range};

use memchr::memchr;

use super::{Content, NONE, ScalarKind, Tree, arena::Arena};
use crate::span::Span;
use scalars::Begins;

/// Deeper nesting is left to the parser, which has a limit.
const DEPTH: usize = 100;

/// Longer keys are left to the parser: YAML allows a key 1,024 characters.
const KEY_LENGTH: usize = 1_000;

/// The tree of a part of a text, or nothing where the parser has to read it.
pub fn read(text: &str, part: Range<usize>) -> Option<Tree<'_>> {
    let whole = text.get(part.clone())?;
    if !is_usual(whole) {
        return None;
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes().get(..part.end)?,
        at: part.start,
        arena: Arena::new(text, whole.len() / 12),
        blocks: Vec::new(),
        has_marker: false,
    };
    while reader.at < part.end {
        reader.line()?;
    }
    while !reader.blocks.is_empty() {
        reader.close()?;
    }
    // The parser knows what a marker without content means.
    let has_root = !reader.arena.tree.roots.is_empty();
    (has_root || !reader.has_marker).then_some(reader.arena.tree)
}

/// Whether a text has none of the characters that YAML forbids or takes for ends of lines.
fn is_usual(text: &str) -> bool {
    let is_odd = |byte: u8| byte == 0x7f || byte < b' ' && byte != b'\n' && byte != b'\t';
    // Without a way out of the loop, many bytes are looked at in one step.
    let has_odd = text.bytes().fold(false, |odd, byte| odd | is_odd(byte));
    let is_foreign = |c: char| {
        matches!(
            c,
            '\u{80}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
    };
    !has_odd && (text.is_ascii() || !text.chars().any(is_foreign))
}

/// A block collection that is not finished.
struct Block {
    /// The column of its dashes or keys, from 0.
    indent: usize,
    is_sequence: bool,
    /// Where the dash or the colon is that waits for what it introduces.
    waits: Option<usize>,
}

struct Reader<'t> {
    text: &'t str,
    /// The text up to the end of the part.
    bytes: &'t [u8],
    /// The beginning of the next line.
    at: usize,
    arena: Arena<'t>,
    blocks: Vec<Block>,
    /// The `---` of the document was read.
    has_marker: bool,
}

impl<'t> Reader<'t> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> Option<&'t str> {
        self.text.get(from..to)
    }

    /// Where the line ends that a place lies in: at its line feed, or with the text.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        memchr(b'\n', rest).map_or(self.bytes.len(), |length| from + length)
    }

    fn after_spaces(&self, mut at: usize) -> usize {
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        at
    }

    /// Whether nothing or white space stands at a place, so that a mark before it is one.
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\n'))
    }

    fn line(&mut self) -> Option<()> {
        let start = self.at;
        let from = self.after_spaces(start);
        let first = match self.byte(from) {
            None => {
                self.at = from;
                return Some(());
            }
            Some(b'\n') => {
                self.at = from + 1;
                return Some(());
            }
            Some(b'#') => {
                self.comment(from);
                return Some(());
            }
            Some(first) => first,
        };
        if from == start && (first == b'-' || first == b'.' || first == b'%') {
            let mark = self.bytes.get(from..from + 3).unwrap_or_default();
            if first == b'%' || mark == b"..." {
                return None;
            }
            if mark == b"---" && self.is_blank(from + 3) {
                let is_first = self.arena.tree.roots.is_empty() && !self.has_marker;
                self.has_marker = true;
                return if is_first { self.rest_of_line(from + 3) } else { None };
            }
        }
        let is_dash = first == b'-' && self.is_blank(from + 1);
        self.settle(from - start, is_dash)?;
        self.content(start, from)
    }

    /// A comment, which goes to the end of its line.
    fn comment(&mut self, from: usize) {
        let end = self.line_end(from);
        self.arena.tree.comments.push(Span::of(from..end));
        self.at = end + 1;
    }

    /// What may stand behind a value: nothing, or a comment.
    fn rest_of_line(&mut self, from: usize) -> Option<()> {
        let at = self.after_spaces(from);
        match self.byte(at) {
            None | Some(b'\n') => self.at = at + 1,
            Some(b'#') if at > from => self.comment(at),
            _ => return None,
        }
        Some(())
    }

    /// Ends the collections that a line with this indentation does not belong to.
    fn settle(&mut self, indent: usize, is_dash: bool) -> Option<()> {
        while self.blocks.last().is_some_and(|block| block.indent > indent) {
            self.close()?;
        }
        let Some(block) = self.blocks.last() else {
            // A second root.
            return self.arena.tree.roots.is_empty().then_some(());
        };
        if block.indent < indent {
            return block.waits.map(|_| ());
        }
        match (block.is_sequence, is_dash) {
            // An item without content.
            (true, true) => block.waits.is_none().then_some(()),
            // The dashes of a list may stand right below the key.
            (false, true) => block.waits.map(|_| ()),
            (true, false) => {
                self.close()?;
                let parent = self.blocks.last()?;
                (parent.indent == indent && !parent.is_sequence).then_some(())
            }
            (false, false) => {
                self.fill();
                Some(())
            }
        }
    }

    /// A key without a value has nothing for one, where its colon is.
    fn fill(&mut self) {
        if let Some(colon) = self.blocks.last_mut().and_then(|block| block.waits.take()) {
            let nothing = Content::Scalar(Cow::Borrowed(""), ScalarKind::Null);
            self.arena.add(nothing, Span::of(colon..colon));
        }
    }

    fn close(&mut self) -> Option<()> {
        let block = self.blocks.last()?;
        if block.is_sequence && block.waits.is_some() {
            return None;
        }
        self.fill();
        self.blocks.pop();
        self.arena.close(None);
        Some(())
    }

    /// The block collection whose entries stand at a column: the innermost one, or a new one.
    fn block(&mut self, indent: usize, is_sequence: bool, at: usize) -> Option<()> {
        if let Some(block) = self.blocks.last_mut() {
            if block.indent == indent && block.is_sequence == is_sequence {
                return Some(());
            }
            block.waits.take()?;
        }
        if self.blocks.len() == DEPTH {
            return None;
        }
        let first = NONE;
        let content =
            if is_sequence { Content::Sequence { first } } else { Content::Mapping { first } };
        self.arena.open(content, Span::of(at..at));
        self.blocks.push(Block { indent, is_sequence, waits: None });
        Some(())
    }

    /// The list whose dashes stand at a column. The parser has one that is not indented begin with
    /// its first item.
    fn list(&mut self, indent: usize, dash: usize, item: usize, is_empty: bool) -> Option<()> {
        let is_below_key =
            self.blocks.last().is_some_and(|block| block.indent == indent && !block.is_sequence);
        match (is_below_key, is_empty) {
            (true, true) => None,
            (true, false) => self.block(indent, true, item),
            (false, _) => self.block(indent, true, dash),
        }
    }

    fn wait(&mut self, at: usize) {
        if let Some(block) = self.blocks.last_mut() {
            block.waits = Some(at);
        }
    }

    /// The content of a line: dashes, then a key with its value, or a value.
    fn content(&mut self, start: usize, mut at: usize) -> Option<()> {
        while self.byte(at) == Some(b'-') && self.is_blank(at + 1) {
            let next = self.after_spaces(at + 1);
            let is_empty = matches!(self.byte(next), None | Some(b'\n' | b'#'));
            self.list(at - start, at, next, is_empty)?;
            self.wait(at);
            if is_empty {
                return self.rest_of_line(at + 1);
            }
            at = next;
        }
        let Begins::Key(key, colon) = self.begins(at)? else {
            return self.value(at);
        };
        self.block(at - start, false, at)?;
        self.arena.add(key.content, key.span);
        self.wait(colon);
        let next = self.after_spaces(colon + 1);
        match self.byte(next) {
            None | Some(b'\n' | b'#') => self.rest_of_line(colon + 1),
            _ => self.value(next),
        }
    }

    /// The value that the innermost collection waits for; at the top, only in brackets.
    fn value(&mut self, at: usize) -> Option<()> {
        let first = self.byte(at)?;
        let indent = match self.blocks.last_mut() {
            Some(block) => {
                block.waits.take()?;
                Some(block.indent)
            }
            None if matches!(first, b'{' | b'[') => None,
            None => return None,
        };
        let end = match first {
            b'{' | b'[' => self.flow(at, indent, DEPTH)?,
            b'|' | b'>' => return self.block_scalar(at, indent?),
            _ => {
                let scalar = self.scalar(at, indent?)?;
                let end = scalar.span.range().end;
                self.arena.add(scalar.content, scalar.span);
                end
            }
        };
        self.rest_of_line(end)
    }
}

#[cfg(test)]
mod tests;
