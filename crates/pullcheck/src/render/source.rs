//! A text that finds its lines at once.
//!
//! miette's own sources look for the lines of each label from the beginning of the file, which
//! makes a file with many findings quadratic; they also count columns in bytes.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use pullcheck_core::span::{LineIndex, Span};

/// A text, cleaned, with the places of its lines.
pub struct IndexedSource<'s> {
    pub name: String,
    pub text: &'s str,
    pub lines: &'s LineIndex,
}

impl SourceCode for IndexedSource<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let wanted = Span::of(span.offset()..span.offset() + span.len());
        let last_byte = if span.is_empty() { wanted.end } else { wanted.end - 1 };
        let first = self.lines.line_of(wanted.start).saturating_sub(context_lines_before);
        let last =
            (self.lines.line_of(last_byte) + context_lines_after).min(self.lines.count() - 1);
        let start = self.lines.start_of(first).ok_or(MietteError::OutOfBounds)?;
        let end = self.lines.span_of(last, self.text).end;
        let lines = Span::new(start, end);
        let data = self.text.get(lines.range()).ok_or(MietteError::OutOfBounds)?;
        let column = self.lines.position(self.text, wanted.start).column - 1;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.trim_end_matches(['\n', '\r']).as_bytes(),
            SourceSpan::new(lines.range().start.into(), data.len()),
            first,
            column,
            last - first + 1,
        )))
    }
}
