//! Lists, which are never changed in place.

use std::rc::Rc;

use super::{string, text};
use crate::helm::{
    eval::Evaluator,
    heap::{List, Value},
};

pub(super) fn call(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("list" | "tuple", values) => Some(ev.heap.new_list(values.to_vec())),
        ("len", [value]) => length(ev, value).map(|length| Value::Int(length, None)),
        ("index", [value, keys @ ..]) => index(ev, value, keys),
        ("first" | "mustFirst", [list]) => {
            Some(items(ev, list)?.first().cloned().unwrap_or(Value::Nil))
        }
        ("last" | "mustLast", [list]) => {
            Some(items(ev, list)?.last().cloned().unwrap_or(Value::Nil))
        }
        ("rest" | "mustRest", [list]) => {
            let items: Vec<Value> = items(ev, list)?.iter().skip(1).cloned().collect();
            Some(ev.heap.new_list(items))
        }
        ("initial" | "mustInitial", [list]) => {
            let mut items = items(ev, list)?.to_vec();
            items.pop();
            Some(ev.heap.new_list(items))
        }
        ("reverse" | "mustReverse", [list]) => {
            let mut items = items(ev, list)?.to_vec();
            items.reverse();
            Some(ev.heap.new_list(items))
        }
        ("append" | "push" | "mustAppend" | "mustPush", [list, value]) => {
            let mut items = items(ev, list)?.to_vec();
            ev.spend(items.len())?;
            items.push(value.clone());
            Some(ev.heap.new_list(items))
        }
        ("prepend" | "mustPrepend", [list, value]) => {
            let mut all = vec![value.clone()];
            all.extend(items(ev, list)?.iter().cloned());
            ev.spend(all.len())?;
            Some(ev.heap.new_list(all))
        }
        ("concat", lists) => {
            let mut all = Vec::new();
            for list in lists {
                all.extend(items(ev, list)?.iter().cloned());
            }
            ev.spend(all.len())?;
            Some(ev.heap.new_list(all))
        }
        ("slice" | "mustSlice", [list, bounds @ ..]) => {
            let items = items(ev, list)?.to_vec();
            let bound = |value: Option<&Value>, default: usize| match value {
                None => Some(default),
                Some(Value::Int(at, _)) => usize::try_from(*at).ok(),
                Some(_) => None,
            };
            let range = bound(bounds.first(), 0)?..bound(bounds.get(1), items.len())?;
            Some(ev.heap.new_list(items.get(range)?.to_vec()))
        }
        _ => texts(ev, name, arguments),
    }
}

/// Lists of strings and numbers, made and searched.
fn texts(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("splitList", [separator, source]) => {
            let parts = split(separator, source)?;
            Some(ev.heap.new_list(parts))
        }
        ("split", [separator, source]) => {
            let parts = split(separator, source)?.into_iter().enumerate();
            let named = parts.map(|(at, part)| (Rc::from(format!("_{at}")), part));
            Some(ev.heap.new_map(named.collect()))
        }
        ("until", [Value::Int(count, _)]) if (0..=10_000).contains(count) => {
            let numbers: Vec<Value> = (0..*count).map(|at| Value::Int(at, None)).collect();
            Some(ev.heap.new_list(numbers))
        }
        ("has" | "mustHas", [needle, list]) => has(ev, needle, list),
        ("compact" | "mustCompact", [list]) => {
            let mut kept = Vec::new();
            for item in items(ev, list)? {
                if ev.truth(item)? {
                    kept.push(item.clone());
                }
            }
            Some(ev.heap.new_list(kept))
        }
        ("uniq" | "mustUniq" | "sortAlpha", [Value::List(id)]) => {
            let list = ev.heap.any_list(*id)?.clone();
            let mut strings = Vec::new();
            for item in list.items.iter() {
                strings.push((string(item)?.into_owned(), item.clone()));
            }
            if name == "sortAlpha" {
                strings.sort_by(|(a, _), (b, _)| a.cmp(b));
                return Some(ev.heap.new_list(values(strings)));
            }
            let mut seen = std::collections::HashSet::new();
            strings.retain(|(text, _)| seen.insert(text.clone()));
            let items = values(strings).into();
            Some(ev.heap.add_list(List { items, unordered: list.unordered }))
        }
        ("without" | "mustWithout", [list, unwanted @ ..]) => {
            let unwanted: Option<Vec<_>> = unwanted.iter().map(string).collect();
            let unwanted = unwanted?;
            let mut kept = Vec::new();
            for item in items(ev, list)? {
                let text = string(item)?;
                if !unwanted.contains(&text) {
                    kept.push(item.clone());
                }
            }
            Some(ev.heap.new_list(kept))
        }
        _ => None,
    }
}

/// The parts of a text between separators.
fn split(separator: &Value, source: &Value) -> Option<Vec<Value>> {
    let (separator, source) = (string(separator)?, text(source)?);
    if separator.is_empty() || source.is_doubtful() {
        return None;
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for piece in source.string.split(&*separator) {
        parts.push(Value::text(source.slice(from..from + piece.len())));
        from += piece.len() + separator.len();
    }
    Some(parts)
}

fn values(strings: Vec<(String, Value)>) -> Vec<Value> {
    strings.into_iter().map(|(_, value)| value).collect()
}

/// The items of a list whose order is known.
fn items<'e>(ev: &'e Evaluator<'_>, value: &Value) -> Option<&'e [Value]> {
    match value {
        Value::List(id) => ev.heap.list(*id).map(|items| &**items),
        _ => None,
    }
}

fn length(ev: &Evaluator<'_>, value: &Value) -> Option<i64> {
    let length = match value {
        Value::List(id) => ev.heap.any_list(*id)?.items.len(),
        Value::Map(id) => ev.heap.map(*id).filter(|map| !map.open)?.entries.len(),
        Value::Text(_) => string(value)?.len(),
        _ => return None,
    };
    i64::try_from(length).ok()
}

fn index(ev: &Evaluator<'_>, value: &Value, keys: &[Value]) -> Option<Value> {
    let mut value = value.clone();
    for key in keys {
        value = match (&value, key) {
            (Value::Map(map), Value::Text(_)) => ev.heap.get(*map, &string(key)?),
            (Value::List(_), Value::Int(at, _)) => {
                items(ev, &value)?.get(usize::try_from(*at).ok()?)?.clone()
            }
            _ => return None,
        };
    }
    Some(value)
}

fn has(ev: &Evaluator<'_>, needle: &Value, list: &Value) -> Option<Value> {
    let Value::List(id) = list else {
        return matches!(list, Value::Nil).then_some(Value::Bool(false, None));
    };
    let needle = string(needle)?;
    for item in ev.heap.any_list(*id)?.items.iter() {
        match item {
            Value::Text(_) if string(item)? == needle => return Some(Value::Bool(true, None)),
            Value::Unknown(_) => return None,
            _ => {}
        }
    }
    Some(Value::Bool(false, None))
}
