//! What profiles and settings change of what is said.

use crate::support::{all_that_is_said, judged, pod, profile};
use globset::{Glob, GlobSet};
use pullcheck_core::{
    finding::Severity,
    policy::PullPolicy,
    rule::Profile,
    rules::{RULES, levels},
    settings::{Assumptions, Settings},
    tag::TagPatterns,
};

#[test]
fn the_strict_profile_says_more_but_not_twice() {
    all_that_is_said(
        &profile(Profile::Strict),
        &[
            ("docker.io/app:1.2.3@one IfNotPresent", ""),
            ("docker.io/app:1.2.3@one Always", "6 info redundant-always-pull"),
            ("docker.io/app:1.2.3@one -", "5 info implicit-pull-policy"),
            ("docker.io/app:1.2.3 IfNotPresent", "5 warning unpinned-image"),
            ("docker.io/app:custom IfNotPresent", "5 warning unpinned-image"),
            ("app:1.2.3 IfNotPresent", "5 warning unpinned-image, 5 info implicit-registry"),
            ("docker.io/app:1.2.3 -", "5 warning unpinned-image, 5 info implicit-pull-policy"),
            ("quay.io/app:1 -", "5 warning partial-version"),
            ("quay.io/app -", "5 error missing-tag"),
            ("nginx -", "5 error missing-tag, 5 info implicit-registry"),
            ("quay.io/app:latest -", "5 error latest-tag"),
            (
                "quay.io/app:main IfNotPresent",
                "5 warning floating-tag, 6 error cached-mutable-image",
            ),
            ("app:${TAG} -", "5 info unresolved-placeholder"),
            ("app:${TAG} Never", "5 info unresolved-placeholder, 6 warning never-pull"),
            ("${IMAGE} ${POLICY}", "5 info unresolved-placeholder, 6 info unresolved-placeholder"),
            ("quay.io/app:1.2.3@one <policy>", "6 info unresolved-placeholder"),
            ("ko://example.com/cmd -", "5 info unresolved-placeholder"),
            ("REPLACE_ME -", "5 info unresolved-placeholder"),
            ("nginx: -", "5 error invalid-reference"),
        ],
    );
}

#[test]
fn profiles_differ_as_promised() {
    let severities = |profile: Profile| {
        let levels = levels(profile);
        move |id: &str| levels.get(id)
    };
    let (recommended, strict, all) =
        (severities(Profile::Recommended), severities(Profile::Strict), severities(Profile::All));
    for (severity, rules) in [
        (
            Severity::Error,
            "missing-tag latest-tag cached-mutable-image invalid-pull-policy required-pull-policy invalid-reference duplicate-key syntax",
        ),
        (
            Severity::Warning,
            "floating-tag version-skew tag-digest-drift never-pull mixed-pull-policy unused-suppression",
        ),
    ] {
        for rule in rules.split(' ') {
            assert_eq!(
                (recommended(rule), strict(rule)),
                (Some(severity), Some(severity)),
                "{rule}"
            );
        }
    }
    assert_eq!(recommended("partial-version"), Some(Severity::Info));
    assert_eq!(strict("partial-version"), Some(Severity::Warning));
    for rule in [
        "implicit-pull-policy",
        "redundant-always-pull",
        "unresolved-placeholder",
        "implicit-registry",
    ] {
        assert_eq!((recommended(rule), strict(rule)), (None, Some(Severity::Info)), "{rule}");
    }
    assert_eq!(
        (recommended("unpinned-image"), strict("unpinned-image")),
        (None, Some(Severity::Warning))
    );
    assert!(RULES.iter().all(|rule| all(rule.id).is_some()));
}

