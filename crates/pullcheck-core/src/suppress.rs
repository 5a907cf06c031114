//! Suppressions: how they are written, and what they hide.
//!
//! `# pullcheck: ignore[rule-a, rule-b] reason` at the end of a line or on the line above,
//! `# pullcheck: ignore-file[rule] reason` anywhere, and the annotation
//! `pullcheck.dev/ignore: "rule-a, rule-b"` on an object or its pod template.

use crate::span::{At, Span};

/// The annotation that suppresses rules for an object or a pod template.
pub const ANNOTATION: &str = "pullcheck.dev/ignore";

/// A suppression as it is written.
#[derive(Debug)]
pub struct Ignore {
    /// The whole comment, or the annotation's value.
    pub span: Span,
    /// Where it holds.
    pub scope: Scope,
    /// The rules that it names, each with its place.
    pub rules: Vec<(Box<str>, Span)>,
    /// What is wrong with the way it is written.
    pub problem: Option<&'static str>,
}

/// What became of a suppression.
#[derive(Debug)]
pub struct IgnoreVerdict<'f> {
    /// The suppression.
    pub ignore: &'f Ignore,
    /// Where it stands.
    pub at: At,
    /// The names in it that hid nothing, though they could have: each with its place, and whether
    /// there is a rule of that name.
    pub idle: Vec<(&'f str, At, bool)>,
}

/// Where a suppression holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole file.
    File,
    /// What begins in these bytes.
    Part(Span),
    /// Nothing: the comment stands above no item and no key.
    Nothing,
}

/// Whether a comment is meant for pullcheck.
#[must_use]
pub fn concerns(comment: &str) -> bool {
    directive(comment).is_some()
}

fn directive(comment: &str) -> Option<&str> {
    comment.trim_start_matches('#').trim_start().strip_prefix("pullcheck:").map(str::trim)
}

/// Reads a comment, `#` included, that [`concerns`] pullcheck; `scope` is where it holds unless
/// it says `ignore-file`.
#[must_use]
pub fn read_comment(comment: &str, span: Span, scope: Scope) -> Ignore {
    let mut ignore = Ignore { span, scope, rules: Vec::new(), problem: None };
    let directive = directive(comment).unwrap_or_default();
    let word = directive.split(|c: char| !(c.is_alphanumeric() || c == '-')).next();
    match word {
        Some("ignore") => {}
        Some("ignore-file") => ignore.scope = Scope::File,
        _ => {
            ignore.problem = Some("only `ignore[…]` and `ignore-file[…]` are understood");
            return ignore;
        }
    }
    let list = directive
        .split_once('[')
        .filter(|(before, _)| before.trim_end().len() == word.unwrap_or_default().len())
        .and_then(|(_, rest)| rest.split_once(']'));
    match list {
        Some((list, _)) => {
            let opened = comment.find('[').map_or(0, |at| at + 1);
            ignore.rules = read_list(list, span.start + Span::of(0..opened).end);
        }
        None => ignore.problem = Some("the rules must be named: `ignore[rule-a, rule-b]`"),
    }
    if list.is_some() && ignore.rules.is_empty() {
        ignore.problem = Some("no rule is named between the brackets");
    }
    ignore
}

/// Reads the value of the annotation: `text` is the value, `source` the same as it is written, at
/// `span`. A name that is not written as it reads, by an escape or a fold, stands where the value
/// does.
#[must_use]
pub fn read_annotation(text: &str, source: &str, span: Span, part: Span) -> Ignore {
    let mut from = 0;
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let rules: Vec<_> = names
        .map(|name| {
            let found = source.get(from..).and_then(|rest| rest.find(name));
            let place = found.map_or(span, |at| {
                let start = from + at;
                from = start + name.len();
                let place = Span::of(start..from);
                Span::new(span.start + place.start, span.start + place.end)
            });
            (name.into(), place)
        })
        .collect();
    let problem = rules.is_empty().then_some("no rule is named");
    Ignore { span, scope: Scope::Part(part), rules, problem }
}

/// Names between commas, each with its place; `start` is the place of the list.
fn read_list(list: &str, start: u32) -> Vec<(Box<str>, Span)> {
    let mut rules = Vec::new();
    let mut at = start;
    for item in list.split(',') {
        let name = item.trim();
        let from = at + Span::of(0..item.len() - item.trim_start().len()).end;
        if !name.is_empty() {
            rules.push((name.into(), Span::new(from, from + Span::of(0..name.len()).end)));
        }
        at += Span::of(0..item.len() + 1).end;
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(comment: &str) -> (Vec<String>, Option<&'static str>) {
        let ignore = read_comment(comment, Span::new(10, 10 + 40), Scope::Part(Span::new(0, 10)));
        for (name, span) in &ignore.rules {
            let at = Span::new(span.start - 10, span.end - 10);
            assert_eq!(at.slice(comment), &**name);
        }
        (ignore.rules.iter().map(|(name, _)| name.to_string()).collect(), ignore.problem)
    }

    #[test]
    fn comments_name_rules() {
        let named = |list: &[&str]| (list.iter().map(ToString::to_string).collect(), None);
        assert_eq!(names("# pullcheck: ignore[latest-tag]"), named(&["latest-tag"]));
        assert_eq!(names("#pullcheck:ignore[a, b ] why"), named(&["a", "b"]));
        assert_eq!(names("# pullcheck: ignore-file[a] é"), named(&["a"]));
        assert_eq!(names("# pullcheck: ignore [a]"), named(&["a"]));
        for wrong in [
            "# pullcheck: ignore",
            "# pullcheck: ignore latest-tag",
            "# pullcheck: ignore[]",
            "# pullcheck: ignore[a",
            "# pullcheck: disable[a]",
            "# pullcheck:",
        ] {
            assert!(names(wrong).1.is_some(), "{wrong}");
        }
        assert!(!concerns("# we run pullcheck: ignore[x] here"));
        assert!(!concerns("# pullchecks"));
    }
}
