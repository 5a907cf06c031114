//! The objects that a build has gathered, with their images as they are by then.

use std::{borrow::Cow, sync::Arc};

use crate::{
    facts::{FileFacts, ImageUse, ObjectFact, Written},
    span::{At, FileId},
};

/// An object of a build.
#[derive(Clone, Debug)]
pub(crate) struct Resource<'p> {
    /// The file that it stands in.
    pub file: FileId,
    /// Its number among the file's objects.
    pub object: usize,
    /// What is known of it.
    pub fact: &'p ObjectFact,
    /// The names and namespaces that it has had, the one of now last.
    pub ids: Vec<Id<'p>>,
    /// Its images.
    pub slots: Vec<Slot<'p>>,
    /// The objects that were laid over it.
    pub patches: Vec<(FileId, usize)>,
    /// A JSON patch changed what its pods pull with.
    pub secrets_are_patched: bool,
}

/// A name and a namespace; the empty namespace is `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Id<'p> {
    pub name: Cow<'p, str>,
    pub namespace: Cow<'p, str>,
}

/// An image of an object.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'p> {
    /// The container or field that it is of: the file, and its number among the file's images.
    pub source: (FileId, usize),
    /// What is known of that.
    pub fact: &'p ImageUse,
    /// The list that it stands in, or the way to what holds it.
    pub list: Arc<str>,
    /// Its number in the list.
    pub item: Option<u32>,
    /// The way from there to the image.
    pub tail: &'static str,
    /// The image, unless another file is to name it.
    pub image: Option<SetImage<'p>>,
    /// The policy, where one is written.
    pub policy: Option<(FileId, &'p Written)>,
}

/// An image, and the places that have made it what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SetImage<'p> {
    /// The reference.
    pub text: Cow<'p, str>,
    /// How the build is written that is pulled.
    pub decided: Decision<'p>,
    /// The place that names the repository.
    pub named_by: At,
    /// The places that were replaced or added to.
    pub via: Vec<(At, &'static str)>,
}

/// What decides which build of an image is pulled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision<'p> {
    /// The place.
    pub by: At,
    /// The image as it is written there.
    pub written: &'p ImageUse,
}

impl PartialEq for Decision<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.by == other.by
    }
}

impl Eq for Decision<'_> {}

impl<'p> Resource<'p> {
    /// An object as it stands in its file.
    pub fn of(file: FileId, object: usize, facts: &'p FileFacts, within: &[usize]) -> Option<Self> {
        let fact = facts.objects.get(object)?;
        let slots = within.iter();
        let slots = slots.filter_map(|&index| Some(Slot::of(file, index, facts.uses.get(index)?)));
        let text = |text: &'p Option<Box<str>>| Cow::Borrowed(text.as_deref().unwrap_or_default());
        Some(Self {
            file,
            object,
            fact,
            ids: vec![Id { name: text(&fact.name), namespace: text(&fact.namespace) }],
            slots: slots.collect(),
            patches: Vec::new(),
            secrets_are_patched: false,
        })
    }

    /// The group and the version of its API.
    pub fn group_version(&self) -> (&'p str, &'p str) {
        group_version(&self.fact.api_version)
    }

    /// Gives it another name and namespace; the old ones still lead to it.
    pub fn rename(&mut self, change: impl FnOnce(&Id<'p>) -> Id<'p>) {
        if let Some(last) = self.ids.last() {
            let next = change(last);
            if next != *last {
                self.ids.push(next);
            }
        }
    }
}

/// `apps/v1` in two; the group of `v1` is empty.
pub(crate) fn group_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

impl<'p> Slot<'p> {
    /// An image as it stands in its file.
    pub fn of(file: FileId, index: usize, fact: &'p ImageUse) -> Self {
        let (list, item, tail) = match &fact.path {
            Some(path) => (path.list.clone(), path.item, path.tail),
            // In a text, where kustomize does not look: no path leads there.
            None => (format!("({index})").into(), None, ""),
        };
        Self {
            source: (file, index),
            fact,
            list,
            item,
            tail,
            image: fact.image.as_ref().map(|image| SetImage::written(file, fact, image)),
            policy: fact.policy.as_ref().map(|policy| (file, policy)),
        }
    }

    /// The way to what holds the image and its policy.
    pub fn holder(&self) -> String {
        match self.item {
            Some(item) => format!("{}/{item}", self.list),
            None => self.list.to_string(),
        }
    }

    /// The way to a key beside the image.
    fn key(&self, tail: &str) -> String {
        let holder = self.holder();
        if tail.is_empty() { holder } else { format!("{holder}/{tail}") }
    }

    /// The way to the image.
    pub fn image_path(&self) -> String {
        self.key(self.tail)
    }

    /// The way to the policy.
    pub fn policy_path(&self) -> String {
        let key = self.fact.role.policy_key();
        match self.tail.rsplit_once('/') {
            Some((above, _)) => self.key(&format!("{above}/{key}")),
            None => self.key(key),
        }
    }

    /// Whether a path as replacements have it leads to the image: `spec.containers.[name=web].image`.
    pub fn is_at(&self, path: &str) -> bool {
        let own = self.image_path();
        let own: Vec<&str> = own.split('/').collect();
        let parts: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).collect();
        let fits = |own: &str, part: &str| match part.strip_prefix("[name=") {
            Some(name) => self.fact.container.as_deref() == name.strip_suffix(']'),
            None => own == part || part == "*",
        };
        own.len() == parts.len() && own.iter().zip(&parts).all(|(own, part)| fits(own, part))
    }

    /// Puts another image in the place of this one.
    pub fn set_image(&mut self, image: SetImage<'p>, why: &'static str) {
        let before = self.image.replace(image);
        if let (Some(before), Some(image)) = (before, &mut self.image) {
            image.via = before.via;
            image.note(before.decided.by, why);
        }
    }
}

/// How many places that were replaced are remembered; nobody reads more.
const MOST_VIA: usize = 32;

impl<'p> SetImage<'p> {
    /// Remembers a place that was replaced or added to.
    pub fn note(&mut self, at: At, why: &'static str) {
        if self.via.len() < MOST_VIA {
            self.via.push((at, why));
        }
    }

    /// An image as it is written.
    pub fn written(file: FileId, fact: &'p ImageUse, image: &'p Written) -> Self {
        let by = At { file, span: image.span };
        let named = fact.pieces.as_ref().map(|pieces| pieces.named);
        Self {
            text: Cow::Borrowed(&image.text),
            decided: Decision { by, written: fact },
            named_by: named.map_or(by, |span| At { file, span }),
            via: Vec::new(),
        }
    }
}