#[test]
fn a_cluster_that_forces_always_makes_policies_a_formality() {
    let settings = Settings {
        assume: Assumptions { always_pull_images: true, ..Assumptions::default() },
        ..profile(Profile::Recommended)
    };
    all_that_is_said(
        &settings,
        &[
            ("nginx IfNotPresent", "5 error missing-tag"),
            ("app:main IfNotPresent", "5 warning floating-tag"),
            ("app:1.2.3 Never", ""),
            ("app:1.2.3 Always, app:1.2.3 IfNotPresent", ""),
            ("app:1.2.3 always", "6 error invalid-pull-policy"),
        ],
    );
    let strict = Settings {
        assume: Assumptions { always_pull_images: true, ..Assumptions::default() },
        ..profile(Profile::Strict)
    };
    all_that_is_said(&strict, &[("quay.io/app:1@one Always, quay.io/app:1@one -", "")]);
}

#[test]
fn a_required_policy_is_compared_with_the_effective_one() {
    let require =
        |policy| Settings { required_policy: Some(policy), ..profile(Profile::Recommended) };
    all_that_is_said(
        &require(PullPolicy::Always),
        &[
            ("app:1.2.3 Always", ""),
            ("app:1.2.3 IfNotPresent", "6 error required-pull-policy"),
            ("app:1.2.3 -", "5 error required-pull-policy"),
            ("app:1.2.3 Never", "6 error required-pull-policy"),
            ("nginx -", "5 error missing-tag"),
            ("nginx IfNotPresent", "5 error missing-tag, 6 error required-pull-policy"),
            ("x:latest@one -", ""),
            ("x:1@one -", "5 error required-pull-policy"),
            ("app:1.2.3 always", "6 error invalid-pull-policy"),
            ("${IMAGE} -", ""),
            ("app:1.2.3 ${POLICY}", ""),
            ("app:1.2.3 Always, app:1.2.3 IfNotPresent", "8 error required-pull-policy"),
        ],
    );
    all_that_is_said(
        &require(PullPolicy::IfNotPresent),
        &[("app:1.2.3 -", ""), ("nginx -", "5 error missing-tag, 5 error required-pull-policy")],
    );
    let forced = Settings {
        assume: Assumptions { always_pull_images: true, ..Assumptions::default() },
        ..require(PullPolicy::Always)
    };
    all_that_is_said(&forced, &[("app:1.2.3 Never", ""), ("app:1.2.3 -", "")]);
    let forced = Settings {
        assume: Assumptions { always_pull_images: true, ..Assumptions::default() },
        ..require(PullPolicy::Never)
    };
    all_that_is_said(&forced, &[("app:1.2.3 Never", "6 error required-pull-policy")]);
}

#[test]
fn a_project_knows_its_own_tags() {
    let set = |glob: &str| GlobSet::builder().add(Glob::new(glob).unwrap()).build().unwrap();
    let tags = TagPatterns { mutable: set("demo-*"), immutable: set("{release-*,main-?}") };
    all_that_is_said(
        &Settings { tags, ..profile(Profile::Recommended) },
        &[
            ("app:demo-1.2.3 -", "5 warning floating-tag"),
            ("app:demo-1.2.3 IfNotPresent", "5 warning floating-tag, 6 error cached-mutable-image"),
            ("app:demo-1.2.3@one IfNotPresent", ""),
            ("app:release-1 IfNotPresent", ""),
            ("app:main-1 -, app:main -", "7 warning floating-tag"),
            ("app:1 -", "5 info partial-version"),
        ],
    );
}

#[test]
fn a_required_policy_is_not_called_a_mistake() {
    let required = |policy| Settings { required_policy: policy, ..profile(Profile::Strict) };
    all_that_is_said(
        &required(Some(PullPolicy::Always)),
        &[
            ("docker.io/app:1.2.3@one Always", ""),
            ("docker.io/app:1.2.3@one -", "5 error required-pull-policy"),
        ],
    );
    for (policy, mends) in [(Some(PullPolicy::IfNotPresent), false), (None, true)] {
        let judged = judged(&pod("quay.io/app:main IfNotPresent"), &required(policy));
        let found = judged.findings.iter().find(|found| found.rule == "cached-mutable-image");
        let help = found.and_then(|found| found.help.as_deref()).unwrap_or_default();
        assert_eq!(help.contains("Always"), mends, "{help}");
        assert_eq!(found.is_some_and(|found| found.fix.is_some()), mends);
    }
}
