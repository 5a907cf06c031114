//! GitLab's Code Quality report (docs.gitlab.com/ci/testing/code_quality, "Code Quality report
//! format").

use std::collections::HashMap;

use pullcheck_core::finding::Severity;
use serde::Serialize;

use super::{Located, Report, json};

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

/// All findings as one list.
pub fn report(report: &Report<'_>) -> String {
    // GitLab takes issues of one fingerprint for one issue.
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let issues = report.located.iter().map(|located| {
        let count = seen.entry(&located.fingerprint).or_default();
        *count += 1;
        let again = if *count == 1 { String::new() } else { format!("-{count}") };
        issue(report, located, format!("{}{again}", located.fingerprint))
    });
    json::pretty(&issues.collect::<Vec<_>>())
}

fn issue<'r>(report: &Report<'_>, located: &Located<'r>, fingerprint: String) -> Issue<'r> {
    let finding = located.finding;
    let help = finding.help.iter().map(|help| format!(" ({help})"));
    let position = |line, column| Position { line, column };
    let (start, end) = (&located.range.start, &located.range.end);
    Issue {
        description: std::iter::once(finding.message.clone()).chain(help).collect(),
        check_name: finding.rule,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: report.repository.path(located.path),
            positions: Positions {
                begin: position(start.line, start.column),
                end: position(end.line, end.column),
            },
        },
    }
}
