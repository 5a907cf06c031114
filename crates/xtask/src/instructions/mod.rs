//! What a check costs in instructions, counted by callgrind and held against a baseline. Unlike time,
//! a count is the same on a busy machine.

mod baseline;
mod cases;
mod count;

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use self::{
    baseline::{Baseline, Compared, compare},
    cases::{Case, cases},
    count::{count, tools},
};
use crate::process::{said, succeed};

/// What `UPDATE=1` writes.
const BASELINE: &str = ".ci/instructions.txt";

/// By how many percent a case may grow. Two runs of one program differ by less than half a percent: hash
/// maps are seeded by chance.
const LIMIT: f64 = 3.0;

/// Counts all cases and prints them beside the baseline. Tells whether none has grown too much.
pub fn run() -> io::Result<bool> {
    let root = root()?;
    // Real paths are looked at part by part: wherever this is run, they are equally long.
    let folder = tempfile::tempdir_in("/tmp")?;
    let (tools, cases) = (tools()?, cases(&folder.path().join("trees"))?);
    // All programs are run under one path, so that its length weighs nothing.
    let program = folder.path().join("pullcheck");
    let counted = |source: &Path| {
        build(&root, source, &program)?;
        let count = |case: &Case| Ok((case.name.to_owned(), count(&program, case)?));
        cases.iter().map(count).collect::<io::Result<_>>()
    };
    let file = root.join(BASELINE);
    if env::var_os("UPDATE").is_some() {
        fs::write(&file, Baseline { counts: counted(&root)?, tools }.to_string())?;
        writeln!(io::stdout(), "wrote {BASELINE}")?;
        return Ok(true);
    }
    let mut before: Baseline = fs::read_to_string(&file)?.parse()?;
    if before.tools != tools {
        let commit = match accepted(&root) {
            Ok(commit) => commit,
            Err(error) => {
                writeln!(io::stdout(), "nothing is compared: {error}")?;
                return Ok(true);
            }
        };
        writeln!(
            io::stdout(),
            "{BASELINE} was written with other tools:\n  {}\n  {tools} (here)\nSo the commit that wrote it, {commit}, is built and counted here.",
            before.tools
        )?;
        let source = folder.path().join("source");
        unpack(&root, &commit, &source)?;
        forget(&root)?;
        before.counts = counted(&source)?;
        forget(&root)?;
    }
    report(&compare(&before, &Baseline { counts: counted(&root)?, tools }))
}

fn report(compared: &[Compared]) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    writeln!(out, "\n| case | before | now | change |\n| --- | --- | --- | --- |")?;
    for row in compared {
        writeln!(out, "{row}")?;
    }
    let grown = compared.iter().filter(|row| row.percent().is_none_or(|grown| grown > LIMIT));
    let names: Vec<_> = grown.map(|row| row.name.as_str()).collect();
    if !names.is_empty() {
        let names = names.join(", ");
        writeln!(
            out,
            "\nMore than {LIMIT} % above the baseline, or not in it: {names}. Where that is worth it, `UPDATE=1 .ci/instructions` accepts it."
        )?;
    } else if compared.iter().any(|row| row.percent().is_some_and(|grown| grown < -LIMIT)) {
        writeln!(
            out,
            "\nFaster than the baseline: `UPDATE=1 .ci/instructions` keeps what was won."
        )?;
    }
    Ok(names.is_empty())
}

fn root() -> io::Result<PathBuf> {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
}

/// Builds the program from a source, and puts a copy of it to `program`. What it depends on is built
/// once for all sources; the last one stays in `target`.
fn build(root: &Path, source: &Path, program: &Path) -> io::Result<()> {
    let target = root.join("target");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--package", "pullcheck", "--target-dir"]);
    succeed(cargo.arg(&target).current_dir(source))?;
    fs::copy(target.join("release/pullcheck"), program).map(|_| ())
}

/// Removes what was built of our own crates, but not what they depend on. To cargo the crates of two
/// sources are the same ones, and what was built last would pass for both.
fn forget(root: &Path) -> io::Result<()> {
    let clean = ["clean", "--quiet", "--release", "--workspace"];
    succeed(Command::new("cargo").args(clean).current_dir(root))
}

/// The commit by which the baseline was accepted.
fn accepted(root: &Path) -> io::Result<String> {
    let git = |arguments: &[&str]| said(Command::new("git").args(arguments).current_dir(root));
    if git(&["rev-parse", "--is-shallow-repository"])? != "false" {
        return Err(io::Error::other(
            "the baseline was written with other tools, and this clone is shallow, so that the commit that wrote it is not known; fetch all commits (`fetch-depth: 0` in a workflow)",
        ));
    }
    let commit = git(&["log", "-1", "--format=%h", "--", BASELINE])?;
    if commit.is_empty() {
        return Err(io::Error::other(format!("no commit has {BASELINE}")));
    }
    Ok(commit)
}

/// Puts the files of a commit into a folder.
fn unpack(root: &Path, commit: &str, folder: &Path) -> io::Result<()> {
    let archive = folder.with_extension("tar");
    let git = ["archive", "--output"];
    succeed(Command::new("git").args(git).arg(&archive).arg(commit).current_dir(root))?;
    fs::create_dir(folder)?;
    succeed(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(folder: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        succeed(Command::new("git").args(identity).args(arguments).current_dir(folder)).unwrap();
    }

    fn commit(folder: &Path, file: &str, text: &str) {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        git(folder, &["add", "-A", "."]);
        git(folder, &["commit", "-qm", text]);
    }

    #[test]
    fn the_commit_that_wrote_the_baseline_is_counted_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let (root, source) = (folder.path().join("root"), folder.path().join("source"));
        fs::create_dir(&root).unwrap();
        git(&root, &["init", "-q", "."]);
        commit(&root, "code", "first");
        assert!(accepted(&root).is_err(), "nobody has written it");
        commit(&root, BASELINE, "written");
        commit(&root, "code", "later");

        unpack(&root, &accepted(&root).unwrap(), &source).unwrap();
        assert_eq!(fs::read_to_string(source.join(BASELINE)).unwrap(), "written");
        assert_eq!(fs::read_to_string(source.join("code")).unwrap(), "first");

        let shallow = folder.path().join("shallow");
        let url = format!("file://{}", root.display());
        git(folder.path(), &["clone", "-q", "--depth=1", &url, shallow.to_str().unwrap()]);
        assert!(accepted(&shallow).unwrap_err().to_string().contains("shallow"));
    }
}
