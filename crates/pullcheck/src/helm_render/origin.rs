//! From what Helm printed back to the line that somebody wrote.
//!
//! A line of a rendering is looked for, in this order: in the template, where it stands as it is; in
//! the values, where its image or word stands once; in the template, as the line with the same key.
//! Where none of this is certain, the template as a whole is blamed, and the label says why.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, hash_map::Entry},
    path::{Path, PathBuf},
};

use pullcheck_core::{
    facts::{Extent, FileFacts, ImageUse, Pieces, Written},
    finding::{Finding, Label},
    span::{At, FileId, LineIndex, Span},
};

use super::{
    Part, chart,
    page::{Page, key_and_value, words},
};
use crate::{
    gather::{Gathered, Source},
    paths::absolute,
};

/// Where what Helm rendered is written, by the numbers of the files.
#[derive(Debug, Default)]
pub struct Origins {
    outputs: HashMap<FileId, PathBuf>,
    images: HashMap<FileId, Vec<ImageUse>>,
    hidden: HashMap<FileId, Vec<Span>>,
    by_path: HashMap<PathBuf, FileId>,
}

impl Origins {
    /// Remembers what a file is to a rendering.
    pub fn note(&mut self, id: FileId, path: Option<&Path>, part: Part) {
        match part {
            Part::None => return,
            Part::Template(hidden) => drop(self.hidden.insert(id, hidden)),
            Part::Values(images) => drop(self.images.insert(id, images)),
            Part::Output(folder) => drop(self.outputs.insert(id, folder)),
        }
        if let Some(path) = path {
            self.by_path.insert(absolute(path), id);
        }
    }

    /// The files that hold what Helm printed.
    #[must_use]
    pub fn outputs(&self) -> Vec<FileId> {
        let mut outputs: Vec<_> = self.outputs.keys().copied().collect();
        outputs.sort_unstable();
        outputs
    }

    /// What leads from such a file back; nothing for all others.
    #[must_use]
    pub fn tracer<'g>(&'g self, gathered: &'g Gathered, id: FileId) -> Option<Tracer<'g>> {
        self.tracer_of(&gathered.sources, id, &gathered.project.file(id)?.facts)
    }

    /// Writes images that values name in pieces in the same pieces, so that what is said of them can
    /// be done there.
    pub fn split(&self, sources: &[Source], id: FileId, facts: &mut FileFacts) {
        let pieces = self.tracer_of(sources, id, facts).map(|mut tracer| tracer.pieces());
        for (index, (pieces, policy_key)) in pieces.into_iter().flatten() {
            if let Some(used) = facts.uses.get_mut(index) {
                used.pieces = Some(pieces);
                used.policy_key = policy_key.or(used.policy_key.take());
            }
        }
    }

    fn tracer_of<'g>(
        &'g self,
        sources: &'g [Source],
        id: FileId,
        facts: &'g FileFacts,
    ) -> Option<Tracer<'g>> {
        let folder = self.outputs.get(&id)?;
        let text = text_of(sources, id)?;
        let lines = LineIndex::new(&text);
        let behind = HashMap::new();
        let mut printed: HashMap<&str, Page> = HashMap::new();
        for document in &facts.rendered {
            printed.entry(&document.source).or_default().add(&text, document.span.range());
        }
        let images = by_place(facts, |used| used.image.as_ref());
        let policies = by_place(facts, |used| used.policy.as_ref());
        Some(Tracer {
            origins: self,
            sources,
            id,
            folder,
            text,
            lines,
            facts,
            images,
            policies,
            printed,
            behind,
        })
    }
}

/// What leads from a rendered chart back to its templates and values.
pub struct Tracer<'g> {
    origins: &'g Origins,
    sources: &'g [Source],
    id: FileId,
    folder: &'g Path,
    text: String,
    lines: LineIndex,
    facts: &'g FileFacts,
    images: HashMap<Span, &'g ImageUse>,
    policies: HashMap<Span, &'g ImageUse>,
    /// The lines that each template was rendered to.
    printed: HashMap<&'g str, Page>,
    behind: HashMap<&'g str, Behind<'g>>,
}

/// The files behind a document.
#[derive(Default)]
struct Behind<'g> {
    template: Option<Template<'g>>,
    values: Vec<Values<'g>>,
}

struct Template<'g> {
    id: FileId,
    text: String,
    page: Page,
    /// What must not be shown of it.
    hidden: &'g [Span],
}

struct Values<'g> {
    id: FileId,
    words: HashMap<String, Vec<Span>>,
    images: HashMap<&'g str, Vec<&'g ImageUse>>,
}

/// The pieces of an image, and the key of the policy beside them.
type InPieces = (Pieces, Option<Cow<'static, str>>);

/// Where something rendered is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Trace {
    at: At,
    /// It is somewhere in the file.
    is_vague: bool,
}

