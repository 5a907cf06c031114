//! What is said of an image and its policy, example by example.

use crate::support::{HEAD, all_that_is_said, judged, pod, profile, said, select};
use pullcheck_core::{finding::Severity, policy::PullPolicy, rule::Profile};

#[test]
fn one_cause_gives_one_finding() {
    all_that_is_said(
        &profile(Profile::Recommended),
        &[
            ("redis:7 -", "5 info partial-version"),
            ("nginx -", "5 error missing-tag"),
            ("nginx:latest -", "5 error latest-tag"),
            ("nginx:latest Always", "5 error latest-tag"),
            ("nginx:latest IfNotPresent", "5 error latest-tag, 6 error cached-mutable-image"),
            ("nginx IfNotPresent", "5 error missing-tag, 6 error cached-mutable-image"),
            ("nginx Never", "5 error missing-tag, 6 warning never-pull"),
            ("app:main -", "5 warning floating-tag"),
            ("app:main Always", "5 warning floating-tag"),
            ("app:main IfNotPresent", "5 warning floating-tag, 6 error cached-mutable-image"),
            ("app:main Never", "5 warning floating-tag, 6 warning never-pull"),
            ("redis:7 IfNotPresent", "5 info partial-version"),
            ("redis:7 Always", "5 info partial-version"),
            ("app:1.2.3 -", ""),
            ("app:1.2.3 Always", ""),
            ("app:1.2.3 IfNotPresent", ""),
            ("app:1.2.3 Never", "6 warning never-pull"),
            ("app:custom IfNotPresent", ""),
            ("x:1@one -", ""),
            ("x:latest@one IfNotPresent", ""),
            ("x:main@one IfNotPresent", ""),
            ("x@one Always", ""),
            ("x@one Never", "6 warning never-pull"),
            ("app:${TAG} IfNotPresent", ""),
            ("https://quay.io/a:1 IfNotPresent", "5 error invalid-reference"),
            ("registry.example.com:5000 -", "5 error invalid-reference"),
            (
                "sha256:0000000000000000000000000000000000000000000000000000000000000000 -",
                "5 error invalid-reference",
            ),
            ("NGINX always", "5 error invalid-reference, 6 error invalid-pull-policy"),
            ("nginx: Never", "5 error invalid-reference, 6 warning never-pull"),
        ],
    );
}

#[test]
fn a_policy_left_empty_is_not_written() {
    for empty in ["''", "\"\"", "null", "~", ""] {
        let text = format!("{HEAD}  - image: nginx:latest\n    imagePullPolicy: {empty}\n");
        assert_eq!(said(&text, &profile(Profile::Recommended)), "5 error latest-tag", "{empty}");
    }
    for wrong in
        ["always", "ALWAYS", "' Always'", "Allways", "true", "5", "[Always]", "|\n      Always"]
    {
        let text = format!("{HEAD}  - image: app:1.2.3\n    imagePullPolicy: {wrong}\n");
        assert_eq!(
            said(&text, &profile(Profile::Recommended)),
            "6 error invalid-pull-policy",
            "{wrong}"
        );
    }
}

