use std::fs;

use miette::Diagnostic;
use pullcheck_core::{
    finding::Severity,
    policy::PullPolicy,
    rule::{Profile, Rule},
    rules::{find, levels},
};

use super::{discovering, error, is_excluded, level, running, tree, under};
use crate::config::{CommandLine, Configs, Source};

fn rules(ids: &[&str]) -> Vec<&'static Rule> {
    ids.iter().map(|id| find(id).unwrap()).collect()
}

fn typed(select: &[&str], ignore: &[&str]) -> CommandLine {
    CommandLine { select: rules(select), ignore: rules(ignore), ..CommandLine::default() }
}

#[test]
fn what_is_written_decides_which_rules_run() {
    let plain = CommandLine::default;
    let level_of = |text: &str, rule: &str| level(&under(text, "x.yaml", plain()), rule);
    assert_eq!(level_of("", "partial-version"), Some(Severity::Info));
    assert_eq!(level_of("", "unpinned-image"), None);
    assert_eq!(level_of("profile: strict", "partial-version"), Some(Severity::Warning));
    assert_eq!(level_of("profile: strict", "unpinned-image"), Some(Severity::Warning));
    assert_eq!(level_of("ignore: [missing-tag]", "missing-tag"), None);
    assert_eq!(level_of("severity: {missing-tag: info}", "missing-tag"), Some(Severity::Info));
    assert_eq!(
        level_of("severity: {unpinned-image: info}", "unpinned-image"),
        Some(Severity::Info)
    );
    for off in ["off", "'off'", "false"] {
        assert_eq!(level_of(&format!("severity: {{missing-tag: {off}}}"), "missing-tag"), None);
    }
    assert_eq!(level_of("select: [unpinned-image]", "unpinned-image"), Some(Severity::Warning));
    let both = "select: [missing-tag, latest-tag]\nignore: [latest-tag]";
    assert_eq!(running(&under(both, "x.yaml", plain())), ["missing-tag"], "ignoring wins");
    let other = "select: [missing-tag]\nseverity: {never-pull: error}";
    assert_eq!(running(&under(other, "x.yaml", plain())), ["missing-tag"]);
    let none = running(&under("select: []", "x.yaml", plain()));
    assert_eq!(none, running(&under("", "x.yaml", plain())), "an empty list selects nothing");
}

#[test]
fn what_is_typed_wins() {
    let of = |text: &str, line: CommandLine| under(text, "x.yaml", line);
    let text =
        "select: [never-pull]\nignore: [missing-tag]\nseverity: {latest-tag: off, syntax: info}";
    let line = typed(&["missing-tag", "latest-tag", "syntax"], &[]);
    let settings = of(text, line);
    assert_eq!(running(&settings), ["latest-tag", "missing-tag", "syntax"]);
    assert_eq!(level(&settings, "latest-tag"), Some(Severity::Error));
    assert_eq!(level(&settings, "syntax"), Some(Severity::Info), "the severity is kept");

    let settings = of("ignore: [missing-tag]", typed(&[], &["latest-tag"]));
    assert_eq!((level(&settings, "missing-tag"), level(&settings, "latest-tag")), (None, None));
    let settings = of("", typed(&["missing-tag", "latest-tag"], &["latest-tag"]));
    assert_eq!(running(&settings), ["missing-tag"]);

    let strict = CommandLine { profile: Some(Profile::Strict), ..CommandLine::default() };
    assert!(level(&of("profile: recommended", strict.clone()), "unpinned-image").is_some());
    let overridden = "overrides: [{paths: ['*'], profile: recommended}]";
    assert!(level(&of(overridden, strict), "unpinned-image").is_some());

    let line = CommandLine { no_ignores: true, ..CommandLine::default() };
    assert!(!of("", line).honour_ignores && of("", CommandLine::default()).honour_ignores);

    let root = tree(&[("pullcheck.yaml", "fail_on: error")]);
    let line = CommandLine { fail_on: Some(Severity::Info), ..CommandLine::default() };
    let configs = Configs::new(Source::Discover, line).unwrap();
    assert_eq!(configs.fail_on(&root.path().join("x.yaml")), Severity::Info);
}

#[test]
fn the_other_values_arrive() {
    let root = tree(&[(
        "pullcheck.yaml",
        "required_pull_policy: IfNotPresent\nmax_file_size: 2\nassume: {always_pull_images: true}\n\
         tags: {mutable: ['*-nightly', 1.20], immutable: ['release-*']}",
    )]);
    let configs = discovering();
    let file = root.path().join("x.yaml");
    let settings = configs.settings_for(&file).unwrap();
    assert_eq!(settings.required_policy, Some(PullPolicy::IfNotPresent));
    assert!(settings.assume.always_pull_images);
    assert!(settings.tags.mutable.is_match("2024-nightly"));
    assert!(settings.tags.mutable.is_match("1.20"), "as it is written");
    assert!(settings.tags.immutable.is_match("release-7"));
    assert_eq!(configs.reading(&file).unwrap().1, 2 << 20);
}

