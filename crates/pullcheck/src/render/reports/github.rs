//! Annotations as GitHub Actions reads them from the log: workflow commands.

use pullcheck_core::finding::Severity;

use super::{Located, Report, message_and_help};
use crate::{
    clean::clean_text,
    render::{concise::line_at, counted},
};

/// How many annotations of each level GitHub keeps of a step; it drops the rest without a word
/// (github.com/orgs/community/discussions/26680).
const MOST: usize = 10;

/// A command for each finding, the most severe first; those that GitHub would drop follow as a group
/// of lines, and a notice that tells of them.
pub fn commands(report: &Report<'_>) -> String {
    let findings = report.by_severity();
    let is_cut = Severity::ALL.into_iter().any(|severity| report.count(severity) > MOST);
    let mut left = [MOST - usize::from(is_cut), MOST, MOST];
    let (mut out, mut rest) = (String::new(), String::new());
    for located in &findings {
        match left.get_mut(located.finding.severity as usize).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                out.push_str(&command(report, located));
            }
            None => rest.push_str(&line(located)),
        }
    }
    if !rest.is_empty() {
        let count = rest.lines().count();
        let more = counted(count, "more finding");
        out.push_str(&format!("::group::{more}\n{rest}::endgroup::\n"));
        out.push_str(&format!(
            "::notice title=pullcheck::{more} in the log and in the summary of the job\n"
        ));
    }
    out
}

fn command(report: &Report<'_>, located: &Located<'_>) -> String {
    let finding = located.finding;
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (start, end) = (&located.range.start, &located.range.end);
    // GitHub takes columns only where a finding is on one line.
    let columns = if located.range.is_one_line() {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    let place = format!("{}:{}:{}", located.path, start.line, start.column);
    format!(
        "::{level} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&report.repository.path(located.path)),
        start.line,
        end.line,
        property(finding.rule),
        data(&format!("{place}: {}", message_and_help(located))),
    )
}

/// A finding as one line of the log.
fn line(located: &Located<'_>) -> String {
    let (start, source) = (&located.range.start, located.source.as_deref());
    line_at(located.finding, located.path, start.line, start.column, source) + "\n"
}

/// The message of a command (actions/toolkit, `packages/core/src/command.ts`).
fn data(text: &str) -> String {
    clean_text(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"))
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_command() {
        assert_eq!(property("a,b:c%0A\nd\r::error::"), "a%2Cb%3Ac%250A%0Ad%0D%3A%3Aerror%3A%3A");
        assert_eq!(data("a: 100%\n::warning::\u{1b}[2J##[x]"), "a: 100%25%0A::warning::?[2J#?[x]");
    }
}
