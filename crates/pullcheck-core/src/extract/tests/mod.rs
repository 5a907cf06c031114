use super::*;
use crate::{facts::Written, span::LineIndex};

/// The head of a pod; containers follow from line 5 on.
const POD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n";

fn read(text: &str) -> FileFacts {
    extract(&LogicalPath::new("deploy/app.yaml"), text, &Settings::default())
}

/// Each image as `line role container image policy`, with `-` for what is not written.
fn images(text: &str) -> Vec<String> {
    let lines = LineIndex::new(text);
    let shown = |written: &Written| match written.not_text {
        Some(what) => format!("<{what}>"),
        None => written.text.replace('\n', "\\n"),
    };
    let row = |used: &crate::facts::ImageUse| {
        let place = used.image.as_ref().or(used.policy.as_ref()).map(|written| written.span.start);
        let line = lines.position(text, place.unwrap_or_default()).line;
        let role = used.role.as_str();
        let container = used.container.as_deref().unwrap_or("-");
        let policy = used.policy.as_ref().map_or("-".to_owned(), shown);
        let image = used.image.as_ref().map_or("-".to_owned(), shown);
        format!("{line} {role} {container} {image} {policy}")
    };
    read(text).uses.iter().map(row).collect()
}

#[track_caller]
fn finds(text: &str, expected: &[&str]) {
    assert_eq!(images(text), expected, "{text}");
}

/// The last container of a pod: its image and its policy, each as read and as written.
fn only(container: &str) -> (String, String) {
    let text = format!("{POD}  - {container}\n");
    let facts = read(&text);
    let shown = |written: Option<&Written>| match written {
        Some(written) => {
            format!("{}|{}", written.not_text.unwrap_or(&written.text), written.span.slice(&text))
        }
        None => "-".to_owned(),
    };
    let used = facts.uses.last();
    (
        shown(used.and_then(|used| used.image.as_ref())),
        shown(used.and_then(|used| used.policy.as_ref())),
    )
}

const SPEC: &[&str] = &[
    "initContainers:",
    "- {name: prepare, image: init:1, imagePullPolicy: Never}",
    "containers:",
    "- name: web",
    "  image: web:2",
    "  imagePullPolicy: Always",
    "- image: side:3",
    "ephemeralContainers:",
    "- name: debug",
    "  image: debug:4",
    "volumes:",
    "- name: models",
    "  image:",
    "    reference: model:5",
    "    pullPolicy: IfNotPresent",
    "- {name: logs, emptyDir: {}}",
];

/// The spec's images, with the lines that they have below `above` others.
fn spec_images(above: usize) -> Vec<String> {
    [
        (2, "init prepare init:1 Never"),
        (5, "container web web:2 Always"),
        (7, "container - side:3 -"),
        (10, "ephemeral debug debug:4 -"),
        (14, "volume models model:5 IfNotPresent"),
    ]
    .map(|(line, rest)| format!("{} {rest}", line + above))
    .into()
}

/// An object in block style, with the spec below a path of keys.
fn block(api_version: &str, kind: &str, path: &str) -> String {
    let keys: Vec<_> = path.split('.').collect();
    let head = [format!("apiVersion: {api_version}\nkind: {kind}\n")];
    let above =
        keys.iter().enumerate().map(|(depth, key)| format!("{}{key}:\n", "  ".repeat(depth)));
    let spec = SPEC.iter().map(|line| format!("{}{line}\n", "  ".repeat(keys.len())));
    head.into_iter().chain(above).chain(spec).collect()
}

const KINDS: &[(&str, &str, &str)] = &[
    ("v1", "Pod", "spec"),
    ("v1", "PodTemplate", "template.spec"),
    ("v1", "ReplicationController", "spec.template.spec"),
    ("apps/v1", "Deployment StatefulSet DaemonSet ReplicaSet", "spec.template.spec"),
    ("apps/v1beta2", "Deployment StatefulSet DaemonSet ReplicaSet", "spec.template.spec"),
    ("apps/v1beta1", "Deployment StatefulSet", "spec.template.spec"),
    ("extensions/v1beta1", "Deployment DaemonSet ReplicaSet", "spec.template.spec"),
    ("batch/v1", "Job", "spec.template.spec"),
    ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec"),
    ("batch/v1beta1", "CronJob", "spec.jobTemplate.spec.template.spec"),
    ("batch/v2alpha1", "CronJob", "spec.jobTemplate.spec.template.spec"),
];

