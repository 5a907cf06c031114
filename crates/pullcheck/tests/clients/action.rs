//! The action, the workflows and the snippets for other services, as linters and schemas see them.

use std::{fs, path::Path};

use crate::{printed, python, root};

/// The page whose snippets are checked.
const PAGE: &str = "docs/integrations.md";

/// Runs `zizmor`, without the network and with all that it has to say.
fn assert_sound(dir: &Path) {
    let mut zizmor = python("zizmor");
    zizmor.args(["--offline", "--no-progress", "--persona", "pedantic"]).arg(dir);
    let output = zizmor.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    assert!(printed(&output).contains("No findings to report"), "{}", printed(&output));
}

/// Holds a file to a schema that `check-jsonschema` brings along, with the options that its own
/// hooks have for that schema.
fn assert_valid(schema: &str, file: &Path) {
    let mut check = python("check-jsonschema");
    check.args(["--builtin-schema", schema]).arg(file);
    if let "vendor.gitlab-ci" | "vendor.azure-pipelines" = schema {
        check.args(["--regex-variant", "nonunicode"]);
        check.args(["--data-transform", schema.trim_start_matches("vendor.")]);
    }
    let output = check.output().unwrap();
    assert!(output.status.success(), "{}: {}", file.display(), printed(&output));
}

/// The YAML snippets below a heading of the page.
fn snippets(heading: &str) -> Vec<String> {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let section =
        page.split("\n## ").find(|text| text.trim_start_matches("## ").starts_with(heading));
    let blocks = section.unwrap().split("```yaml\n").skip(1);
    blocks.map(|block| block.split_once("```").unwrap().0.to_owned()).collect()
}

#[test]
#[ignore = "needs the clients"]
fn the_action_and_the_workflows_are_sound() {
    assert_sound(&root().join("action.yml"));
    assert_sound(&root().join(".github"));
    assert_valid("vendor.github-actions", &root().join("action.yml"));
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        assert_valid("vendor.github-workflows", &entry.unwrap().path());
    }
}

#[test]
#[ignore = "needs the clients"]
fn the_snippets_for_github_are_sound() {
    let dir = tempfile::tempdir().unwrap();
    let workflows = dir.path().join(".github/workflows");
    fs::create_dir_all(&workflows).unwrap();
    // The tag of a release is as much as can be known of its commit beforehand. A snippet is shown
    // without what makes it a citizen of a larger repository.
    let config = "rules:\n  unpinned-uses:\n    config:\n      policies:\n        pullcheck/pullcheck: ref-pin\n        '*': hash-pin\n  anonymous-definition:\n    disable: true\n  concurrency-limits:\n    disable: true\n";
    fs::write(dir.path().join("zizmor.yml"), config).unwrap();
    let snippets = snippets("GitHub Actions");
    assert_eq!(snippets.len(), 2);
    for (number, snippet) in snippets.iter().enumerate() {
        let file = workflows.join(format!("{number}.yml"));
        fs::write(&file, snippet).unwrap();
        assert_valid("vendor.github-workflows", &file);
    }
    assert_sound(dir.path());
}

#[test]
#[ignore = "needs the clients"]
fn the_snippets_for_other_services_fit_their_schemas() {
    let dir = tempfile::tempdir().unwrap();
    for (heading, schema) in
        [("GitLab CI", "vendor.gitlab-ci"), ("Azure Pipelines", "vendor.azure-pipelines")]
    {
        let snippets = snippets(heading);
        assert_eq!(snippets.len(), 1, "{heading}");
        for snippet in snippets {
            let file = dir.path().join("ci.yml");
            fs::write(&file, snippet).unwrap();
            assert_valid(schema, &file);
        }
    }
}
