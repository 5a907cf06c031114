//! What fixes change on real files: nothing but the values that they are for, and nothing twice.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;
use serde_yaml::Value;
use walkdir::WalkDir;

/// What differs between two documents, by what the last key on the way to it is called.
type Differences = BTreeMap<(&'static str, String), usize>;

/// Fixes a copy of a directory with all rules, by all fixes, and compares it with the original as
/// `serde_yaml` reads both. Tells whether a second run changed nothing, and no value went away.
pub fn run(directory: &Path, program: &Path) -> io::Result<bool> {
    let program = fs::canonicalize(program)?;
    let copy = tempfile::tempdir()?;
    let files = copied(directory, copy.path())?;
    fix(&program, copy.path())?;
    let mended = texts(copy.path(), &files)?;
    fix(&program, copy.path())?;
    let again = texts(copy.path(), &files)?;
    let unstable = mended.iter().zip(&again).filter(|(one, other)| one != other).count();
    let (mut changed, mut unread) = (0, 0);
    let mut differences = Differences::new();
    for (file, after) in files.iter().zip(&mended) {
        let before = fs::read(directory.join(file))?;
        if before == *after {
            continue;
        }
        changed += 1;
        match (documents(&before), documents(after)) {
            (Some(before), Some(after)) => compare_lists(&before, &after, "", &mut differences),
            _ => unread += 1,
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{changed} of {} files changed, {unread} of them not read by serde_yaml",
        files.len()
    )?;
    writeln!(out, "{unstable} files changed by a second run")?;
    for ((what, key), count) in &differences {
        writeln!(out, "{count:>6}  {what}  {key}")?;
    }
    Ok(unstable == 0 && differences.keys().all(|(what, _)| *what != "gone"))
}

fn copied(directory: &Path, copy: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry.map_err(io::Error::other)?;
        let Ok(path) = entry.path().strip_prefix(directory) else { continue };
        if entry.file_type().is_dir() {
            fs::create_dir_all(copy.join(path))?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), copy.join(path))?;
            files.push(path.to_path_buf());
        }
    }
    Ok(files)
}

fn texts(directory: &Path, files: &[PathBuf]) -> io::Result<Vec<Vec<u8>>> {
    files.iter().map(|file| fs::read(directory.join(file))).collect()
}

fn fix(program: &Path, directory: &Path) -> io::Result<()> {
    let arguments =
        ["check", ".", "--fix", "--unsafe-fixes", "--profile", "all", "--isolated", "--quiet"];
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).stdout(Stdio::null()).status().map(|_| ())
}

fn documents(text: &[u8]) -> Option<Vec<Value>> {
    serde_yaml::Deserializer::from_slice(text)
        .map(|document| Value::deserialize(document).ok())
        .collect()
}

fn compare(before: &Value, after: &Value, key: &str, found: &mut Differences) {
    let mut note = |what| *found.entry((what, key.to_owned())).or_default() += 1;
    match (before, after) {
        (Value::Mapping(before), Value::Mapping(after)) => {
            for (name, value) in before {
                let name_text = name.as_str().unwrap_or_default();
                match after.get(name) {
                    Some(other) => compare(value, other, name_text, found),
                    None => *found.entry(("gone", name_text.to_owned())).or_default() += 1,
                }
            }
            for name in after.keys().filter(|name| !before.contains_key(name)) {
                let name = name.as_str().unwrap_or_default().to_owned();
                *found.entry(("added", name)).or_default() += 1;
            }
        }
        (Value::Sequence(before), Value::Sequence(after)) => {
            compare_lists(before, after, key, found);
        }
        (before, after) if before == after => {}
        (_, Value::String(_)) => note("changed"),
        _ => note("gone"),
    }
}

fn compare_lists(before: &[Value], after: &[Value], key: &str, found: &mut Differences) {
    if before.len() != after.len() {
        *found.entry(("gone", key.to_owned())).or_default() += 1;
    }
    for (before, after) in before.iter().zip(after) {
        compare(before, after, key, found);
    }
}
