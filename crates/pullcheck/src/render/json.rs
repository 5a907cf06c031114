//! Findings as one JSON document, version 1. The structs are the format: nothing of the core's is
//! printed as it is.

use std::{
    collections::HashMap,
    hash::Hasher,
    io::{self, Write},
};

use fnv::FnvHasher;
use pullcheck_core::{
    facts::ObjectFact,
    finding::Finding,
    resolve::{EffectiveFile, EffectiveUse, Resolved},
    rules,
    span::{FileId, LineIndex, Span},
};
use serde::Serialize;

use super::{Outcome, Shown, load};

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    findings: Vec<JsonFinding>,
    skipped: Vec<Skipped<'r>>,
    summary: JsonSummary,
}

#[derive(Serialize)]
struct JsonFinding {
    rule: &'static str,
    severity: &'static str,
    message: String,
    path: String,
    range: Range,
    resource: Option<Resource>,
    source: Option<String>,
    container: Option<String>,
    image: Option<String>,
    policy: Option<JsonPolicy>,
    roots: Vec<Box<str>>,
    labels: Vec<JsonLabel>,
    help: Option<String>,
    url: Option<String>,
    fix: Option<()>,
    fingerprint: String,
}

#[derive(Serialize)]
struct JsonLabel {
    path: String,
    range: Range,
    message: String,
}

#[derive(Serialize)]
struct Skipped<'r> {
    path: &'r str,
    reason: &'static str,
}

#[derive(Serialize)]
struct JsonSummary {
    files: usize,
    images: usize,
    error: usize,
    warning: usize,
    info: usize,
    suppressed: usize,
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
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    pub api_version: Option<String>,
    pub kind: String,
    pub namespace: Option<String>,
    pub name: Option<String>,
}

#[derive(Serialize)]
pub struct JsonPolicy {
    pub effective: Option<String>,
    pub explicit: bool,
}

impl Range {
    pub fn of(shown: &Shown<'_>, span: Span) -> Self {
        Self::at(&shown.lines, &shown.text, span)
    }

    fn at(lines: &LineIndex, text: &str, span: Span) -> Self {
        let point = |byte| {
            let at = lines.position(text, byte);
            Point { line: at.line, column: at.column, byte }
        };
        Self { start: point(span.start), end: point(span.end) }
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
}

impl JsonPolicy {
    /// A written policy stands as it is written, a mistaken one too.
    pub fn of(used: &EffectiveUse<'_>) -> Self {
        let written = used.written.policy.as_ref().map(|written| written.text.to_string());
        let explicit = written.is_some();
        let effective = || Some(used.word(used.policy.value.effective()?).to_owned());
        Self { effective: written.or_else(effective), explicit }
    }
}

pub fn findings(outcome: Outcome<'_>, out: &mut dyn Write) -> io::Result<Vec<String>> {
    let mut findings = Vec::new();
    let mut trouble = Vec::new();
    let mut subjects = Subjects::of(outcome.resolved);
    for (judged, id) in outcome.judged.iter().zip((0..).map(FileId)) {
        if judged.findings.is_empty() {
            continue;
        }
        match load(outcome.gathered, outcome.resolved, id) {
            Ok(shown) => {
                for finding in &judged.findings {
                    findings.push(json_finding(&shown, finding, &mut subjects));
                }
            }
            Err(sentence) => trouble.push(sentence),
        }
    }
    let summary = outcome.summary;
    let document = Document {
        version: 1,
        findings,
        skipped: outcome
            .gathered
            .not_checked(outcome.resolved)
            .map(|skipped| Skipped { path: &skipped.path, reason: skipped.reason.as_str() })
            .collect(),
        summary: JsonSummary {
            files: summary.files,
            images: summary.images,
            error: summary.errors,
            warning: summary.warnings,
            info: summary.infos,
            suppressed: summary.suppressed,
        },
    };
    write(&document, out)?;
    Ok(trouble)
}

/// Writes a document and the end of its last line.
pub fn write(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}

/// What findings are about: the files that they name, as they are deployed.
struct Subjects<'r> {
    resolved: &'r Resolved<'r>,
    files: HashMap<FileId, Option<EffectiveFile<'r>>>,
}

impl<'r> Subjects<'r> {
    fn of(resolved: &'r Resolved<'r>) -> Self {
        Self { resolved, files: HashMap::new() }
    }

    fn file(&mut self, id: FileId) -> Option<&EffectiveFile<'r>> {
        let resolved = self.resolved;
        self.files.entry(id).or_insert_with(|| resolved.file(id)).as_ref()
    }
}

fn json_finding(shown: &Shown<'_>, finding: &Finding, subjects: &mut Subjects<'_>) -> JsonFinding {
    let subject = finding.subject;
    let file = subject.and_then(|subject| subjects.file(subject.file));
    let object = subject.and_then(|subject| Some(shown.resolved.subject(subject)?.0));
    let image = file.zip(subject).and_then(|(file, subject)| {
        subject.image?;
        file.uses.get(subject.effective?)
    });
    let labels = shown.labels(finding).map(|label| JsonLabel {
        path: shown.path.to_owned(),
        range: Range::of(shown, label.at.span),
        message: label.message.clone(),
    });
    let elsewhere = shown.elsewhere(finding).into_iter().map(|place| JsonLabel {
        range: Range::at(&place.lines, &place.text, place.span),
        path: place.path,
        message: place.message,
    });
    JsonFinding {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        message: finding.message.clone(),
        path: shown.path.to_owned(),
        range: Range::of(shown, finding.at.span),
        resource: object.and_then(Resource::of),
        source: shown.source_of(finding).map(str::to_owned),
        container: image.and_then(|used| used.written.container.as_deref().map(str::to_owned)),
        image: image.and_then(|used| Some(used.written.image.as_ref()?.text.to_string())),
        policy: image.map(JsonPolicy::of),
        roots: finding.roots.clone(),
        labels: labels.chain(elsewhere).collect(),
        help: finding.help.clone(),
        url: rules::find(finding.rule).map(pullcheck_core::rule::Rule::url),
        fix: None,
        fingerprint: fingerprint(shown.path, finding, object, image, pod_of(shown, finding)),
    }
}

/// Which pod of its object a finding is about, if it is not the first.
fn pod_of(shown: &Shown<'_>, finding: &Finding) -> Option<usize> {
    let subject = finding.subject?;
    let image = subject.image.filter(|image| image.file == subject.file)?.index;
    let file = shown.gathered.project.file(subject.file)?;
    let pods = file.facts.pods.iter().filter(|pod| pod.object == subject.object);
    let ordinal = pods.take_while(|pod| pod.uses.end <= image).count();
    (ordinal > 0).then_some(ordinal)
}

/// A number that stays the same while lines move: rule, path, object, container and image.
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
