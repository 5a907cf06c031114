//! From the parser's events to the arena.

use std::{borrow::Cow, ops::Range};

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Tag, options};
use thiserror::Error;

use super::{Content, NONE, ScalarKind, Tree, arena::Arena, resolve};
use crate::span::Span;

/// A text that is not YAML.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{cause}")]
pub struct ParseError {
    /// Where the parser stopped: one character, or the empty span at the end of the text.
    pub at: Span,
    /// What it met there.
    pub cause: String,
}

/// Parses a part of a text; all spans count from the beginning of the whole text.
///
/// # Errors
///
/// The first place at which the part is not YAML.
pub fn parse(text: &str, part: Range<usize>) -> Result<Tree<'_>, ParseError> {
    let base = part.start;
    let part = text.get(part).unwrap_or_default();
    let mut builder = Builder {
        arena: Arena::new(text, part.len() / 16),
        anchors: Vec::new(),
        written_to: Span::of(0..base).end,
    };
    for event in Parser::new_from_str_with_options(part, parser_options()) {
        let (event, span) = event.map_err(|error| parse_error(part, base, &error))?;
        let bytes = span.byte_range().unwrap_or_default();
        builder.take(event, Span::of(base + bytes.start..base + bytes.end));
    }
    Ok(builder.arena.tree)
}

fn parser_options() -> Options {
    options! {
        // The default refuses real manifests that have a hundred comment lines in a row.
        max_buffered_comment_events: usize::MAX,
        // What go-yaml and libyaml read at the end of a file without a line break.
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
    }
}

fn parse_error(part: &str, base: usize, error: &ScanError) -> ParseError {
    let start = error.marker().byte_offset().unwrap_or(part.len()).min(part.len());
    let width = part.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    ParseError { at: Span::of(base + start..base + start + width), cause: cause(error) }
}

/// What went wrong, in words that do not need the YAML specification.
fn cause(error: &ScanError) -> String {
    let plain = match error.kind() {
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => {
            "this does not fit what stands above it; look at the indentation and the quotes"
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            "a second `: ` in one value; put the value in quotes"
        }
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            "a `,` or a closing bracket is missing, or a value with `: ` in it needs quotes"
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInPlainScalar => "a tab in the indentation, where only spaces may be",
        ErrorKind::UnclosedQuotedScalar => "a quote that is opened here is never closed",
        ErrorKind::RecursionLimitExceeded => "it is nested more than 255 levels deep",
        _ => return error.info(),
    };
    plain.to_owned()
}

struct Builder<'t> {
    arena: Arena<'t>,
    anchors: Vec<u32>,
    /// The end of the last token, from which the header of a block scalar is looked for.
    written_to: u32,
}

impl<'t> Builder<'t> {
    fn take(&mut self, event: Event<'t>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let span = self.scalar_span(span, style);
                let (value, kind) = self.scalar(value, style, tag.as_deref(), span);
                let id = self.arena.add(Content::Scalar(value, kind), span);
                self.define(anchor, id);
            }
            Event::SequenceStart(_, anchor, _) => {
                let id = self.arena.open(Content::Sequence { first: NONE }, span);
                self.define(anchor, id);
            }
            Event::MappingStart(_, anchor, _) => {
                let id = self.arena.open(Content::Mapping { first: NONE }, span);
                self.define(anchor, id);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // Only a bracket is written.
                self.arena.close((span.start < span.end).then_some(span));
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(anchor).copied().unwrap_or(NONE);
                self.arena.add(Content::Alias(target), span);
            }
            Event::UnresolvedAlias(_) => {
                self.arena.tree.unresolved.push(span);
                self.arena.add(Content::Unresolved, span);
            }
            Event::Comment(..) => self.arena.tree.comments.push(span),
            _ => {}
        }
        self.written_to = self.written_to.max(span.end);
    }

    /// An empty plain scalar arrives as `~` at an empty span.
    fn scalar(
        &self,
        value: Cow<'t, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> (Cow<'t, str>, ScalarKind) {
        let plain = style == ScalarStyle::Plain;
        if plain && span.slice(self.arena.tree.text).is_empty() {
            return (Cow::Borrowed(""), ScalarKind::Null);
        }
        let kind = match tag {
            Some(tag) if tag.is_yaml_core_schema() => match tag.core_suffix() {
                Some("str") => ScalarKind::Str,
                _ => resolve(&value),
            },
            None if plain => resolve(&value),
            _ => ScalarKind::Str,
        };
        (value, kind)
    }

    /// A block scalar is written from its `|` or `>` to its last visible character; the parser
    /// gives it from its first line to the next token.
    fn scalar_span(&self, span: Span, style: ScalarStyle) -> Span {
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return span;
        }
        let before = Span::new(self.written_to, span.start).slice(self.arena.tree.text);
        let header = before
            .find(['|', '>'])
            .map_or(span.start, |at| self.written_to.saturating_add(Span::of(0..at).end));
        let content = Span::new(header, span.end).slice(self.arena.tree.text).trim_end();
        Span::new(header, header + Span::of(0..content.len()).end)
    }

    /// Remembers what an anchor stands for.
    fn define(&mut self, anchor: usize, id: u32) {
        if anchor == 0 {
            return;
        }
        if self.anchors.len() <= anchor {
            self.anchors.resize(anchor + 1, NONE);
        }
        if let Some(slot) = self.anchors.get_mut(anchor) {
            *slot = id;
        }
    }
}
