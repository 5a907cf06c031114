//! Maps, which are shared and changed in place as in Go.

use std::{collections::BTreeMap, rc::Rc};

use super::string;
use crate::helm::{
    coalesce::DEPTH,
    eval::Evaluator,
    expr::shown,
    heap::{Heap, List, Map, MapId, Value},
};

/// How many steps a search for a map within itself may take.
const SEARCH: u32 = 10_000;

pub(super) fn call(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("dict", values) => dict(ev, values),
        ("set" | "unset" | "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite", _) => {
            change(ev, name, arguments)
        }
        ("get", [Value::Map(map), key]) => {
            let key = string(key)?;
            match ev.heap.get(*map, &key) {
                Value::Nil if !ev.heap.has(*map, &key)? => Some(Value::plain("")),
                value => Some(value),
            }
        }
        ("hasKey", [Value::Map(map), key]) => {
            Some(Value::Bool(ev.heap.has(*map, &string(key)?)?, None))
        }
        ("deepCopy" | "mustDeepCopy", [value]) => Some(ev.heap.deep_copy(value, DEPTH)),
        ("dig", [keys @ .., default, Value::Map(map)]) if !keys.is_empty() => {
            dig(&ev.heap, keys, default, *map)
        }
        ("pick" | "omit", [Value::Map(map), keys @ ..]) => {
            let keys: Option<Vec<_>> = keys.iter().map(string).collect();
            let keys = keys?;
            let mut map = ev.heap.map(*map)?.clone();
            map.entries.retain(|key, _| keys.iter().any(|k| **k == **key) == (name == "pick"));
            Some(Value::Map(ev.heap.add_map(map)))
        }
        ("keys", [Value::Map(map)]) => {
            let map = ev.heap.map(*map).filter(|map| !map.open)?;
            let items: Vec<Value> = map.entries.keys().map(|key| Value::plain(&**key)).collect();
            Some(ev.heap.add_list(List { items: items.into(), unordered: true }))
        }
        ("values", [Value::Map(map)]) => {
            let map = ev.heap.map(*map).filter(|map| !map.open)?;
            let items: Vec<Value> = map.entries.values().cloned().collect();
            Some(ev.heap.add_list(List { items: items.into(), unordered: true }))
        }
        ("pluck", [key, maps @ ..]) => {
            let key = string(key)?;
            let mut found = Vec::new();
            for map in maps {
                let Value::Map(map) = map else { return None };
                if ev.heap.has(*map, &key)? {
                    found.push(ev.heap.get(*map, &key));
                }
            }
            Some(ev.heap.new_list(found))
        }
        _ => None,
    }
}

fn dict(ev: &mut Evaluator<'_>, values: &[Value]) -> Option<Value> {
    let mut entries = BTreeMap::new();
    for pair in values.chunks(2) {
        let [key, rest @ ..] = pair else { continue };
        let key = shown(key)?;
        let key = Rc::from(&*key.certain()?);
        entries.insert(key, rest.first().cloned().unwrap_or_else(|| Value::plain("")));
    }
    Some(ev.heap.new_map(entries))
}

fn dig(heap: &Heap, keys: &[Value], default: &Value, map: MapId) -> Option<Value> {
    let mut value = Value::Map(map);
    for key in keys {
        let Value::Map(map) = value else { return None };
        let key = string(key)?;
        if !heap.has(map, &key)? {
            return Some(default.clone());
        }
        value = heap.get(map, &key);
    }
    Some(value)
}

/// What changes its first argument. If that is not known, it may be any map.
fn change(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    let Some((Value::Map(target), rest)) = arguments.split_first() else {
        let Some(Value::Unknown(target)) = arguments.first() else { return None };
        let keys = if name.starts_with('m') { 1 } else { 2 };
        let shares = arguments.iter().skip(keys).any(|argument| is_shared(&ev.heap, argument));
        if target.is_new && !shares {
            return Some(Value::unknown_new());
        }
        // What is merged into something unknown can be reached through it, if that has a name.
        ev.heap.poisoned |= !target.is_new || ev.changes_named;
        return None;
    };
    let target = *target;
    let overwrites = name.ends_with("verwrite");
    match (name, rest) {
        ("set" | "unset", [key, ..]) => {
            let value = rest.get(1).cloned().filter(|_| name == "set");
            let Some(key) = string(key) else {
                lose(ev, target, true, DEPTH);
                return Some(Value::Map(target));
            };
            if let Some(value) = &value
                && holds(&ev.heap, value, target)
            {
                ev.heap.poisoned = true;
                return None;
            }
            ev.heap.set(target, &Rc::from(&*key), value);
        }
        ("set" | "unset", _) => return None,
        (_, sources) => {
            for source in sources {
                match source {
                    Value::Map(source) if !holds(&ev.heap, &Value::Map(*source), target) => {
                        merge(ev, target, *source, overwrites, DEPTH);
                    }
                    // A map merged into itself stays what it is, and Go takes nil for an empty one.
                    Value::Map(source) if *source == target => {}
                    Value::Nil => {}
                    Value::Map(_) => {
                        ev.heap.poisoned = true;
                        return None;
                    }
                    _ => lose(ev, target, overwrites, DEPTH),
                }
            }
        }
    }
    Some(Value::Map(target))
}