fn kinds() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    KINDS.iter().flat_map(|&(api, kinds, path)| kinds.split(' ').map(move |kind| (api, kind, path)))
}

#[test]
fn every_built_in_kind_yields_its_images_where_they_are_written() {
    for (api_version, kind, path) in kinds() {
        let text = block(api_version, kind, path);
        let above = 2 + path.split('.').count();
        assert_eq!(images(&text), spec_images(above), "{text}");
        let facts = read(&text);
        let [object] = &facts.objects[..] else { panic!("{kind}") };
        assert_eq!((&*object.api_version, &*object.kind), (api_version, kind));
        assert_eq!((facts.manifests, facts.pods.len()), (1, 1));
        assert_eq!(facts.pods[0].uses, 0..5);
    }
}

#[test]
fn no_kind_has_its_pods_on_another_kinds_path() {
    let paths =
        ["spec", "template.spec", "spec.template.spec", "spec.jobTemplate.spec.template.spec"];
    for (api_version, kind, own) in kinds() {
        for path in paths.into_iter().filter(|&path| path != own) {
            finds(&block(api_version, kind, path), &[]);
        }
    }
}

#[test]
fn the_same_object_is_read_in_every_notation() {
    let json = r#"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","image":"x:1","imagePullPolicy":"Always"}],"volumes":[{"name":"v","image":{"reference":"y:2"}}]}}"#;
    finds(json, &["1 container a x:1 Always", "1 volume v y:2 -"]);
    finds(
        &json.replace(',', ",\n").replace('[', "[\n\t"),
        &["5 container a x:1 Always", "9 volume v y:2 -"],
    );
    let flow = "apiVersion: v1\nkind: Pod\nspec: {containers: [\n  {name: a, image: x:1}, # one\n  {image: 'y:2', 'imagePullPolicy': \"Never\"}]}\n";
    finds(flow, &["4 container a x:1 -", "5 container - y:2 Never"]);
    let quoted = "\"apiVersion\": 'v1'\n'kind': \"Pod\"\n\"spec\":\n  \"containers\":\n  - \"name\": a\n    ? image\n    : 'x:1'\n    \"im\\u0061gePullPolicy\": Always\n";
    finds(quoted, &["7 container a x:1 Always"]);
    let indented = "  kind: Pod\n  apiVersion: v1 # core\n  spec:\n    containers:\n      -\n        name: a\n        image: x:1\n";
    finds(indented, &["7 container a x:1 -"]);
}

#[test]
fn line_breaks_and_byte_order_marks_change_no_place() {
    let text =
        format!("{POD}  # a comment\n  - name: a\n    image: 'x:1'\n---\n{POD}  - image: y:2");
    let expected = ["7 container a x:1 -", "13 container - y:2 -"];
    for line_break in ["\n", "\r\n", "\r"] {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{}", text.replace('\n', line_break));
            finds(&text, &expected);
            let places = read(&text).uses;
            assert_eq!(places[0].image.as_ref().unwrap().span.slice(&text), "'x:1'");
            assert_eq!(places[1].image.as_ref().unwrap().span.slice(&text), "y:2");
        }
    }
}

#[test]
fn every_document_of_a_stream_is_read() {
    let pod = format!("{POD}  - image: x:1\n");
    let json =
        r#"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x:1"}],"a":"}{\""}}"#;
    let at = |line: usize| format!("{line} container - x:1 -");
    for (text, lines) in [
        (format!("{pod}---\n{pod}"), [5, 11]),
        (format!("---\n{pod}--- # comment\n{pod}"), [6, 12]),
        (format!("{pod}---\t\n---\n\n---\n# nothing\n---\n{pod}"), [5, 16]),
        (format!("{pod}...\n---\n{pod}..."), [5, 12]),
        (format!("%YAML 1.1\n---\n{pod}---\n{pod}"), [7, 13]),
        (
            format!(
                "{pod}---\n{{apiVersion: v1, kind: Pod,\n spec: {{containers: [{{image: x:1}}]}}}}\n"
            ),
            [5, 8],
        ),
        (
            format!(
                "{pod}--- {{apiVersion: v1, kind: Pod,\n spec: {{containers: [{{image: x:1}}]}}}}\n"
            ),
            [5, 7],
        ),
        (format!("{pod}---\na: |\n  ---\n  image: no\n---\n{pod}"), [5, 15]),
        (format!("{json}{json}"), [1, 1]),
        (format!("\n{json}\n\n{json}\n"), [2, 4]),
        (format!("{json}\n---\n{pod}"), [1, 7]),
        (format!("{pod}---\n{json}"), [5, 7]),
    ] {
        assert_eq!(images(&text), lines.map(at), "{text}");
    }
}