/// The cases in which other linters of manifests were seen to be wrong, with what is right.
#[test]
fn cases_that_other_linters_miss_are_found_and_nothing_else() {
    all_that_is_said(
        &profile(Profile::Recommended),
        &[
            ("host:5000/team/app -", "5 error missing-tag"),
            ("localhost:5000/app -", "5 error missing-tag, 5 warning node-local-registry"),
            ("localhost:5000/app:1.2.3 -", "5 warning node-local-registry"),
            ("host:5000/app:latest Always", "5 error latest-tag"),
            ("nginx@one -", ""),
            ("nginx:latest@one -", ""),
            ("nginx:stable -", "5 warning floating-tag"),
            ("nginx:main -", "5 warning floating-tag"),
            ("nginx:1 -", "5 info partial-version"),
            ("nginx:alpine -", "5 warning floating-tag"),
            ("nginx:nightly -", "5 warning floating-tag"),
            ("nginx:LATEST -", "5 warning floating-tag"),
            ("nginx:1.27.0 -", ""),
            ("nginx:1.27.0 Never", "6 warning never-pull"),
            ("nginx:1.27.0 always", "6 error invalid-pull-policy"),
            ("nginx@sha256:abc -", "5 error invalid-reference"),
            ("nginx@ -", "5 error invalid-reference"),
            ("nginx@md5:0123456789abcdef0123456789abcdef -", "5 error invalid-reference"),
            ("x@one@two -", "5 error invalid-reference"),
            ("NGINX:1.2 -", "5 error invalid-reference"),
            ("nginx: -", "5 error invalid-reference"),
            ("nginx:1+build -", "5 error invalid-reference"),
            ("nginx:-1 -", "5 error invalid-reference"),
            (" nginx:1 -", "5 error invalid-reference"),
            ("docker://nginx:1 -", "5 error invalid-reference"),
            ("quay.io/a//b:1 -", "5 error invalid-reference"),
            (
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef -",
                "5 error invalid-reference",
            ),
        ],
    );
    let spec = "spec:\n  containers: [{image: nginx:latest}]\n";
    let indented = spec.replace('\n', "\n    ").trim_end().to_owned();
    for (text, expected) in [
        (
            format!("{HEAD}  - image: app:1.2.3\n  initContainers:\n  - image: nginx:latest\n"),
            "7 error latest-tag",
        ),
        (
            format!(
                "{HEAD}  - image: app:1.2.3\n  ephemeralContainers:\n  - image: nginx:latest\n"
            ),
            "7 error latest-tag",
        ),
        (
            format!(
                "{HEAD}  - image: app:1.2.3\n  volumes:\n  - image:\n      reference: nginx:latest\n      pullPolicy: IfNotPresent\n"
            ),
            "8 error latest-tag, 9 error cached-mutable-image",
        ),
        (
            format!(
                "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  {}\n",
                spec.trim_end().replace('\n', "\n  ")
            ),
            "7 error latest-tag",
        ),
        (
            format!(
                "apiVersion: v1\nkind: PodList\nitems:\n- {}\n",
                spec.trim_end().replace('\n', "\n  ")
            ),
            "5 error latest-tag",
        ),
        (
            format!(
                "{HEAD}  - image: app:1.2.3\n--- # the second\n{HEAD}  - image: nginx:latest\n"
            ),
            "11 error latest-tag",
        ),
        (
            format!("apiVersion: apps/v1\nkind: ReplicaSet\nspec:\n  template:\n    {indented}\n"),
            "6 error latest-tag",
        ),
        (
            format!("apiVersion: v1\nkind: PodTemplate\ntemplate:\n    {indented}\n"),
            "5 error latest-tag",
        ),
        (
            pod("app:1.2.3 -, nginx -, nginx:latest -, app:1.2.3 -, nginx:alpine Always"),
            "7 error missing-tag, 9 error latest-tag, 13 warning floating-tag",
        ),
    ] {
        assert_eq!(said(&text, &profile(Profile::Recommended)), expected, "{text}");
    }
}

#[test]
fn help_does_not_contradict_itself() {
    let mut settings = profile(Profile::Strict);
    settings.required_policy = Some(PullPolicy::Always);
    let text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: quay.io/a:1.2.3\n";
    assert_eq!(said(text, &settings), "5 error required-pull-policy, 5 warning unpinned-image");
    let help = |image: &str| {
        let text = format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {image}\n");
        judged(&text, &select(&["invalid-reference"])).findings.remove(0).help.unwrap()
    };
    assert_eq!(help("MyApp:1.0"), "write `myapp:1.0`");
    assert!(!help("MyApp:1.0+build").contains("myapp"), "what it proposes must be a reference");
}

#[test]
fn a_policy_that_is_no_string_is_no_placeholder() {
    let text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: quay.io/a:1.2.3@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae\n    imagePullPolicy: {a: b}\n";
    assert_eq!(said(text, &profile(Profile::Strict)), "6 error invalid-pull-policy");
}

#[test]
fn a_word_is_no_pull_policy() {
    for policy in ["IF_NOT_PRESENT", "ALWAYS_PULL", "auto", "ko://x"] {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: a:1.2.3\n    imagePullPolicy: {policy}\n"
        );
        assert_eq!(
            said(&text, &profile(Profile::Recommended)),
            "6 error invalid-pull-policy",
            "{policy}"
        );
    }
}

#[test]
fn a_rule_that_yields_speaks_where_the_other_does_not_run() {
    for (rules, containers, expected) in [
        (
            "unpinned-image",
            "nginx -, nginx:latest -, nginx:main -, nginx:1 -, nginx:1.2.3 -, nginx@one -",
            "5 unpinned-image, 7 unpinned-image, 9 unpinned-image, 11 unpinned-image, 13 unpinned-image",
        ),
        ("unpinned-image latest-tag", "nginx -, nginx:latest -", "5 unpinned-image, 7 latest-tag"),
        (
            "implicit-pull-policy",
            "nginx -, nginx: -, nginx@one -, nginx Always, ${X} -",
            "5 implicit-pull-policy, 7 implicit-pull-policy, 9 implicit-pull-policy",
        ),
        ("implicit-pull-policy invalid-reference", "nginx: -", "5 invalid-reference"),
        ("mixed-pull-policy", "nginx Always, nginx IfNotPresent", "8 mixed-pull-policy"),
        ("mixed-pull-policy", "x:1.2.3 Never, x:1.2.3 Always", "8 mixed-pull-policy"),
        (
            "mixed-pull-policy cached-mutable-image",
            "nginx Always, nginx IfNotPresent",
            "8 cached-mutable-image",
        ),
        ("mixed-pull-policy never-pull", "x:1.2.3 Never, x:1.2.3 Always", "6 never-pull"),
        ("mixed-pull-policy never-pull", "x:1.2.3 Always, x:1.2.3 Never", "8 never-pull"),
    ] {
        let rules: Vec<_> = rules.split(' ').collect();
        let mut said = said(&pod(containers), &select(&rules));
        for severity in Severity::ALL {
            said = said.replace(&format!(" {severity} "), " ");
        }
        assert_eq!(said, expected, "{rules:?} {containers}");
    }
}

