//! What is printed, in each format.

use serde_json::json;

use super::{Place, pod};

#[test]
fn json_is_the_contract() {
    let place = Place::with(&[(
        "deploy/web.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  template:\n    spec:\n      containers:\n        - name: wéb\n          image: \"nginx:latest\"\n          imagePullPolicy: IfNotPresent\n",
    )]);
    let document = place.run(&["--format", "json"]).json();
    assert_eq!(document["version"], 1);
    assert_eq!(
        document["summary"],
        json!({"files": 1, "images": 1, "error": 2, "warning": 0, "info": 0, "suppressed": 0, "baseline": 0})
    );
    let finding = &document["findings"][0];
    assert_eq!(finding["rule"], "latest-tag");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["path"], "deploy/web.yaml");
    assert_eq!(
        finding["range"],
        json!({"start": {"line": 9, "column": 18, "byte": 160}, "end": {"line": 9, "column": 32, "byte": 174}})
    );
    assert_eq!(
        finding["resource"],
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "web"})
    );
    assert_eq!(finding["container"], "wéb");
    assert_eq!(finding["image"], "nginx:latest");
    assert_eq!(finding["policy"], json!({"effective": "IfNotPresent", "explicit": true}));
    assert_eq!(finding["labels"][1]["range"]["start"]["line"], 10);
    assert!(finding["url"].as_str().unwrap().ends_with("latest-tag"));
    assert!(finding["help"].is_string() && finding["fix"].is_null());
    assert_eq!(finding["fingerprint"].as_str().unwrap().len(), 16);
    assert_eq!(document["findings"][1]["rule"], "cached-mutable-image");
}

#[test]
fn json_is_one_document_even_when_there_is_nothing() {
    let place = Place::with(&[("notes.yaml", "a: 1\n")]);
    let run = place.run(&["--format", "json"]);
    assert_eq!(run.code(), 0);
    assert_eq!(run.json()["findings"], json!([]));
    assert_eq!(run.json()["summary"]["files"], 0);
}

#[test]
fn fingerprints_outlive_lines() {
    let place = Place::with(&[("a.yaml", &pod("nginx"))]);
    let fingerprint =
        || place.run(&["--format", "json"]).json()["findings"][0]["fingerprint"].clone();
    let before = fingerprint();
    place.write("a.yaml", format!("# a comment\n\n{}", pod("nginx")).as_bytes());
    assert_eq!(fingerprint(), before);
    place.write("a.yaml", pod("busybox").as_bytes());
    assert_ne!(fingerprint(), before);
}

#[test]
fn the_inventory_lists_what_is_written() {
    let place = Place::with(&[(
        "web.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  initContainers:\n    - {name: i, image: \"Nginx:\"}\n  containers:\n    - {name: a, image: nginx}\n    - {name: b, image: \"${X}\", imagePullPolicy: always}\n  volumes:\n    - {name: v, image: {reference: \"ghcr.io/a/b:1.2.3\", pullPolicy: Never}}\n",
    )]);
    let run = place.run(&["images", "--format", "json"]);
    assert_eq!(run.code(), 0);
    let images = &run.json()["images"];
    let column = |key: &str| {
        images.as_array().unwrap().iter().map(|row| row[key].clone()).collect::<Vec<_>>()
    };
    assert_eq!(column("role"), ["init", "container", "container", "volume"]);
    assert_eq!(column("container"), ["i", "a", "b", "v"]);
    assert_eq!(column("image"), ["Nginx:", "nginx", "${X}", "ghcr.io/a/b:1.2.3"]);
    assert_eq!(column("tagClass"), ["invalid", "missing", "placeholder", "fixed"]);
    assert_eq!(
        column("registry"),
        [json!(null), json!("docker.io"), json!(null), json!("ghcr.io")]
    );
    assert_eq!(
        column("repository"),
        [json!(null), json!("library/nginx"), json!(null), json!("a/b")]
    );
    assert_eq!(column("tag"), [json!(null), json!(null), json!(null), json!("1.2.3")]);
    assert_eq!(
        column("policy"),
        [
            json!({"effective": "IfNotPresent", "explicit": false}),
            json!({"effective": "Always", "explicit": false}),
            json!({"effective": "always", "explicit": true}),
            json!({"effective": "Never", "explicit": true}),
        ]
    );
    assert_eq!(images[1]["effective"][0]["image"], "docker.io/library/nginx:latest");
    assert_eq!(images[1]["effective"][0]["decidedBy"]["range"], images[1]["range"]);
    assert_eq!(images[0]["effective"], json!([]));
    let table = place.run(&["images"]).out();
    assert!(table.contains("web.yaml:8") && table.contains("Always (default)"), "{table}");
}

#[test]
fn the_summary_says_what_was_found_and_what_was_not_checked() {
    let place = Place::with(&[
        ("web.yaml", &pod("nginx")),
        ("chart/templates/a.yaml", "kind: Pod\n{{- if .Values.a }}\nimage: b\n{{- end }}\n"),
        ("jinja.yaml", "kind: Pod\n{% if a %}\nimage: b\n{% endif %}\n"),
        ("broken.yml", "image: a: b\n"),
        ("later.yaml", &pod("${IMAGE}")),
    ]);
    assert_eq!(
        place.run(&["."]).err().trim_end(),
        "1 error in 1 of 2 files, 2 images; not checked: 1 Helm template, 1 other template, 1 not YAML, 1 image filled in later"
    );
    let skipped = place.run(&["--format", "json"]).json()["skipped"].clone();
    assert_eq!(
        skipped,
        json!([
            {"path": "broken.yml", "reason": "unparsable"},
            {"path": "chart/templates/a.yaml", "reason": "helm-template"},
            {"path": "jinja.yaml", "reason": "other-template"},
        ])
    );
    assert_eq!(place.run(&[".", "--quiet"]).err(), "");
}

