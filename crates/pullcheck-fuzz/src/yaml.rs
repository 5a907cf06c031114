//! Our tree: its places, its documents, and what it reads, compared with `serde_yaml`.

use std::{ops::Range, sync::LazyLock};

use pullcheck_core::{
    span::Span,
    yaml::{Node, ParseError, ScalarKind, Tree, documents, parse, readers_agree},
};
use regex::Regex;
use serde_yaml::Value;

use crate::{oracle, places::lies_in};

/// Where readers differ by right: at the line breaks that YAML 1.2 gave up, and at names of anchors, in
/// which it allows more than letters, digits, `_` and `-`; at a `?` or `:` before anything but a space
/// within brackets; behind a byte order mark, which libyaml counts as a column; and at a null with a tag of
/// somebody's own.
static CHANGED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"[\x{85}\x{2028}\x{2029}\x{feff}]|[&*][A-Za-z0-9_-]*[^A-Za-z0-9_\s,\[\]{}-]|[\[{,\s][?:]\S|![^!\s]\S*\s+(?:~|[Nn]ull|NULL)",
    )
    .unwrap()
});

pub fn holds(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut next = 0;
    for part in documents(&text) {
        assert_eq!(part.start, next, "documents leave something out: {text:?}");
        lies_in(&text, part.clone());
        next = part.end;
        document_is_sound(&text, part);
    }
    assert_eq!(next, text.len(), "documents leave out the end: {text:?}");
}

fn document_is_sound(text: &str, part: Range<usize>) {
    let alone = text.get(part.clone()).unwrap();
    let within = parse(text, part.clone());
    let tree = match &within {
        Ok(tree) => tree,
        Err(error) => {
            assert!(!error.cause.is_empty());
            lies_in(text, error.at.range());
            assert!(part.start <= error.at.range().start && error.at.range().end <= part.end);
            return;
        }
    };
    let outline_within = outline(&within);
    for line in &outline_within.0 {
        lies_in(text, line.span.range());
    }
    for root in tree.roots() {
        children_lie_within(root, text);
    }
    assert!(readers_agree(alone).is_ok(), "{:?}: {alone:?}", readers_agree(alone));
    let outline_alone = outline(&parse(alone, 0..alone.len()));
    assert_eq!(outline_within.from(Span::of(part).start), outline_alone, "{text:?}");
    // A block scalar that is all of a document needs no indentation since YAML 1.2.
    let is_scalar = |root: Node<'_>| root.scalar().is_some();
    if !CHANGED.is_match(alone)
        && !tree.roots().any(is_scalar)
        && let Ok(theirs) = serde_yaml::from_str::<Value>(alone)
        && !tree.aliases_exhausted()
    {
        assert_eq!(oracle::difference(tree, &theirs), None, "{alone:?} is {theirs:?}");
    }
}

/// Children lie in their parents, each behind the one before.
fn children_lie_within(node: Node<'_>, text: &str) {
    let mut child = node.first_child();
    let mut from = node.span().start;
    while let Some(next) = child {
        let span = next.span();
        assert!(
            from <= span.start && span.end <= node.span().end,
            "{span:?} is not in {:?} from {from} on: {text:?}",
            node.span()
        );
        from = span.end;
        children_lie_within(next, text);
        child = next.next_sibling();
    }
}

/// All that a tree says: two readers agree on a text if their outlines are equal.
#[derive(Debug, PartialEq, Eq)]
pub struct Outline(Vec<Line>);

/// Something of a tree, or why there is none.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    depth: u32,
    span: Span,
    /// Where the content stands, if that is elsewhere.
    target: Option<Span>,
    says: Says,
}

#[derive(Debug, PartialEq, Eq)]
enum Says {
    Scalar(String, ScalarKind),
    Sequence,
    Mapping,
    Nothing,
    Comment,
    Unresolved,
    Refused(String),
}

/// The outline of what a reader made of a text.
#[must_use]
pub fn outline(read: &Result<Tree<'_>, ParseError>) -> Outline {
    let line = |span, says| Line { depth: 0, span, target: None, says };
    let mut lines = Vec::new();
    match read {
        Ok(tree) => {
            tree.roots().for_each(|root| add(root, 0, &mut lines));
            lines.extend(tree.comments().iter().map(|&span| line(span, Says::Comment)));
            lines
                .extend(tree.unresolved_aliases().iter().map(|&span| line(span, Says::Unresolved)));
        }
        Err(error) => lines.push(line(error.at, Says::Refused(error.cause.clone()))),
    }
    Outline(lines)
}

fn add(node: Node<'_>, depth: u32, lines: &mut Vec<Line>) {
    let says = match node.scalar() {
        Some((value, kind)) => Says::Scalar(value.to_owned(), kind),
        None if node.is_sequence() => Says::Sequence,
        None if node.is_mapping() => Says::Mapping,
        None => Says::Nothing,
    };
    let target = node.is_alias().then(|| node.content_span());
    lines.push(Line { depth, span: node.span(), target, says });
    let mut child = node.first_child();
    while let Some(next) = child {
        add(next, depth + 1, lines);
        child = next.next_sibling();
    }
}

impl Outline {
    /// The same, counted from a byte on.
    fn from(self, byte: u32) -> Self {
        let shifted = |span: Span| Span::new(span.start - byte, span.end - byte);
        let lines = self.0.into_iter().map(|line| Line {
            span: shifted(line.span),
            // What no anchor defines stands nowhere.
            target: line.target.map(|at| if at == Span::default() { at } else { shifted(at) }),
            ..line
        });
        Self(lines.collect())
    }
}
