//! What a document says: each scalar by its way from the root. Two documents say the same if these
//! are equal.

use std::collections::{BTreeMap, HashMap};

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
    /// What is too deep to be looked into, as it is written.
    Written(String),
}

/// All values of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaves(BTreeMap<Vec<Step>, Leaf>);

/// A string that stands at the end of a way.
#[derive(Debug)]
pub struct News {
    /// The way.
    pub path: Vec<Step>,
    /// The string.
    pub value: String,
}

impl News {
    /// A new entry in the mapping that a way leads through last.
    pub fn beside(path: &[Step], key: &str, value: &str) -> Self {
        let mut path = path.to_vec();
        path.pop();
        path.push(Step::Key(key.to_owned(), 0));
        Self { path, value: value.to_owned() }
    }
}

impl Leaves {
    /// Says something new.
    pub fn take(&mut self, news: &News) {
        let leaf = Leaf::Scalar(news.value.clone(), ScalarKind::Str);
        self.0.insert(news.path.clone(), leaf);
    }
}

/// Where a scalar or an alias is written, and how it is reached.
#[derive(Clone, Debug)]
pub struct Place {
    /// The whole of it, quotes included.
    pub span: Span,
    /// The mapping that holds it, and its key there.
    pub entry: Option<(Span, Span)>,
    /// Of an alias, where its anchor's value is written.
    pub anchor: Option<Span>,
    /// The way to it.
    pub path: Vec<Step>,
}

/// A document, read for fixing.
#[derive(Debug, Default)]
pub struct Reading {
    /// What it says.
    pub leaves: Leaves,
    /// Its comments, in the order of the text.
    pub comments: Vec<Span>,
    places: HashMap<Span, Place>,
    /// What aliases repeat, and where each stands.
    repeated: Vec<(Span, Span)>,
}

/// What is deeper than this is compared as it is written.
const DEEPEST: usize = 128;

impl Reading {
    /// Reads a document.
    pub fn of(tree: &Tree<'_>) -> Self {
        let mut reader = Reader::default();
        for (number, root) in tree.roots().enumerate() {
            reader.read(root, None, &mut vec![Step::Item(number)]);
        }
        let mut reading = reader.reading;
        reading.comments = tree.comments().to_vec();
        reading
    }

    /// The scalar or alias that is written at a place.
    pub fn place(&self, span: Span) -> Option<&Place> {
        self.places.get(&span)
    }

    /// The aliases that repeat just what is written at a place.
    pub fn aliases(&self, span: Span) -> impl Iterator<Item = Span> {
        self.repeated.iter().filter(move |(anchor, _)| *anchor == span).map(|(_, alias)| *alias)
    }

    /// Whether an alias repeats a place with more around it.
    pub fn is_part_of_repeated(&self, span: Span) -> bool {
        let holds = |anchor: Span| anchor.start <= span.start && span.end <= anchor.end;
        self.repeated.iter().any(|&(anchor, _)| anchor != span && holds(anchor))
    }
}

#[derive(Default)]
struct Reader {
    reading: Reading,
    /// The way to each node, by its identity: where the aliases of it lead.
    ways: HashMap<u32, Vec<Step>>,
}

impl Reader {
    fn read(&mut self, node: Node<'_>, entry: Option<(Span, Span)>, path: &mut Vec<Step>) {
        let anchor = node.is_alias().then(|| node.content_span());
        let leaf = if let Some(anchor) = anchor {
            self.reading.repeated.push((anchor, node.span()));
            Leaf::Alias(self.ways.get(&node.identity()).cloned().unwrap_or_default())
        } else if let Some((value, kind)) = node.scalar() {
            self.ways.insert(node.identity(), path.clone());
            Leaf::Scalar(value.to_owned(), kind)
        } else {
            self.ways.insert(node.identity(), path.clone());
            return self.read_collection(node, path);
        };
        let span = node.span();
        if span.start < span.end {
            self.reading.places.insert(span, Place { span, entry, anchor, path: path.clone() });
        }
        self.reading.leaves.0.insert(path.clone(), leaf);
    }

    fn read_collection(&mut self, node: Node<'_>, path: &mut Vec<Step>) {
        if path.len() > DEEPEST {
            let written = Leaf::Written(node.source().to_owned());
            self.reading.leaves.0.insert(path.clone(), written);
            return;
        }
        let mut is_empty = true;
        for (number, item) in node.items().enumerate() {
            is_empty = false;
            path.push(Step::Item(number));
            self.read(item, None, path);
            path.pop();
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (key, value) in node.entries() {
            is_empty = false;
            let name = key.scalar().map_or_else(|| key.source(), |(name, _)| name).to_owned();
            let count = seen.entry(name.clone()).or_default();
            path.push(Step::Key(name, *count));
            *count += 1;
            self.read(value, Some((node.span(), key.span())), path);
            path.pop();
        }
        if is_empty {
            self.reading.leaves.0.insert(path.clone(), Leaf::Empty(node.is_mapping()));
        }
    }
}
