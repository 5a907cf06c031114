//! Custom resources: what belongs to an item, what lies in what, and what is read once.

use super::*;
use crate::{
    facts::{Filler, TagMeaning},
    policy::Pulling,
};

#[test]
fn the_companions_of_an_item_are_its_own() {
    let text = "apiVersion: image.openshift.io/v1\nkind: ImageStream\nspec:\n  tags:\n  - {name: a, from: {kind: DockerImage, name: 'one:1'}}\n  - {name: b, from: {kind: DockerImage, name: 'two:1'}, importPolicy: {scheduled: true}}\n  - {name: c, from: {kind: DockerImage, name: 'three:1'}, importPolicy: {scheduled: false}}\n";
    let facts = read(text);
    let tags: Vec<_> = facts.uses.iter().map(|used| used.tag).collect();
    assert_eq!(tags, [TagMeaning::Plain, TagMeaning::MovesOnPurpose, TagMeaning::Plain]);
    let names: Vec<_> = facts.uses.iter().map(|used| used.container.as_deref()).collect();
    assert_eq!(names, [Some("a"), Some("b"), Some("c")]);

    let text = "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyExtensionPolicy\nspec:\n  wasm:\n  - code: {image: {url: 'one:1'}}\n  - code: {pullPolicy: IfNotPresent, image: {url: 'two:1'}}\n";
    let policies: Vec<_> = read(text).uses.iter().map(|used| used.policy.is_some()).collect();
    assert_eq!(policies, [false, true]);
}

#[test]
fn only_openshift_has_image_triggers() {
    let scaled = "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nspec:\n  triggers: [{type: cron}]\n  jobTargetRef: {template: {spec: {containers: [{name: a, image: 'Bad:1'}]}}}\n";
    assert_eq!(read(scaled).uses[0].set_later, None);
}

#[test]
fn a_list_of_containers_is_read_once() {
    finds(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templates:\n  - name: t\n    containerSet:\n      containers: [{name: a, image: 'one:1'}]\n    volumes: [{name: v, image: {reference: 'two:1'}}]\n",
        &["7 container a one:1 -", "8 volume v two:1 -"],
    );
}

#[test]
fn objects_in_objects_are_read_as_what_they_are() {
    let text = "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n- apiVersion: postgresql.cnpg.io/v1\n  kind: Cluster\n  metadata: {name: db}\n  spec: {imageName: 'one:1'}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: web}\n  spec: {containers: [{image: 'two:1'}]}\n- apiVersion: apps/v1\n  kind: Deployment\n  name: a reference\n";
    let facts = read(text);
    let kinds: Vec<_> = facts.uses.iter().map(|used| &*facts.objects[used.object].kind).collect();
    assert_eq!(kinds, ["Cluster", "Pod"]);
    let legacy = text.replace("template.openshift.io/v1", "v1");
    assert_eq!(read(&legacy).uses.len(), 2);
    let listed = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: pkg.crossplane.io/v1\n  kind: Provider\n  spec: {package: 'one:1'}\n";
    assert_eq!(read(listed).uses.len(), 1);
}

#[test]
fn policies_that_may_be_inherited_are_left_open() {
    let task = "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  stepTemplate: {imagePullPolicy: IfNotPresent}\n  steps: [{name: a, image: one}]\n";
    let facts = read(task);
    let step = facts.uses.iter().find(|used| used.image.is_some()).unwrap();
    assert_eq!(step.pulling, Pulling::Unknown);
    let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templateDefaults: {container: {imagePullPolicy: Never}}\n  templates: [{name: a, container: {image: one}}]\n";
    assert!(read(workflow).uses.iter().all(|used| used.pulling == Pulling::Unknown));
}

#[test]
fn a_pod_patch_sets_the_main_image_of_a_workflow() {
    let workflow = |patch: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templates:\n  - name: a\n    podSpecPatch: '{patch}'\n    container: {{image: one}}\n    initContainers: [{{name: b, image: two}}]\n    sidecars: [{{name: c, image: three}}]\n"
        )
    };
    let later = |patch: &str| -> Vec<bool> {
        read(&workflow(patch)).uses.iter().map(|used| used.set_later.is_some()).collect()
    };
    assert_eq!(later("{{inputs.parameters.patch}}"), [false, true, false]);
    assert_eq!(later("{\"containers\": [{\"image\": \"x:1\"}]}"), [false, true, false]);
    assert_eq!(later("{\"nodeSelector\": {}}"), [false, false, false]);
    let facts = read(&workflow("{{x}}"));
    assert_eq!(facts.uses[1].set_later, Some(Filler::Template));
}

#[test]
fn annotations_of_templates_count_in_kinds_that_nobody_listed() {
    let text = "apiVersion: example.com/v1\nkind: App\nspec:\n  template:\n    metadata: {annotations: {pullcheck.dev/ignore: missing-tag}}\n    spec: {containers: [{name: a, image: one}]}\n";
    assert_eq!(read(text).ignores.len(), 1);
}

#[test]
fn an_object_that_leaves_out_what_is_demanded_is_a_patch() {
    let rollout = |extra: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec:\n  {extra}\n  template: {{spec: {{containers: [{{name: a, image: 'one:1'}}]}}}}\n"
        )
    };
    let pulling = |extra: &str| read(&rollout(extra)).uses[0].pulling;
    assert_eq!(pulling("selector: {}"), Pulling::Pod);
    assert_eq!(pulling("replicas: 1"), Pulling::Unknown);
}

/// What aliases repeat is read a limited number of times, whatever they multiply to.
#[test]
fn repeated_lists_and_texts_are_bounded() {
    let items = "{name: a, images: [x]},".repeat(2000);
    let aliases = "- *big\n    ".repeat(3000);
    let cache = format!(
        "apiVersion: kubefledged.io/v1alpha2\nkind: ImageCache\nspec:\n  cacheSpec:\n    - &big {{images: [{items}]}}\n    {aliases}\n"
    );
    assert!(read(&cache).uses.len() < 20_000);

    let patch = format!(
        "- op: add\n  path: /spec/containers/-\n  value: {{image: '{}'}}\n",
        "x".repeat(50_000)
    );
    let patch: String = patch.lines().map(|line| format!("  {line}\n")).collect();
    let kustomization = format!("patchesStrategicMerge:\n- &p |\n{patch}{}", "- *p\n".repeat(5000));
    let facts =
        extract(&LogicalPath::new("kustomization.yaml"), &kustomization, &Settings::default());
    assert_eq!(facts.uses.len(), 1);

    let mut nested = "images: [{name: a, newTag: b}]\n".to_owned();
    for _ in 0..50 {
        let inner: String = nested.lines().map(|line| format!("  {line}\n")).collect();
        nested = format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatchesStrategicMerge:\n- |\n{inner}"
        );
    }
    let facts = extract(&LogicalPath::new("kustomization.yaml"), &nested, &Settings::default());
    assert!(facts.uses.is_empty());
}
