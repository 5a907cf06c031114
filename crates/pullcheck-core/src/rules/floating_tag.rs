use crate::{
    finding::Severity,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// A tag moves by its very name: a channel, a branch, a bare distribution
    ///
    /// ## Why
    ///
    /// `stable`, `edge`, `main`, `nightly`, `lts`, `prod`, `latest-alpine` and `bookworm` name no
    /// version but whatever is newest on a channel, a branch or a base system. They behave like
    /// `latest` with one difference that makes them worse: Kubernetes sets the pull policy to
    /// `IfNotPresent` for every tag that is not exactly `latest`, so a node that has an old copy
    /// keeps it while a new node pulls the new one.
    ///
    /// A tag with a part that names one build is not reported, whatever stands beside it:
    /// `main-3f2a9c1`, `nightly-20240131`, `1.27.3-alpine`.
    ///
    /// Some registries can keep a pushed tag from being given to another image, once that is switched
    /// on: Amazon ECR (`aws ecr put-image-tag-mutability --repository-name REPOSITORY
    /// --image-tag-mutability IMMUTABLE`), Azure Container Registry (`az acr repository update --name
    /// REGISTRY --image REPOSITORY:TAG --write-enabled false`), Artifact Registry (`gcloud artifacts
    /// repositories update REPOSITORY --location=LOCATION --immutable-tags`), and by their settings
    /// Docker Hub, GitLab, Harbor and Red Hat Quay. Name such registries in `immutable_registries`.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: ghcr.io/example/web:main # reported
    ///     - name: proxy
    ///       image: nginx:stable-alpine # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: ghcr.io/example/web:main-3f2a9c1
    ///     - name: proxy
    ///       image: nginx:1.26.2-alpine
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where the word does not move in your registry. Say so once for all, with
    /// `tags: { immutable: ["release-*"] }` in the configuration.
    ///
    /// ## Source
    ///
    /// Microsoft, "Recommendations for tagging and versioning container images", section "Stable
    /// tags"; Docker official images, README, "Library definition files".
    id: "floating-tag",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["numeric-tag"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if used.class() != Some(TagClass::Floating) {
        return;
    }
    let Some(tag) = used.image.value.tag() else { return };
    let name = used.name();
    report
        .moving(used, format!("{} names no single build", used.tag_of(tag)), "this name is given to one build after another")
        .help(format!(
            "name the version, {}{}{}",
            used.with_version(),
            used.or_with_digest(&format!("{name}:{tag}")),
            used.or_keep_tags()
        ));
}
