//! The set-ups of `docs/integrations.md`, taken out of it: each stops a commit with a fault, says
//! where it is, and lets a commit without one pass in silence.

use std::{fs, os::unix::fs::symlink, path::Path, process::Command};

use crate::{
    hooks::{PRE_COMMIT, PREK},
    installed, printed,
    repository::{Repository, pod},
    root,
};

/// The first block of code behind a word in the document, without what is indented in front of it.
fn snippet_behind(words: &str) -> String {
    let document = fs::read_to_string(root().join("docs/integrations.md")).unwrap();
    let (_, rest) = document.split_once(words).unwrap();
    let (_, block) = rest.split_once("\n```").unwrap();
    let (_, text) = block.split_once('\n').unwrap();
    text.split_once("```").unwrap().0.to_owned()
}

/// Commits a fault, which must be told by a path from the root of the repository, and mends it.
fn holds_back_a_fault(repository: &Repository) {
    let file = "deploy/shop/web.yaml";
    repository.write(file, &pod("nginx"));
    let output = repository.commit();
    let text = printed(&output);
    assert!(!output.status.success(), "{text}");
    assert!(text.contains(&format!("╭─[{file}:7:14]")), "{text}");
    repository.write(file, &pod("nginx:1.27.3"));
    let output = repository.commit();
    let text = printed(&output);
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("nothing found") && !text.contains("web.yaml"), "{text}");
}

#[test]
#[ignore = "needs the clients"]
fn pre_commit_and_prek() {
    for runner in [PRE_COMMIT, PREK] {
        holds_back_a_fault(&runner.repository(&snippet_behind("`.pre-commit-config.yaml`:")));
        let strict = runner.repository(&snippet_behind("so end it with one:"));
        strict.write("--help.yaml", &pod("nginx:1.27.3"));
        let text = printed(&strict.commit());
        assert!(text.contains("warning[unpinned-image]"), "{text}");
    }
}

fn with_pullcheck() -> Repository {
    Repository::new().on_path(Path::new(env!("CARGO_BIN_EXE_pullcheck")))
}

#[test]
#[ignore = "needs the clients"]
fn lefthook() {
    let lefthook = installed("node/node_modules/lefthook-linux-x64/bin/lefthook");
    let repository = with_pullcheck().on_path(&lefthook);
    repository.write("lefthook.yml", &snippet_behind("`lefthook.yml`:"));
    let mut install = Command::new(&lefthook);
    install.arg("install");
    repository.succeed(install);
    holds_back_a_fault(&repository);
}

#[test]
#[ignore = "needs the clients"]
fn lint_staged_and_husky() {
    let modules = installed("node/node_modules");
    let repository = with_pullcheck();
    symlink(&modules, repository.path().join("node_modules")).unwrap();
    repository.write(".gitignore", "node_modules\n");
    repository.write("package.json", &snippet_behind("`package.json`:"));
    let mut prepare = Command::new("npm");
    prepare.args(["run", "prepare"]);
    repository.succeed(prepare);
    repository.write(".husky/pre-commit", &snippet_behind("`.husky/pre-commit`:"));
    holds_back_a_fault(&repository);
}
