//! One line each: `path:line:column: severity[rule] message`, and behind it the template that was
//! rendered, if any.

use pullcheck_core::{finding::Finding, span::FileId};

use super::{Shown, source_of};
use crate::{clean::clean_line, gather::Gathered};

/// The lines of a file's findings, if they can be told without reading it again.
pub fn print_known(gathered: &Gathered, id: FileId, findings: &[Finding]) -> Option<String> {
    let source = gathered.sources.get(id.0 as usize)?;
    let lines = source.lines()?;
    let line = |finding: &Finding| {
        let at = lines.position("", finding.at.span.start);
        line_at(finding, &source.path, at.line, at.column, source_of(gathered, finding)) + "\n"
    };
    Some(findings.iter().map(line).collect())
}

pub fn print(shown: &Shown<'_>, findings: &[Finding]) -> String {
    findings.iter().map(|finding| line(shown, finding) + "\n").collect()
}

/// The line of one finding, without its end.
pub fn line(shown: &Shown<'_>, finding: &Finding) -> String {
    let at = shown.position(finding.at.span.start);
    line_at(finding, shown.path, at.line, at.column, shown.source_of(finding))
}

/// The line of a finding whose place is known.
pub fn line_at(
    finding: &Finding,
    path: &str,
    line: usize,
    column: usize,
    source: Option<&str>,
) -> String {
    let source = source.map(|source| format!(" (from {source})")).unwrap_or_default();
    let (severity, rule) = (finding.severity, finding.rule);
    clean_line(&format!("{path}:{line}:{column}: {severity}[{rule}] {}{source}", finding.message))
}