#[test]
fn lists_are_followed_with_and_without_the_kind_of_their_items() {
    let spec = "spec: {containers: [{name: a, image: x:1}]}";
    let template = format!("spec: {{template: {{{spec}}}}}");
    let pod = format!("apiVersion: v1\n  kind: Pod\n  {spec}");
    let found = |line: usize| vec![format!("{line} container a x:1 -")];
    for (text, expected) in [
        (format!("apiVersion: v1\nkind: List\nitems:\n- {pod}\n"), found(6)),
        (format!("kind: List\napiVersion: v1\nitems:\n- {spec}\n"), vec![]),
        (format!("kind: List\napiVersion: v1\nitems:\n- {spec}\n- {pod}\n"), found(7)),
        (format!("apiVersion: v1\nkind: PodList\nitems:\n- {spec}\n"), found(4)),
        (format!("apiVersion: v1\nkind: PodList\nitems:\n- {pod}\n"), found(6)),
        (
            format!("apiVersion: v1\nkind: PodTemplateList\nitems:\n- template: {{{spec}}}\n"),
            found(4),
        ),
        (format!("apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- {template}\n"), found(4)),
        (format!("apiVersion: v1\nkind: DeploymentList\nitems:\n- {template}\n"), vec![]),
        (
            format!(
                "apiVersion: batch/v1\nkind: JobList\nitems:\n- null\n- 7\n- [{spec}]\n- {template}\n"
            ),
            found(7),
        ),
        (
            format!(
                "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: v1\n    kind: PodList\n    items:\n    - {spec}\n"
            ),
            found(10),
        ),
        (
            format!(
                "apiVersion: v1\nkind: List\nitems: {{a: {{apiVersion: v1, kind: Pod, {spec}}}}}\n"
            ),
            vec![],
        ),
    ] {
        assert_eq!(images(&text), expected, "{text}");
    }
}

#[test]
fn objects_know_their_name_and_each_item_is_one() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: job, namespace: ns}, spec: {containers: [{image: x:1}, {image: y:2}]}}";
    let facts = read(&format!(
        "apiVersion: v1\nkind: List\nitems:\n- {pod}\n- {pod}\n- {{apiVersion: v1, kind: Service, metadata: {{name: s}}}}\n"
    ));
    assert_eq!((facts.manifests, facts.objects.len()), (4, 2));
    assert_eq!(facts.objects[1].name.as_deref(), Some("job"));
    assert_eq!(facts.objects[1].namespace.as_deref(), Some("ns"));
    assert_eq!(facts.uses.iter().map(|used| used.object).collect::<Vec<_>>(), [0, 0, 1, 1]);
    assert_eq!(facts.pods.iter().map(|pod| pod.uses.clone()).collect::<Vec<_>>(), [0..2, 2..4]);
}

