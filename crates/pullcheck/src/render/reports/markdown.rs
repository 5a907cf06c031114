//! A page of tables, for the summary of a job or a comment.

use std::{collections::BTreeMap, env};

use pullcheck_core::rules;

use super::{Located, Report, repository::encoded};
use crate::{clean::clean_line, render::summary};

/// How many findings are shown one by one.
const MOST: usize = 100;

/// How many characters of a message are shown.
const LONGEST: usize = 300;

/// What was found: by rule, and then the most severe one by one.
pub fn page(report: &Report<'_>) -> String {
    let mut out = format!("## pullcheck\n\n{}\n", text(&summary(report.outcome)));
    if report.located.is_empty() {
        return out;
    }
    out.push_str("\n| rule | severity | findings |\n| --- | --- | ---: |\n");
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for located in &report.located {
        *counts.entry((located.finding.severity, located.finding.rule)).or_default() += 1;
    }
    for ((severity, rule), count) in counts.into_iter().rev() {
        out.push_str(&format!("| {} | {severity} | {count} |\n", link(rule)));
    }
    out.push_str("\n| place | severity | what |\n| --- | --- | --- |\n");
    let findings = report.by_severity();
    let blob = blob();
    for located in findings.iter().take(MOST) {
        out.push_str(&row(report, located, blob.as_deref()));
    }
    if findings.len() > MOST {
        out.push_str(&format!("\nThe {MOST} most severe of {} findings.\n", findings.len()));
    }
    out
}

fn row(report: &Report<'_>, located: &Located<'_>, blob: Option<&str>) -> String {
    let (finding, line) = (located.finding, located.range.start.line);
    let place = code(&format!("{}:{line}", located.path));
    let place = match blob {
        Some(blob) => {
            format!("[{place}]({blob}{}#L{line})", encoded(&report.repository.path(located.path)))
        }
        None => place,
    };
    let about = located.resource.as_ref().map(|object| {
        let container = located.container.iter().map(|name| format!(", container {}", code(name)));
        format!(" in {}{}", code(&object.full_name()), container.collect::<String>())
    });
    let (rule, message) = (link(finding.rule), text(&finding.message));
    format!("| {place}{} | {} | {rule}: {message} |\n", about.unwrap_or_default(), finding.severity)
}

/// A rule with a link to its page.
fn link(rule: &str) -> String {
    match rules::find(rule) {
        Some(rule) => format!("[{}]({})", rule.id, rule.url()),
        None => code(rule),
    }
}

/// Where GitHub shows the files, if a job of GitHub Actions tells.
fn blob() -> Option<String> {
    let [server, repository, commit] =
        ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"].map(env::var);
    Some(format!("{}/{}/blob/{}/", server.ok()?, repository.ok()?, commit.ok()?))
}

/// Words of ours around words of a manifest, which stand between backticks. Whatever Markdown or HTML
/// would obey is written as an entity.
fn text(message: &str) -> String {
    let message = clean_line(&shortened(message));
    let parts: Vec<&str> = message.split('`').collect();
    let last = parts.len() - 1;
    let parts = parts.iter().enumerate().map(|(n, part)| match (n % 2, n == last) {
        (1, false) => format!("<code>{}</code>", entities(part)),
        (1, true) => format!("&#96;{}", entities(part)),
        _ => entities(part),
    });
    parts.collect()
}

fn code(words: &str) -> String {
    format!("<code>{}</code>", entities(&clean_line(&shortened(words))))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A text in which Markdown finds nothing: no marks, no HTML, no address to link.
fn entities(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || !c.is_ascii() || " /;,-=()?'%".contains(c);
    text.chars()
        .map(|c| if plain(c) { c.to_string() } else { format!("&#{};", u32::from(c)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_finds_nothing_in_a_message() {
        assert_eq!(text("`a|b` is <b>"), "<code>a&#124;b</code> is &#60;b&#62;");
        assert_eq!(text("`x` and ` y"), "<code>x</code> and &#96; y");
        assert_eq!(text("see https://a.b"), "see https&#58;//a&#46;b");
        assert_eq!(code("a\n@me"), "<code>a&#92;n&#64;me</code>");
    }
}
