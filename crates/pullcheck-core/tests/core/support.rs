//! From a text to what is said of it, in one step.

use std::sync::Arc;

use pullcheck_core::{
    extract::extract,
    judge::{Judged, judge},
    path::LogicalPath,
    resolve::{Others, Project, Resolved, SourceFile, kustomize::Deployed},
    rule::Profile,
    rules::{find, levels},
    settings::{Levels, Settings},
    span::LineIndex,
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

/// A project whose charts nobody rendered.
pub fn resolved(project: &Project) -> Resolved<'_> {
    let builds = project.builds();
    project.resolve(Vec::new(), Deployed::join(vec![builds.follow(0..builds.count())]))
}

/// Judges a text as the only file of its project.
pub fn judged(text: &str, settings: &Settings) -> Judged {
    let path = LogicalPath::new("deploy/app.yaml");
    let facts = extract(&path, text, settings);
    let settings = Arc::new(settings.clone());
    let file = SourceFile { path, facts: Box::new(facts), settings, is_context: false };
    let project = Project::new(vec![file], Others::default());
    judge(&resolved(&project)).remove(0)
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

pub const HEAD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n";
const ONE: &str = "@sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae";
const TWO: &str = "@sha256:10b4ef4d7e18dd3cdb7ffb1c7c4ab4a1ffe5ff0dbe1c3f4e5a6c7d8e9f0a1b2c";

/// A pod of `image policy` containers, two lines each from line 5 on; `@one` and `@two` stand for
/// digests, `-` for no policy.
pub fn pod(containers: &str) -> String {
    let container = |container: &str| {
        let (image, policy) = container.rsplit_once(' ').unwrap();
        let image = image.replace("@one", ONE).replace("@two", TWO);
        let policy = match policy {
            "-" => "command: [run]".to_owned(),
            policy => format!("imagePullPolicy: {policy}"),
        };
        format!("  - image: '{image}'\n    {policy}\n")
    };
    HEAD.to_owned() + &containers.split(", ").map(container).collect::<String>()
}

/// Each pod with all that is said of it.
#[track_caller]
pub fn all_that_is_said(settings: &Settings, table: &[(&str, &str)]) {
    for (containers, expected) in table {
        let text = pod(containers);
        assert_eq!(said(&text, settings), *expected, "{containers}\n{text}");
    }
}
