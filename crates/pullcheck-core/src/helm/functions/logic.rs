//! Truth, comparison, defaults and types.

use super::string;
use crate::helm::{eval::Evaluator, heap::Value};

pub(super) fn call(ev: &Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("not", [value]) => Some(Value::of_bool(ev.truth(value).map(|truth| !truth))),
        ("empty", [value]) => Some(Value::of_bool(empty(ev, value))),
        ("default", [default]) => Some(default.clone()),
        ("default", [default, given, ..]) => Some(first_of(ev, &[given, default])),
        ("coalesce", values) => {
            let values: Vec<&Value> = values.iter().chain([&Value::Nil]).collect();
            Some(first_of(ev, &values))
        }
        ("any", values) => Some(Value::of_bool(quantified(ev, values, false))),
        ("all", values) => Some(Value::of_bool(quantified(ev, values, true))),
        ("ternary", [yes, no, Value::Bool(which, _)]) => {
            Some(if *which { yes.clone() } else { no.clone() })
        }
        ("required", [_, value]) => match value {
            Value::Nil => None,
            Value::Text(text) if text.is_empty()? => None,
            value => Some(value.clone()),
        },
        _ => compared(name, arguments).or_else(|| typed(name, arguments)),
    }
}

fn compared(name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("eq", [first, rest @ ..]) if !rest.is_empty() => {
            Some(Value::of_bool(equals_any(first, rest)))
        }
        ("ne", [a, b]) => Some(Value::of_bool(equal(a, b).map(|equal| !equal))),
        ("lt" | "le" | "gt" | "ge", [a, b]) => {
            let order = compare(a, b)?;
            Some(Value::Bool(
                match name {
                    "lt" => order.is_lt(),
                    "le" => order.is_le(),
                    "gt" => order.is_gt(),
                    _ => order.is_ge(),
                },
                None,
            ))
        }
        _ => None,
    }
}

fn typed(name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("kindOf", [value]) => Some(Value::plain(kind(value)?)),
        ("kindIs", [wanted, value]) => {
            let wanted = string(wanted)?;
            // The width of whole numbers is not remembered.
            if matches!(value, Value::Int(..)) && wanted.starts_with("int") {
                return None;
            }
            Some(Value::Bool(kind(value).unwrap_or("int") == wanted, None))
                .filter(|_| !matches!(value, Value::Unknown(_)))
        }
        ("typeOf", [value]) => Some(Value::plain(scalar_type(value)?)),
        ("typeIs" | "typeIsLike", [wanted, value]) => {
            let wanted = string(wanted)?;
            let is_scalar = matches!(&*wanted, "string" | "bool" | "float64" | "<nil>");
            let found = match value {
                Value::Int(..) | Value::List(_) | Value::Map(_) if is_scalar => "another",
                value => scalar_type(value)?,
            };
            Some(Value::Bool(found == wanted, None))
        }
        ("deepEqual", [a, b]) => {
            let is_scalar = |value: &Value| !matches!(value, Value::List(_) | Value::Map(_));
            let same = std::mem::discriminant(a) == std::mem::discriminant(b);
            if !(is_scalar(a) && is_scalar(b) && same) {
                return None;
            }
            Some(Value::of_bool(equal(a, b)))
        }
        _ => None,
    }
}

/// What sprig takes for empty: what Go takes for false.
fn empty(ev: &Evaluator<'_>, value: &Value) -> Option<bool> {
    ev.truth(value).map(|truth| !truth)
}

/// The first value that is not empty, or the last one.
fn first_of(ev: &Evaluator<'_>, values: &[&Value]) -> Value {
    let Some((last, others)) = values.split_last() else { return Value::Nil };
    for value in others {
        match ev.truth(value) {
            Some(true) => return (*value).clone(),
            Some(false) => {}
            // Whichever it is, it is true if what comes after it is.
            None if ev.truth(last) == Some(true) => return Value::unknown_but(true),
            None => return Value::unknown(),
        }
    }
    (*last).clone()
}

/// Whether all values are true, or any.
fn quantified(ev: &Evaluator<'_>, values: &[Value], all: bool) -> Option<bool> {
    let truths: Vec<Option<bool>> = values.iter().map(|value| ev.truth(value)).collect();
    if truths.contains(&Some(!all)) {
        return Some(!all);
    }
    (!truths.contains(&None)).then_some(all)
}

fn equals_any(first: &Value, rest: &[Value]) -> Option<bool> {
    for other in rest {
        if equal(first, other)? {
            return Some(true);
        }
    }
    Some(false)
}

/// Go's `eq` for two values; `None` where it fails, as for a float and a whole number.
fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Nil, Value::Nil) => Some(true),
        (Value::Nil, Value::Bool(..) | Value::Int(..) | Value::Float(..) | Value::Text(_))
        | (Value::Bool(..) | Value::Int(..) | Value::Float(..) | Value::Text(_), Value::Nil) => {
            Some(false)
        }
        (Value::Bool(a, _), Value::Bool(b, _)) => Some(a == b),
        (Value::Int(a, _), Value::Int(b, _)) => Some(a == b),
        #[expect(clippy::float_cmp, reason = "Go compares just so")]
        (Value::Float(a, _), Value::Float(b, _)) => Some(a == b),
        (Value::Text(a), Value::Text(b)) => Some(a.certain()? == b.certain()?),
        _ => None,
    }
}

fn compare(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Int(a, _), Value::Int(b, _)) => Some(a.cmp(b)),
        (Value::Float(a, _), Value::Float(b, _)) => a.partial_cmp(b),
        (Value::Text(a), Value::Text(b)) => Some(a.certain()?.cmp(&b.certain()?)),
        _ => None,
    }
}

/// Go's kind of a value.
const fn kind(value: &Value) -> Option<&'static str> {
    match value {
        Value::Nil => Some("invalid"),
        Value::Bool(..) => Some("bool"),
        Value::Float(..) => Some("float64"),
        Value::Text(_) => Some("string"),
        Value::List(_) => Some("slice"),
        Value::Map(_) => Some("map"),
        Value::Int(..) | Value::Unknown(_) => None,
    }
}

/// Go's type of a scalar; that of a list or map depends on how it was made.
const fn scalar_type(value: &Value) -> Option<&'static str> {
    match value {
        Value::Nil => Some("<nil>"),
        Value::Bool(..) | Value::Float(..) | Value::Text(_) => kind(value),
        _ => None,
    }
}