#[test]
fn a_value_keeps_what_it_says_and_where() {
    for (written, read) in [
        ("x:1", "x:1|x:1"),
        ("x:1 # comment", "x:1|x:1"),
        ("x:1#no", "x:1#no|x:1#no"),
        ("'x:1'", "x:1|'x:1'"),
        ("\"x:\\x31\" # c", "x:1|\"x:\\x31\""),
        ("' x:1 '", " x:1 |' x:1 '"),
        ("!!str 1.20", "1.20|1.20"),
        ("&a x:1", "x:1|x:1"),
        ("'123'", "123|'123'"),
        (">-\n      x:1", "x:1|>-\n      x:1"),
        ("|-\n      x:1", "x:1||-\n      x:1"),
        ("|\n      x:1", "x:1\n||\n      x:1\n"),
        ("\n      x:1", "x:1|x:1"),
        ("x\n      y", "x y|x\n      y"),
        ("123", "a number|123"),
        ("1.20", "a number|1.20"),
        ("1e3", "a number|1e3"),
        ("on", "a boolean|on"),
        ("true", "a boolean|true"),
        ("[x:1]", "a list|[x:1]"),
        ("\n    - x:1\n    - y", "a list|x:1\n    - y"),
        ("{repository: x}", "a map|{repository: x}"),
        ("\n      repository: x\n      tag: y", "a map|repository: x\n      tag: y"),
        ("{{ x }}", "{{ x }}|{{ x }}"),
        ("'{{ x }}:{{ y }}'", "{{ x }}:{{ y }}|'{{ x }}:{{ y }}'"),
        ("", "-"),
        ("~", "-"),
        ("null # nothing", "-"),
        ("\"\"", "-"),
        ("''", "-"),
    ] {
        let (image, policy) = only(&format!("image: {written}\n    imagePullPolicy: Never"));
        assert_eq!(image.trim_end(), read.trim_end(), "{written}");
        assert_eq!(policy, "Never|Never", "{written}");
        let (image, policy) = only(&format!("image: x:1\n    imagePullPolicy: {written}"));
        assert_eq!((&*image, policy.trim_end()), ("x:1|x:1", read.trim_end()), "{written}");
    }
}

#[test]
fn aliases_stand_where_they_are_and_merged_values_where_they_are_written() {
    let object = "apiVersion: v1\nkind: Pod\nx-image: &i x:1\nx-base: &base\n  name: base\n  image: y:2\n  imagePullPolicy: Always\nx-other: &other {image: z:3, name: other}\n";
    for (spec, expected) in [
        ("- image: *i", &["11 container - x:1 -"] as &[_]),
        ("- *base", &["6 container base y:2 Always"]),
        ("- *base\n  - *base", &["6 container base y:2 Always"; 2]),
        ("- <<: *base\n    name: own", &["6 container own y:2 Always"]),
        ("- <<: *base\n    image: own:1", &["12 container base own:1 Always"]),
        ("- image: own:1\n    <<: *base", &["11 container base own:1 Always"]),
        ("- <<: [*other, *base]", &["8 container other z:3 Always"]),
        ("- <<: {image: here:1}\n    name: a", &["11 container a here:1 -"]),
        (
            "- &own {image: own:1}\n  - *own\n  - {<<: *own, image: *i}",
            &["11 container - own:1 -", "11 container - own:1 -", "13 container - x:1 -"],
        ),
        (
            "  &list [{image: own:1}]\n  initContainers: *list",
            &["11 init - own:1 -", "11 container - own:1 -"],
        ),
        ("- image: own:1\n    name: *i\n    imagePullPolicy: *i", &["11 container x:1 own:1 x:1"]),
        (
            "- *base\n  volumes: [{image: &v {reference: v:1}}]",
            &["6 container base y:2 Always", "12 volume - v:1 -"],
        ),
        ("  *nowhere", &[]),
        ("- image: *nowhere\n  - image: own:1", &["12 container - own:1 -"]),
    ] {
        finds(&format!("{object}spec:\n  containers:\n  {spec}\n"), expected);
    }
    let facts = read(&format!("{POD}  - image: *a\n---\n{POD}  - image: x:1\n"));
    assert_eq!((facts.broken.len(), facts.uses.len()), (1, 1));
    assert!(facts.broken[0].cause.contains("`*a`"), "{}", facts.broken[0].cause);
}

#[test]
fn anchors_hold_within_their_document() {
    let text = format!("{POD}  - image: &a x:1\n---\n{POD}  - image: *a\n");
    finds(&text, &["5 container - x:1 -"]);
    assert_eq!(read(&text).broken.len(), 1);
    let items = "- &pod {apiVersion: v1, kind: Pod, spec: {containers: [{image: x:1}]}}\n- *pod\n";
    finds(&format!("apiVersion: v1\nkind: List\nitems:\n{items}"), &["4 container - x:1 -"]);
}

