//! From what files say to what the cluster would pull, with the place that decides.

use std::sync::Arc;

use crate::{
    facts::{FileFacts, ImageUse, ObjectFact},
    finding::Subject,
    image::{Image, policy_stands_in},
    path::LogicalPath,
    policy::{Policy, PullPolicy, default_policy},
    settings::Settings,
    span::{At, FileId, Span},
};

/// The files of one run.
#[derive(Debug, Default)]
pub struct Project {
    files: Vec<SourceFile>,
}

/// A file that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Its place in the project.
    pub path: LogicalPath,
    /// What was read in it.
    pub facts: FileFacts,
    /// How it is judged.
    pub settings: Arc<Settings>,
}

impl Project {
    /// A project of these files, numbered in their order.
    #[must_use]
    pub const fn new(files: Vec<SourceFile>) -> Self {
        Self { files }
    }

    /// The files, in the order of their numbers.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// What one file makes a cluster pull. Each image is decided where it is written.
    #[must_use]
    pub fn resolve(&self, id: FileId) -> Option<EffectiveFile<'_>> {
        let file = self.files.get(id.0 as usize)?;
        let uses = file.facts.uses.iter().enumerate();
        let uses = uses.filter_map(|(index, used)| effective(file, id, index, used)).collect();
        Some(EffectiveFile { id, source: file, uses })
    }
}

/// A file with its images as the cluster would see them.
#[derive(Debug)]
pub struct EffectiveFile<'p> {
    /// Its number.
    pub id: FileId,
    /// The file as it was read.
    pub source: &'p SourceFile,
    /// Its images, one for each use in the facts.
    pub uses: Vec<EffectiveUse<'p>>,
}

impl<'p> EffectiveFile<'p> {
    /// A place in this file.
    #[must_use]
    pub const fn at(&self, span: Span) -> At {
        At { file: self.id, span }
    }

    /// The pods of the file, each as its images.
    pub fn pods(&self) -> impl Iterator<Item = &[EffectiveUse<'p>]> {
        self.source.facts.pods.iter().filter_map(|pod| self.uses.get(pod.uses.clone()))
    }
}

/// One image as the cluster would pull it.
#[derive(Debug)]
pub struct EffectiveUse<'p> {
    /// What the finding is about.
    pub subject: Subject,
    /// The object that runs it.
    pub object: &'p ObjectFact,
    /// The image as it is written.
    pub written: &'p ImageUse,
    /// The image that is pulled.
    pub image: Decided<Image>,
    /// The policy it is pulled under. Decided at the image where none is written.
    pub policy: Decided<Policy>,
}

/// A value, the place that decides it, and the places that have a part in it.
#[derive(Debug)]
pub struct Decided<T> {
    /// The value.
    pub value: T,
    /// The place that decides.
    pub by: At,
    /// The places that contribute.
    pub via: Vec<At>,
}

impl EffectiveUse<'_> {
    /// The image as it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.written.image.text
    }

    /// What holds the image, as a person calls it: "init container `migrate`".
    #[must_use]
    pub fn holder(&self) -> String {
        let noun = self.written.role.noun();
        match &self.written.container {
            Some(name) => format!("{noun} `{name}`"),
            None => format!("{noun} without a name"),
        }
    }

    /// The name that is written: the reference without tag and digest.
    #[must_use]
    pub fn name(&self) -> &str {
        let text = self.text();
        let bare = text.split_once('@').map_or(text, |(bare, _)| bare);
        match bare.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => name,
            _ => bare,
        }
    }
}

fn effective<'p>(
    file: &'p SourceFile,
    id: FileId,
    index: usize,
    used: &'p ImageUse,
) -> Option<EffectiveUse<'p>> {
    let object = file.facts.objects.get(used.object)?;
    let at = |span| At { file: id, span };
    let image = Image::read(&used.image, object.images_are_set_later, &file.settings.tags);
    let policy = effective_policy(used, &image, &file.settings);
    let policy_by = used.policy.as_ref().unwrap_or(&used.image).span;
    Some(EffectiveUse {
        subject: Subject { object: used.object, image: Some(index) },
        object,
        written: used,
        image: Decided { value: image, by: at(used.image.span), via: Vec::new() },
        policy: Decided { value: policy, by: at(policy_by), via: Vec::new() },
    })
}

fn effective_policy(used: &ImageUse, image: &Image, settings: &Settings) -> Policy {
    if let Some(written) = &used.policy {
        return match PullPolicy::parse(&written.text) {
            Some(_) if settings.always_pull_images => Policy::Forced,
            Some(policy) => Policy::Written(policy),
            None if policy_stands_in(written).is_some() => Policy::Unknown,
            None => Policy::Invalid(PullPolicy::meant_by(&written.text)),
        };
    }
    match image {
        Image::Placeholder(_) => Policy::Unknown,
        _ if settings.always_pull_images => Policy::Forced,
        Image::Named(reference, _) => Policy::Defaulted(default_policy(reference.is_latest())),
        // The default is set before anybody reads the reference.
        Image::NotText(_) | Image::Invalid(_) | Image::Unmeant(_) => {
            Policy::Defaulted(PullPolicy::IfNotPresent)
        }
    }
}
