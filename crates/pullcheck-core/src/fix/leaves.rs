//! What a text says: each scalar by its way from the root. Two texts say the same if these are equal.

use std::collections::BTreeMap;

use crate::{
    span::Span,
    yaml::{Node, ScalarKind, Tree},
};

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The item of a sequence, or the document of a text, by its number.
    Item(usize),
    /// The entry of a mapping: its key, and how many entries before it have the same.
    Key(String, usize),
}

/// What stands at the end of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leaf {
    Scalar(String, ScalarKind),
    /// A collection without children: a mapping or not.
    Empty(bool),
    /// An alias, by the way to its anchor.
    Alias(Vec<Step>),
    /// A key that is no scalar, as it is written.
    Written(String),
}

/// All values of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Leaves(BTreeMap<Vec<Step>, Leaf>);

/// What is deeper than this is compared as it is written.
const DEEPEST: usize = 128;

impl Leaves {
    /// The value at a way becomes a string.
    pub fn set(&mut self, path: &[Step], value: &str) {
        self.0.insert(path.to_vec(), Leaf::Scalar(value.to_owned(), ScalarKind::Str));
    }

    /// The mapping that the way leads through last gets one more entry.
    pub fn add_beside(&mut self, path: &[Step], key: &str, value: &str) {
        let mut path = path.to_vec();
        path.pop();
        path.push(Step::Key(key.to_owned(), 0));
        self.set(&path, value);
    }
}

/// What a tree says.
pub fn leaves(tree: &Tree<'_>) -> Leaves {
    let mut reader = Reader { found: BTreeMap::new(), ways: BTreeMap::new() };
    for (number, root) in tree.roots().enumerate() {
        reader.read(root, &mut vec![Step::Item(number)]);
    }
    Leaves(reader.found)
}

struct Reader {
    found: BTreeMap<Vec<Step>, Leaf>,
    /// The way to each node, by its identity: where the aliases of it lead.
    ways: BTreeMap<u32, Vec<Step>>,
}

impl Reader {
    fn read(&mut self, node: Node<'_>, path: &mut Vec<Step>) {
        if node.is_alias() {
            let way = self.ways.get(&node.identity()).cloned().unwrap_or_default();
            self.found.insert(path.clone(), Leaf::Alias(way));
            return;
        }
        self.ways.insert(node.identity(), path.clone());
        if let Some((value, kind)) = node.scalar() {
            self.found.insert(path.clone(), Leaf::Scalar(value.to_owned(), kind));
            return;
        }
        if path.len() > DEEPEST {
            self.found.insert(path.clone(), Leaf::Written(node.source().to_owned()));
            return;
        }
        let mut is_empty = true;
        for (step, child) in children(node) {
            is_empty = false;
            path.push(step);
            self.read(child, path);
            path.pop();
        }
        if is_empty {
            self.found.insert(path.clone(), Leaf::Empty(node.is_mapping()));
        }
    }
}

/// The children of a collection that is written here, with the steps that lead to them.
fn children(node: Node<'_>) -> impl Iterator<Item = (Step, Node<'_>)> {
    let items = node.items().enumerate().map(|(number, item)| (Step::Item(number), item));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let entries = node.entries().map(move |(key, value)| {
        let name = key.scalar().map_or_else(|| key.source(), |(name, _)| name).to_owned();
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        (Step::Key(name, *count - 1), value)
    });
    items.chain(entries)
}

/// The way to the value at a place, below a node: the value, and the mapping and key that hold it.
pub type Found<'a> = (Vec<Step>, Node<'a>, Option<(Node<'a>, Node<'a>)>);

/// Looks for the value that is written at a place.
pub fn find(root: Node<'_>, span: Span, path: Vec<Step>) -> Option<Found<'_>> {
    let mut path = path;
    let mut node = root;
    let mut entry = None;
    // A collection may begin where its first child does, so children are asked first.
    while let Some((step, child, key)) = child_at(node, span) {
        entry = key.map(|key| (node, key));
        path.push(step);
        node = child;
    }
    (node.span() == span).then_some((path, node, entry))
}

fn child_at(node: Node<'_>, span: Span) -> Option<(Step, Node<'_>, Option<Node<'_>>)> {
    if node.is_alias() {
        return None;
    }
    let holds = |child: Node<'_>| {
        let own = child.span();
        own.start <= span.start && span.end <= own.end && own.start < own.end
    };
    let keys = node.entries().map(|(key, _)| Some(key));
    let keys = node.items().map(|_| None).chain(keys);
    let mut children = children(node).zip(keys);
    children.find_map(|((step, child), key)| holds(child).then_some((step, child, key)))
}

/// Whether an alias repeats a node, or one that it lies in.
pub fn is_repeated(tree: &Tree<'_>, node: Node<'_>) -> bool {
    let span = node.span();
    tree.aliases().any(|alias| {
        let anchor = alias.content_span();
        anchor.start <= span.start && span.end <= anchor.end
    })
}
