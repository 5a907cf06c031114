//! Texts that are no manifests: a finding or a counted skip, and no finding beside them is lost.

use serde_json::json;

use crate::{Place, pod};

/// Checks a file beside a good one; the good one's finding must not be lost.
fn beside_a_good_file(name: &str, bytes: &[u8]) -> (Vec<String>, serde_json::Value) {
    let place = Place::with(&[("good.yaml", &pod("nginx"))]);
    place.write(name, bytes);
    let run = place.run(&["--format", "json"]);
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
            "bom-first.yaml",
            format!("\u{feff}{manifest}spec: {{containers: [{{image: a}}]}}\n").into_bytes(),
            &["bom-first.yaml:3 missing-tag"],
            None,
        ),
        (
            "bom-next.yaml",
            format!("a: b\n---\n\u{feff}{manifest}spec: {{containers: [{{image: a}}]}}\n")
                .into_bytes(),
            &[],
            Some("unparsable"),
        ),
        (
            "bom-within.yaml",
            format!("{manifest}spec: {{containers: [{{image: \u{feff}a}}]}}\n").into_bytes(),
            &["bom-within.yaml:3 syntax"],
            None,
        ),
        (
            "cr.yaml",
            format!("{manifest}spec: {{containers: [{{image: a}}]}}\n")
                .replace('\n', "\r")
                .into_bytes(),
            &["cr.yaml:3 missing-tag"],
            None,
        ),
        (
            "quote.yaml",
            format!("{manifest}spec: {{containers: [{{image: \"a}}]}}\n").into_bytes(),
            &["quote.yaml:3 syntax"],
            None,
        ),
        (
            "twice.yaml",
            format!("{manifest}spec: {{containers: [{{image: a, image: b}}]}}\n").into_bytes(),
            &["twice.yaml:3 duplicate-key", "twice.yaml:3 missing-tag"],
            None,
        ),
        (
            "itself.yaml",
            format!("{manifest}spec: &s {{containers: [&c {{image: a, <<: *c, x: *s}}]}}\n")
                .into_bytes(),
            &["itself.yaml:3 missing-tag"],
            None,
        ),
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
