//! The hooks of `.pre-commit-hooks.yaml`, from a clone of this repository, as pre-commit and prek
//! install and run them.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use crate::{
    packaging::{fresh, quick_build},
    printed, python,
    repository::{Repository, pod},
    root,
};

/// The clone that hooks are installed from, and its commit.
static SOURCE: LazyLock<(Repository, String)> = LazyLock::new(|| {
    let clone = Repository::of_pullcheck();
    let commit = clone.git(&["rev-parse", "HEAD"]).trim().to_owned();
    (clone, commit)
});

/// A program that runs hooks, by its name.
#[derive(Clone, Copy)]
pub(crate) struct Runner(&'static str);

pub(crate) const PRE_COMMIT: Runner = Runner("pre-commit");
pub(crate) const PREK: Runner = Runner("prek");

impl Runner {
    /// Where it keeps what it installs: once for all tests.
    fn home(self) -> &'static Path {
        static HOMES: [LazyLock<PathBuf>; 2] =
            [LazyLock::new(|| fresh("pre-commit")), LazyLock::new(|| fresh("prek"))];
        let [pre_commit, prek] = &HOMES;
        if self.0 == PRE_COMMIT.0 { pre_commit } else { prek }
    }

    /// A repository with a configuration as in the documents, in which the hooks are installed from
    /// the clone.
    pub(crate) fn repository(self, config: &str) -> Repository {
        let (clone, commit) = &*SOURCE;
        let clone = clone.path().to_str().unwrap();
        let config = config
            .replace("https://github.com/pullcheck/pullcheck", clone)
            .replace("v0.1.0", commit);
        assert!(config.contains(clone) && config.contains(commit.as_str()), "{config}");
        let repository = quick_build(self.home())
            .into_iter()
            .fold(Repository::new(), |repository, (name, value)| repository.with(name, value))
            .with("PRE_COMMIT_HOME", self.home())
            .with("PREK_HOME", self.home());
        repository.write(".pre-commit-config.yaml", &config);
        let mut install = python(self.0);
        install.args(["install", "--install-hooks"]);
        repository.succeed(install);
        repository
    }
}

/// A configuration with hooks of ours, which shows what they print even if they pass.
fn config(hooks: &[&str]) -> String {
    let hooks = hooks.iter().map(|id| format!("      - {{id: {id}, verbose: true}}\n"));
    format!(
        "repos:\n  - repo: https://github.com/pullcheck/pullcheck\n    rev: v0.1.0\n    hooks:\n{}",
        hooks.collect::<String>()
    )
}

/// The files that a pretty report points at.
fn blamed(report: &str) -> BTreeSet<String> {
    let places = report.lines().filter_map(|line| line.trim_start().strip_prefix("╭─["));
    places.map(|place| place.split(':').next().unwrap().to_owned()).collect()
}

/// What a hook prints that finds nothing, with the lines of the runner and of git left out.
fn said(output: &str) -> Vec<&str> {
    let of_runner = |line: &&str| line.ends_with("Passed") || line.starts_with("- ");
    output.lines().filter(|line| !of_runner(line)).collect()
}

const VENDORED: &str = "vendor/web.yaml";
const LIKE_OPTIONS: [&str; 2] = ["--exit-zero.yaml", "-x.yaml"];

/// Files that have to be handed over in several parts: pre-commit takes 128 KiB of names at once,
/// prek 1 MiB.
fn many_files() -> Vec<String> {
    let folder = format!("{}/", "n".repeat(230)).repeat(10);
    let files: Vec<_> = (0..500).map(|n| format!("{folder}{n:03}.yaml")).collect();
    assert!(files.iter().map(String::len).sum::<usize>() > 1 << 20);
    files
}

