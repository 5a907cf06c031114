use miette::Diagnostic;
use pullcheck_core::span::LineIndex;

use super::{discovering, error, tree};
use crate::config::ConfigError;

/// Text, line, column, the words blamed there, a part of the message, a part of the help.
type Row = (&'static str, usize, usize, &'static str, &'static str, &'static str);

const BROKEN: &[Row] = &[
    // Keys.
    ("profil: all\n", 1, 1, "profil", "unknown key `profil`", "did you mean `profile`?"),
    ("# c\nfail_on: info\nfailOn: error\n", 3, 1, "failOn", "`failOn`", "`fail_on`?"),
    ("wibble: 1\n", 1, 1, "wibble", "`wibble`", "the keys here are `extends`, `fail_on`"),
    ("<<: {profile: all}\n", 1, 1, "<<", "unknown key `<<`", "the keys here are"),
    ("tags:\n  mutabel: []\n", 2, 3, "mutabel", "`mutabel`", "`mutable`?"),
    ("assume: {pull: true}", 1, 10, "pull", "`pull`", "the keys here are `always_pull_images`"),
    ("overrides:\n  - paths: [a]\n    fail_on: info\n", 3, 5, "fail_on", "`fail_on`", "`paths`"),
    ("overrides:\n  - profile: all\n", 2, 5, "profile: all", "`paths` is missing", "add `paths`"),
    // Keys given twice.
    ("fail_on: info\nfail_on: error\n", 2, 1, "fail_on", "given twice", "keep one"),
    ("severity:\n  missing-tag: off\n  missing-tag: info\n", 3, 3, "missing-tag", "twice", "keep"),
    ("tags: {mutable: [], mutable: []}", 1, 21, "mutable", "given twice", "keep one"),
    // Rules.
    ("select: [mising-tag]\n", 1, 10, "mising-tag", "unknown rule", "did you mean `missing-tag`?"),
    ("ignore:\n  - latest\n", 2, 5, "latest", "unknown rule `latest`", "`latest-tag`?"),
    ("ignore: [missing_tag]", 1, 10, "missing_tag", "unknown rule", "`missing-tag`?"),
    ("ignore: ['é', xyz]", 1, 10, "'é'", "unknown rule `é`", "write one of `cached-mutable"),
    ("severity:\n  x: off\n", 2, 3, "x", "unknown rule `x`", "write one of"),
    // Words.
    ("profile: stric\n", 1, 10, "stric", "unknown profile `stric`", "`strict`?"),
    ("profile: [all]\n", 1, 10, "[all]", "expected a profile, found a list", "write a profile"),
    ("profile: 1", 1, 10, "1", "unknown profile `1`", "write one of `recommended`, `strict`"),
    ("severity: {never-pull: wran}", 1, 24, "wran", "unknown severity `wran`", "`warning`"),
    ("severity: {never-pull: warn}", 1, 24, "warn", "unknown severity", "did you mean `warning`?"),
    ("severity: {never-pull: on}", 1, 24, "on", "unknown severity `on`", "`off`"),
    ("severity: {never-pull: }", 1, 12, "never-pull", "a severity, found nothing", "severity"),
    ("fail_on: off", 1, 10, "off", "unknown severity `off`", "`info`, `warning`, `error`"),
    ("required_pull_policy: always", 1, 23, "always", "unknown pull policy", "`Always`?"),
    ("required_pull_policy: if-not-present", 1, 23, "if-not-present", "policy", "`IfNotPresent`?"),
    // Kinds of values.
    ("- profile: all\n", 1, 1, "- profile: all", "expected a mapping, found a list", "key: value"),
    ("just words", 1, 1, "just words", "expected a mapping, found a string", "key: value"),
    ("select: missing-tag\n", 1, 9, "missing-tag", "expected a list", "brackets"),
    ("exclude:\n  a: 1\n  b: 2\n", 2, 3, "a: 1", "expected a list, found a mapping", "brackets"),
    ("exclude: [[a]]", 1, 11, "[a]", "expected a string, found a list", "write a string"),
    ("severity: [missing-tag]", 1, 11, "[missing-tag]", "expected a mapping", "key: value"),
    ("tags: 3", 1, 7, "3", "expected a mapping, found a number", "key: value"),
    ("assume: {always_pull_images: yes}", 1, 30, "yes", "expected `true` or `false`", "`true`"),
    ("assume: {always_pull_images: 'true'}", 1, 30, "'true'", "found a string", "`true` or"),
    ("max_file_size: 1.5", 1, 16, "1.5", "expected a whole number, found a number", "whole"),
    ("max_file_size: -1", 1, 16, "-1", "expected a whole number", "whole number"),
    ("max_file_size: 0", 1, 16, "0", "`0` cannot be a size limit", "from 1 to 4095"),
    ("max_file_size: 5000", 1, 16, "5000", "`5000` cannot", "from 1 to 4095"),
    ("extends: 3", 1, 10, "3", "expected a path or a list of paths, found a number", "a path"),
    ("extends: {a: b}", 1, 10, "{a: b}", "expected a path or a list of paths", "a path"),
    ("extends: [a, [b]]", 1, 14, "[b]", "expected a string", "a string"),
    ("max_file_size: 0x10\nx: 1", 2, 1, "x", "unknown key `x`", "the keys here"),
    // Names of registries.
    (
        "registries:\n  allow:\n  - https://ghcr.io\n",
        3,
        5,
        "https://ghcr.io",
        "`https://ghcr.io` can match no image: no image name has a scheme",
        "ghcr.io/example",
    ),
    (
        "registries: {deny: ['nginx:latest']}",
        1,
        21,
        "'nginx:latest'",
        "a tag or a digest",
        "a host",
    ),
    ("registries: {except: [ghcr.io/Acme]}", 1, 23, "ghcr.io/Acme", "upper case", "a host"),
    ("registries: {allowed: []}", 1, 14, "allowed", "unknown key `allowed`", "`allow`?"),
    ("immutable_registries: ['']", 1, 24, "''", "it is empty", "a host"),
    ("assume: {node_identity: ghcr.io}", 1, 25, "ghcr.io", "expected a list", "brackets"),
    ("kinds: [{group: a.io/v1, kind: W, places: []}]", 1, 17, "a.io/v1", "no API group", "`a.io`"),
    ("kinds: [{kind: '', places: []}]", 1, 16, "''", "no kind", "`Widget`"),
    // Kinds that hold images.
    (
        "kinds:\n- kind: Widget\n  places:\n  - picture spec.image\n",
        4,
        5,
        "picture spec.image",
        "`picture` is none of",
        "image spec.image",
    ),
    (
        "kinds: [{kind: W, places: ['image spec..x']}]",
        1,
        28,
        "'image spec..x'",
        "`spec..x` is no path",
        "image",
    ),
    ("kinds: [{kind: W, places: [image]}]", 1, 28, "image", "a shape and a path", "image spec"),
    ("kinds: [{places: []}]", 1, 9, "{places: []}", "`kind` is missing", "add `kind`"),
    ("kinds: [{kind: W, path: x}]", 1, 19, "path", "unknown key `path`", "`places`"),
    ("read_config_maps: 1", 1, 19, "1", "expected `true` or `false`", "`true` or"),
    // Globs.
    ("exclude:\n- a\n- 'b[c'\n", 3, 3, "'b[c'", "`b[c` is not a glob: unclosed", "write `[[]`"),
    ("exclude: ['{a']", 1, 11, "'{a'", "`{a` is not a glob", "`[{]`"),
    ("exclude: ['!a']", 1, 11, "'!a'", "begins with `!`", "list only what is meant"),
    ("exclude: ['']", 1, 11, "''", "matches nothing", "name a file"),
    ("exclude: [./]", 1, 11, "./", "matches nothing", "name a file"),
    ("tags: {mutable: ['a[']}", 1, 18, "'a['", "`a[` is not a glob", "write"),
    ("overrides: [{paths: ['a[']}]", 1, 22, "'a['", "`a[` is not a glob", "write"),
    // YAML itself.
    ("ignore: [a\nprofile: all\n", 2, 8, ":", "not YAML", "quote values"),
    ("profile: \"all\n", 1, 10, "\"", "not YAML", "quote values"),
    ("exclude: [*x]", 1, 11, "*x", "found an alias of nothing", "write a string"),
    ("profile: all\n---\nprofile: strict\n", 3, 1, "profile: strict", "one document", "`---`"),
];

