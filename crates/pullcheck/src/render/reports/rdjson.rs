//! reviewdog's diagnostic format (reviewdog/reviewdog, `proto/rdf/reviewdog.proto`). Its columns
//! count bytes of UTF-8.

use pullcheck_core::{finding::Severity, rule::Rule, rules};
use serde::Serialize;

use super::{
    Report, json,
    located::{Point, Range},
    message_and_help,
};

#[derive(Serialize)]
struct DiagnosticResult<'r> {
    source: Source,
    diagnostics: Vec<Diagnostic<'r>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'r> {
    message: String,
    location: Location<'r>,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'r>>,
}

#[derive(Serialize)]
struct Suggestion<'r> {
    range: Lines,
    text: &'r str,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    url: Option<String>,
}

#[derive(Serialize)]
struct Related<'r> {
    message: &'r str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    range: Lines,
}

#[derive(Serialize)]
struct Lines {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: u32,
}

impl Lines {
    fn of(range: &Range) -> Self {
        let position = |point: &Point| Position { line: point.line, column: point.byte_column };
        Self { start: position(&range.start), end: position(&range.end) }
    }
}

impl<'r> Location<'r> {
    fn of(path: &'r str, range: &Range) -> Self {
        Self { path, range: Lines::of(range) }
    }
}

/// All findings as one `DiagnosticResult`.
pub fn report(report: &Report<'_>) -> String {
    let diagnostics = report.located.iter().map(|located| {
        let finding = located.finding;
        let related = located.labels.iter().map(|place| Related {
            message: &place.message,
            location: Location::of(&place.path, &place.range),
        });
        let edits = located.fix.iter().flat_map(|fix| &fix.edits);
        let suggestions =
            edits.map(|edit| Suggestion { range: Lines::of(&edit.range), text: &edit.text });
        Diagnostic {
            suggestions: suggestions.collect(),
            message: message_and_help(located),
            location: Location::of(located.path, &located.range),
            severity: match finding.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Info => "INFO",
            },
            code: Code { value: finding.rule, url: rules::find(finding.rule).map(Rule::url) },
            related_locations: related.collect(),
        }
    });
    let source = Source { name: "pullcheck", url: super::HOME };
    json::pretty(&DiagnosticResult { source, diagnostics: diagnostics.collect() })
}
