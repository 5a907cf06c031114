//! Findings in formats that other programs read.

mod checkstyle;
mod github;
mod gitlab;
pub mod json;
mod junit;
mod line_hash;
pub mod located;
mod markdown;
mod rdjson;
mod repository;
mod sarif;

use std::cmp::Reverse;

use pullcheck_core::finding::Severity;

use self::{
    located::{Located, locate},
    repository::Repository,
};
use super::Outcome;
use crate::args::Format;

/// Where the program lives.
const HOME: &str = "https://pullcheck.dev";

/// What a run found, ready for any number of reports.
pub struct Report<'r> {
    outcome: Outcome<'r>,
    /// All findings in the order of their files.
    located: Vec<Located<'r>>,
    repository: Repository,
    /// What could not be read again, one sentence each.
    pub trouble: Vec<String>,
}

impl<'r> Report<'r> {
    /// Reads what the findings stand in.
    #[must_use]
    pub fn of(outcome: Outcome<'r>) -> Self {
        let (located, trouble) = locate(outcome);
        let repository = Repository::at(&outcome.gathered.folder);
        Self { outcome, located, repository, trouble }
    }

    /// The text of the report in a format; nothing for those that are drawn file by file.
    #[must_use]
    pub fn text(&self, format: Format) -> String {
        match format {
            Format::Pretty | Format::Concise => String::new(),
            Format::Json => json::document(self.outcome, &self.located),
            Format::Jsonl => json::lines(&self.located),
            Format::Sarif => sarif::log(self),
            Format::Github => github::commands(self),
            Format::Gitlab => gitlab::report(self),
            Format::Junit => junit::report(self),
            Format::Checkstyle => checkstyle::report(self),
            Format::Rdjson => rdjson::report(self),
            Format::Markdown => markdown::page(self),
        }
    }

    /// What GitHub makes of more findings than it takes
    /// (docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support).
    #[must_use]
    pub fn remark_on_limits(&self) -> Option<String> {
        let count = self.located.len();
        match count {
            0..=5_000 => None,
            5_001..=25_000 => {
                Some(format!("of {count} findings GitHub keeps the 5,000 most severe"))
            }
            _ => Some(format!("{count} findings: GitHub refuses more than 25,000 in one report")),
        }
    }

    /// The findings, the most severe first.
    fn by_severity(&self) -> Vec<&Located<'r>> {
        let mut findings: Vec<_> = self.located.iter().collect();
        findings.sort_by_key(|located| Reverse(located.finding.severity));
        findings
    }

    fn count(&self, severity: Severity) -> usize {
        self.located.iter().filter(|located| located.finding.severity == severity).count()
    }
}

/// Message and help, each on a line of its own.
fn message_and_help(located: &Located<'_>) -> String {
    let finding = located.finding;
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    std::iter::once(finding.message.clone()).chain(help).collect()
}
