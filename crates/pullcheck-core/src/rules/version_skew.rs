use crate::{
    finding::Severity,
    resolve::{EffectivePod, EffectiveUse},
    rule::{Check, Level, Report, repeats, rule},
    tag::version,
};

rule! {
    /// One pod runs one repository in different versions
    ///
    /// ## Why
    ///
    /// The containers of a pod are released together. Where one of them names another version of
    /// the same repository, an update most likely missed a line: the init container still migrates
    /// for the old release, or the sidecar speaks the old protocol.
    ///
    /// Variants of one version (`2.4.1`, `2.4.1-debug`), a short version that fits a long one (`2.4`,
    /// `2.4.1`) and images of mere tools (busybox, alpine, curl, …) are not reported.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///     - name: migrate
    ///       image: example/web:2.4.0
    ///   containers:
    ///     - name: web
    ///       image: example/web:2.4.1 # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///     - name: migrate
    ///       image: example/web:2.4.1-debug
    ///   containers:
    ///     - name: web
    ///       image: example/web:2.4.1
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where two versions are meant to run side by side in one pod.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Pods": containers of a pod are scheduled and run together.
    id: "version-skew",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::Pod(check),
}

/// Repositories whose images are tools for a script, in whatever version is at hand.
const TOOLS: &[&str] = &[
    "docker.io/alpine/git",
    "docker.io/alpine/k8s",
    "docker.io/bitnami/kubectl",
    "docker.io/curlimages/curl",
    "docker.io/library/alpine",
    "docker.io/library/bash",
    "docker.io/library/busybox",
    "docker.io/library/debian",
    "docker.io/library/python",
    "docker.io/library/ubuntu",
    "registry.k8s.io/kubectl",
];

fn check(pod: &EffectivePod<'_>, report: &mut Report<'_>) {
    let released = |used: &EffectiveUse<'_>| tagged_version(used).map(|(name, ..)| name);
    for (first, later) in repeats(pod.uses, released) {
        let (Some((_, one, was)), Some((name, other, is))) =
            (tagged_version(first), tagged_version(later))
        else {
            continue;
        };
        let differs = one.iter().zip(&other).any(|(one, other)| one != other);
        if !differs || TOOLS.contains(&name.as_str()) {
            continue;
        }
        report
            .at(later.image.by, format!("`{}` runs in two versions in one pod", later.name()))
            .label(format!("`{is}` in {}", later.holder()))
            .also(first.image.by, format!("`{was}` in {}", first.holder()))
            .help("write the same version in both")
            .about(later.subject);
    }
}

/// The repository, the version that the tag begins with, and the tag.
fn tagged_version<'a>(used: &'a EffectiveUse<'_>) -> Option<(String, Vec<u64>, &'a str)> {
    let reference = used.image.value.reference()?;
    let tag = reference.tag()?;
    Some((reference.name(), version(tag)?, tag))
}