impl<'g> Tracer<'g> {
    /// Moves a finding to the place that is to be changed.
    pub fn lead_back(&mut self, finding: &mut Finding) {
        if finding.at.file == self.id {
            let span = finding.at.span;
            let trace = self.trace(span);
            finding.at = trace.at;
            if trace.is_vague {
                let message = match self.shown_line(span) {
                    Some(line) => format!("somewhere below; it is rendered as `{line}`"),
                    None => "somewhere in what this template renders".to_owned(),
                };
                finding.labels.insert(0, Label { at: trace.at, message });
            }
        }
        for label in &mut finding.labels {
            label.at = self.place(label.at);
        }
        let mut known = HashSet::new();
        finding.labels.retain(|label| known.insert(label.clone()));
    }

    /// The place that is written for one that is rendered.
    pub fn place(&mut self, at: At) -> At {
        if at.file == self.id { self.trace(at.span).at } else { at }
    }

    fn trace(&mut self, span: Span) -> Trace {
        let certain = |at| Trace { at, is_vague: false };
        let here = certain(At { file: self.id, span });
        let Some(name) = self.facts.source_at(span.start) else { return here };
        self.open(name);
        let Some(behind) = self.behind.get(name) else { return here };
        // What must not be shown is blamed only where it is hidden as well.
        let is_secret = touches(&self.facts.confidential, self.line(span));
        let hidden = behind.template.as_ref().map_or(&[][..], |template| template.hidden);
        let is_safe = |at: &At| !is_secret || touches(hidden, at.span);
        let in_values = || self.in_values(behind, name, span).filter(|_| !is_secret);
        let found = self.literally(behind, name, span).filter(is_safe).or_else(in_values);
        let found = found.or_else(|| self.by_key(behind, name, span).filter(is_safe));
        let first = || {
            let template = behind.template.as_ref()?;
            Some(At { file: template.id, span: template.page.first()? })
        };
        let vague = || first().map(|at| Trace { at, is_vague: true });
        found.map(certain).or_else(vague).unwrap_or(here)
    }

    /// The pieces in which values name the images that are rendered, by the numbers of the images;
    /// and the key of the policy beside them.
    fn pieces(&mut self) -> Vec<(usize, InPieces)> {
        let mut found = Vec::new();
        for (index, used) in self.facts.uses.iter().enumerate() {
            let Some(image) = &used.image else { continue };
            let Some(name) = self.facts.source_at(image.span.start) else { continue };
            self.open(name);
            let Some(behind) = self.behind.get(name) else { continue };
            if self.literally(behind, name, image.span).is_some() {
                continue;
            }
            let Some((_, written)) = known_image(behind, &image.text) else { continue };
            let Some(pieces) = written.pieces.clone() else { continue };
            let policy = used.policy.as_ref().map(|policy| policy.span);
            let policy_is_literal =
                policy.is_some_and(|span| self.literally(behind, name, span).is_some());
            let policy_key = written.policy_key.clone().filter(|_| !policy_is_literal);
            // The places of the others are in another file, and the rendering has all of them.
            let pieces = Pieces { others: Vec::new(), extent: Extent::Whole, ..pieces };
            found.push((index, (pieces, policy_key)));
        }
        found
    }

    /// Reads the files behind a document.
    fn open(&mut self, name: &'g str) {
        let Entry::Vacant(entry) = self.behind.entry(name) else { return };
        let places = chart::places(self.folder, name);
        let origins = self.origins;
        let id = |path: &Path| origins.by_path.get(&absolute(path)).copied();
        let template = id(&places.template).and_then(|id| {
            let text = text_of(self.sources, id)?;
            let hidden = origins.hidden.get(&id).map(Vec::as_slice).unwrap_or_default();
            Some(Template { id, page: Page::of(&text), text, hidden })
        });
        let values = places.values.iter().filter_map(|path| id(path)).filter_map(|id| {
            let mut images: HashMap<&str, Vec<&ImageUse>> = HashMap::new();
            for used in origins.images.get(&id).into_iter().flatten() {
                if let Some(image) = &used.image {
                    images.entry(&image.text).or_default().push(used);
                }
            }
            Some(Values { id, words: words(&text_of(self.sources, id)?), images })
        });
        entry.insert(Behind { template, values: values.collect() });
    }

    /// The rendered line that a place begins in, without the space around it.
    fn line(&self, span: Span) -> Span {
        let whole = self.lines.span_of(self.lines.line_of(span.start), &self.text);
        let line = whole.slice(&self.text);
        let start = whole.start as usize + line.len() - line.trim_start().len();
        Span::of(start..start + line.trim().len())
    }

    /// The rendered line that a place begins in, unless something in it must not be shown.
    fn shown_line(&self, span: Span) -> Option<&str> {
        let line = self.line(span);
        let is_shown = !touches(&self.facts.confidential, line);
        is_shown.then(|| line.slice(&self.text))
    }

    /// The same line in the template.
    fn literally(&self, behind: &Behind<'_>, name: &str, span: Span) -> Option<At> {
        let template = behind.template.as_ref()?;
        let line = self.line(span);
        let text = line.slice(&self.text);
        let here = self.printed.get(name)?.equal(text);
        let there = template.page.equal(text);
        let number = here.binary_search(&line).ok().filter(|_| here.len() == there.len());
        let number = number.unwrap_or_default();
        let written = there.get(number)?;
        let from = written.start + span.start.saturating_sub(line.start);
        let to = from + (span.end - span.start);
        let end = to.min(written.end);
        Some(At { file: template.id, span: Span::new(from.min(end), end) })
    }

