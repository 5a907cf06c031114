//! Which values a chart and its subcharts see: Helm's `chartutil`, `coalesce.go` and
//! `dependencies.go`.

use std::rc::Rc;

use super::{
    ChartInput, Values,
    heap::{Heap, Map, MapId, Value},
};
use crate::span::FileId;

/// How deep values are copied and merged.
pub(super) const DEPTH: u32 = 128;

/// A chart with the values that its own files give it.
pub(super) struct Tree<'c, 'a> {
    pub(super) input: &'c ChartInput<'a>,
    /// Its values file, once values of its subcharts are merged into it.
    own: MapId,
    /// Values files given by the user, merged; empty for a subchart.
    extra: MapId,
    pub(super) subcharts: Vec<Tree<'c, 'a>>,
}

impl<'c, 'a> Tree<'c, 'a> {
    /// Reads the values of a chart and of the subcharts below it.
    pub(super) fn new(input: &'c ChartInput<'a>, heap: &mut Heap, depth: u32) -> Self {
        let mut layers = input.layers.iter().rev().map(|(file, values)| (*file, *values));
        let read = |layer: Option<(FileId, &Values)>, heap: &mut Heap| match layer {
            Some((file, values)) => match heap.read(&values.root, file) {
                Value::Map(map) => map,
                _ => heap.add_map(Map::default()),
            },
            None => heap.add_map(Map::default()),
        };
        let own = read(layers.next(), heap);
        let extra = heap.add_map(Map::default());
        for layer in layers {
            let stronger = read(Some(layer), heap);
            override_with(heap, extra, stronger, DEPTH);
        }
        let below = depth.checked_sub(1);
        let subcharts = below.map(|depth| {
            input.subcharts.iter().map(|chart| Tree::new(chart, heap, depth)).collect()
        });
        Self { input, own, extra, subcharts: subcharts.unwrap_or_default() }
    }

    /// The values that the chart is rendered with: those of the subcharts are in it under their
    /// names.
    pub(super) fn values(&mut self, heap: &mut Heap) -> MapId {
        self.merge_up(heap);
        let values = copy(heap, self.extra);
        coalesce(heap, self, values, false);
        values
    }

    /// Leaves out subcharts that a condition or a tag switches off; tells whether there were any.
    pub(super) fn prune(&mut self, heap: &mut Heap) -> bool {
        let values = copy(heap, self.extra);
        self.prune_by(heap, values, "")
    }

    fn prune_by(&mut self, heap: &mut Heap, values: MapId, path: &str) -> bool {
        // Helm does not look below a chart that declares nothing.
        if self.input.chart.0.dependencies.is_empty() {
            return false;
        }
        let all = copy(heap, values);
        coalesce(heap, self, all, false);
        let input = self.input;
        let before = self.subcharts.len();
        self.subcharts.retain(|chart| is_enabled(heap, input, &chart.input.name, all, path));
        let mut pruned = self.subcharts.len() < before;
        for chart in &mut self.subcharts {
            // Helm looks conditions of a subchart's subcharts up from the values of the root.
            let path = format!("{path}{}.", chart.input.name);
            pruned |= chart.prune_by(heap, all, &path);
        }
        pruned
    }

    /// A chart that declares dependencies gets their values among its own.
    fn merge_up(&mut self, heap: &mut Heap) {
        for chart in &mut self.subcharts {
            chart.merge_up(heap);
        }
        let chart = self.input.chart.0;
        if chart.dependencies.is_empty() {
            return;
        }
        let merged = heap.add_map(Map::default());
        coalesce(heap, self, merged, true);
        if chart.dependencies.iter().any(|dependency| dependency.imports_values) {
            heap.open(merged);
        }
        self.own = merged;
    }
}

fn is_enabled(heap: &Heap, input: &ChartInput<'_>, name: &str, all: MapId, path: &str) -> bool {
    let declared = input.chart.0.dependencies.iter().find(|dependency| dependency.key() == name);
    let Some(declared) = declared else { return true };
    let mut enabled = true;
    if let Value::Map(tags) = heap.get(all, "tags") {
        let is = |wanted: bool| {
            let value = |tag: &str| heap.get(tags, tag);
            declared.tags.iter().any(|tag| matches!(value(tag), Value::Bool(is, _) if is == wanted))
        };
        enabled = is(true) || !is(false);
    }
    let conditions = declared.condition.as_deref().unwrap_or_default().trim().split(',');
    for condition in conditions.filter(|condition| !condition.is_empty()) {
        let path = format!("{path}{condition}");
        let value = path.split('.').fold(Value::Map(all), |value, key| match value {
            Value::Map(map) => heap.get(map, key),
            _ => Value::Nil,
        });
        if let Value::Bool(value, _) = value {
            return value;
        }
    }
    enabled
}

