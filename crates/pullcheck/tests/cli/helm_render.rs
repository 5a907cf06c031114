//! `--helm-render`, with a `helm` that prints the file `out` of a chart, or refuses with the words in
//! the file `refuse`, and notes how it was called.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use serde_json::json;

use crate::{Place, Run, pod};

const HELM: &str = r#"#!/bin/sh
for folder; do :; done
echo "$#" "$1" "$2" >> "$folder/called"
if [ -f "$folder/refuse" ]; then
  echo "WARNING: never mind" >&2
  cat "$folder/refuse" >&2
  exit 1
fi
cat "$folder/out"
"#;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

const VALUES: &str = "\
image:
  repository: nginx
  tag: latest
policy: IfNotPresent
side: redis:edge
unused:
  repository: idle
  tag: latest
";

const TEMPLATE: &str = r#"{{- if true }}
apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}}
spec:
  containers:
    - name: web
      image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
      imagePullPolicy: {{ .Values.policy }}
    - name: side
      image: {{ .Values.side }}
    - name: literal
      image: busybox:latest
    - name: helper
      image: {{ include "web.image" . }}
{{- end }}
"#;

const OUT: &str = r#"---
# Source: web/templates/web.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: "nginx:latest"
      imagePullPolicy: IfNotPresent
    - name: side
      image: redis:edge
    - name: literal
      image: busybox:latest
    - name: helper
      image: quay.io/acme/helper:main
"#;

/// A chart in `web/` that renders to a text, and other files.
fn chart(out: &str, more: &[(&str, &str)]) -> Place {
    let files = [
        ("bin/helm", HELM),
        ("web/Chart.yaml", CHART),
        ("web/values.yaml", VALUES),
        ("web/templates/web.yaml", TEMPLATE),
        ("web/out", out),
    ];
    let place = Place::with(&files);
    for (path, text) in more {
        place.write(path, text.as_bytes());
    }
    let helm = place.path().join("bin/helm");
    fs::set_permissions(helm, fs::Permissions::from_mode(0o755)).unwrap();
    place
}

fn command(place: &Place, args: &[&str]) -> Command {
    let mut command = place.command(args);
    let path = format!("{}:/usr/bin:/bin", place.path().join("bin").display());
    command.env("PATH", path).stdin(Stdio::null());
    command
}

fn run(place: &Place, args: &[&str]) -> Run {
    Run(command(place, args).output().unwrap())
}

const CONCISE: [&str; 3] = ["--helm-render", "--format", "concise"];

#[test]
fn findings_stand_where_people_wrote_what_is_rendered() {
    let place = chart(OUT, &[]);
    let checked = run(&place, &CONCISE);
    assert_eq!(
        checked.lines(),
        [
            "web/templates/web.yaml:13 latest-tag",
            "web/templates/web.yaml:15 floating-tag",
            "web/values.yaml:3 latest-tag",
            "web/values.yaml:4 cached-mutable-image",
            "web/values.yaml:5 floating-tag",
        ]
    );
    assert!(checked.out().lines().all(|line| line.ends_with("(from web/templates/web.yaml)")));
    assert_eq!(checked.code(), 1);
    assert_eq!(
        checked.err().trim_end(),
        "3 errors, 2 warnings in 2 of 3 files, 4 images; 1 fixable with `--fix`"
    );
    let called = fs::read_to_string(place.path().join("web/called")).unwrap();
    assert_eq!(called, "3 template web\n");
    let findings = run(&place, &["--helm-render", "--format", "json"]).json()["findings"].clone();
    assert_eq!(findings[3]["rule"], "cached-mutable-image");
    assert_eq!(findings[3]["range"]["start"]["column"], 9);
    assert_eq!(findings[3]["labels"][0]["path"], "web/values.yaml");
    assert_eq!(findings[3]["source"], "web/templates/web.yaml");
    assert_eq!(findings[3]["resource"]["name"], "web");
    let pretty = run(&place, &["--helm-render", "--color", "never"]).out();
    assert!(pretty.contains("web/templates/web.yaml:15:14") && pretty.contains("{{ include"));
}

