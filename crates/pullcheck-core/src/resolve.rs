//! From what files say to what the cluster would pull, with the place that decides.

use std::sync::Arc;

use crate::{
    charts,
    credentials::{Credentials, Held},
    facts::{
        AccountFact, FileFacts, Filler, ImageUse, ObjectFact, PodFact, SecretFact, TagMeaning,
    },
    finding::Subject,
    image::{Image, policy_stands_in},
    path::LogicalPath,
    policy::{Policy, PullPolicy, Pulling, Word},
    registry::registry,
    settings::Settings,
    span::{At, FileId, Span},
    tag::{TagClass, is_flavour_alone},
};

/// The files of one run.
#[derive(Debug, Default)]
pub struct Project {
    files: Vec<SourceFile>,
    credentials: Credentials,
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
    pub fn new(mut files: Vec<SourceFile>) -> Self {
        charts::drop_stray_values(&mut files);
        let credentials = Credentials::gather(files.iter().map(|file| (&file.path, &file.facts)));
        Self { files, credentials }
    }

    /// The secrets of a name that are read in this project and may belong to a file, in any
    /// namespace.
    #[must_use]
    pub fn secrets(&self, name: &str, near: &LogicalPath) -> Vec<Held<'_, SecretFact>> {
        let held = |(id, index): (FileId, usize)| {
            let facts = &self.file(id)?.facts;
            let fact = facts.secrets.get(index)?;
            Some(Held { file: id, object: facts.objects.get(fact.object)?, fact })
        };
        self.credentials.secrets(name, near).into_iter().filter_map(held).collect()
    }

    /// The service accounts of a name that are read in this project and may belong to a file, in
    /// any namespace.
    #[must_use]
    pub fn accounts(&self, name: &str, near: &LogicalPath) -> Vec<Held<'_, AccountFact>> {
        let held = |(id, index): (FileId, usize)| {
            let facts = &self.file(id)?.facts;
            let fact = facts.accounts.get(index)?;
            Some(Held { file: id, object: facts.objects.get(fact.object)?, fact })
        };
        self.credentials.accounts(name, near).into_iter().filter_map(held).collect()
    }

    fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Whether two objects may end up in one namespace.
    #[must_use]
    pub fn may_meet(&self, one: &ObjectFact, other: &ObjectFact) -> bool {
        self.credentials.may_meet(one, other)
    }

    /// The files, in the order of their numbers.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// What one file makes a cluster pull. Each image is decided where it is written.
    #[must_use]
    pub fn resolve(&self, id: FileId) -> Option<EffectiveFile<'_>> {
        let file = self.file(id)?;
        let uses = file.facts.uses.iter().enumerate();
        let uses = uses.filter_map(|(index, used)| effective(file, id, index, used));
        let uses = uses.map(|used| {
            let is_renamed = self.credentials.is_renamed(used.name());
            EffectiveUse { is_renamed, ..used }
        });
        let uses = uses.collect();
        Some(EffectiveFile { id, source: file, uses, project: self })
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
    /// The project that it belongs to.
    pub project: &'p Project,
}

/// A pod with its images.
#[derive(Debug)]
pub struct EffectivePod<'f> {
    /// What is known of it.
    pub fact: &'f PodFact,
    /// The object that makes it.
    pub object: &'f ObjectFact,
    /// Its images.
    pub uses: &'f [EffectiveUse<'f>],
    /// The file that it stands in.
    pub file: &'f EffectiveFile<'f>,
}

