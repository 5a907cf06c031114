//! A configuration that cannot be used: which file, which place, what to write instead.

use std::{
    fmt, io, iter,
    path::{Path, PathBuf},
    sync::Arc,
};

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use pullcheck_core::span::{LineIndex, Span};

use super::problem::Problem;
use crate::clean::{clean_line, clean_text};
use crate::drawable::is_short;
use crate::input::reason;
use crate::paths::shown;

/// A configuration that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct ConfigError(Arc<Details>);

#[derive(Debug)]
struct Details {
    path: PathBuf,
    message: String,
    help: Option<String>,
    place: Option<Place>,
}

#[derive(Debug)]
struct Place {
    /// Nothing where the lines are too long to be drawn.
    text: Option<NamedSource<String>>,
    span: Span,
    label: String,
}

impl ConfigError {
    /// An error of the whole file.
    pub(super) fn whole(path: &Path, cause: impl fmt::Display) -> Self {
        let message = clean_line(&format!("cannot use `{}`: {cause}", shown(path)));
        Self(Arc::new(Details { path: path.to_path_buf(), message, help: None, place: None }))
    }

    /// A file that cannot be read.
    #[must_use]
    pub fn unreadable(path: &Path, cause: &io::Error) -> Self {
        let message = clean_line(&format!("cannot read `{}`: {}", shown(path), reason(cause)));
        Self(Arc::new(Details { path: path.to_path_buf(), message, help: None, place: None }))
    }

    /// An error at a place of the file's text.
    pub(super) fn at(path: &Path, text: &Arc<str>, span: Span, problem: &Problem) -> Self {
        let (span, lines) = (first_line(span, text), LineIndex::new(text));
        let drawn =
            || NamedSource::new(clean_line(&shown(path)), clean_text(text)).with_language("YAML");
        let is_drawn = is_short(&lines, text, span);
        let (drawn, message) = if is_drawn {
            (Some(drawn()), problem.message())
        } else {
            let at = lines.position(text, span.start);
            let (path, message) = (shown(path), problem.message());
            (None, format!("{path}:{}:{}: {message}", at.line, at.column))
        };
        let place = Place { text: drawn, span, label: clean_line(&problem.label()) };
        Self(Arc::new(Details {
            path: path.to_path_buf(),
            message: clean_line(&message),
            help: problem.help().map(|help| clean_line(&help)),
            place: Some(place),
        }))
    }

    /// A text that decides as a configuration does and cannot be used: what is wrong at a place,
    /// and what to do about it.
    #[must_use]
    pub fn refused(path: &Path, text: String, span: Span, reason: String, help: &str) -> Self {
        let problem = Problem::Refused { reason, help: Some(help.to_owned()) };
        Self::at(path, &text.into(), span, &problem)
    }

    /// The file, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The blamed place in the file's text, if there is one.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.0.place.as_ref().map(|place| place.span)
    }
}

impl Diagnostic for ConfigError {
    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.0.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let text = self.0.place.as_ref()?.text.as_ref()?;
        Some(text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.0.place.as_ref()?;
        let label = LabeledSpan::new_with_span(Some(place.label.clone()), place.span.range());
        Some(Box::new(iter::once(label)))
    }
}

/// Blames the first line of a place that goes over several.
fn first_line(span: Span, text: &str) -> Span {
    let line = span.slice(text).lines().next().unwrap_or_default();
    Span::of(span.range().start..span.range().start + line.len())
}
