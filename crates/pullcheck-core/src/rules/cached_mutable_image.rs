use crate::{
    finding::Severity,
    fix::{Change, Safety},
    policy::{PullPolicy, Pulling},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// A written `IfNotPresent` keeps old copies of an image that moves
    ///
    /// ## Why
    ///
    /// Under `IfNotPresent` a node that has a copy of the tag never asks the registry again. When
    /// the tag moves, nodes that pulled before and nodes that pull after run different programs
    /// under one name. A new push reaches only nodes that never had the image, and a restart on
    /// another node changes the version.
    ///
    /// For `latest` and for no tag Kubernetes would choose `Always` by itself: the manifest
    /// switches that off.
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
    ///       image: ghcr.io/example/web:main
    ///       imagePullPolicy: IfNotPresent # reported
    /// ```
    ///
    /// Name one build and keep the policy:
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: ghcr.io/example/web:2.4.1
    ///       imagePullPolicy: IfNotPresent
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// On a test cluster whose nodes are loaded by hand (`kind load`, `minikube image load`): there
    /// the node is the registry.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Image pull policy".
    id: "cached-mutable-image",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Unsafe),
    yields_to: &["required-pull-policy"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let moves = used.class().is_some_and(TagClass::moves);
    let cached = used.policy.value.written() == Some(PullPolicy::IfNotPresent);
    let resolved = matches!(used.written.pulling, Pulling::Resolved(_));
    // Where a build of kustomize sets the tag, the finding at the tag tells of the policy below it.
    let is_set_later = !used.roots.is_empty() && used.image.by.file != used.policy.by.file;
    if !(moves && cached) || resolved || is_set_later {
        return;
    }
    let word = used.written.policy.as_ref().map_or("", |policy| &policy.text);
    let always = used.word(PullPolicy::Always);
    let machine = used.written.pulling.machine();
    let version = format!("name one build, {}, and keep the policy", used.with_version());
    // What the project requires is not undone.
    let is_required = report.settings.required_policy == Some(PullPolicy::IfNotPresent);
    let finding = report
        .at(used.policy.by, format!("`{word}` keeps old copies of `{}` on the {machine}s that have one", used.called()))
        .label(format!("a {machine} with a copy never asks again"))
        .also(used.image.by, "this image moves");
    if is_required {
        finding.help(version);
        return;
    }
    finding
        .help(format!("{version}; or write {}", used.with_policy(PullPolicy::Always)))
        // A node may hold an image that no registry has: kind and minikube load such.
        .fix(Safety::Unsafe, format!("Write `{always}`"), used.policy.by, Change::Value(always.to_owned()));
}
