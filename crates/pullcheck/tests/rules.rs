//! What every rule owes its users: a page whose examples are true, fixtures that show it fire and
//! stay silent, and a picture of what it prints. `UPDATE=1` writes the pictures.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use pullcheck_core::{
    rule::Rule,
    rules::{self, RULES},
};
use serde_json::Value;

/// Marks a line that the rule must blame.
const MARK: &str = "# reported";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules")
}

fn pullcheck(rule: &Rule, directory: &Path, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
    command.args(["check", ".", "--quiet", "--format", format]).current_dir(directory);
    // A suppression can only be idle for a rule that runs.
    if rule.id != "unused-suppression" {
        command.args(["--select", rule.id]);
    }
    let output = command.env("COLUMNS", "100").env_remove("TERM").output().unwrap();
    assert!(output.stderr.is_empty(), "{}: {}", rule.id, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The lines, with their file, that the rule blames below a directory.
fn blamed(rule: &Rule, directory: &Path) -> BTreeSet<(String, u64)> {
    let document: Value = serde_json::from_str(&pullcheck(rule, directory, "json")).unwrap();
    let findings = document["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["rule"] == rule.id)
        .map(|finding| {
            let path = finding["path"].as_str().unwrap().to_owned();
            (path, finding["range"]["start"]["line"].as_u64().unwrap())
        })
        .collect()
}

fn marked(directory: &Path) -> BTreeSet<(String, u64)> {
    let mut lines = BTreeSet::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for (line, number) in fs::read_to_string(&path).unwrap().lines().zip(1..) {
            if line.contains(MARK) {
                lines.insert((name.clone(), number));
            }
        }
    }
    lines
}

/// The fenced blocks of a page of one kind, such as `yaml bad`.
fn blocks(rule: &Rule, kind: &str) -> Vec<String> {
    let fence = format!("```{kind}");
    let mut blocks = Vec::new();
    let mut open = false;
    for line in rule.docs.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match (open, line) {
            (false, line) if line == fence => {
                open = true;
                blocks.push(String::new());
            }
            (true, "```") => open = false,
            (true, line) => *blocks.last_mut().unwrap() += &format!("{line}\n"),
            _ => {}
        }
    }
    blocks
}

/// The files of an example: each begins with its name in a comment, or there is one without.
fn files(example: &str) -> Vec<(&str, String)> {
    let mut files = Vec::new();
    for line in example.lines() {
        let name = line
            .strip_prefix("# ")
            .filter(|name| name.split_once(".yaml").is_some_and(|(_, rest)| rest.is_empty()));
        if let Some(name) = name {
            files.push((name, String::new()));
            continue;
        }
        if files.is_empty() {
            files.push(("example.yaml", String::new()));
        }
        files.last_mut().unwrap().1 += &format!("{line}\n");
    }
    files
}

#[test]
fn rules_are_sorted_and_named_after_their_files() {
    let ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted());
    for id in ids {
        let file = format!("../pullcheck-core/src/rules/{}.rs", id.replace('-', "_"));
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).is_file(), "{file}");
    }
}

#[test]
fn rules_yield_to_rules_there_are() {
    for rule in RULES {
        for other in rule.yields_to {
            assert!(rules::find(other).is_some(), "{} yields to `{other}`", rule.id);
        }
    }
}

#[test]
fn pages_have_all_their_parts() {
    for rule in RULES {
        let summary = rule.summary();
        assert!(summary.len() <= 100 && !summary.ends_with('.'), "{}: {summary}", rule.id);
        let mut rest = rule.docs;
        for part in ["## Why", "## Example", "## When to ignore it", "## Source"] {
            let Some((_, after)) = rest.split_once(part) else {
                panic!("{} has no section `{part}` in its place", rule.id);
            };
            rest = after;
        }
    }
}

#[test]
fn examples_on_pages_are_true() {
    for rule in RULES {
        let config = blocks(rule, "yaml config").pop().unwrap_or_default();
        for kind in ["yaml bad", "yaml good"] {
            let examples = blocks(rule, kind);
            assert!(!examples.is_empty(), "{} has no {kind} example", rule.id);
            for example in examples {
                let directory = tempfile::tempdir().unwrap();
                fs::write(directory.path().join("pullcheck.yaml"), &config).unwrap();
                for (name, text) in files(&example) {
                    fs::write(directory.path().join(name), text).unwrap();
                }
                let marked = marked(directory.path());
                assert_eq!(marked.is_empty(), kind == "yaml good", "{}\n{example}", rule.id);
                assert_eq!(blamed(rule, directory.path()), marked, "{}\n{example}", rule.id);
            }
        }
    }
}

#[test]
fn every_rule_has_fixtures_and_no_fixture_is_left_over() {
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let folders = fs::read_dir(fixtures()).unwrap();
    let folders: BTreeSet<_> =
        folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders, ids);
}

/// Copies a fixture, a file or a folder, into a directory of its own.
fn stage(rule: &Rule, name: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let folder = fixtures().join(rule.id);
    let file = folder.join(format!("{name}.yaml"));
    if file.is_file() {
        fs::copy(&file, directory.path().join(format!("{name}.yaml"))).unwrap();
    } else {
        for entry in fs::read_dir(folder.join(name)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), directory.path().join(entry.file_name())).unwrap();
        }
    }
    directory
}

#[test]
fn fixtures_are_blamed_on_their_marked_lines_only() {
    for rule in RULES {
        let bad = stage(rule, "bad");
        let marked = marked(bad.path());
        assert!(!marked.is_empty(), "{} has no marked line", rule.id);
        assert_eq!(blamed(rule, bad.path()), marked, "{}", rule.id);
        let good = stage(rule, "good");
        assert_eq!(blamed(rule, good.path()), BTreeSet::new(), "{}", rule.id);
    }
}

#[test]
fn fixtures_are_printed_as_in_their_pictures() {
    for rule in RULES {
        let printed = pullcheck(rule, stage(rule, "bad").path(), "pretty");
        let picture = fixtures().join(rule.id).join("bad.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&picture, &printed).unwrap();
        }
        let expected = fs::read_to_string(&picture).unwrap_or_default();
        assert!(
            printed == expected,
            "{} prints something else; UPDATE=1 accepts it\n-- now\n{printed}\n-- before\n{expected}",
            rule.id
        );
    }
}

/// What a rule mends below a directory, as a diff.
fn diff(rule: &Rule, directory: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
    command.args(["check", ".", "--quiet", "--diff", "--unsafe-fixes"]).current_dir(directory);
    if rule.id != "unused-suppression" {
        command.args(["--select", rule.id]);
    }
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn fixes_are_those_in_the_fixtures() {
    for rule in RULES {
        let bad = stage(rule, "bad");
        let mended = diff(rule, bad.path());
        assert_eq!(mended.is_empty(), rule.fix.is_none(), "{}: {mended}", rule.id);
        let picture = fixtures().join(rule.id).join("fixed.diff");
        if std::env::var_os("UPDATE").is_some() && !mended.is_empty() {
            fs::write(&picture, &mended).unwrap();
        }
        let expected = fs::read_to_string(&picture).unwrap_or_default();
        assert!(mended == expected, "{} mends something else:\n{mended}", rule.id);
        let arguments = ["check", ".", "--quiet", "--fix", "--unsafe-fixes", "--select", rule.id];
        let mut fix = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
        fix.args(arguments).current_dir(bad.path()).output().unwrap();
        if rule.id != "unused-suppression" {
            assert_eq!(diff(rule, bad.path()), "", "{} is mended at once", rule.id);
        }
    }
}
