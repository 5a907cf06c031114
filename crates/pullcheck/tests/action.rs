//! The GitHub Action and what packs a release, run here as they run there: the archives that the
//! release makes are what the action installs. Only `curl` is another one, which takes the files of
//! a release from a directory.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The targets of a release.
const TARGETS: [&str; 5] = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-musl",
];

/// As `curl`, but releases come from `$RELEASES`, and nothing else comes from anywhere.
const CURL: &str = r#"#!/usr/bin/env bash
[[ $1 == --proto && $2 == =https ]] || exit 99
shift 2
arguments=()
for argument; do
  case $argument in
    "$HOME_OF_RELEASES"/releases/download/*)
      echo "$argument" >> "$RELEASES/../asked"
      argument=file://$RELEASES/${argument#"$HOME_OF_RELEASES"/releases/download/}
      ;;
    http*) exit 98 ;;
  esac
  arguments+=("$argument")
done
PATH=${PATH#*:} exec curl "${arguments[@]}"
"#;

const FOUND: &str =
    "kind: Pod\napiVersion: v1\nspec:\n  containers:\n    - name: a\n      image: nginx\n";
const CLEAN: &str =
    "kind: Pod\napiVersion: v1\nspec:\n  containers:\n    - name: a\n      image: nginx:1.27.3\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A value of `action.yml`.
fn action(pointer: &str) -> Value {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    serde_yaml::from_str::<Value>(&text).unwrap().pointer(pointer).unwrap().clone()
}

fn program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// Packs a release into `releases` below a directory. The program in it is this one, behind a script
/// that keeps the arguments.
fn pack(dir: &Path, version: &str) -> Output {
    let root = root();
    let clone = dir.join("clone");
    fs::create_dir_all(clone.join(".github/release")).unwrap();
    for file in [".github/release/archive.sh", "LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
        fs::copy(root.join(file), clone.join(file)).unwrap();
    }
    let changes = format!("# Changes\n\n## {VERSION}\n\n- New.\n\n## 0.0.1\n\n- Old.\n");
    fs::write(clone.join("CHANGELOG.md"), changes).unwrap();
    let real = env!("CARGO_BIN_EXE_pullcheck");
    let arguments = dir.join("arguments").display().to_string();
    let script =
        format!("#!/bin/sh\nprintf '%s\\0' \"$@\" > '{arguments}'\nexec '{real}' \"$@\"\n");
    for target in TARGETS {
        let name = if target.contains("windows") { "pullcheck.exe" } else { "pullcheck" };
        let binary = dir.join(format!("binaries/binary-{target}/{name}"));
        program(&binary, &script);
        // As artifacts come: without the right to run.
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let mut bash = Command::new("bash");
    bash.arg(clone.join(".github/release/archive.sh")).args([version, "binaries"]);
    bash.arg(format!("releases/v{version}")).current_dir(dir).output().unwrap()
}

/// A machine of GitHub with a clone in `work`.
struct Runner(TempDir);

/// What came of a run of the action.
struct Ran {
    code: i32,
    printed: String,
    /// The outputs of the step.
    outputs: String,
    /// The arguments of pullcheck; none if it was not run.
    arguments: Vec<String>,
}

impl Runner {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let packed = pack(dir.path(), VERSION);
        assert!(packed.status.success(), "{}", printed(&packed));
        let _ = fs::remove_file(dir.path().join("arguments"));
        program(&dir.path().join("bin/curl"), CURL);
        fs::create_dir(dir.path().join("work")).unwrap();
        Self(dir)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// Runs the action with these inputs; the others are as `action.yml` has them.
    fn run(&self, inputs: &[(&str, &str)]) -> Ran {
        self.run_on("Linux", "X64", inputs)
    }

    fn run_on(&self, system: &str, machine: &str, inputs: &[(&str, &str)]) -> Ran {
        for file in ["output", "summary", "arguments", "asked"] {
            let _ = fs::remove_file(self.path(file));
        }
        let path = std::env::var("PATH").unwrap();
        let mut bash = Command::new("bash");
        bash.arg(root().join(".github/action/run.sh")).current_dir(self.path("work"));
        bash.env_clear()
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("HOME_OF_RELEASES", env!("CARGO_PKG_REPOSITORY"))
            .env("RELEASES", self.path("releases"))
            .env("RUNNER_OS", system)
            .env("RUNNER_ARCH", machine)
            .env("RUNNER_TOOL_CACHE", self.path("tools"))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", self.path("work"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"));
        for (name, expression) in action("/runs/steps/0/env").as_object().unwrap() {
            let input = expression.as_str().unwrap().replace("${{ inputs.", "").replace(" }}", "");
            let default = action(&format!("/inputs/{input}/default"));
            let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| *value);
            bash.env(name, given.unwrap_or(default.as_str().unwrap()));
        }
        let output = bash.output().unwrap();
        let arguments = self.read("arguments");
        Ran {
            code: output.status.code().unwrap(),
            printed: printed(&output),
            outputs: self.read("output"),
            arguments: arguments.split_terminator('\0').map(str::to_owned).collect(),
        }
    }

    /// What was asked of the releases, from the version on.
    fn asked(&self) -> Vec<String> {
        let start = format!("{}/releases/download/", env!("CARGO_PKG_REPOSITORY"));
        self.read("asked").lines().map(|url| url.replace(&start, "")).collect()
    }
}

#[test]
fn one_run_annotates_summarises_writes_sarif_and_fails_where_something_is_found() {
    let runner = Runner::new();
    runner.write("work/web.yaml", FOUND);
    let ran = runner.run(&[("sarif", "out.sarif"), ("fail-on", "error")]);
    assert_eq!(ran.code, 1, "{}", ran.printed);
    assert!(ran.printed.contains("::error file=web.yaml,line=6,"), "{}", ran.printed);
    assert!(runner.read("summary").contains("missing-tag"), "{}", runner.read("summary"));
    let sarif: Value = serde_json::from_str(&runner.read("work/out.sarif")).unwrap();
    assert_eq!(sarif.pointer("/runs/0/results/0/ruleId").unwrap(), "missing-tag");
    assert_eq!(ran.outputs, format!("version={VERSION}\nexit-code=1\nsarif-file=./out.sarif\n"));
    let wanted = ["check", "--format=github", "--fail-on=error", "--output=sarif=out.sarif", "--"];
    assert_eq!(ran.arguments, [&wanted[..], &["."]].concat());
}

#[test]
fn the_exit_code_is_that_of_pullcheck() {
    let runner = Runner::new();
    runner.write("work/clean.yaml", CLEAN);
    runner.write("work/found.yaml", FOUND);
    for (paths, more, code) in [
        ("clean.yaml", "", 0),
        ("found.yaml", "", 1),
        ("found.yaml", "--exit-zero", 0),
        ("absent.yaml", "", 2),
        ("found.yaml\nabsent.yaml", "", 2),
        ("clean.yaml", "--no-such-option", 2),
    ] {
        let ran = runner.run(&[("paths", paths), ("args", more)]);
        assert_eq!(ran.code, code, "{paths}: {}", ran.printed);
        assert_eq!(ran.outputs, format!("version={VERSION}\nexit-code={code}\n"), "{paths}");
    }
}

#[test]
fn without_annotations_the_log_has_no_commands() {
    let runner = Runner::new();
    runner.write("work/web.yaml", FOUND);
    let ran = runner.run(&[("annotations", "false")]);
    assert_eq!(ran.code, 1);
    assert!(ran.printed.contains("missing-tag") && !ran.printed.contains("::error"));
    assert_eq!(runner.read("summary"), "");
    assert_eq!(runner.run(&[("annotations", "yes")]).code, 2);
}

#[test]
fn a_program_is_downloaded_once() {
    let runner = Runner::new();
    runner.write("work/web.yaml", FOUND);
    assert_eq!(runner.run(&[]).code, 1);
    let archive = format!("v{VERSION}/pullcheck-v{VERSION}-x86_64-unknown-linux-musl.tar.gz");
    assert_eq!(runner.asked(), [archive.clone(), archive + ".sha256"]);
    let cache = runner.path(&format!("tools/pullcheck/{VERSION}/x86_64-unknown-linux-musl"));
    let left: Vec<_> = fs::read_dir(cache).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["pullcheck"]);
    let with_v = format!("v{VERSION}");
    assert_eq!(runner.run(&[("version", &with_v)]).code, 1);
    assert!(runner.asked().is_empty(), "{:?}", runner.asked());
}

#[test]
fn each_system_gets_the_archive_for_it() {
    let runner = Runner::new();
    runner.write("work/web.yaml", FOUND);
    let mut targets = Vec::new();
    for (system, machine) in [
        ("macOS", "ARM64"),
        ("Linux", "ARM64"),
        ("macOS", "X64"),
        ("Windows", "X64"),
        ("Linux", "X64"),
    ] {
        let ran = runner.run_on(system, machine, &[]);
        assert_eq!(ran.code, 1, "{system} {machine}: {}", ran.printed);
        let archive = runner.asked().remove(0);
        let target = archive.split_once(&format!("/pullcheck-v{VERSION}-")).unwrap().1;
        targets.push(target.replace(".tar.gz", "").replace(".zip", ""));
    }
    assert_eq!(targets, TARGETS);
    let workflow = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let built = workflow.lines().filter_map(|line| line.trim().strip_prefix("- { target: "));
    let mut built: Vec<_> = built.map(|line| line.split_once(',').unwrap().0).collect();
    built.sort_unstable();
    assert_eq!(built, TARGETS);
    assert_eq!(runner.run_on("Linux", "ARM", &[]).code, 2);
}

#[test]
fn what_is_not_the_released_archive_is_refused() {
    let runner = Runner::new();
    runner.write("work/web.yaml", CLEAN);
    let archive =
        format!("releases/v{VERSION}/pullcheck-v{VERSION}-x86_64-unknown-linux-musl.tar.gz");
    let sum = archive.clone() + ".sha256";
    let good = runner.read(&sum);
    let other = "0".repeat(64);
    for bad in ["", "\n", &other, &format!("{other} {good}"), "<html>", good.get(..63).unwrap()] {
        runner.write(&sum, bad);
        let ran = runner.run(&[("sarif", "out.sarif")]);
        assert_eq!(ran.code, 2, "{bad}: {}", ran.printed);
        assert!(ran.printed.contains("its checksum differs"), "{bad}: {}", ran.printed);
        assert_eq!((ran.outputs.as_str(), ran.arguments.len()), ("", 0));
        let cache = runner.path(&format!("tools/pullcheck/{VERSION}/x86_64-unknown-linux-musl"));
        assert!(fs::read_dir(cache).unwrap().next().is_none(), "{bad}");
    }
    fs::remove_file(runner.path(&sum)).unwrap();
    let ran = runner.run(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.printed.contains("cannot download the checksum"), "{}", ran.printed);
    runner.write(&sum, &good);
    assert_eq!(runner.run(&[]).code, 0);
}

#[test]
fn a_version_is_three_numbers_that_were_released() {
    let runner = Runner::new();
    for version in [
        "latest",
        "1",
        "1.2",
        "1.2.3/../../v0",
        "$(touch pwned)",
        "1.2.3\n4.5.6",
        "1.2.3 --insecure",
    ] {
        let ran = runner.run(&[("version", version)]);
        assert_eq!(ran.code, 2, "{version}: {}", ran.printed);
        assert!(runner.asked().is_empty(), "{version}");
    }
    let ran = runner.run(&[("version", "9.9.9")]);
    assert_eq!(ran.code, 2);
    assert!(ran.printed.contains("cannot download pullcheck 9.9.9"), "{}", ran.printed);
}

#[test]
fn paths_and_arguments_are_lines() {
    let runner = Runner::new();
    runner.write("work/two words/web.yaml", FOUND);
    runner.write("work/-q", CLEAN);
    runner.write("work/ü.yaml", FOUND);
    let paths = "two words\r\n\n  ü.yaml\n-q\n-\n";
    let ran =
        runner.run(&[("paths", paths), ("args", "--select\nmissing-tag\n--ignore=latest-tag")]);
    let wanted = ["check", "--format=github", "--select", "missing-tag", "--ignore=latest-tag"];
    let paths = ["--", "two words", "  ü.yaml", "-q", "./-"];
    assert_eq!(ran.arguments, [&wanted[..], &paths].concat());
    let ran = runner.run(&[("paths", "two words\nü.yaml\n-q")]);
    assert_eq!(ran.printed.matches("::error file=").count(), 2, "{}", ran.printed);
    assert_eq!(ran.code, 1);
    // Without a path it is the whole directory.
    assert_eq!(runner.run(&[("paths", "")]).code, 1);
}

#[test]
fn no_input_is_evaluated_or_becomes_an_option() {
    let runner = Runner::new();
    runner.write("work/web.yaml", FOUND);
    let hostile = [
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned",
        "' && touch pwned '",
        "\" | touch pwned \"",
        "--exit-zero",
        "--version",
        "*",
        "$HOME",
        "${{ github.token }}",
        "a[$(touch pwned)]",
    ];
    for text in hostile {
        for name in ["config", "fail-on"] {
            let ran = runner.run(&[(name, text)]);
            assert_eq!(ran.code, 2, "{name} {text}: {}", ran.printed);
            assert_eq!(ran.arguments.get(2).unwrap(), &format!("--{name}={text}"));
        }
        let ran = runner.run(&[("paths", text)]);
        assert_eq!(ran.code, 2, "{text}: {}", ran.printed);
        assert_eq!(ran.arguments, ["check", "--format=github", "--", text]);
        let ran = runner.run(&[("args", text), ("sarif", text)]);
        assert_eq!(ran.arguments.get(2).unwrap(), &format!("--output=sarif={text}"));
        assert_eq!(ran.arguments.get(3).unwrap(), text);
        let _ = fs::remove_file(runner.path("work").join(text));
        assert_ne!(runner.run(&[("annotations", text)]).code, 1);
        assert!(!runner.path("work/pwned").exists(), "{text}");
    }
}

#[test]
fn an_input_cannot_add_an_output_or_a_command() {
    let runner = Runner::new();
    runner.write("work/web.yaml", FOUND);
    for name in ["version", "config", "fail-on", "annotations", "sarif", "working-directory"] {
        for text in ["x\nexit-code=0", "x\r::warning::y", "\n"] {
            let ran = runner.run(&[(name, text)]);
            assert_eq!((ran.code, ran.outputs.as_str()), (2, ""), "{name}: {}", ran.printed);
            assert!(!ran.printed.contains("::warning"), "{name}: {}", ran.printed);
        }
    }
}

#[test]
fn the_sarif_file_is_that_of_this_run_and_found_from_the_root() {
    let runner = Runner::new();
    runner.write("work/web.yaml", FOUND);
    for (sarif, directory, named) in
        [("a.sarif", "deploy/here", "deploy/here/a.sarif"), ("/no/such/folder/a.sarif", ".", "")]
    {
        let ran = runner.run(&[("sarif", sarif), ("working-directory", directory)]);
        let line = ran.outputs.lines().find_map(|line| line.strip_prefix("sarif-file="));
        assert_eq!(line.unwrap_or_default(), named, "{}", ran.printed);
    }
    // An old one does not pass for what this run found.
    runner.write("work/old.sarif", "{}");
    let ran = runner.run(&[("sarif", "old.sarif"), ("args", "--no-such-option")]);
    assert_eq!(ran.outputs, format!("version={VERSION}\nexit-code=2\n"));
    fs::create_dir(runner.path("work/folder")).unwrap();
    assert_eq!(runner.run(&[("sarif", "folder")]).code, 2);
}

#[test]
fn an_archive_has_the_program_licences_completions_and_manual_pages() {
    let dir = tempfile::tempdir().unwrap();
    let packed = pack(dir.path(), VERSION);
    assert!(packed.status.success(), "{}", printed(&packed));
    let release = dir.path().join(format!("releases/v{VERSION}"));
    let shell = |script: &str| {
        let mut bash = Command::new("bash");
        let output = bash.args(["-euc", script]).current_dir(&release).output().unwrap();
        assert!(output.status.success(), "{script}: {}", printed(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(shell("sha256sum --check *.sha256").lines().count(), TARGETS.len());
    assert_eq!(shell("cat notes.md"), "\n- New.\n\n");
    for target in TARGETS {
        let name = format!("pullcheck-v{VERSION}-{target}");
        let (listed, binary) = if target.contains("windows") {
            (shell(&format!("unzip -Z1 {name}.zip")), "pullcheck.exe")
        } else {
            (shell(&format!("tar -tzf {name}.tar.gz")), "pullcheck")
        };
        let mut files: Vec<&str> = listed.lines().filter(|line| !line.ends_with('/')).collect();
        assert!(files.iter().all(|file| file.starts_with(&format!("{name}/"))), "{files:?}");
        for file in &mut files {
            *file = file.strip_prefix(&name).unwrap();
        }
        let text = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md"];
        let scripts = ["_pullcheck", "_pullcheck.ps1", "pullcheck.bash", "pullcheck.elv"];
        let pages = ["pullcheck.1", "pullcheck-check.1", "pullcheck-man.1"];
        let wanted = [binary].into_iter().chain(text).map(|file| format!("/{file}"));
        let wanted = wanted.chain(scripts.map(|file| format!("/completions/{file}")));
        for file in wanted.chain(pages.map(|file| format!("/man/{file}"))) {
            assert!(files.contains(&file.as_str()), "no {file} in {files:?}");
        }
    }
}

#[test]
fn a_version_without_an_entry_in_the_changelog_is_not_released() {
    let dir = tempfile::tempdir().unwrap();
    let packed = pack(dir.path(), "9.9.9");
    assert_eq!(packed.status.code(), Some(1), "{}", printed(&packed));
    assert!(printed(&packed).contains("no section 9.9.9"), "{}", printed(&packed));
}
