//! Registries and names that no longer take, update or serve images.

use super::is_docker_hub;
use crate::{finding::Severity, reference::Reference};

/// A name that was given up.
#[derive(Debug)]
pub struct Retired {
    /// Its hosts, as in the table of registries.
    pub hosts: &'static [&'static str],
    /// The first part of the repository, where only some of the host is given up.
    pub path: Option<&'static str>,
    /// What became of it.
    pub standing: Standing,
    /// What happened, with its dates, as a sentence.
    pub happened: &'static str,
    /// What to write instead, as the end of a sentence.
    pub instead: &'static str,
    /// The host that serves the same path, for each of the hosts.
    pub replacements: &'static [&'static str],
    /// Where the facts come from.
    pub source: &'static str,
}

/// What became of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It serves what it has and takes nothing new.
    Frozen,
    /// It still serves, but another name has taken its place, or nobody mends its images.
    Deprecated,
    /// It serves as before, under a newer system.
    Legacy,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Deprecated => "deprecated",
            Self::Legacy => "legacy",
        }
    }

    /// How severe that is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Frozen => Severity::Error,
            Self::Deprecated => Severity::Warning,
            Self::Legacy => Severity::Info,
        }
    }
}

/// What was given up.
pub const RETIRED: &[Retired] = &[
    Retired {
        hosts: &["k8s.gcr.io"],
        path: None,
        standing: Standing::Frozen,
        happened: "`k8s.gcr.io` is frozen since 2023-04-03: no new images, no security updates",
        instead: "the same path on `registry.k8s.io`",
        replacements: &["registry.k8s.io"],
        source: "https://kubernetes.io/blog/2023/03/10/image-registry-redirect/",
    },
    Retired {
        hosts: &[
            "registry.bluemix.net",
            "registry.ng.bluemix.net",
            "registry.eu-de.bluemix.net",
            "registry.eu-gb.bluemix.net",
            "registry.au-syd.bluemix.net",
        ],
        path: None,
        standing: Standing::Deprecated,
        happened: "the `bluemix.net` names of IBM Cloud Container Registry are deprecated",
        instead: "the same path on the `icr.io` name",
        replacements: &["icr.io", "us.icr.io", "de.icr.io", "uk.icr.io", "au.icr.io"],
        source: "https://github.com/ibm-cloud-docs/Registry/blob/master/registry_overview.md",
    },
    Retired {
        hosts: &["docker.pkg.github.com"],
        path: None,
        standing: Standing::Deprecated,
        happened: "GitHub's Docker registry is replaced by its Container registry, to which its images were moved",
        instead: "the image's name on `ghcr.io`",
        replacements: &[],
        source: "https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-docker-registry",
    },
    Retired {
        hosts: &["docker.io"],
        path: Some("bitnami"),
        standing: Standing::Deprecated,
        happened: "Bitnami moved its versioned images to `docker.io/bitnamilegacy`, where none is updated (announced 2025-07-16, from 2025-08-28 on)",
        instead: "the upstream project's image, or a mirror of your own",
        replacements: &[],
        source: "https://github.com/bitnami/containers/issues/83267",
    },
    Retired {
        hosts: &["docker.io"],
        path: Some("bitnamilegacy"),
        standing: Standing::Deprecated,
        happened: "images in `docker.io/bitnamilegacy` are never updated",
        instead: "the upstream project's image, or a mirror of your own",
        replacements: &[],
        source: "https://github.com/bitnami/containers/issues/83267",
    },
    Retired {
        hosts: &["gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io"],
        path: None,
        standing: Standing::Legacy,
        happened: "Container Registry was shut down on 2025-03-18; Artifact Registry serves its addresses",
        instead: "a `pkg.dev` repository for what you publish yourself",
        replacements: &[],
        source: "https://cloud.google.com/artifact-registry/docs/transition/gcr-repositories",
    },
];

/// What was given up of an image's name, and the whole reference that replaces it.
#[must_use]
pub fn retired(image: &Reference) -> Option<(&'static Retired, Option<String>)> {
    let host = image.registry().split(':').next().unwrap_or_default();
    let first = image.repository().split('/').next();
    let host = if is_docker_hub(host) { "docker.io" } else { host };
    let (retired, index) = RETIRED.iter().find_map(|retired| {
        let index = retired.hosts.iter().position(|known| known.eq_ignore_ascii_case(host))?;
        retired.path.is_none_or(|path| first == Some(path)).then_some((retired, index))
    })?;
    let rest = image.to_string();
    let replacement = retired.replacements.get(index).and_then(|replacement| {
        Some(format!("{replacement}{}", rest.strip_prefix(image.registry())?))
    });
    Some((retired, replacement))
}
