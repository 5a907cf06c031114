//! Texts that cannot be read, or that are made to cost much, and what is still found beside them.

use pullcheck_core::{
    extract::extract,
    facts::{FileFacts, Skip},
    path::LogicalPath,
    settings::Settings,
    span::LineIndex,
};

/// The head of a pod; containers follow from line 5 on.
const POD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n";

fn read(text: &str) -> FileFacts {
    extract(&LogicalPath::new("deploy/app.yaml"), text, &Settings::default())
}

/// The lines on which images are found.
fn lines(text: &str) -> Vec<usize> {
    let lines = LineIndex::new(text);
    let line = |start| lines.position(text, start).line;
    read(text).uses.iter().map(|used| line(used.image.as_ref().unwrap().span.start)).collect()
}

#[test]
fn a_broken_document_hides_no_other() {
    let pod = format!("{POD}  - image: x:1\n");
    for broken in [
        "image: x: y",
        "image: [",
        "image: \"x",
        "image: 'x\n",
        "image: x\n\t- y",
        "image: *",
        "  - image: x\n - y",
        "? [",
        "image: }",
    ] {
        let text = format!("{pod}---\n{POD}  - {broken}\n---\n{pod}");
        let facts = read(&text);
        let index = LineIndex::new(&text);
        let last = index.count() - 1;
        assert_eq!(lines(&text), [5, last], "{text}");
        assert_eq!((facts.manifests, facts.broken.len(), facts.skipped), (3, 1, None), "{text}");
        let at = facts.broken[0].span;
        assert!((7..last).contains(&index.position(&text, at.start).line), "{text} {at:?}");
        assert!(text.get(at.range()).is_some_and(|at| at.chars().count() <= 1));
        assert!(!facts.broken[0].cause.is_empty());
    }
}

#[test]
fn what_cannot_be_read_is_a_fact() {
    let pod = format!("{POD}  - image: x:1\n");
    for (path, text, skipped, broken) in [
        ("chart/templates/web.yaml", "image: {{ .a }}:{{ .b }}\n", Some(Skip::HelmTemplate), 0),
        (
            "web/templates/sub/a.yaml",
            "{{- if .image }}\nkind: Pod\n{{ end }}\n",
            Some(Skip::HelmTemplate),
            0,
        ),
        ("a\\templates\\web.yaml", "image: {{ .a }}:{{ .b }}\n", Some(Skip::OtherTemplate), 0),
        ("deploy/templates.yaml", "image: {{ .a }}:{{ .b }}\n", Some(Skip::OtherTemplate), 0),
        (
            "deploy/web.yaml.j2",
            "{% if image %}\nkind: Pod\n{% endif %}\n",
            Some(Skip::OtherTemplate),
            0,
        ),
        (
            "a.yaml",
            "apiVersion: v1\nkind: Pod\nspec:\n{{ image }}\n- x\n",
            Some(Skip::OtherTemplate),
            0,
        ),
        ("a.yaml", "apiVersion: v1\nkind: Pod\na: '{{ x }}' # {{ y }}\nimage: [\n", None, 1),
        ("a.yaml", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"image\": [}\n", None, 1),
        ("a.yaml", "image: x: y\n", Some(Skip::Unparsable), 0),
        ("a.yaml", "kind: Pod\nimage: x: y\n", Some(Skip::Unparsable), 0),
        (
            "templates/a.yaml",
            "apiVersion: {{ .a }}\nkind: Pod\nimage: b\n",
            Some(Skip::HelmTemplate),
            0,
        ),
        ("a/kustomization.yaml", "images: x: y\n", None, 1),
        ("chart/values.yaml", "image: x: y\n", None, 1),
        ("a.yaml", "metadata: x: y\n", None, 0),
        ("a.yaml", "", None, 0),
        ("a.yaml", "# only image\n", None, 0),
        ("a.yaml", "image\u{0}\n", Some(Skip::Unparsable), 0),
    ] {
        for text in [text.to_owned(), format!("{text}---\n{pod}"), format!("{pod}---\n{text}")] {
            let facts = extract(&LogicalPath::new(path), &text, &Settings::default());
            assert_eq!((facts.skipped, facts.broken.len()), (skipped, broken), "{path} {text}");
            assert_eq!(facts.uses.len(), usize::from(text.contains(&pod)), "{path} {text}");
        }
    }
    let both = "image: x: y\n---\nimage: {{ x }}:{{ y }}\n---\nimage: x: y\n";
    assert_eq!(read(both).skipped, Some(Skip::OtherTemplate));
}

#[test]
fn directives_hide_no_document() {
    let pod = format!("{POD}  - image: x:1\n");
    let crd = "kind: CustomResourceDefinition\napiVersion: v1\n";
    assert_eq!(lines(&format!("%YAML 1.1\n---\n{crd}---\n{pod}")).len(), 1);
    assert_eq!(lines(&format!("%YAML 1.1\n---\nimage: [\n---\n{pod}")).len(), 1);
    assert_eq!(lines(&format!("{pod}...\n# a\n%YAML 1.1\n---\n{pod}")).len(), 2);
    assert_eq!(lines(&format!("%YAML 1.1\n---\n{pod}")), [7]);
}

#[test]
fn aliases_that_multiply_end_and_are_reported() {
    let level = |n: usize| {
        format!("a{n}: &a{n} {{<<: [{}]}}\n", vec![format!("*a{}", n - 1); 9].join(", "))
    };
    let levels: String = (1..30).map(level).collect();
    let text = format!(
        "apiVersion: v1\nkind: Pod\na0: &a0 {{k: v}}\n{levels}<<: *a29\nmetadata: {{name: bomb}}\n"
    );
    let facts = read(&text);
    assert_eq!(facts.uses.len(), 0);
    assert!(
        facts.broken.iter().any(|broken| broken.cause.contains("aliases")),
        "{:?}",
        facts.broken
    );

    let mut list = format!("{POD}  - &c {{image: x:1}}\n");
    list += &"  - *c\n".repeat(50_000);
    let found = lines(&list);
    assert!(found.len() <= 10_000 && found.iter().all(|line| *line == 5), "{}", found.len());
    // What is not followed any more is no mistake of its own.
    list += &"  - *c\n".repeat(450_000);
    let causes: Vec<_> = read(&list).broken.into_iter().map(|broken| broken.cause).collect();
    assert_eq!(causes, ["its aliases multiply without end; the rest was not read"]);
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for open in ["[", "{a: ", "- ", "? ", "a: [", "!t [", "&a ["] {
        let facts = read(&format!("apiVersion: v1\nkind: Pod\nspec: {}", open.repeat(100_000)));
        assert_eq!((facts.broken.len(), facts.uses.len()), (1, 0), "{open}");
    }
    let mut lists = String::from("{apiVersion: v1, kind: Pod, spec: {containers: [{image: x:1}]}}");
    for _ in 0..10 {
        lists = format!("{{apiVersion: v1, kind: List, items: [{lists}]}}");
    }
    assert_eq!(lines(&lists), [1]);
}

#[test]
fn two_hundred_thousand_documents_are_read_at_once() {
    let service = "---\nkind: Service\n".repeat(9);
    let pod = "---\n{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}} # one\n";
    let text = (service + pod).repeat(20_000);
    let uses = read(&text).uses;
    assert_eq!(uses.len(), 20_000);
    assert_eq!(uses[19_999].image.as_ref().unwrap().span.range(), text.len() - 12..text.len() - 11);
}
