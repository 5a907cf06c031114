//! Collections in brackets.

use super::{KEY_LENGTH, Reader, scalars::Scalar};
use crate::{
    span::Span,
    yaml::{Content, NONE},
};

impl<'t> Reader<'t> {
    /// A flow collection, within a block collection of an indentation, or as the whole document.
    /// Gives the place behind its bracket.
    pub fn flow(&mut self, from: usize, indent: Option<usize>, depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        let is_map = self.byte(from)? == b'{';
        let (first, close) = (NONE, if is_map { b'}' } else { b']' });
        let content = if is_map { Content::Mapping { first } } else { Content::Sequence { first } };
        self.arena.open(content, Span::of(from..from + 1));
        let mut at = self.after_white_space(from + 1, indent)?;
        while self.byte(at)? != close {
            if is_map {
                let key = self.flow_scalar(at)?;
                let end = self.after_spaces(key.span.range().end);
                if self.byte(end)? != b':' || end - at > KEY_LENGTH {
                    return None;
                }
                // Behind quotes, a value may follow the colon at once.
                let is_quoted = matches!(self.byte(at)?, b'"' | b'\'');
                if !is_quoted && !matches!(self.byte(end + 1)?, b' ' | b'\n') {
                    return None;
                }
                self.arena.add(key.content, key.span);
                at = self.after_white_space(end + 1, indent)?;
            }
            at = if matches!(self.byte(at)?, b'{' | b'[') {
                self.flow(at, indent, depth)?
            } else {
                let scalar = self.flow_scalar(at)?;
                let end = scalar.span.range().end;
                self.arena.add(scalar.content, scalar.span);
                end
            };
            at = self.after_white_space(at, indent)?;
            match self.byte(at)? {
                b',' => at = self.after_white_space(at + 1, indent)?,
                byte if byte == close => {}
                _ => return None,
            }
        }
        self.arena.close(Some(Span::of(at..at + 1)));
        Some(at + 1)
    }

    fn flow_scalar(&self, at: usize) -> Option<Scalar<'t>> {
        match self.byte(at)? {
            b'"' | b'\'' => self.quoted(at, None),
            _ => self.plain(at, self.flow_plain_end(at)?),
        }
    }

    /// Where a plain scalar in brackets ends. Those that begin with a mark are left to the parser.
    fn flow_plain_end(&self, from: usize) -> Option<usize> {
        let first = self.byte(from)?;
        let is_sign = first == b'-'
            && self.byte(from + 1).is_some_and(|b| b == b'-' || b.is_ascii_alphanumeric());
        if !(first.is_ascii_alphanumeric() || matches!(first, b'/' | b'.' | b'_' | b'$') || is_sign)
        {
            return None;
        }
        let mut end = from;
        for (at, byte) in (from..).zip(self.bytes.get(from..)?) {
            match byte {
                b',' | b']' | b'}' | b'\n' => return Some(end),
                b':' if matches!(
                    self.byte(at + 1)?,
                    b' ' | b'\n' | b',' | b']' | b'}' | b'[' | b'{'
                ) =>
                {
                    return Some(end);
                }
                b'[' | b'{' | b'\t' => return None,
                b'#' if end < at => return None,
                b' ' => {}
                _ => end = at + 1,
            }
        }
        None
    }

    /// The next place with something on it. Lines are indented more than what they stand in.
    fn after_white_space(&self, from: usize, indent: Option<usize>) -> Option<usize> {
        let mut at = self.after_spaces(from);
        while self.byte(at)? == b'\n' {
            let start = at + 1;
            at = self.after_spaces(start);
            let column = at - start;
            let is_within = match self.byte(at)? {
                b'\n' => true,
                b']' | b'}' => indent.is_none_or(|indent| column >= indent),
                _ => indent.is_none_or(|indent| column > indent),
            };
            if !is_within {
                return None;
            }
        }
        Some(at)
    }
}