#[test]
fn help_says_what_to_write_in_the_values() {
    let place = chart(OUT, &[]);
    let findings = run(&place, &["--helm-render", "--format", "json"]).json()["findings"].clone();
    let help = |index: usize| findings[index]["help"].as_str().unwrap().to_owned();
    assert!(help(0).contains("`busybox:<version>`"), "{}", help(0));
    assert!(help(2).contains("`tag: <version>`"), "{}", help(2));
}

#[test]
fn the_inventory_lists_what_is_rendered() {
    let place = chart(OUT, &[]);
    let images = run(&place, &["images", "--helm-render", "--format", "json"]).json();
    let rows = images["images"].as_array().unwrap().iter();
    let rows: Vec<_> = rows
        .map(|row| {
            let effective = &row["effective"][0];
            assert_eq!(effective["decidedBy"]["path"], row["path"]);
            assert_eq!(row["source"], "web/templates/web.yaml");
            json!([row["path"], row["range"]["start"]["line"], effective["image"]])
        })
        .collect();
    assert_eq!(
        rows,
        [
            json!(["web/templates/web.yaml", 13, "docker.io/library/busybox:latest"]),
            json!(["web/templates/web.yaml", 15, "quay.io/acme/helper:main"]),
            json!(["web/values.yaml", 3, "docker.io/library/nginx:latest"]),
            json!(["web/values.yaml", 5, "docker.io/library/redis:edge"]),
        ]
    );
}

/// What the chart's templates and values tell by themselves.
const WITHOUT_HELM: [&str; 5] = [
    "web/templates/web.yaml:13 latest-tag",
    "web/values.yaml:3 latest-tag",
    "web/values.yaml:4 cached-mutable-image",
    "web/values.yaml:5 floating-tag",
    "web/values.yaml:8 latest-tag",
];

#[test]
fn helm_is_run_only_on_request() {
    let place = chart(OUT, &[]);
    let lines = run(&place, &["--format", "concise"]).lines();
    assert_eq!(lines, WITHOUT_HELM);
    assert!(!place.path().join("web/called").exists());
}

#[test]
fn what_helm_refuses_is_told_and_the_rest_is_judged() {
    let refusal = "Error: execution error at (web/templates/web.yaml:3:4): say it\nUse --debug\n";
    let other = [
        ("other/Chart.yaml", "apiVersion: v2\nname: Other\n"),
        ("other/templates/a.yaml", "apiVersion: v1\nkind: {{ \"Pod\" }}\n"),
        ("other/out", "---\n# Source: Other/templates/a.yaml\n"),
        ("pod.yaml", &pod("nginx")),
        ("lib/Chart.yaml", "apiVersion: v2\nname: lib\ntype: library\n"),
        ("web/charts/db/Chart.yaml", "apiVersion: v2\nname: db\n"),
        ("web/refuse", refusal),
    ];
    let place = chart(OUT, &other);
    let checked = run(&place, &CONCISE);
    assert_eq!(checked.lines(), [&["pod.yaml:8 missing-tag"][..], &WITHOUT_HELM].concat());
    assert_eq!(checked.code(), 2);
    let told = checked.err();
    assert_eq!(
        told.lines().next(),
        Some(
            "pullcheck: helm cannot render the chart `web`: execution error at (web/templates/web.yaml:3:4): say it"
        )
    );
    assert!(told.ends_with("not checked: 1 image filled in later\n"), "{told}");
    let called = |path: &str| fs::read_to_string(place.path().join(path).join("called")).ok();
    // No release can be called `Other`.
    assert!(called("other").unwrap().starts_with("2 template /"));
    assert_eq!((called("lib"), called("web/charts/db")), (None, None));
}

#[test]
fn without_helm_nothing_is_rendered() {
    let place = chart(OUT, &[("other/Chart.yaml", "name: other\n")]);
    let mut command = command(&place, &CONCISE);
    let checked = Run(command.env("PATH", place.path().join("web")).output().unwrap());
    assert_eq!(checked.code(), 2);
    assert_eq!(
        checked.err().lines().next(),
        Some(
            "pullcheck: `--helm-render` needs `helm` on PATH; install it from https://helm.sh or leave the option out"
        )
    );
    assert_eq!(checked.err().lines().count(), 2);
}

