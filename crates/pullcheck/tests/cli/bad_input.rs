//! Whatever is thrown at it: a finding or a counted skip, never a panic, never a lost finding.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Place, pod};

/// Checks a file beside a good one; the good one's finding must not be lost.
fn beside_a_good_file(name: &str, bytes: &[u8]) -> (Vec<String>, serde_json::Value) {
    let place = Place::with(&[("good.yaml", &pod("nginx"))]);
    place.write(name, bytes);
    let start = Instant::now();
    let run = place.run(&["--format", "json"]);
    assert!(start.elapsed() < Duration::from_secs(20), "{name}");
    assert_eq!(run.code(), 1, "{name}: {}", run.err());
    let document = run.json();
    let mut rules: Vec<String> = Vec::new();
    for finding in document["findings"].as_array().unwrap() {
        let place =
            format!("{}:{}", finding["path"].as_str().unwrap(), finding["range"]["start"]["line"]);
        rules.push(format!("{place} {}", finding["rule"].as_str().unwrap()));
    }
    let good = rules.iter().position(|line| line == "good.yaml:8 missing-tag");
    rules.remove(good.unwrap());
    (rules, document["skipped"].clone())
}

/// A file, its bytes, what is found in it, and why it was skipped.
type Case<'c> = (&'c str, Vec<u8>, &'c [&'c str], Option<&'c str>);

#[test]
fn broken_texts_are_findings_or_counted() {
    let manifest = "apiVersion: v1\nkind: Pod\n";
    let nested = format!("{manifest}spec: {}", "[".repeat(100_000));
    let closed = format!("{manifest}spec: {}{}", "[".repeat(300), "]".repeat(300));
    let cases: &[Case<'_>] = &[
        ("empty.yaml", Vec::new(), &[], None),
        ("comment.yaml", b"# image\n".to_vec(), &[], None),
        ("bom.yaml", b"\xef\xbb\xbf".to_vec(), &[], None),
        (
            "invalid.yaml",
            format!("{manifest}spec: [image\n").into_bytes(),
            &["invalid.yaml:3 syntax"],
            None,
        ),
        ("nul.yaml", format!("{manifest}image: a\0b\n").into_bytes(), &["nul.yaml:3 syntax"], None),
        ("latin1.yaml", b"image: caf\xe9\n".to_vec(), &[], Some("not-utf8")),
        ("utf16.yaml", b"\xff\xfei\0m\0a\0g\0e\0".to_vec(), &[], Some("not-utf8")),
        ("nested.yaml", nested.into_bytes(), &["nested.yaml:3 syntax"], None),
        ("closed.yaml", closed.into_bytes(), &["closed.yaml:3 syntax"], None),
        (
            "broken.json",
            b"{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {".to_vec(),
            &["broken.json:1 syntax"],
            None,
        ),
        (
            "tabs.yaml",
            format!("{manifest}spec:\n\tcontainers: []\n").into_bytes(),
            &["tabs.yaml:4 syntax"],
            None,
        ),
        ("other.yaml", b"image: a: b\n".to_vec(), &[], Some("unparsable")),
        (
            "template.yaml",
            format!("{manifest}{{{{ if }}}}\nimage: a\n").into_bytes(),
            &[],
            Some("other-template"),
        ),
        (
            "alias.yaml",
            format!("{manifest}spec: {{image: *a}}\n").into_bytes(),
            &["alias.yaml:3 syntax"],
            None,
        ),
    ];
    for (name, bytes, findings, skip) in cases {
        let (found, skipped) = beside_a_good_file(name, bytes);
        assert_eq!(found, *findings, "{name}");
        let expected = skip.map_or(json!([]), |reason| json!([{"path": name, "reason": reason}]));
        assert_eq!(skipped, expected, "{name}");
    }
}

#[test]
fn wrong_shapes_are_told_or_passed_over() {
    for (shape, told) in [
        ("spec: x", 1),
        ("spec: []", 1),
        ("spec: {containers: x}", 1),
        ("spec: {containers: {a: b}}", 1),
        ("spec: {containers: [x, [y], ~, 1]}", 3),
        ("spec: {initContainers: true}", 1),
        ("spec: {containers: [{image: ~}]}", 0),
        ("spec: {volumes: [{image: x}, {image: [a]}]}", 0),
        ("spec: ~", 0),
        ("spec: {containers: {{ x }}}", 0),
        ("metadata: x", 0),
    ] {
        let text = format!("apiVersion: v1\nkind: Pod\n{shape}\n");
        let (found, _) = beside_a_good_file("shape.yaml", text.as_bytes());
        assert_eq!(found, vec!["shape.yaml:3 syntax"; told], "{shape}");
    }
    for image in ["123", "[nginx]", "{a: b}", "true", "1.5"] {
        let (found, _) = beside_a_good_file("image.yaml", pod(image).as_bytes());
        assert_eq!(found, ["image.yaml:8 invalid-reference"], "{image}");
    }
}

