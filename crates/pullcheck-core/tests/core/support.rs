//! From a text to what is said of it, in one step.

use std::sync::Arc;

use pullcheck_core::{
    extract::extract,
    judge::{Judged, judge},
    path::LogicalPath,
    resolve::{Project, SourceFile},
    rule::Profile,
    rules::{find, levels},
    settings::{Levels, Settings},
    span::{FileId, LineIndex},
};

/// The settings of a profile.
pub fn profile(profile: Profile) -> Settings {
    let strict = profile != Profile::Recommended;
    Settings { levels: levels(profile), honour_ignores: true, strict, ..Settings::default() }
}

/// The settings that run these rules alone.
pub fn select(rules: &[&'static str]) -> Settings {
    let mut levels = Levels::default();
    for id in rules {
        levels.set(id, find(id).map(|rule| rule.level.on_request(Profile::Recommended)));
    }
    Settings { levels, honour_ignores: true, ..Settings::default() }
}

/// Judges a text as the only file of its project.
pub fn judged(text: &str, settings: &Settings) -> Judged {
    let path = LogicalPath::new("deploy/app.yaml");
    let facts = extract(&path, text, settings);
    let project =
        Project::new(vec![SourceFile { path, facts, settings: Arc::new(settings.clone()) }]);
    judge(&project.resolve(FileId(0)).unwrap())
}

/// The findings of a text as `line severity rule`, joined by commas.
pub fn said(text: &str, settings: &Settings) -> String {
    let lines = LineIndex::new(text);
    let row = |finding: &pullcheck_core::finding::Finding| {
        let line = lines.position(text, finding.at.span.start).line;
        format!("{line} {} {}", finding.severity, finding.rule)
    };
    judged(text, settings).findings.iter().map(row).collect::<Vec<_>>().join(", ")
}
