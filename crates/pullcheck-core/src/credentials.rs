//! What is known across files: which secrets and service accounts there are, and what a secret opens.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
};

use crate::{
    facts::{FileFacts, ObjectFact},
    path::LogicalPath,
    reference::Reference,
    registry::{is_docker_hub, without_scheme},
    span::FileId,
};

/// The secrets and service accounts of a project, by their names.
#[derive(Debug, Default)]
pub struct Credentials {
    secrets: HashMap<Box<str>, Namesakes>,
    accounts: HashMap<Box<str>, Namesakes>,
    /// A kustomization puts objects into namespaces that they do not name.
    namespaces_are_set: bool,
}

/// Things of one name by their folders: the file, and the number in its facts.
type Namesakes = BTreeMap<Box<str>, Vec<(FileId, usize)>>;

/// Of more than this many things of one name nobody can tell which is meant.
const MOST_OF_A_NAME: usize = 16;

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
    pub fn gather<'f>(files: impl Iterator<Item = (&'f LogicalPath, &'f FileFacts)>) -> Self {
        let mut known = Self::default();
        for ((path, facts), id) in files.zip((0..).map(FileId)) {
            let folder = path.folder();
            known.namespaces_are_set |= facts.sets_namespace;
            let name = |object: usize| facts.objects.get(object)?.name.clone();
            for (index, secret) in facts.secrets.iter().enumerate() {
                if let Some(name) = name(secret.object) {
                    let namesakes = known.secrets.entry(name).or_default();
                    namesakes.entry(folder.into()).or_default().push((id, index));
                }
            }
            for (index, account) in facts.accounts.iter().enumerate() {
                if let Some(name) = name(account.object) {
                    let namesakes = known.accounts.entry(name).or_default();
                    namesakes.entry(folder.into()).or_default().push((id, index));
                }
            }
        }
        known
    }

    /// The secrets of a name that may belong to a file, in any namespace: the file, and the number in
    /// its facts.
    #[must_use]
    pub fn secrets(&self, name: &str, near: &LogicalPath) -> Vec<(FileId, usize)> {
        self.secrets.get(name).map(|namesakes| belonging(namesakes, near)).unwrap_or_default()
    }

    /// The service accounts of a name that may belong to a file, in any namespace.
    #[must_use]
    pub fn accounts(&self, name: &str, near: &LogicalPath) -> Vec<(FileId, usize)> {
        self.accounts.get(name).map(|namesakes| belonging(namesakes, near)).unwrap_or_default()
    }

    /// Whether two objects may end up in one namespace: one of them names none, or both the same.
    #[must_use]
    pub fn may_meet(&self, one: &ObjectFact, other: &ObjectFact) -> bool {
        let differ =
            one.namespace.as_ref().zip(other.namespace.as_ref()).is_some_and(|(a, b)| a != b);
        !differ || self.namespaces_are_set
    }
}

/// What lies in the folder of a file, or in one above or below it: what lies side by side may belong
/// to two applications. Nothing where there are too many to choose from.
fn belonging(namesakes: &Namesakes, near: &LogicalPath) -> Vec<(FileId, usize)> {
    let folder = near.folder();
    let slashes = folder.match_indices('/').filter_map(|(at, _)| folder.get(..at));
    let above = slashes.chain([""]).filter(|above| *above != folder);
    let above = above.filter_map(|above| namesakes.get(above));
    let is_below = |other: &str| {
        let rest = other.strip_prefix(folder);
        folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Folders such as `a-b` stand between `a` and `a/b`.
    let from = (Bound::Included(folder), Bound::Unbounded);
    let below = namesakes.range::<str, _>(from);
    let below = below.take_while(|(other, _)| other.starts_with(folder));
    let below = below.filter(|(other, _)| is_below(other)).map(|(_, places)| places);
    let found: Vec<_> = above.chain(below).flatten().copied().take(MOST_OF_A_NAME + 1).collect();
    if found.len() > MOST_OF_A_NAME { Vec::new() } else { found }
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
    fn what_lies_in_one_line_of_folders_belongs_together() {
        let folders = ["", "a", "a-b", "a/b", "a/b/c", "a/c", "b"];
        let mut namesakes = Namesakes::new();
        for (index, folder) in folders.iter().enumerate() {
            namesakes.insert((*folder).into(), vec![(FileId(0), index)]);
        }
        let near = |path: &str| {
            let found = belonging(&namesakes, &LogicalPath::new(path));
            let mut found: Vec<_> = found.iter().filter_map(|(_, i)| folders.get(*i)).collect();
            found.sort_unstable();
            found.iter().map(|folder| format!("{folder},")).collect::<String>()
        };
        assert_eq!(near("x.yaml"), ",a,a-b,a/b,a/b/c,a/c,b,");
        assert_eq!(near("a/x.yaml"), ",a,a/b,a/b/c,a/c,");
        assert_eq!(near("a/b/x.yaml"), ",a,a/b,a/b/c,");
        assert_eq!(near("a/b/d/x.yaml"), ",a,a/b,");
        assert_eq!(near("c/x.yaml"), ",");
        namesakes.insert("d".into(), vec![(FileId(0), 0); 100]);
        assert_eq!(belonging(&namesakes, &LogicalPath::new("d/x.yaml")), []);
    }

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