#[test]
fn suppressions_and_settings_of_the_sources_hold() {
    let template =
        TEMPLATE.replace("busybox:latest", "busybox:latest # pullcheck: ignore[latest-tag] x");
    let out = OUT.replace("busybox:latest", "busybox:latest # pullcheck: ignore[latest-tag] x")
        + "---\n# Source: web/templates/old.yaml\n"
        + &pod("nginx");
    let values = VALUES
        .replace("tag: latest\np", "tag: latest # pullcheck: ignore[latest-tag] x\np")
        .replace(
            "tag: latest\n",
            "tag: latest # pullcheck: ignore[latest-tag] rendered elsewhere\n",
        );
    let config = "\
exclude: [web/templates/old.yaml]
overrides:
  - paths: [web/values.yaml]
    severity: {floating-tag: error, cached-mutable-image: off}
";
    let more = [
        ("web/values.yaml", values.as_str()),
        ("web/templates/web.yaml", template.as_str()),
        ("web/templates/old.yaml", "{{ x }}\n"),
        ("pullcheck.yaml", config),
    ];
    let place = chart(&out, &more);
    let checked = run(&place, &CONCISE);
    assert_eq!(
        checked.lines(),
        ["web/templates/web.yaml:15 floating-tag", "web/values.yaml:5 floating-tag"]
    );
    assert!(
        checked.err().starts_with("1 error, 1 warning in 2 of 3 files, 4 images; 2 suppressed"),
        "{}",
        checked.err()
    );
}

#[test]
fn a_rule_weighs_what_is_rendered_as_all_else() {
    // Old images of this namespace are an error only where the profile says so.
    let image = "docker.io/bitnami/redis:7.2.4";
    let out = format!("---\n# Source: web/templates/web.yaml\n{}", pod(image));
    let place = chart(&out, &[("pod.yaml", &pod(image))]);
    let concise = run(&place, &CONCISE).out();
    let lines: Vec<_> = concise.lines().collect();
    assert!(lines[0].starts_with("pod.yaml:8:14: warning[retired-registry]"), "{concise}");
    assert!(lines[1].contains(": warning[retired-registry]"), "{concise}");
}

#[test]
fn what_stands_in_no_file_is_shown_as_it_is_rendered() {
    let out = OUT.replace("web/templates", "web/charts/db/templates");
    let place = chart(&out, &[]);
    let lines = run(&place, &CONCISE).lines();
    assert_eq!(
        lines,
        [
            "web/values.yaml:3 latest-tag",
            "web/values.yaml:4 cached-mutable-image",
            "web/values.yaml:5 floating-tag",
            "web/Chart.yaml (rendered):14 latest-tag",
            "web/Chart.yaml (rendered):16 floating-tag",
        ]
    );
}

#[test]
fn a_line_that_is_not_found_is_somewhere_in_its_template() {
    let template = "{{- include \"web.pod\" . }}\n";
    let place = chart(OUT, &[("web/templates/web.yaml", template), ("web/values.yaml", "")]);
    let pretty =
        run(&place, &["--helm-render", "--color", "never", "--select", "floating-tag"]).out();
    assert!(pretty.contains("web/templates/web.yaml:1:1"), "{pretty}");
    assert!(pretty.contains("somewhere below; it is rendered as `image: redis:edge`"), "{pretty}");
}

#[test]
fn secrets_in_templates_are_not_shown() {
    let secret = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{{\"auths\": {{\"ghcr.io\": {{\"username\": \"u\", \"password\": \"hunter2hunter2\"}}}}}}'\n"
        )
    };
    let out = format!("---\n# Source: web/templates/web.yaml\n{}", secret("a"));
    let place = chart(&out, &[("web/templates/web.yaml", &secret("{{ .Release.Name }}"))]);
    let show_nothing = || {
        for format in ["pretty", "concise", "json"] {
            let out = run(&place, &["--helm-render", "--color", "never", "--format", format]).out();
            assert!(out.contains("committed-registry-credential"), "{out}");
            assert!(out.contains("web/templates/web.yaml") && !out.contains("hunter2"), "{out}");
        }
    };
    show_nothing();
    place.write("web/templates/web.yaml", b"{{ include \"web.secret\" . }}\n");
    show_nothing();
    // Nothing in the template tells that this is a secret.
    let template = secret("web").replace("kind: Secret", "kind: {{ include \"web.kind\" . }}");
    place.write("web/templates/web.yaml", template.as_bytes());
    show_nothing();
}
