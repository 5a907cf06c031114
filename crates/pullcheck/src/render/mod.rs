//! Findings on paper. Renderers know core types only: no rules, no configuration.

mod clean;
mod concise;
mod images;
mod json;
mod pretty;
mod source;
mod statistics;
mod summary;

use std::io::{self, Write};

use pullcheck_core::{
    finding::Finding,
    judge::Judged,
    resolve::SourceFile,
    span::{LineIndex, Position},
};
use rayon::prelude::*;

pub use clean::{clean_line, clean_text};
pub use images::inventory;
pub use pretty::handler;
pub use summary::summary;

use crate::{
    args::Format,
    input::reason,
    run::{Gathered, Source, Summary},
};

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

/// What a run found.
#[derive(Debug, Clone, Copy)]
pub struct Outcome<'r> {
    /// What was read.
    pub gathered: &'r Gathered,
    /// What the rules said of each file.
    pub judged: &'r [Judged],
    /// The figures.
    pub summary: Summary,
}

/// A file with its text at hand.
struct Shown<'r> {
    path: &'r str,
    file: &'r SourceFile,
    text: String,
    lines: LineIndex,
}

impl Shown<'_> {
    fn position(&self, byte: u32) -> Position {
        self.lines.position(&self.text, byte)
    }
}

/// Prints findings. What could not be shown comes back, one sentence each.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn findings(
    outcome: Outcome<'_>,
    format: Format,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    match format {
        Format::Pretty => {
            let printer = pretty::Printer::new(style);
            let trouble = by_file(outcome, out, |shown, findings| printer.print(shown, findings))?;
            let found = outcome.judged.iter().flat_map(|judged| &judged.findings);
            out.write_all(pretty::pages(found, style).as_bytes())?;
            Ok(trouble)
        }
        Format::Concise => by_file(outcome, out, concise::print),
        Format::Json => json::findings(outcome, out),
    }
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
    print: impl Fn(&Shown<'_>, &[Finding]) -> String + Sync,
) -> io::Result<Vec<String>> {
    let mut trouble = Vec::new();
    let blamed: Vec<_> = blamed(outcome).collect();
    for batch in blamed.chunks(BATCH) {
        let printed: Vec<_> = batch
            .par_iter()
            .map(|&(file, source, findings)| {
                load(file, source).map(|shown| print(&shown, findings))
            })
            .collect();
        for text in printed {
            match text {
                Ok(text) => out.write_all(text.as_bytes())?,
                Err(sentence) => trouble.push(sentence),
            }
        }
    }
    Ok(trouble)
}

fn blamed(outcome: Outcome<'_>) -> impl Iterator<Item = (&SourceFile, &Source, &[Finding])> {
    let files = outcome.gathered.project.files().iter().zip(&outcome.gathered.sources);
    files
        .zip(outcome.judged)
        .filter(|(_, judged)| !judged.findings.is_empty())
        .map(|((file, source), judged)| (file, source, judged.findings.as_slice()))
}

fn load<'r>(file: &'r SourceFile, source: &'r Source) -> Result<Shown<'r>, String> {
    let text = source.text();
    let text =
        text.map_err(|error| format!("cannot show `{}`: {}", source.path, reason(&error)))?;
    let lines = LineIndex::new(&text);
    Ok(Shown { path: &source.path, file, text, lines })
}
