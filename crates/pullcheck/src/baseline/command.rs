//! The commands `baseline create`, `update` and `prune`.

use std::{
    cmp::{max, min},
    collections::HashSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Baselines, Source,
    coverage::Coverage,
    file::{Baseline, Counts},
};
use pullcheck_core::pins::Pins;

use crate::{
    args::{BaselineArgs, BaselineCommand, RuleArgs, STDIN},
    clean::clean_line,
    command::{CLEAN, Failure, Pool, TROUBLE, complain, configs, show_config_errors, tell_trouble},
    config::{BASELINE, Configs},
    context::Root,
    gather,
    input::reason,
    paths::{absolute, shown},
    run::{judge_all, resolve},
    write::replace,
};

/// What is done with a baseline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Create,
    Update,
    Prune,
}

/// Writes what is found now.
pub fn run(command: &BaselineCommand) -> Result<u8, Failure> {
    let (task, args) = match command {
        BaselineCommand::Create(args) => (Task::Create, args),
        BaselineCommand::Update(args) => (Task::Update, args),
        BaselineCommand::Prune(args) => (Task::Prune, args),
    };
    let rules = RuleArgs { selection: args.selection.clone(), ..RuleArgs::default() };
    let configs = configs(&args.input, &rules, Pins::default())?;
    let mut baselines = wanted(task, args, &configs)?;
    let pool = Pool::of(&args.input)?;
    let gathered = pool.run(|| gather::gather(&args.input, &configs));
    let resolved = pool.run(|| resolve(&gathered.project));
    let judged = pool.run(|| judge_all(&gathered, &resolved));
    baselines.open_all(&gathered, &args.input.paths);
    let (mut found, outside) = pool.run(|| baselines.count(&gathered, &resolved, &judged));
    show_config_errors(baselines.errors());
    let troubled = tell_trouble(&gathered, &[], &configs) || !baselines.errors().is_empty();
    if task == Task::Create {
        if troubled {
            return Err(Failure::said("no baseline was written, since not all could be read"));
        }
        let own = found.remove(&0).unwrap_or_default();
        let left: u32 = found.values().flat_map(Counts::values).sum();
        create(&baselines, own, outside + left as usize)?;
        return Ok(CLEAN);
    }
    let usable = || baselines.files.iter().enumerate().filter(|(_, known)| !known.is_broken);
    if usable().next().is_none() && !troubled {
        return Err(Failure::said("there is no baseline; `pullcheck baseline create` writes one"));
    }
    let coverage = Coverage::of(&args.input, &configs, &gathered, &resolved);
    for (number, known) in usable() {
        let found = found.remove(&number).unwrap_or_default();
        bring_up_to_date(task, known, &found, &coverage)?;
    }
    if task == Task::Update && outside > 0 {
        let lie = if outside == 1 { "finding lies" } else { "findings lie" };
        complain(&[format!("{outside} {lie} below no baseline")]);
    }
    Ok(if troubled { TROUBLE } else { CLEAN })
}

/// The baselines that a task is about, as far as they are known before anything is read.
fn wanted(task: Task, args: &BaselineArgs, configs: &Configs) -> Result<Baselines, Failure> {
    match (task, &args.baseline) {
        (Task::Update | Task::Prune, Some(path)) => Baselines::named(path),
        (Task::Update | Task::Prune, None) => Ok(Baselines::new(Source::Nearest)),
        (Task::Create, path) => {
            let place = path.as_deref().map_or_else(|| new_place(args, configs), absolute);
            if fs::symlink_metadata(&place).is_ok() {
                let path = shown(&place);
                let advice = "`pullcheck baseline update` brings it up to date";
                return Err(Failure::said(format!("`{path}` exists already; {advice}")));
            }
            let baseline = Baseline::empty(place);
            if path.is_some() {
                return Ok(Baselines::only(baseline));
            }
            let mut baselines = Baselines::new(Source::Nearest);
            baselines.add(baseline);
            Ok(baselines)
        }
    }
}

