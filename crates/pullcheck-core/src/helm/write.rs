//! Values as YAML and JSON, as `sigs.k8s.io/yaml` writes them; each scalar keeps its place. Long
//! lines are not folded, which changes no value.

use std::{cmp::Ordering, rc::Rc};

use super::{
    heap::{Heap, Map, Value},
    number,
    text::{Mark, Text, escape_of},
};
use crate::yaml::{ScalarKind, resolve};

/// How deep values are written.
pub(super) const DEPTH: usize = 100;

/// How large the result may become.
pub(super) const SIZE: usize = 4 << 20;

/// Writes a value as YAML, without the last line break; `None` for what cannot be written as known.
pub(super) fn yaml(heap: &Heap, value: &Value, out: &mut Text) -> Option<()> {
    match value {
        Value::Unknown(_) => None,
        value => Writer { heap, out }.node(value, 0, Place::Root),
    }
}

/// Where a node is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// After `key:`.
    Value,
    /// After `- `.
    Item,
}

struct Writer<'h> {
    heap: &'h Heap,
    out: &'h mut Text,
}

/// The mark of what no value is in.
pub(super) fn layout() -> Mark {
    Mark::Computed(Rc::default(), None)
}

impl Writer<'_> {
    fn push(&mut self, string: &str) {
        self.out.push(string, layout());
    }

    /// Writes a node whose own lines begin with so many spaces.
    fn node(&mut self, value: &Value, indent: usize, place: Place) -> Option<()> {
        if indent > DEPTH * 2 || self.out.string.len() > SIZE {
            return None;
        }
        match value {
            Value::Map(id) => {
                let map = self.heap.map(*id)?;
                if map.entries.is_empty() && !map.open {
                    self.push(if place == Place::Value { " {}" } else { "{}" });
                    return Some(());
                }
                self.mapping(map, indent, place)
            }
            Value::List(id) => {
                let items = Rc::clone(self.heap.list(*id)?);
                if items.is_empty() {
                    self.push(if place == Place::Value { " []" } else { "[]" });
                    return Some(());
                }
                // A list in a map is not indented.
                let indent = if place == Place::Value { indent.saturating_sub(2) } else { indent };
                self.list(&items, indent, place)
            }
            scalar => {
                if place == Place::Value {
                    self.push(" ");
                }
                self.scalar(scalar, indent.max(2))
            }
        }
    }

    fn line(&mut self, indent: usize) {
        let mut line = "\n".to_owned();
        line.push_str(&" ".repeat(indent));
        self.push(&line);
    }

    fn mapping(&mut self, map: &Map, indent: usize, place: Place) -> Option<()> {
        let mut keys: Vec<(&Rc<str>, &Value)> = map.entries.iter().collect();
        keys.sort_by(|(a, _), (b, _)| natural(a, b));
        let mut is_first = place != Place::Value;
        for (key, value) in keys {
            if !std::mem::take(&mut is_first) {
                self.line(indent);
            }
            if key.contains('\n') || key.len() > 128 {
                return None;
            }
            let key = Text::new(&**key, layout());
            self.string(&key, 0)?;
            self.push(":");
            self.node(value, indent + 2, Place::Value)?;
        }
        if map.open {
            if !is_first {
                self.line(indent);
            }
            self.out.append(&Text::unknown());
        }
        Some(())
    }

    fn list(&mut self, items: &[Value], indent: usize, place: Place) -> Option<()> {
        let mut is_first = place != Place::Value;
        for item in items {
            if !std::mem::take(&mut is_first) {
                self.line(indent);
            }
            self.push("- ");
            self.node(item, indent + 2, Place::Item)?;
        }
        Some(())
    }

    fn scalar(&mut self, value: &Value, indent: usize) -> Option<()> {
        let (string, leaves) = match value {
            Value::Text(text) => return self.string(text, indent),
            Value::Unknown(_) => {
                self.out.append(&Text::unknown());
                return Some(());
            }
            Value::Nil => ("null".to_owned(), &None),
            Value::Bool(value, leaves) => (value.to_string(), leaves),
            Value::Int(value, leaves) => (value.to_string(), leaves),
            Value::Float(value, leaves) => (number::in_yaml(*value)?, leaves),
            Value::List(_) | Value::Map(_) => return None,
        };
        self.out.push(&string, Mark::of(leaves.as_deref().unwrap_or_default()));
        Some(())
    }

    /// A string in the style that go-yaml v2 chooses.
    fn string(&mut self, text: &Text, indent: usize) -> Option<()> {
        let text = if text.certain().is_some() { &text.without_assumed() } else { text };
        if text.is_unsure() {
            return None;
        }
        let string = text.string.as_str();
        let form = Form::of(string);
        if string.contains('\n') && form.block {
            self.block(text, indent);
            return Some(());
        }
        let plain = resolve(string) == ScalarKind::Str && !is_marked(string);
        if plain && form.plain && !string.contains('\n') {
            self.out.append(text);
        } else if plain && form.single && !string.contains('\n') {
            self.quoted(text, '\'', |piece| Some(piece.replace('\'', "''")))?;
        } else {
            self.quoted(text, '"', escaped)?;
        }
        Some(())
    }

    fn quoted(
        &mut self,
        text: &Text,
        quote: char,
        escape: impl Fn(&str) -> Option<String>,
    ) -> Option<()> {
        self.push(&quote.to_string());
        for (range, run) in text.ranges() {
            let piece = text.slice(range);
            let escaped = escape(&piece.string)?;
            if escaped == piece.string {
                self.out.append(&piece);
            } else {
                self.out.push(&escaped, run.mark.clone());
            }
        }
        self.push(&quote.to_string());
        Some(())
    }

    /// A literal block.
    fn block(&mut self, text: &Text, indent: usize) {
        let string = text.string.as_str();
        let mut header = "|".to_owned();
        if string.starts_with([' ', '\n']) {
            header.push('2');
        }
        if !string.ends_with('\n') {
            header.push('-');
        } else if string == "\n" || string.ends_with("\n\n") {
            header.push('+');
        }
        self.push(&header);
        let mut from = 0;
        for line in string.split_inclusive('\n') {
            let content = line.trim_end_matches('\n').len();
            self.push("\n");
            if content > 0 {
                self.push(&" ".repeat(indent));
                text.copy(from..from + content, self.out);
            }
            from += line.len();
        }
    }
}

