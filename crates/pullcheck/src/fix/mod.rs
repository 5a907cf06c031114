//! `check --fix`: mends what was found, in rounds, until nothing is left that can be mended.
//!
//! All of it happens in memory; files are written at the end, each as a whole.

mod show;

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use pullcheck_core::{
    finding::Finding,
    fix::{Change, Fixer, Refusal, Safety, replaced},
    judge::Judged,
    span::{FileId, Span},
};
use rayon::prelude::*;

use crate::{
    args::CheckArgs,
    baseline::Baselines,
    command::Failure,
    config::Configs,
    gather::{Gathered, Texts, gather_with},
    input::reason,
    paths::absolute,
    render::counted,
    run::{judge_all, resolve},
    write::replace,
};

/// How often what was mended is judged again: one fix may make room for another.
const ROUNDS: usize = 10;

/// The changes of one fix, each at its place.
pub type Edits<'f> = Vec<(Span, &'f Change)>;

/// A file that fixes change.
#[derive(Debug)]
pub struct FixedFile {
    /// Where it is; nothing for standard input.
    pub path: Option<PathBuf>,
    /// The path as it is shown.
    pub shown: String,
    /// The text as it was.
    pub before: String,
    /// The text as it is mended.
    pub after: String,
    /// How many findings were mended.
    pub count: usize,
}

/// What was mended, nothing of it written as yet.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The changed files, by path.
    pub files: Vec<FixedFile>,
    /// What could not be read again, one sentence each.
    pub trouble: Vec<String>,
    /// What a fix could not mend, and why, one sentence each.
    pub left: Vec<String>,
    /// What can be read once only, as it was.
    pub once: Texts,
}

/// Mends all that fixes of this safety, or a safer one, can mend.
///
/// # Errors
///
/// If a baseline cannot be used.
pub fn fix(args: &CheckArgs, configs: &Configs, safety: Safety) -> Result<Fixed, Failure> {
    let mut fixed: BTreeMap<String, FixedFile> = BTreeMap::new();
    let mut once = None;
    let mut last = Round::default();
    for _ in 0..ROUNDS {
        let known = once.take().unwrap_or_default();
        let texts = fixed.values().map(|file| (file.key(), file.after.clone()));
        let texts: HashMap<_, _> = texts.collect();
        let gathered = gather_with(&args.input, configs, &Texts::with(&known, texts));
        once = Some(if fixed.is_empty() { gathered.read_once() } else { known });
        let judged = judged(args, &gathered)?;
        last = round(&gathered, &judged, safety, &fixed);
        if last.mended.is_empty() {
            break;
        }
        for file in std::mem::take(&mut last.mended) {
            let before = fixed.get(&file.shown).map(|before| (before.before.clone(), before.count));
            let (before, count) = before.unwrap_or_else(|| (file.before.clone(), 0));
            fixed.insert(
                file.shown.clone(),
                FixedFile { before, count: count + file.count, ..file },
            );
        }
    }
    let (files, once) = (fixed.into_values().collect(), once.unwrap_or_default());
    Ok(Fixed { files, trouble: last.trouble, left: last.left, once })
}

/// What one round did.
#[derive(Default)]
struct Round {
    mended: Vec<FixedFile>,
    trouble: Vec<String>,
    left: Vec<String>,
}

impl FixedFile {
    /// What the text is known by when all is read again.
    fn key(&self) -> PathBuf {
        absolute(self.path.as_deref().unwrap_or(Path::new(&self.shown)))
    }

    /// Writes the file, unless it is standard input. Returns why that could not be done.
    #[must_use]
    pub fn write(&self) -> Option<String> {
        let error = replace(self.path.as_ref()?, self.after.as_bytes()).err()?;
        Some(format!("cannot write `{}`: {}", self.shown, reason(&error)))
    }
}

/// What is found, without what the baselines hold back.
fn judged(args: &CheckArgs, gathered: &Gathered) -> Result<Vec<Judged>, Failure> {
    let resolved = resolve(&gathered.project);
    let mut judged = judge_all(gathered, &resolved);
    Baselines::of(args)?.hold_back(gathered, &resolved, &mut judged);
    Ok(judged)
}

