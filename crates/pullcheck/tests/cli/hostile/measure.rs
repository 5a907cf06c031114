//! Runs each [`Row`] and looks at what it cost.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use wait4::Wait4;

use super::{Folder, MEGABYTE, Row, rows};
use crate::{Place, pod};

/// What no row of the ordinary tests may exceed, where the program is optimised a little and other tests run
/// beside it; it must be killed before it takes the machine with it.
const MOST_TIME: Duration = Duration::from_secs(5);
const MOST_MEMORY: usize = 600 * MEGABYTE;

/// When a program that hangs is ended, in seconds of work.
const KILLED_AFTER: u32 = 300;

struct Measured {
    code: Option<i32>,
    /// User and system, of all threads.
    time: Duration,
    /// Bytes.
    memory: usize,
    said: String,
    /// The finding of the file beside it was printed.
    is_good_shown: bool,
}

impl Measured {
    /// What should be otherwise.
    fn problem(&self, row: &Row, n: usize) -> Option<String> {
        let (what, said) = (of_size(row.what, n), &self.said);
        let is_lost = row.shows_findings() && !self.is_good_shown;
        let is_as_expected = self.code == Some(row.code) && said.contains(&of_size(row.said, n));
        let problem = format!("{what}: {:?}, is lost: {is_lost}\n{said}\n", self.code);
        (is_lost || !is_as_expected).then_some(problem)
    }
}

fn of_size(text: &str, n: usize) -> String {
    text.replace("{}", &n.to_string())
}

/// Runs a row in a fresh folder.
fn measured(row: &Row, n: usize, program: &Path) -> Measured {
    let place = Place::with(&[("good.yaml", &pod("nginx"))]);
    let folder = place.path().join("hostile");
    fs::create_dir(&folder).unwrap();
    (row.make)(&Folder(&folder), n);
    let outside = tempfile::tempdir().unwrap();
    let (out, err) = (outside.path().join("out"), outside.path().join("err"));
    let guarded = format!("ulimit -t {KILLED_AFTER}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &guarded]).arg(program).args(row.args).current_dir(place.path());
    command.stdin(Stdio::null());
    command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    let used = command.spawn().unwrap().wait4().unwrap();
    let mut lines = BufReader::new(File::open(out).unwrap()).lines().map_while(Result::ok);
    Measured {
        code: used.status.code(),
        time: used.rusage.utime + used.rusage.stime,
        memory: usize::try_from(used.rusage.maxrss).unwrap(),
        said: fs::read_to_string(err).unwrap(),
        is_good_shown: row.shows_findings()
            && lines.any(|line| line.starts_with("good.yaml:8:14: error[missing-tag]")),
    }
}

#[test]
fn each_row_holds_in_little() {
    for row in rows() {
        let n = row.sizes[0];
        let came = measured(row, n, Path::new(env!("CARGO_BIN_EXE_pullcheck")));
        assert_eq!(came.problem(row, n), None);
        let Measured { time, memory, .. } = came;
        println!("{time:?}, {memory} bytes: {}", of_size(row.what, n));
        assert!(time < MOST_TIME, "{}: {time:?}", of_size(row.what, n));
        assert!(memory < MOST_MEMORY, "{}: {memory} bytes", of_size(row.what, n));
    }
}

const PAGE: &str = "docs/robustness.md";
const BEGIN: &str = "<!-- the table -->\n";
const END: &str = "<!-- end of the table -->\n";

fn page() -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PAGE);
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// 1,000,000 as people write it.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let group = |group: &[u8]| String::from_utf8_lossy(group).into_owned();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(group).collect();
    groups.join(",")
}

fn name(row: &Row) -> String {
    row.what.replace("{}", &grouped(row.sizes[1]))
}

#[test]
fn the_page_has_each_row_and_no_other() {
    let (_, page) = page();
    let table = page.split_once(BEGIN).unwrap().1.split_once(END).unwrap().0;
    let names = table.lines().skip(2).map(|line| line.split('|').nth(1).unwrap().trim().to_owned());
    assert_eq!(names.collect::<Vec<_>>(), rows().map(name).collect::<Vec<_>>());
}

/// Of what is said, the line that matters.
fn words<'s>(said: &'s str, row: &Row, n: usize) -> &'s str {
    let wanted = of_size(row.said, n);
    let line = said.lines().find(|line| line.contains(&wanted)).unwrap_or(said).trim();
    line.trim_start_matches("× ").trim_start_matches("pullcheck: ")
}

/// Builds what is published and measures each row in full, in half and in a quarter. `UPDATE=1` writes the
/// table into the page.
#[test]
#[ignore = "takes minutes and gigabytes"]
fn the_table() {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--profile", "dist", "--package", "pullcheck"])
        .status();
    assert!(built.unwrap().success());
    let target = Path::new(env!("CARGO_BIN_EXE_pullcheck")).ancestors().nth(2).unwrap();
    let program = target.join("dist/pullcheck");
    let mut table = String::from(
        "| what | time | of half | memory | of half | exit | what is said | bounded by |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut problems = Vec::new();
    for row in rows() {
        let full = row.sizes[1];
        let half = measured(row, (full / 2).max(1), &program);
        let whole = measured(row, full, &program);
        let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
        let megabytes = |bytes: usize| format!("{} MB", bytes.div_ceil(MEGABYTE));
        let cells = [
            name(row),
            seconds(whole.time),
            seconds(half.time),
            megabytes(whole.memory),
            megabytes(half.memory),
            row.code.to_string(),
            words(&whole.said, row, full).replace('|', "\\|"),
            row.bound.to_owned(),
        ];
        let line = format!("| {} |\n", cells.join(" | "));
        print!("{line}");
        table += &line;
        problems.extend(whole.problem(row, full));
        if whole.time > half.time * 3 + Duration::from_millis(300) {
            problems.push(format!("twice the size takes more than three times as long: {line}"));
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        let (path, page) = page();
        let (before, rest) = page.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        fs::write(path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    }
    assert!(problems.is_empty(), "{}", problems.concat());
}
