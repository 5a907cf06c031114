//! Whatever the text is: no panic, and every place that is named lies in it.

use crate::support::{judged, profile, said, select};
use proptest::{prelude::*, sample::Index};
use pullcheck_core::{
    extract::extract,
    finding::Finding,
    path::LogicalPath,
    policy::PullPolicy,
    rule::Profile,
    rules::RULES,
    settings::{Assumptions, Settings},
    span::Span,
};

const MANIFESTS: &[&str] = &[
    "# pullcheck: ignore-file[floating-tag] vendored\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      initContainers:\n      - name: migrate\n        image: \"quay.io/team/web:1.2.3\"\n      containers:\n      # pullcheck: ignore[latest-tag, cached-mutable-image] rolled by hand\n      - name: web\n        image: nginx:latest\n        imagePullPolicy: IfNotPresent\n      - name: sidecar é\n        image: >-\n          host:5000/side:main\n        imagePullPolicy: always # pullcheck: ignore[never-pull]\n      volumes:\n      - name: models\n        image: {reference: 'model@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae', pullPolicy: Always}\n---\n# nothing\n--- # next\n\napiVersion: v1\nkind: ConfigMap\ndata:\n  image: |\n    # pullcheck: ignore[x]\n    image: nginx\n",
    "\u{feff}apiVersion: batch/v1\r\nkind: CronJob\r\nmetadata: {generateName: é, namespace: \"日本\"}\r\nspec:\r\n  jobTemplate:\r\n    spec:\r\n      template:\r\n        spec:\r\n          containers:\r\n          - &base\r\n            name: one\r\n            image: &i app:1.2.3\r\n            imagePullPolicy: Always\r\n          - {<<: *base, name: two, imagePullPolicy: IfNotPresent}\r\n          - image: *i\r\n            image: app:1.2.4\r\n          - image: ${IMAGE}\r\n          - image: app:1.2.3@sha256:abc\r\n",
    "%YAML 1.1\n---\n{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n  {\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"containers\": [{\"name\": \"\\u00e9\", \"image\": \"nginx\"}, {\"image\": 5}, {\"image\": [\"x\"]}]}},\n  {\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [{\"spec\": {\"ephemeralContainers\": [{\"image\": \" \"}]}}]}]}\n",
    "apiVersion: v1\rkind: Pod\rspec:\r  containers:\r  - image: {{ .Values.image }}\r  - image: 'x:1' # pullcheck: ignore\r...\r---\rkind: Pod\rapiVersion: v1\rspec: {containers: [{image: x: y}]}\r",
    "patches:\n- target: {kind: Deployment, name: é}\n  patch: |-\n    - op: replace # pullcheck: ignore[missing-tag]\n      path: /spec/template/spec/containers/0/image\n      value: app:main\n    - {op: add, path: /spec/template/spec/containers/0/imagePullPolicy, value: Never}\n- patch: \"- op: add\\n  path: /spec/containers/-\\n  value: {name: é, image: x}\\n\"\npatchesStrategicMerge:\n- |\n  apiVersion: apps/v1\n  kind: Deployment\n  spec: {template: {spec: {containers: [{name: a, imagePullPolicy: always}]}}}\n  ---\n  apiVersion: v1\n  kind: Pod\nimages: [{name: web, newTag: 1.20}, 'a=b:c', {name: x, digest: 'sha256:y'}]\nservices: {web: {image: a, pull_policy: b, build: .}, db: {image: 'b:1'}}\n",
    "apiVersion: tekton.dev/v1\nkind: Pipeline\nspec:\n  tasks:\n  - name: one\n    taskSpec:\n      stepTemplate: {image: a:main}\n      steps: [{name: s, image: '$(params.x)'}, {image: b}]\n---\napiVersion: operator.victoriametrics.com/v1\nkind: VMAgent\nspec: {image: {repository: é/x, tag: latest, pullPolicy: Always}, nested: {containers: [{name: a, image: b}], volumes: [{image: {reference: c}}]}}\n---\nkind: List\napiVersion: v1\nitems: [{apiVersion: v1, kind: ConfigMap, data: {a: \"apiVersion: v1\\nkind: Pod\\nspec: {containers: [{image: x}]}\"}}, {family: f, containerDefinitions: [{name: a, image: b}]}]\n",
    "global: {imageRegistry: r.io, hub: h, tag: 1.20}\nimage: &i {registry: '', repository: a/b, tag: 20240101, pullPolicy: Always}\nside: {image: *i, other: {<<: *i, tag: yes}}\nx: {image: {tag: latest}, yImage: 'é:1', image: a, imageTag: 1e3}\nextraContainers: [{name: a, image: b}]\nsidecars: |\n  - {name: c, image: d}\nextraDeploy: [{apiVersion: v1, kind: Pod, spec: {containers: [{image: e}]}}]\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      values: |\n        image: {repository: a, tag: 1.20}\n      parameters: [{name: image.tag, value: latest}, {name: a.b, value: 1}]\n",
];

