//! What is known across files: which secrets and service accounts there are, and what a secret opens.

use std::collections::{HashMap, HashSet};

use crate::{
    facts::{FileFacts, ObjectFact},
    reference::Reference,
    registry::{is_docker_hub, without_scheme},
    span::FileId,
};

/// The secrets and service accounts of a project, by their names.
#[derive(Debug, Default)]
pub struct Credentials {
    secrets: HashMap<Box<str>, Vec<(FileId, usize)>>,
    accounts: HashMap<Box<str>, Vec<(FileId, usize)>>,
    /// A kustomization puts objects into namespaces that they do not name.
    namespaces_are_set: bool,
    renamed: HashSet<Box<str>>,
}

/// Something that a project holds, and the file and object that it is.
#[derive(Clone, Copy, Debug)]
pub struct Held<'p, T> {
    /// The file.
    pub file: FileId,
    /// The object.
    pub object: &'p ObjectFact,
    /// What is known of it.
    pub fact: &'p T,
}

impl Credentials {
    /// Gathers what the facts of the files hold, in the order of their numbers.
    pub fn gather<'f>(files: impl Iterator<Item = &'f FileFacts>) -> Self {
        let mut known = Self::default();
        for (facts, id) in files.zip((0..).map(FileId)) {
            known.namespaces_are_set |= facts.sets_namespace;
            known.renamed.extend(facts.renamed.iter().cloned());
            let name = |object: usize| facts.objects.get(object)?.name.clone();
            for (index, secret) in facts.secrets.iter().enumerate() {
                if let Some(name) = name(secret.object) {
                    known.secrets.entry(name).or_default().push((id, index));
                }
            }
            for (index, account) in facts.accounts.iter().enumerate() {
                if let Some(name) = name(account.object) {
                    known.accounts.entry(name).or_default().push((id, index));
                }
            }
        }
        known
    }

    /// The secrets of a name, in any namespace: the file, and the number in its facts.
    #[must_use]
    pub fn secrets(&self, name: &str) -> &[(FileId, usize)] {
        self.secrets.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The service accounts of a name, in any namespace.
    #[must_use]
    pub fn accounts(&self, name: &str) -> &[(FileId, usize)] {
        self.accounts.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a kustomization replaces the images of a name by others.
    #[must_use]
    pub fn is_renamed(&self, name: &str) -> bool {
        self.renamed.contains(name)
    }

    /// Whether two objects may end up in one namespace: one of them names none, or both the same.
    #[must_use]
    pub fn may_meet(&self, one: &ObjectFact, other: &ObjectFact) -> bool {
        let differ =
            one.namespace.as_ref().zip(other.namespace.as_ref()).is_some_and(|(a, b)| a != b);
        !differ || self.namespaces_are_set
    }
}

/// Whether an entry of a pull secret is for an image: as many labels in the host, `*` for one or a
/// part of one, the same port, and the beginning of the path (kubernetes,
/// `pkg/credentialprovider/keyring.go`).
#[must_use]
pub fn opens(entry: &str, image: &Reference) -> bool {
    let bare = without_scheme(entry);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    // The addresses of Docker's own configuration begin with a version of the API.
    let versions = ["v1", "v2"].iter().find_map(|version| path.strip_prefix(version));
    let path = versions.filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(path);
    let path = path.trim_matches('/');
    let registry = image.registry();
    let same_host = is_docker_hub(host) && is_docker_hub(registry)
        || fits(&host.to_ascii_lowercase(), &registry.to_ascii_lowercase());
    same_host && image.repository().starts_with(path)
}

fn fits(entry: &str, registry: &str) -> bool {
    let split = |text: &str| match text.rsplit_once(':') {
        Some((host, port)) => (host.to_owned(), port.to_owned()),
        None => (text.to_owned(), String::new()),
    };
    let ((entry, entry_port), (host, port)) = (split(entry), split(registry));
    entry_port == port && crate::registry::matches_host(&entry, &host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_open_what_the_kubelet_takes_them_for() {
        for (entry, image) in [
            ("https://index.docker.io/v1/", "acme/web"),
            ("docker.io", "docker.io/acme/web"),
            ("ghcr.io", "ghcr.io/acme/web"),
            ("https://ghcr.io", "GHCR.io/acme/web"),
            ("ghcr.io/acme", "ghcr.io/acme/web"),
            ("*.azurecr.io", "contoso.azurecr.io/web"),
            ("registry.example.com:5000", "registry.example.com:5000/web"),
            ("http://registry.example.com/v2/", "registry.example.com/web"),
            ("https://registry.example.com/v1/team", "registry.example.com/team/web"),
        ] {
            assert!(opens(entry, &Reference::parse(image).unwrap()), "{entry} {image}");
        }
        for (entry, image) in [
            ("ghcr.io", "quay.io/acme/web"),
            ("ghcr.io/acme", "ghcr.io/other/web"),
            ("azurecr.io", "contoso.azurecr.io/web"),
            ("*.azurecr.io", "a.b.azurecr.io/web"),
            ("registry.example.com", "registry.example.com:5000/web"),
            ("docker.io", "ghcr.io/docker.io/web"),
        ] {
            assert!(!opens(entry, &Reference::parse(image).unwrap()), "{entry} {image}");
        }
    }
}
