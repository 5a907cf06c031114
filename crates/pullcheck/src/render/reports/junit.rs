//! JUnit's XML: a suite for each file, a test for each finding in it.

use std::collections::BTreeMap;

use pullcheck_core::resolve::Resolved;
use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::{Located, Report, message_and_help};
use crate::clean::{clean_line, xml_safe, xml_text};

/// A file without findings is a test that passes: some servers take a suite without tests for a
/// mistake. What does not fail the run is a test that was skipped.
pub fn report(report: &Report<'_>) -> String {
    let mut files: BTreeMap<&str, Vec<&Located<'_>>> = BTreeMap::new();
    for path in checked(report) {
        files.entry(path).or_default();
    }
    for located in &report.located {
        files.entry(located.path).or_default().push(located);
    }
    let mut xml = Xml::new("pullcheck");
    for (path, findings) in files {
        let mut suite = TestSuite::new(xml_text(path));
        if findings.is_empty() {
            suite.add_test_case(case("pullcheck", path, TestCaseStatus::success()));
        }
        suite.add_test_cases(findings.into_iter().map(failure));
        xml.add_test_suite(suite);
    }
    xml_safe(&xml.to_string().unwrap_or_default())
}

/// The files with manifests in them.
fn checked<'r>(report: &Report<'r>) -> impl Iterator<Item = &'r str> {
    let gathered = report.outcome.gathered;
    let resolved: &Resolved<'_> = report.outcome.resolved;
    let files = gathered.project.files().iter().zip(&gathered.sources);
    files.enumerate().filter_map(|(number, (file, source))| {
        let id = pullcheck_core::span::FileId(u32::try_from(number).ok()?);
        let facts = resolved.renderings.first(id).unwrap_or(&file.facts);
        (!file.is_context && facts.manifests > 0).then_some(source.path.as_str())
    })
}

fn case(name: &str, path: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(xml_text(name), status);
    case.set_classname(xml_text(path));
    case
}

fn failure(located: &Located<'_>) -> TestCase {
    let (finding, start) = (located.finding, &located.range.start);
    let mut status = if located.fails {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    } else {
        TestCaseStatus::skipped()
    };
    let place = format!("{}:{}:{}", located.path, start.line, start.column);
    status.set_type(finding.rule);
    status.set_message(clean_line(&finding.message));
    let text = format!("{place}: {}", message_and_help(located));
    status.set_description(text.lines().map(clean_line).collect::<Vec<_>>().join("\n"));
    let mut case =
        case(&format!("{} at {}:{}", finding.rule, start.line, start.column), located.path, status);
    case.extra.insert("file".into(), xml_text(located.path).into());
    case.extra.insert("line".into(), start.line.to_string().into());
    case
}
