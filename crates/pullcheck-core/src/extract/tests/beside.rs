//! What people keep beside their manifests, and kinds of their own.

use super::*;
use crate::{
    facts::{Filler, ImageUse},
    kinds::Place,
    policy::{Pulling, Resolver},
};

fn read_as(path: &str, text: &str) -> FileFacts {
    extract(&LogicalPath::new(path), text, &Settings::default())
}

const COMPOSE: &str = "\
x-base: &base {image: 'base:1', pull_policy: always}
services:
  web: {build: ., image: 'web:latest'}
  db:
    image: postgres
    pull_policy: missing
  merged: {<<: *base}
  none: {extends: other}
  policy: {pull_policy: sometimes}
";

#[test]
fn services_of_a_compose_file_are_read() {
    let facts = read_as("shop/compose.yaml", COMPOSE);
    let rows: Vec<_> = facts
        .uses
        .iter()
        .map(|used| {
            let text = |written: &Option<Written>| {
                written.as_ref().map_or("-".to_owned(), |written| written.text.to_string())
            };
            let name = used.container.as_deref().unwrap_or("-");
            format!("{name} {} {}", text(&used.image), text(&used.policy))
        })
        .collect();
    assert_eq!(
        rows,
        ["web web:latest -", "db postgres missing", "merged base:1 always", "policy - sometimes"]
    );
    assert_eq!(facts.uses[0].set_later, Some(Filler::Build));
    assert!(facts.uses.iter().all(|used| used.pulling == Pulling::Compose));
    assert_eq!(facts.manifests, 1);
}

#[test]
fn only_files_by_that_name_are_compose_files() {
    for path in ["app.yaml", "services.yaml", "compose/web.yaml"] {
        assert!(read_as(path, COMPOSE).uses.is_empty(), "{path}");
    }
    for text in ["services: x\nimage: y\n", "services: [{image: x}]\n", "image: x\n"] {
        assert!(read_as("compose.yaml", text).uses.is_empty(), "{text}");
    }
    let object = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: x}]}\n";
    assert_eq!(read_as("compose-api-deployment.yaml", object).uses.len(), 1);
    assert_eq!(read_as("compose.yaml", "services:\n  a: {image: x\n").broken.len(), 1);
}

#[test]
fn task_definitions_are_read() {
    let text = "{\"family\": \"shop\", \"containerDefinitions\": [\n {\"name\": \"web\", \"image\": \"web:1\"},\n {\"name\": \"log\", \"image\": \"log:1\", \"versionConsistency\": \"disabled\"}]}\n";
    let facts = read_as("task.json", text);
    let pulling: Vec<_> = facts.uses.iter().map(|used| used.pulling).collect();
    assert_eq!(pulling, [Pulling::Resolved(Resolver::Ecs), Pulling::Unknown]);
    assert_eq!(facts.objects[0].name.as_deref(), Some("shop"));
    let described = format!("{{\"taskDefinition\": {text}}}");
    assert_eq!(read_as("described.json", &described).uses.len(), 2);
    for other in [
        "{\"containerDefinitions\": [{\"image\": \"x\"}]}",
        "{\"containerDefinitions\": [{\"name\": \"x\", \"image\": \"x\"}, {\"name\": \"y\"}]}",
        "{\"containerDefinitions\": {\"image\": \"x\"}}",
    ] {
        assert!(read_as("task.json", other).uses.is_empty(), "{other}");
    }
}

/// The images of a kind that the project adds, as `text at field (policy)`.
fn added(places: &[&str], spec: &str) -> Vec<String> {
    let mut settings = Settings::default();
    let places = places.iter().map(|line| Place::parse(line).unwrap());
    settings.kinds.add("example.com", "Widget", places);
    let text = format!("apiVersion: example.com/v1\nkind: Widget\nspec: {spec}\n");
    let facts = extract(&LogicalPath::new("widget.yaml"), &text, &settings);
    let row = |used: &ImageUse| {
        let image = used.image.as_ref().map_or("-", |image| &image.text);
        let policy = used.policy.as_ref().map_or("-", |policy| &policy.text);
        let key = used.policy_key.as_deref().unwrap_or("-");
        format!("{image} at {} ({key}: {policy})", used.field.as_deref().unwrap_or("-"))
    };
    facts.uses.iter().map(row).collect()
}

