//! SARIF 2.1.0 as GitHub's code scanning takes it
//! (docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support).

use std::collections::{BTreeMap, HashMap};

use pullcheck_core::{
    finding::Severity,
    rule::{Profile, Rule},
    rules::RULES,
};
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Location, LogicalLocation, Message,
    MultiformatMessageString, PhysicalLocation, PropertyBag, Region, Replacement,
    ReportingConfiguration, ReportingDescriptor, Result as SarifResult, ResultLevel, Run,
    RunAutomationDetails, Sarif, Tool, ToolComponent,
};

use super::{
    HOME, Located, Report, json,
    line_hash::line_hashes,
    located::{LocatedFix, Range},
    message_and_help,
};
use crate::explain;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What the URIs are relative to: the root of the repository, wherever that is.
const BASE: &str = "%SRCROOT%";

/// All findings as one run, the most severe first. What is suppressed is left out: GitHub would open
/// an alert for it.
pub fn log(report: &Report<'_>) -> String {
    let driver = ToolComponent::builder()
        .name("pullcheck")
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(HOME)
        .rules(RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>())
        .build();
    let mut hashes = LineHashes::default();
    let results =
        report.by_severity().into_iter().map(|located| result(report, located, &mut hashes));
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(RunAutomationDetails::builder().id("pullcheck/").build())
        .column_kind(json!("unicodeCodePoints"))
        .original_uri_base_ids(BTreeMap::from([(
            BASE.to_owned(),
            ArtifactLocation::builder()
                .description(Message::from("The root of the repository."))
                .build(),
        )]))
        .results(results.collect::<Vec<_>>())
        .build();
    json::pretty(&Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build())
}

/// A rule. All of them are listed, whether they run or not, so that two runs differ in results only.
fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let by_default = rule.level.of(Profile::Recommended);
    let severity = rule.level.on_request(Profile::Recommended);
    let page = explain::page(rule);
    let text = |text: String| MultiformatMessageString::builder().text(text).build();
    let mut tags = vec!["kubernetes".to_owned(), "container-images".to_owned()];
    let mut properties = BTreeMap::from([("precision".to_owned(), json!("very-high"))]);
    if let Some(score) = rule.security {
        tags.push("security".to_owned());
        properties.insert("security-severity".to_owned(), json!(score));
    } else {
        let problem = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "recommendation",
        };
        properties.insert("problem.severity".to_owned(), json!(problem));
    }
    ReportingDescriptor::builder()
        .id(rule.id)
        .name(pascal_case(rule.id))
        .short_description(text(format!("{}.", rule.summary())))
        .full_description(text(rule.reason()))
        .help(MultiformatMessageString::builder().text(page.clone()).markdown(page).build())
        .help_uri(rule.url())
        .default_configuration(
            ReportingConfiguration::builder()
                .enabled(by_default.is_some())
                .level(json!(level_name(severity)))
                .build(),
        )
        .properties(PropertyBag::builder().tags(tags).additional_properties(properties).build())
        .build()
}

/// `latest-tag` as `LatestTag`: what SARIF calls a name (section 3.49.7), which must differ from the id.
fn pascal_case(id: &str) -> String {
    let words = id.split('-').chain((!id.contains('-')).then_some("rule"));
    let capital = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    };
    words.map(capital).collect()
}

const fn level_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(report: &Report<'_>, located: &Located<'_>, hashes: &mut LineHashes) -> SarifResult {
    let finding = located.finding;
    let level = match finding.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Info => ResultLevel::Note,
    };
    let mut fingerprints =
        BTreeMap::from([("pullcheck/v1".to_owned(), located.fingerprint.clone())]);
    if let Some(hash) = hashes.of(report, located) {
        fingerprints.insert("primaryLocationLineHash".to_owned(), hash);
    }
    let related = (0..).zip(&located.labels).map(|(id, place)| {
        Location::builder()
            .id(id)
            .physical_location(physical(report, &place.path, &place.range))
            .message(message(&place.message))
            .build()
    });
    let place =
        Location::builder().physical_location(physical(report, located.path, &located.range));
    let place = match logical(located) {
        Some(logical) => place.logical_locations(vec![logical]).build(),
        None => place.build(),
    };
    let index = RULES.iter().position(|rule| rule.id == finding.rule);
    let result = SarifResult::builder()
        .rule_id(finding.rule)
        .rule_index(index.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1))
        .level(level)
        .message(message(&message_and_help(located)))
        .locations(vec![place])
        .partial_fingerprints(fingerprints);
    let mut result = result.build();
    if !located.labels.is_empty() {
        result.related_locations = Some(related.collect());
    }
    result.fixes = located.fix.as_ref().map(|fix| vec![sarif_fix(report, fix)]);
    result
}

/// A fix as replaced regions, all of them in one file.
fn sarif_fix(report: &Report<'_>, fix: &LocatedFix) -> Fix {
    let replacements = fix.edits.iter().map(|edit| {
        Replacement::builder()
            .deleted_region(region(&edit.range))
            .inserted_content(ArtifactContent::builder().text(edit.text.clone()).build())
            .build()
    });
    let path = fix.edits.first().map_or("", |edit| &edit.path);
    let change = ArtifactChange::builder()
        .artifact_location(artifact(report, path))
        .replacements(replacements.collect::<Vec<_>>())
        .build();
    Fix::builder().description(message(&fix.title)).artifact_changes(vec![change]).build()
}

/// A message without links: what stands between `[` and `](…)` would be one (SARIF, section 3.11.6).
fn message(text: &str) -> Message {
    Message::from(text.replace("](", "] (").as_str())
}

fn physical(report: &Report<'_>, path: &str, range: &Range) -> PhysicalLocation {
    PhysicalLocation::builder()
        .artifact_location(artifact(report, path))
        .region(region(range))
        .build()
}

fn region(range: &Range) -> Region {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (start, end) = (&range.start, &range.end);
    Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .byte_offset(i64::from(start.byte))
        .byte_length(i64::from(end.byte - start.byte))
        .build()
}

fn artifact(report: &Report<'_>, path: &str) -> ArtifactLocation {
    let uri = report.repository.uri(path);
    let artifact = ArtifactLocation::builder();
    if uri.starts_with("file:") {
        artifact.uri(uri).build()
    } else {
        artifact.uri(uri).uri_base_id(BASE).build()
    }
}

/// The object and the container in it.
fn logical(located: &Located<'_>) -> Option<LogicalLocation> {
    let object = located.resource.as_ref()?;
    let container = located.container.as_deref();
    let full_name = match container {
        Some(container) => format!("{}/{container}", object.full_name()),
        None => object.full_name(),
    };
    let name = container.or(object.name.as_deref()).unwrap_or(&object.kind).to_owned();
    Some(
        LogicalLocation::builder()
            .name(name)
            .fully_qualified_name(full_name)
            .kind("resource")
            .build(),
    )
}

/// The hashes of the lines of the files with findings.
#[derive(Default)]
struct LineHashes(HashMap<String, Vec<String>>);

impl LineHashes {
    /// The hash of the line that a finding begins in; none for a file that has changed meanwhile.
    fn of(&mut self, report: &Report<'_>, located: &Located<'_>) -> Option<String> {
        let hashes = self.0.entry(located.path.to_owned()).or_insert_with(|| {
            let text = report.outcome.gathered.sources.get(located.file.0 as usize);
            text.and_then(|source| source.text().ok())
                .map_or_else(Vec::new, |text| line_hashes(&text))
        });
        hashes.get(located.range.start.line - 1).cloned()
    }
}
