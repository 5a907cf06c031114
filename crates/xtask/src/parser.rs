//! Our YAML tree against `serde_yaml`, on real files: the same values, and how fast.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use pullcheck_core::yaml::{self, Node, ScalarKind};
use serde_yaml::Value;
use walkdir::WalkDir;

/// How often the files are parsed; the medians are printed.
const ROUNDS: usize = 5;

#[derive(Debug, Default)]
struct Tally {
    documents: usize,
    same: usize,
    different: Vec<String>,
    only_ours: usize,
    only_theirs: Vec<String>,
    neither: usize,
}

/// Compares all YAML below a directory. Fails if a value differs or only `serde_yaml` reads a file.
pub fn run(directory: &Path) -> ExitCode {
    let texts = texts(directory);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let mut tally = Tally::default();
    for (path, text) in &texts {
        compare(path, text, &mut tally);
    }
    let mut out = io::stdout().lock();
    for place in tally.different.iter().chain(&tally.only_theirs) {
        let _ = writeln!(out, "look at {place}");
    }
    let _ = writeln!(
        out,
        "{} files, {} documents, {:.1} MB: {} same, {} different, {} only ours, {} only serde_yaml's, {} neither",
        texts.len(),
        tally.documents,
        megabytes(bytes),
        tally.same,
        tally.different.len(),
        tally.only_ours,
        tally.only_theirs.len(),
        tally.neither
    );
    let ours = median(|| each_document(&texts, |text| drop(yaml::parse(text, 0..text.len()))));
    let theirs = median(|| each_document(&texts, |text| drop(serde_yaml::from_str::<Value>(text))));
    for (name, time) in [("our tree", ours), ("serde_yaml", theirs)] {
        let rate = megabytes(bytes) / time.as_secs_f64();
        let _ = writeln!(out, "{name}: {:.3} s, {rate:.1} MB/s", time.as_secs_f64());
    }
    ExitCode::from(u8::from(!tally.different.is_empty() || !tally.only_theirs.is_empty()))
}

fn texts(directory: &Path) -> Vec<(PathBuf, String)> {
    WalkDir::new(directory)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml")
        })
        .filter_map(|entry| Some((entry.path().to_owned(), fs::read_to_string(entry.path()).ok()?)))
        .collect()
}

fn each_document(texts: &[(PathBuf, String)], parse: impl Fn(&str)) {
    for (_, text) in texts {
        for part in yaml::documents(text) {
            parse(text.get(part).unwrap_or_default());
        }
    }
}

fn compare(path: &Path, text: &str, tally: &mut Tally) {
    for part in yaml::documents(text) {
        let place = format!("{}, byte {}", path.display(), part.start);
        let document = text.get(part).unwrap_or_default();
        let ours = yaml::parse(document, 0..document.len());
        let theirs = serde_yaml::from_str::<Value>(document);
        tally.documents += 1;
        match (ours, theirs) {
            (Ok(tree), Ok(value)) => match tree.roots().next() {
                Some(root) if !same(root, &value) => tally.different.push(place),
                None if !value.is_null() => tally.different.push(place),
                _ => tally.same += 1,
            },
            (Ok(_), Err(_)) => tally.only_ours += 1,
            (Err(_), Ok(_)) => tally.only_theirs.push(place),
            (Err(_), Err(_)) => tally.neither += 1,
        }
    }
}

/// Whether a node holds what a value does. Merge keys stand in both as they are written.
fn same(node: Node<'_>, value: &Value) -> bool {
    match value {
        Value::Sequence(items) => {
            node.is_sequence()
                && node.items().count() == items.len()
                && node.items().zip(items).all(|(node, item)| same(node, item))
        }
        Value::Mapping(map) => {
            node.is_mapping()
                && node.entries().count() == map.len()
                && node
                    .entries()
                    .zip(map)
                    .all(|((key, node), (name, value))| same(key, name) && same(node, value))
        }
        Value::Null => matches!(node.scalar(), Some((_, ScalarKind::Null))),
        Value::String(text) => node.scalar().is_some_and(|(value, _)| value == text),
        // YAML 1.1 and 1.2 write numbers and booleans differently; the text is kept.
        Value::Bool(_) | Value::Number(_) => node.scalar().is_some(),
        Value::Tagged(tagged) => same(node, &tagged.value),
    }
}

fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