#[test]
fn one_broken_document_does_not_hide_the_others() {
    let text = format!("{}---\napiVersion: v1\nkind: Pod\nspec: [\n---\n{}", pod("a"), pod("b"));
    let (found, _) = beside_a_good_file("many.yaml", text.as_bytes());
    assert_eq!(
        found,
        ["many.yaml:8 missing-tag", "many.yaml:12 syntax", "many.yaml:21 missing-tag"]
    );
}

#[test]
fn aliases_that_multiply_are_not_followed_for_ever() {
    let mut text = String::from(
        "apiVersion: v1\nkind: List\na0: &a0 {apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}\n",
    );
    for level in 1..12 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        text += &format!("a{level}: &a{level} {{apiVersion: v1, kind: List, items: [{below}]}}\n");
    }
    text += "items: [*a11, *a11]\n";
    let (found, _) = beside_a_good_file("bomb.yaml", text.as_bytes());
    assert_eq!(found, ["bomb.yaml:3 missing-tag"]);
}

#[test]
fn work_grows_with_the_text_and_not_faster() {
    let many = 20_000;
    let head = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n";
    let stacked = "  # pullcheck: ignore[latest-tag]\n".repeat(many);
    let containers: String =
        (0..many).map(|n| format!("  - {{name: c{n}, image: \"a{n}:1\"}}\n")).collect();
    let keys: String = (0..2_000).map(|n| format!("k{n}: v, ")).collect();
    let merged = "  - <<: *m\n".repeat(2_000);
    let files = "# pullcheck: ignore-file[partial-version]\n".repeat(many);
    for text in [
        format!("{head}{stacked}{containers}"),
        format!("{files}{head}{containers}"),
        format!("m: &m {{{keys}}}\n{head}{merged}"),
    ] {
        // Within the time that `beside_a_good_file` allows; a square would take minutes.
        let _ = beside_a_good_file("hostile.yaml", text.as_bytes());
    }
}

#[test]
fn large_files_are_checked_up_to_the_limit() {
    let ten: String = (0..70_000).map(|_| pod("nginx:1.27.3") + "---\n").collect();
    assert!(ten.len() > 7_000_000);
    let (found, skipped) = beside_a_good_file("ten.yaml", ten.as_bytes());
    assert!(found.is_empty() && skipped == json!([]));
    let place = Place::with(&[("pullcheck.yaml", "max_file_size: 1\n"), ("big.yaml", &ten)]);
    let run = place.run(&["--format", "json"]);
    assert_eq!(run.code(), 0);
    assert_eq!(run.json()["skipped"], json!([{"path": "big.yaml", "reason": "too-large"}]));
}

#[cfg(unix)]
mod unix {
    use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn links_in_circles_and_dead_links_do_no_harm() {
        let place = Place::with(&[("a/web.yaml", &pod("nginx"))]);
        symlink("..", place.path().join("a/up")).unwrap();
        symlink("nowhere.yaml", place.path().join("dead.yaml")).unwrap();
        symlink("self.yaml", place.path().join("self.yaml")).unwrap();
        let run = place.run(&[".", "--format", "concise"]);
        assert_eq!((run.code(), run.lines()), (1, vec!["a/web.yaml:8 missing-tag".to_owned()]));
        assert_eq!(place.run(&["dead.yaml"]).code(), 2);
        assert_eq!(place.run(&["self.yaml"]).code(), 2);
    }

    #[test]
    fn a_pipe_is_read_once_and_shown() {
        let place = Place::with(&[("comment.yaml", "# pullcheck: ignore-file[latest-tag]\n")]);
        let run = place.run_with(&["/dev/stdin", "--format", "concise"], &pod("nginx"));
        assert_eq!((run.code(), run.lines().len()), (1, 1), "{}", run.err());
        let run = place.run(&["comment.yaml", "--format", "concise"]);
        assert_eq!(run.lines(), ["comment.yaml:1 unused-suppression"]);
    }

    #[test]
    fn names_that_are_not_utf8_are_read_and_shown() {
        let place = Place::with(&[]);
        let name = OsStr::from_bytes(b"caf\xe9.yaml");
        if fs::write(place.path().join(name), pod("nginx")).is_err() {
            return; // Some systems refuse such names.
        }
        let run = place.run(&[".", "--format", "concise"]);
        assert_eq!(run.lines(), ["caf\u{fffd}.yaml:8 missing-tag"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_cannot_be_read_is_trouble_and_counted() {
        let place = Place::with(&[("web.yaml", &pod("nginx"))]);
        // Reading this fails for root as well, which permissions do not.
        symlink("/proc/self/mem", place.path().join("memory.yaml")).unwrap();
        let run = place.run(&["web.yaml", "memory.yaml", "--format", "json", "--exit-zero"]);
        assert_eq!(run.code(), 2);
        assert!(run.err().contains("memory.yaml"), "{}", run.err());
        assert_eq!(run.json()["findings"][0]["rule"], "missing-tag");
        assert_eq!(run.json()["skipped"], json!([{"path": "memory.yaml", "reason": "unreadable"}]));
    }
}
