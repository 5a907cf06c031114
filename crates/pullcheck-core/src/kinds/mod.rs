//! Which kinds hold images, and where: a table of lines, one syntax for the built-in table and for
//! a project's own kinds.
//!
//! A line is a shape, a path and options: `image spec.imageName policy=spec.imagePullPolicy`.

mod line;
mod path;

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

pub use line::LineError;
pub use path::{Path, Step};

use crate::{
    facts::{Role, TagMeaning},
    policy::Pulling,
};

/// The built-in table.
const TABLE: &str = include_str!("kinds.txt");

/// A place in the objects of a kind that holds images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is, from the root of the object.
    pub path: Path,
    /// What stands there.
    pub shape: Shape,
    /// How its images are pulled.
    pub pulling: Pulling,
    /// What a tag means there.
    pub tag: TagMeaning,
    /// The path, from the root, that makes the tag move on purpose.
    pub moves_where: Option<Path>,
}

impl Place {
    /// A key that an object has to have if there is an image at this place.
    #[must_use]
    pub fn key(&self) -> &str {
        match &self.shape {
            Shape::Pod(_) | Shape::Container | Shape::Kustomize => "image",
            Shape::Image(_) | Shape::Values | Shape::Set => {
                self.path.keys().flatten().last().unwrap_or_default()
            }
            Shape::Parts(parts) => {
                let path = if parts.name.is_some() { &parts.registry } else { &parts.repository };
                path.last_key().unwrap_or_default()
            }
        }
    }
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// What one pod is made of, as the lists and containers that it starts.
    Pod(&'static [Member]),
    /// A container: `image` and `imagePullPolicy` in one map.
    Container,
    /// An image reference.
    Image(Scalar),
    /// A map that holds the pieces of a reference.
    Parts(Box<Parts>),
    /// What kustomize changes: `patches`, `images` and their like.
    Kustomize,
    /// The values of a Helm chart, as a map or as a text.
    Values,
    /// Single values of a Helm chart, as `--set` names them.
    Set,
}

/// A list of containers, or one container, in a pod.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// The keys that lead to it.
    pub keys: &'static [&'static str],
    /// Whether it is a list.
    pub is_list: bool,
    /// What its images are for.
    pub role: Role,
}

/// How a reference in one string is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scalar {
    /// Where the pull policy stands.
    pub policy: Option<PolicyPlace>,
    /// The scheme before the reference, and whether it has to be there.
    pub scheme: Option<(Box<str>, bool)>,
    /// A key beside it and the value that it must have.
    pub only_if: Option<(Box<str>, Box<str>)>,
}

/// The keys of the pieces of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What comes before the repository: a host, or a host and a path.
    pub registry: Path,
    /// The repository.
    pub repository: Path,
    /// The tag.
    pub tag: Path,
    /// The digest.
    pub digest: Path,
    /// The end of the repository, where it stands apart.
    pub name: Option<Name>,
    /// How the repository is read, and where the pull policy stands.
    pub scalar: Scalar,
}

/// The end of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Always the same, and not written.
    Fixed(Box<str>),
    /// Under a key.
    At(Path),
}

/// Where a pull policy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyPlace {
    /// In the map that holds the image, or the pieces of it.
    Beside(Path),
    /// From the root of the object.
    At(Path),
}

const fn list(keys: &'static [&'static str], role: Role) -> Member {
    Member { keys, is_list: true, role }
}

const fn one(keys: &'static [&'static str]) -> Member {
    Member { keys, is_list: false, role: Role::Container }
}

/// A pod's spec, in the order in which it starts (kubernetes/api, `core/v1/types.go`).
pub const POD: &[Member] = &[
    list(&["initContainers"], Role::Init),
    list(&["containers"], Role::Container),
    list(&["ephemeralContainers"], Role::Ephemeral),
];

/// What the images in a list of containers are for, by its key.
#[must_use]
pub fn role_of_list(key: &str) -> Option<Role> {
    POD.iter().find(|member| member.keys == [key]).map(|member| member.role)
}

