//! Patches and manifests in texts: each value at its true place.

use super::*;

/// Each image and policy as `line:column text`, in the order in which they were found.
#[track_caller]
fn places(path: &str, text: &str, expected: &[&str]) {
    let lines = LineIndex::new(text);
    let facts = extract(&LogicalPath::new(path), text, &Settings::default());
    let place = |written: &Written| {
        let at = lines.position(text, written.span.start);
        format!("{}:{} {}", at.line, at.column, written.text)
    };
    let found: Vec<String> = facts
        .uses
        .iter()
        .flat_map(|used| [&used.image, &used.policy])
        .filter_map(|written| written.as_ref().map(place))
        .collect();
    assert_eq!(found, expected, "{text}");
}

const OPERATIONS: &str = "\
- op: replace
  path: /spec/template/spec/containers/0/image
  value: app:main
- {op: add, path: /spec/template/spec/containers/0/imagePullPolicy, value: Never}
- op: add
  path: /spec/template/spec/initContainers/1/imagePullPolicy
  value: always
- {op: add, path: /spec/template/spec/containers/-, value: {name: side, image: 'side:1'}}
- op: add
  path: /spec/template/spec/ephemeralContainers
  value: [{name: debug, image: busybox}]
- {op: replace, path: /spec/template/spec/volumes/0/image/reference, value: 'data:1'}
- op: add
  path: /spec/template/spec
  value: {containers: [{name: new, image: 'new:1'}]}
- {op: test, path: /spec/template/spec/containers/0/image, value: 'old:1'}
- {op: remove, path: /spec/template/spec/containers/0/image}
- {op: replace, path: /spec/image, value: 'other:1'}
- {op: replace, path: /spec/template/spec/volumes/0/rbd/image, value: disk}
- {op: replace, path: /metadata/labels/image, value: label}
- {op: replace, path: /spec/template/spec/containers/0/env/0/image, value: variable}
";

const FOUND: &[&str] = &[
    "3:10 app:main",
    "4:76 Never",
    "7:10 always",
    "8:80 side:1",
    "11:32 busybox",
    "12:77 data:1",
    "15:43 new:1",
];

#[test]
fn operations_on_images_and_policies_are_found() {
    places("patches/image.yaml", OPERATIONS, FOUND);
}

#[test]
fn json_operations_are_found_too() {
    let text = "[\n  {\"op\": \"replace\", \"path\": \"/spec/template/spec/containers/0/image\",\n   \"value\": \"app:main\"}\n]\n";
    places("patches/image.json", text, &["3:13 app:main"]);
}

#[test]
fn other_lists_are_no_patches() {
    for text in [
        "- op: replace\n  path: spec/containers/0/image\n  value: x:1\n",
        "- path: /spec/containers/0/image\n  value: x:1\n",
        "- op: replace\n  path: /spec/containers/0/image\n  value: x:1\n- image: y\n",
    ] {
        places("patches/image.yaml", text, &[]);
    }
}

#[test]
fn image_and_policy_of_one_container_are_one_use() {
    let facts = read(OPERATIONS);
    let first = &facts.uses[0];
    let policy = first.policy.as_ref().unwrap();
    assert_eq!((&*policy.text, policy.span.slice(OPERATIONS)), ("Never", "Never"));
    assert_eq!(first.holder().unwrap(), "`/spec/template/spec/containers/0`");
    assert_eq!(facts.objects[0].kind.as_ref(), "");
}

/// A kustomization with one inline patch, indented by four.
fn kustomization(style: &str, patch: &str) -> String {
    let patch: String = patch.lines().map(|line| format!("    {line}\n")).collect();
    format!("patches:\n- target: {{kind: Deployment, name: web}}\n  patch: {style}\n{patch}")
}

#[test]
fn inline_patches_are_read_at_their_places() {
    let shifted: Vec<String> = FOUND
        .iter()
        .map(|found| {
            let (place, text) = found.split_once(' ').unwrap();
            let (line, column) = place.split_once(':').unwrap();
            let number = |text: &str| text.parse::<usize>().unwrap();
            format!("{}:{} {text}", number(line) + 3, number(column) + 4)
        })
        .collect();
    let shifted: Vec<&str> = shifted.iter().map(String::as_str).collect();
    for style in ["|", "|-", "|+", "| # comment", "|- # see 12"] {
        places("kustomization.yaml", &kustomization(style, OPERATIONS), &shifted);
    }
    let crlf = kustomization("|-", OPERATIONS).replace('\n', "\r\n");
    places("kustomization.yaml", &crlf, &shifted);
    let facts = extract(
        &LogicalPath::new("kustomization.yaml"),
        &kustomization("|-", OPERATIONS),
        &Settings::default(),
    );
    let object = &facts.objects[facts.uses[0].object];
    assert_eq!((&*object.kind, object.name.as_deref()), ("Deployment", Some("web")));
}

