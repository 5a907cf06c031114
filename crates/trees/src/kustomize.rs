//! Applications that kustomize builds: a base, and an overlay for each cluster.

use std::fmt::Write;

use fastrand::Rng;

use crate::{
    File, plain,
    words::{app, digest, now_and_then, version, word},
    workloads::workload,
};

const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// The files of an application in a folder.
pub fn application(rng: &mut Rng, folder: &str, name: &str) -> Vec<File> {
    let deployment = workload(rng, "Deployment", name);
    let overridden = first_image(&deployment).to_owned();
    let mut files = vec![
        ("base/deployment.yaml".to_owned(), deployment),
        ("base/service.yaml".to_owned(), plain::service(rng, name)),
        ("base/config.yaml".to_owned(), plain::config_map(rng, name, 8)),
        (
            "base/kustomization.yaml".to_owned(),
            format!("{HEAD}resources:\n- deployment.yaml\n- service.yaml\n- config.yaml\n"),
        ),
    ];
    for cluster in ["dev", "staging", "prod"] {
        let mut text = format!("{HEAD}namespace: {name}-{cluster}\nresources:\n- ../../base\n");
        let _ = writeln!(
            text,
            "labels:\n- pairs:\n    example.com/cluster: {cluster}\n    example.com/owner: team-{}\nconfigMapGenerator:\n- name: {name}-settings\n  literals:",
            app(rng)
        );
        for number in 0..rng.u8(2..9) {
            let _ = writeln!(text, "  - {}_{number}={}", word(rng), rng.u32(..));
        }
        if now_and_then(rng, 60) {
            let built = match cluster {
                "dev" => "newTag: main".to_owned(),
                "staging" => format!("newTag: \"{}\"", version(rng)),
                _ => format!("digest: {}", digest(rng)),
            };
            let _ = writeln!(text, "images:\n- name: {overridden}\n  {built}");
        }
        if now_and_then(rng, 50) {
            text += "patches:\n- path: replicas.yaml\n";
            let patch = format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: {}\n",
                rng.u8(1..20)
            );
            files.push((format!("overlays/{cluster}/replicas.yaml"), patch));
        }
        files.push((format!("overlays/{cluster}/kustomization.yaml"), text));
    }
    let file = |(path, text)| File { path: format!("{folder}/{path}"), text };
    files.into_iter().map(file).collect()
}

/// The first image of a manifest, without its tag and digest.
fn first_image(manifest: &str) -> &str {
    let image = manifest.split("image: ").nth(1).unwrap_or_default();
    image.split([':', '@', '\n']).next().unwrap_or_default()
}
