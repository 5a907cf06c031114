//! Manifests and patches in strings of other manifests, each value at its true place.

use std::ops::Range;

use super::{Reader, suppressions};
use crate::{
    facts::Broken,
    suppress::Scope,
    yaml::{self, Node},
};

/// What is made of a document within a string.
type Read<'r> = &'r dyn Fn(&mut Reader<'_>, Node<'_>);

impl Reader<'_> {
    /// Reads the YAML or JSON in a string. `needed` says what it has to be; without it a string
    /// that holds none is passed over.
    pub fn embedded(&mut self, node: Node<'_>, needed: Option<&str>, read: Read<'_>) {
        let Some(decoded) = node.as_str() else { return };
        let is_new = self.texts_read.insert(node.identity());
        if !is_new || self.text_depth == 0 || self.read_as_it_stands(node, read) {
            return;
        }
        // What is written with escapes or folds is blamed as a whole.
        let ends = |reader: &Self| {
            let facts = &reader.facts;
            let counts = [facts.uses.len(), facts.duplicates.len(), facts.broken.len()];
            let counts = (counts, facts.unquoted.len());
            (counts, facts.ignores.len(), facts.secrets.len(), facts.confidential.len())
        };
        let (([uses, duplicates, broken], unquoted), ignores, secrets, confidential) = ends(self);
        let parts: Result<Vec<_>, _> =
            yaml::documents(decoded).map(|part| yaml::parse(decoded, part)).collect();
        match parts {
            Ok(trees) => {
                for tree in &trees {
                    let mut reader = self.within(decoded);
                    tree.roots().for_each(|root| read(&mut reader, root));
                    suppressions::read_comments(tree, decoded, &mut self.facts.ignores);
                }
            }
            Err(error) => {
                if let Some(needed) =
                    needed.filter(|_| !super::triage::has_template_action(decoded))
                {
                    let cause = format!("{needed} has to be YAML, and in it {}", error.cause);
                    self.facts.broken.push(Broken { span: node.content_span(), cause });
                }
            }
        }
        let whole = node.content_span();
        for used in self.facts.uses.iter_mut().skip(uses) {
            let written = [used.image.as_mut(), used.policy.as_mut()];
            written.into_iter().flatten().for_each(|written| written.span = whole);
            used.pieces.iter_mut().for_each(|pieces| pieces.others.clear());
        }
        if self.facts.confidential.len() > confidential {
            self.facts.confidential.truncate(confidential);
            self.facts.confidential.push(whole);
        }
        for secret in self.facts.secrets.iter_mut().skip(secrets) {
            secret.stands_at(whole);
        }
        // A key in such a text cannot be shown.
        self.facts.duplicates.truncate(duplicates);
        self.facts.unquoted.iter_mut().skip(unquoted).for_each(|value| value.span = whole);
        self.facts.broken.iter_mut().skip(broken).for_each(|broken| broken.span = whole);
        for ignore in self.facts.ignores.iter_mut().skip(ignores) {
            ignore.span = whole;
            if ignore.scope != Scope::File {
                ignore.scope = Scope::Part(whole);
            }
            ignore.rules.iter_mut().for_each(|(_, span)| *span = whole);
        }
    }

    /// Reads a string whose text stands in the file as it is; tells whether that could be done.
    fn read_as_it_stands(&mut self, node: Node<'_>, read: Read<'_>) -> bool {
        let text = self.text;
        let Some(part) = as_it_stands(node, text) else { return false };
        let parts: Result<Vec<_>, _> =
            documents(text, part).into_iter().map(|part| yaml::parse(text, part)).collect();
        let Ok(trees) = parts else { return false };
        for tree in &trees {
            let mut reader = self.within(text);
            tree.roots().for_each(|root| read(&mut reader, root));
            suppressions::read_comments(tree, text, &mut self.facts.ignores);
        }
        true
    }
}

/// The part of the file that a string's text is written in, if nothing in it is escaped or folded:
/// the indented lines of a literal block, or a line in quotes.
fn as_it_stands(node: Node<'_>, text: &str) -> Option<Range<usize>> {
    let source = node.content_span().slice(text);
    let span = node.content_span().range();
    if source.starts_with('|') {
        let header = source.find(['\n', '\r'])?;
        let indicators = source.get(..header)?.split([' ', '\t', '#']).next()?;
        let has_width = indicators.contains(|c: char| c.is_ascii_digit());
        return (!has_width).then_some(span.start + header..span.end);
    }
    let plain = |quote: char, escape: &str| {
        let inner = source.strip_prefix(quote)?.strip_suffix(quote)?;
        let is_plain = !inner.contains(['\n', '\r']) && !inner.contains(escape);
        is_plain.then_some(span.start + 1..span.end - 1)
    };
    plain('\'', "''").or_else(|| plain('"', "\\"))
}

/// The documents of an indented text: its markers are indented, too, so that they are none to YAML.
/// Those that are indented further are part of a text in it.
fn documents(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = part.start;
    let mut at = part.start;
    let lines = || text.get(part.clone()).unwrap_or_default().split_inclusive('\n');
    let first = lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let indentation = first.len() - first.trim_start_matches(' ').len();
    for line in lines() {
        let marker = line.get(indentation..).and_then(|line| line.strip_prefix("---"));
        let is_indented = line.trim_start_matches(' ').len() + indentation == line.len();
        if is_indented
            && marker.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        {
            parts.push(start..at);
            start = at + line.len();
        }
        at += line.len();
    }
    parts.push(start..part.end);
    parts
}
