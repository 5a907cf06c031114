//! Bodies of which it is not known whether they run, and bodies that are run though they would not.

use std::rc::Rc;

use super::{
    ast::{Branch, Choice, Loop, Node},
    eval::{Evaluator, Flow, Unit},
    heap::{MapId, Value},
    text::{Doubt, Mark, Text},
};

/// How much indentation is looked at.
const INDENT: usize = 1000;

/// What a body that may or may not run has changed.
#[derive(Default)]
pub(super) struct Touched {
    entries: Vec<(MapId, Rc<str>)>,
    variables: Vec<usize>,
}

impl Touched {
    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.variables.is_empty()
    }
}

impl Evaluator<'_> {
    /// Whether a choice is rendered even if its condition is false: it names an image, and nothing
    /// stands in its place.
    pub(super) const fn is_assumed(choice: &Choice) -> bool {
        choice.names_image && choice.otherwise.is_none() && choice.branches.len() == 1
    }

    /// Runs a body whose condition is false.
    pub(super) fn assume(&mut self, unit: &Unit<'_>, branch: &Branch, dot: &Value) {
        let dot = if branch.with { Value::unknown() } else { dot.clone() };
        let (text, _, _) = self.try_body(unit, &branch.body, &dot);
        self.append(&text, Doubt { assumed: true, unsure: false });
    }

    pub(super) fn append(&mut self, text: &Text, doubt: Doubt) {
        self.spend(text.string.len());
        self.out.append_doubted(text, doubt, None);
    }

    /// Runs a body and takes its changes back.
    pub(super) fn try_body(
        &mut self,
        unit: &Unit<'_>,
        body: &[Node],
        dot: &Value,
    ) -> (Text, Flow, Touched) {
        let keeps = std::mem::replace(&mut self.heap.keeps_journal, true);
        let (entries, assigned) = (self.heap.journal.len(), self.assigned.len());
        let scope = self.variables.len();
        let before = std::mem::take(&mut self.out);
        let flow = self.body(unit, body, dot);
        let text = std::mem::replace(&mut self.out, before);
        self.variables.truncate(scope);
        let mut touched = Touched { entries: self.heap.undo(entries), variables: Vec::new() };
        while self.assigned.len() > assigned {
            let Some((index, value)) = self.assigned.pop() else { break };
            if let Some(variable) = self.variables.get_mut(index) {
                variable.1 = value;
                touched.variables.push(index);
            }
        }
        self.heap.keeps_journal = keeps;
        (text, flow, touched)
    }

    /// Makes unknown what may have changed.
    fn blur(&mut self, touched: Touched) {
        for (map, key) in touched.entries {
            self.heap.open(map);
            self.heap.set(map, &key, Some(Value::unknown()));
        }
        for index in touched.variables {
            self.assign(index, Value::unknown());
        }
    }

    /// Sets a variable by its index.
    pub(super) fn assign(&mut self, index: usize, value: Value) {
        let Some(variable) = self.variables.get_mut(index) else { return };
        let old = std::mem::replace(&mut variable.1, value);
        if self.heap.keeps_journal {
            self.assigned.push((index, old));
        }
    }

    /// Runs bodies of which at most one runs in truth; exactly one, if the choice is settled.
    pub(super) fn perhaps(
        &mut self,
        unit: &Unit<'_>,
        bodies: &[(&[Node], Value)],
        is_settled: bool,
    ) -> Flow {
        let used = self.used;
        let mut texts = Vec::new();
        let mut left = false;
        let mut all = Touched::default();
        for (body, dot) in bodies {
            let (text, flow, mut touched) = self.try_body(unit, body, dot);
            left |= flow != Flow::Next;
            texts.push(text);
            all.entries.append(&mut touched.entries);
            all.variables.append(&mut touched.variables);
        }
        self.blur(all);
        self.used = used;
        self.print_one_of(&texts, is_settled);
        if left { Flow::Unknown } else { Flow::Next }
    }

    /// Prints one of several texts, without knowing which.
    fn print_one_of(&mut self, texts: &[Text], is_settled: bool) {
        let Some(first) = texts.first() else { return };
        let indent = self.indent();
        let same = |text: &Text| text.string == first.string && !text.is_doubtful();
        if is_settled && texts.iter().all(same) {
            self.append(first, Doubt::default());
        } else if texts.iter().any(|text| begins_a_line(text, indent.is_some())) {
            for text in texts {
                self.append_lines(text, indent.unwrap_or(0));
            }
        } else if texts.iter().any(|text| !text.string.is_empty()) {
            self.print_unknown();
        }
    }

    /// How far the current line is indented, if nothing else stands on it.
    fn indent(&self) -> Option<usize> {
        let from = self.out.string.len().saturating_sub(INDENT);
        let end = self.out.string.as_bytes().get(from..).unwrap_or_default();
        let blank = end.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let at_start = blank == self.out.string.len()
            || end.iter().rev().nth(blank).is_some_and(|byte| *byte == b'\n');
        at_start.then_some(blank)
    }

    /// Appends lines of which it is not known whether they are rendered.
    fn append_lines(&mut self, text: &Text, indent: usize) {
        let blank = text.string.len() - text.string.trim_start().len();
        let begins = text.string.get(..blank).is_some_and(|blank| blank.contains('\n'));
        if !begins && blank < text.string.len() && self.indent().is_none() {
            let line = format!("\n{}", " ".repeat(indent));
            self.out.push(&line, Mark::Computed(Rc::default(), None));
        }
        self.append(text, Doubt { assumed: false, unsure: true });
    }

    /// A loop of which it is not known how often it ran: what it printed and changed is unknown.
    pub(super) fn lose(&mut self, start: usize, body: &[Node]) {
        self.out = self.out.slice(0..start);
        self.print_unknown();
        self.heap.poisoned = true;
        let mut names = Vec::new();
        assigned_in(body, &mut names);
        for index in self.base..self.variables.len() {
            let name = self.variables.get(index).map(|(name, _)| &**name).unwrap_or_default();
            if names.contains(&name) {
                self.assign(index, Value::unknown());
            }
        }
    }

    /// Runs a loop over something unknown.
    pub(super) fn range_unknown(&mut self, unit: &Unit<'_>, range: &Loop, dot: &Value) {
        self.bind_loop(range, Value::unknown(), Value::unknown());
        let (text, flow, touched) = self.try_body(unit, &range.body, &Value::unknown());
        if flow == Flow::Next && touched.is_empty() && range.otherwise.is_none() {
            self.print_one_of(&[text], false);
            return;
        }
        // What one turn changes, the next one sees.
        self.blur(touched);
        let mut bodies: Vec<(&[Node], Value)> = vec![(&range.body, Value::unknown())];
        if let Some(body) = &range.otherwise {
            bodies.push((body, dot.clone()));
        }
        self.perhaps(unit, &bodies, false);
    }
}

/// Whether a text has a line break before what is first visible in it; or, if it is printed at the
/// beginning of a line, within what is visible.
fn begins_a_line(text: &Text, at_start: bool) -> bool {
    let visible = text.string.trim_start();
    let blank = text.string.get(..text.string.len() - visible.len()).unwrap_or_default();
    !visible.is_empty() && (blank.contains('\n') || (at_start && visible.trim_end().contains('\n')))
}

/// The variables that a body sets. Bodies are nested no deeper than the parser allows.
fn assigned_in<'n>(body: &'n [Node], names: &mut Vec<&'n str>) {
    for node in body {
        match node {
            Node::Print { pipe, .. } if pipe.assigns => {
                names.extend(pipe.variables.iter().map(|name| &**name));
            }
            Node::Choice(choice) => {
                choice.branches.iter().for_each(|branch| assigned_in(&branch.body, names));
                choice.otherwise.iter().for_each(|body| assigned_in(body, names));
            }
            Node::Range(range) => {
                assigned_in(&range.body, names);
                range.otherwise.iter().for_each(|body| assigned_in(body, names));
            }
            _ => {}
        }
    }
}