#[test]
fn errors_stand_at_their_exact_places() {
    for &(text, line, column, blamed, message, help) in BROKEN {
        let root = tree(&[("pullcheck.yaml", text)]);
        let error = error(&root, "pullcheck.yaml");
        let span = error.span().unwrap();
        let at = LineIndex::new(text).position(text, span.start);
        assert_eq!((at.line, at.column), (line, column), "{text:?}: {error}");
        assert_eq!(span.slice(text), blamed, "{text:?}");
        assert!(error.to_string().contains(message), "{text:?}: {error}");
        assert!(help_of(&error).contains(help), "{text:?}: {}", help_of(&error));
        assert_eq!(error.labels().unwrap().count(), 1, "{text:?}");
    }
}

#[test]
fn an_error_prints_with_its_file_and_place() {
    let root = tree(&[("sub/.pullcheck.yaml", "# ours\nprofile: stric\n")]);
    let error = error(&root, "sub/.pullcheck.yaml");
    let mut text = String::new();
    let theme = miette::GraphicalTheme::unicode_nocolor();
    miette::GraphicalReportHandler::new_themed(theme).render_report(&mut text, &error).unwrap();
    for part in ["unknown profile `stric`", ".pullcheck.yaml:2:10]", "not a profile", "help: did"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_without_a_place() {
    let root = tree(&[]);
    let error = error(&root, "none.yaml");
    assert!(error.to_string().starts_with("cannot read"), "{error}");
    assert!(error.to_string().ends_with("none.yaml`: no such file or directory"), "{error}");
    assert_eq!((error.span(), error.path()), (None, root.path().join("none.yaml").as_path()));
    assert!(error.labels().is_none() && error.source_code().is_none());
}

#[test]
fn what_says_nothing_is_the_defaults() {
    for text in
        ["", "# only a comment\n", "---\n", "~", "{}", "ignore:\nseverity:\ntags:\nextends:\n"]
    {
        let root = tree(&[("pullcheck.yaml", text)]);
        let configs = discovering();
        assert!(configs.settings_for(&root.path().join("a.yaml")).is_some());
        assert!(configs.errors().is_empty(), "{text:?}");
    }
}

fn help_of(error: &ConfigError) -> String {
    error.help().map(|help| help.to_string()).unwrap_or_default()
}
