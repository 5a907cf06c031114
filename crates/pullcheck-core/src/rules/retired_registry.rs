use crate::{
    finding::Severity,
    fix::Safety,
    registry::{Standing, retired},
    resolve::EffectiveUse,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// The image comes from a registry or namespace that was given up
    ///
    /// ## Why
    ///
    /// A registry that is frozen takes no new images, so what it serves gets no security updates
    /// and one day no answer. A namespace that its owner left behind is the same trap under a name
    /// that still looks alive.
    ///
    /// | name | what became of it |
    /// | --- | --- |
    /// | `k8s.gcr.io` | frozen since 2023-04-03; `registry.k8s.io` serves the same paths |
    /// | `registry.bluemix.net` and its regions | deprecated for `icr.io` and its regions |
    /// | `docker.pkg.github.com` | replaced by `ghcr.io` |
    /// | `docker.io/bitnami` | versioned images moved to `docker.io/bitnamilegacy` from 2025-08-28 on |
    /// | `docker.io/bitnamilegacy` | never updated |
    /// | `gcr.io` and its regions | Container Registry was shut down on 2025-03-18, Artifact Registry serves its addresses: nothing to mend, named in the profile `strict` only |
    ///
    /// What is frozen is an error, what is deprecated a warning.
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
    ///       image: k8s.gcr.io/ingress-nginx/controller:v1.1.1 # reported
    ///     - name: cache
    ///       image: bitnami/redis:7.2.4 # reported
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
    ///       image: registry.k8s.io/ingress-nginx/controller:v1.1.1
    ///     - name: cache
    ///       image: redis:7.2.4
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// While a move is under way, for single containers.
    ///
    /// ## Source
    ///
    /// kubernetes.io, "k8s.gcr.io Redirect to registry.k8s.io"; ibm-cloud-docs/Registry,
    /// `registry_overview.md`; docs.github.com, "Working with the Docker registry";
    /// bitnami/containers#83267; cloud.google.com, "Transition from Container Registry".
    id: "retired-registry",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Safe),
    yields_to: &["disallowed-registry"],
    check: Check::Use(check),
}

fn check(used: &EffectiveUse<'_>, report: &mut Report<'_>) {
    let Some((retired, replacement)) = used.image.value.reference().and_then(retired) else { return };
    if retired.standing == Standing::Legacy && !report.settings.strict {
        return;
    }
    let severity = report.severity.min(retired.standing.severity());
    let help = match (&used.written.pieces, &replacement) {
        (None, Some(replacement)) => format!("write `{}{replacement}`", used.written.before),
        _ => format!("use {}", retired.instead),
    };
    let image = used.text();
    let message = match (retired.standing, retired.path) {
        (Standing::Legacy, _) => format!("`{image}` is addressed by an old name"),
        (_, Some(path)) => format!("`{image}` comes from the namespace `{path}`, which was given up"),
        (_, None) => format!("`{image}` comes from a registry that was given up"),
    };
    let finding = report.at(used.named_by, message).label(retired.happened).help(help);
    finding.severity = severity;
    if let Some(replacement) = replacement.filter(|_| used.is_direct()) {
        finding.fix_value(&format!("{}{replacement}", used.written.before));
    }
}
