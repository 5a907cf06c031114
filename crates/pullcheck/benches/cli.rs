//! What the program does around the core, on one thread: `cargo bench -p pullcheck`. The trees lie in
//! a temporary folder and are read from the cache of the system.

#![expect(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]

use std::path::{Path, PathBuf};

use clap::Parser;
use divan::{Bencher, counter::ItemsCount};
use pullcheck::{
    args::Cli,
    config::Configs,
    discover::{Exclude, discover},
    gather::{Gathered, gather},
    input::with_file,
    render::{self, Outcome, Style},
    run::{self, Summary},
};
use pullcheck_core::finding::Severity;
use rayon::ThreadPoolBuilder;
use tempfile::TempDir;
use trees::Shape;

/// Files of the tree that is walked and read.
const FILES: usize = 2_000;
/// Findings that are drawn.
const FINDINGS: usize = 2_000;

const NOTHING: Exclude<'static> = &|_| Box::new(|_, _| false);

fn main() {
    ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    divan::main();
}

#[divan::bench(max_time = 3)]
fn walk(bencher: Bencher<'_, '_>) {
    let tree = tree(Shape::Mixed, FILES);
    let paths = [tree.path().to_path_buf()];
    bencher.counter(ItemsCount::new(FILES)).bench_local(|| discover(&paths, NOTHING, false));
}

#[divan::bench(max_time = 3)]
fn read_files(bencher: Bencher<'_, '_>) {
    let tree = tree(Shape::Mixed, FILES);
    let found = discover(&[tree.path().to_path_buf()], NOTHING, false);
    let paths: Vec<PathBuf> = found.files.into_iter().map(|found| found.path).collect();
    bencher.counter(ItemsCount::new(FILES)).bench_local(|| {
        for path in &paths {
            with_file(path, u64::MAX, |input, _| drop(input));
        }
    });
}

/// From the arguments to the facts of a project.
#[divan::bench(args = [(Shape::Mixed, FILES), (Shape::Findings, FINDINGS)], max_time = 3)]
fn gather_facts(bencher: Bencher<'_, '_>, (shape, count): (Shape, usize)) {
    let tree = tree(shape, count);
    let files = gathered(&tree).sources.len();
    bencher.counter(ItemsCount::new(files)).bench_local(|| gathered(&tree));
}

#[divan::bench(max_time = 3)]
fn render_concise(bencher: Bencher<'_, '_>) {
    render(bencher, true);
}

#[divan::bench(max_time = 3)]
fn render_pretty(bencher: Bencher<'_, '_>) {
    render(bencher, false);
}

fn render(bencher: Bencher<'_, '_>, is_concise: bool) {
    let tree = tree(Shape::Findings, FINDINGS);
    let gathered = gathered(&tree);
    let resolved = run::resolve(&gathered.project);
    let judged = run::judge_all(&gathered, &resolved);
    let summary = Summary::of(&resolved, &judged);
    assert_eq!(summary.errors + summary.warnings, FINDINGS);
    let thresholds = vec![Severity::Warning; judged.len()];
    let outcome = Outcome {
        gathered: &gathered,
        resolved: &resolved,
        judged: &judged,
        thresholds: &thresholds,
        summary,
    };
    bencher.counter(ItemsCount::new(FINDINGS)).bench_local(|| {
        let mut out = Vec::new();
        render::drawn(outcome, is_concise, Style::PLAIN, &mut out).unwrap();
        out
    });
}

fn tree(shape: Shape, count: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    trees::write(folder.path(), shape.files(count, 1)).unwrap();
    folder
}

fn gathered(tree: &TempDir) -> Gathered {
    let arguments = Cli::parse_from([Path::new("pullcheck"), tree.path()]);
    gather(&arguments.check.input, &Configs::discovered())
}
