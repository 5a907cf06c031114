use crate::{
    finding::Severity,
    image::Image,
    policy::{PullPolicy, Pulling},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
    tag::TagClass,
};

rule! {
    /// A written `Never` runs only what the node already holds
    ///
    /// ## Why
    ///
    /// Under `Never` the kubelet pulls nothing. On a node without a copy the container does not
    /// start (`ErrImageNeverPull`); on a node with one it runs whatever somebody put there. It is
    /// mostly left over from a test cluster.
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
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: Never # reported
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
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: IfNotPresent
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where nodes are loaded beforehand on purpose: air-gapped clusters, static pods of the
    /// control plane, manifests for kind or minikube.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", sections "Image pull policy" and "Pre-pulled images".
    id: "never-pull",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["required-pull-policy"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    if used.policy.value.written() != Some(PullPolicy::Never) {
        return;
    }
    let better = used.with_policy(PullPolicy::IfNotPresent);
    let machine = used.written.pulling.machine();
    let loaded_by_hand = match used.written.pulling {
        Pulling::Compose => "unless your hosts are loaded by hand",
        _ => "unless your nodes are loaded by hand (kind, minikube, air gap)",
    };
    let image = match used.called() {
        "" => "the image".to_owned(),
        text => format!("`{text}`"),
    };
    // A patch may well set the policy of an image that moves.
    let is_elsewhere = matches!(used.image.value, Image::Elsewhere);
    let may_move = is_elsewhere || used.class().is_some_and(TagClass::moves);
    let help = if may_move {
        format!("name one build and write {better}, {loaded_by_hand}")
    } else {
        format!("write {better}, {loaded_by_hand}")
    };
    report
        .at(
            used.policy.by,
            format!("{image} is never pulled: the {machine} must already hold it"),
        )
        .label(format!("fails on a {machine} without a copy"))
        .help(help);
}
