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
    /// Where the images of each pod of an object end, by file and object.
    pods: HashMap<FileId, HashMap<usize, Vec<usize>>>,
}

impl<'r> Subjects<'r> {
    /// Nothing is looked up as yet.
    pub fn of(resolved: &'r Resolved<'r>) -> Self {
        Self { resolved, files: HashMap::new(), pods: HashMap::new() }
    }

    /// The image that a finding is about, if it is about one.
    pub fn used(&mut self, finding: &Finding) -> Option<&EffectiveUse<'r>> {
        let subject = finding.subject?;
        subject.image?;
        self.file(subject.file)?.uses.get(subject.effective?)
    }

    /// Which pod of its object a finding is about, if it is not the first.
    pub fn pod(&mut self, finding: &Finding) -> Option<usize> {
        let subject = finding.subject?;
        let image = subject.image.filter(|image| image.file == subject.file)?.index;
        let resolved = self.resolved;
        let pods = self.pods.entry(subject.file).or_insert_with(|| {
            let mut ends: HashMap<usize, Vec<usize>> = HashMap::new();
            let file = resolved.project.file(subject.file);
            for pod in file.iter().flat_map(|file| &file.facts.pods) {
                ends.entry(pod.object).or_default().push(pod.uses.end);
            }
            ends
        });
        let ordinal = pods.get(&subject.object)?.partition_point(|end| *end <= image);
        (ordinal > 0).then_some(ordinal)
    }

    fn file(&mut self, id: FileId) -> Option<&EffectiveFile<'r>> {
        let resolved = self.resolved;
        self.files.entry(id).or_insert_with(|| resolved.file(id)).as_ref()
    }
}
