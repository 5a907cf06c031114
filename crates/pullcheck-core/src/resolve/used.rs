//! One image as the cluster would pull it.

use std::borrow::Cow;

use crate::{
    facts::{ImageUse, ObjectFact, TagMeaning},
    finding::Subject,
    image::Image,
    policy::{Policy, PullPolicy},
    reference::by_marks,
    registry::registry,
    span::{At, FileId},
    tag::{TagClass, is_flavour_alone},
};

/// One image as the cluster would pull it.
#[derive(Clone, Debug)]
pub struct EffectiveUse<'p> {
    /// What the finding is about.
    pub subject: Subject,
    /// The object that runs it.
    pub object: &'p ObjectFact,
    /// The image as it is written, or would have to be written to be what kustomize makes of it.
    pub written: Cow<'p, ImageUse>,
    /// The image that is pulled.
    pub image: Decided<Image>,
    /// The place that names the repository.
    pub named_by: At,
    /// The policy it is pulled under. Decided at the image where none is written.
    pub policy: Decided<Policy>,
    /// The registry keeps the tag from moving: the project says so.
    pub tag_is_kept: bool,
    /// A kustomization that could not be read may put another image in its place.
    pub may_be_decided_elsewhere: bool,
    /// The chart that renders it, and the line of the template that holds it.
    pub rendered: Option<(FileId, At)>,
    /// The roots that deploy it like this, by number; none where no build decides it.
    pub roots: Vec<usize>,
}

/// A value, the place that decides it, and the places that have a part in it.
#[derive(Clone, Debug)]
pub struct Decided<T> {
    /// The value.
    pub value: T,
    /// The place that decides.
    pub by: At,
    /// The places that contribute, and what each is.
    pub via: Vec<(At, &'static str)>,
}

impl EffectiveUse<'_> {
    /// The image as it is written, or as the defaults of its variables make it; empty where another
    /// file names it.
    #[must_use]
    pub fn text(&self) -> &str {
        let written = self.written.image.as_ref().map(|image| &image.text);
        self.written.by_default.as_ref().or(written).map_or("", |text| text)
    }

    /// Whether the whole reference is written in one place, and deployed as it is written.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.roots.is_empty()
            && self.rendered.is_none()
            && self.written.pieces.is_none()
            && self.written.by_default.is_none()
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
        match by_marks(self.text()) {
            // A tag alone goes by its place.
            ("", Some(_), _) => self.written.field.as_deref().unwrap_or(self.text()),
            (name, ..) => name,
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
            // A part of it stands in a template.
            Some(pieces) if pieces.tag_key.is_empty() => {
                format!("`<version>{flavour}` in its place")
            }
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

    /// A help that says how to pin a name, with or without its tag, by digest.
    #[must_use]
    pub fn pin_with_digest(&self, name: &str) -> String {
        match &self.written.pieces {
            Some(pieces) if self.rendered.is_some() && pieces.digest_key.is_none() => {
                "pin it by its digest, where the template takes one".to_owned()
            }
            _ => format!("write {}", self.with_digest(name)),
        }
    }

    /// The end of a help that says how to pin a build; nothing where no digest can be written.
    #[must_use]
    pub fn or_with_digest(&self, name: &str) -> String {
        let has_key = self.written.pieces.as_ref().is_none_or(|pieces| pieces.digest_key.is_some());
        if self.rendered.is_some() && !has_key {
            return String::new();
        }
        format!(", or pin this build, {}", self.with_digest(name))
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
    pub fn word(&self, policy: PullPolicy) -> &'static str {
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
