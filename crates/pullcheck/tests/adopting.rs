//! `docs/adopting.md` says what the program does: its transcripts, the tables of other linters'
//! checks against `fixtures/adopting`, its configurations, its names. `UPDATE=1` writes the
//! transcripts.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use pullcheck_core::rules;
use regex::Regex;
use serde_json::Value;

/// The headings of the tables, and the fixtures that prove their rows.
const TOOLS: [&str; 6] = ["kube-linter", "kube-score", "Polaris", "Checkov", "Trivy", "Kyverno"];

/// Names of other tools that look like rules or keys of ours, outside the tables.
const THEIRS: [&str; 4] =
    ["gitlab-codequality", "gitlab_sast", "replace-image-registry", "resolve-image-to-digest"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    fs::read_to_string(root().join("docs/adopting.md")).unwrap()
}

fn pullcheck(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
    command.args(arguments).args(["--color", "never"]).current_dir(directory);
    command.env("COLUMNS", "100").env_remove("TERM").output().unwrap()
}

/// The texts in backticks, outside fenced blocks.
fn names(text: &str) -> Vec<String> {
    let prose = Regex::new("(?ms)^```.*?^```$").unwrap().replace_all(text, "");
    let name = Regex::new("`([^`\n]+)`").unwrap();
    name.captures_iter(&prose).map(|found| found[1].to_owned()).collect()
}

/// The fenced blocks of one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let block = Regex::new(&format!("(?ms)^```{language}\n(.*?)^```$")).unwrap();
    block.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// What a row of a table promises, or a document of a fixture shows: the configuration, empty for
/// none, and the rules that are reported.
type Promise = (String, BTreeSet<String>);

/// The rows of a tool's table, by the check that they are about.
fn rows(page: &str, tool: &str) -> BTreeMap<String, Promise> {
    let promise = |row: &[&str; 4]| (names(row[2]).concat(), names(row[1]).into_iter().collect());
    table(page, tool).iter().map(|row| (row[0].to_owned(), promise(row))).collect()
}

/// The cells of the table below a heading, without its head.
fn table<'p>(page: &'p str, heading: &str) -> Vec<[&'p str; 4]> {
    let (_, section) = page.split_once(&format!("\n### {heading}\n")).unwrap();
    let section = section.split("\n#").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(2);
    let cells = |row: &'p str| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>();
    rows.map(|row| cells(row).try_into().unwrap()).collect()
}

/// A line of comment at the top of a document, without its key.
fn header<'t>(document: &'t str, key: &str) -> Option<&'t str> {
    document.lines().find_map(|line| line.strip_prefix(&format!("# {key}: ")))
}

/// The lines with a mark, and the rule behind it: `# reported` by a rule of the row, `# also` by one
/// of another row.
fn marked(document: &str, mark: &str) -> BTreeSet<(u64, String)> {
    let rule = |line: &str| line.split_once(mark).map(|(_, rule)| rule.to_owned());
    document.lines().zip(1..).filter_map(|(line, at)| Some((at, rule(line)?))).collect()
}

