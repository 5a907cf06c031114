//! From the root of an object to the places that a path names.

use rustc_hash::FxHashSet;

use super::{Reader, Shape, written::scalar_text};
use crate::{
    kinds::{Path, Step},
    yaml::Node,
};

/// What a path leads to.
#[derive(Clone)]
pub struct Hit<'a> {
    /// The node.
    pub node: Node<'a>,
    /// The map or list that holds it; itself where the path is empty.
    pub holder: Node<'a>,
    /// The `name` of the nearest item above it that has one.
    pub name: Option<&'a str>,
    /// The path that was taken, list items by number: `spec/images/2/image`.
    pub path: String,
    /// The items and values that were chosen on the way.
    chosen: Vec<Node<'a>>,
}

/// What is made of a step that leads to something of another shape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Misfits {
    /// It is a mistake.
    Told,
    /// It belongs to another version of the kind.
    PassedOver,
}

impl Reader<'_> {
    /// Everything that a path leads to, in the order of the text.
    pub fn walk<'a>(&mut self, root: Node<'a>, path: &Path, misfits: Misfits) -> Vec<Hit<'a>> {
        let mut hits = vec![Hit::root(root)];
        let mut steps = path.steps().iter().peekable();
        let mut met = FxHashSet::default();
        while let Some(step) = steps.next() {
            let mut next = Vec::with_capacity(hits.len());
            for hit in &hits {
                match step {
                    Step::Key(key) => next.extend(match (misfits, steps.peek()) {
                        (Misfits::Told, Some(Step::Items)) => {
                            self.child(hit.node, key, Shape::List).map(|node| hit.key(key, node))
                        }
                        (Misfits::Told, _) => {
                            self.child(hit.node, key, Shape::Map).map(|node| hit.key(key, node))
                        }
                        (Misfits::PassedOver, _) => {
                            hit.node.get(key).map(|node| hit.key(key, node))
                        }
                    }),
                    Step::Items => self.choose(hit.items(), &mut met, &mut next),
                    Step::Values => self.choose(hit.values(), &mut met, &mut next),
                }
            }
            hits = next;
        }
        hits
    }

    /// Takes items and values. Only these can be repeated without end, so what an alias leads to
    /// again is paid for before it is taken.
    fn choose<'a>(
        &mut self,
        hits: impl Iterator<Item = Hit<'a>>,
        met: &mut FxHashSet<u32>,
        next: &mut Vec<Hit<'a>>,
    ) {
        for hit in hits {
            if !met.insert(hit.node.identity()) && !self.repeat(hit.node) {
                return;
            }
            next.push(hit);
        }
    }
}

impl<'a> Hit<'a> {
    fn root(node: Node<'a>) -> Self {
        Self { node, holder: node, name: None, path: String::new(), chosen: Vec::new() }
    }

    /// What another path leads to through the same items and values.
    pub fn along(&self, root: Node<'a>, path: &Path) -> Option<Node<'a>> {
        let wildcards = |step: &&Step| !matches!(step, Step::Key(_));
        let count = path.steps().iter().filter(wildcards).count();
        let (start, rest) = match count.checked_sub(1) {
            None => (root, path.steps()),
            Some(last) => {
                let after = path.steps().iter().rposition(|step| wildcards(&step))? + 1;
                (*self.chosen.get(last)?, path.steps().get(after..)?)
            }
        };
        rest.iter().try_fold(start, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Items | Step::Values => None,
        })
    }

    fn key(&self, key: &str, node: Node<'a>) -> Self {
        let path = below(&self.path, key);
        Self { node, holder: self.node, name: self.name, path, chosen: self.chosen.clone() }
    }

    fn items(&self) -> impl Iterator<Item = Self> {
        self.node
            .items()
            .enumerate()
            .map(|(index, node)| self.chosen(node, below(&self.path, &index.to_string())))
    }

    fn values(&self) -> impl Iterator<Item = Self> {
        self.node.entries().filter_map(|(key, node)| {
            let (key, _) = key.scalar()?;
            Some(self.chosen(node, below(&self.path, key)))
        })
    }

    fn chosen(&self, node: Node<'a>, path: String) -> Self {
        let name = node.get("name").and_then(scalar_text).or(self.name);
        let chosen = self.chosen.iter().copied().chain([node]).collect();
        Self { node, holder: self.node, name, path, chosen }
    }

    /// The path as people write it: `spec.images[2].image`.
    pub fn field(&self) -> String {
        let mut field = String::with_capacity(self.path.len() + 2);
        for part in self.path.split('/') {
            if !field.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
                field.extend(["[", part, "]"]);
            } else {
                field.extend([if field.is_empty() { "" } else { "." }, part]);
            }
        }
        field
    }
}

/// A way with one step more.
pub fn below(path: &str, step: &str) -> String {
    let mut longer = String::with_capacity(path.len() + step.len() + 1);
    longer.push_str(path);
    if !path.is_empty() {
        longer.push('/');
    }
    longer.push_str(step);
    longer
}
