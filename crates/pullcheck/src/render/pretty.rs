//! Findings with the lines they stand in, drawn by miette.

use std::{collections::BTreeSet, fmt};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use pullcheck_core::{
    facts::ImageUse,
    finding::{Finding, Severity},
    rules,
    span::Span,
};

use super::{Elsewhere, Shown, Style, concise, elsewhere::OtherText, source::IndexedSource};
use crate::{
    clean::{clean_line, clean_text},
    drawable::is_short,
};

/// A label is not broken into lines shorter than this, however deep its place is indented.
const NARROWEST_LABEL: usize = 30;

/// Draws findings. Made once for a run.
pub struct Printer {
    handler: GraphicalReportHandler,
    style: Style,
}

impl Printer {
    pub fn new(style: Style) -> Self {
        Self { handler: handler(style), style }
    }

    pub fn print(&self, shown: &Shown<'_>, findings: &[Finding]) -> String {
        let text = clean_text(&shown.masked());
        let source =
            IndexedSource { name: clean_line(shown.path), text: &text, lines: &shown.lines };
        let mut out = String::new();
        for finding in findings {
            let elsewhere = shown.elsewhere(finding);
            let drawn = Drawn { finding, shown, source: &source, style: self.style };
            let fits = spans(shown, finding).all(|span| fits(shown, span));
            if !fits || self.handler.render_report(&mut out, &drawn).is_err() {
                out.push_str(&concise::line(shown, finding));
                out.push('\n');
                if let Some(help) = drawn.help() {
                    out.push_str(&format!("  help: {help}\n"));
                }
            }
            for place in &elsewhere {
                let related = Related::new(place);
                let OtherText { path, text, lines, .. } = &*place.text;
                if !is_short(lines, text, place.span)
                    || self.handler.render_report(&mut out, &related).is_err()
                {
                    let at = lines.position(text, place.span.start);
                    let path = clean_line(path);
                    out.push_str(&format!("  {path}:{}:{}: {related}\n", at.line, at.column));
                }
            }
            out.push('\n');
        }
        out
    }
}

/// How miette draws, for findings and for mistakes in the configuration alike.
#[must_use]
pub fn handler(style: Style) -> GraphicalReportHandler {
    let theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme {
            characters: miette::ThemeCharacters::ascii(),
            ..GraphicalTheme::unicode()
        },
        (false, false) => GraphicalTheme::none(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_context_lines(1)
        .with_break_words(false)
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_links(style.links)
        .with_link_display_text("")
}

/// Where to read more of the rules that spoke, one line each, for a terminal without links.
pub fn pages<'f>(findings: impl Iterator<Item = &'f Finding>, style: Style) -> String {
    if style.links {
        return String::new();
    }
    let ids: BTreeSet<_> = findings.map(|finding| finding.rule).collect();
    ids.into_iter()
        .filter_map(rules::find)
        .map(|rule| format!("{}: {}\n", rule.id, rule.url()))
        .collect()
}

fn spans(shown: &Shown<'_>, finding: &Finding) -> impl Iterator<Item = Span> {
    shown.labels(finding).map(|label| label.at.span).chain([finding.at.span])
}

fn fits(shown: &Shown<'_>, span: Span) -> bool {
    is_short(&shown.lines, &shown.text, span)
}

/// The object and the container: a line number alone does not tell them.
fn whereabouts(shown: &Shown<'_>, finding: &Finding) -> Option<String> {
    let subject = finding.subject?;
    let (object, used) = shown.resolved.subject(subject)?;
    let kind = if object.kind.is_empty() { "a patch" } else { &object.kind };
    let name = object.name.as_deref().map(|name| format!(" `{name}`")).unwrap_or_default();
    let holder = used.and_then(ImageUse::holder).map(|holder| format!(", {holder}"));
    let roots = deployed_by(&finding.roots);
    Some(format!("{kind}{name}{}{}", holder.unwrap_or_default(), roots.unwrap_or_default()))
}

/// How many roots are named.
const MOST_ROOTS: usize = 3;

/// Who deploys it, where kustomize does.
fn deployed_by(roots: &[Box<str>]) -> Option<String> {
    let named = roots.iter().take(MOST_ROOTS).map(|root| format!("`{root}`"));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = roots.len().saturating_sub(MOST_ROOTS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!roots.is_empty()).then(|| format!(", built by {named}{more}"))
}

struct Drawn<'r> {
    finding: &'r Finding,
    shown: &'r Shown<'r>,
    source: &'r IndexedSource<'r>,
    style: Style,
}

/// A place in another file, drawn below.
struct Related<'r> {
    place: &'r Elsewhere,
    source: IndexedSource<'r>,
}

impl<'r> Related<'r> {
    fn new(place: &'r Elsewhere) -> Self {
        let source = IndexedSource {
            name: clean_line(&place.text.path),
            text: &place.text.shown,
            lines: &place.text.lines,
        };
        Self { place, source }
    }
}

impl fmt::Display for Related<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean_line(&self.place.message))
    }
}

impl fmt::Debug for Related<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Related<'_> {}

impl Diagnostic for Related<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let range = self.place.span.range();
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, range))))
    }
}

impl Drawn<'_> {
    /// The line that is blamed, where the first snippet shows another, far above it.
    fn line_if_hidden(&self) -> Option<usize> {
        let line = |span: Span| self.shown.position(span.start).line;
        let blamed = line(self.finding.at.span);
        let mut labels = self.shown.labels(self.finding).map(|label| line(label.at.span));
        labels.any(|label| label + 3 < blamed).then_some(blamed)
    }

    /// Breaks a label where its line would run past the terminal's edge.
    fn wrap_label(&self, span: Span, text: &str) -> String {
        let indent = 12 + self.shown.position(span.start).column;
        let width = self.style.width.saturating_sub(indent).max(NARROWEST_LABEL);
        textwrap::fill(text, width)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean_line(&self.finding.message))
    }
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.finding, f)
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let line = self.line_if_hidden().map(|line| format!(" on line {line}"));
        let place = whereabouts(self.shown, self.finding).map(|place| format!(" in {place}"));
        let comma = if place.is_some() { "," } else { "" };
        let source = self.shown.source_of(self.finding);
        let source = source.map(|source| format!("{comma} from `{source}`"));
        let parts = [line, place, source].map(Option::unwrap_or_default).concat();
        let (severity, rule) = (self.finding.severity, self.finding.rule);
        Some(Box::new(format!("{severity}[{rule}]{}", clean_line(&parts))))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Info => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.finding.help.as_deref()?;
        Some(Box::new(clean_line(help)))
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let rule = rules::find(self.finding.rule).filter(|_| self.style.links)?;
        Some(Box::new(rule.url()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    /// Labels of one place are drawn as one, line below line.
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let mut places: Vec<(Span, String)> = vec![(self.finding.at.span, String::new())];
        for label in self.shown.labels(self.finding) {
            let text = self.wrap_label(label.at.span, &clean_line(&label.message));
            match places.iter_mut().find(|(span, _)| *span == label.at.span) {
                Some((_, before)) if before.is_empty() => *before = text,
                Some((_, before)) => {
                    before.push('\n');
                    before.push_str(&text);
                }
                None => places.push((label.at.span, text)),
            }
        }
        Some(Box::new(places.into_iter().enumerate().map(|(index, (span, text))| {
            let text = (!text.is_empty()).then_some(text);
            let range = span.range();
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, range)
            } else {
                LabeledSpan::new_with_span(text, range)
            }
        })))
    }
}
