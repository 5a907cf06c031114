//! From the text that a template renders back to the places that made it.

use crate::{
    facts::FileFacts,
    helm::{Origin, Rendered, Source, UNKNOWN},
    image::stands_in,
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
    /// It is rendered with the chart's own values.
    pub is_by_default: bool,
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
        let places = facts.uses.iter().map(|used| {
            let written = used.image.as_ref().or(used.policy.as_ref())?;
            let span = written.span;
            let is_known = used.image.as_ref().is_some_and(|image| stands_in(image).is_none());
            let line = line(rendered, span, &action_from)?;
            let (name, build) = parts(rendered, span);
            let leaves = if is_known { leaves(rendered, span) } else { Vec::new() };
            let policy = used.policy.as_ref().map(|policy| place(rendered, policy.span));
            Some(Placed {
                line,
                by: place(rendered, build).unwrap_or(line),
                named: place_last(rendered, name).unwrap_or(line),
                policy: policy.map(|place| place.unwrap_or(line)),
                leaves,
                is_by_default: !rendered.is_assumed(span.start) && !rendered.is_unsure(span.start),
            })
        });
        let places = places.collect();
        Self { template: rendered.template, facts, places }
    }
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
    let is_literal = |origin: &Origin| matches!(origin.from, Source::Template(_));
    if rendered.origins_of(span.start..span.end).all(is_literal) {
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

/// The place that names a repository: the last value in it, behind those of the registry.
fn place_last(rendered: &Rendered, span: Span) -> Option<At> {
    leaves(rendered, span).last().copied().or_else(|| place(rendered, span))
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