/// Mends each file once.
fn round(
    gathered: &Gathered,
    judged: &[Judged],
    safety: Safety,
    done: &BTreeMap<String, FixedFile>,
) -> Round {
    let numbered = (0..).map(FileId).zip(judged).collect::<Vec<_>>();
    let files = numbered.into_par_iter().filter_map(|(id, judged)| {
        let fixes: Vec<_> =
            judged.findings.iter().filter_map(|finding| edits(finding, id, safety)).collect();
        let source = gathered.sources.get(id.0 as usize).filter(|_| !fixes.is_empty())?;
        let known = done.get(&source.path).map(|file| Ok(file.after.clone()));
        Some(match known.unwrap_or_else(|| source.text()) {
            Ok(before) => {
                let (after, count, refusals) = mended(&before, &fixes);
                let path = source.path_on_disk().map(Path::to_path_buf);
                let shown = source.path.clone();
                Ok((FixedFile { path, shown, before, after, count }, refusals))
            }
            Err(error) => Err(format!("cannot fix `{}`: {}", source.path, reason(&error))),
        })
    });
    let mut round = Round::default();
    for file in files.collect::<Vec<_>>() {
        match file {
            Ok((file, _)) if file.count > 0 => round.mended.push(file),
            Ok((file, refusals)) => round.left.extend(sentences(&file.shown, &refusals)),
            Err(sentence) => round.trouble.push(sentence),
        }
    }
    round
}

/// How many findings of a file could not be mended, for each reason.
fn sentences(shown: &str, refusals: &[Refusal]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for refusal in refusals {
        *counts.entry(refusal.to_string()).or_default() += 1;
    }
    let sentence = |(why, count): (String, usize)| {
        let findings = counted(count, "finding");
        format!("{findings} in `{shown}` cannot be mended: {why}")
    };
    counts.into_iter().map(sentence).collect()
}

/// The edits of a finding's fix, if it is wanted and all of it lies in the file.
#[must_use]
pub fn edits(finding: &Finding, id: FileId, safety: Safety) -> Option<Edits<'_>> {
    let fix = finding.fix.as_ref().filter(|fix| fix.safety <= safety)?;
    let own = fix.edits.iter().all(|edit| edit.at.file == id);
    own.then(|| fix.edits.iter().map(|edit| (edit.at.span, &edit.change)).collect())
}

/// A text with all fixes that go together, how many these are, and what each of them meets if none can
/// be done.
#[must_use]
pub fn mended(text: &str, fixes: &[Edits<'_>]) -> (String, usize, Vec<Refusal>) {
    let reader = Fixer::new(text);
    let kept = together(&reader, fixes);
    match reader.verified(&kept.concat()) {
        Ok(replacements) if !kept.is_empty() => {
            (replaced(text, &replacements), kept.len(), Vec::new())
        }
        _ => {
            let refusals = fixes.iter().filter_map(|fix| reader.verified(fix).err());
            (text.to_owned(), 0, refusals.collect())
        }
    }
}

/// The fixes that go together. Of two that meet the first is kept; the other may follow in the next
/// round.
pub(crate) fn together<'f>(reader: &Fixer<'_>, fixes: &[Edits<'f>]) -> Vec<Edits<'f>> {
    // To see what can be written is cheap; to see what it then says, the text is read again.
    let written = by_halves(fixes, &|edits| reader.replacements(edits).is_ok());
    by_halves(&written, &|edits| reader.verified(edits).is_ok())
}

/// The fixes that hold as one, found by halves.
fn by_halves<'f>(
    fixes: &[Edits<'f>],
    hold: &impl Fn(&[(Span, &'f Change)]) -> bool,
) -> Vec<Edits<'f>> {
    if hold(&fixes.concat()) {
        return fixes.to_vec();
    }
    let (left, right) = fixes.split_at(fixes.len() / 2);
    if left.is_empty() {
        return Vec::new();
    }
    let left = by_halves(left, hold);
    let both = [left.clone(), by_halves(right, hold)].concat();
    if hold(&both.concat()) { both } else { left }
}
