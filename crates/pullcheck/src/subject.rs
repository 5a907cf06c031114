//! What findings are about: the images that they name, as they are deployed.

use std::collections::HashMap;

use pullcheck_core::{
    finding::Finding,
    resolve::{EffectiveFile, EffectiveUse, Resolved},
    span::FileId,
};

/// The files that findings name, each resolved once.
pub struct Subjects<'r> {
    resolved: &'r Resolved<'r>,
    files: HashMap<FileId, Option<EffectiveFile<'r>>>,
}

impl<'r> Subjects<'r> {
    /// Nothing is looked up as yet.
    pub fn of(resolved: &'r Resolved<'r>) -> Self {
        Self { resolved, files: HashMap::new() }
    }

    /// The image that a finding is about, if it is about one.
    pub fn used(&mut self, finding: &Finding) -> Option<&EffectiveUse<'r>> {
        let subject = finding.subject?;
        subject.image?;
        self.file(subject.file)?.uses.get(subject.effective?)
    }

    fn file(&mut self, id: FileId) -> Option<&EffectiveFile<'r>> {
        let resolved = self.resolved;
        self.files.entry(id).or_insert_with(|| resolved.file(id)).as_ref()
    }
}
