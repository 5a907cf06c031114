use crate::{
    facts::Extent,
    finding::Severity,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// An image is tagged `latest`
    ///
    /// ## Why
    ///
    /// `latest` is a tag like any other, which most publishers move with every push. What it names
    /// today is not what it names tomorrow: nodes run different versions under one name, and
    /// nobody can tell from the manifest which one is live or roll back to the one before.
    ///
    /// The digest decides where one stands beside the tag, so `nginx:latest@sha256:…` is pinned
    /// and not reported.
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
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: web
    ///           image: nginx:latest # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: web
    ///           image: nginx:1.27.3
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// On a development cluster that is meant to follow the newest build.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images": "you should avoid using the `:latest` tag when deploying
    /// containers in production".
    id: "latest-tag",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["numeric-tag"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if used.class() != Some(TagClass::Latest) {
        return;
    }
    let name = used.name();
    let is_tag_alone = matches!(&used.written.pieces, Some(pieces) if pieces.extent == Extent::TagAlone);
    let verb = if is_tag_alone { "is" } else { "is pulled as" };
    let message = format!("`{name}` {verb} `latest`, whatever that is by then");
    report
        .moving(used, message, "`latest` names no version")
        .help(format!("name the version, {}{}", used.with_version_best(), used.or_keep_tags()));
}
