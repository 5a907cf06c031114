//! Values out of text that templates have made: `fromYaml` and `fromJson`.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    heap::{Heap, Value},
    text::Text,
    values::{Content, Written, read_values},
};
use crate::yaml;

/// The first document of a text that is known for certain; `None` where Helm gives an error.
pub(super) fn yaml(heap: &mut Heap, text: &Text) -> Option<Value> {
    let tree = yaml::parse(&text.string, 0..text.string.len()).ok()?;
    let mut roots = tree.roots();
    let Some(root) = roots.next() else { return Some(Value::Nil) };
    if roots.next().is_some() {
        return None;
    }
    Some(convert(heap, text, &read_values(root).root))
}

/// Values are read no deeper than [`read_values`] allows.
fn convert(heap: &mut Heap, text: &Text, written: &Written) -> Value {
    let place = || text.slice(written.span.range());
    match &written.content {
        Content::Null => Value::Nil,
        Content::Unknown => Value::unknown(),
        Content::Bool(value) => Value::Bool(*value, Some(place().leaves().into())),
        Content::Number(number) => Value::Float(*number, Some(place().leaves().into())),
        Content::Str(string) => {
            let place = place();
            let inside = unquoted(&place.string);
            let same = place.string.get(inside.clone()).is_some_and(|text| *text == **string);
            Value::text(if same { place.slice(inside) } else { place.computed(&**string) })
        }
        Content::List(items) => {
            let items: Vec<Value> = items.iter().map(|item| convert(heap, text, item)).collect();
            heap.new_list(items)
        }
        Content::Map(entries) => {
            let mut map = BTreeMap::new();
            for (key, value) in entries {
                map.insert(Rc::from(&**key), convert(heap, text, value));
            }
            heap.new_map(map)
        }
    }
}

/// The range of a scalar without its quotes.
fn unquoted(scalar: &str) -> std::ops::Range<usize> {
    let quoted =
        |quote: char| scalar.len() > 1 && scalar.starts_with(quote) && scalar.ends_with(quote);
    if quoted('"') || quoted('\'') { 1..scalar.len() - 1 } else { 0..scalar.len() }
}