const PIECES: &[&str] = &[
    "apiVersion: v1\n",
    "metadata:\n",
    "annotations:\n",
    "pullcheck.dev/ignore: ",
    "apiVersion: apps/v1\n",
    "kind: Pod\n",
    "kind: Deployment\n",
    "kind: List\n",
    "items:\n",
    "spec:\n",
    "  template:\n",
    "  containers:\n",
    "  volumes:\n",
    "  - ",
    "    ",
    "  ",
    " ",
    "image: ",
    "imagePullPolicy: ",
    "reference: ",
    "name: ",
    "nginx",
    ":latest",
    ":1",
    "@sha256:",
    "Always",
    "IfNotPresent",
    "null",
    "~",
    "''",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "---\n",
    "--- ",
    "...\n",
    "%YAML 1.1\n",
    "# ",
    "# pullcheck: ignore[",
    "# pullcheck: ignore-file[",
    "# pullcheck:",
    "latest-tag",
    "missing-tag, ",
    "nonsense",
    "&a ",
    "*a",
    "<<: ",
    "<<: *a\n",
    "{",
    "}",
    "[",
    "]",
    "{{ x }}",
    "{% x %}",
    "'",
    "\"",
    "\\",
    "\\u00e9",
    "|\n",
    ">-\n",
    "|2\n",
    "? ",
    ": ",
    ":",
    "- ",
    ",",
    "!!str ",
    "!t ",
    "\t",
    "é",
    "日本",
    "🦀",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{a0}",
    "\0",
    "${X}",
    "<x>",
    "%",
    "@",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    (any::<bool>(), prop::collection::vec(piece, 0..60)).prop_map(|(headed, pieces)| {
        let head = if headed { "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n" } else { "" };
        head.to_owned() + &pieces.concat()
    })
}

/// A manifest in which some places were deleted, doubled or filled.
fn mutant() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), 0..12_usize, 0..4_u8, prop::sample::select(PIECES));
    (prop::sample::select(MANIFESTS), prop::collection::vec(change, 0..8)).prop_map(
        |(manifest, changes)| {
            let mut text = manifest.to_owned();
            for (at, length, change, piece) in changes {
                let start = text.floor_char_boundary(at.index(text.len() + 1));
                let end = text.floor_char_boundary(start + length);
                let new = match change {
                    0 => String::new(),
                    1 => text.get(start..end).unwrap_or_default().repeat(2),
                    2 => piece.to_owned(),
                    _ => format!("{piece}{}", text.get(start..end).unwrap_or_default()),
                };
                text.replace_range(start..end, &new);
            }
            text
        },
    )
}

/// The settings under which every rule has something to say.
fn all_settings() -> [Settings; 3] {
    let all = profile(Profile::All);
    [
        profile(Profile::Recommended),
        Settings { required_policy: Some(PullPolicy::Never), ..all.clone() },
        Settings {
            assume: Assumptions { always_pull_images: true, ..Assumptions::default() },
            honour_ignores: false,
            ..all
        },
    ]
}

fn facts_are_sound(text: &str) -> Result<(), TestCaseError> {
    for path in ["a.yaml", "kustomization.yaml", "compose.yaml", "values.yaml"] {
        facts_of_a_file_are_sound(path, text)?;
    }
    Ok(())
}

fn facts_of_a_file_are_sound(path: &str, text: &str) -> Result<(), TestCaseError> {
    let settings = Settings { read_config_maps: true, ..Settings::default() };
    let facts = extract(&LogicalPath::new(path), text, &settings);
    let mut spans: Vec<Span> = Vec::new();
    for used in &facts.uses {
        prop_assert!(used.object < facts.objects.len());
        for written in [&used.image, &used.policy].into_iter().flatten() {
            prop_assert!(!written.text.is_empty());
            spans.push(written.span);
        }
    }
    for duplicate in &facts.duplicates {
        prop_assert!(duplicate.object < facts.objects.len() && !duplicate.lost.is_empty());
        spans.extend(duplicate.lost.iter().chain([&duplicate.kept]));
    }
    for unquoted in &facts.unquoted {
        prop_assert!(unquoted.object < facts.objects.len());
        spans.push(unquoted.span);
    }
    spans.extend(facts.broken.iter().map(|broken| broken.span));
    for ignore in &facts.ignores {
        spans.push(ignore.span);
        for (name, span) in &ignore.rules {
            // A name in an annotation that is not written as it reads stands at the whole value.
            prop_assert!(span.slice(text) == &**name || *span == ignore.span);
        }
    }
    let mut next = 0;
    for pod in &facts.pods {
        prop_assert!(pod.object < facts.objects.len() && pod.uses.start >= next);
        next = pod.uses.end;
    }
    prop_assert!(next <= facts.uses.len());
    prop_assert!(facts.confidential.is_sorted_by(|one, next| one.end < next.start));
    spans.extend(&facts.confidential);
    for span in spans {
        prop_assert!(text.get(span.range()).is_some(), "{:?}", span);
    }
    Ok(())
}

