//! Which places of a text can be drawn with the lines that they stand in.

use pullcheck_core::span::{LineIndex, Span};

/// A line longer than this is not drawn: it would flood the terminal.
const LONGEST_LINE: u32 = 400;

/// Whether the lines of a place and those beside it are few and short. miette panics at columns past
/// 65,535.
#[must_use]
pub fn is_short(lines: &LineIndex, text: &str, span: Span) -> bool {
    let first = lines.line_of(span.start).saturating_sub(1);
    let last = lines.line_of(span.end) + 1;
    last - first <= 12
        && (first..=last).all(|line| {
            let line = lines.span_of(line, text);
            line.end - line.start <= LONGEST_LINE
        })
}