/// Where a new baseline is found again from the first given path: beside its configuration, else in
/// the root of its repository, else in the current directory, else in its own folder.
fn new_place(args: &BaselineArgs, configs: &Configs) -> PathBuf {
    let is_stdin = |path: &&PathBuf| path.as_os_str() == STDIN;
    let paths = args.input.paths.iter().filter(|path| !is_stdin(path));
    let first = paths.chain(&args.input.stdin_filename).next();
    let first = absolute(first.map_or(Path::new("."), PathBuf::as_path));
    let own = if first.is_dir() { Some(first.as_path()) } else { first.parent() };
    let own = own.unwrap_or(&first).to_path_buf();
    let places = [configs.folder_above(&first), Some(Root::of(&first).folder)];
    let place = places.into_iter().flatten().find(|folder| own.starts_with(folder));
    place.unwrap_or(own).join(BASELINE)
}

fn create(baselines: &Baselines, found: Counts, left: usize) -> Result<(), Failure> {
    let Some(planned) = baselines.files.first() else { return Ok(()) };
    let baseline = Baseline { entries: found, ..Baseline::empty(planned.path.clone()) };
    write(&baseline)?;
    say(&format!("wrote {}", size_and_place(&baseline, "to")));
    if left > 0 {
        let (were, lie) =
            if left == 1 { ("finding was", "it lies") } else { ("findings were", "they lie") };
        complain(&[format!("{left} {were} left out: {lie} elsewhere, or below another baseline")]);
    }
    Ok(())
}

/// Brings a baseline to what was found, where that is known.
fn bring_up_to_date(
    task: Task,
    known: &Baseline,
    found: &Counts,
    coverage: &Coverage<'_>,
) -> Result<(), Failure> {
    let mut entries = if task == Task::Update { found.clone() } else { Counts::new() };
    for (key, &count) in &known.entries {
        let now = found.get(key).copied().unwrap_or_default();
        let is_settled = now < count && coverage.is_settled(&known.file_of(key), &key.rule);
        let count = match (task, is_settled) {
            (Task::Create | Task::Update, true) => now,
            (Task::Create | Task::Update, false) => max(now, count),
            (Task::Prune, true) => min(now, count),
            (Task::Prune, false) => count,
        };
        entries.insert(key.clone(), count);
    }
    entries.retain(|_, count| *count > 0);
    let baseline = Baseline { entries, ..Baseline::empty(known.path.clone()) };
    if baseline.entries == known.entries {
        say(&format!("nothing to change: {}", size_and_place(&baseline, "in")));
        return Ok(());
    }
    write(&baseline)?;
    say(&format!("wrote {}{}", size_and_place(&baseline, "to"), changes(known, &baseline)));
    Ok(())
}

/// What has become of the entries, to go on a sentence with.
fn changes(before: &Baseline, now: &Baseline) -> String {
    let keys = |baseline: &Baseline| baseline.entries.keys().cloned().collect::<HashSet<_>>();
    let (old, new) = (keys(before), keys(now));
    let changed =
        old.intersection(&new).filter(|key| before.entries.get(key) != now.entries.get(key));
    let counts = [
        (new.difference(&old).count(), "added"),
        (old.difference(&new).count(), "taken out"),
        (changed.count(), "counted anew"),
    ];
    let said = counts.into_iter().filter(|(n, _)| *n > 0);
    let said: Vec<_> = said.map(|(n, what)| format!("{n} {what}")).collect();
    format!(": {}", said.join(", "))
}

fn write(baseline: &Baseline) -> Result<(), Failure> {
    let path = shown(&baseline.path);
    let failed =
        |error: io::Error| Failure::said(format!("cannot write `{path}`: {}", reason(&error)));
    replace(&baseline.path, baseline.text().as_bytes()).map_err(failed)
}

fn size_and_place(baseline: &Baseline, preposition: &str) -> String {
    let (entries, path) = (baseline.entries.len(), shown(&baseline.path));
    let findings: u64 = baseline.entries.values().map(|count| u64::from(*count)).sum();
    let entry = if entries == 1 { "entry" } else { "entries" };
    let finding = if findings == 1 { "finding" } else { "findings" };
    format!("{entries} {entry} for {findings} {finding} {preposition} `{path}`")
}

fn say(sentence: &str) {
    let _ = writeln!(io::stderr(), "{}", clean_line(sentence));
}