impl EffectiveFile<'_> {
    /// A place in this file.
    #[must_use]
    pub const fn at(&self, span: Span) -> At {
        At { file: self.id, span }
    }

    /// The pods of the file.
    pub fn pods(&self) -> impl Iterator<Item = EffectivePod<'_>> {
        self.source.facts.pods.iter().filter_map(|fact| {
            let object = self.source.facts.objects.get(fact.object)?;
            let uses = self.uses.get(fact.uses.clone())?;
            Some(EffectivePod { fact, object, uses, file: self })
        })
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
    /// The registry keeps the tag from moving: the project says so.
    pub tag_is_kept: bool,
    /// A kustomization of the project puts another image in its place.
    pub is_renamed: bool,
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
    /// The image as it is written, or as the defaults of its variables make it; empty where another
    /// file names it.
    #[must_use]
    pub fn text(&self) -> &str {
        let written = self.written.image.as_ref().map(|image| &image.text);
        self.written.by_default.as_ref().or(written).map_or("", |text| text)
    }

    /// What holds the image, as a person calls it: "init container `migrate`".
    #[must_use]
    pub fn holder(&self) -> String {
        let nameless = || format!("{} without a name", self.written.role.noun());
        self.written.holder().unwrap_or_else(nameless)
    }

    /// The name that is written: the reference without tag and digest.
    #[must_use]
    pub fn name(&self) -> &str {
        let text = self.text();
        let bare = text.split_once('@').map_or(text, |(bare, _)| bare);
        match bare.rsplit_once(':') {
            // A tag alone goes by its place.
            Some(("", _)) => self.written.field.as_deref().unwrap_or(bare),
            Some((name, tag)) if !tag.contains('/') => name,
            _ => bare,
        }
    }

    /// The tag and whose it is, in a sentence: "the tag `edge` of `nginx`".
    #[must_use]
    pub fn tag_of(&self, tag: &str) -> String {
        let joint = if self.text().starts_with(':') { "in" } else { "of" };
        format!("the tag `{tag}` {joint} `{}`", self.name())
    }

    /// What a sentence calls the image: its text, or its place where that is a tag alone.
    #[must_use]
    pub fn called(&self) -> &str {
        let text = self.text();
        if text.starts_with([':', '@']) { self.name() } else { text }
    }

    /// The class of the tag as a rule judges it: nothing where the tag moves on purpose, or where
    /// one is added to an image that has none.
    #[must_use]
    pub fn class(&self) -> Option<TagClass> {
        let class = self.image.value.class()?;
        match self.written.tag {
            TagMeaning::MovesOnPurpose => None,
            TagMeaning::AddedLater => Some(class).filter(|class| *class != TagClass::Missing),
            TagMeaning::Plain => Some(class),
        }
    }

    /// What to write, in code quotes, to name a version. A flavour of the image stays.
    #[must_use]
    pub fn with_version(&self) -> String {
        let tag = self.image.value.tag();
        let flavour = tag.filter(|tag| is_flavour_alone(tag)).map(|tag| format!("-{tag}"));
        let flavour = flavour.unwrap_or_default();
        match &self.written.pieces {
            Some(pieces) => format!("`{}: <version>{flavour}`", pieces.tag_key),
            None => format!("`{}{}:<version>{flavour}`", self.written.before, self.name()),
        }
    }

    /// The same, and how a digest is added to it.
    #[must_use]
    pub fn with_version_best(&self) -> String {
        let version = self.with_version();
        match self.written.pieces.as_ref().map(|pieces| &pieces.digest_key) {
            None => format!("{version}, best with `@sha256:<digest>` behind it"),
            Some(Some(key)) => {
                format!("{version}, best with `{key}: {}` beside it", digest_under(key))
            }
            Some(None) => version,
        }
    }

    /// What to write, in code quotes, to pin a name, with or without its tag, by digest.
    #[must_use]
    pub fn with_digest(&self, name: &str) -> String {
        let tag = || name.strip_prefix(self.name()).unwrap_or(name).trim_start_matches(':');
        match &self.written.pieces {
            None => format!("`{}{name}@sha256:<digest>`", self.written.before),
            Some(pieces) => match &pieces.digest_key {
                Some(key) => format!("`{key}: {}`", digest_under(key)),
                None => format!("`{}: {}@sha256:<digest>`", pieces.tag_key, tag()),
            },
        }
    }

    /// How the registry keeps tags from moving, as the end of a help. Official images belong to
    /// nobody who could switch that on.
    #[must_use]
    pub fn or_keep_tags(&self) -> String {
        let reference = self.image.value.reference();
        let is_own = reference.is_some_and(|image| !image.repository().starts_with("library/"));
        let known = reference.filter(|_| is_own).and_then(|image| registry(image.registry()));
        let setting = known.and_then(|registry| registry.immutability.as_ref());
        let is_latest = matches!(self.class(), Some(TagClass::Latest | TagClass::Missing));
        let setting = setting.filter(|kept| !(is_latest && kept.leaves_out_latest));
        setting.map(|kept| format!("; tags cannot move {}", kept.setting)).unwrap_or_default()
    }

    /// The word for a policy at this place.
    #[must_use]
    pub const fn word(&self, policy: PullPolicy) -> &'static str {
        self.written.pulling.word(policy)
    }

    /// What to write for a policy, in code quotes.
    #[must_use]
    pub fn with_policy(&self, policy: PullPolicy) -> String {
        let key = self.written.policy_key.as_deref();
        format!("`{}: {}`", key.unwrap_or(self.written.role.policy_key()), self.word(policy))
    }
}