/// Which styles suit a string, as go-yaml's `yaml_emitter_analyze_scalar` finds.
struct Form {
    plain: bool,
    single: bool,
    block: bool,
}

impl Form {
    fn of(string: &str) -> Self {
        let chars: Vec<char> = string.chars().collect();
        let at = |index: usize| chars.get(index).copied();
        let blank = |c: Option<char>| matches!(c, None | Some(' ' | '\t' | '\n' | '\r'));
        let mut indicators = string.starts_with("---") || string.starts_with("...");
        let (mut special, mut break_space, mut space_break) = (false, false, false);
        for (index, c) in chars.iter().copied().enumerate() {
            let before = index.checked_sub(1).and_then(at);
            let next = at(index + 1);
            indicators |= match c {
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => index == 0,
                '#' => index == 0 || blank(before),
                '?' | '-' => index == 0 && blank(next),
                ':' => blank(next),
                _ => false,
            };
            special |=
                !(c == '\n' || (' '..='~').contains(&c) || (c >= '\u{a0}' && c != '\u{feff}'));
            special |= matches!(c, '\u{2028}' | '\u{2029}');
            break_space |= c == ' ' && before == Some('\n');
            space_break |= c == '\n' && before == Some(' ');
        }
        let edge = |c: Option<&char>| matches!(c, Some(' ' | '\n'));
        let edges = edge(chars.first()) || edge(chars.last());
        let awkward = break_space || space_break || special;
        Self {
            plain: !string.is_empty() && !indicators && !edges && !awkward,
            single: !awkward,
            block: !space_break && !special && !string.ends_with(' '),
        }
    }
}

/// Strings that YAML 1.1 reads as something else than a string, beyond those [`resolve`] knows:
/// times, and numbers to the base of 60.
fn is_marked(string: &str) -> bool {
    let bytes = string.as_bytes();
    let is_number = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'_' || b == b'.')
    };
    let sexagesimal = || {
        let mut parts = string.trim_start_matches(['+', '-']).split(':');
        parts.clone().count() > 1 && parts.all(is_number)
    };
    let date = || {
        bytes.len() >= 8
            && bytes.iter().take(4).all(u8::is_ascii_digit)
            && bytes.get(4) == Some(&b'-')
            && bytes.iter().all(|b| b.is_ascii_digit() || b"-:.TtZz+ ".contains(b))
    };
    sexagesimal() || date()
}

/// The inside of a YAML string in double quotes.
fn escaped(piece: &str) -> Option<String> {
    let mut result = String::new();
    for c in piece.chars() {
        if let Some(escape) = escape_of(c) {
            result.push_str(escape);
            continue;
        }
        match c {
            c if c.is_control() => result.push_str(&format!("\\x{:02X}", u32::from(c))),
            '\u{feff}' | '\u{2028}' | '\u{2029}' => return None,
            c => result.push(c),
        }
    }
    Some(result)
}

/// The order of keys in go-yaml: digits as numbers, letters after everything else.
fn natural(a: &str, b: &str) -> Ordering {
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let common = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let (Some(x), Some(y)) = (left.get(common), right.get(common)) else {
        return left.len().cmp(&right.len());
    };
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let digits = |chars: &[char]| -> (u64, usize) {
        let digits = chars.iter().skip(common).map_while(|c| c.to_digit(10));
        digits.fold((0_u64, 0), |(number, count), digit| {
            (number.wrapping_mul(10).wrapping_add(u64::from(digit)), count + 1)
        })
    };
    // A zero counts if digits stand before it.
    let before = left.get(..common).unwrap_or_default();
    let significant = (*x == '0' || *y == '0')
        && before.iter().rev().take_while(|c| c.is_ascii_digit()).any(|c| *c != '0');
    let (mut one, mut two) = (digits(&left), digits(&right));
    if significant {
        let scale =
            |count: usize| u32::try_from(count).ok().and_then(|count| 10_u64.checked_pow(count));
        one.0 = one.0.wrapping_add(scale(one.1).unwrap_or_default());
        two.0 = two.0.wrapping_add(scale(two.1).unwrap_or_default());
    }
    one.cmp(&two).then(x.cmp(y))
}
