//! One line each: `path:line:column: severity[rule] message`, and behind it the template that was
//! rendered, if any.

use std::fmt::Write;

use pullcheck_core::finding::Finding;

use super::Shown;
use crate::clean::clean_line;

pub fn print(shown: &Shown<'_>, findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&line(shown, finding));
        out.push('\n');
    }
    out
}

/// The line of one finding, without its end.
pub fn line(shown: &Shown<'_>, finding: &Finding) -> String {
    let at = shown.position(finding.at.span.start);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "{}:{}:{}: {}[{}] {}",
        clean_line(shown.path),
        at.line,
        at.column,
        finding.severity,
        finding.rule,
        clean_line(&finding.message)
    );
    if let Some(source) = shown.source_of(finding) {
        let _ = write!(out, " (from {})", clean_line(source));
    }
    out
}