#[test]
fn merged_specs_and_templates_are_followed() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nx: &spec\n  containers:\n  - image: x:1\n";
    finds(&format!("{text}spec: {{template: {{spec: *spec}}}}\n"), &["5 container - x:1 -"]);
    finds(
        &format!("{text}spec: {{template: {{spec: {{<<: *spec}}}}}}\n"),
        &["5 container - x:1 -"],
    );
    finds(
        &format!("{text}<<: {{spec: {{template: {{spec: *spec}}}}}}\n"),
        &["5 container - x:1 -"],
    );
    finds(
        "<<: {apiVersion: v1, kind: Pod}\nspec: {containers: [{image: x:1}]}\n",
        &["2 container - x:1 -"],
    );
}

#[test]
fn keys_given_twice_are_noted_and_the_last_value_counts() {
    let twice = "- name: a\n    image: x:1\n    imagePullPolicy: Never\n    image: y:2\n    'image': z:3\n    imagePullPolicy: Always\n";
    let text = format!("{POD}  {twice}");
    finds(&text, &["9 container a z:3 Always"]);
    let lines = LineIndex::new(&text);
    let line = |span: &Span| lines.position(&text, span.start).line;
    let duplicates = read(&text).duplicates;
    let places: Vec<_> = duplicates
        .iter()
        .map(|found| (found.key, line(&found.kept), found.lost.iter().map(line).collect()))
        .collect();
    assert_eq!(places, [("image", 9, vec![6, 8]), ("imagePullPolicy", 10, vec![7])]);
    assert_eq!(duplicates[0].kept.slice(&text), "'image'");

    let volume =
        format!("{POD}  - {{}}\n  volumes:\n  - image: {{reference: x:1, reference: y:2}}\n");
    assert_eq!(read(&volume).duplicates[0].key, "reference");
    let merged = format!("{POD}  - &a {{image: x:1}}\n  - {{<<: *a, image: y:2}}\n");
    assert!(read(&merged).duplicates.is_empty());
    finds(&format!("{POD}  - {{image: x:1, image: }}\n"), &[]);
}

#[test]
fn wrong_shapes_hold_no_image() {
    let shapes =
        ["", "null", "text", "7", "true", "[]", "{}", "[text]", "[[]]", "{a: b}", "image", "'{'"];
    for (api_version, kind, path) in kinds() {
        let keys: Vec<_> = path.split('.').chain(["containers"]).collect();
        for (depth, shape) in (1..=keys.len()).flat_map(|depth| shapes.map(|shape| (depth, shape)))
        {
            let above = format!("{{{}: ", keys[..depth].join(": {"));
            let nested = format!("{above}{shape}{}", "}".repeat(depth));
            let pairs = nested.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap();
            finds(&format!("apiVersion: {api_version}\nkind: {kind}\n{pairs}\n"), &[]);
        }
    }
    for shape in shapes {
        let lists = ["initContainers", "ephemeralContainers", "volumes"];
        for key in lists {
            finds(&format!("apiVersion: v1\nkind: Pod\nspec:\n  {key}: {shape}\n"), &[]);
        }
        finds(&format!("apiVersion: v1\nkind: List\nitems: {shape}\n"), &[]);
        finds(&format!("apiVersion: v1\nkind: Pod\nspec:\n  volumes:\n  - image: {shape}\n"), &[]);
        finds(&format!("{POD}  - {shape}\n  - name: {shape}\n  - - image: x:1\n"), &[]);
        finds(&format!("{POD}  a: {{image: x:1}}\n  b: {shape}\n"), &[]);
        finds(&format!("{shape}\n"), &[]);
        let named = images(&format!("{POD}  - {{image: x:1, name: {shape}}}\nmetadata: {shape}\n"));
        assert!(named.len() == 1 && named[0].starts_with("5 container "), "{named:?}");
    }
    finds("apiVersion: [v1]\nkind: Pod\nspec: {containers: [{image: x:1}]}\n", &[]);
    finds("apiVersion: v1\nkind: {a: Pod}\nspec: {containers: [{image: x:1}]}\n", &[]);
    finds("- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{image: x:1}]}\n", &[]);
}

