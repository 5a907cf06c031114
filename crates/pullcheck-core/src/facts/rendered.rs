//! What Helm rendered.

use std::ops::Range;

use super::FileFacts;
use crate::span::Span;

/// A document that says which template it was rendered from.
#[derive(Debug)]
pub struct RenderedDocument {
    /// The template as Helm names it, from the name of the chart on: `web/templates/web.yaml`.
    pub source: Box<str>,
    /// The document, from its `---` on.
    pub span: Span,
    /// Its objects, as a range of the file's objects.
    pub objects: Range<usize>,
}

impl FileFacts {
    /// The template that an object was rendered from.
    #[must_use]
    pub fn source_of(&self, object: usize) -> Option<&str> {
        let after = self.rendered.partition_point(|document| document.objects.end <= object);
        let document = self.rendered.get(after)?;
        document.objects.contains(&object).then_some(&document.source)
    }

    /// The template that a byte of the file was rendered from.
    #[must_use]
    pub fn source_at(&self, byte: u32) -> Option<&str> {
        let after = self.rendered.partition_point(|document| document.span.end <= byte);
        let document = self.rendered.get(after)?;
        document.span.contains(byte).then_some(&document.source)
    }
}