fn findings_are_sound(text: &str, settings: &Settings) -> Result<Vec<Finding>, TestCaseError> {
    let judged = judged(text, settings);
    let places: Vec<_> = judged
        .findings
        .iter()
        .map(|found| (found.at, std::cmp::Reverse(found.severity), found.rule))
        .collect();
    prop_assert!(places.is_sorted(), "{:?}", places);
    let twice = judged.findings.windows(2).find(|pair| pair.first() == pair.last());
    prop_assert!(twice.is_none(), "{:?}", twice);
    for found in &judged.findings {
        prop_assert_eq!(Some(found.severity), settings.levels.get(found.rule));
        prop_assert!(!found.message.is_empty() && !found.labels.is_empty());
        for at in found.labels.iter().map(|label| label.at).chain([found.at]) {
            prop_assert_eq!(at.file.0, 0);
            prop_assert!(text.get(at.span.range()).is_some(), "{:?}", found);
        }
    }
    Ok(judged.findings)
}

fn everything_is_sound(text: &str) -> Result<(), TestCaseError> {
    facts_are_sound(text)?;
    for settings in all_settings() {
        findings_are_sound(text, &settings)?;
    }
    let settings = profile(Profile::All);
    let with = judged(text, &settings);
    let shown = with.findings.iter().filter(|found| found.rule != "unused-suppression").count();
    let without = judged(text, &Settings { honour_ignores: false, ..settings });
    prop_assert_eq!(shown + with.suppressed, without.findings.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged(text in soup()) {
        everything_is_sound(&text)?;
    }

    #[test]
    fn any_damaged_manifest_is_judged(text in mutant()) {
        everything_is_sound(&text)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_alone_says_no_less_than_among_others(text in mutant()) {
        let all = Settings { honour_ignores: false, ..profile(Profile::All) };
        let among = judged(&text, &all).findings;
        for rule in RULES {
            let alone = judged(&text, &Settings { honour_ignores: false, ..select(&[rule.id]) }).findings;
            for found in among.iter().filter(|found| found.rule == rule.id) {
                prop_assert!(alone.iter().any(|other| (other.at, &other.message) == (found.at, &found.message)), "{:?}", found);
            }
        }
    }
}

#[test]
fn the_manifests_themselves_say_much() {
    let expected = [
        "20 error invalid-pull-policy, 20 warning unused-suppression",
        "14 warning mixed-pull-policy, 16 error duplicate-key, 16 warning version-skew, 18 error invalid-reference",
        "4 error missing-tag, 4 error invalid-reference, 4 error invalid-reference, 5 error invalid-reference",
        "6 info partial-version, 6 warning unused-suppression, 11 error syntax",
        "",
        "7 warning floating-tag, 8 error missing-tag, 12 error invalid-reference, 12 error missing-tag, 12 error missing-tag",
    ];
    for (text, expected) in MANIFESTS.iter().zip(expected) {
        everything_is_sound(text).unwrap();
        assert_eq!(said(text, &profile(Profile::Recommended)), expected, "{text}");
    }
}

#[test]
fn a_manifest_cut_anywhere_is_judged() {
    for text in MANIFESTS {
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let (head, tail) = text.split_at(end);
            everything_is_sound(head).unwrap();
            facts_are_sound(tail).unwrap();
        }
    }
}

#[test]
fn a_large_file_is_judged_in_one_go() {
    let pod = |number| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: app{number} # pullcheck: ignore[missing-tag]\n  - image: nginx:latest\n    imagePullPolicy: IfNotPresent\n"
        )
    };
    let text: String = (0..2000).map(pod).collect();
    let judged = judged(&text, &profile(Profile::Recommended));
    assert_eq!((judged.findings.len(), judged.suppressed), (4000, 2000));
}
