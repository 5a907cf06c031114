use std::fs;

use pullcheck_core::{finding::Severity, rules::RULES};
use serde_json::Value;

use super::{discovering, level, same_levels, tree, under};
use crate::config::{CommandLine, Configs, Source, TEMPLATE, schema};

#[test]
fn the_template_is_the_defaults() {
    let root = tree(&[("written/pullcheck.yaml", TEMPLATE)]);
    let configs = discovering();
    let values = |folder: &str| {
        let shown = configs.show(&root.path().join(folder));
        shown.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(values("written"), values(""));
}

#[test]
fn the_examples_in_the_template_are_good() {
    // What is no sentence is an example.
    let example = |line: &'static str| match line.strip_prefix("# ") {
        Some(example) if !line.ends_with('.') && !line.contains("$schema") => example,
        _ => line,
    };
    let text = TEMPLATE.lines().map(example).collect::<Vec<_>>().join("\n");
    let settings = under(&text, "dev/x.yaml", CommandLine::default());
    assert_eq!(level(&settings, "partial-version"), Some(Severity::Warning));
    assert_eq!(level(&settings, "latest-tag"), None);
    assert!(settings.tags.immutable.is_match("release-1"));
}

#[test]
fn the_schema_knows_every_key_and_rule() {
    let text = schema();
    assert!(text.ends_with("}\n"));
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(schema["additionalProperties"], false);
    let keys = schema["properties"].as_object().unwrap();
    for key in ["extends", "profile", "severity", "overrides", "max_file_size"] {
        assert!(keys[key]["description"].is_string(), "{key}: {}", keys[key]);
    }
    assert_eq!(keys["fail_on"]["default"], "warning");
    let definitions = &schema["definitions"];
    assert_eq!(definitions["Override"]["required"], serde_json::json!(["paths"]));
    for rule in RULES {
        let property = &definitions["severities"]["properties"][rule.id];
        assert_eq!(property["description"], rule.summary());
        assert!(definitions["rule"]["enum"].as_array().unwrap().contains(&rule.id.into()));
    }
}

#[test]
fn what_is_shown_holds_and_can_be_used_again() {
    let root = tree(&[
        ("base.yaml", "profile: strict\ntags: {mutable: [1.20, 'on']}"),
        (
            "pullcheck.yaml",
            "extends: base.yaml\nseverity: {latest-tag: off}\nexclude: [gone]\n\
             overrides: [{paths: [dev, 'x*'], required_pull_policy: Never}]",
        ),
    ]);
    let configs = discovering();
    let text = configs.show(&root.path().join("dev/a.yaml"));
    let at = |name: &str| root.path().join(name).display().to_string();
    let comments: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    let expected = [
        format!("# what holds for {}", at("dev/a.yaml")),
        format!("# from {}", at("base.yaml")),
        format!("# from {}", at("pullcheck.yaml")),
        "# with the override for dev, x*".to_owned(),
    ];
    assert_eq!(comments, expected);
    for rule in RULES {
        assert!(text.contains(&format!("  {}: ", rule.id)), "{}\n{text}", rule.id);
    }
    let again = under(&text, "a.yaml", CommandLine::default());
    let settings = configs.settings_for(&root.path().join("dev/a.yaml")).unwrap();
    assert!(same_levels(&again, &settings));
    assert_eq!(again.required_policy, settings.required_policy);
    assert!(again.tags.mutable.is_match("1.20") && again.tags.mutable.is_match("on"));
    assert_eq!(level(&again, "latest-tag"), None);

    fs::create_dir(root.path().join("gone")).unwrap();
    assert!(configs.show(&root.path().join("gone")).contains("# excluded"));
}

#[test]
fn what_is_typed_is_shown_too() {
    let line = CommandLine { fail_on: Some(Severity::Info), ..CommandLine::default() };
    let configs = Configs::new(Source::Isolated, line).unwrap();
    let text = configs.show("x.yaml".as_ref());
    assert!(text.starts_with("# what holds for x.yaml\n# from no file: the defaults\n"), "{text}");
    assert!(text.contains("\nfail_on: info\n"), "{text}");
}