fn blamed(document: &str, configuration: &str, arguments: &[&str]) -> BTreeSet<(u64, String)> {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("pullcheck.yaml"), configuration).unwrap();
    fs::write(directory.path().join("pod.yaml"), document).unwrap();
    let arguments = [&["check", "pod.yaml", "--format", "json"], arguments].concat();
    let output = pullcheck(directory.path(), &arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(2), "{configuration}: {complaint}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let line = |finding: &Value| finding["range"]["start"]["line"].as_u64().unwrap();
    findings.map(|finding| (line(finding), finding["rule"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn the_fixtures_give_the_findings_that_they_are_marked_with() {
    for tool in TOOLS {
        for document in fixture(tool).split("---\n") {
            let with = header(document, "with").unwrap_or_default();
            let mut marks = marked(document, "# reported ");
            marks.extend(marked(document, "# also "));
            assert_eq!(blamed(document, with, &[]), marks, "{tool}\n{document}");
        }
    }
}

fn fixture(tool: &str) -> String {
    let name = format!("fixtures/adopting/{}.yaml", tool.to_lowercase());
    fs::read_to_string(root().join(name)).unwrap()
}

#[test]
fn each_row_of_the_tables_has_a_fixture_that_shows_it() {
    for tool in TOOLS {
        let mut shown = BTreeMap::new();
        for document in fixture(tool).split("---\n") {
            let check = header(document, "check").unwrap().to_owned();
            let with = header(document, "with").unwrap_or_default().to_owned();
            let rules = marked(document, "# reported ").into_iter().map(|(_, rule)| rule).collect();
            assert_eq!(shown.insert(check.clone(), (with, rules)), None, "{tool}: {check}");
        }
        assert_eq!(rows(&page(), tool), shown, "{tool}");
    }
}

#[test]
fn lists_of_registries_cover_what_they_are_said_to() {
    let page = page();
    let rows = table(&page, "Lists of registries");
    assert!(!rows.is_empty());
    for [_, entry, covered, other] in rows {
        let [entry, covered, other] = [entry, covered, other].map(|cell| names(cell).remove(0));
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    \
             - {{ name: covered, image: '{covered}:1.2.3' }}\n    \
             - {{ name: other, image: '{other}:1.2.3' }}\n"
        );
        let found = blamed(&pod, &format!("registries: {{ allow: [{entry}] }}"), &[]);
        assert_eq!(found, [(6, "disallowed-registry".to_owned())].into(), "{entry}");
    }
}

#[test]
fn the_transcripts_are_what_is_printed() {
    let mut page = page();
    let transcripts = blocks(&page, "console");
    assert!(!transcripts.is_empty());
    for transcript in transcripts {
        let (prompt, _) = transcript.split_once('\n').unwrap();
        let command: Vec<&str> = prompt.split(' ').collect();
        assert_eq!(command[..2], ["$", "pullcheck"]);
        let output = pullcheck(&root(), &command[2..]);
        let printed = [output.stdout, output.stderr].concat();
        let now = format!("{prompt}\n{}", String::from_utf8(printed).unwrap());
        if std::env::var_os("UPDATE").is_some() {
            page = page.replace(&transcript, &now);
            fs::write(root().join("docs/adopting.md"), &page).unwrap();
        } else {
            assert_eq!(transcript, now, "`UPDATE=1 cargo test` writes it");
        }
    }
}

#[test]
fn the_examples_are_accepted_and_what_they_suppress_is_hidden() {
    for example in blocks(&page(), "yaml") {
        if example.contains("apiVersion") {
            assert_eq!(blamed(&example, "", &[]), BTreeSet::new(), "{example}");
            assert_ne!(blamed(&example, "", &["--no-ignores"]), BTreeSet::new(), "{example}");
        } else {
            blamed("", &example, &[]);
        }
    }
    let setting = Regex::new("^[a-z_]+: ").unwrap();
    for name in names(&page()).iter().filter(|name| setting.is_match(name)) {
        blamed("", name, &[]);
    }
}

#[test]
fn every_rule_and_key_that_is_named_exists() {
    let page = page();
    let mut theirs: BTreeSet<String> = THEIRS.map(str::to_owned).into();
    for tool in TOOLS {
        theirs.extend(rows(&page, tool).keys().flat_map(|check| names(check)));
    }
    let schema = fs::read_to_string(root().join("docs/pullcheck.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let rule = Regex::new("^[a-z]+(-[a-z]+)+$").unwrap();
    let key = Regex::new(r"^[a-z]+(_[a-z]+)+$|^(registries|tags|assume)\.").unwrap();
    for name in names(&page).iter().filter(|name| !theirs.contains(*name)) {
        if rule.is_match(name) {
            assert!(rules::find(name).is_some() || TOOLS.contains(&name.as_str()), "{name}");
        }
        if key.is_match(name) {
            assert!(is_key(&schema, name), "{name}");
        }
    }
}

/// Whether the configuration has a key, such as `fail_on` or `registries.allow`.
fn is_key(schema: &Value, name: &str) -> bool {
    let (outer, inner) = name.split_once('.').map_or((name, None), |(o, i)| (o, Some(i)));
    let Some(property) = schema["properties"].get(outer) else { return false };
    let Some(inner) = inner else { return true };
    let definition = property["allOf"][0]["$ref"].as_str().unwrap().trim_start_matches('#');
    schema.pointer(definition).unwrap()["properties"].get(inner).is_some()
}