#[test]
fn one_image_under_two_policies_is_blamed_where_a_policy_is_written() {
    all_that_is_said(
        &profile(Profile::Recommended),
        &[
            ("app:1.2.3 Always, app:1.2.3 IfNotPresent", "8 warning mixed-pull-policy"),
            ("app:1.2.3 -, app:1.2.3 Always", "8 warning mixed-pull-policy"),
            ("app:1.2.3 Always, app:1.2.3 -", "6 warning mixed-pull-policy"),
            ("app:1.2.3 Always, app:1.2.3 -, app:1.2.3 -", "6 warning mixed-pull-policy"),
            ("app:1.2.3 IfNotPresent, app:1.2.3 -", ""),
            (
                "app:1.2.3 Always, docker.io/library/app:1.2.3 IfNotPresent",
                "8 warning mixed-pull-policy",
            ),
            ("app:1.2.3 Always, app:1.2.4 IfNotPresent", "7 warning version-skew"),
            ("app:1.2.3 Always, quay.io/app:1.2.3 IfNotPresent", ""),
            ("app:1.2.3 Always, app:1.2.3 always", "8 error invalid-pull-policy"),
            ("app:1.2.3 Always, app:1.2.3 ${POLICY}", ""),
            ("app:${TAG} Always, app:${TAG} IfNotPresent", ""),
            ("app@one Always, app@one IfNotPresent", ""),
        ],
    );
}

#[test]
fn one_repository_in_two_versions_is_skew() {
    all_that_is_said(
        &profile(Profile::Recommended),
        &[
            ("app:1.2.3 -, app:1.2.4 -", "7 warning version-skew"),
            ("app:1.2.3 -, app:1.2.3-alpine -", ""),
            ("app:1.2.3 -, app:v1.2.3 -", ""),
            ("app:1.2.3 -, app:1.2 -", "7 info partial-version"),
            ("app:1.2.3 -, other/app:1.2.4 -", ""),
            ("app:1.2.3 -, docker.io/app:1.3.3 -", "7 warning version-skew"),
            ("busybox:1.36.1 -, busybox:1.37.0 -", ""),
            ("app:1.2.3@one -, app:1.2.4@two -", "7 warning version-skew"),
            ("app:1.2.3@one -, app:1.2.3@two -", "7 warning tag-digest-drift"),
            ("app:1.2.3@one -, app:1.2.3@one -", ""),
            ("app:1.2.3@one -, app@two -", ""),
            ("app:1.2.3@one -, other/app:1.2.3@two -", ""),
        ],
    );
    let two_pods = format!("{}---\n{}", pod("app:1.2.3@one Always"), pod("app:1.2.3@two Never"));
    assert_eq!(
        said(&two_pods, &select(&["version-skew", "tag-digest-drift", "mixed-pull-policy"])),
        ""
    );
}

#[test]
fn the_last_of_two_keys_is_judged() {
    for (keys, expected) in [
        ("image: nginx\n    image: app:1.2.3", "6 error duplicate-key"),
        ("image: app:1.2.3\n    image: nginx", "6 error duplicate-key, 6 error missing-tag"),
        (
            "image: app:1.2.3\n    imagePullPolicy: Never\n    imagePullPolicy: Always",
            "7 error duplicate-key",
        ),
        ("image: a\n    image: b\n    image: c:1.2.3", "7 error duplicate-key"),
    ] {
        let text = format!("{HEAD}  - {keys}\n");
        assert_eq!(said(&text, &profile(Profile::Recommended)), expected, "{text}");
    }
}

#[test]
fn an_image_that_is_no_text_is_refused() {
    for image in
        ["5", "1.20", "true", "[nginx]", "{repository: nginx}", "' '", "|\n      nginx:1.2.3"]
    {
        let text = format!("{HEAD}  - image: {image}\n");
        assert_eq!(
            said(&text, &profile(Profile::Recommended)),
            "5 error invalid-reference",
            "{image}"
        );
    }
    let set_later = format!(
        "{HEAD}  - image: ' '\nmetadata: {{annotations: {{image.openshift.io/triggers: x}}}}\n"
    );
    assert_eq!(said(&set_later, &profile(Profile::Recommended)), "");
}

#[test]
fn a_policy_that_is_not_written_is_explained_at_the_tag() {
    let labels = |containers: &str| {
        let judged = judged(&pod(containers), &profile(Profile::Recommended));
        judged.findings[0]
            .labels
            .iter()
            .map(|label| label.message.clone())
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert!(
        labels("app:main -")
            .contains("Kubernetes defaults it to `IfNotPresent`, so nodes keep old copies")
    );
    assert!(labels("nginx -").contains("Kubernetes defaults it to `Always`"));
    assert!(labels("nginx Never").contains("`Never`: "));
}
