//! Registries: who serves an image, whether it still does, and what a node needs to pull it.

mod hosts;
mod pattern;
mod retired;
mod table;

pub use hosts::{is_loopback, matches as matches_host, without_scheme};
pub use pattern::{NamePattern, NamePatterns, PatternError, is_docker_hub};
pub use retired::{RETIRED, Retired, Standing, retired};
pub use table::REGISTRIES;

/// A registry service, known by its hosts.
#[derive(Debug, PartialEq, Eq)]
pub struct Registry {
    /// Its name.
    pub name: &'static str,
    /// Who runs it.
    pub provider: &'static str,
    /// Its hosts, by their labels: `*` stands for one label or a part of it, `#` for a label of
    /// twelve digits, an AWS account.
    pub hosts: &'static [&'static str],
    /// What a node needs to pull from it.
    pub access: Access,
    /// How it keeps tags from moving.
    pub immutability: Option<Immutability>,
    /// Where the facts come from.
    pub source: &'static str,
}

/// What a node needs to pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Anonymous,
    /// Nothing for public images, a pull secret for private ones; the name does not tell which.
    Mixed,
    /// The node's own identity, through the credential provider of its cloud.
    NodeIdentity,
    /// A pull secret.
    PullSecret,
}

impl Access {
    /// What it is called in a table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "nothing",
            Self::Mixed => "nothing for public images, a pull secret for private ones",
            Self::NodeIdentity => "the node's identity",
            Self::PullSecret => "a pull secret",
        }
    }
}

/// How a registry keeps tags from moving.
#[derive(Debug, PartialEq, Eq)]
pub struct Immutability {
    /// The setting, as the end of a sentence that begins with "tags cannot move".
    pub setting: &'static str,
    /// How to switch it on.
    pub how: &'static str,
    /// The setting does not hold for `latest`.
    pub leaves_out_latest: bool,
}

/// The service of a registry, given as in a reference: a host, or a host and a port.
#[must_use]
pub fn registry(host: &str) -> Option<&'static Registry> {
    let host = hosts::without_port(host);
    REGISTRIES
        .iter()
        .find(|registry| registry.hosts.iter().any(|host_| hosts::matches(host_, &host)))
}

/// Whether a registry is the one within an OpenShift cluster, whose tags are those of its image
/// streams.
#[must_use]
pub fn is_cluster_registry(host: &str) -> bool {
    host.starts_with("image-registry.")
        && registry(host).is_some_and(|registry| registry.provider == "OpenShift")
}

#[cfg(test)]
mod tests;
