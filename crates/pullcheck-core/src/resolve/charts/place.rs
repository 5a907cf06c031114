//! From the text that a template renders back to the places that made it.

use crate::{
    facts::{FileFacts, Filler, Written},
    helm::{Origin, Rendered, Source, UNKNOWN},
    image::stands_in,
    policy::Pulling,
    registry::is_docker_hub,
    span::{At, FileId, Span},
};

/// What a template renders, with the places that its images come from.
#[derive(Debug)]
pub struct RenderedFile {
    /// The template.
    pub template: FileId,
    /// What was read in the text; spans are of that text.
    pub facts: FileFacts,
    /// The places of each image in the facts.
    pub places: Vec<Option<Placed>>,
}

/// The places that an image in a rendered text comes from.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The line of the template that holds the image: from behind its key.
    pub line: At,
    /// The place that decides which build it is.
    pub by: At,
    /// The place that names the repository.
    pub named: At,
    /// The place of the policy, where one is written.
    pub policy: Option<At>,
    /// All values that the image is made of; none where it is not known whole.
    pub leaves: Vec<At>,
    /// It is written in one place, as one value or in the template.
    pub is_whole: bool,
    /// A part of it is not known, or was left empty.
    pub is_open: bool,
}

impl RenderedFile {
    /// Finds the places of the images in a rendered text.
    #[must_use]
    ///
    /// `action_from` tells the first action of a file that prints something behind a place.
    pub fn of(
        rendered: &Rendered,
        mut facts: FileFacts,
        action_from: impl Fn(At) -> Option<Span>,
    ) -> Self {
        for object in &mut facts.objects {
            abridge(&mut object.name);
            abridge(&mut object.namespace);
        }
        facts.uses.iter_mut().for_each(|used| abridge(&mut used.container));
        for used in &mut facts.uses {
            let is_assumed = |span: Span| rendered.is_assumed(span.start);
            let image = used.image.as_ref().map(|image| image.span);
            let is_off = |policy: &Written| {
                is_assumed(policy.span) && image.is_some_and(|image| !is_assumed(image))
            };
            if used.policy.as_ref().is_some_and(is_off) {
                used.policy = None;
            } else if used.policy.as_ref().is_some_and(|policy| policy.text.contains(UNKNOWN)) {
                used.policy = None;
                used.pulling = Pulling::Unknown;
            }
        }
        let places = facts.uses.iter().map(|used| {
            let written = used.image.as_ref().or(used.policy.as_ref())?;
            let span = written.span;
            let is_open = used.image.as_ref().is_some_and(|image| {
                image.text.contains(UNKNOWN)
                    || !is_literal(rendered, span) && lacks_a_part(&image.text)
            });
            let is_known = used.image.as_ref().is_some_and(|image| stands_in(image).is_none());
            let line = line(rendered, span, &action_from)?;
            let (name, build) = parts(rendered, span);
            let leaves = if is_known && !is_open { leaves(rendered, span) } else { Vec::new() };
            let policy = used.policy.as_ref().map(|policy| place(rendered, policy.span));
            Some(Placed {
                line,
                by: place(rendered, build).unwrap_or(line),
                named: place_of_name(rendered, name).unwrap_or(line),
                policy: policy.map(|place| place.unwrap_or(line)),
                leaves,
                is_whole: is_whole(rendered, span),
                is_open,
            })
        });
        let places: Vec<_> = places.collect();
        for object in &mut facts.objects {
            if object.api_version.contains(UNKNOWN) {
                object.api_version = Box::default();
            }
        }
        for (used, placed) in facts.uses.iter_mut().zip(&places) {
            if let Some(image) = used.image.as_mut().filter(|image| image.text.contains(UNKNOWN)) {
                image.text = image.text.replace(UNKNOWN, "…").into();
            }
            if placed.as_ref().is_some_and(|placed: &Placed| placed.is_open) {
                // Whoever installs the chart has to say it, or the release does.
                used.set_later = Some(Filler::Template);
            }
        }
        Self { template: rendered.template, facts, places }
    }
}

/// Whether a piece of the text stands in the template as it is.
fn is_literal(rendered: &Rendered, span: Span) -> bool {
    let origins = rendered.origins_of(span.start..span.end);
    let mut origins = origins.filter(|origin| !origin.range.is_empty());
    let is_literal = |origin: &Origin| matches!(origin.from, Source::Template(_));
    // Between two literals stands what printed nothing.
    origins.next().is_some_and(is_literal) && origins.next().is_none()
}

/// Whether a piece of the text is one value, or stands in the template as it is.
fn is_whole(rendered: &Rendered, span: Span) -> bool {
    let text = span.slice(&rendered.text);
    let quote = u32::from(text.starts_with(['"', '\'']));
    let inner = span.start + quote..span.end.saturating_sub(quote);
    let mut origins = rendered.origins_of(inner).filter(|origin| !origin.range.is_empty());
    let is_value = |origin: &Origin| matches!(origin.from, Source::Value { .. });
    is_literal(rendered, span) || origins.next().is_some_and(is_value) && origins.next().is_none()
}

/// Whether a part of a reference was left empty by what it was joined from.
fn lacks_a_part(text: &str) -> bool {
    text.is_empty()
        || text.starts_with([':', '/', '@', '-'])
        || text.ends_with([':', '/', '@', '-'])
        || ["//", "/:", ":@", "/@", ":-"].iter().any(|gap| text.contains(gap))
}

