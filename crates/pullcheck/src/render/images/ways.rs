//! The ways in which builds of kustomize deploy an image.

use std::collections::HashMap;

use pullcheck_core::{
    finding::ImageId,
    resolve::{EffectiveUse, Resolved},
    span::{At, FileId},
};

use super::row::{DecidedBy, Effective, pulled};
use crate::{
    render::{Shown, json::Range, load},
    run::Gathered,
};

/// What becomes of each image that builds decide.
pub struct Ways<'r> {
    gathered: &'r Gathered,
    resolved: &'r Resolved<'r>,
    by_image: HashMap<ImageId, Vec<(usize, EffectiveUse<'r>)>>,
    /// The files that were read again for their lines.
    files: HashMap<FileId, Option<Shown<'r>>>,
}

impl<'r> Ways<'r> {
    /// Looks through all builds.
    pub fn of(gathered: &'r Gathered, resolved: &'r Resolved<'r>) -> Self {
        let mut by_image: HashMap<_, Vec<_>> = HashMap::new();
        for (root, used) in resolved.deployed() {
            if let Some(image) = used.subject.image {
                by_image.entry(image).or_default().push((root, used));
            }
        }
        for ways in by_image.values_mut() {
            ways.sort_by_key(|(root, _)| *root);
        }
        Self { gathered, resolved, by_image, files: HashMap::new() }
    }

    /// What becomes of an image; nothing where no build decides it, so that it is what is written.
    pub fn of_image(&mut self, used: &EffectiveUse<'_>) -> Option<Vec<Effective>> {
        let image = used.subject.image?;
        let is_decided = self.resolved.deployed.fates.decided.contains(&(image.file, image.index));
        if !is_decided {
            return None;
        }
        let ways = self.by_image.remove(&image).unwrap_or_default();
        Some(ways.into_iter().filter_map(|(root, used)| self.effective(root, &used)).collect())
    }

    /// A place by its path and lines, if its file can be read again.
    pub fn place(&mut self, at: At) -> Option<DecidedBy> {
        let gathered = self.gathered;
        let shown = self.files.entry(at.file);
        let shown = shown.or_insert_with(|| load(gathered, at.file).ok()).as_ref()?;
        Some(DecidedBy { path: shown.path.to_owned(), range: Range::of(shown, at.span) })
    }

    fn effective(&mut self, root: usize, used: &EffectiveUse<'_>) -> Option<Effective> {
        let decided_by = self.place(used.image.by)?;
        let image = pulled(used).unwrap_or_else(|| used.text().to_owned());
        let file = self.resolved.deployed.root_files.get(root)?;
        let root = self.gathered.sources.get(file.0 as usize)?;
        Some(Effective {
            image,
            policy: used.policy.value.effective().map(|policy| used.word(policy)),
            root: Some(root.path.clone()),
            decided_by,
        })
    }
}
