//! Objects that run containers.

use std::fmt::Write;

use fastrand::Rng;

use crate::words::{image, metadata, now_and_then, one_of, sentence, word};

/// An object of a built-in kind that runs containers.
pub fn workload(rng: &mut Rng, kind: &str, name: &str) -> String {
    let version = match kind {
        "Pod" => "v1",
        "Job" | "CronJob" => "batch/v1",
        _ => "apps/v1",
    };
    let mut text = format!("apiVersion: {version}\nkind: {kind}\n{}spec:\n", metadata(rng, name));
    let (lines, depth) = match kind {
        "Pod" => (String::new(), 2),
        "Job" => ("  backoffLimit: 2\n  template:\n    spec:\n".to_owned(), 6),
        "CronJob" => (
            format!(
                "  schedule: \"{} * * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n",
                rng.u8(0..60)
            ),
            10,
        ),
        _ => (
            format!(
                "  replicas: {}\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: {name}\n    spec:\n",
                rng.u8(1..9)
            ),
            6,
        ),
    };
    text += &lines;
    pod(rng, &mut text, depth, name);
    text
}

/// What a pod runs, at this depth.
pub fn pod(rng: &mut Rng, text: &mut String, depth: usize, name: &str) {
    let pad = " ".repeat(depth);
    if now_and_then(rng, 50) {
        let _ = writeln!(text, "{pad}serviceAccountName: {name}");
    }
    if now_and_then(rng, 15) {
        let _ = writeln!(text, "{pad}initContainers:");
        container(rng, text, depth, "prepare");
    }
    let _ = writeln!(text, "{pad}containers:");
    container(rng, text, depth, name);
    for number in 0..one_of(rng, &["", "", "", "1", "12"]).len() {
        container(rng, text, depth, &format!("sidecar-{number}"));
    }
    if now_and_then(rng, 40) {
        let _ = writeln!(
            text,
            "{pad}volumes:\n{pad}- name: config\n{pad}  configMap:\n{pad}    name: {name}"
        );
    }
}

fn container(rng: &mut Rng, text: &mut String, depth: usize, name: &str) {
    let pad = " ".repeat(depth);
    let _ = writeln!(text, "{pad}- name: {name}\n{pad}  image: {}", image(rng));
    if now_and_then(rng, 25) {
        let policy = one_of(rng, &["IfNotPresent", "IfNotPresent", "Always"]);
        let _ = writeln!(text, "{pad}  imagePullPolicy: {policy}");
    }
    if now_and_then(rng, 40) {
        let _ = writeln!(text, "{pad}  args:\n{pad}  - --{}={}", word(rng), rng.u16(..));
        let _ =
            writeln!(text, "{pad}  - \"--{}={}s\" # {}", word(rng), rng.u8(..), sentence(rng, 5));
    }
    if now_and_then(rng, 60) {
        let port = rng.u16(1024..9999);
        let _ = writeln!(
            text,
            "{pad}  ports:\n{pad}  - name: http\n{pad}    containerPort: {port}\n{pad}    protocol: TCP"
        );
        let _ = writeln!(
            text,
            "{pad}  readinessProbe:\n{pad}    httpGet:\n{pad}      path: /healthz\n{pad}      port: {port}\n{pad}    periodSeconds: 10"
        );
    }
    if now_and_then(rng, 60) {
        let _ = writeln!(text, "{pad}  env:");
        for number in 0..rng.u8(1..24) {
            let name = word(rng).to_uppercase();
            let _ = writeln!(
                text,
                "{pad}  - name: {name}_{number}\n{pad}    value: \"{}\"",
                rng.u16(..)
            );
        }
    }
    if now_and_then(rng, 70) {
        let (memory, cpu) = (rng.u16(64..2048), rng.u16(50..900));
        let _ = writeln!(
            text,
            "{pad}  resources:\n{pad}    requests: {{cpu: {cpu}m, memory: {memory}Mi}}\n{pad}    limits:\n{pad}      memory: {memory}Mi"
        );
    }
}

/// A pod with one mistake, so that it makes one finding.
pub fn mistake(number: usize) -> String {
    let (image, policy) = match number % 5 {
        0 => ("ghcr.io/example/web:latest", "Always"),
        1 => ("ghcr.io/example/web", "Always"),
        2 => ("ghcr.io/example/web:main", "Always"),
        3 => ("ghcr.io/example/web:1.2.3:4", "IfNotPresent"),
        _ => ("ghcr.io/example/web:1.2.3", "ifNotPresent"),
    };
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod-{number}\nspec:\n  containers:\n  - name: web\n    image: {image}\n    imagePullPolicy: {policy}\n    ports:\n    - containerPort: 8080\n"
    )
}