#[test]
fn a_key_named_image_elsewhere_is_no_container_image() {
    let spec = "spec:\n  template:\n    spec:\n      containers: [{name: a, image: x:1}]\n";
    for text in [
        format!("{POD}  - {{}}\n  volumes:\n  - rbd: {{image: no}}\n  - image: no\n  - csi: {{image: {{reference: no}}}}\n"),
        format!("{POD}  - {{}}\nstatus:\n  containerStatuses: [{{image: no}}]\n  containers: [{{image: no}}]\n"),
        format!("{POD}  - {{name: a, Image: no, images: no, env: [{{name: image, value: no}}]}}\n"),
        format!("{POD}  - {{name: a, env: {{image: no}}}}\n  template: {{spec: {{containers: [{{image: no}}]}}}}\n"),
        "apiVersion: v1\nkind: PersistentVolume\nspec: {rbd: {image: no}}\n".to_owned(),
        "apiVersion: v1\nkind: Node\nstatus: {images: [{names: [no]}]}\nspec: {containers: [{image: no}]}\n".to_owned(),
        format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  pod.yaml: |\n    {}", format!("{POD}  - image: no\n").replace('\n', "\n    ")),
        format!("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n{spec}"),
        format!("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\n{spec}"),
        format!("apiVersion: constraints.gatekeeper.sh/v1\nkind: Allowed\n{spec}"),
        format!("apiVersion: auto.gke.io/v1\nkind: WorkloadAllowlist\n{spec}"),
        format!("apiVersion: policy.open-cluster-management.io/v1\nkind: Policy\n{spec}"),
        "apiVersion: example.com/v1\nkind: App\nstatus: {containers: [{name: a, image: x:1}]}\n".to_owned(),
        "apiVersion: example.com/v1\nkind: App\nspec: {containers: [{image: x:1}]}\n".to_owned(),
        "apiVersion: example.com/v1\nkind: App\nspec: {containers: {name: a, image: x:1}}\n".to_owned(),
        format!("apiVersion: v1\nkind: Deployment\n{spec}"),
        format!("apiVersion: apps\nkind: Deployment\n{spec}"),
        format!("apiVersion: apps/v1\nkind: deployment\n{spec}"),
        format!("apiVersion: apps/v1\nkind: Pod\n{spec}"),
        format!("apiVersion: extensions/v1beta1\nkind: StatefulSet\n{spec}"),
        format!("kind: Deployment\n{spec}"),
        format!("apiVersion: apps/v1\n{spec}"),
        format!("# apiVersion: apps/v1\nkind: Deployment\n{spec}"),
    ] {
        finds(&text, &[]);
    }
}

#[test]
fn definitions_and_objects_without_images_count_as_manifests() {
    let crd =
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {image: x}\n";
    let service = "apiVersion: v1\nkind: Service\n";
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {image: x}\n";
    let facts = read(&format!(
        "{crd}---\n{service}---\n{rollout}---\na: {{image: x}}\n---\n{POD}  - image: x:1\n"
    ));
    assert_eq!((facts.manifests, facts.objects.len(), facts.skipped), (4, 1, None));
}

#[test]
fn image_triggers_are_noticed() {
    let path = "spec.template.spec.containers";
    let annotation = |name: &str, path: &str| {
        format!(
            "annotations: {{{name}: '[{{\"from\": {{\"name\": \"x\"}}, \"fieldPath\": \"{path}\"}}]'}}"
        )
    };
    let triggers = "image.openshift.io/triggers";
    for (metadata, set_later) in [
        (annotation(triggers, &format!("{path}[?(@.name==\\\"web\\\")].image")), true),
        (annotation(triggers, &format!("{path}[0].image")), true),
        (annotation(triggers, &format!("{path}[?(@.name==\\\"other\\\")].image")), false),
        (annotation(triggers, &format!("{path}[1].image")), false),
        (annotation("other", &format!("{path}[0].image")), false),
    ] {
        let spec = "spec: {template: {spec: {containers: [{name: web, image: 'app:1.2.3'}]}}}";
        let head = "apiVersion: apps/v1\nkind: Deployment";
        let facts = read(&format!("{head}\n{spec}\nmetadata:\n  {metadata}\n"));
        assert_eq!(facts.uses[0].set_later.is_some(), set_later, "{metadata}");
    }
    let config = "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nspec:\n  triggers:\n  \
        - type: ImageChange\n    imageChangeParams: {containerNames: [web]}\n  \
        template: {spec: {containers: [{name: web, image: 'x'}, {name: other, image: 'y'}]}}\n";
    let set_later: Vec<_> = read(config).uses.iter().map(|used| used.set_later.is_some()).collect();
    assert_eq!(set_later, [true, false]);
}

mod beside;
mod custom;
mod patches;
mod values;
