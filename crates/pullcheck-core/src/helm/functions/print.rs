//! What makes strings of values: `quote`, `printf` and their like.

use super::text;
use crate::helm::{
    eval::Evaluator,
    expr::shown,
    heap::Value,
    number,
    text::{Mark, Text, escape_of},
};
use std::rc::Rc;

pub(super) fn call(ev: &Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("toString", [value]) => Some(Value::Text(part(value)?)),
        ("quote", values) => joined_by(values, |part| enclosed(part, '"')),
        ("squote", values) => joined_by(values, |part| enclosed(part, '\'')),
        ("cat", values) => joined_by(values, |part| Some(part.clone())),
        ("print", values) => printed(values, false),
        ("println", values) => printed(values, true),
        ("printf", [format, values @ ..]) => formatted(format, values),
        ("join", [separator, Value::List(id)]) => {
            let separator = text(separator)?;
            let items = ev.heap.list(*id)?;
            let items = items.iter().filter(|item| !matches!(item, Value::Nil));
            let mut result = Text::default();
            for (at, item) in items.enumerate() {
                if at > 0 {
                    result.append(separator);
                }
                result.append(part(item)?.as_ref());
            }
            Some(Value::text(result))
        }
        (
            "join",
            [_, value @ (Value::Text(_) | Value::Bool(..) | Value::Int(..) | Value::Float(..))],
        ) => Some(Value::Text(shown(value)?)),
        _ => None,
    }
}

/// A scalar as a part of a string; an unknown one is an unknown part.
fn part(value: &Value) -> Option<Rc<Text>> {
    match value {
        Value::Unknown(_) => Some(Rc::new(Text::unknown())),
        value => shown(value),
    }
}

/// The parts of all values but nil, with a space between them.
fn joined_by(values: &[Value], change: impl Fn(&Text) -> Option<Text>) -> Option<Value> {
    let mut result = Text::default();
    let parts = values.iter().filter(|value| !matches!(value, Value::Nil));
    for (at, value) in parts.enumerate() {
        if at > 0 {
            result.push(" ", Mark::Computed(Rc::default(), None));
        }
        result.append(&change(part(value)?.as_ref())?);
    }
    Some(Value::text(result))
}

/// A text in quotes; in double ones it is escaped as by Go's `%q`, in single ones not at all.
fn enclosed(source: &Text, quote: char) -> Option<Text> {
    let source = if source.certain().is_some() { &source.without_assumed() } else { source };
    if source.is_unsure() {
        return None;
    }
    let mut result = Text::new(quote, Mark::Computed(Rc::default(), None));
    for (range, run) in source.ranges() {
        let piece = source.slice(range);
        let special = |c: char| matches!(c, '"' | '\\') || c.is_control() || !c.is_ascii();
        if quote == '\'' || !piece.string.contains(special) {
            result.append(&piece);
        } else {
            result.push(&escaped(&piece.string)?, run.mark.clone());
        }
    }
    result.push(&quote.to_string(), Mark::Computed(Rc::default(), None));
    Some(result)
}

fn escaped(piece: &str) -> Option<String> {
    let mut result = String::new();
    for c in piece.chars() {
        if let Some(escape) = escape_of(c) {
            result.push_str(escape);
            continue;
        }
        match c {
            c if c.is_control() => return None,
            c if c.is_ascii() || c.is_alphanumeric() => result.push(c),
            // Which of the others Go takes for printable is a long table.
            '–' | '—' | '’' | '“' | '”' | '…' | '©' => result.push(c),
            _ => return None,
        }
    }
    Some(result)
}

/// `print` puts a space between two operands of which neither is a string.
fn printed(values: &[Value], always: bool) -> Option<Value> {
    let mut result = Text::default();
    let mut before_is_string = true;
    for (at, value) in values.iter().enumerate() {
        let is_string = matches!(value, Value::Text(_));
        if at > 0 && (always || !(is_string || before_is_string)) {
            // Of an unknown operand it is not known whether it is a string.
            if !always && matches!(value, Value::Unknown(_)) {
                return None;
            }
            result.push(" ", Mark::Computed(Rc::default(), None));
        }
        before_is_string = is_string || matches!(value, Value::Unknown(_));
        result.append(part(value)?.as_ref());
    }
    if always {
        result.push("\n", Mark::Computed(Rc::default(), None));
    }
    Some(Value::text(result))
}

/// `printf` with the verbs that templates use.
fn formatted(format: &Value, values: &[Value]) -> Option<Value> {
    let format = text(format).filter(|format| !format.is_doubtful())?;
    let mut result = Text::default();
    let mut values = values.iter();
    let mut from = 0;
    for at in memchr::memchr_iter(b'%', format.string.as_bytes()) {
        // The second half of `%%`.
        if at < from {
            continue;
        }
        format.copy(from..at, &mut result);
        let verb = format.string.get(at + 1..)?.chars().next()?;
        from = at + 1 + verb.len_utf8();
        if verb == '%' {
            format.copy(at..at + 1, &mut result);
            continue;
        }
        result.append(&verb_of(verb, values.next()?)?);
    }
    format.copy(from..format.string.len(), &mut result);
    // What is left over is printed as a complaint.
    values.next().is_none().then(|| Value::text(result))
}

fn verb_of(verb: char, value: &Value) -> Option<Text> {
    let plain = || part(value).map(|text| (*text).clone());
    // What Go prints when a verb does not suit a value.
    let complaint = |kind: &str| {
        let mark = || Mark::Computed(Rc::default(), None);
        let mut text = Text::new(format!("%!{verb}({kind}="), mark());
        text.append(&plain()?);
        text.push(")", mark());
        Some(text)
    };
    match (verb, value) {
        (_, Value::Unknown(_)) => Some(Text::unknown()),
        ('v', _) | ('s', Value::Text(_)) | ('d', Value::Int(..)) | ('t', Value::Bool(..)) => {
            plain()
        }
        ('q', Value::Text(text)) => enclosed(text, '"'),
        ('s' | 'd', Value::Nil) => {
            Some(Text::new(format!("%!{verb}(<nil>)"), Mark::Computed(Rc::default(), None)))
        }
        ('s' | 'd', Value::Float(..)) => complaint("float64"),
        ('s' | 'd', Value::Bool(..)) => complaint("bool"),
        ('d', Value::Text(text)) if text.certain().is_some() => complaint("string"),
        ('f', Value::Float(number, _)) => {
            let leaves = super::leaves(value);
            let mark = Mark::of(leaves.as_deref().unwrap_or_default());
            (number.abs() < 1e15).then(|| Text::new(format!("{number:.6}"), mark))
        }
        ('g', Value::Float(number, _)) => {
            let leaves = super::leaves(value);
            Some(Text::new(number::print(*number), Mark::of(leaves.as_deref().unwrap_or_default())))
        }
        _ => None,
    }
}
