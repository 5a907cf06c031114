//! Runs the nodes of a template.

use std::{collections::HashMap, rc::Rc};

use super::{
    ast::{Choice, Loop, Node},
    expr,
    heap::{Heap, Value},
    parse::Template,
    text::{Doubt, Mark, NO_VALUE, Text},
};
use crate::span::{At, FileId, Span};

/// How deep blocks, parentheses and included templates may lead into each other. Real charts stay
/// below sixty.
const DEPTH: u32 = 120;

/// How many nodes and operands are run for one chart. Of 173 real ones none needs 80,000.
const STEPS: u64 = 4_000_000;

/// How many bytes are read and written for one chart, each time anew. Of 173 real ones none needs
/// 60 MB.
const BYTES: u64 = 512 << 20;

/// How many bytes one template may render.
const OUTPUT: usize = 4 << 20;

/// How many pieces of one origin it may consist of.
const RUNS: usize = 500_000;

/// A template being run, and where its text is from.
pub(super) struct Unit<'u> {
    pub(super) template: &'u Template,
    pub(super) place: Place,
}

/// Where the text of a template is written.
#[derive(Clone)]
pub(super) enum Place {
    /// In a file.
    File(FileId),
    /// In a text that an action gives to `tpl`.
    Text(Rc<Text>, At),
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
    /// A loop was left under an unknown condition.
    Unknown,
}

/// A named template.
#[derive(Clone, Copy)]
pub(super) struct Define<'a> {
    pub(super) file: FileId,
    pub(super) template: &'a Template,
    pub(super) body: &'a [Node],
}

/// Runs templates of one chart and its subcharts.
pub(super) struct Evaluator<'a> {
    pub(super) heap: Heap,
    pub(super) defines: HashMap<String, Define<'a>>,
    /// Variables of the running templates, the innermost last.
    pub(super) variables: Vec<(Box<str>, Value)>,
    /// Where the variables of the running template begin.
    pub(super) base: usize,
    /// Variables as they were before they were set, while someone wants to take that back.
    pub(super) assigned: Vec<(usize, Value)>,
    pub(super) out: Text,
    /// The action being run.
    pub(super) used: At,
    /// Whether the first argument of the function being called is a variable or field.
    pub(super) changes_named: bool,
    depth: u32,
    steps: u64,
    bytes: u64,
}