#[test]
fn patches_that_are_escaped_or_folded_are_blamed_whole() {
    let quoted = "patches:\n- patch: \"- op: replace\\n  path: /spec/containers/0/image\\n  value: é:main\\n\"\n";
    places("kustomization.yaml", quoted, &["2:10 é:main"]);
    let folded = "patches:\n- patch: >-\n    [{op: replace, path: /spec/containers/0/image,\n    value: 'x:1'}]\n";
    places("kustomization.yaml", folded, &["2:10 x:1"]);
    let in_line =
        "patches:\n- patch: '[{op: replace, path: /spec/containers/0/image, value: \"x:1\"}]'\n";
    places("kustomization.yaml", in_line, &["2:65 x:1"]);
}

#[test]
fn partial_objects_are_read_as_far_as_they_go() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        imagePullPolicy: IfNotPresent\n      - $patch: delete\n        name: old\n---\napiVersion: batch/v1\nkind: Job\nspec: {template: {spec: {containers: [{name: one, image: 'one:1'}]}}}\n";
    places("patch.yaml", patch, &["9:26 IfNotPresent", "15:58 one:1"]);
    places(
        "kustomization.yaml",
        &kustomization("|-", patch),
        &["12:30 IfNotPresent", "18:62 one:1"],
    );
    let facts = read(patch);
    assert!(facts.uses.iter().all(|used| used.pulling == crate::policy::Pulling::Unknown));
}

#[test]
fn a_patch_that_is_no_yaml_is_told() {
    let facts = extract(
        &LogicalPath::new("kustomization.yaml"),
        &kustomization("|-", "- op: replace\n path: /spec/image\n"),
        &Settings::default(),
    );
    assert_eq!(facts.broken.len(), 1, "{:?}", facts.broken);
    assert!(facts.broken[0].cause.starts_with("a patch has to be YAML"), "{:?}", facts.broken);
}

#[test]
fn suppressions_within_a_patch_count() {
    let patch = "- op: replace\n  path: /spec/containers/0/image\n  value: x # pullcheck: ignore[missing-tag]\n";
    let facts = extract(
        &LogicalPath::new("kustomization.yaml"),
        &kustomization("|-", patch),
        &Settings::default(),
    );
    assert_eq!(facts.ignores.len(), 1);
}

#[test]
fn images_that_kustomize_replaces_are_read() {
    let text = "images:\n- name: web\n  newTag: main\n- {name: db, newName: mirror/db}\n- {name: a, newTag: 1.2, digest: 'sha256:x'}\n- name: left\n- 5\n";
    places(
        "kustomization.yaml",
        text,
        &["3:11 web:main", "4:23 mirror/db", "5:34 a:1.2@sha256:x", "6:9 left"],
    );
    let argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    kustomize:\n      images: ['web=mirror/web:main', 'web:1']\n";
    places("app.yaml", argo, &["6:16 mirror/web:main", "6:39 web:1"]);
}

#[test]
fn manifests_in_config_maps_are_read_on_request() {
    let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  image: nginx\n  pod.yaml: |\n    apiVersion: v1\n    kind: Pod\n    spec:\n      containers:\n      - image: one:1\n    ---\n    apiVersion: v1\n    kind: Pod\n    spec: {containers: [{image: 'two:2'}]}\n  other.yaml: |\n    image: three\n";
    places("map.yaml", text, &[]);
    let settings = Settings { read_config_maps: true, ..Settings::default() };
    let facts = extract(&LogicalPath::new("map.yaml"), text, &settings);
    let images = facts.uses.iter().filter_map(|used| used.image.as_ref());
    let found: Vec<_> = images.map(|image| image.span.slice(text)).collect();
    assert_eq!(found, ["one:1", "'two:2'"]);
}

#[test]
fn every_document_of_a_text_is_read() {
    let quoted = "patches:\n- patch: \"apiVersion: v1\\nkind: Pod\\nspec: {containers: [{image: 'one:1'}]}\\n---\\napiVersion: v1\\nkind: Pod\\nspec: {containers: [{image: 'two:1'}]}\\n\"\n";
    places("kustomization.yaml", quoted, &["2:10 one:1", "2:10 two:1"]);
    let literal = kustomization(
        "|",
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 'one:1'}]}\n--- # second\napiVersion: v1\nkind: Pod\nspec: {containers: [{image: 'two:1'}]}\n",
    );
    places("kustomization.yaml", &literal, &["6:33 one:1", "10:33 two:1"]);
    let inner = kustomization(
        "|",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  pod.yaml: |\n    a: b\n    ---\n    apiVersion: v1\n    kind: Pod\n    spec: {containers: [{image: 'no:1'}]}\n",
    );
    places("kustomization.yaml", &inner, &[]);
}

#[test]
fn image_volumes_are_patched_too() {
    let text = "- {op: add, path: /spec/template/spec/volumes/-, value: {name: v, image: {reference: 'one:1'}}}\n- op: replace\n  path: /spec/template/spec/volumes\n  value: [{name: w, image: {reference: 'two:1'}}]\n- {op: replace, path: /spec/jobTemplate, value: {spec: {template: {spec: {containers: [{image: 'three:1'}]}}}}}\n";
    places("p.yaml", text, &["1:86 one:1", "4:40 two:1", "5:96 three:1"]);
}
