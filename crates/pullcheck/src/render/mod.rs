//! Findings on paper. Renderers know core types only: no rules, no configuration.

mod concise;
mod elsewhere;
mod images;
mod pretty;
mod reports;
mod source;
mod statistics;
mod summary;

use std::io::{self, Write};

use pullcheck_core::{
    finding::{Finding, Label, Severity},
    judge::Judged,
    resolve::{Resolved, SourceFile},
    span::{FileId, LineIndex, Position, Span},
};
use rayon::prelude::*;

use elsewhere::{Elsewhere, Others};
pub use images::inventory;
pub use pretty::handler;
pub use reports::Report;
pub use summary::{counted, inventory_summary, summary};

use crate::{gather::Gathered, input::reason, run::Summary};

/// How output looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// With colour.
    pub color: bool,
    /// With links that a terminal can follow.
    pub links: bool,
    /// With box-drawing characters.
    pub unicode: bool,
    /// The width of the terminal in columns.
    pub width: usize,
}

impl Style {
    /// For a file.
    pub const PLAIN: Self = Self { color: false, links: false, unicode: true, width: 100 };
}

/// What a run found.
#[derive(Debug, Clone, Copy)]
pub struct Outcome<'r> {
    /// What was read.
    pub gathered: &'r Gathered,
    /// What the files together make a cluster pull.
    pub resolved: &'r Resolved<'r>,
    /// What the rules said of each file.
    pub judged: &'r [Judged],
    /// The least severity that fails the run, for each file.
    pub thresholds: &'r [Severity],
    /// The figures.
    pub summary: Summary,
}

/// A file with its text at hand.
struct Shown<'r> {
    path: &'r str,
    file: &'r SourceFile,
    /// The text as it is, for places only.
    text: String,
    lines: LineIndex,
    id: FileId,
    gathered: &'r Gathered,
    resolved: &'r Resolved<'r>,
    others: Others,
}

impl Shown<'_> {
    fn position(&self, byte: u32) -> Position {
        self.lines.position(&self.text, byte)
    }

    /// The text as it may be shown.
    fn masked(&self) -> String {
        masked(&self.text, &self.file.facts.confidential)
    }

    /// The template that what a finding is about was rendered from.
    fn source_of(&self, finding: &Finding) -> Option<&str> {
        source_of(self.gathered, finding)
    }

    /// The labels of a finding that stand in this file.
    fn labels<'f>(&self, finding: &'f Finding) -> impl Iterator<Item = &'f Label> {
        let id = self.id;
        finding.labels.iter().filter(move |label| label.at.file == id)
    }

    /// The places of a finding that stand elsewhere. A file that cannot be read again is left out.
    fn elsewhere(&self, finding: &Finding) -> Vec<Elsewhere> {
        self.others.of(finding, self.id, self.gathered)
    }
}

/// Draws findings for people, file by file. What could not be shown comes back, one sentence each.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn drawn(
    outcome: Outcome<'_>,
    is_concise: bool,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    let shown = |id| load(outcome.gathered, outcome.resolved, id);
    if is_concise {
        return by_file(outcome, out, |id, findings| {
            let known = concise::print_known(outcome.gathered, id, findings);
            known.map_or_else(|| Ok(concise::print(&shown(id)?, findings)), Ok)
        });
    }
    let printer = pretty::Printer::new(style);
    let trouble = by_file(outcome, out, |id, findings| Ok(printer.print(&shown(id)?, findings)))?;
    let found = outcome.judged.iter().flat_map(|judged| &judged.findings);
    out.write_all(pretty::pages(found, style).as_bytes())?;
    Ok(trouble)
}

/// Counts findings by rule.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn statistics(outcome: Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(statistics::table(outcome.judged).as_bytes())
}

/// How many files are rendered before their text is written: enough for all cores, few enough
/// that memory stays flat.
const BATCH: usize = 256;

/// Prints each file that has findings, many at a time, in order.
fn by_file(
    outcome: Outcome<'_>,
    out: &mut dyn Write,
    print: impl Fn(FileId, &[Finding]) -> Result<String, String> + Sync,
) -> io::Result<Vec<String>> {
    let mut trouble = Vec::new();
    let blamed: Vec<_> = blamed(outcome).collect();
    for batch in blamed.chunks(BATCH) {
        let printed: Vec<_> = batch.par_iter().map(|&(id, findings)| print(id, findings)).collect();
        for text in printed {
            match text {
                Ok(text) => out.write_all(text.as_bytes())?,
                Err(sentence) => trouble.push(sentence),
            }
        }
    }
    Ok(trouble)
}

fn blamed(outcome: Outcome<'_>) -> impl Iterator<Item = (FileId, &[Finding])> {
    let files = (0..).map(FileId).zip(outcome.judged);
    files
        .filter(|(_, judged)| !judged.findings.is_empty())
        .map(|(id, judged)| (id, judged.findings.as_slice()))
}

/// The template that what a finding is about was rendered from.
fn source_of<'r>(gathered: &'r Gathered, finding: &Finding) -> Option<&'r str> {
    let facts = |file| gathered.project.file(file).map(|file| &file.facts);
    match finding.subject {
        Some(subject) => facts(subject.file)?.source_of(subject.object),
        None => facts(finding.at.file)?.source_at(finding.at.span.start),
    }
}

fn load<'r>(
    gathered: &'r Gathered,
    resolved: &'r Resolved<'r>,
    id: FileId,
) -> Result<Shown<'r>, String> {
    let number = id.0 as usize;
    let file = gathered.project.files().get(number).zip(gathered.sources.get(number));
    let (file, source) = file.ok_or_else(|| format!("there is no file {number}"))?;
    let text = source.text();
    let text =
        text.map_err(|error| format!("cannot show `{}`: {}", source.path, reason(&error)))?;
    let lines = LineIndex::new(&text);
    let others = Others::default();
    Ok(Shown { path: &source.path, file, text, lines, id, gathered, resolved, others })
}

/// A text with nothing confidential left in it: whatever is drawn of it, no secret is shown. All
/// bytes stay where they are.
fn masked(text: &str, confidential: &[Span]) -> String {
    if confidential.is_empty() {
        return text.to_owned();
    }
    let mut secrets = confidential.iter().peekable();
    let mut reached = 0;
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let at = Span::of(0..at).end;
        while let Some(secret) = secrets.next_if(|secret| secret.start <= at) {
            reached = secret.end;
        }
        if at < reached && !c.is_ascii_whitespace() {
            shown.extend(std::iter::repeat_n('*', c.len_utf8()));
        } else {
            shown.push(c);
        }
    }
    shown
}
