//! Programs are run where nothing can reach the network.

use std::{
    fs::{self, File},
    io::{self, Read, Seek},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a program may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How often a running program is looked at.
const PAUSE: Duration = Duration::from_millis(5);
/// An address where nobody listens: port 9 (discard).
const DEAD_PROXY: &str = "http://127.0.0.1:9";

/// A home for programs that must reach no network: there is no other program on the path, git
/// among them, and the proxy is dead.
pub struct Offline {
    home: TempDir,
    timeout: Duration,
}

/// What a program said.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It ended well; its output.
    Accepted(String),
    /// It failed; its complaint.
    Refused(String),
}

impl Offline {
    /// Makes the home, which goes when this does.
    pub fn new() -> io::Result<Self> {
        let home = TempDir::new()?;
        for folder in ["bin", "tmp"] {
            fs::create_dir(home.path().join(folder))?;
        }
        Ok(Self { home, timeout: TIMEOUT })
    }

    /// Runs a program in a directory to its end. One that takes too long has refused.
    pub fn run(&self, program: &Path, arguments: &[&str], place: &Path) -> io::Result<Answer> {
        let (mut output, mut complaint) = (tempfile::tempfile()?, tempfile::tempfile()?);
        let home = self.home.path();
        let child = Command::new(program)
            .args(arguments)
            .current_dir(place)
            .env_clear()
            .env("HOME", home)
            .env("TMPDIR", home.join("tmp"))
            .env("PATH", home.join("bin"))
            .env("HELM_CACHE_HOME", home.join("cache"))
            .env("HELM_CONFIG_HOME", home.join("config"))
            .env("HELM_DATA_HOME", home.join("data"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_SSH_COMMAND", "false")
            .envs(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, DEAD_PROXY)))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(complaint.try_clone()?)
            .spawn()?;
        match wait(child, self.timeout)? {
            Some(status) if status.success() => Ok(Answer::Accepted(text(&mut output)?)),
            Some(_) => Ok(Answer::Refused(text(&mut complaint)?)),
            None => Ok(Answer::Refused(format!("took more than {:?}", self.timeout))),
        }
    }
}

fn wait(mut child: Child, timeout: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < timeout {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(PAUSE);
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

fn text(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_finds_no_way_to_the_network() {
        let offline = Offline::new().unwrap();
        let answer = offline.run(Path::new("/usr/bin/env"), &[], Path::new("/")).unwrap();
        let Answer::Accepted(variables) = answer else { panic!("{answer:?}") };
        let value = |name: &str| {
            let mut values = variables.lines().filter_map(|line| line.strip_prefix(name));
            values.next().unwrap().to_owned()
        };
        assert_eq!(value("HTTPS_PROXY="), DEAD_PROXY);
        assert_eq!(fs::read_dir(value("PATH=")).unwrap().count(), 0);
        assert!(!variables.contains("NO_PROXY"));
    }

    #[test]
    fn a_program_that_fails_or_takes_too_long_has_refused() {
        let offline = Offline { timeout: Duration::from_millis(50), ..Offline::new().unwrap() };
        let shell = |script| offline.run(Path::new("/bin/sh"), &["-c", script], Path::new("/"));
        let refused = |complaint: &str| Answer::Refused(complaint.to_owned());
        assert_eq!(shell("while :; do :; done").unwrap(), refused("took more than 50ms"));
        let offline = Offline::new().unwrap();
        let failed =
            offline.run(Path::new("/bin/sh"), &["-c", "echo no >&2; exit 3"], Path::new("/"));
        assert_eq!(failed.unwrap(), refused("no\n"));
    }
}