#[test]
fn added_kinds_hold_images_where_they_say() {
    for (place, spec, expected) in [
        ("image spec.image", "{image: 'a:1'}", "a:1 at spec.image (-: -)"),
        (
            "image spec.image",
            "{image: 'a:1', imagePullPolicy: Never}",
            "a:1 at spec.image (imagePullPolicy: Never)",
        ),
        (
            "image spec.parts[].image policy=spec.pullPolicy",
            "{pullPolicy: Always, parts: [{image: 'a:1'}]}",
            "a:1 at spec.parts[0].image (pullPolicy: Always)",
        ),
        (
            "image spec.parts[].image policy=spec.parts[].when.policy",
            "{parts: [{when: {policy: Never}}, {image: 'a:1', when: {policy: Always}}]}",
            "a:1 at spec.parts[1].image (policy: Always)",
        ),
        ("image spec.by.*", "{by: {one: 'a:1'}}", "a:1 at spec.by.one (-: -)"),
        (
            "image spec.url scheme=oci",
            "{url: 'oci://example.com/a:1'}",
            "example.com/a:1 at spec.url (-: -)",
        ),
        (
            "image spec.from.name when=kind:Image",
            "{from: {kind: Image, name: 'a:1'}}",
            "a:1 at spec.from.name (-: -)",
        ),
        (
            "parts spec",
            "{registry: example.com/, repository: a, tag: 1.20, pullPolicy: Always}",
            "example.com/a:1.20 at spec (pullPolicy: Always)",
        ),
        (
            "parts spec.image",
            "{image: {repository: 'a:1', tag: 2}}",
            "a:1 at spec.image (pullPolicy: -)",
        ),
        (
            "parts spec digest=sha",
            "{repository: a, sha: 6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae}",
            "a@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae at spec (pullPolicy: -)",
        ),
        (
            "parts spec registry=hub name=pilot",
            "{hub: example.com/istio, tag: main}",
            "example.com/istio/pilot:main at spec (pullPolicy: -)",
        ),
    ] {
        assert_eq!(added(&[place], spec), [expected], "{place}: {spec}");
    }
}

#[test]
fn what_is_no_image_at_a_place_is_passed_over() {
    for (place, spec) in [
        ("image spec.image", "{image: 5}"),
        ("image spec.image", "{image: {name: x}}"),
        ("image spec.image", "{image: ''}"),
        ("image spec.image", "[x]"),
        ("image spec.url scheme=oci", "{url: 'https://example.com/a'}"),
        ("image spec.url scheme=oci", "{url: 'example.com/a'}"),
        ("image spec.from.name when=kind:Image", "{from: {kind: Stream, name: 'a:1'}}"),
        ("parts spec.image", "{image: {tag: latest}}"),
        ("parts spec.image", "{image: 'a:1'}"),
        ("parts spec registry=hub name=pilot", "{tag: main}"),
        ("pod spec", "{containers: {a: {image: x}}}"),
    ] {
        assert_eq!(added(&[place], spec), [] as [&str; 0], "{place}: {spec}");
    }
}

#[test]
fn rendered_documents_know_their_templates() {
    let pod = |name: &str| {
        format!("kind: Pod\napiVersion: v1\nspec: {{containers: [{{name: {name}, image: x}}]}}\n")
    };
    let text = format!(
        "---\n# Source: web/templates/svc.yaml\nkind: Service\n---\n# Source: web/templates/a.yaml\n{}---\n{}---\n# Source: web/charts/db/templates/b.yaml\n{}",
        pod("a"),
        pod("b"),
        pod("c"),
    );
    let facts = read_as("all.yaml", &text);
    let sources: Vec<_> = facts.uses.iter().map(|used| facts.source_of(used.object)).collect();
    let wanted = [Some("web/templates/a.yaml"), None, Some("web/charts/db/templates/b.yaml")];
    assert_eq!(sources, wanted);
    let at = |used: &ImageUse| facts.source_at(used.image.as_ref().unwrap().span.start);
    assert_eq!(facts.uses.iter().map(at).collect::<Vec<_>>(), wanted);
    assert_eq!(read_as("all.yaml", &pod("a")).source_of(0), None);
}
