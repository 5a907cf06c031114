//! The functions that templates may call: Go's own, sprig's and Helm's. A function that none of
//! these rooms knows, or arguments that it would refuse, give something unknown.

mod lists;
mod logic;
mod maps;
mod numbers;
mod patterns;
mod print;
mod strings;
mod templates;

pub(super) use templates::without_no_value;

use std::rc::Rc;

use super::{
    eval::Evaluator,
    heap::{Leaves, Value},
    text::Text,
};

/// What an entry of a map or list costs of the bytes that may be written.
const ENTRY: usize = 256;

/// What a run of a text costs.
const RUN: usize = 8;

/// How large a text may become.
const LARGEST: usize = 8 << 20;

/// Calls a function. The rooms are asked in turn; what none answers is unknown.
pub(super) fn call(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Value {
    let before = ev.heap.size;
    let cost: usize = arguments.iter().map(weight).sum();
    if ev.spend(cost).is_none() {
        return Value::unknown();
    }
    let value = answer(ev, name, arguments);
    let made = ev.heap.size.saturating_sub(before).saturating_mul(ENTRY);
    if ev.spend(made.saturating_add(weight(&value))).is_none() || weight(&value) > LARGEST {
        return Value::unknown();
    }
    value
}

/// What a value costs of the bytes that may be written.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.string.len() + text.runs.len() * RUN,
        _ => 1,
    }
}

fn answer(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Value {
    logic::call(ev, name, arguments)
        .or_else(|| strings::call(name, arguments))
        .or_else(|| print::call(ev, name, arguments))
        .or_else(|| templates::call(ev, name, arguments))
        .or_else(|| maps::call(ev, name, arguments))
        .or_else(|| lists::call(ev, name, arguments))
        .or_else(|| patterns::call(ev, name, arguments))
        .or_else(|| numbers::call(name, arguments))
        .unwrap_or_else(|| unknown(name))
}

/// What a function returns if that is not known.
fn unknown(name: &str) -> Value {
    // What the cluster, chance and the clock say shares nothing with other values.
    let is_new = matches!(name, "lookup" | "fromYaml" | "fromJson" | "fromToml" | "now")
        || name.starts_with("gen")
        || name.starts_with("rand");
    if is_new { Value::unknown_new() } else { Value::unknown() }
}

/// A string argument; Go accepts nothing else for one.
fn text(value: &Value) -> Option<&Rc<Text>> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A string argument that is known for certain.
fn string(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    text(value)?.certain()
}

/// The places that a scalar is from.
fn leaves(value: &Value) -> Leaves {
    match value {
        Value::Bool(_, leaves) | Value::Int(_, leaves) | Value::Float(_, leaves) => leaves.clone(),
        Value::Text(text) => Some(text.leaves().into()),
        _ => None,
    }
}
