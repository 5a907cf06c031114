use crate::{
    facts::{Credential, SecretContent},
    finding::{Severity, Subject},
    resolve::EffectiveFile,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// A registry credential is written into the repository
    ///
    /// ## Why
    ///
    /// Base64 is no encryption: everybody who can read the repository can push and pull in this
    /// name, also from old commits after the file was deleted.
    ///
    /// What is encrypted (SOPS), filled in later, or plainly an example is not reported. The
    /// credential itself is never shown, in no format.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: registry
    /// type: kubernetes.io/dockerconfigjson
    /// stringData:
    ///   .dockerconfigjson: '{"auths": {"ghcr.io": {"username": "robot", "password": "kV8sQ2nX7pLw"}}}' # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: registry
    /// type: kubernetes.io/dockerconfigjson
    /// stringData:
    ///   .dockerconfigjson: '{"auths": {"ghcr.io": {"username": "robot", "password": "${TOKEN}"}}}'
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// For credentials that open nothing, as in tests.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Good practices for Kubernetes Secrets".
    id: "committed-registry-credential",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: Some("8.5"),
    fix: None,
    yields_to: &["short-lived-pull-secret"],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for secret in &file.source.facts.secrets {
        let SecretContent::Registries(at, entries) = &secret.content else { continue };
        let real = entries.iter().find(|entry| entry.credential == Credential::Real);
        if let Some(entry) = real {
            report
                .at(file.at(*at), format!("a credential for `{}` is written here", entry.registry))
                .label("readable for everybody who can read this file")
                .help("revoke it, and keep the new one out of the repository: External Secrets, Sealed Secrets, SOPS")
                .about(Subject::object(file.id, secret.object));
        }
    }
}
