//! A YAML tree that remembers places; the only room that knows the parser crate.
//!
//! Nodes lie in one arena in the order of the text. A [`Node`] is a copyable handle: an alias
//! answers like its anchor but stands where it is written, and merge keys are followed on look-up.

mod arena;
mod build;
mod documents;
mod quick;
mod scalar;

pub use build::ParseError;
pub use documents::documents;
pub use scalar::{ScalarKind, resolve};

use std::{borrow::Cow, cell::Cell, ops::Range};

use crate::span::Span;

/// How many aliases of one document are followed, and merged entries looked at, before the rest is
/// left alone. The work on a document is bounded by this, whatever its aliases multiply to.
const ALIAS_BUDGET: u32 = 1_000_000;

/// How deep merge keys may lead into each other.
const MERGE_DEPTH: u32 = 32;

/// No node: the end of a list of children.
const NONE: u32 = u32::MAX;

/// The nodes and comments of one parsed text.
#[derive(Debug)]
pub struct Tree<'t> {
    text: &'t str,
    nodes: Vec<NodeData<'t>>,
    roots: Vec<u32>,
    comments: Vec<Span>,
    unresolved: Vec<Span>,
    aliases_left: Cell<u32>,
}

#[derive(Debug, PartialEq)]
struct NodeData<'t> {
    span: Span,
    content: Content<'t>,
    next: u32,
}

#[derive(Debug, PartialEq)]
enum Content<'t> {
    Scalar(Cow<'t, str>, ScalarKind),
    Sequence {
        first: u32,
    },
    /// Children are key, value, key, value, …
    Mapping {
        first: u32,
    },
    Alias(u32),
    Unresolved,
}

/// Parses a part of a text; all spans count from the beginning of the whole text.
///
/// # Errors
///
/// The first place at which the part is not YAML.
pub fn parse(text: &str, part: Range<usize>) -> Result<Tree<'_>, ParseError> {
    match quick::read(text, part.clone()) {
        Some(tree) => Ok(tree),
        None => build::parse(text, part),
    }
}

/// Where the two readers of YAML disagree about a text: nowhere, ever. A fuzzer and tests see to that.
///
/// # Errors
///
/// The first difference between the trees, or why the parser refuses what the quick reader takes.
pub fn readers_agree(text: &str) -> Result<bool, String> {
    let Some(quick) = quick::read(text, 0..text.len()) else { return Ok(false) };
    let parsed = build::parse(text, 0..text.len()).map_err(|error| error.to_string())?;
    for (at, (one, other)) in quick.nodes.iter().zip(&parsed.nodes).enumerate() {
        if one != other {
            return Err(format!("node {at}: {one:?} is not {other:?}"));
        }
    }
    let rest = |tree: &Tree<'_>| {
        (tree.nodes.len(), tree.roots.clone(), tree.comments.clone(), tree.unresolved.clone())
    };
    let (quick, parsed) = (rest(&quick), rest(&parsed));
    if quick == parsed { Ok(true) } else { Err(format!("{quick:?} is not {parsed:?}")) }
}

/// A handle to a node of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    tree: &'a Tree<'a>,
    id: u32,
}

impl<'t> Tree<'t> {
    /// The root node of each document that has content.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|&id| Node { tree: self, id })
    }

    /// The comments, `#` included, in the order of the text.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Aliases that no anchor above them defines.
    #[must_use]
    pub fn unresolved_aliases(&self) -> &[Span] {
        &self.unresolved
    }

    /// Whether the aliases multiplied past what is followed, so that some of them were not.
    #[must_use]
    pub fn aliases_exhausted(&self) -> bool {
        self.aliases_left.get() == 0
    }

    /// Whether a node is the root of a document.
    #[must_use]
    pub fn is_root(&self, node: Node<'_>) -> bool {
        self.roots.contains(&node.id)
    }

    /// The first node, in the order of the text, that begins at or after a byte.
    #[must_use]
    pub fn first_from(&self, byte: u32) -> Option<Node<'_>> {
        let index = self.nodes.partition_point(|node| node.span.start < byte);
        let id = u32::try_from(index).ok()?;
        self.nodes.get(index).map(|_| Node { tree: self, id })
    }

    /// Takes one from what may be followed; `None` when nothing is left.
    fn spend(&self) -> Option<()> {
        let left = self.aliases_left.get().checked_sub(1)?;
        self.aliases_left.set(left);
        Some(())
    }

    fn data(&self, id: u32) -> Option<&NodeData<'t>> {
        self.nodes.get(id as usize)
    }
}

