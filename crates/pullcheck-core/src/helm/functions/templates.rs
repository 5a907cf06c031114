//! What runs templates, and what turns values into text that is read again.

use super::{string, text};
use crate::helm::{
    eval::{Evaluator, Place, Unit},
    heap::{Heap, Value},
    json,
    parse::read_template,
    read,
    text::{NO_VALUE, Text},
    write,
};
use std::{collections::BTreeMap, rc::Rc};

pub(super) fn call(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("include", [name, dot]) => {
            let define = ev.defines.get(&*string(name)?).copied()?;
            let unit = Unit { template: define.template, place: Place::File(define.file) };
            Some(Value::text(ev.capture(&unit, define.body, dot)))
        }
        ("tpl", [source, dot]) => evaluated(ev, text(source)?, dot),
        ("toYaml" | "mustToYaml", [value]) => written(ev, value, write::yaml),
        ("toJson" | "mustToJson" | "toRawJson" | "mustToRawJson", [value]) => {
            let escapes = !name.ends_with("RawJson");
            written(ev, value, |heap, value, out| json::json(heap, value, escapes, out))
        }
        (
            "fromYaml" | "fromYamlArray" | "fromJson" | "fromJsonArray" | "mustFromJson",
            [source],
        ) => Some(parsed(ev, name, source).unwrap_or(Value::unknown_new())),
        _ => None,
    }
}

/// What `fromYaml` and its like make of a text: maps and lists that are new.
fn parsed(ev: &mut Evaluator<'_>, name: &str, source: &Value) -> Option<Value> {
    let source = text(source)?;
    ev.spend(source.string.len())?;
    let source = source.certain().map(|_| source.without_assumed())?;
    let value = read::yaml(&mut ev.heap, &source)?;
    let wants_list = name.ends_with("Array");
    match value {
        Value::Map(_) if !wants_list => Some(value),
        Value::List(_) if wants_list || name.ends_with("romJson") => Some(value),
        Value::Nil if name == "fromYaml" => Some(ev.heap.new_map(BTreeMap::new())),
        _ => None,
    }
}

fn written(
    ev: &mut Evaluator<'_>,
    value: &Value,
    write: impl Fn(&Heap, &Value, &mut Text) -> Option<()>,
) -> Option<Value> {
    let mut text = Text::default();
    let done = write(&ev.heap, value, &mut text);
    // What comes to nothing was work as well.
    ev.spend(text.string.len() + text.runs.len() * super::RUN)?;
    done.map(|()| Value::text(text))
}

/// `tpl`: a string that is a template itself.
fn evaluated(ev: &mut Evaluator<'_>, source: &Rc<Text>, dot: &Value) -> Option<Value> {
    if !source.string.contains("{{") {
        return Some(Value::text(without_no_value(source)));
    }
    ev.spend(source.string.len())?;
    let template = read_template(&source.string);
    if template.broken().is_some() || !template.defines.is_empty() || source.is_unsure() {
        return None;
    }
    let unit = Unit { template: &template, place: Place::Text(Rc::clone(source), ev.used) };
    let text = ev.capture(&unit, &template.body, dot);
    Some(Value::text(without_no_value(&text)))
}

/// A text without what Go prints for nil.
pub(in crate::helm) fn without_no_value(source: &Text) -> Text {
    if !source.string.contains(NO_VALUE) {
        return source.clone();
    }
    let mut result = Text::default();
    let mut from = 0;
    for at in memchr::memmem::find_iter(source.string.as_bytes(), NO_VALUE) {
        source.copy(from..at, &mut result);
        from = at + NO_VALUE.len();
    }
    source.copy(from..source.string.len(), &mut result);
    result
}
