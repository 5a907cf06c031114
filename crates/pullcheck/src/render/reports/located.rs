//! Findings with all that a report says of them, at their places: what formats for programs are
//! written from.

use std::hash::Hasher;

use fnv::FnvHasher;
use pullcheck_core::{
    facts::ObjectFact,
    finding::{Finding, Severity},
    fix::Fixer,
    resolve::EffectiveUse,
    span::{FileId, LineIndex, Span},
};
use rayon::prelude::*;
use serde::Serialize;

use crate::{
    render::{Outcome, Shown, blamed, load},
    subject::Subjects,
};

/// A finding and what it is about.
pub struct Located<'r> {
    /// What was found.
    pub finding: &'r Finding,
    /// The file that it stands in.
    pub file: FileId,
    /// The path of that file as it is shown.
    pub path: &'r str,
    /// The smallest text to blame.
    pub range: Range,
    /// The object.
    pub resource: Option<Resource>,
    /// The template that the object was rendered from.
    pub source: Option<String>,
    /// The container.
    pub container: Option<String>,
    /// The image as it is written.
    pub image: Option<String>,
    /// How the image is pulled.
    pub policy: Option<PolicyText>,
    /// The places that explain the finding.
    pub labels: Vec<Place>,
    /// A number that stays the same while lines move.
    pub fingerprint: String,
    /// How the program mends it.
    pub fix: Option<LocatedFix>,
    /// It fails the run.
    pub fails: bool,
}

/// A fix as bytes to replace.
#[derive(Clone, Serialize)]
pub struct LocatedFix {
    pub title: String,
    pub safety: &'static str,
    pub edits: Vec<LocatedEdit>,
}

/// Text that stands in place of other text.
#[derive(Clone, Serialize)]
pub struct LocatedEdit {
    pub path: String,
    pub range: Range,
    pub text: String,
}

/// A place, and why it matters.
#[derive(Clone, Serialize)]
pub struct Place {
    pub path: String,
    pub range: Range,
    pub message: String,
}

/// Lines and columns from 1, columns in characters; bytes from 0.
#[derive(Clone, Serialize)]
pub struct Range {
    pub start: Point,
    pub end: Point,
}

#[derive(Clone, Serialize)]
pub struct Point {
    pub line: usize,
    pub column: usize,
    pub byte: u32,
    /// The column in bytes, from 1.
    #[serde(skip)]
    pub byte_column: u32,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    pub api_version: Option<String>,
    pub kind: String,
    pub namespace: Option<String>,
    pub name: Option<String>,
}

/// How an image is pulled, in the words of its place.
#[derive(Clone, Serialize)]
pub struct PolicyText {
    pub effective: Option<String>,
    pub explicit: bool,
}

impl Range {
    pub fn of(shown: &Shown<'_>, span: Span) -> Self {
        Self::at(&shown.lines, &shown.text, span)
    }

    fn at(lines: &LineIndex, text: &str, span: Span) -> Self {
        let point = |byte: u32| {
            let at = lines.position(text, byte);
            let start = lines.start_of(at.line - 1).unwrap_or_default();
            let byte_column = byte.saturating_sub(start) + 1;
            Point { line: at.line, column: at.column, byte, byte_column }
        };
        Self { start: point(span.start), end: point(span.end) }
    }

    /// Whether it begins and ends in one line.
    pub const fn is_one_line(&self) -> bool {
        self.start.line == self.end.line
    }
}

impl Resource {
    /// The object; nothing for a patch of one that another file names.
    pub fn of(object: &ObjectFact) -> Option<Self> {
        let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let has_kind = !object.kind.is_empty();
        has_kind.then(|| Self {
            api_version: Some(object.api_version.to_string()).filter(|text| !text.is_empty()),
            kind: object.kind.to_string(),
            namespace: owned(&object.namespace),
            name: owned(&object.name),
        })
    }

    /// Kind, namespace and name with `/` between them, as far as they are known.
    pub fn full_name(&self) -> String {
        let parts = [Some(&self.kind), self.namespace.as_ref(), self.name.as_ref()];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/")
    }
}

impl PolicyText {
    /// A written policy stands as it is written, a mistaken one too.
    pub fn of(used: &EffectiveUse<'_>) -> Self {
        let written = used.written.policy.as_ref().map(|written| written.text.to_string());
        let explicit = written.is_some();
        let effective = || Some(used.word(used.policy.value.effective()?).to_owned());
        Self { effective: written.or_else(effective), explicit }
    }
}

