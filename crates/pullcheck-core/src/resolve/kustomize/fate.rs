//! What became of what kustomizations say, over all builds.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use super::{images::visits, resource::Resource};
use crate::{
    facts::FieldSpec,
    reference::by_marks,
    span::{At, FileId},
};

/// What became of an entry of `images`.
#[derive(Clone, Debug, Default)]
pub struct Fate {
    /// It matched an image.
    pub is_matched: bool,
    /// Everything that it could match was read.
    pub is_whole: bool,
    /// The image that was most likely meant, where it matched none.
    pub near: Option<Near>,
    /// The names most like it, where it matched none.
    pub names: Vec<Box<str>>,
    /// The digest that its tag took away.
    pub dropped: Option<At>,
}

/// The image that an entry of `images` was most likely meant for, and the place that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// Its name by then.
    pub name: Box<str>,
    /// The place that names it.
    pub at: At,
    /// Why the entry does not match it.
    pub why: Why,
}

/// Why an entry of `images` does not match the image that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// One of the two names a registry or a path that the other leaves out.
    Registry,
    /// The image has another name by then.
    Renamed,
    /// The entry names a tag or a digest, which is not compared.
    Tagged,
    /// Kustomize does not look into the field that it stands in.
    Unreached,
    /// The names are much alike.
    Alike,
}

/// What became of overrides and patches, and which images builds decide.
#[derive(Debug, Default)]
pub struct Fates {
    /// The entries of `images`, by their file and their number among its images.
    pub overrides: HashMap<(FileId, usize), Fate>,
    /// The images that are judged through builds alone: their file, and number in it.
    pub decided: HashSet<(FileId, usize)>,
}

impl Fates {
    /// Notes what became of an entry in one build. One match is enough.
    pub fn overridden(&mut self, file: FileId, used: usize, fate: Fate) {
        if fate.is_matched || fate.is_whole {
            self.decided.insert((file, used));
        }
        self.note((file, used), fate);
    }

    fn note(&mut self, entry: (FileId, usize), fate: Fate) {
        match self.overrides.entry(entry) {
            Entry::Vacant(new) => drop(new.insert(fate)),
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.is_matched |= fate.is_matched;
                known.is_whole &= fate.is_whole;
                known.dropped = known.dropped.or(fate.dropped);
            }
        }
    }

    /// Adds what became of the same entries in other builds.
    pub fn join(&mut self, others: Self) {
        self.decided.extend(others.decided);
        for (entry, fate) in others.overrides {
            self.note(entry, fate);
        }
    }

    /// Notes images that builds decide.
    pub fn decide(&mut self, file: FileId, uses: &[usize]) {
        self.decided.extend(uses.iter().map(|&used| (file, used)));
    }
}

/// How many images are looked at for the one that was meant.
const MOST_LOOKED_AT: usize = 1000;

/// How many pairs of letters are compared to find the images that a name is most like.
pub fn search(name: &str, resources: &[Resource<'_>]) -> usize {
    let slots = resources.iter().flat_map(|resource| &resource.slots);
    let images = slots.filter_map(|slot| slot.image.as_ref()).take(MOST_LOOKED_AT);
    images.map(|image| name.len() * image.text.len()).sum()
}

/// The image that was most likely meant by a name that matches none.
pub fn near(name: &str, resources: &[Resource<'_>]) -> Option<Near> {
    let slots = resources
        .iter()
        .flat_map(|resource| resource.slots.iter().map(move |slot| (resource, slot)));
    let images = slots.filter_map(|(resource, slot)| Some((resource, slot, slot.image.as_ref()?)));
    let images = images.take(MOST_LOOKED_AT);
    let found = |now: &str, at, why| Some(Near { name: now.into(), at, why });
    let mut alike = None;
    for (resource, slot, image) in images {
        let now = bare(&image.text);
        let at = image.named_by;
        if name == now && visits(resource, slot, &[]) == 0 {
            return found(now, at, Why::Unreached);
        }
        if bare(name) == now {
            return found(now, at, Why::Tagged);
        }
        let was = slot.fact.image.as_ref().map(|image| bare(&image.text));
        if was == Some(name) {
            return found(now, at, Why::Renamed);
        }
        if is_end_of(name, now) || is_end_of(now, name) {
            return found(now, at, Why::Registry);
        }
        if name.len().abs_diff(now.len()) > 2 {
            continue;
        }
        let distance = strsim::damerau_levenshtein(name, now);
        let is_close = distance <= 2 && name.len() > 3 * distance;
        if is_close && alike.as_ref().is_none_or(|(least, _)| distance < *least) {
            alike = Some((distance, (now.to_owned(), at)));
        }
    }
    let (_, (now, at)) = alike?;
    found(&now, at, Why::Alike)
}

/// How many names are told.
const MOST_TOLD: usize = 3;

/// The names of the images that an entry could match, those most like its own first.
pub fn names(name: &str, resources: &[Resource<'_>], fields: &[&FieldSpec]) -> Vec<Box<str>> {
    let slots = resources
        .iter()
        .flat_map(|resource| resource.slots.iter().map(move |slot| (resource, slot)));
    let reached = slots.filter(|(resource, slot)| visits(resource, slot, fields) > 0);
    let images = reached.filter_map(|(_, slot)| slot.image.as_ref()).take(MOST_LOOKED_AT);
    let mut names: Vec<&str> = images.map(|image| bare(&image.text)).collect();
    names.sort_unstable();
    names.dedup();
    names.sort_by_cached_key(|other| strsim::damerau_levenshtein(name, other));
    names.into_iter().take(MOST_TOLD).map(Box::from).collect()
}

/// Whether a name is the end of another that begins before it.
fn is_end_of(short: &str, long: &str) -> bool {
    long.strip_suffix(short).is_some_and(|before| before.ends_with('/'))
}

/// A reference without its tag and digest.
fn bare(text: &str) -> &str {
    by_marks(text).0
}
