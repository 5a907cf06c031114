//! The rules' pages.

use pullcheck_core::{
    fix::Safety,
    rule::{Profile, Rule},
    rules::RULES,
};

/// The page of a rule, in Markdown.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let severity = |profile| rule.level.of(profile).map_or("off", |severity| severity.as_str());
    let security = rule.security.map(|score| {
        [" security in SARIF |".to_owned(), " --- |".to_owned(), format!(" {score} |")]
    });
    let [name, line, score] = security.unwrap_or_default();
    let fix = rule.fix.map_or("none", Safety::as_str);
    format!(
        "# {}\n\n| default severity | in `strict` | since | fix |{name}\n| --- | --- | --- | --- |{line}\n| {} | {} | {} | {fix} |{score}\n\n{}",
        rule.id,
        severity(Profile::Recommended),
        severity(Profile::Strict),
        rule.since,
        dedent(rule.docs).replacen(rule.summary(), &format!("{}.", rule.summary()), 1)
    )
}

/// The table of all rules, in Markdown, each linked to its page.
#[must_use]
pub fn table() -> String {
    let mut out =
        String::from("| rule | default | in `strict` | reports |\n| --- | --- | --- | --- |\n");
    for rule in RULES {
        let severity = |profile| rule.level.of(profile).map_or("off", |severity| severity.as_str());
        out += &format!(
            "| [{0}]({0}.md) | {1} | {2} | {3} |\n",
            rule.id,
            severity(Profile::Recommended),
            severity(Profile::Strict),
            rule.summary()
        );
    }
    out
}

/// The rules as they are listed on a terminal.
#[must_use]
pub fn list() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    for rule in RULES {
        let level = match rule.level.of(Profile::Recommended) {
            Some(severity) => severity.as_str(),
            None => "strict",
        };
        out += &format!("{:width$}  {level:7}  {}\n", rule.id, rule.summary());
    }
    out
}

/// Doc comments carry the space behind `///`.
fn dedent(docs: &str) -> String {
    docs.lines().map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}
