//! Time by hyperfine, memory by GNU time.

use std::{
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

use serde::Deserialize;

use crate::process::succeed;

/// A program with its arguments.
pub struct Run {
    program: String,
    arguments: Vec<String>,
}

/// What a run takes.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// The median, in seconds.
    pub median: f64,
    /// The standard deviation, in seconds.
    pub deviation: f64,
    /// The most memory that it held, in KiB.
    pub peak: u64,
}

impl Run {
    pub fn of(program: impl AsRef<Path>, arguments: &[&str]) -> Self {
        Self {
            program: program.as_ref().to_string_lossy().into_owned(),
            arguments: arguments.iter().copied().map(str::to_owned).collect(),
        }
    }

    /// The words as a shell would be given them.
    fn quoted(&self) -> String {
        let words = [&self.program].into_iter().chain(&self.arguments);
        words.map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect::<Vec<_>>().join(" ")
    }
}

#[derive(Deserialize)]
struct Export {
    results: Vec<Times>,
}

#[derive(Deserialize)]
struct Times {
    median: f64,
    stddev: Option<f64>,
    exit_codes: Vec<Option<i32>>,
}

/// Measures some runs in one folder, each of them at least so often.
pub fn timed(folder: &Path, runs: &[Run], least: u32) -> io::Result<Vec<Taken>> {
    let export = tempfile::NamedTempFile::new()?;
    let mut hyperfine = Command::new("hyperfine");
    // Both `rg` and pullcheck exit with 1 to say what they found. What they print goes through a pipe,
    // since some programs print less to `/dev/null`.
    hyperfine.args(["--shell=none", "--warmup=2", "--ignore-failure"]);
    hyperfine.arg(format!("--min-runs={least}"));
    hyperfine.args(["--output=pipe", "--style=basic", "--export-json"]).arg(export.path());
    hyperfine.args(runs.iter().map(Run::quoted)).current_dir(folder);
    succeed(hyperfine.stdout(Stdio::null()).stderr(Stdio::null()))?;
    let export: Export = serde_json::from_str(&fs::read_to_string(export.path())?)?;
    let taken = runs.iter().zip(export.results).map(|(run, times)| {
        if times.exit_codes.iter().any(|code| !matches!(code, Some(0 | 1))) {
            return Err(io::Error::other(format!("{} failed", run.quoted())));
        }
        let deviation = times.stddev.unwrap_or_default();
        Ok(Taken { median: times.median, deviation, peak: peak(folder, run)? })
    });
    taken.collect()
}

/// The most memory that a run held, in KiB.
fn peak(folder: &Path, run: &Run) -> io::Result<u64> {
    let out = tempfile::NamedTempFile::new()?;
    let mut time = Command::new("/usr/bin/time");
    time.args(["--quiet", "--format=%M", "--output"]).arg(out.path());
    time.arg(&run.program).args(&run.arguments).current_dir(folder);
    // It exits as the run does.
    time.stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| io::Error::new(error.kind(), format!("cannot run GNU time: {error}")))?;
    let text = fs::read_to_string(out.path())?;
    text.trim().parse().map_err(|_| io::Error::other(format!("GNU time said {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted() {
        let run = Run::of("/bin/a b", &["it's", "c"]);
        assert_eq!(run.quoted(), r"'/bin/a b' 'it'\''s' 'c'");
    }
}
