//! Our tree and what `serde_yaml` reads of the same text.

use std::fmt;

use pullcheck_core::yaml::{Node, ScalarKind, Tree};
use serde_yaml::Value;

/// Where two readers differ, and in what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The byte at which our node stands.
    pub at: u32,
    /// What differs.
    pub cause: Cause,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// One reads something, the other nothing.
    Emptiness,
    /// A scalar and a collection, or two kinds of collections.
    Kind,
    /// How many entries or items there are.
    Count,
    /// The text of a scalar.
    Text,
    /// One reads nothing, the other a text.
    Null,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Emptiness => "one reads an empty document, the other does not",
            Self::Kind => "a scalar, list or mapping to one, something else to the other",
            Self::Count => "another number of entries",
            Self::Text => "another text",
            Self::Null => "nothing to one, a text to the other",
        })
    }
}

/// The first difference between a tree of one document and a value. Merge keys stand in both as they
/// are written. Aliases are followed; a tree that has followed too many cannot be compared.
#[must_use]
pub fn difference(tree: &Tree<'_>, value: &Value) -> Option<Difference> {
    match tree.roots().next() {
        Some(root) => of_node(root, value),
        None => (!value.is_null()).then_some(Difference { at: 0, cause: Cause::Emptiness }),
    }
}

fn of_node(node: Node<'_>, value: &Value) -> Option<Difference> {
    let differs = |cause| Some(Difference { at: node.span().start, cause });
    match value {
        Value::Sequence(_) if !node.is_sequence() => differs(Cause::Kind),
        Value::Sequence(items) if node.items().count() != items.len() => differs(Cause::Count),
        Value::Sequence(items) => {
            node.items().zip(items).find_map(|(node, item)| of_node(node, item))
        }
        Value::Mapping(_) if !node.is_mapping() => differs(Cause::Kind),
        Value::Mapping(map) if node.entries().count() != map.len() => differs(Cause::Count),
        Value::Mapping(map) => {
            let mut both = node.entries().zip(map);
            both.find_map(|((key, node), (name, value))| {
                of_node(key, name).or_else(|| of_node(node, value))
            })
        }
        Value::Tagged(tagged) => of_node(node, &tagged.value),
        _ => match (node.scalar(), value) {
            (None, _) => differs(Cause::Kind),
            (Some((_, ScalarKind::Null)), Value::Null) => None,
            (Some((text, kind)), Value::String(theirs)) => {
                let is_null = kind == ScalarKind::Null && !theirs.is_empty();
                let cause = if is_null { Cause::Null } else { Cause::Text };
                if text == theirs { None } else { differs(cause) }
            }
            (Some(_), Value::Null) => differs(Cause::Null),
            // YAML 1.1 and 1.2 write numbers and booleans differently; the text is kept.
            _ => None,
        },
    }
}
