//! Custom resources, with images and without.

use std::fmt::Write;

use fastrand::Rng;

use crate::{
    words::{app, image, metadata, repository, sentence, version, word},
    workloads::pod,
};

/// A custom resource: the name of its file, and what it holds.
pub fn resource(rng: &mut Rng, name: &str) -> (&'static str, String) {
    match rng.u8(0..9) {
        0 => ("workflow.yaml", workflow(rng, name)),
        1 => ("task.yaml", task(rng, name)),
        2 => ("rollout.yaml", rollout(rng, name)),
        3 => ("knative.yaml", knative(rng, name)),
        4 => ("release.yaml", release(rng, name)),
        5 => ("application.yaml", application(rng, name)),
        6 => ("alerts.yaml", alerts(rng, name)),
        7 => ("route.yaml", route(rng, name)),
        _ => ("external-secret.yaml", external_secret(rng, name)),
    }
}

fn head(rng: &mut Rng, version: &str, kind: &str, name: &str) -> String {
    format!("apiVersion: {version}\nkind: {kind}\n{}spec:\n", metadata(rng, name))
}

fn workflow(rng: &mut Rng, name: &str) -> String {
    let mut text =
        head(rng, "argoproj.io/v1alpha1", "Workflow", name) + "  entrypoint: main\n  templates:\n";
    for number in 0..rng.u8(1..12) {
        let _ = writeln!(
            text,
            "  - name: step-{number}\n    container:\n      image: {}\n      command: [run]\n      args: [\"{{{{inputs.parameters.{}}}}}\"]",
            image(rng),
            word(rng)
        );
    }
    text
}

fn task(rng: &mut Rng, name: &str) -> String {
    let mut text = head(rng, "tekton.dev/v1", "Task", name);
    let _ = writeln!(text, "  params:\n  - name: {}\n    type: string\n  steps:", word(rng));
    for number in 0..rng.u8(1..12) {
        let _ = writeln!(
            text,
            "  - name: step-{number}\n    image: {}\n    script: |\n      #!/bin/sh\n      echo {}",
            image(rng),
            sentence(rng, 6)
        );
    }
    text
}

fn rollout(rng: &mut Rng, name: &str) -> String {
    let mut text = head(rng, "argoproj.io/v1alpha1", "Rollout", name);
    let _ = writeln!(
        text,
        "  replicas: {}\n  strategy:\n    canary:\n      steps:\n      - setWeight: 20\n      - pause: {{duration: 10m}}\n  template:\n    spec:",
        rng.u8(1..9)
    );
    pod(rng, &mut text, 6, name);
    text
}

fn knative(rng: &mut Rng, name: &str) -> String {
    let mut text =
        head(rng, "serving.knative.dev/v1", "Service", name) + "  template:\n    spec:\n";
    pod(rng, &mut text, 6, name);
    text
}

fn release(rng: &mut Rng, name: &str) -> String {
    format!(
        "{}  interval: 10m\n  chart:\n    spec:\n      chart: {name}\n      version: {}\n  values:\n    image:\n      repository: {}\n      tag: {}\n    service:\n      port: 8080\n",
        head(rng, "helm.toolkit.fluxcd.io/v2", "HelmRelease", name),
        version(rng),
        repository(rng),
        version(rng)
    )
}

fn application(rng: &mut Rng, name: &str) -> String {
    format!(
        "{}  project: {}\n  source:\n    repoURL: https://git.example.com/{name}.git\n    path: deploy/{name}\n    targetRevision: v{}\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: {name}\n",
        head(rng, "argoproj.io/v1alpha1", "Application", name),
        app(rng),
        version(rng)
    )
}

fn alerts(rng: &mut Rng, name: &str) -> String {
    let mut text = head(rng, "monitoring.coreos.com/v1", "PrometheusRule", name)
        + "  groups:\n  - name: main\n    rules:\n";
    for number in 0..rng.u8(1..20) {
        let _ = writeln!(
            text,
            "    - alert: {}{number}\n      expr: rate({}_total[5m]) > {}\n      for: 10m\n      annotations:\n        summary: {}",
            word(rng),
            word(rng),
            rng.u8(..),
            sentence(rng, 8)
        );
    }
    text
}

fn route(rng: &mut Rng, name: &str) -> String {
    format!(
        "{}  parentRefs:\n  - name: gateway\n  hostnames: [{name}.example.com]\n  rules:\n  - backendRefs:\n    - name: {name}\n      port: {}\n",
        head(rng, "gateway.networking.k8s.io/v1", "HTTPRoute", name),
        rng.u16(1024..9999)
    )
}

fn external_secret(rng: &mut Rng, name: &str) -> String {
    format!(
        "{}  refreshInterval: 1h\n  secretStoreRef:\n    kind: ClusterSecretStore\n    name: vault\n  dataFrom:\n  - extract:\n      key: {}/{}\n",
        head(rng, "external-secrets.io/v1", "ExternalSecret", name),
        app(rng),
        word(rng)
    )
}