#[test]
fn statistics_count_by_rule() {
    let place = Place::with(&[
        ("a.yaml", &pod("nginx")),
        ("b.yaml", &pod("redis")),
        ("c.yaml", &pod("nginx:1")),
    ]);
    let out = place.run(&["--statistics"]).out();
    let rows: Vec<Vec<_>> = out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows, [["2", "error", "missing-tag"], ["1", "info", "partial-version"]]);
}

#[test]
fn colour_is_used_as_told() {
    let place = Place::with(&[("a.yaml", &pod("nginx"))]);
    let coloured = |args: &[&str], force: bool| {
        let mut command = place.command(args);
        if force {
            command.env("CLICOLOR_FORCE", "1");
        }
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!coloured(&["."], false));
    assert!(coloured(&["."], true));
    assert!(coloured(&[".", "--color", "always"], false));
    assert!(!coloured(&[".", "--color", "never"], true));
}

#[test]
fn manifests_cannot_steer_a_terminal_or_a_runner() {
    let place = Place::with(&[]);
    let image = "\"##[error]x\\n::set-output name=a::b\\e[31m##vso[task.complete]\"";
    place.write("::error::a.yaml", pod(image).as_bytes());
    for format in ["pretty", "concise"] {
        let out = place.run(&[".", "--format", format, "--color", "never"]).out();
        assert!(out.contains("invalid-reference"));
        assert!(
            !out.contains('\u{1b}') && !out.contains("##[") && !out.contains("##vso["),
            "{out}"
        );
        assert!(!out.lines().any(|line| line.trim_start().starts_with("::e")), "{out}");
        assert!(!out.lines().any(|line| line.trim_start().starts_with("::s")), "{out}");
    }
}

#[test]
fn long_lines_do_not_flood() {
    let text = pod(&format!("nginx # {}", "x".repeat(100_000)));
    let place = Place::with(&[("a.yaml", &text)]);
    let out = place.run(&["."]).out();
    assert!(
        out.len() < 2000
            && out.contains("a.yaml:8:14: error[missing-tag]")
            && out.contains("help:"),
        "{out}"
    );
}

#[test]
fn lines_fit_the_terminal() {
    let place = Place::with(&[(
        "deploy/web.yaml",
        &pod("registry.example.com:5000/team/app\n      imagePullPolicy: IfNotPresent"),
    )]);
    for width in ["80", "120"] {
        let output = place.command(&["."]).env("COLUMNS", width).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        for line in out.lines().filter(|line| !line.contains("https://")) {
            assert!(line.chars().count() <= width.parse().unwrap(), "{width}: {line}");
        }
    }
}

#[test]
fn what_the_configuration_denies_is_shown_in_it() {
    let place = Place::with(&[
        ("web.yaml", &pod("nginx:1.27.3")),
        ("pullcheck.yaml", "registries:\n  deny:\n    - quay.io\n    - docker.io/library\n"),
    ]);
    let finding = place.run(&["--format", "json"]).json()["findings"][0].clone();
    assert_eq!(finding["rule"], "disallowed-registry");
    let label = &finding["labels"][1];
    assert_eq!(label["path"], "pullcheck.yaml");
    assert_eq!(label["range"]["start"], json!({"line": 4, "column": 7, "byte": 40}));
    let pretty = place.run(&[]).out();
    assert!(pretty.contains("pullcheck.yaml:4:7") && pretty.contains("denied here"), "{pretty}");
    let concise = place.run(&["--format", "concise"]).out();
    assert_eq!(concise.lines().count(), 1);
}

#[test]
fn a_secret_of_another_file_is_pointed_at() {
    let place = Place::with(&[
        (
            "secret.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: registry\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\": {\"quay.io\": {}}}'\n",
        ),
        (
            "b/pod.yaml",
            "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: [{name: registry}]\n  containers: [{image: 'ghcr.io/acme/web:1.2.3'}]\n",
        ),
    ]);
    let finding = place.run(&["--format", "json"]).json()["findings"][0].clone();
    assert_eq!(finding["rule"], "pull-secret-mismatch");
    assert_eq!(finding["path"], "b/pod.yaml");
    assert_eq!(finding["labels"][1]["path"], "secret.yaml");
    assert_eq!(finding["labels"][1]["range"]["start"]["line"], 4);
    assert!(place.run(&[]).out().contains("secret.yaml:4:9"));
    // What lies side by side may belong to others, and what is not read is no evidence.
    place.write("a/secret.yaml", &std::fs::read(place.path().join("secret.yaml")).unwrap());
    std::fs::remove_file(place.path().join("secret.yaml")).unwrap();
    assert_eq!(place.run(&[]).code(), 0);
    assert_eq!(place.run(&["b"]).code(), 0);
}
