//! Where the time of a check goes: each stage by itself, through the functions that the program calls.

use std::{
    hint::black_box,
    io::{self, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use memchr::memmem;
use pullcheck::{
    args::Cli,
    config::Configs,
    discover::discover,
    gather::{excluded_by, gather},
    input::{Input, with_file},
    render::{self, Outcome, Style},
    run::{self, Summary},
};
use pullcheck_core::{
    extract::extract, finding::Severity, path::LogicalPath, settings::Settings, yaml,
};
use rayon::prelude::*;

/// How often each stage is run; the medians are printed.
const ROUNDS: usize = 5;

/// The stages of one run, in the order in which the data goes through them; the last one takes the
/// place of the one before it.
type Stages = Vec<(&'static str, Duration)>;

/// Prints the stages of a check of a directory.
pub fn run(directory: &Path) -> io::Result<bool> {
    optimised()?;
    io::stdout().write_all(table(directory)?.as_bytes())?;
    Ok(true)
}

/// Refuses to measure what was built to be debugged: the stages are part of this very program.
pub fn optimised() -> io::Result<()> {
    if cfg!(debug_assertions) {
        let sentence =
            "nothing is measured in a debug build: `cargo run --profile dist -p xtask -- …`";
        return Err(io::Error::other(sentence));
    }
    Ok(())
}

/// The stages of a check as a table, on one thread and on all.
pub fn table(directory: &Path) -> io::Result<String> {
    let all = std::thread::available_parallelism()?.get();
    let (one, all_of_them) = (on_threads(directory, 1)?, on_threads(directory, all)?);
    let whole = |stages: &Stages| stages.iter().rev().skip(1).map(|(_, took)| *took).sum();
    let (whole_one, whole_all): (Duration, Duration) = (whole(&one), whole(&all_of_them));
    let cells = |took: Duration, whole: Duration| {
        let share = 100.0 * took.as_secs_f64() / whole.as_secs_f64();
        format!("{:.1} ms | {share:.1} %", took.as_secs_f64() * 1e3)
    };
    let mut text = format!(
        "| stage | 1 thread | share | {all} threads | share |\n| --- | ---: | ---: | ---: | ---: |\n"
    );
    for ((name, one), (_, all)) in one.iter().zip(&all_of_them) {
        text += &format!("| {name} | {} | {} |\n", cells(*one, whole_one), cells(*all, whole_all));
    }
    let sums = (cells(whole_one, whole_one), cells(whole_all, whole_all));
    text += &format!("| all, with one way to render | {} | {} |\n", sums.0, sums.1);
    Ok(text)
}

fn on_threads(directory: &Path, threads: usize) -> io::Result<Stages> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map(|pool| pool.install(|| stages(directory))).map_err(io::Error::other)
}

/// Takes the time of each stage. What one stage makes is at hand for the next and is not counted twice:
/// a stage that can only be run together with those before it is what it takes beyond them.
fn stages(directory: &Path) -> Stages {
    let configs = Configs::discovered();
    let arguments = Cli::parse_from([Path::new("pullcheck"), directory]).check.input;
    let walk = || discover(&arguments.paths, &excluded_by(&configs), false).files;
    let paths: Vec<PathBuf> = walk().into_iter().map(|found| found.path).collect();
    let read_one = |path: &PathBuf| {
        with_file(path, u64::MAX, |input, _| match input {
            Input::Text(text) => Some((path.clone(), text.into_owned())),
            Input::Skipped(_) | Input::Refused(_) => None,
        })
    };
    let read_all = || paths.par_iter().filter_map(read_one).collect::<Vec<_>>();
    let texts = read_all();
    let settings: Arc<Settings> = configs.settings_for(directory).unwrap_or_default();
    let extract_one = |(path, text): &(PathBuf, String)| {
        extract(&LogicalPath::new(path.to_string_lossy().into_owned()), text, &settings)
    };

    let walk = median(walk);
    let read = median(read_all);
    let split = median(|| texts.par_iter().map(|(_, text)| documents(text).count()).sum::<usize>());
    let parsed = median(|| texts.par_iter().for_each(|(_, text)| parse(text)));
    let extracted = median(|| texts.par_iter().map(extract_one).collect::<Vec<_>>());
    let gathered = median(|| gather(&arguments, &configs));
    drop(texts);

    let at_hand = gather(&arguments, &configs);
    let resolve = median(|| run::resolve(&at_hand.project));
    let resolved = run::resolve(&at_hand.project);
    let judge = median(|| run::judge_all(&at_hand, &resolved));
    let judged = run::judge_all(&at_hand, &resolved);
    let thresholds = vec![Severity::Warning; judged.len()];
    let outcome = Outcome {
        gathered: &at_hand,
        resolved: &resolved,
        judged: &judged,
        thresholds: &thresholds,
        summary: Summary::of(&resolved, &judged),
    };
    let draw =
        |is_concise| median(|| render::drawn(outcome, is_concise, Style::PLAIN, &mut io::sink()));
    vec![
        ("walk: list folders, obey `.gitignore`", walk),
        ("read: open and read files", read),
        ("split: find documents, and the word `image` in them", split),
        ("parse: trees of the documents with that word", parsed.saturating_sub(split)),
        ("extract: the rest of it, from trees to facts", extracted.saturating_sub(parsed)),
        (
            "gather: the rest of it, configuration and what lies beside",
            gathered.saturating_sub(walk + read + extracted),
        ),
        ("resolve: kustomizations and charts", resolve),
        ("judge", judge),
        ("render, pretty", draw(false)),
        ("render, concise, in place of pretty", draw(true)),
    ]
}

/// The documents of a text that name an image in some way: nearly those that the program parses.
fn documents(text: &str) -> impl Iterator<Item = Range<usize>> {
    yaml::documents(text).filter(|part| {
        let document = text.get(part.clone()).unwrap_or_default().as_bytes();
        let names = |word: &str| memmem::find(document, word.as_bytes()).is_some();
        // A definition names images in its schema alone.
        names("image") && !names("\nkind: CustomResourceDefinition")
    })
}

fn parse(text: &str) {
    for part in documents(text) {
        let _ = black_box(yaml::parse(text, part));
    }
}

/// How long a piece of work takes; what it returns is freed outside of that time.
fn median<T>(work: impl Fn() -> T) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let made = black_box(work());
            let took = start.elapsed();
            drop(made);
            took
        })
        .collect();
    times.sort_unstable();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}
