//! Which image is pulled, under which policy, and which places decide that.

use std::borrow::Cow;

use super::{
    Resolved, SourceFile,
    charts::{Placed, RenderedFile},
    kustomize::{Resource, SetImage, Slot},
    used::{Decided, EffectiveUse},
};
use crate::{
    facts::{Extent, FileFacts, Filler, ImageUse, Pieces, Written},
    finding::{ImageId, Subject},
    image::{Image, policy_stands_in},
    policy::{Policy, Pulling, Word},
    settings::Settings,
    span::{At, FileId},
    tag::TagClass,
};

/// An image that is decided where it is written.
pub fn as_written<'p>(
    file: &'p SourceFile,
    id: FileId,
    index: usize,
    used: &'p ImageUse,
) -> Option<EffectiveUse<'p>> {
    let object = file.facts.objects.get(used.object)?;
    let image_span = used.image.as_ref().or(used.policy.as_ref())?.span;
    let at = |span| At { file: id, span };
    let deciders = Places {
        image: at(image_span),
        named: at(used.pieces.as_ref().map_or(image_span, |pieces| pieces.named)),
        via: Vec::new(),
        policy: at(used.policy.as_ref().map_or(image_span, |policy| policy.span)),
    };
    let image = ImageId { file: id, index };
    let subject = Subject { image: Some(image), ..Subject::object(id, used.object) };
    Some(deciders.decide(Cow::Borrowed(used), &file.settings, subject, object))
}

/// An image as some builds deploy it.
pub fn deployed<'p>(
    resolved: &Resolved<'p>,
    resource: &Resource<'p>,
    slot: &Slot<'p>,
    roots: Vec<usize>,
) -> Option<EffectiveUse<'p>> {
    let (source, index) = slot.source;
    let policy_at = slot.policy.map(|(file, policy)| At { file, span: policy.span });
    let decided = slot.image.as_ref().map(|image| image.decided.by);
    let by = decided.or(policy_at)?;
    let deciders = Places {
        image: by,
        named: slot.image.as_ref().map_or(by, |image| image.named_by),
        via: slot.image.iter().flat_map(|image| image.via.iter().copied()).collect(),
        policy: policy_at.unwrap_or(by),
    };
    let file = resolved.source(by.file)?;
    let is_own = source == resource.file;
    let number = if is_own { slot.fact.object } else { resource.object };
    let objects = &resolved.source(resource.file)?.facts.objects;
    let image = Some(ImageId { file: source, index });
    let subject = Subject { image, ..Subject::object(resource.file, number) };
    let written = written(resource, slot);
    let object = objects.get(number)?;
    Some(EffectiveUse {
        roots,
        ..deciders.decide(Cow::Owned(written), &file.settings, subject, object)
    })
}

/// An image as a template renders it.
pub fn rendered<'p>(
    resolved: &'p Resolved<'p>,
    (chart, number): (FileId, usize),
    file: &'p RenderedFile,
    index: usize,
) -> Option<EffectiveUse<'p>> {
    let used = file.facts.uses.get(index)?;
    let object = file.facts.objects.get(used.object)?;
    let placed = file.places.get(index)?.as_ref()?;
    let decider = resolved.source(placed.by.file)?;
    let mut written = used.clone();
    if let Some(image) = &mut written.image {
        image.span = placed.by.span;
    }
    if let Some((policy, at)) = written.policy.as_mut().zip(placed.policy) {
        policy.span = at.span;
    }
    written.pieces = pieces(&decider.facts, placed);
    let policy_values = placed.policy.and_then(|at| Some((at, resolved.source(at.file)?)));
    let key = policy_values.and_then(|(at, source)| source.facts.values.as_ref()?.key_at(at.span));
    if let Some(key) = key {
        written.policy_key = Some(key.to_owned().into());
    }
    let mut via = Vec::new();
    for &leaf in placed.leaves.iter().filter(|leaf| **leaf != placed.by) {
        via.push((leaf, "a part of the image"));
    }
    if placed.line.file != placed.by.file {
        via.push((placed.line, "the template puts it in here"));
    }
    let policy = placed.policy.unwrap_or(placed.line);
    let deciders = Places { image: placed.by, named: placed.named, via, policy };
    let image = Some(ImageId { file: file.template, index });
    let rendering = Some(number);
    let subject = Subject { image, rendering, ..Subject::object(file.template, used.object) };
    let used = deciders.decide(Cow::Owned(written), &decider.settings, subject, object);
    Some(EffectiveUse { rendered: Some((chart, placed.line)), ..used })
}

