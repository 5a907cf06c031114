//! Our YAML tree against `serde_yaml`, on real files: the same values, and how fast.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use pullcheck_core::yaml;
use pullcheck_fuzz::oracle;
use regex::Regex;
use serde_yaml::Value;
use walkdir::WalkDir;

/// How often the files are parsed; the medians are printed.
const ROUNDS: usize = 5;

/// How many places are printed of each cause.
const SHOWN: usize = 5;

/// What became of the documents.
#[derive(Debug, Default)]
struct Tally {
    documents: usize,
    same: usize,
    different: Causes,
    only_ours: Causes,
    only_theirs: Causes,
    neither: Causes,
}

/// The places of documents, by what the readers say of them.
type Causes = BTreeMap<String, Vec<String>>;

/// Compares all YAML below a directory. Fails if a value differs or only `serde_yaml` reads a file.
pub fn run(directory: &Path) -> ExitCode {
    let texts = texts(directory);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let mut tally = Tally::default();
    for (path, text) in &texts {
        compare(path, text, &mut tally);
    }
    let mut out = io::stdout().lock();
    let count = |causes: &Causes| causes.values().map(Vec::len).sum::<usize>();
    let Tally { documents, same, different, only_ours, only_theirs, neither } = &tally;
    let _ = writeln!(
        out,
        "{} files, {documents} documents, {:.1} MB: {same} same, {} different, {} only ours, {} only serde_yaml's, {} neither",
        texts.len(),
        megabytes(bytes),
        count(different),
        count(only_ours),
        count(only_theirs),
        count(neither)
    );
    for (what, causes, shown) in [
        ("different", different, SHOWN),
        ("only ours, for serde_yaml says", only_ours, SHOWN),
        ("only serde_yaml's, for ours says", only_theirs, SHOWN),
        ("neither, for ours says", neither, 0),
    ] {
        for (cause, places) in causes {
            let _ = writeln!(out, "{}\t{what}: {cause}", places.len());
            for place in places.iter().take(shown) {
                let _ = writeln!(out, "\t\t{place}");
            }
        }
    }
    let ours = median(|| each_document(&texts, |text| drop(yaml::parse(text, 0..text.len()))));
    let theirs = median(|| each_document(&texts, |text| drop(serde_yaml::from_str::<Value>(text))));
    for (name, time) in [("our tree", ours), ("serde_yaml", theirs)] {
        let rate = megabytes(bytes) / time.as_secs_f64();
        let _ = writeln!(out, "{name}: {:.3} s, {rate:.1} MB/s", time.as_secs_f64());
    }
    ExitCode::from(u8::from(!different.is_empty() || !only_theirs.is_empty()))
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
        let (causes, cause) = match (ours, theirs) {
            (Ok(tree), Ok(value)) => match oracle::difference(&tree, &value) {
                None => {
                    tally.same += 1;
                    continue;
                }
                Some(difference) => (&mut tally.different, difference.cause.to_string()),
            },
            (Ok(_), Err(error)) => (&mut tally.only_ours, without_place(&error.to_string())),
            (Err(error), Ok(_)) => (&mut tally.only_theirs, error.cause),
            (Err(error), Err(_)) => (&mut tally.neither, error.cause),
        };
        causes.entry(cause).or_default().push(place);
    }
}

/// A complaint of `serde_yaml` without the places and names in it.
fn without_place(complaint: &str) -> String {
    let Ok(places) = Regex::new(r#"^.*?: (duplicate)| at line .*| at position .*|"[^"]*""#) else {
        return complaint.to_owned();
    };
    places.replace_all(complaint, "$1").trim().to_owned()
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