/// All findings in the order of their files. What could not be read again comes back, one sentence
/// each.
pub fn locate(outcome: Outcome<'_>) -> (Vec<Located<'_>>, Vec<String>) {
    let files: Vec<_> = blamed(outcome).collect();
    let located: Vec<_> =
        files.into_par_iter().map(|(id, found)| in_file(outcome, id, found)).collect();
    let (mut findings, mut trouble) = (Vec::new(), Vec::new());
    for located in located {
        match located {
            Ok(mut located) => findings.append(&mut located),
            Err(sentence) => trouble.push(sentence),
        }
    }
    (findings, trouble)
}

fn in_file<'r>(
    outcome: Outcome<'r>,
    id: FileId,
    found: &'r [Finding],
) -> Result<Vec<Located<'r>>, String> {
    let shown = load(outcome.gathered, outcome.resolved, id)?;
    let threshold = outcome.thresholds.get(id.0 as usize).copied().unwrap_or(Severity::Warning);
    let mut subjects = Subjects::of(outcome.resolved);
    let fixer = Fixer::new(&shown.text);
    let located = |finding| located(&shown, finding, threshold, (&mut subjects, &fixer));
    Ok(found.iter().map(located).collect())
}

fn located<'r>(
    shown: &Shown<'r>,
    finding: &'r Finding,
    threshold: Severity,
    (subjects, fixer): (&mut Subjects<'_>, &Fixer<'_>),
) -> Located<'r> {
    let object = finding.subject.and_then(|subject| Some(shown.resolved.subject(subject)?.0));
    let pod = subjects.pod(finding);
    let used = subjects.used(finding);
    let labels = shown.labels(finding).map(|label| Place {
        path: shown.path.to_owned(),
        range: Range::of(shown, label.at.span),
        message: label.message.clone(),
    });
    let elsewhere = shown.elsewhere(finding).into_iter().map(|place| Place {
        range: Range::at(&place.text.lines, &place.text.text, place.span),
        path: place.text.path.clone(),
        message: place.message,
    });
    Located {
        finding,
        file: shown.id,
        path: shown.path,
        range: Range::of(shown, finding.at.span),
        resource: object.and_then(Resource::of),
        source: shown.source_of(finding).map(str::to_owned),
        container: used.and_then(|used| used.written.container.as_deref().map(str::to_owned)),
        image: used.and_then(|used| Some(used.written.image.as_ref()?.text.to_string())),
        policy: used.map(PolicyText::of),
        labels: labels.chain(elsewhere).collect(),
        fingerprint: fingerprint(shown.path, finding, object, used, pod),
        fix: fix(shown, finding, fixer),
        fails: finding.severity >= threshold,
    }
}

/// A fix, if all of it lies in this file and can be done.
fn fix(shown: &Shown<'_>, finding: &Finding, fixer: &Fixer<'_>) -> Option<LocatedFix> {
    let fix = finding.fix.as_ref()?;
    let own = fix.edits.iter().all(|edit| edit.at.file == shown.id);
    let edits: Vec<_> = fix.edits.iter().map(|edit| (edit.at.span, &edit.change)).collect();
    let replacements = own.then(|| fixer.replacements(&edits))?.ok()?;
    let edits = replacements.into_iter().map(|replacement| LocatedEdit {
        path: shown.path.to_owned(),
        range: Range::of(shown, replacement.span),
        text: replacement.text,
    });
    let (title, safety) = (fix.title.clone(), fix.safety.as_str());
    Some(LocatedFix { title, safety, edits: edits.collect() })
}

/// Rule, path, object, container and image as one number.
fn fingerprint(
    path: &str,
    finding: &Finding,
    object: Option<&ObjectFact>,
    used: Option<&EffectiveUse<'_>>,
    ordinal: Option<usize>,
) -> String {
    let mut hasher = FnvHasher::default();
    let mut part = |text: &str| {
        hasher.write(text.as_bytes());
        hasher.write(&[0]);
    };
    part(finding.rule);
    part(path);
    if let Some(object) = object {
        part(&object.kind);
        part(object.namespace.as_deref().unwrap_or_default());
        part(object.name.as_deref().unwrap_or_default());
    }
    if let Some(used) = used {
        let written = &used.written;
        part(written.container.as_deref().or(written.field.as_deref()).unwrap_or_default());
        part(used.text());
        if let Some(ordinal) = ordinal {
            part(&ordinal.to_string());
        }
    }
    format!("{:016x}", hasher.finish())
}
