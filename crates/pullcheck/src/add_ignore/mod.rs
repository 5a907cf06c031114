//! `check --add-ignore`: a comment for each finding, and nothing else changed.
//!
//! Comments are written into texts in memory first ([`edit`]), then all of it is judged again as it
//! would be: a comment that hides nothing, or changes what is deployed, is taken back.

pub mod edit;
mod page;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    io::{self, Write},
    path::PathBuf,
};

use pullcheck_core::{
    finding::Finding,
    judge::Judged,
    resolve::{Resolved, SourceFile},
    span::{FileId, LineIndex, Span},
};
use rayon::prelude::*;

use self::edit::{Edited, edit};
use crate::{
    args::CheckArgs,
    baseline::Baselines,
    command::{Failure, complain, show_config_errors},
    config::Configs,
    gather::{Gathered, Texts, gather_with},
    input::reason,
    render::counted,
    run::{judge_all, resolve},
    write::replace,
};

/// Why a finding is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Json,
    NoFile,
    Broken,
    InText,
    NoPlace,
    NotHidden,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON has no comments",
            Self::NoFile => "it is no file on the disk",
            Self::Broken => "what cannot be read cannot be suppressed",
            Self::InText => "a comment there would be part of a text",
            Self::NoPlace => "no comment would cover it alone",
            Self::NotHidden => "a comment there would change what is deployed, or hide nothing",
        })
    }
}

/// What a run is about: files, what they deploy, and what is left to be said of them.
struct Run<'g> {
    gathered: &'g Gathered,
    resolved: Resolved<'g>,
    judged: Vec<Judged>,
}

impl<'g> Run<'g> {
    fn of(gathered: &'g Gathered, args: &CheckArgs) -> Result<Self, Failure> {
        let resolved = resolve(&gathered.project);
        let mut judged = judge_all(gathered, &resolved);
        let mut baselines = Baselines::of(args)?;
        baselines.hold_back(gathered, &resolved, &mut judged);
        if baselines.errors().is_empty() {
            return Ok(Self { gathered, resolved, judged });
        }
        show_config_errors(baselines.errors());
        Err(Failure::said("no comment was written, since a baseline cannot be used"))
    }

    /// The images that each file deploys, with their policies.
    fn images(&self) -> Vec<Vec<(String, Option<String>)>> {
        let count = u32::try_from(self.gathered.project.files().len()).unwrap_or(u32::MAX);
        let images = (0..count).into_par_iter().map(|id| {
            let file = self.resolved.file(FileId(id));
            let uses = file.iter().flat_map(|file| &file.uses).map(|used| {
                let policy = used.written.policy.as_ref();
                (used.text().to_owned(), policy.map(|policy| policy.text.to_string()))
            });
            uses.collect()
        });
        images.collect()
    }
}

/// A file with findings.
struct Subject<'g> {
    id: FileId,
    file: &'g SourceFile,
    path: PathBuf,
    /// The path as it is shown.
    shown: &'g str,
    text: String,
    findings: &'g [Finding],
    /// The lines that are left alone.
    refused: HashSet<usize>,
    edited: Edited,
}

impl Subject<'_> {
    fn edit(&mut self, words: &str) {
        self.edited = edit(self.file, &self.text, self.findings, words, &self.refused);
    }

    /// Leaves alone the line that a byte of the new text stands for; all if that is none with a
    /// finding, or was left alone before.
    fn refuse(&mut self, byte: Option<usize>) {
        let lines = LineIndex::new(&self.text);
        let line_of = |finding: &Finding| lines.line_of(finding.at.span.start);
        let line = byte.map(|byte| lines.line_of(Span::of(0..self.edited.origin(byte)).end));
        let line = line.filter(|line| self.findings.iter().any(|found| line_of(found) == *line));
        let is_new = line.is_some_and(|line| self.refused.insert(line));
        if !is_new {
            self.refused.extend(self.findings.iter().map(line_of));
        }
    }

    fn is_template(&self) -> bool {
        self.file.facts.template.is_some()
    }

    /// What is left of the findings, by rule and by place in the new text.
    fn left(&self) -> HashSet<(&'static str, usize)> {
        let places = self.edited.places();
        let left = self.edited.left.iter().filter_map(|(number, _)| self.findings.get(*number));
        left.map(|found| (found.rule, places.of_byte(found.at.span.range().start))).collect()
    }
}

/// Writes a comment for each finding that one can hide. Gives back what can be read once only, and
/// whether anything stood in the way.
pub fn add(args: &CheckArgs, configs: &Configs, words: &str) -> Result<(Texts, bool), Failure> {
    let gathered = gather_with(&args.input, configs, &Texts::default());
    let before = Run::of(&gathered, args)?;
    let (mut subjects, mut left) = (Vec::new(), Left::default());
    let mut trouble = Vec::new();
    for (file, id) in gathered.project.files().iter().zip((0..).map(FileId)) {
        let number = id.0 as usize;
        let judged = before.judged.get(number).filter(|judged| !judged.findings.is_empty());
        let (Some(judged), Some(source)) = (judged, gathered.sources.get(number)) else { continue };
        let (findings, shown) = (judged.findings.as_slice(), source.path.as_str());
        let Some(path) = source.path_on_disk() else {
            left.add(shown, Why::NoFile, findings.len());
            continue;
        };
        match source.text() {
            Ok(text) => {
                let (path, refused, edited) =
                    (path.to_path_buf(), HashSet::new(), Edited::default());
                subjects.push(Subject { id, file, path, shown, text, findings, refused, edited });
            }
            Err(error) => trouble.push(format!("cannot read `{shown}`: {}", reason(&error))),
        }
    }
    let once = gathered.read_once();
    settle(&mut subjects, &before, args, configs, (&once, words))?;
    trouble.extend(write(&subjects));
    for subject in &subjects {
        subject.edited.left.iter().for_each(|(_, why)| left.add(subject.shown, *why, 1));
    }
    left.tell();
    complain(&trouble);
    Ok((once, !trouble.is_empty()))
}

