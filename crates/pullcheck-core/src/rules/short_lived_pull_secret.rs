use crate::{
    facts::{Credential, SecretContent},
    finding::{Severity, Subject},
    resolve::EffectiveFile,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// A pull secret holds a token of Amazon ECR, which is good for twelve hours
    ///
    /// ## Why
    ///
    /// `aws ecr get-login-password` gives out a token that expires after twelve hours. Stored as a
    /// pull secret it works on the day it was made; from then on every node without a copy of the
    /// image fails to pull.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: ecr
    /// type: kubernetes.io/dockerconfigjson
    /// stringData:
    ///   .dockerconfigjson: '{"auths": {"123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"username": "AWS", "password": "eyJwYXlsb2FkIjoiZm9yLXRoaXMtcGFnZSJ9"}}}' # reported
    /// ```
    ///
    /// Nodes on AWS pull from Amazon ECR by their own role, without a secret:
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:2.4.1
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where a controller renews the secret; then better let it create the secret as well.
    ///
    /// ## Source
    ///
    /// Amazon ECR User Guide, "Private registry authentication": the authorization token is valid
    /// for 12 hours.
    id: "short-lived-pull-secret",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for secret in &file.source.facts.secrets {
        let SecretContent::Registries(at, entries) = &secret.content else { continue };
        if entries.iter().any(|entry| entry.credential == Credential::EcrToken) {
            report
                .at(file.at(*at), "this pull secret holds a token of Amazon ECR")
                .label("expires twelve hours after it was made")
                .help("let the nodes' role pull (`AmazonEC2ContainerRegistryReadOnly`), or have a controller renew the secret")
                .about(Subject::object(file.id, secret.object));
        }
    }
}
