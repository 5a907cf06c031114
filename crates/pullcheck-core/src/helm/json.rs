//! Values as JSON; each scalar keeps its place.

use super::{
    heap::{Heap, Value},
    text::{Mark, Text},
    write::{DEPTH, SIZE, layout},
};

/// Writes a value as JSON, as Go's `encoding/json` does; `None` for what is not known.
pub(super) fn json(heap: &Heap, value: &Value, escapes: bool, out: &mut Text) -> Option<()> {
    write_json(heap, value, escapes, DEPTH, out)
}

fn write_json(
    heap: &Heap,
    value: &Value,
    escapes: bool,
    depth: usize,
    out: &mut Text,
) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    if out.string.len() > SIZE {
        return None;
    }
    match value {
        Value::Map(id) => {
            let map = heap.map(*id).filter(|map| !map.open)?;
            out.push("{", layout());
            for (at, (key, value)) in map.entries.iter().enumerate() {
                out.push(if at > 0 { "," } else { "" }, layout());
                json_string(&Text::new(&**key, layout()), escapes, out)?;
                out.push(":", layout());
                write_json(heap, value, escapes, depth, out)?;
            }
            out.push("}", layout());
        }
        Value::List(id) => {
            out.push("[", layout());
            for (at, item) in heap.list(*id)?.iter().enumerate() {
                out.push(if at > 0 { "," } else { "" }, layout());
                write_json(heap, item, escapes, depth, out)?;
            }
            out.push("]", layout());
        }
        Value::Text(text) if !text.is_doubtful() => json_string(text, escapes, out)?,
        Value::Nil => out.push("null", layout()),
        Value::Bool(value, leaves) => {
            out.push(&value.to_string(), Mark::of(leaves.as_deref().unwrap_or_default()));
        }
        Value::Int(value, leaves) => {
            out.push(&value.to_string(), Mark::of(leaves.as_deref().unwrap_or_default()));
        }
        Value::Float(value, leaves)
            if value.abs() < 1e18 && (value.abs() > 1e-5 || *value == 0.0) =>
        {
            out.push(&value.to_string(), Mark::of(leaves.as_deref().unwrap_or_default()));
        }
        Value::Text(_) | Value::Float(..) | Value::Unknown(_) => return None,
    }
    Some(())
}

fn json_string(text: &Text, escapes: bool, out: &mut Text) -> Option<()> {
    out.push("\"", layout());
    for (range, run) in text.ranges() {
        let piece = text.slice(range);
        let mut written = String::new();
        for c in piece.string.chars() {
            match c {
                '"' => written.push_str("\\\""),
                '\\' => written.push_str("\\\\"),
                '\n' => written.push_str("\\n"),
                '\r' => written.push_str("\\r"),
                '\t' => written.push_str("\\t"),
                '\u{8}' => written.push_str("\\b"),
                '\u{c}' => written.push_str("\\f"),
                '<' | '>' | '&' if escapes => written.push_str(&format!("\\u{:04x}", u32::from(c))),
                '\u{2028}' | '\u{2029}' => return None,
                c if u32::from(c) < 0x20 => written.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => written.push(c),
            }
        }
        if written == piece.string {
            out.append(&piece);
        } else {
            out.push(&written, run.mark.clone());
        }
    }
    out.push("\"", layout());
    Some(())
}
