use crate::{
    finding::Severity,
    policy::{PullPolicy, Pulling},
    registry::is_loopback,
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// The registry is the node itself: `localhost` or a loopback address
    ///
    /// ## Why
    ///
    /// `localhost:5000` is another machine on every node. A pod that is scheduled where no registry
    /// listens cannot start, and where one does, each may serve another image under the same name.
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
    ///       image: localhost:5000/shop/web:2.4.1 # reported
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
    ///       image: registry.example.com:5000/shop/web:2.4.1
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// On test clusters of one machine with a registry on it: kind's local registry, the registry
    /// addon of minikube or MicroK8s.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images": the kubelet of the node pulls the image.
    id: "node-local-registry",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &["disallowed-registry"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let Some(reference) = used.image.value.reference() else { return };
    // What Compose runs, runs on the machine that it was typed on.
    // What is never pulled was loaded onto the node by hand; podman calls such images `localhost/…`.
    let is_loaded = used.policy.value.written() == Some(PullPolicy::Never);
    let is_compose = used.written.pulling == Pulling::Compose;
    if !is_loopback(reference.registry()) || is_compose || is_loaded {
        return;
    }
    report
        .at(used.named_by, format!("`{}` is another registry on every node", reference.registry()))
        .label("each node asks itself")
        .help("push to a registry that all nodes reach; kind and minikube load images with `kind load` and `minikube image load`");
}
