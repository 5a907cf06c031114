//! Whatever is derived from the code is what the code says. `UPDATE=1` writes it.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::ValueEnum;
use pullcheck::{args::Format, config, explain};
use pullcheck_core::{
    kinds::known,
    registry::{REGISTRIES, RETIRED},
    rule::Profile,
    rules::RULES,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a file with what it should hold, or writes it.
fn assert_current(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, wanted).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == wanted, "{path} is stale; `UPDATE=1 cargo test` writes it");
}

#[test]
fn rule_pages_are_current_and_none_is_left_over() {
    let mut pages: BTreeMap<String, String> =
        RULES.iter().map(|rule| (format!("{}.md", rule.id), explain::page(rule))).collect();
    let table = format!(
        "# Rules\n\nEach name leads to the rule's page; `pullcheck explain RULE` prints it.\n\n{}",
        explain::table()
    );
    pages.insert("README.md".to_owned(), table);
    for (name, page) in &pages {
        assert_current(&format!("docs/rules/{name}"), page);
    }
    for entry in fs::read_dir(root().join("docs/rules")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(pages.contains_key(&name), "docs/rules/{name} belongs to no rule");
    }
}

#[test]
fn the_schema_of_the_configuration_is_current() {
    assert_current("docs/pullcheck.schema.json", &config::schema());
}

#[test]
fn the_table_of_kinds_is_current() {
    let page = fs::read_to_string(root().join("docs/kinds.md")).unwrap();
    let (before, _) = page.split_once("\n## The table\n").unwrap();
    let mut table = String::new();
    let mut group = "";
    for kind in known() {
        if kind.group != group {
            group = kind.group;
            table += &format!("\n### {group}\n\nSource: <{}>\n\n", kind.source);
            table += "| kind | places |\n| --- | --- |\n";
        }
        let line = |line: &&str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let places: Vec<String> =
            kind.lines.iter().map(|place| format!("`{}`", line(place))).collect();
        table += &format!("| {} | {} |\n", kind.kind, places.join("<br>"));
    }
    assert_current("docs/kinds.md", &format!("{before}\n## The table\n{table}"));
}

#[test]
fn every_format_is_explained() {
    let page = fs::read_to_string(root().join("docs/reports.md")).unwrap();
    for format in Format::value_variants().iter().filter_map(ValueEnum::to_possible_value) {
        let row = format!("| `{}` | ", format.get_name());
        assert!(page.contains(&row), "docs/reports.md has no row for {}", format.get_name());
    }
}

#[test]
fn the_table_of_registries_is_current() {
    let page = fs::read_to_string(root().join("docs/registries.md")).unwrap();
    let (before, _) = page.split_once("\n## Known hosts\n").unwrap();
    let codes = |texts: &[&str]| {
        texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join("<br>")
    };
    let mut text = format!("{before}\n## Known hosts\n\n");
    text += "| registry | run by | hosts | needs | tags cannot move | source |\n";
    text += "| --- | --- | --- | --- | --- | --- |\n";
    for known in REGISTRIES {
        let kept = known.immutability.as_ref();
        let kept = kept.map_or("-".to_owned(), |kept| format!("{}: {}", kept.setting, kept.how));
        text += &format!(
            "| {} | {} | {} | {} | {kept} | [source]({}) |\n",
            known.name,
            known.provider,
            codes(known.hosts),
            known.access.as_str(),
            known.source
        );
    }
    text += "\n## Given up\n\n| name | standing | what happened | use | source |\n";
    text += "| --- | --- | --- | --- | --- |\n";
    for gone in RETIRED {
        let name =
            |host: &&str| gone.path.map_or((*host).to_owned(), |path| format!("{host}/{path}"));
        let names: Vec<String> = gone.hosts.iter().map(name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (standing, happened) = (gone.standing.as_str(), gone.happened);
        text += &format!(
            "| {} | {standing} | {happened} | {} | [source]({}) |\n",
            codes(&names),
            gone.instead,
            gone.source
        );
    }
    assert_current("docs/registries.md", &text);
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (before, rest) = readme.split_once("```text\n").unwrap();
    let (_, after) = rest.split_once("```\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
        .args(["check", "fixtures/demo/shop/web.yaml", "--select"])
        .args(["missing-tag,cached-mutable-image", "--color", "never"])
        .env("COLUMNS", "96")
        .env_remove("TERM")
        .current_dir(root())
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_current("README.md", &format!("{before}```text\n{shown}```\n{after}"));
}

#[test]
fn the_demo_shows_every_rule_that_runs_by_default() {
    let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
        .args(["check", "fixtures/demo", "--format", "concise"])
        .current_dir(root())
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    for rule in RULES.iter().filter(|rule| rule.level.of(Profile::Recommended).is_some()) {
        assert!(shown.contains(&format!("[{}]", rule.id)), "the demo shows no {}", rule.id);
    }
}

#[test]
fn the_commands_for_ci_services_write_what_they_name() {
    let page = fs::read_to_string(root().join("docs/integrations.md")).unwrap();
    let (_, page) = page.split_once("# In CI").unwrap();
    let mut inside = false;
    let mut run = 0;
    for line in page.lines() {
        inside ^= line.starts_with("```");
        let Some((_, command)) = line.split_once("pullcheck check ").filter(|_| inside) else {
            continue;
        };
        let command = command.split(['|', '\'']).next().unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs::copy(root().join("fixtures/demo/shop/web.yaml"), dir.path().join("web.yaml")).unwrap();
        let mut pullcheck = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
        pullcheck.arg("check").args(command.split_whitespace()).current_dir(dir.path());
        assert_eq!(pullcheck.output().unwrap().status.code(), Some(1), "{line}");
        for path in command.split_whitespace().filter_map(|word| Some(word.split_once('=')?.1)) {
            assert!(fs::metadata(dir.path().join(path)).unwrap().len() > 0, "{line}");
        }
        run += 1;
    }
    assert_eq!(run, 4);
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let lints = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(lints.contains("unsafe_code = \"forbid\""));
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let manifest = entry.unwrap().path().join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true\n"), "{}", manifest.display());
    }
}
