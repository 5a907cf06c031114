//! Findings as JSON, version 1: one document, or one line each. The structs are the format: nothing
//! of the core's is printed as it is.

use pullcheck_core::rules;
use serde::Serialize;

use super::located::{Located, LocatedFix, Place, PolicyText, Range, Resource};
use crate::{clean::json_safe, render::Outcome};

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    findings: Vec<JsonFinding<'r>>,
    skipped: Vec<Skipped<'r>>,
    summary: JsonSummary,
}

#[derive(Serialize)]
struct JsonFinding<'r> {
    rule: &'static str,
    severity: &'static str,
    message: &'r str,
    path: &'r str,
    range: &'r Range,
    resource: Option<&'r Resource>,
    source: Option<&'r str>,
    container: Option<&'r str>,
    image: Option<&'r str>,
    policy: Option<&'r PolicyText>,
    roots: &'r [Box<str>],
    labels: &'r [Place],
    help: Option<&'r str>,
    url: Option<String>,
    fix: Option<&'r LocatedFix>,
    fingerprint: &'r str,
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
    baseline: usize,
}

impl<'r> JsonFinding<'r> {
    fn of(located: &'r Located<'_>) -> Self {
        let finding = located.finding;
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            path: located.path,
            range: &located.range,
            resource: located.resource.as_ref(),
            source: located.source.as_deref(),
            container: located.container.as_deref(),
            image: located.image.as_deref(),
            policy: located.policy.as_ref(),
            roots: &finding.roots,
            labels: &located.labels,
            help: finding.help.as_deref(),
            url: rules::find(finding.rule).map(pullcheck_core::rule::Rule::url),
            fix: located.fix.as_ref(),
            fingerprint: &located.fingerprint,
        }
    }
}

/// All of it as one document.
pub fn document(outcome: Outcome<'_>, located: &[Located<'_>]) -> String {
    let summary = outcome.summary;
    pretty(&Document {
        version: 1,
        findings: located.iter().map(JsonFinding::of).collect(),
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
            baseline: summary.baseline,
        },
    })
}

/// A line for each finding.
pub fn lines(located: &[Located<'_>]) -> String {
    let line = |located| serde_json::to_string(&JsonFinding::of(located)).unwrap_or_default();
    located.iter().map(|located| json_safe(&line(located)) + "\n").collect()
}

/// A document of our own types, none of which can fail to be written, and the end of its last line.
pub fn pretty(document: &impl Serialize) -> String {
    json_safe(&serde_json::to_string_pretty(document).unwrap_or_default()) + "\n"
}