/// What a digest is under a key: one that names the algorithm holds the digits alone.
fn digest_under(key: &str) -> &'static str {
    if key.starts_with("sha") { "<digest>" } else { "sha256:<digest>" }
}

fn effective<'p>(
    file: &'p SourceFile,
    id: FileId,
    index: usize,
    used: &'p ImageUse,
) -> Option<EffectiveUse<'p>> {
    let object = file.facts.objects.get(used.object)?;
    let image_span = used.image.as_ref().or(used.policy.as_ref())?.span;
    let at = |span| At { file: id, span };
    let mut image = Image::of(used, &file.settings.tags);
    let tag_is_kept = image.keep_tag(&file.settings.immutable);
    let policy = effective_policy(used, &image, &file.settings);
    let policy_span = used.policy.as_ref().map_or(image_span, |policy| policy.span);
    let others = used.pieces.iter().flat_map(|pieces| &pieces.others);
    Some(EffectiveUse {
        subject: Subject { object: used.object, image: Some(index) },
        object,
        written: used,
        image: Decided {
            value: image,
            by: at(image_span),
            via: others.map(|&span| at(span)).collect(),
        },
        policy: Decided { value: policy, by: at(policy_span), via: Vec::new() },
        tag_is_kept,
        is_renamed: false,
    })
}

fn effective_policy(used: &ImageUse, image: &Image, settings: &Settings) -> Policy {
    let is_built = matches!(image, Image::Placeholder(Filler::Build));
    let forced = settings.assume.always_pull_images && used.pulling != Pulling::Compose;
    if let Some(written) = &used.policy {
        return match used.pulling.read(&written.text) {
            Word::Policy(_) if forced => Policy::Forced,
            Word::Policy(policy) if !is_built => Policy::Written(policy),
            Word::Policy(_) | Word::Other => Policy::Unknown,
            Word::Wrong(_) if policy_stands_in(written).is_some() => Policy::Unknown,
            Word::Wrong(meant) => Policy::Invalid(meant),
        };
    }
    let is_latest = match image {
        Image::Placeholder(_) | Image::Elsewhere => return Policy::Unknown,
        Image::Named(reference, _) => reference.is_latest(),
        Image::Partial(_, class) => matches!(class, TagClass::Latest | TagClass::Missing),
        // The default is set before anybody reads the reference.
        Image::NotText(_) | Image::Invalid(_) | Image::Unmeant(_) => false,
    };
    match used.pulling.default(is_latest) {
        Some(_) if forced => Policy::Forced,
        Some(policy) => Policy::Defaulted(policy),
        None => Policy::Unknown,
    }
}
