//! Objects without images, and files that are no manifests.

use std::fmt::Write;

use fastrand::Rng;

use crate::words::{app, image, metadata, now_and_then, one_of, sentence, version, word};

pub fn service(rng: &mut Rng, name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\n{}spec:\n  type: ClusterIP\n  selector:\n    app.kubernetes.io/name: {name}\n  ports:\n  - name: http\n    port: 80\n    targetPort: {}\n",
        metadata(rng, name),
        rng.u16(1024..9999)
    )
}

pub fn service_account(rng: &mut Rng, name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ServiceAccount\n{}automountServiceAccountToken: false\n",
        metadata(rng, name)
    )
}

pub fn role(rng: &mut Rng, name: &str) -> String {
    let mut text = format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n{}rules:\n",
        metadata(rng, name)
    );
    for _ in 0..rng.u8(1..9) {
        let group = one_of(rng, &["\"\"", "apps", "batch", "networking.k8s.io", "example.com"]);
        let _ = writeln!(
            text,
            "- apiGroups: [{group}]\n  resources:\n  - {}s\n  - {}s\n  verbs: [get, list, watch, patch]",
            word(rng),
            word(rng)
        );
    }
    text
}

pub fn ingress(rng: &mut Rng, name: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n{}spec:\n  rules:\n  - host: {name}.{}.example.com\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: {name}\n            port:\n              name: http\n",
        metadata(rng, name),
        app(rng)
    )
}

pub fn secret(rng: &mut Rng, name: &str) -> String {
    let mut text =
        format!("apiVersion: v1\nkind: Secret\n{}type: Opaque\nstringData:\n", metadata(rng, name));
    for number in 0..rng.u8(1..5) {
        let _ = writeln!(text, "  {}-{number}: \"{:x}\"", word(rng), rng.u64(..));
    }
    text
}

/// A `ConfigMap` with a configuration file of so many lines in it.
pub fn config_map(rng: &mut Rng, name: &str, lines: usize) -> String {
    let mut text = format!(
        "apiVersion: v1\nkind: ConfigMap\n{}data:\n  LEVEL: info\n  {}.conf: |\n",
        metadata(rng, name),
        word(rng)
    );
    for _ in 0..lines {
        let _ = writeln!(
            text,
            "    {}.{} = {} # {}",
            word(rng),
            word(rng),
            rng.u32(..),
            sentence(rng, 4)
        );
    }
    text
}

/// The definition of a custom resource, with so many properties.
pub fn definition(rng: &mut Rng, name: &str, properties: usize) -> String {
    let mut text = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {name}s.example.com\nspec:\n  group: example.com\n  names:\n    kind: {name}\n    plural: {name}s\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n"
    );
    for number in 0..properties {
        let pad = " ".repeat(14 + 4 * (number % 4));
        let key = if now_and_then(rng, 3) { "image" } else { word(rng) };
        let _ = writeln!(
            text,
            "{pad}{key}{number}:\n{pad}  description: |-\n{pad}    {}\n{pad}    {}",
            sentence(rng, 9),
            sentence(rng, 6)
        );
        let ends = if number % 4 == 3 {
            format!("{pad}  type: {}", one_of(rng, &["string", "integer", "boolean"]))
        } else {
            format!("{pad}  type: object\n{pad}  properties:")
        };
        let _ = writeln!(text, "{ends}");
    }
    text
}

/// Some files that are no manifests, each by another name: the name, and what it holds.
pub fn files(rng: &mut Rng) -> Vec<(&'static str, String)> {
    let (first, count) = (rng.u8(0..6), rng.u8(1..4));
    (first..first + count).map(|number| file(rng, number % 6)).collect()
}

fn file(rng: &mut Rng, number: u8) -> (&'static str, String) {
    match number {
        0 => ("compose.yaml", compose(rng)),
        1 => ("package.json", package(rng)),
        2 => ("openapi.json", openapi(rng)),
        3 => ("playbook.yml", playbook(rng)),
        4 => ("messages.yaml", messages(rng)),
        _ => ("pipeline.yml", pipeline(rng)),
    }
}

fn compose(rng: &mut Rng) -> String {
    let mut text = "services:\n".to_owned();
    for number in 0..rng.u8(1..5) {
        let _ = writeln!(
            text,
            "  {}-{number}:\n    image: {}\n    ports: [\"{}:8080\"]\n    environment:\n      LEVEL: debug",
            app(rng),
            image(rng),
            rng.u16(1024..9999)
        );
    }
    text
}

fn package(rng: &mut Rng) -> String {
    let mut text = format!(
        "{{\n  \"name\": \"{}\",\n  \"version\": \"{}\",\n  \"dependencies\": {{\n",
        app(rng),
        version(rng)
    );
    for number in 0..rng.u8(5..30) {
        let _ = writeln!(text, "    \"@example/{}-{number}\": \"^{}\",", word(rng), version(rng));
    }
    text += "    \"example\": \"1.0.0\"\n  }\n}\n";
    text
}

fn openapi(rng: &mut Rng) -> String {
    let mut text =
        "{\n  \"openapi\": \"3.0.0\",\n  \"info\": { \"title\": \"API\", \"version\": \"1\" },\n  \"paths\": {\n"
            .to_owned();
    for number in 0..rng.u8(5..60) {
        let _ = writeln!(
            text,
            "    \"/{}/{number}\": {{\n      \"get\": {{ \"summary\": \"{}\", \"responses\": {{ \"200\": {{ \"description\": \"OK\" }} }} }}\n    }},",
            word(rng),
            sentence(rng, 8)
        );
    }
    text += "    \"/\": {}\n  }\n}\n";
    text
}

fn playbook(rng: &mut Rng) -> String {
    let mut text = format!("- hosts: {}\n  become: true\n  tasks:\n", app(rng));
    for _ in 0..rng.u8(3..15) {
        let _ = writeln!(
            text,
            "  - name: {}\n    ansible.builtin.template:\n      src: {}.j2\n      dest: \"/etc/{{{{ {} }}}}/config\"\n    notify: restart",
            sentence(rng, 5),
            word(rng),
            app(rng)
        );
    }
    text
}

fn messages(rng: &mut Rng) -> String {
    let mut text = "en:\n".to_owned();
    for number in 0..rng.u16(10..200) {
        let _ = writeln!(text, "  {}_{number}: \"{}\"", word(rng), sentence(rng, 7));
    }
    text
}

fn pipeline(rng: &mut Rng) -> String {
    let mut text = "name: Build\non:\n  push:\n    branches: [main]\njobs:\n".to_owned();
    for number in 0..rng.u8(1..4) {
        let _ = writeln!(
            text,
            "  {}-{number}:\n    runs-on: ubuntu-24.04\n    container:\n      image: {}\n    steps:\n    - uses: actions/checkout@v6\n    - run: |\n        make {}\n        make {}",
            word(rng),
            image(rng),
            word(rng),
            word(rng)
        );
    }
    text
}
