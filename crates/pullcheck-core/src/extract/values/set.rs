//! Single values, as `helm --set` takes them: `controller.image.tag` and a value.

use std::collections::HashMap;

use super::{
    DEPTH, Walk,
    image::{Fields, Parent, Policies},
};
use crate::{
    extract::{Reader, written::scalar_text},
    yaml::Node,
};

/// Fields of one map, in the order of the text.
type Map<'a> = Vec<(&'a str, Node<'a>)>;

impl Reader<'_> {
    /// Values by their paths: a list of `name` and `value`, as Argo CD has it, or a map.
    pub fn set_values(&mut self, node: Node<'_>, object: usize, field: &str) {
        let pairs: Vec<(&str, Node<'_>)> = if node.is_sequence() {
            let items = self.items(Some(node)).into_iter();
            items
                .filter_map(|item| Some((item.get("name")?.as_str()?, item.get("value")?)))
                .collect()
        } else {
            node.entries().filter_map(|(key, value)| Some((scalar_text(key)?, value))).collect()
        };
        let mut order = Vec::new();
        let mut maps: HashMap<&str, Map<'_>> = HashMap::new();
        for (path, value) in pairs {
            let (prefix, key) = path.rsplit_once('.').unwrap_or(("", path));
            let map = maps.entry(prefix).or_insert_with(|| {
                order.push(prefix);
                Vec::new()
            });
            map.push((key, value));
        }
        for prefix in order {
            let Some(map) = maps.get(prefix) else { continue };
            self.set_map(prefix, map, object, field);
        }
    }

    fn set_map(&mut self, prefix: &str, map: &Map<'_>, object: usize, field: &str) {
        let mut path = prefix.rsplit('.');
        let key = path.next().unwrap_or_default();
        let parent = Parent { key, above: path.next().unwrap_or_default() };
        let path = if prefix.is_empty() { field.to_owned() } else { format!("{field}.{prefix}") };
        let walk = Walk { object, path, registry: None, depth: DEPTH };
        let fields = Fields::Set(map);
        let is_image = self.image_in_pieces(&fields, parent, &walk);
        let policies = Policies::of(&fields);
        for (key, value) in map.iter().filter(|(key, _)| !is_image || *key != "image") {
            self.image_in_one(key, *value, || policies.beside(key), &walk);
        }
    }
}