    /// The line of the template that gives the same key its value: the one there is, or the one of
    /// the same number where there are as many.
    fn by_key(&self, behind: &Behind<'_>, name: &str, span: Span) -> Option<At> {
        let template = behind.template.as_ref()?;
        let line = self.line(span);
        let (key, _) = key_and_value(line.slice(&self.text))?;
        let here = self.printed.get(name)?.with_key(key);
        let there = template.page.with_key(key);
        let number = here.binary_search(&line).ok().filter(|_| here.len() == there.len());
        let number = number.or((there.len() == 1).then_some(0))?;
        let written = *there.get(number)?;
        let (_, value) = key_and_value(written.slice(&template.text))?;
        let value = Span::of(value);
        let value = Span::new(written.start + value.start, written.start + value.end);
        let is_given = value.start < value.end;
        Some(At { file: template.id, span: if is_given { value } else { written } })
    }

    /// The values that an image, a policy or another word comes from.
    fn in_values(&self, behind: &Behind<'_>, name: &str, span: Span) -> Option<At> {
        if let Some(image) = self.images.get(&span).and_then(|used| used.image.as_ref()) {
            let template = behind.template.as_ref().map_or("", |template| &template.text);
            let line = self.by_key(behind, name, span).map_or("", |at| at.span.slice(template));
            return image_in_values(behind, &image.text, line);
        }
        let of_image = self.policies.get(&span).and_then(|used| {
            let (image, policy) = (used.image.as_ref()?, used.policy.as_ref()?);
            let (values, written) = known_image(behind, &image.text)?;
            let written = written.policy.as_ref().filter(|it| it.text == policy.text)?;
            Some(At { file: values.id, span: written.span })
        });
        let word = span.slice(&self.text).trim_matches(['"', '\'']);
        of_image.or_else(|| once(behind, word))
    }
}

/// The value that names an image, or a piece of it that stands there once. A tag is one only beside
/// the name, which may be written in the line of the template.
fn image_in_values(behind: &Behind<'_>, text: &str, line: &str) -> Option<At> {
    if let Some((values, used)) = known_image(behind, text) {
        return used.image.as_ref().map(|image| At { file: values.id, span: image.span });
    }
    if let Some(at) = once(behind, text) {
        return Some(at);
    }
    let (name, build) = name_and_build(text);
    let short = name.split_once('/').map_or(name, |(_, short)| short);
    let named = once(behind, name).or_else(|| once(behind, short));
    let is_named = named.is_some() || line.contains(short);
    let build = build.filter(|_| is_named).and_then(|build| once(behind, build));
    build.or(named)
}

/// Whether any of these places, which are in order, has a part of a place.
fn touches(places: &[Span], span: Span) -> bool {
    let after = places.partition_point(|place| place.end <= span.start);
    places.get(after).is_some_and(|place| place.start < span.end)
}

fn text_of(sources: &[Source], id: FileId) -> Option<String> {
    sources.get(id.0 as usize)?.text().ok()
}

/// The images of a rendering by the place of something that is written for them.
fn by_place(
    facts: &FileFacts,
    written: impl Fn(&ImageUse) -> Option<&Written>,
) -> HashMap<Span, &ImageUse> {
    facts.uses.iter().filter_map(|used| Some((written(used)?.span, used))).collect()
}

/// The one place of a word in the values that know it.
fn once(behind: &Behind<'_>, word: &str) -> Option<At> {
    let known = behind.values.iter().find_map(|values| Some((values.id, values.words.get(word)?)));
    match known.map(|(file, spans): (_, &Vec<_>)| (file, spans.as_slice())) {
        Some((file, [span])) => Some(At { file, span: *span }),
        _ => None,
    }
}

/// No reference is longer (distribution/reference: 255 bytes of a name, 128 of a tag, a digest).
const LONGEST: usize = 1024;

/// The one image of the values that becomes this one: with a registry put before it, or with a tag
/// where it has none.
fn known_image<'s, 'g>(
    behind: &'s Behind<'g>,
    text: &str,
) -> Option<(&'s Values<'g>, &'g ImageUse)> {
    let (name, _) = name_and_build(text);
    if text.len() > LONGEST {
        return None;
    }
    behind.values.iter().find_map(|values| {
        let mut ends = ends(text).chain(ends(name));
        let known = ends.find_map(|text| values.images.get(text))?;
        match known.as_slice() {
            [used] => Some((values, *used)),
            _ => None,
        }
    })
}

/// A name, and what is left of it without its first parts.
fn ends(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.match_indices('/').filter_map(|(at, _)| name.get(at + 1..));
    std::iter::once(name).chain(parts)
}

/// A reference without its tag or digest, and that.
fn name_and_build(text: &str) -> (&str, Option<&str>) {
    if let Some((name, digest)) = text.split_once('@') {
        return (name_and_build(name).0, Some(digest));
    }
    match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (text, None),
    }
}
