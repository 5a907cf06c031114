//! Which cases of the yaml-test-suite our parser accepts, against what the suite says and against what
//! Kubernetes accepts.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
};

use pullcheck_core::yaml;
use walkdir::WalkDir;

/// What stands in a folder of a case: a text, and, if it is not YAML, an empty file.
const TEXT: &str = "in.yaml";
const ERROR: &str = "error";

/// Why a text is refused; nothing where it is accepted.
type Refusal = Option<String>;

/// Compares the acceptance of all cases below a directory. The table says what Kubernetes makes of
/// them: separated by tabs, the name of a case, then `ok` or why it is refused.
pub fn run(directory: &Path, table: Option<&Path>) -> io::Result<bool> {
    let (mut ours, mut suite) = (BTreeMap::new(), BTreeMap::new());
    for entry in WalkDir::new(directory) {
        let entry = entry?;
        let Some(folder) = entry.path().parent().filter(|_| entry.file_name() == TEXT) else {
            continue;
        };
        let name = folder.strip_prefix(directory).unwrap_or(folder).display().to_string();
        ours.insert(name.clone(), refusal(&fs::read_to_string(entry.path())?));
        let is_error = folder.join(ERROR).exists();
        suite.insert(name, is_error.then(|| "no YAML".to_owned()));
    }
    compare("the suite", &ours, &suite)?;
    if let Some(table) = table {
        compare("Kubernetes", &ours, &rows(&fs::read_to_string(table)?))?;
    }
    Ok(true)
}

/// Why one of the documents of a text is refused.
fn refusal(text: &str) -> Refusal {
    let mut parsed = yaml::documents(text).map(|part| yaml::parse(text, part));
    parsed.find_map(Result::err).map(|error| error.cause)
}

fn rows(table: &str) -> BTreeMap<String, Refusal> {
    let rows = table.lines().filter_map(|line| {
        let (name, rest) = line.split_once('\t')?;
        let said = rest.split('\t').next().unwrap_or_default();
        Some((name.to_owned(), (said != "ok").then(|| said.to_owned())))
    });
    rows.collect()
}

/// Prints how many cases both, one or none of the two accept, and those that they do not agree on.
fn compare(
    name: &str,
    ours: &BTreeMap<String, Refusal>,
    theirs: &BTreeMap<String, Refusal>,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let both: Vec<_> =
        ours.iter().filter_map(|(case, ours)| Some((case, ours, theirs.get(case)?))).collect();
    let count = |one: bool, other: bool| {
        both.iter()
            .filter(|(_, ours, theirs)| (ours.is_none(), theirs.is_none()) == (one, other))
            .count()
    };
    writeln!(
        out,
        "{} cases: {} accepted by both, {} by ours only, {} by {name} only, {} by neither",
        both.len(),
        count(true, true),
        count(true, false),
        count(false, true),
        count(false, false)
    )?;
    for (case, ours, theirs) in both {
        match (ours, theirs) {
            (None, Some(why)) => writeln!(out, "{case}\tours only; {name}: {why}")?,
            (Some(why), None) => writeln!(out, "{case}\t{name} only; ours: {why}")?,
            _ => {}
        }
    }
    Ok(())
}