fn copy(heap: &mut Heap, map: MapId) -> MapId {
    match heap.deep_copy(&Value::Map(map), DEPTH) {
        Value::Map(map) => map,
        _ => heap.add_map(Map::default()),
    }
}

fn entries(heap: &Heap, map: MapId) -> Vec<(Rc<str>, Value)> {
    let entries = heap.map(map).map(|map| map.entries.iter());
    entries.into_iter().flatten().map(|(key, value)| (Rc::clone(key), value.clone())).collect()
}

fn is_open(heap: &Heap, map: MapId) -> bool {
    heap.map(map).is_none_or(|map| map.open)
}

/// What `-f a -f b` does: maps are merged, everything else is replaced.
fn override_with(heap: &mut Heap, weak: MapId, strong: MapId, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (key, value) in entries(heap, strong) {
        match (heap.get(weak, &key), &value) {
            (Value::Map(weak), Value::Map(strong)) => override_with(heap, weak, *strong, depth),
            _ => heap.set(weak, &key, Some(value)),
        }
    }
}

fn coalesce(heap: &mut Heap, chart: &Tree<'_, '_>, values: MapId, merge: bool) {
    coalesce_own(heap, chart, values, merge);
    for subchart in &chart.subcharts {
        let key: Rc<str> = Rc::from(&*subchart.input.name);
        let below = match heap.get(values, &key) {
            Value::Map(map) => map,
            Value::Nil if heap.has(values, &key) == Some(false) => {
                let map = heap.add_map(Map::default());
                heap.set(values, &key, Some(Value::Map(map)));
                map
            }
            // Helm refuses to render such a chart.
            _ => continue,
        };
        share_globals(heap, below, values);
        coalesce(heap, subchart, below, merge);
    }
}

fn coalesce_own(heap: &mut Heap, chart: &Tree<'_, '_>, values: MapId, merge: bool) {
    let own = copy(heap, chart.own);
    if is_open(heap, own) {
        heap.open(values);
    }
    for (key, value) in entries(heap, own) {
        let Some(true) = heap.has(values, &key) else {
            heap.set(values, &key, Some(value));
            continue;
        };
        match (heap.get(values, &key), value) {
            (Value::Nil, _) if !merge => heap.set(values, &key, None),
            (Value::Map(strong), Value::Map(weak)) => {
                let is_subchart = chart.subcharts.iter().any(|below| *below.input.name == *key);
                merge_tables(heap, strong, weak, merge || is_subchart, DEPTH);
            }
            _ => {}
        }
    }
}

/// `coalesceTablesFullKey`: what the strong map does not say, it takes from the weak one.
fn merge_tables(heap: &mut Heap, strong: MapId, weak: MapId, merge: bool, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if is_open(heap, weak) {
        heap.open(strong);
    }
    for (key, value) in entries(heap, weak) {
        let Some(true) = heap.has(strong, &key) else {
            heap.set(strong, &key, Some(value));
            continue;
        };
        match (heap.get(strong, &key), value) {
            (Value::Nil, value) if !merge && !matches!(value, Value::Nil) => {
                heap.set(strong, &key, None);
            }
            (Value::Map(strong), Value::Map(weak)) => {
                merge_tables(heap, strong, weak, merge, depth);
            }
            _ => {}
        }
    }
}

fn share_globals(heap: &mut Heap, below: MapId, above: MapId) {
    let globals = |heap: &mut Heap, map: MapId| match heap.get(map, "global") {
        Value::Map(globals) => Some(globals),
        Value::Nil if heap.has(map, "global") == Some(false) => Some(heap.add_map(Map::default())),
        _ => None,
    };
    let Some(target) = globals(heap, below) else { return };
    let Some(source) = globals(heap, above) else { return };
    for (key, value) in entries(heap, source) {
        let present = heap.has(target, &key) != Some(false);
        match (value, heap.get(target, &key)) {
            (Value::Map(stronger), old) => {
                let map = heap.map(stronger).cloned().unwrap_or_default();
                let stronger = heap.add_map(map);
                match old {
                    Value::Map(weaker) => merge_tables(heap, stronger, weaker, true, DEPTH),
                    _ if present => continue,
                    _ => {}
                }
                heap.set(target, &key, Some(Value::Map(stronger)));
            }
            (_, Value::Map(_)) => {}
            (value, _) => heap.set(target, &key, Some(value)),
        }
    }
    heap.set(below, &Rc::from("global"), Some(Value::Map(target)));
}
