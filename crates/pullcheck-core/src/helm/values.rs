//! A values file as an owned tree in which each node knows its place.

use super::number;
use crate::{
    span::Span,
    yaml::{Node, ScalarKind},
};

/// How deep values are read; what lies deeper is unknown.
const DEPTH: u32 = 64;

/// How many nodes of a file are read, aliases repeated; what comes after them is unknown.
const NODES: u32 = 500_000;

/// A values file.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    pub(super) root: Written,
}

impl Default for Values {
    /// The values of a chart without a values file.
    fn default() -> Self {
        Self { root: Written { span: Span::default(), content: Content::Map(Vec::new()) } }
    }
}

impl Values {
    /// The key of the value that stands at a place.
    #[must_use]
    pub fn key_at(&self, span: Span) -> Option<&str> {
        self.root.key_at(span)
    }
}

impl Written {
    fn key_at(&self, span: Span) -> Option<&str> {
        let holds = |value: &Self| value.span.start <= span.start && span.end <= value.span.end;
        match &self.content {
            Content::Map(entries) => {
                entries.iter().filter(|(_, value)| holds(value)).find_map(|(key, value)| {
                    if value.span == span { Some(&**key) } else { value.key_at(span) }
                })
            }
            Content::List(items) => {
                items.iter().filter(|item| holds(item)).find_map(|item| item.key_at(span))
            }
            _ => None,
        }
    }
}

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) span: Span,
    pub(super) content: Content,
}

/// What a value is once `sigs.k8s.io/yaml` has read it: numbers are 64-bit floats, because they go
/// through JSON.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Null,
    Bool(bool),
    Number(f64),
    Str(Box<str>),
    List(Vec<Written>),
    Map(Vec<(Box<str>, Written)>),
    /// Too deep, too large, or an alias that leads nowhere.
    Unknown,
}

/// Reads the root of a values file, or a mapping that holds values.
#[must_use]
pub fn read_values(root: Node<'_>) -> Values {
    Values { root: read(root, DEPTH, &mut { NODES }) }
}

fn read(node: Node<'_>, depth: u32, left: &mut u32) -> Written {
    let span = node.content_span();
    let content = read_content(node, depth, left).unwrap_or(Content::Unknown);
    Written { span, content }
}

fn read_content(node: Node<'_>, depth: u32, left: &mut u32) -> Option<Content> {
    *left = left.checked_sub(1)?;
    if let Some((text, kind)) = node.scalar() {
        return Some(match kind {
            ScalarKind::Null => Content::Null,
            ScalarKind::Bool => Content::Bool(number::boolean(text)),
            ScalarKind::Int | ScalarKind::Float => Content::Number(number::parse(text)?),
            ScalarKind::Str => Content::Str(text.into()),
        });
    }
    let depth = depth.checked_sub(1)?;
    if node.is_sequence() {
        return Some(Content::List(node.items().map(|item| read(item, depth, left)).collect()));
    }
    node.is_mapping().then(|| Content::Map(entries(node, depth, left)))
}

/// The entries of a mapping by their keys: of equal keys the last, own ones before merged ones.
fn entries(node: Node<'_>, depth: u32, left: &mut u32) -> Vec<(Box<str>, Written)> {
    let mut own = Vec::new();
    let mut merged = Vec::new();
    for (name, value) in node.entries() {
        match key(name) {
            Some(key) if &*key == "<<" => merge(value, depth, left, &mut merged),
            Some(key) => own.push((key, read(value, depth, left))),
            None => {}
        }
    }
    // The sort is stable, so the last of equal keys comes last.
    merged.reverse();
    merged.append(&mut own);
    merged.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut entries: Vec<(Box<str>, Written)> = Vec::with_capacity(merged.len());
    for (key, value) in merged {
        match entries.last_mut() {
            Some((last, kept)) if *last == key => *kept = value,
            _ => entries.push((key, value)),
        }
    }
    entries
}

/// The entries of merged maps, the strongest first.
fn merge(value: Node<'_>, depth: u32, left: &mut u32, merged: &mut Vec<(Box<str>, Written)>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if value.is_sequence() {
        for map in value.items().filter(|map| map.is_mapping()) {
            merged.append(&mut entries(map, depth, left));
        }
    } else if value.is_mapping() {
        merged.append(&mut entries(value, depth, left));
    }
}

/// A key as JSON knows it: `on:` is `"true"`.
fn key(node: Node<'_>) -> Option<Box<str>> {
    let (text, kind) = node.scalar()?;
    match kind {
        ScalarKind::Null => None,
        ScalarKind::Bool => Some(number::boolean(text).to_string().into()),
        ScalarKind::Int | ScalarKind::Float => number::in_text(text).map(Box::from),
        ScalarKind::Str => Some(text.into()),
    }
}
