//! Reports, read by those that they are for.

use std::{collections::HashSet, fs, path::Path, process::Command};

use pullcheck_core::rules::RULES;
use serde_json::Value;

use crate::{installed, printed, python, root};

/// One run over a finding of every rule, with all reports.
fn reports(folder: &Path) -> Vec<Value> {
    let formats = ["json", "sarif", "gitlab", "junit", "checkstyle", "rdjson"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
    command.args(["check", "fixtures/rules", "fixtures/demo", "--profile", "all", "--quiet"]);
    for format in formats {
        command.arg("--output").arg(format!("{format}={}/{format}", folder.display()));
    }
    let output = command.current_dir(root()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    let json = read(folder, "json");
    let findings = json["findings"].as_array().unwrap().clone();
    let seen: HashSet<_> =
        findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    let silent: Vec<_> = RULES.iter().map(|rule| rule.id).filter(|id| !seen.contains(id)).collect();
    assert!(silent.is_empty(), "no finding of {silent:?}");
    findings
}

fn read(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// Runs a Python script over a report.
fn script(script: &str, report: &Path) -> Value {
    let output = python("python3").arg("-c").arg(script).arg(report).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
#[ignore = "needs the clients"]
fn sarif_is_what_github_takes() {
    let folder = tempfile::tempdir().unwrap();
    let findings = reports(folder.path());
    let log = folder.path().join("sarif");
    let named = folder.path().join("pullcheck.sarif");
    fs::rename(log, &named).unwrap();
    let tool = "node/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool";
    let output = Command::new(installed(tool))
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .arg("validate")
        .arg(&named)
        .args(["--rule-kind", "Sarif;Ghas", "--rich-return-code"])
        .output()
        .unwrap();
    let said = printed(&output);
    assert!(output.status.success() && said.contains("Analysis completed successfully"), "{said}");
    assert!(!said.contains("pullcheck.sarif("), "{said}");
    let sarif = read(folder.path(), "pullcheck.sarif");
    let run = &sarif["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), findings.len());
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        for text in ["shortDescription", "fullDescription"] {
            let text = rule[text]["text"].as_str().unwrap();
            assert!((10..=1024).contains(&text.len()), "{}: {text}", rule["id"]);
        }
        assert!(rule["help"]["markdown"].as_str().unwrap().len() > 200);
    }
    for result in run["results"].as_array().unwrap() {
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string(), "{result}");
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

#[test]
#[ignore = "needs the clients"]
fn junit_is_read_by_junitparser_and_quick_junit() {
    let folder = tempfile::tempdir().unwrap();
    let findings = reports(folder.path());
    let report = folder.path().join("junit");
    let failing = findings.iter().filter(|finding| finding["severity"] != "info").count();
    let counts = script(
        "import json, sys\nfrom junitparser import JUnitXml, Failure, Skipped\n\
         cases = [case for suite in JUnitXml.fromfile(sys.argv[1]) for case in suite]\n\
         results = [result for case in cases for result in case.result]\n\
         of = lambda kind: sum(isinstance(result, kind) for result in results)\n\
         print(json.dumps([of(Failure), of(Skipped), len(cases)]))",
        &report,
    );
    assert_eq!(counts[0], failing);
    assert_eq!(counts[1], findings.len() - failing);
    assert!(counts[2].as_u64().unwrap() > findings.len() as u64, "clean files pass");
    let read =
        quick_junit::Report::deserialize_from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(read.failures, failing);
}

#[test]
#[ignore = "needs the clients"]
fn checkstyle_holds_every_finding() {
    let folder = tempfile::tempdir().unwrap();
    let findings = reports(folder.path());
    let errors = script(
        "import json, sys\nfrom xml.etree import ElementTree\n\
         files = ElementTree.parse(sys.argv[1]).getroot().findall('file')\n\
         print(json.dumps([[file.get('name'), int(error.get('line')), int(error.get('column')), \
         error.get('source'), error.get('message')] for file in files for error in file]))",
        &folder.path().join("checkstyle"),
    );
    let errors = errors.as_array().unwrap();
    assert_eq!(errors.len(), findings.len());
    for (error, finding) in errors.iter().zip(&findings) {
        let start = &finding["range"]["start"];
        assert_eq!(
            [&error[0], &error[1], &error[2]],
            [&finding["path"], &start["line"], &start["column"]]
        );
        assert_eq!(error[3], format!("pullcheck.{}", finding["rule"].as_str().unwrap()));
        assert!(error[4].as_str().unwrap().starts_with(finding["message"].as_str().unwrap()));
    }
}

#[test]
#[ignore = "needs the clients"]
fn gitlab_and_reviewdog_find_what_they_demand() {
    let folder = tempfile::tempdir().unwrap();
    let findings = reports(folder.path());
    let issues = read(folder.path(), "gitlab");
    let issues = issues.as_array().unwrap();
    assert_eq!(issues.len(), findings.len());
    let mut fingerprints = HashSet::new();
    for issue in issues {
        assert!(["description", "check_name"].iter().all(|key| issue[key].is_string()), "{issue}");
        assert!(fingerprints.insert(issue["fingerprint"].as_str().unwrap()), "{issue}");
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        assert!(issue["location"]["positions"]["begin"]["line"].as_u64().unwrap() > 0);
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(root().join(path).is_file(), "{path}");
    }
    let result = read(folder.path(), "rdjson");
    let diagnostics = result["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), findings.len());
    for (diagnostic, finding) in diagnostics.iter().zip(&findings) {
        let (place, severity) = (&diagnostic["location"], diagnostic["severity"].as_str().unwrap());
        assert_eq!(place["path"], finding["path"]);
        assert_eq!(place["range"]["start"]["line"], finding["range"]["start"]["line"]);
        assert!(["ERROR", "WARNING", "INFO"].contains(&severity));
        assert_eq!(diagnostic["code"]["value"], finding["rule"]);
        let text = fs::read_to_string(root().join(place["path"].as_str().unwrap())).unwrap();
        let line = usize::try_from(place["range"]["start"]["line"].as_u64().unwrap()).unwrap();
        let column = usize::try_from(place["range"]["start"]["column"].as_u64().unwrap()).unwrap();
        let begin = finding["range"]["start"]["byte"].as_u64().unwrap();
        let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        assert_eq!((before + column - 1) as u64, begin, "columns count bytes");
    }
}
