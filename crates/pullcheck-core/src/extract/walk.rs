//! From the root of an object to the places that a path names.

use std::collections::HashSet;

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
    /// The path that was taken, list items by number: `spec.images[2].image`.
    pub field: String,
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
        let mut hits = vec![Hit { node: root, holder: root, name: None, field: String::new() }];
        let mut steps = path.steps().iter().peekable();
        let mut met = HashSet::new();
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
                    Step::Items => next.extend(hit.items()),
                    Step::Values => next.extend(hit.values()),
                }
            }
            // Only lists and maps of any length can be repeated without end.
            if matches!(step, Step::Items | Step::Values) {
                next.retain(|hit| met.insert(hit.node.identity()) || self.repeat());
            }
            hits = next;
        }
        hits
    }
}

impl<'a> Hit<'a> {
    fn key(&self, key: &str, node: Node<'a>) -> Self {
        let dot = if self.field.is_empty() { "" } else { "." };
        let name = self.node.get("name").and_then(scalar_text);
        // The object itself goes by `metadata.name`.
        let name = name.filter(|_| !self.field.is_empty()).or(self.name);
        Self { node, holder: self.node, name, field: format!("{}{dot}{key}", self.field) }
    }

    fn items(&self) -> impl Iterator<Item = Self> {
        self.node.items().enumerate().map(|(index, node)| Self {
            node,
            holder: self.node,
            name: self.name,
            field: format!("{}[{index}]", self.field),
        })
    }

    fn values(&self) -> impl Iterator<Item = Self> {
        self.node.entries().filter_map(|(key, node)| {
            let (key, _) = key.scalar()?;
            Some(self.key(key, node))
        })
    }
}