/// Whether a value may have maps that can be reached otherwise, below itself.
fn is_shared(heap: &Heap, value: &Value) -> bool {
    let scalar =
        |value: &Value| !matches!(value, Value::Unknown(_) | Value::List(_) | Value::Map(_));
    match value {
        Value::Unknown(unknown) => !unknown.is_new,
        Value::Map(id) => !heap.map(*id).is_some_and(|map| map.entries.values().all(scalar)),
        Value::List(_) => true,
        _ => false,
    }
}

/// Whether a map is to be found within a value, or the value is too large to tell.
fn holds(heap: &Heap, value: &Value, target: MapId) -> bool {
    let mut left = SEARCH;
    let mut open = vec![value.clone()];
    while let Some(value) = open.pop() {
        let Some(fewer) = left.checked_sub(1) else { return true };
        left = fewer;
        match value {
            Value::Map(id) if id == target => return true,
            Value::Map(id) => {
                let entries = heap.map(id).map(|map| map.entries.values().cloned());
                open.extend(entries.into_iter().flatten());
            }
            Value::List(id) => {
                let items = heap.any_list(id).map(|list| list.items.iter().cloned());
                open.extend(items.into_iter().flatten());
            }
            _ => {}
        }
    }
    false
}

/// Something unknown is merged into a map: what it may replace is unknown.
fn lose(ev: &mut Evaluator<'_>, target: MapId, overwrites: bool, depth: u32) {
    ev.heap.open(target);
    let (Some(depth), Some(())) = (depth.checked_sub(1), ev.spend(0)) else {
        ev.heap.poisoned = true;
        return;
    };
    let Some(map) = ev.heap.map(target).cloned() else { return };
    for (key, value) in map.entries {
        match value {
            Value::Map(map) => lose(ev, map, overwrites, depth),
            value if overwrites || is_empty(&ev.heap, &value) != Some(false) => {
                ev.heap.set(target, &key, Some(Value::unknown()));
            }
            _ => {}
        }
    }
}

/// What `mergo` takes for empty.
fn is_empty(heap: &Heap, value: &Value) -> Option<bool> {
    match value {
        Value::Unknown(_) => None,
        Value::Nil => Some(true),
        Value::Bool(value, _) => Some(!value),
        Value::Int(value, _) => Some(*value == 0),
        Value::Float(value, _) => Some(*value == 0.0),
        Value::Text(text) => text.is_empty(),
        Value::List(id) => heap.any_list(*id).map(|list| list.items.is_empty()),
        Value::Map(id) => {
            let map: &Map = heap.map(*id)?;
            if map.open { None } else { Some(map.entries.is_empty()) }
        }
    }
}

/// `mergo.Merge`, or `mergo.MergeWithOverwrite`.
fn merge(ev: &mut Evaluator<'_>, target: MapId, source: MapId, overwrites: bool, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else {
        ev.heap.poisoned = true;
        return;
    };
    let Some(map) = ev.heap.map(source).cloned() else { return };
    if map.open {
        lose(ev, target, overwrites, DEPTH);
    }
    for (key, new) in map.entries {
        if ev.spend(0).is_none() {
            ev.heap.poisoned = true;
            return;
        }
        let present = ev.heap.has(target, &key);
        let old = ev.heap.get(target, &key);
        if let (Value::Map(old), Value::Map(new)) = (&old, &new) {
            merge(ev, *old, *new, overwrites, depth);
        }
        let old_is_empty = match present {
            Some(false) => Some(true),
            _ => is_empty(&ev.heap, &old),
        };
        let value = match (&old, &new) {
            (_, Value::Unknown(_)) if overwrites || old_is_empty != Some(false) => Value::unknown(),
            (_, Value::Nil) if !overwrites => continue,
            (Value::Map(_), Value::Map(_)) if old_is_empty != Some(true) => continue,
            _ if overwrites || old_is_empty == Some(true) => new,
            _ if old_is_empty == Some(false) => continue,
            _ => Value::unknown(),
        };
        ev.heap.set(target, &key, Some(value));
    }
}
