//! The ways in which builds of kustomize deploy an image.

use std::collections::HashMap;

use pullcheck_core::{
    facts::Role,
    finding::ImageId,
    resolve::{EffectiveUse, Resolved},
    span::{At, FileId},
};

use super::row::{DecidedBy, Effective, pulled};
use crate::{
    gather::Gathered,
    render::{Shown, load, reports::located::Range},
};

/// What becomes of each image that builds decide.
pub struct Ways<'r> {
    gathered: &'r Gathered,
    resolved: &'r Resolved<'r>,
    by_image: HashMap<ImageId, Vec<(FileId, EffectiveUse<'r>)>>,
    by_line: HashMap<At, Vec<(FileId, EffectiveUse<'r>)>>,
    /// The files that were read again for their lines.
    files: HashMap<FileId, Option<Shown<'r>>>,
}

impl<'r> Ways<'r> {
    /// Looks through all builds.
    pub fn of(gathered: &'r Gathered, resolved: &'r Resolved<'r>) -> Self {
        let mut by_image: HashMap<_, Vec<_>> = HashMap::new();
        let root = |number: usize| resolved.deployed.root_files.get(number).copied();
        let deployed = resolved.deployed();
        let deployed = deployed.filter_map(|(number, used)| Some((root(number)?, used)));
        for (root, used) in deployed {
            if let Some(image) = used.subject.image {
                by_image.entry(image).or_default().push((root, used));
            }
        }
        let mut by_line: HashMap<_, Vec<_>> = HashMap::new();
        for used in resolved.rendered() {
            if let Some((chart, line)) = used.rendered {
                by_line.entry(line).or_default().push((chart, used));
            }
        }
        for ways in by_image.values_mut().chain(by_line.values_mut()) {
            ways.sort_by_key(|(root, used)| (*root, used.subject.rendering));
        }
        Self { gathered, resolved, by_image, by_line, files: HashMap::new() }
    }

    /// What becomes of an image; nothing where no build decides it, so that it is what is written.
    pub fn of_image(&mut self, used: &EffectiveUse<'_>) -> Option<Vec<Effective>> {
        let image = used.subject.image?;
        // What values say counts as it is, whatever templates make of it.
        let is_decided =
            used.rendered.is_some() || self.resolved.is_decided(image.file, image.index);
        if !is_decided || used.written.role == Role::Values {
            return None;
        }
        let ways = match used.rendered {
            Some((_, line)) => self.by_line.remove(&line),
            None => self.by_image.remove(&image),
        };
        let ways = ways.unwrap_or_default();
        Some(ways.into_iter().filter_map(|(root, used)| self.effective(root, &used)).collect())
    }

    /// A place by its path and lines, if its file can be read again.
    pub fn place(&mut self, at: At) -> Option<DecidedBy> {
        let (gathered, resolved) = (self.gathered, self.resolved);
        let shown = self.files.entry(at.file);
        let shown = shown.or_insert_with(|| load(gathered, resolved, at.file).ok()).as_ref()?;
        Some(DecidedBy { path: shown.path.to_owned(), range: Range::of(shown, at.span) })
    }

    fn effective(&mut self, root: FileId, used: &EffectiveUse<'_>) -> Option<Effective> {
        let decided_by = self.place(used.image.by)?;
        let image = match (pulled(used), used.rendered) {
            (Some(image), _) => image,
            (None, None) => used.text().to_owned(),
            // A part of it is not known here.
            (None, Some(_)) => return None,
        };
        let root = self.gathered.sources.get(root.0 as usize)?;
        Some(Effective {
            image,
            policy: used.policy.value.effective().map(|policy| used.word(policy)),
            root: Some(root.path.clone()),
            decided_by,
        })
    }
}
