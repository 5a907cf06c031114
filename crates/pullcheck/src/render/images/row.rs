//! One image as it is written, and as it would be pulled.

use pullcheck_core::{
    facts::TagMeaning,
    image::Image,
    policy::{Policy, PullPolicy},
    reference::Reference,
    registry::registry,
    resolve::EffectiveUse,
    span::FileId,
    tag::TagClass,
};
use serde::Serialize;

use crate::render::{
    Shown,
    reports::located::{PolicyText, Range, Resource},
};

/// A row of the inventory.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub path: String,
    pub range: Range,
    pub resource: Option<Resource>,
    /// The template that the object was rendered from.
    pub source: Option<String>,
    pub container: Option<String>,
    pub field: Option<String>,
    pub role: &'static str,
    pub image: String,
    pub registry: Option<String>,
    pub repository: Option<String>,
    pub tag: Option<String>,
    pub digest: Option<String>,
    pub provider: Option<&'static str>,
    pub tag_class: &'static str,
    pub policy: PolicyText,
    pub effective: Vec<Effective>,
    /// What holds it, as a person calls it.
    #[serde(skip)]
    pub holder: Option<String>,
    /// The policy, and where it comes from.
    #[serde(skip)]
    pub policy_text: String,
    /// The object, by its number in its file.
    #[serde(skip)]
    pub object: (FileId, usize),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effective {
    pub image: String,
    pub policy: Option<&'static str>,
    pub root: Option<String>,
    pub decided_by: DecidedBy,
}

/// A place by its path and lines.
#[derive(Clone, Serialize)]
pub struct DecidedBy {
    pub path: String,
    pub range: Range,
}

impl Row {
    /// The row of an image that is written in a place, which is another one than that of the image
    /// itself where Helm rendered it.
    pub fn of(
        shown: &Shown<'_>,
        used: &EffectiveUse<'_>,
        place: DecidedBy,
        ways: Option<Vec<Effective>>,
    ) -> Self {
        let reference = used.image.value.reference();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let here = || effective(used, &place).into_iter().collect();
        let effective = ways.unwrap_or_else(here);
        Self {
            resource: Resource::of(used.object),
            source: owned(shown.file.facts.source_of(used.written.object)),
            container: owned(used.written.container.as_deref()),
            field: owned(used.written.field.as_deref()),
            role: used.written.role.as_str(),
            image: used.written.image.as_ref().map_or("", |image| &image.text).to_owned(),
            registry: owned(reference.map(Reference::registry)),
            repository: owned(reference.map(Reference::repository)),
            tag: owned(reference.and_then(Reference::tag)),
            digest: owned(reference.and_then(Reference::digest)),
            provider: reference
                .and_then(|reference| registry(reference.registry()))
                .map(|registry| registry.name),
            tag_class: used.image.value.class_name(),
            policy: PolicyText::of(used),
            effective,
            holder: used.written.holder(),
            policy_text: policy_text(used),
            object: (shown.id, used.written.object),
            path: place.path,
            range: place.range,
        }
    }

    /// The full name of the image that is pulled, or what is written where that is not known.
    pub fn pulled(&self) -> &str {
        self.effective.first().map_or(&self.image, |effective| &effective.image)
    }

    /// The object, as a person calls it: `Deployment shop/web`.
    pub fn resource_name(&self) -> String {
        let Some(resource) = &self.resource else { return "a patch".to_owned() };
        let namespace = resource.namespace.iter().map(|namespace| format!("{namespace}/"));
        match &resource.name {
            Some(name) => format!("{} {}{name}", resource.kind, namespace.collect::<String>()),
            None => resource.kind.clone(),
        }
    }
}

fn policy_text(used: &EffectiveUse<'_>) -> String {
    let word = |policy| used.word(policy);
    match (used.policy.value, &used.written.policy) {
        (Policy::Forced, _) => format!("{} (forced)", word(PullPolicy::Always)),
        (_, Some(written)) => written.text.to_string(),
        (Policy::Defaulted(policy), None) => format!("{} (default)", word(policy)),
        (_, None) => "unknown".to_owned(),
    }
}

/// What is pulled; nothing where that is not known here: a placeholder, a mistake, or a name to
/// which another file adds the tag.
pub fn pulled(used: &EffectiveUse<'_>) -> Option<String> {
    let Image::Named(reference, class) = &used.image.value else { return None };
    let is_open = used.written.tag == TagMeaning::AddedLater && *class == TagClass::Missing;
    (!is_open).then(|| reference.pulled())
}

fn effective(used: &EffectiveUse<'_>, place: &DecidedBy) -> Option<Effective> {
    Some(Effective {
        image: pulled(used)?,
        policy: used.policy.value.effective().map(|policy| used.word(policy)),
        root: None,
        decided_by: place.clone(),
    })
}
