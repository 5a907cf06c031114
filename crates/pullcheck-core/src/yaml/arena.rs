//! Putting a tree together, node after node in the order of the text.

use std::cell::Cell;

use super::{ALIAS_BUDGET, Content, NONE, NodeData, Tree};
use crate::span::Span;

/// A tree that is not finished.
pub struct Arena<'t> {
    pub tree: Tree<'t>,
    /// The open collections, each with its last child.
    open: Vec<(u32, u32)>,
}

impl<'t> Arena<'t> {
    /// An empty tree with room for some nodes.
    pub fn new(text: &'t str, nodes: usize) -> Self {
        let tree = Tree {
            text,
            nodes: Vec::with_capacity(nodes),
            roots: Vec::new(),
            comments: Vec::new(),
            unresolved: Vec::new(),
            aliases_left: Cell::new(ALIAS_BUDGET),
        };
        Self { tree, open: Vec::new() }
    }

    /// Adds a node to the innermost open collection, and tells its number.
    pub fn add(&mut self, content: Content<'t>, span: Span) -> u32 {
        let id = Span::of(0..self.tree.nodes.len()).end;
        self.tree.nodes.push(NodeData { span, content, next: NONE });
        let Some((parent, last)) = self.open.last_mut() else {
            self.tree.roots.push(id);
            return id;
        };
        let (parent, last) = (*parent, std::mem::replace(last, id));
        if last == NONE {
            if let Some(NodeData {
                content: Content::Sequence { first } | Content::Mapping { first },
                ..
            }) = self.tree.nodes.get_mut(parent as usize)
            {
                *first = id;
            }
        } else if let Some(sibling) = self.tree.nodes.get_mut(last as usize) {
            sibling.next = id;
        }
        id
    }

    /// Adds a collection, whose children come next.
    pub fn open(&mut self, content: Content<'t>, span: Span) -> u32 {
        let id = self.add(content, span);
        self.open.push((id, NONE));
        id
    }

    /// Ends the innermost collection: with its bracket, or a block collection with its last child.
    pub fn close(&mut self, bracket: Option<Span>) {
        let Some((id, last)) = self.open.pop() else { return };
        let end = match bracket {
            Some(bracket) => bracket.end,
            None => self.tree.data(last).map_or(0, |child| child.span.end),
        };
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.span.end = end.max(node.span.start);
        }
    }
}
