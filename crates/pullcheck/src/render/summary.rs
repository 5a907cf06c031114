//! The last line: what was found, and what was not checked.

use std::collections::BTreeMap;

use pullcheck_core::{facts::Skip, resolve::Resolved};

use super::Outcome;
use crate::{gather::Gathered, run::Summary};

/// The summary, without the end of its line.
#[must_use]
pub fn summary(outcome: Outcome<'_>) -> String {
    let figures = outcome.summary;
    let counts =
        [(figures.errors, "error"), (figures.warnings, "warning"), (figures.infos, "info")];
    let found: Vec<_> =
        counts.iter().filter(|(n, _)| *n > 0).map(|&(n, word)| counted(n, word)).collect();
    let checked =
        format!("{}, {}", counted(figures.files, "file"), counted(figures.images, "image"));
    let mut line = if found.is_empty() {
        format!("nothing found in {checked}")
    } else {
        format!("{} in {} of {checked}", found.join(", "), figures.blamed)
    };
    if figures.fixable > 0 {
        line += &format!("; {} fixable with `--fix`", figures.fixable);
    }
    if figures.suppressed > 0 {
        line += &format!("; {} suppressed", figures.suppressed);
    }
    if figures.baseline > 0 {
        line += &format!("; {} in the baseline", figures.baseline);
    }
    let skipped = skipped(outcome.gathered, outcome.resolved, figures);
    if !skipped.is_empty() {
        line += &format!("; not checked: {skipped}");
    }
    line
}

/// The last line of an inventory: what was listed, and what was not read.
#[must_use]
pub fn inventory_summary(gathered: &Gathered, resolved: &Resolved<'_>) -> String {
    let figures = Summary::of(resolved, &[]);
    let line =
        format!("{} in {}", counted(figures.images, "image"), counted(figures.files, "file"));
    let skipped = skipped(gathered, resolved, figures);
    if skipped.is_empty() { line } else { format!("{line}; not known: {skipped}") }
}

fn skipped(gathered: &Gathered, resolved: &Resolved<'_>, figures: Summary) -> String {
    let mut counts: BTreeMap<Skip, usize> = BTreeMap::new();
    for skipped in gathered.not_checked(resolved) {
        *counts.entry(skipped.reason).or_default() += 1;
    }
    let named = counts.into_iter().map(|(skip, n)| match skip {
        Skip::HelmTemplate => counted(n, "Helm template"),
        Skip::OtherTemplate => counted(n, "other template"),
        Skip::Unparsable => format!("{n} not YAML"),
        Skip::TooLarge => format!("{n} too large"),
        Skip::NotUtf8 => format!("{n} not UTF-8"),
        Skip::Unreadable => format!("{n} unreadable"),
    });
    let filled_in = figures.placeholders;
    let filled_in = (filled_in > 0).then(|| counted(filled_in, "image filled in later"));
    let builds = resolved.deployed.is_too_much();
    let builds = builds.then(|| "what kustomize builds, which is too much".to_owned());
    named.chain(filled_in).chain(builds).collect::<Vec<_>>().join(", ")
}

/// `1 image`, `2 images`; of several words the first is counted.
#[must_use]
pub fn counted(n: usize, words: &str) -> String {
    let (word, rest) = match words.split_once(' ') {
        Some((word, rest)) if word == "image" => (word, format!(" {rest}")),
        _ => (words, String::new()),
    };
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {word}{plural}{rest}")
}
