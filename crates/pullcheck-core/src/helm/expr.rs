//! Evaluates pipelines.

use std::rc::Rc;

use super::{
    ast::{Operand, Pipe},
    eval::{Evaluator, Place, Unit},
    functions,
    heap::{Leaves, Unknown, Value},
    number,
    text::{Mark, Text},
};
use crate::span::At;

impl Evaluator<'_> {
    /// The value of a pipeline; its variables are set.
    pub(super) fn pipe(&mut self, unit: &Unit<'_>, pipe: &Pipe, dot: &Value) -> Value {
        let value = self.commands(unit, pipe, dot);
        for name in &pipe.variables {
            self.bind(name, value.clone(), pipe.assigns);
        }
        value
    }

    /// The value of a pipeline without its variables.
    pub(super) fn commands(&mut self, unit: &Unit<'_>, pipe: &Pipe, dot: &Value) -> Value {
        let run = |this: &mut Self| {
            let mut piped = None;
            for command in &pipe.commands {
                piped = Some(this.command(unit, command, dot, piped));
            }
            piped
        };
        self.deeper(run).flatten().unwrap_or(Value::unknown())
    }

    fn command(
        &mut self,
        unit: &Unit<'_>,
        command: &[Operand],
        dot: &Value,
        piped: Option<Value>,
    ) -> Value {
        let Some((first, rest)) = command.split_first() else { return Value::unknown() };
        if self.spend(0).is_none() {
            return Value::unknown();
        }
        match first {
            Operand::Function(name) if matches!(&**name, "and" | "or") => {
                self.junction(unit, &**name == "or", rest, dot, piped.as_ref())
            }
            Operand::Function(name) => {
                let mut arguments = Vec::with_capacity(rest.len() + 1);
                for operand in rest {
                    arguments.push(self.operand(unit, operand, dot));
                }
                // What is changed in place can be reached again if it has a name.
                self.changes_named = !matches!(rest.first(), Some(Operand::Paren(..)));
                arguments.extend(piped);
                functions::call(self, name, &arguments)
            }
            first => {
                let value = self.operand(unit, first, dot);
                if rest.is_empty() && piped.is_none() {
                    return value;
                }
                // A method, of which none is known, or a mistake.
                for operand in rest {
                    self.operand(unit, operand, dot);
                }
                Value::unknown()
            }
        }
    }

    /// `and` and `or`, which stop where the result is known.
    fn junction(
        &mut self,
        unit: &Unit<'_>,
        is_or: bool,
        operands: &[Operand],
        dot: &Value,
        piped: Option<&Value>,
    ) -> Value {
        let mut unknown = false;
        let mut last = Value::unknown();
        let count = operands.len() + usize::from(piped.is_some());
        for at in 0..count {
            last = match operands.get(at) {
                Some(operand) => self.operand(unit, operand, dot),
                None => piped.cloned().unwrap_or(Value::unknown()),
            };
            match self.truth(&last) {
                Some(truth) if truth == is_or => {
                    return if unknown { Value::unknown_but(is_or) } else { last };
                }
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown { Value::unknown() } else { last }
    }

    fn operand(&mut self, unit: &Unit<'_>, operand: &Operand, dot: &Value) -> Value {
        match operand {
            Operand::Dot => dot.clone(),
            Operand::Nil => Value::Nil,
            Operand::Bool(value) => Value::Bool(*value, None),
            Operand::Int(value) => Value::Int(*value, None),
            Operand::Float(value) => Value::Float(*value, None),
            Operand::Str(text, span) => Value::text(match &unit.place {
                Place::File(file) => {
                    Text::new(&**text, Mark::Template(At { file: *file, span: *span }))
                }
                Place::Text(from, _) => {
                    Text::new(&**text, Mark::of(&from.slice(span.range()).leaves()))
                }
            }),
            Operand::Field(fields) => self.fields(dot.clone(), fields),
            Operand::Variable(name, fields) => {
                let own = self.variables.get(self.base..).unwrap_or_default();
                let found = own.iter().rev().position(|(known, _)| known == name);
                let known = found.and_then(|at| own.iter().rev().nth(at));
                let value = known.map_or(Value::unknown(), |(_, value)| value.clone());
                self.spend(found.unwrap_or(own.len()));
                self.fields(value, fields)
            }
            Operand::Function(name) => functions::call(self, name, &[]),
            Operand::Paren(pipe, fields) => {
                let scope = self.variables.len();
                let value = self.pipe(unit, pipe, dot);
                self.variables.truncate(scope);
                self.fields(value, fields)
            }
        }
    }

    /// Follows `.a.b`. Go takes the fields of nil for nil, but only if it begins with nil: where a
    /// field on the way is nil, Helm gives up.
    fn fields(&self, value: Value, fields: &[Box<str>]) -> Value {
        if matches!(value, Value::Nil) {
            return value;
        }
        fields.iter().fold(value, |value, field| match value {
            Value::Map(map) => self.heap.get(map, field),
            Value::Unknown(Unknown { is_new: true, .. }) => Value::unknown_new(),
            _ => Value::unknown(),
        })
    }

    /// Whether Go takes a value for true.
    pub(super) fn truth(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Unknown(unknown) => unknown.truth,
            Value::Nil => Some(false),
            Value::Bool(value, _) => Some(*value),
            Value::Int(value, _) => Some(*value != 0),
            Value::Float(value, _) => Some(*value != 0.0),
            Value::Text(text) => text.is_empty().map(|empty| !empty),
            Value::List(id) => self.heap.any_list(*id).map(|list| !list.items.is_empty()),
            Value::Map(id) => {
                let map = self.heap.map(*id)?;
                let sure = |value: &Value| !map.open || !matches!(value, Value::Unknown(_));
                if map.entries.values().any(sure) {
                    return Some(true);
                }
                (!map.open).then_some(false)
            }
        }
    }
}

/// A value as `%v` shows it; `None` for what has no known text.
pub(super) fn shown(value: &Value) -> Option<Rc<Text>> {
    let of = |text: String, leaves: &Leaves| {
        let leaves = leaves.as_deref().unwrap_or_default();
        Some(Rc::new(Text::new(text, Mark::of(leaves))))
    };
    match value {
        Value::Text(text) => Some(Rc::clone(text)),
        Value::Bool(value, leaves) => of(value.to_string(), leaves),
        Value::Int(value, leaves) => of(value.to_string(), leaves),
        Value::Float(value, leaves) => of(number::print(*value), leaves),
        Value::Nil => of("<nil>".to_owned(), &None),
        Value::Unknown(_) | Value::List(_) | Value::Map(_) => None,
    }
}