/// An image as the text of a template has it.
pub fn in_template<'p>(
    source: &SourceFile,
    file: &'p RenderedFile,
    index: usize,
    text: &str,
) -> Option<EffectiveUse<'p>> {
    let used = file.facts.uses.get(index)?;
    let placed = file.places.get(index)?.as_ref()?;
    used.image.as_ref()?;
    let object = file.facts.objects.get(used.object)?;
    let (span, line) = (placed.line.span, placed.line);
    let raw = span.slice(text).trim_matches(['"', '\'']).into();
    let image = Some(Written { text: raw, span, not_text: None });
    let written = ImageUse { image, pieces: None, ..used.clone() };
    let image = Some(ImageId { file: file.template, index });
    let subject =
        Subject { image, rendering: Some(0), ..Subject::object(file.template, used.object) };
    let deciders = Places { image: line, named: line, via: Vec::new(), policy: line };
    let used = deciders.decide(Cow::Owned(written), &source.settings, subject, object);
    Some(EffectiveUse { rendered: Some((file.template, line)), ..used })
}

/// How the part is written that decides a build, where the image is made of several. The key is
/// empty for a part that stands in a template.
fn pieces(facts: &FileFacts, placed: &Placed) -> Option<Pieces> {
    if placed.is_whole {
        return None;
    }
    let version = facts.chart.as_ref().and_then(|chart| chart.app_version.as_ref());
    let key = match version.filter(|version| version.span == placed.by.span) {
        Some(_) => Some("appVersion"),
        None => facts.values.as_ref().and_then(|values| values.key_at(placed.by.span)),
    };
    Some(Pieces {
        tag_key: key.unwrap_or_default().into(),
        // Nobody knows whether the template reads a digest.
        digest_key: None,
        named: placed.named.span,
        others: Vec::new(),
        extent: Extent::Whole,
    })
}

/// An image as it would have to be written to be what a build makes of it.
fn written(resource: &Resource<'_>, slot: &Slot<'_>) -> ImageUse {
    let mut written = slot.fact.clone();
    written.policy = slot.policy.map(|(_, policy)| policy.clone());
    if let Some(SetImage { text, decided, .. }) = &slot.image {
        let is_changed = written.image.as_ref().is_none_or(|image| *image.text != **text);
        if is_changed {
            written.by_default = None;
            written.set_later = None;
        }
        let not_text = written.image.as_ref().filter(|_| !is_changed).and_then(|it| it.not_text);
        let text = text.as_ref().into();
        written.image = Some(Written { text, span: decided.by.span, not_text });
        written.before.clone_from(&decided.written.before);
        written.pieces.clone_from(&decided.written.pieces);
    }
    if slot.source.0 != resource.file {
        // What a patch adds is pulled as its neighbours are.
        let own = resource.slots.iter().find(|slot| slot.source.0 == resource.file);
        written.pulling = own.map_or(Pulling::Pod, |slot| slot.fact.pulling);
    }
    written
}

/// The places that decide an image.
struct Places {
    image: At,
    named: At,
    via: Vec<(At, &'static str)>,
    policy: At,
}

impl Places {
    fn decide<'p>(
        self,
        written: Cow<'p, ImageUse>,
        settings: &Settings,
        subject: Subject,
        object: &'p crate::facts::ObjectFact,
    ) -> EffectiveUse<'p> {
        let mut image = Image::of(&written, &settings.tags);
        let tag_is_kept = image.keep_tag(&settings.immutable);
        let policy = effective_policy(&written, &image, settings);
        EffectiveUse {
            subject,
            object,
            written,
            image: Decided { value: image, by: self.image, via: self.via },
            named_by: self.named,
            policy: Decided { value: policy, by: self.policy, via: Vec::new() },
            tag_is_kept,
            may_be_decided_elsewhere: false,
            rendered: None,
            roots: Vec::new(),
        }
    }
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