/// Shows what is not known of a name as an ellipsis.
fn abridge(name: &mut Option<Box<str>>) {
    if let Some(known) = name.as_ref().filter(|name| name.contains(UNKNOWN)) {
        let shown = known.replace(UNKNOWN, "…");
        *name = (shown != "…").then(|| shown.into());
    }
}

/// The name and the build in a reference: what stands before the tag or digest, and that.
fn parts(rendered: &Rendered, span: Span) -> (Span, Span) {
    if is_literal(rendered, span) {
        return (span, span);
    }
    let text = span.slice(&rendered.text);
    let text = text.trim_end_matches(['"', '\'']);
    let colon = text.rfind(':').filter(|&at| at > text.rfind('/').unwrap_or_default());
    let build = text.find('@').or(colon);
    let part = |range: std::ops::Range<usize>| {
        let start = span.start as usize;
        Span::of(start + range.start..start + range.end)
    };
    match build {
        Some(at) => (part(0..at), part(at + 1..text.len())),
        None => (part(0..text.len()), part(0..text.len())),
    }
}

/// The place that a piece of the text comes from: the first value in it, if there is one.
fn place(rendered: &Rendered, span: Span) -> Option<At> {
    let origins =
        || rendered.origins_of(span.start..span.end).filter(|origin| !origin.range.is_empty());
    let value = origins().filter_map(|origin| match &origin.from {
        Source::Value { leaf, .. } => Some(*leaf),
        Source::Computed { leaves, .. } => leaves.last().copied(),
        Source::Template(_) | Source::Unknown { .. } => None,
    });
    let mut value = value;
    value.next().or_else(|| {
        let literals = origins().filter_map(|origin| within(origin, span));
        literals.reduce(|one, other| {
            let span =
                Span::new(one.span.start.min(other.span.start), one.span.end.max(other.span.end));
            if one.file == other.file { At { span, ..one } } else { one }
        })
    })
}

/// The place that names a repository: what names its registry, and on Docker Hub the last value.
fn place_of_name(rendered: &Rendered, span: Span) -> Option<At> {
    let name = span.slice(&rendered.text).trim_start_matches(['"', '\'']);
    let start = span.end - Span::of(0..name.len()).end;
    let host = name.split_once('/').map(|(host, _)| host);
    let host = host.filter(|host| host.contains(['.', ':']) && !is_docker_hub(host));
    match host {
        Some(host) => place(rendered, Span::new(start, start + Span::of(0..host.len()).end)),
        None => leaves(rendered, span).last().copied().or_else(|| place(rendered, span)),
    }
}

/// The part of a literal that a range of the text is.
fn within(origin: &Origin, span: Span) -> Option<At> {
    let Source::Template(at) = &origin.from else { return None };
    let length = origin.range.end - origin.range.start;
    if at.span.end - at.span.start != length {
        return Some(*at);
    }
    let start = span.start.max(origin.range.start) - origin.range.start;
    let end = span.end.min(origin.range.end) - origin.range.start;
    Some(At { span: Span::new(at.span.start + start, at.span.start + end), ..*at })
}

/// All values that a piece of the text is made of.
fn leaves(rendered: &Rendered, span: Span) -> Vec<At> {
    let mut leaves = Vec::new();
    for origin in rendered.origins_of(span.start..span.end) {
        match &origin.from {
            Source::Value { leaf, .. } => leaves.push(*leaf),
            Source::Computed { leaves: made_of, .. } => leaves.extend(made_of),
            Source::Template(_) | Source::Unknown { .. } => {}
        }
    }
    leaves
}

/// How far an action may be from the colon before it.
const QUOTE_AND_SPACE: u32 = 4;

/// The place in a template at which an image is put: from behind its key to the end of what makes
/// it.
fn line(rendered: &Rendered, span: Span, action_from: impl Fn(At) -> Option<Span>) -> Option<At> {
    let before = rendered.text.get(..span.start as usize)?;
    let key =
        Span::of(before.trim_end_matches([' ', '"', '\'']).len().checked_sub(1)?..before.len())
            .start;
    let key = rendered
        .origins_of(key..key + 1)
        .find_map(|origin| within(origin, Span::new(key, key + 1)));
    let mut origins = rendered.origins_of(span.start..span.end);
    let Some(key) = key else {
        // Values that are printed as YAML bring their keys along.
        return origins.find_map(|origin| match &origin.from {
            Source::Value { used, .. }
            | Source::Computed { used, .. }
            | Source::Unknown { used } => Some(*used),
            Source::Template(_) => within(origin, span),
        });
    };
    let ends = origins.filter_map(|origin| match &origin.from {
        Source::Value { used, .. } | Source::Computed { used, .. } | Source::Unknown { used } => {
            Some(*used)
        }
        Source::Template(_) => within(origin, span),
    });
    let ends = ends.filter(|at| at.file == key.file && at.span.start >= key.span.end);
    let (start, end) = ends
        .fold((u32::MAX, 0), |(start, end), at| (start.min(at.span.start), end.max(at.span.end)));
    if end > 0 {
        return Some(At { span: Span::new(start, end), ..key });
    }
    // What is printed here comes from a definition elsewhere.
    let action = action_from(key).filter(|action| action.start - key.span.end <= QUOTE_AND_SPACE);
    Some(action.map_or(key, |span| At { span, ..key }))
}
