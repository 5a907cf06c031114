//! No secret is ever shown: no format prints a credential, not even in part.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{path::Path, process::Command};

use clap::ValueEnum;
use pullcheck::args::{Format, ImagesFormat};

/// What is secret in the fixtures, as it is written and as it is encoded.
const SECRETS: &[&str] = &[
    "kV8sQ2nX7pLw",
    "fixture-",
    "eyJwYXlsb2Fk",
    "eyJhdXRocyI6",
    "eyJhdXRocyI",
    "cm9ib3Q6",
    "QVdTOmV5",
    "changeme",
    "AES256_GCM",
];

fn shown(folder: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(folder))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

fn names<T: ValueEnum>() -> Vec<String> {
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

#[test]
fn no_format_shows_a_secret() {
    let folders = [
        "rules/committed-registry-credential",
        "rules/short-lived-pull-secret",
        "rules/pull-secret-mismatch",
        "demo/jobs",
    ];
    let mut seen = 0;
    for folder in folders {
        let mut runs = Vec::new();
        for format in names::<Format>() {
            let arguments = ["check", ".", "--profile", "all", "--no-ignores", "--format", &format];
            runs.push(shown(folder, &arguments));
        }
        for format in names::<ImagesFormat>() {
            runs.push(shown(folder, &["images", ".", "--format", &format]));
        }
        runs.push(shown(folder, &["check", ".", "--statistics"]));
        for text in runs {
            seen += usize::from(text.contains("credential") || text.contains("secret"));
            for secret in SECRETS {
                assert!(!text.contains(secret), "{folder} shows `{secret}`:\n{text}");
            }
        }
    }
    assert!(seen > 4, "the fixtures hold findings about secrets");
}

#[test]
fn a_secret_beside_a_finding_and_in_a_broken_document_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("a.yaml"),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: kV8sQ2nX7pLw # pullcheck: ignore[latest-tag]\n---\napiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}\n---\napiVersion: v1\nkind: Secret\ndata:\n  token: kV8sQ2nX7pLw\n  a: b: kV8sQ2nX7pLw\n",
    )
    .unwrap();
    for format in names::<Format>() {
        let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
            .args(["check", ".", "--format", &format])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("syntax") && !text.contains("kV8sQ2"), "{format}:\n{text}");
    }
}
