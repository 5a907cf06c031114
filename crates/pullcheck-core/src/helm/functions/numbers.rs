//! Numbers.

use std::rc::Rc;

use super::{leaves, string};
use crate::helm::heap::Value;
use crate::span::At;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let of = |number: i64| Some(Value::Int(number, Some(together(arguments))));
    match (name, arguments) {
        ("int" | "int64", [value]) => of(whole(value)?),
        ("atoi", [value]) => of(string(value)?.parse().unwrap_or(0)),
        ("float64", [Value::Float(number, leaves)]) => Some(Value::Float(*number, leaves.clone())),
        ("add", values) => {
            of(values.iter().try_fold(0_i64, |sum, value| sum.checked_add(whole(value)?))?)
        }
        ("add1", [value]) => of(whole(value)?.checked_add(1)?),
        ("sub", [a, b]) => of(whole(a)?.checked_sub(whole(b)?)?),
        ("mul", values) => of(values
            .iter()
            .try_fold(1_i64, |product, value| product.checked_mul(whole(value)?))?),
        ("div", [a, b]) => of(whole(a)?.checked_div(whole(b)?)?),
        ("mod", [a, b]) => of(whole(a)?.checked_rem(whole(b)?)?),
        ("max" | "biggest" | "min", values) if !values.is_empty() => {
            let numbers: Option<Vec<i64>> = values.iter().map(whole).collect();
            let numbers = numbers?;
            of(*if name == "min" { numbers.iter().min() } else { numbers.iter().max() }?)
        }
        _ => None,
    }
}

/// What sprig's `toInt64` makes of a value.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Nil => Some(0),
        Value::Bool(value, _) => Some(i64::from(*value)),
        Value::Int(value, _) => Some(*value),
        #[expect(clippy::cast_possible_truncation, reason = "the bound keeps it exact")]
        Value::Float(value, _) => (value.abs() < 9e15).then_some(*value as i64),
        Value::Text(_) => {
            // Other notations and what is no number are left alone.
            let text = string(value)?;
            let digits = text.strip_prefix('-').unwrap_or(&text);
            let plain = digits == "0" || !digits.starts_with('0');
            (plain && digits.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
        }
        _ => None,
    }
}

/// The places of all arguments.
fn together(values: &[Value]) -> Rc<[At]> {
    let mut all: Vec<At> =
        values.iter().filter_map(leaves).flat_map(|leaves| leaves.to_vec()).collect();
    all.sort_unstable();
    all.dedup();
    Rc::from(all)
}
