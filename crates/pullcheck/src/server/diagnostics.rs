//! Findings as diagnostics.

use pullcheck_core::{
    finding::{Finding, Severity},
    rules,
    span::FileId,
};

use super::{
    checked::Pages,
    client::Client,
    lsp::{
        Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
        DiagnosticTag, Location, Message,
    },
    text::Text,
    uri,
};
use crate::paths::absolute;

/// What is shown of a file.
pub fn of_file(pages: &mut Pages<'_>, id: FileId, client: Client) -> Vec<Diagnostic> {
    let findings = pages.checked.findings(id);
    findings.iter().filter_map(|finding| diagnostic(pages, finding, client)).collect()
}

/// A finding as a diagnostic.
pub fn diagnostic(pages: &mut Pages<'_>, finding: &Finding, client: Client) -> Option<Diagnostic> {
    let href = rules::find(finding.rule).map(|rule| rule.url().into());
    Some(Diagnostic {
        range: pages.location(finding.at)?.range,
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            Severity::Info => DiagnosticSeverity::Information,
        }),
        code: Some(Code::String(finding.rule.to_owned())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some("pullcheck".to_owned()),
        message: Message::String(message(finding)),
        tags: tag(finding.rule).map(|tag| vec![tag]),
        related_information: client.related_information.then(|| related(pages, finding, client)),
        data: None,
    })
}

/// Message and help, each on a line of its own, as in reports.
pub fn message(finding: &Finding) -> String {
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    std::iter::once(finding.message.clone()).chain(help).collect()
}

/// How an editor draws what a rule blames.
fn tag(rule: &str) -> Option<DiagnosticTag> {
    match rule {
        "redundant-always-pull" => Some(DiagnosticTag::Unnecessary),
        "retired-registry" => Some(DiagnosticTag::Deprecated),
        _ => None,
    }
}

/// The other places that play a part in a finding.
fn related(
    pages: &mut Pages<'_>,
    finding: &Finding,
    client: Client,
) -> Vec<DiagnosticRelatedInformation> {
    let others = finding.labels.iter().filter(|label| label.at != finding.at);
    let labels = others.filter_map(|label| {
        let message = label.message.clone();
        Some(DiagnosticRelatedInformation { location: pages.location(label.at)?, message })
    });
    let mut related: Vec<_> = labels.collect();
    related.extend(finding.origin.iter().map(|(origin, message)| {
        let text = Text::new(origin.text.to_string(), client.encoding);
        let uri = uri::of(&absolute((*origin.path).as_ref()));
        let location = Location { uri, range: text.range(origin.span) };
        DiagnosticRelatedInformation { location, message: (*message).to_owned() }
    }));
    related
}
