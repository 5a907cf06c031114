//! The programs that run pullcheck or read what it writes, as their users run them.
//!
//! `.ci/clients/install` installs them, in fixed versions, into `.tools`. Without them these tests
//! fail, so they run only where they are asked for: `cargo test --test clients -- --ignored`.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod action;
mod documented;
mod editors;
mod formats;
mod hooks;
mod packaging;
mod repository;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A client that was installed from PyPI.
fn python(program: &str) -> Command {
    Command::new(installed(&format!("python/bin/{program}")))
}

/// A client that was installed from npm, by its path among the modules.
fn node(program: &str) -> Command {
    Command::new(installed(&format!("node/node_modules/{program}")))
}

fn installed(path: &str) -> PathBuf {
    let program = root().join(".tools").join(path);
    assert!(program.exists(), "{path} is missing: `.ci/clients/install` installs it");
    program
}

/// What a program printed on both streams.
fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

#[test]
#[ignore = "needs the clients"]
fn the_clients_are_those_that_were_asked_for() {
    let output = python("pre-commit").arg("--version").output().unwrap();
    assert_eq!(printed(&output), "pre-commit 4.7.0\n");
    let output = node("lefthook-linux-x64/bin/lefthook").arg("version").output().unwrap();
    assert!(printed(&output).starts_with("2.2.2"), "{}", printed(&output));
}