#[test]
fn extended_files_come_first() {
    let root = tree(&[
        (
            "common/base.yaml",
            "profile: strict\nfail_on: info\nmax_file_size: 7\nselect: [never-pull]\n\
             ignore: [syntax]\nexclude: [old, /base-only]\ntags: {mutable: [a]}\n\
             severity: {missing-tag: info, latest-tag: info}\n\
             overrides: [{paths: [dev], severity: {latest-tag: off}}]",
        ),
        ("common/more.yaml", "fail_on: warning\nignore: [version-skew]"),
        (
            "app/pullcheck.yaml",
            "extends: [../common/base.yaml, ../common/more.yaml]\n\
             select: [missing-tag, latest-tag, syntax, version-skew]\n\
             exclude: [/local]\ntags: {mutable: [b]}\nseverity: {missing-tag: error}\n\
             overrides: [{paths: ['*.x.yaml'], severity: {latest-tag: error}}]",
        ),
        ("app/base-only/x.yaml", ""),
    ]);
    let configs = discovering();
    let app = root.path().join("app");
    let settings = |path: &str| configs.settings_for(&app.join(path)).unwrap();
    assert_eq!(running(&settings("a.yaml")), ["latest-tag", "missing-tag"]);
    assert_eq!(level(&settings("a.yaml"), "missing-tag"), Some(Severity::Error));
    assert_eq!(level(&settings("a.yaml"), "latest-tag"), Some(Severity::Info));
    assert_eq!(level(&settings("dev/a.yaml"), "latest-tag"), None);
    assert_eq!(level(&settings("dev/a.x.yaml"), "latest-tag"), Some(Severity::Error));
    let tags = &settings("a.yaml").tags.mutable;
    assert!(tags.is_match("a") && tags.is_match("b"));
    assert_eq!(configs.fail_on(&app.join("a.yaml")), Severity::Warning);
    assert_eq!(configs.reading(&app.join("a.yaml")).unwrap().1, 7 << 20);
    assert!(is_excluded(&configs, &app, "x/old/a.yaml"), "no `/`: any depth, elsewhere too");
    assert!(!is_excluded(&configs, &app, "base-only/x.yaml"), "anchored beside the other file");
    assert!(is_excluded(&configs, &app, "local"));
    assert_eq!(configs.errors().len(), 0);
}

#[test]
fn a_file_extended_on_two_ways_is_laid_once() {
    let root = tree(&[
        ("root.yaml", "fail_on: info"),
        ("a.yaml", "extends: root.yaml\nfail_on: error"),
        ("b.yaml", "extends: root.yaml"),
        ("pullcheck.yaml", "extends: [a.yaml, ./b.yaml]"),
    ]);
    assert_eq!(discovering().fail_on(&root.path().join("x.yaml")), Severity::Error);
}

#[test]
fn extending_in_a_circle_or_nothing_is_an_error_at_the_path() {
    let root = tree(&[
        ("a.yaml", "profile: all\nextends: sub/b.yaml\n"),
        ("sub/b.yaml", "extends:\n  - ../fine.yaml\n  - ../a.yaml\n"),
        ("self.yaml", "extends: self.yaml"),
        ("fine.yaml", ""),
        ("missing.yaml", "extends: ['fine.yaml', \"no.yaml\"]"),
        ("folder.yaml", "extends: sub"),
    ]);
    let table = [
        ("a.yaml", "sub/b.yaml", "../a.yaml", "in a circle: ", "out of the circle"),
        ("self.yaml", "self.yaml", "self.yaml", "in a circle: ", "out of the circle"),
        (
            "missing.yaml",
            "missing.yaml",
            "\"no.yaml\"",
            "no.yaml`: no such file",
            "relative to this",
        ),
        ("folder.yaml", "folder.yaml", "sub", "sub`: is a directory", "relative to this"),
    ];
    for (file, at, blamed, message, help) in table {
        let error = error(&root, file);
        assert_eq!(error.path(), root.path().join(at), "{file}");
        let text = fs::read_to_string(error.path()).unwrap();
        assert_eq!(error.span().unwrap().slice(&text), blamed, "{file}");
        assert!(error.to_string().contains(message), "{file}: {error}");
        assert!(error.help().unwrap().to_string().contains(help), "{file}");
    }
    let error = error(&root, "a.yaml").to_string();
    let circle: Vec<&str> = error.split(" -> ").collect();
    assert!(circle.len() == 3 && circle[1].ends_with("b.yaml"), "{error}");
}

#[test]
fn a_long_row_of_extended_files_is_an_error() {
    let names: Vec<String> = (0..40).map(|n| format!("{n}.yaml")).collect();
    let texts: Vec<String> = (1..41).map(|n| format!("extends: {n}.yaml")).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let error = error(&tree(&files), "0.yaml");
    assert!(error.to_string().contains("more than 32 files"), "{error}");
}

#[test]
fn profiles_are_those_of_the_core() {
    for profile in Profile::ALL {
        let text = format!("profile: {}", profile.as_str());
        let settings = under(&text, "x.yaml", CommandLine::default());
        let expected = levels(profile);
        for rule in pullcheck_core::rules::RULES {
            assert_eq!(settings.levels.get(rule.id), expected.get(rule.id), "{}", rule.id);
        }
    }
}