impl<'a> Node<'a> {
    /// Where the node is written: quotes included, an alias where it stands, a collection from
    /// its first entry to the end of its last.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.data(self.id).map(|data| data.span).unwrap_or_default()
    }

    /// Where the node's content is written: of an alias, where its anchor is.
    #[must_use]
    pub fn content_span(self) -> Span {
        self.target().map(|(_, data)| data.span).unwrap_or_default()
    }

    /// The node as it is written in the text.
    #[must_use]
    pub fn source(self) -> &'a str {
        self.span().slice(self.tree.text)
    }

    /// A number that is the same for a node and every alias of it.
    #[must_use]
    pub fn identity(self) -> u32 {
        self.target().map_or(self.id, |(id, _)| id)
    }

    /// The value and kind of a scalar.
    #[must_use]
    pub fn scalar(self) -> Option<(&'a str, ScalarKind)> {
        match &self.target()?.1.content {
            Content::Scalar(value, kind) => Some((value, *kind)),
            _ => None,
        }
    }

    /// The value of a scalar that YAML reads as a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        self.scalar().filter(|(_, kind)| *kind == ScalarKind::Str).map(|(value, _)| value)
    }

    /// Whether this is an alias of what is written elsewhere.
    #[must_use]
    pub fn is_alias(self) -> bool {
        self.tree.data(self.id).is_some_and(|data| matches!(data.content, Content::Alias(_)))
    }

    /// Whether this is a mapping.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        matches!(self.target().map(|(_, data)| &data.content), Some(Content::Mapping { .. }))
    }

    /// Whether this is a sequence.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        matches!(self.target().map(|(_, data)| &data.content), Some(Content::Sequence { .. }))
    }

    /// The items of a sequence; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> {
        let first = match self.target().map(|(_, data)| &data.content) {
            Some(Content::Sequence { first }) => *first,
            _ => NONE,
        };
        self.siblings(first)
    }

    /// The entries of a mapping as they are written, merge keys among them.
    pub fn entries(self) -> impl Iterator<Item = (Node<'a>, Node<'a>)> {
        let first = match self.target().map(|(_, data)| &data.content) {
            Some(Content::Mapping { first }) => *first,
            _ => NONE,
        };
        let mut children = self.siblings(first);
        std::iter::from_fn(move || children.next().zip(children.next()))
    }

    /// The value of a key. Of equal keys the last wins, a written key wins over merged ones, and
    /// of several merged maps the first, as in go-yaml, which `kubectl` and the kubelet use.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.get_merged(key, MERGE_DEPTH)
    }

    /// The value at a path of keys.
    #[must_use]
    pub fn at(self, path: &[&str]) -> Option<Node<'a>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The node after this one in its parent: for a key, its value.
    #[must_use]
    pub fn next_sibling(self) -> Option<Node<'a>> {
        let next = self.tree.data(self.id)?.next;
        self.tree.data(next).map(|_| Node { tree: self.tree, id: next })
    }

    /// The first child of a collection as it is written: a first item, or a first key.
    #[must_use]
    pub fn first_child(self) -> Option<Node<'a>> {
        match self.tree.data(self.id)?.content {
            Content::Sequence { first } | Content::Mapping { first } => self.siblings(first).next(),
            _ => None,
        }
    }

    fn get_merged(self, key: &str, depth: u32) -> Option<Node<'a>> {
        let mut own = None;
        let mut merged = None;
        for (name, value) in self.entries() {
            if depth < MERGE_DEPTH {
                self.tree.spend()?;
            }
            match name.scalar() {
                Some((text, _)) if text == key => own = Some(value),
                Some(("<<", _)) => merged = Some(value),
                _ => {}
            }
        }
        if own.is_some() {
            return own;
        }
        let depth = depth.checked_sub(1)?;
        let merged = merged?;
        if merged.is_sequence() {
            merged.items().find_map(|map| map.get_merged(key, depth))
        } else {
            merged.get_merged(key, depth)
        }
    }

    fn siblings(self, first: u32) -> impl Iterator<Item = Node<'a>> {
        let tree = self.tree;
        let mut next = first;
        std::iter::from_fn(move || {
            let id = next;
            next = tree.data(id)?.next;
            Some(Node { tree, id })
        })
    }

    fn target(self) -> Option<(u32, &'a NodeData<'a>)> {
        let data = self.tree.data(self.id)?;
        let Content::Alias(target) = data.content else { return Some((self.id, data)) };
        self.tree.spend()?;
        self.tree.data(target).map(|data| (target, data))
    }
}

#[cfg(test)]
mod tests;