fn commits_of_many_files_are_checked(runner: Runner) {
    let repository = runner.repository(&config(&["pullcheck", "pullcheck-project"]));
    repository.write("pullcheck.yaml", "exclude: [vendor]\n");
    repository.write(VENDORED, &pod("nginx"));
    repository.write(".github/workflows/ci.yml", "on: push\njobs: {test: {container: node}}\n");
    repository.write("compose.yaml", "services: {web: {image: \"nginx:1.27.3\"}}\n");
    repository.write("chart/Chart.yaml", "name: chart\nversion: 1.0.0\n");
    repository.write("chart/templates/a.yaml", "{{ if .Values.a }}\nkind: Pod\n{{ end }}\n");
    let files = many_files();
    for file in &files {
        repository.write(file, &pod("nginx:1.27.3"));
    }
    let bad = [files.first(), files.last()].into_iter().flatten().map(String::as_str);
    let bad: BTreeSet<_> = bad.chain(LIKE_OPTIONS).collect();
    for file in &bad {
        repository.write(file, &pod("nginx"));
    }

    let output = repository.commit();
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let (by_file, of_project) = text.split_once("pullcheck (project)").unwrap();
    let runs = |text: &str| text.matches("missing-tag: https://").count();
    assert!(runs(by_file) > 1 && runs(of_project) == 1, "{text}");
    for report in [by_file, of_project] {
        assert!(report.contains("exit code: 1"), "{report}");
        assert!(blamed(report).iter().map(String::as_str).eq(bad.iter().copied()), "{report}");
    }

    for file in &bad {
        repository.write(file, &pod("nginx:1.27.3"));
    }
    let output = repository.commit();
    let text = printed(&output);
    assert!(output.status.success() && text.matches("Passed").count() == 2, "{text}");
    assert!(said(&text).is_empty(), "{text}");
}

fn the_program_on_path_is_run(runner: Runner) {
    let repository = runner
        .repository(&config(&["pullcheck-system"]))
        .on_path(Path::new(env!("CARGO_BIN_EXE_pullcheck")));
    repository.write("-x.yaml", &pod("nginx"));
    let output = repository.commit();
    let text = printed(&output);
    assert!(!output.status.success() && blamed(&text).iter().eq(["-x.yaml"]), "{text}");
    repository.write("-x.yaml", &pod("nginx:1.27.3"));
    let output = repository.commit();
    let text = printed(&output);
    assert!(output.status.success() && said(&text).is_empty(), "{text}");
}

fn a_fault_is_mended(runner: Runner) {
    let repository = runner.repository(&config(&["pullcheck-fix"]));
    repository.write("web.yaml", &pod("k8s.gcr.io/pause:3.9"));
    let output = repository.commit();
    assert!(!output.status.success(), "{}", printed(&output));
    let mended = std::fs::read_to_string(repository.path().join("web.yaml")).unwrap();
    assert_eq!(mended, pod("registry.k8s.io/pause:3.9"));
    let output = repository.commit();
    let text = printed(&output);
    assert!(output.status.success() && said(&text).is_empty(), "{text}");
}

#[test]
#[ignore = "needs the clients"]
fn both_mend_a_fault_and_take_the_mended_file() {
    a_fault_is_mended(PRE_COMMIT);
    a_fault_is_mended(PREK);
}

#[test]
#[ignore = "needs the clients"]
fn pre_commit_checks_commits_of_many_files() {
    commits_of_many_files_are_checked(PRE_COMMIT);
}

#[test]
#[ignore = "needs the clients"]
fn prek_checks_commits_of_many_files() {
    commits_of_many_files_are_checked(PREK);
}

#[test]
#[ignore = "needs the clients"]
fn the_program_on_path_is_run_by_both() {
    the_program_on_path_is_run(PRE_COMMIT);
    the_program_on_path_is_run(PREK);
}

#[test]
#[ignore = "needs the clients"]
fn both_accept_the_list_of_hooks() {
    for runner in [PRE_COMMIT, PREK] {
        let mut command = python(runner.0);
        command.current_dir(root()).args(["validate-manifest", ".pre-commit-hooks.yaml"]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
    }
}