/// How often comments that do not work are taken back one by one, before whole files are.
const ROUNDS: usize = 4;

/// How many lines of a file are taken back in one round before the whole file is.
const MOST_LINES: usize = 64;

/// Writes comments in memory until all of them hide what they should and change nothing else.
fn settle(
    subjects: &mut [Subject<'_>],
    before: &Run<'_>,
    args: &CheckArgs,
    configs: &Configs,
    (once, words): (&Texts, &str),
) -> Result<(), Failure> {
    let images = before.images();
    for round in 0.. {
        subjects.par_iter_mut().for_each(|subject| subject.edit(words));
        let edited = subjects.iter().filter(|subject| subject.edited.comments > 0);
        let edited = edited.map(|subject| (subject.path.clone(), subject.edited.text.clone()));
        let edited: HashMap<_, _> = edited.collect();
        if edited.is_empty() {
            return Ok(());
        }
        let gathered = gather_with(&args.input, configs, &once.with(edited));
        let after = Run::of(&gathered, args)?;
        if round > 2 * ROUNDS {
            break;
        }
        if !refuse_failures(subjects, before, &after, &images, round >= ROUNDS) {
            return Ok(());
        }
    }
    Err(Failure::said("no comment was written, since they would change what is deployed"))
}

/// Leaves lines alone whose comments did not work; tells whether there are any.
fn refuse_failures(
    subjects: &mut [Subject<'_>],
    before: &Run<'_>,
    after: &Run<'_>,
    images: &[Vec<(String, Option<String>)>],
    by_file: bool,
) -> bool {
    let images_after = after.images();
    let is_changed = |id: FileId| images.get(id.0 as usize) != images_after.get(id.0 as usize);
    let said = |run: &Run<'_>, id: FileId| -> Vec<(&'static str, usize)> {
        let judged = run.judged.get(id.0 as usize);
        let findings = judged.into_iter().flat_map(|judged| &judged.findings);
        findings.map(|finding| (finding.rule, finding.at.span.range().start)).collect()
    };
    let mut failed = false;
    let mut own = HashSet::new();
    for subject in subjects.iter_mut().filter(|subject| subject.edited.comments > 0) {
        own.insert(subject.id);
        let left = subject.left();
        let found = said(after, subject.id);
        let more: Vec<_> = found.into_iter().filter(|found| !left.contains(found)).collect();
        let by_file = by_file || more.len() > MOST_LINES;
        for (_, byte) in more.iter().take(MOST_LINES) {
            subject.refuse(Some(*byte).filter(|_| !by_file));
        }
        if is_changed(subject.id) && more.is_empty() {
            subject.refuse(None);
        }
        failed |= is_changed(subject.id) || !more.is_empty();
    }
    if failed {
        return true;
    }
    let files = before.gathered.project.files().len().max(after.gathered.project.files().len());
    let mut others = (0..).map(FileId).take(files).filter(|id| !own.contains(id));
    if !others.any(|id| is_changed(id) || said(before, id) != said(after, id)) {
        return false;
    }
    // What a template prints may stand in others; nothing else of a file does.
    let are_templates =
        subjects.iter().any(|subject| subject.edited.comments > 0 && subject.is_template());
    for subject in subjects.iter_mut().filter(|subject| subject.is_template() || !are_templates) {
        subject.refuse(None);
    }
    true
}

/// Writes the files, and tells how many comments in how many; returns what went wrong.
fn write(subjects: &[Subject<'_>]) -> Vec<String> {
    let (mut comments, mut files, mut trouble) = (0, 0, Vec::new());
    for subject in subjects.iter().filter(|subject| subject.edited.comments > 0) {
        match replace(&subject.path, subject.edited.text.as_bytes()) {
            Ok(()) => {
                comments += subject.edited.comments;
                files += 1;
            }
            Err(error) => {
                trouble.push(format!("cannot write `{}`: {}", subject.shown, reason(&error)));
            }
        }
    }
    let (comments, files) = (counted(comments, "comment"), counted(files, "file"));
    let _ = writeln!(io::stderr(), "wrote {comments} in {files}");
    trouble
}

/// How many findings were left in each file, and why.
#[derive(Default)]
struct Left<'p>(BTreeMap<(&'p str, Why), usize>);

impl<'p> Left<'p> {
    fn add(&mut self, path: &'p str, why: Why, count: usize) {
        *self.0.entry((path, why)).or_default() += count;
    }

    fn tell(&self) {
        for ((path, why), count) in &self.0 {
            let (findings, were) =
                (counted(*count, "finding"), if *count == 1 { "was" } else { "were" });
            complain(&[format!("{findings} in `{path}` {were} left: {why}")]);
        }
        if !self.0.is_empty() {
            let advice = "for what is left there are the annotation `pullcheck.dev/ignore`, `overrides` in the configuration, and `pullcheck baseline create`";
            complain(&[advice.to_owned()]);
        }
    }
}