impl Evaluator<'_> {
    pub(super) fn new(heap: Heap) -> Self {
        Self {
            heap,
            defines: HashMap::new(),
            variables: Vec::new(),
            base: 0,
            assigned: Vec::new(),
            out: Text::default(),
            used: At::default(),
            changes_named: false,
            depth: 0,
            steps: STEPS,
            bytes: BYTES,
        }
    }

    /// Whether nothing more is run.
    pub(super) const fn is_spent(&self) -> bool {
        self.steps == 0 || self.bytes == 0
    }

    /// Whether the template being run has rendered enough.
    fn is_full(&self) -> bool {
        self.out.string.len() > OUTPUT || self.out.runs.len() > RUNS
    }

    /// Counts work; `None` when there was too much of it.
    pub(super) fn spend(&mut self, bytes: usize) -> Option<()> {
        self.steps = self.steps.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes as u64);
        (!self.is_spent()).then_some(())
    }

    /// One level deeper; `None` if that is too deep.
    pub(super) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        Some(result)
    }

    /// What a template prints with this dot, which is its `$` too.
    pub(super) fn capture(&mut self, unit: &Unit<'_>, body: &[Node], dot: &Value) -> Text {
        let before = std::mem::take(&mut self.out);
        self.run(unit, body, dot);
        std::mem::replace(&mut self.out, before)
    }

    /// Prints a template with this dot.
    fn run(&mut self, unit: &Unit<'_>, body: &[Node], dot: &Value) {
        let outer = (self.base, self.used);
        self.base = self.variables.len();
        self.variables.push((Box::default(), dot.clone()));
        if self.deeper(|this| this.body(unit, body, dot)).is_none() {
            self.print_unknown();
        }
        self.variables.truncate(self.base);
        (self.base, self.used) = outer;
    }

    /// The place of an action.
    pub(super) fn at(unit: &Unit<'_>, span: Span) -> At {
        match &unit.place {
            Place::File(file) => At { file: *file, span },
            Place::Text(_, used) => *used,
        }
    }

    /// Runs nodes one after the other.
    pub(super) fn body(&mut self, unit: &Unit<'_>, nodes: &[Node], dot: &Value) -> Flow {
        for node in nodes {
            if self.spend(0).is_none() || self.is_full() {
                self.print_unknown();
                return Flow::Next;
            }
            let flow = self.node(unit, node, dot);
            if flow != Flow::Next {
                return flow;
            }
        }
        Flow::Next
    }

    fn node(&mut self, unit: &Unit<'_>, node: &Node, dot: &Value) -> Flow {
        match node {
            Node::Literal { span, at } => self.literal(unit, *span, *at),
            Node::Print { pipe, span } => {
                self.used = Self::at(unit, *span);
                let used = self.used;
                let value = self.pipe(unit, pipe, dot);
                self.used = used;
                if pipe.variables.is_empty() {
                    self.print(&value);
                }
            }
            Node::Choice(choice) => {
                let scope = self.variables.len();
                let flow = self.deeper(|this| this.choice(unit, choice, dot));
                self.variables.truncate(scope);
                return flow.unwrap_or(Flow::Next);
            }
            Node::Range(range) => {
                let scope = self.variables.len();
                self.deeper(|this| this.range(unit, range, dot));
                self.variables.truncate(scope);
            }
            Node::Call { name, argument, span } => {
                self.used = Self::at(unit, *span);
                let used = self.used;
                let dot = argument.as_ref().map_or(Value::Nil, |pipe| self.pipe(unit, pipe, dot));
                self.used = used;
                match self.defines.get(&**name).copied() {
                    Some(define) => {
                        let place = Place::File(define.file);
                        self.run(&Unit { template: define.template, place }, define.body, &dot);
                    }
                    None => self.print_unknown(),
                }
            }
            Node::Break => return Flow::Break,
            Node::Continue => return Flow::Continue,
        }
        Flow::Next
    }

    fn literal(&mut self, unit: &Unit<'_>, span: Span, at: u32) {
        let piece = unit.template.literal(span, at);
        match &unit.place {
            Place::File(file) => {
                self.out.push(piece, Mark::Template(At { file: *file, span }));
            }
            Place::Text(text, used) => {
                let piece = text.slice(span.range());
                self.out.print(&piece, *used);
            }
        }
        self.spend(piece.len());
    }

    pub(super) fn print_unknown(&mut self) {
        let used = self.used;
        self.out.print(&Text::unknown(), used);
    }

    fn print(&mut self, value: &Value) {
        let used = self.used;
        let text = match value {
            Value::Nil => Text::new(NO_VALUE, Mark::Template(used)),
            value => match expr::shown(value) {
                Some(text) => {
                    self.spend(text.string.len());
                    self.out.print(&text, used);
                    return;
                }
                None => Text::unknown(),
            },
        };
        self.out.print(&text, used);
    }

    fn choice(&mut self, unit: &Unit<'_>, choice: &Choice, dot: &Value) -> Flow {
        // Bodies of which each may be the one that runs.
        let mut open: Vec<(&[Node], Value)> = Vec::new();
        let mut is_settled = false;
        for branch in &choice.branches {
            self.used = Self::at(unit, choice.span);
            let value = self.pipe(unit, &branch.pipe, dot);
            let truth = self.truth(&value);
            let inner = if branch.with { value } else { dot.clone() };
            match truth {
                Some(true) if open.is_empty() => return self.body(unit, &branch.body, &inner),
                Some(false) if Self::is_assumed(choice) => {
                    self.assume(unit, branch, dot);
                    return Flow::Next;
                }
                Some(false) => {}
                _ => open.push((&branch.body, inner)),
            }
            if truth == Some(true) {
                is_settled = true;
                break;
            }
        }
        match &choice.otherwise {
            Some(body) if !is_settled && open.is_empty() => return self.body(unit, body, dot),
            Some(body) if !is_settled => {
                open.push((body, dot.clone()));
                is_settled = true;
            }
            _ => {}
        }
        if open.is_empty() { Flow::Next } else { self.perhaps(unit, &open, is_settled) }
    }

    fn range(&mut self, unit: &Unit<'_>, range: &Loop, dot: &Value) {
        self.used = Self::at(unit, range.span);
        let value = self.commands(unit, &range.pipe, dot);
        let Some(items) = self.iterations(&value) else {
            self.range_unknown(unit, range, dot);
            return;
        };
        if items.is_empty() {
            match &range.otherwise {
                Some(body) => {
                    self.body(unit, body, dot);
                }
                None if range.names_image => {
                    self.bind_loop(range, Value::unknown(), Value::unknown());
                    let (text, _, _) = self.try_body(unit, &range.body, &Value::unknown());
                    self.append(&text, Doubt { assumed: true, unsure: false });
                }
                None => {}
            }
            return;
        }
        let start = self.out.string.len();
        let scope = self.variables.len();
        for (key, item) in items {
            self.variables.truncate(scope);
            self.bind_loop(range, key, item.clone());
            match self.body(unit, &range.body, &item) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Unknown => {
                    self.lose(start, &range.body);
                    break;
                }
            }
            if self.is_spent() {
                break;
            }
        }
    }

    pub(super) fn bind_loop(&mut self, range: &Loop, key: Value, item: Value) {
        let bound: Vec<(&Box<str>, Value)> = match range.pipe.variables.as_slice() {
            [one] => vec![(one, item)],
            [first, second] => vec![(first, key), (second, item)],
            _ => Vec::new(),
        };
        for (name, value) in bound {
            self.bind(name, value, range.pipe.assigns);
        }
    }

    /// Sets or declares a variable.
    pub(super) fn bind(&mut self, name: &str, value: Value, assigns: bool) {
        if !assigns {
            self.variables.push((name.into(), value));
            return;
        }
        let own = self.variables.get(self.base..).unwrap_or_default();
        let found = own.iter().rposition(|(known, _)| **known == *name);
        if let Some(found) = found {
            self.assign(self.base + found, value);
        }
    }

    /// What a `range` goes over; `None` if that is not known.
    fn iterations(&self, value: &Value) -> Option<Vec<(Value, Value)>> {
        match value {
            Value::Nil => Some(Vec::new()),
            Value::List(id) => {
                let items = self.heap.list(*id)?.iter().enumerate();
                let index = |index| Value::Int(i64::try_from(index).unwrap_or(i64::MAX), None);
                Some(items.map(|(at, item)| (index(at), item.clone())).collect())
            }
            Value::Map(id) => {
                let map = self.heap.map(*id).filter(|map| !map.open)?;
                let key = |key: &Rc<str>| Value::plain(&**key);
                Some(map.entries.iter().map(|(name, value)| (key(name), value.clone())).collect())
            }
            Value::Int(count, _) if *count <= 10_000 => {
                let number = |at| (Value::Int(at, None), Value::Int(at, None));
                Some((0..*count).map(number).collect())
            }
            _ => None,
        }
    }
}
