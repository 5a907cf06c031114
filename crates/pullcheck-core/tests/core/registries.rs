//! What is said of an image because of where it comes from.

use pullcheck_core::{
    registry::{NamePattern, NamePatterns},
    rule::Profile,
    settings::Settings,
};

use crate::support::{judged, profile, said, select};

fn pod(image: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {image}\n")
}

fn help(image: &str) -> String {
    let judged = judged(&pod(image), &profile(Profile::Recommended));
    judged.findings.first().and_then(|finding| finding.help.clone()).unwrap_or_default()
}

#[test]
fn help_names_how_the_registry_keeps_tags_from_moving() {
    for (image, setting) in [
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:latest",
            "imageTagMutability: IMMUTABLE",
        ),
        ("contoso.azurecr.io/web:main", "--write-enabled false"),
        ("europe-docker.pkg.dev/project/shop/web:edge", "immutable tags on the Artifact Registry"),
        ("gcr.io/project/web", "immutable tags on the Artifact Registry"),
        ("acme/web:stable", "Tag mutability settings"),
        ("registry.gitlab.com/acme/web:latest", "immutable container tags"),
        ("harbor.example.com/shop/web:latest", "tag immutability rule"),
        ("quay.io/acme/web:latest", "immutability policy"),
        ("acme-registry.cn-hangzhou.cr.aliyuncs.com/shop/web:main", "\"Immutable\""),
    ] {
        assert!(help(image).contains(setting), "{image}: {}", help(image));
    }
    for image in ["nginx:latest", "registry.example.com/web:latest", "ghcr.io/acme/web:main"] {
        assert!(!help(image).contains("cannot move"), "{image}: {}", help(image));
    }
}

fn keeping(pattern: &str, rules: &[&'static str]) -> Settings {
    let pattern = NamePattern::parse(pattern).unwrap();
    let immutable = NamePatterns::new(std::iter::once(&pattern)).unwrap();
    Settings { immutable, ..select(rules) }
}

#[test]
fn tags_that_a_registry_keeps_do_not_move() {
    let rules = [
        "floating-tag",
        "partial-version",
        "unpinned-image",
        "cached-mutable-image",
        "latest-tag",
        "missing-tag",
    ];
    let settings = keeping("registry.example.com/releases", &rules);
    for (image, expected) in [
        ("registry.example.com/releases/web:main", ""),
        ("registry.example.com/releases/web:1", ""),
        ("registry.example.com/releases/web:2.4.1", ""),
        ("registry.example.com/releases/web:latest", "5 error latest-tag"),
        ("registry.example.com/releases/web", "5 error missing-tag"),
        ("registry.example.com/releases-evil/web:main", "5 warning floating-tag"),
        ("registry.example.com.evil.com/releases/web:main", "5 warning floating-tag"),
    ] {
        assert_eq!(said(&pod(image), &settings), expected, "{image}");
    }
    let cached = format!(
        "{}    imagePullPolicy: IfNotPresent\n",
        pod("registry.example.com/releases/web:main")
    );
    assert_eq!(said(&cached, &settings), "");
}

/// What other linters were seen to get wrong about registries, with what is right.
#[test]
fn mistakes_about_registries_that_others_make() {
    let recommended = profile(Profile::Recommended);
    for (image, expected) in [
        // A port is no tag.
        ("registry.example.com:5000/team/app", "5 error missing-tag"),
        ("localhost:5000/app:1.2.3", "5 warning node-local-registry"),
        ("'k8s.gcr.io/pause:3.9'", "5 error retired-registry"),
        ("\"k8s.gcr.io/pause:3.9\"", "5 error retired-registry"),
        ("K8S.GCR.IO/pause:3.9", "5 error retired-registry"),
        ("k8s.gcr.io.evil.com/pause:3.9.1", ""),
        ("xk8s.gcr.io/pause:3.9.1", ""),
        ("gcr.io/project/app:1.2.3", ""),
    ] {
        assert_eq!(said(&pod(image), &recommended), expected, "{image}");
    }
    let strict = profile(Profile::Strict);
    assert!(said(&pod("gcr.io/project/app:1.2.3"), &strict).contains("5 info retired-registry"));
    // Init containers count, in any namespace.
    let init = "apiVersion: v1\nkind: Pod\nmetadata: {namespace: shop}\nspec:\n  initContainers:\n  - image: k8s.gcr.io/pause:3.9\n";
    assert_eq!(said(init, &recommended), "6 error retired-registry");
}

#[test]
fn one_image_does_not_change_the_severity_of_the_next() {
    let pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: bitnami/redis:7.2.4\n  - image: k8s.gcr.io/pause:3.9\n";
    assert_eq!(
        said(pod, &profile(Profile::Recommended)),
        "5 warning retired-registry, 6 error retired-registry"
    );
}
