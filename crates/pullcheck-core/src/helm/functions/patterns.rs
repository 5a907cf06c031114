//! Regular expressions and versions.

use std::{cmp::Ordering, rc::Rc};

use regex::bytes::{Regex, RegexBuilder};

use super::{string, text};
use crate::helm::{
    eval::Evaluator,
    heap::{Leaves, Map, Value},
    text::Text,
};

/// How large a compiled expression may be, and what compiling it costs of the bytes that may be
/// written.
const SIZE: usize = 1 << 18;

pub(super) fn call(ev: &mut Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("regexMatch" | "mustRegexMatch", [pattern, source]) => {
            let source = ascii(source)?;
            Some(Value::Bool(expression(ev, pattern)?.is_match(source.string.as_bytes()), None))
        }
        ("regexFind" | "mustRegexFind", [pattern, source]) => {
            let source = ascii(source)?;
            let found = expression(ev, pattern)?.find(source.string.as_bytes());
            Some(Value::text(source.slice(found.map_or(0..0, |found| found.range()))))
        }
        ("regexReplaceAll" | "mustRegexReplaceAll", [pattern, source, with]) => {
            let (source, with) = (ascii(source)?, string(with)?);
            let expression = expression(ev, pattern)?;
            let replaced = expression.replace_all(source.string.as_bytes(), with.as_bytes());
            let replaced = String::from_utf8(replaced.into_owned()).ok()?;
            ev.spend(replaced.len())?;
            Some(Value::text(source.computed(replaced)))
        }
        ("semverCompare", [constraint, version]) => {
            Some(Value::Bool(satisfies(&string(version)?, &string(constraint)?)?, None))
        }
        ("semver", [version]) => {
            let leaves: Leaves = Some(text(version)?.leaves().into());
            let [major, minor, patch] = Version::read(&string(version)?)?.numbers;
            let number = |number| i64::try_from(number).ok().map(|n| Value::Int(n, leaves.clone()));
            let entries = [
                (Rc::from("Major"), number(major)?),
                (Rc::from("Minor"), number(minor)?),
                (Rc::from("Patch"), number(patch)?),
            ];
            Some(Value::Map(ev.heap.add_map(Map { entries: entries.into(), open: true })))
        }
        _ => None,
    }
}

/// A text in which bytes are characters, as they are to both engines.
fn ascii(value: &Value) -> Option<&Rc<Text>> {
    text(value).filter(|text| !text.is_doubtful() && text.string.is_ascii())
}

/// An expression that Go and Rust read alike; `None` for syntax in which they differ.
fn expression(ev: &mut Evaluator<'_>, pattern: &Value) -> Option<Regex> {
    let pattern = string(pattern)?;
    let mut in_class = false;
    let mut before = ' ';
    for c in pattern.chars() {
        let differs = match c {
            '[' => in_class && before != '[',
            '&' | '~' | '-' => in_class && before == c,
            '{' | '<' | '>' => before == '\\' || before == 'b',
            ':' => in_class && before == '[',
            c => !c.is_ascii(),
        };
        if differs {
            return None;
        }
        match c {
            '[' if before != '\\' => in_class = true,
            ']' if before != '\\' => in_class = false,
            _ => {}
        }
        before = if c == '\\' && before == '\\' { ' ' } else { c };
    }
    ev.spend(SIZE)?;
    RegexBuilder::new(&pattern).unicode(false).size_limit(SIZE).build().ok()
}

/// A version as Masterminds' semver reads it.
struct Version {
    numbers: [u64; 3],
    is_prerelease: bool,
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let (release, prerelease) = match text.split_once('-') {
            Some((release, prerelease)) => (release, Some(prerelease)),
            None => (text, None),
        };
        // What Go refuses is not told from what it accepts here.
        let suits = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && (part == "0" || !part.starts_with('0'))
        };
        if prerelease.is_some_and(|prerelease| !prerelease.split('.').all(suits)) {
            return None;
        }
        let mut numbers = [0; 3];
        let mut parts = release.split('.');
        for (number, part) in numbers.iter_mut().zip(parts.by_ref()) {
            if !suits(part) || part.len() > 18 {
                return None;
            }
            *number = part.parse().ok()?;
        }
        parts.next().is_none().then_some(Self { numbers, is_prerelease: prerelease.is_some() })
    }
}

/// Whether a version satisfies a constraint, for single constraints without wildcards.
fn satisfies(version: &str, constraint: &str) -> Option<bool> {
    let version = Version::read(version)?;
    let constraint = constraint.trim();
    let digits = constraint.find(|c: char| c == 'v' || c.is_ascii_digit())?;
    let (operator, wanted) = constraint.split_at_checked(digits)?;
    let parts = wanted.split('-').next().unwrap_or_default().split('.').count();
    let wanted = Version::read(wanted)?;
    if version.is_prerelease {
        return (!wanted.is_prerelease).then_some(false);
    }
    let order = version.numbers.cmp(&wanted.numbers);
    // `-0` stands for the first of all prereleases; the others are not told apart.
    if wanted.is_prerelease && !constraint.ends_with("-0") {
        return None;
    }
    let is_exact = parts == 3 && !wanted.is_prerelease;
    match operator.trim() {
        ">=" | "=>" => Some(order.is_ge()),
        "<" => Some(order.is_lt()),
        ">" if is_exact => Some(order.is_gt()),
        "<=" | "=<" if is_exact => Some(order.is_le()),
        "=" | "" if is_exact => Some(order == Ordering::Equal),
        "!=" if is_exact => Some(order != Ordering::Equal),
        "^" if wanted.numbers.first() > Some(&0) => {
            Some(order.is_ge() && version.numbers.first() == wanted.numbers.first())
        }
        "~" if parts == 3 => {
            Some(order.is_ge() && version.numbers.get(..2) == wanted.numbers.get(..2))
        }
        _ => None,
    }
}
