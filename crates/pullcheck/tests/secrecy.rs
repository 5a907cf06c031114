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

/// A report without the rules' pages, whose examples hold made-up secrets.
fn without_pages(report: &str) -> String {
    let lines = report.lines().filter(|line| !line.trim_start().starts_with("\"markdown\": \"# "));
    let lines = lines.filter(|line| !line.trim_start().starts_with("\"text\": \"# "));
    lines.map(|line| format!("{line}\n")).collect()
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
            runs.push(without_pages(&shown(folder, &arguments)));
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

/// Texts in which a secret lies near what is blamed, or in it. Each ends in the password.
const NEAR: &[&str] = &[
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: nginx\n--- {apiVersion: v1, kind: Secret, stringData: {password: PW}}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: PW # pullcheck: ignore[latest-tag]\n---\napiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}\n",
    "apiVersion: v1\nkind: Secret\ndata:\n  token: PW\n  a: b: PW\n",
    "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  data:\n    token: PW\n    a: b: PW\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  token: *PW\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: PW\n  name: r\n  # before: PW\ntype: Opaque # PW\ndata: PW\nbinaryData: {a: PW}\nStringData: {a: PW} # PW\n---\napiVersion: v1\nkind: Pod\nspec: {imagePullSecrets: [{name: r}], containers: [{image: nginx}]}\n",
    "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n- apiVersion: v1\n  kind: Secret\n  stringData: {a: PW}\n- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{image: nginx}]}\n",
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: robot:PW@ghcr.io/a/b:1\n  - image: https://robot:PW@ghcr.io/a/b:1\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: r}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\": {\"https://robot:PW@ghcr.io\": {\"username\": \"robot\", \"password\": \"PW\"}}}'\n---\napiVersion: v1\nkind: Pod\nspec: {imagePullSecrets: [{name: r}], containers: [{image: nginx}]}\n",
    "- {op: add, path: /stringData/password, value: PW}\n- {op: add, path: /spec/containers/0/image, value: nginx}\n",
];

const KUSTOMIZATIONS: &[&str] = &[
    "secretGenerator:\n- name: a\n  literals: [password=PW]\nimages: [{name: a, newTag: latest}]\n",
    "patches:\n- patch: \"apiVersion: v1\\nkind: Secret\\nmetadata: {name: é}\\ntype: kubernetes.io/dockerconfigjson\\nstringData:\\n  .dockerconfigjson: '{auths: {ghcr.io: {username: robot, password: PW}}}'\\n\"\nimages: [{name: a, newTag: latest}]\n",
];

#[test]
fn a_secret_near_a_finding_is_not_shown() {
    let files = NEAR.iter().map(|text| ("a.yaml", text));
    let files = files.chain(KUSTOMIZATIONS.iter().map(|text| ("kustomization.yaml", text)));
    for (name, text) in files {
        let folder = tempfile::tempdir().unwrap();
        let text = text.replace("PW", "kV8sQ2nX7pLw");
        std::fs::write(folder.path().join(name), &text).unwrap();
        std::fs::write(folder.path().join("pullcheck.yaml"), "read_config_maps: true\n").unwrap();
        let formats = names::<Format>().into_iter().map(|format| ("check", format));
        let formats = formats.chain(names::<ImagesFormat>().into_iter().map(|f| ("images", f)));
        for (command, format) in formats {
            let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
                .args([command, ".", "--format", &format])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let shown = without_pages(&String::from_utf8(output.stdout).unwrap());
            assert!(!shown.is_empty(), "{format}: {text}");
            assert!(!shown.contains("kV8sQ2"), "{format}: {text}\n{shown}");
        }
    }
}