/// A Tekton task (tektoncd/pipeline, `pkg/apis/pipeline/v1/task_types.go`).
const TASK: &[Member] = &[
    one(&["stepTemplate"]),
    list(&["steps"], Role::Container),
    list(&["sidecars"], Role::Container),
];

/// A template of an Argo workflow (argoproj/argo-workflows, `workflow_types.go`).
const TEMPLATE: &[Member] = &[
    list(&["initContainers"], Role::Init),
    one(&["container"]),
    one(&["script"]),
    list(&["containerSet", "containers"], Role::Container),
    list(&["sidecars"], Role::Container),
];

/// A kind of the built-in table.
#[derive(Debug)]
pub struct Known {
    /// The API group; `core` for the one without a name.
    pub group: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// Where the facts come from.
    pub source: &'static str,
    /// Its lines, as they are written.
    pub lines: Vec<&'static str>,
}

/// The kinds of the built-in table, in its order.
#[must_use]
pub fn known() -> Vec<Known> {
    let mut known = Vec::new();
    let (mut group, mut source) = ("", "");
    let mut block = 0..0;
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some((name, address)) = line.strip_prefix('[').and_then(|line| line.split_once("] "))
        {
            (group, source) = (name, address);
        } else if let Some(place) = line.strip_prefix("  ") {
            let kinds: &mut [Known] = known.get_mut(block.clone()).unwrap_or_default();
            for kind in kinds {
                kind.lines.push(place);
            }
        } else {
            block.start = known.len();
            let kinds = line.split_whitespace();
            known.extend(kinds.map(|kind| Known { group, kind, source, lines: Vec::new() }));
            block.end = known.len();
        }
    }
    known
}

/// The table by the names of its kinds.
static KNOWN: LazyLock<HashMap<&str, Vec<Entry>>> = LazyLock::new(|| {
    let mut entries: HashMap<&str, Vec<Entry>> = HashMap::new();
    for Known { group, kind, lines, .. } in known() {
        entries.entry(kind).or_default().push(Entry { group, lines, places: OnceLock::new() });
    }
    entries
});

/// The places of one kind, read when they are first asked for. A line that cannot be read would be
/// left out; a test sees to it that there is none.
struct Entry {
    group: &'static str,
    lines: Vec<&'static str>,
    places: OnceLock<Vec<Place>>,
}

impl Entry {
    fn places(&self) -> &Vec<Place> {
        self.places.get_or_init(|| self.lines.iter().flat_map(|line| Place::parse(line)).collect())
    }
}

/// The kinds that a project knows: those of the built-in table, and its own.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    added: Vec<Added>,
}

#[derive(Clone, Debug)]
struct Added {
    group: Box<str>,
    kind: Box<str>,
    places: Vec<Place>,
}

impl Kinds {
    /// Adds places of a kind; those it has stay.
    pub fn add(&mut self, group: &str, kind: &str, places: impl IntoIterator<Item = Place>) {
        let group = if group.is_empty() { CORE } else { group };
        let places = places.into_iter().collect();
        self.added.push(Added { group: group.into(), kind: kind.into(), places });
    }

    /// The places of a kind, by its `apiVersion`. Versions do not matter.
    pub fn places(&self, api_version: &str, kind: &str) -> Vec<&Place> {
        let group = group_of(api_version);
        let known = KNOWN.get(kind).into_iter().flatten();
        let known = known.filter(|entry| entry.group == group).map(Entry::places);
        let added = self.added.iter();
        let added = added.filter(|added| (&*added.group, &*added.kind) == (group, kind));
        known.chain(added.map(|added| &added.places)).flatten().collect()
    }

    /// Whether any group has a kind of this name.
    #[must_use]
    pub fn has_kind(&self, kind: &str) -> bool {
        KNOWN.contains_key(kind) || self.added.iter().any(|added| &*added.kind == kind)
    }
}

/// How the table names the group that has no name.
const CORE: &str = "core";

fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or(CORE, |(group, _)| group)
}

/// Whether Kubernetes itself defines a group's kinds, so that their shape is certain.
#[must_use]
pub fn is_built_in(api_version: &str) -> bool {
    matches!(group_of(api_version), CORE | "apps" | "batch" | "extensions")
}

#[cfg(test)]
mod tests;
