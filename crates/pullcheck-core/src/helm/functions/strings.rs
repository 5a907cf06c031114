//! Strings in, strings out; each byte keeps its place.

use std::{ops::Range, rc::Rc};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{string, text};
use crate::helm::{
    heap::Value,
    text::{Doubt, Mark, Text, UNKNOWN},
};

/// How many spaces `indent` and how many bytes `repeat` may add.
const PADDING: i64 = 4096;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("trim", [source]) => trimmed(source, char::is_whitespace, true, true),
        ("trimAll" | "trimall", [cut, source]) => {
            let cut = string(cut)?;
            trimmed(source, |c| cut.contains(c), true, true)
        }
        ("trimSuffix", [suffix, source]) => without_affix(source, &string(suffix)?, false),
        ("trimPrefix", [prefix, source]) => without_affix(source, &string(prefix)?, true),
        ("trunc", [Value::Int(length, _), source]) => truncated(source, *length),
        ("substr", [Value::Int(start, _), Value::Int(end, _), source]) => {
            substring(source, *start, *end)
        }
        ("indent", [Value::Int(spaces, _), source]) => indented(source, *spaces, false),
        ("nindent", [Value::Int(spaces, _), source]) => indented(source, *spaces, true),
        ("repeat", [Value::Int(count, _), source]) => {
            let source = text(source)?;
            let bytes = i64::try_from(source.string.len()).ok()?.checked_mul(*count)?;
            if !(0..=PADDING).contains(&bytes) {
                return None;
            }
            let mut repeated = Text::default();
            (0..*count).for_each(|_| repeated.append(source));
            Some(Value::text(repeated))
        }
        ("b64enc", [source]) => {
            let plain = string(source)?;
            Some(Value::text(text(source)?.computed(STANDARD.encode(plain.as_bytes()))))
        }
        ("b64dec", [source]) => {
            let decoded = STANDARD.decode(string(source)?.as_bytes()).ok()?;
            Some(Value::text(text(source)?.computed(String::from_utf8(decoded).ok()?)))
        }
        ("sha256sum" | "sha1sum" | "sha512sum", [_]) => Some(Value::unknown_but(true)),
        _ => changed(name, arguments),
    }
}

fn changed(name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("lower", [source]) => mapped(source, str::to_ascii_lowercase),
        ("upper", [source]) => mapped(source, str::to_ascii_uppercase),
        ("title", [source]) => {
            let parts = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            initials(source, parts, char::to_ascii_uppercase)
        }
        ("untitle", [source]) => initials(source, char::is_whitespace, char::to_ascii_lowercase),
        ("camelcase", [source]) => camel_case(source),
        ("nospace", [source]) => {
            mapped(source, |piece| piece.chars().filter(|c| !c.is_whitespace()).collect())
        }
        ("replace", [old, new, source]) => {
            let new = text(new)?;
            replaced(text(source)?, &string(old)?, new).map(Value::text)
        }
        ("contains", [part, whole]) => affix(whole, part, |whole, part| whole.contains(part)),
        ("hasPrefix", [part, whole]) => affix(whole, part, |whole, part| whole.starts_with(part)),
        ("hasSuffix", [part, whole]) => affix(whole, part, |whole, part| whole.ends_with(part)),
        _ => None,
    }
}

fn trimmed(source: &Value, cut: impl Fn(char) -> bool, start: bool, end: bool) -> Option<Value> {
    // The ends of what is not certain may be others in truth; there this is about layout.
    let source = text(source)?;
    let mut range = 0..source.string.len();
    if start {
        range.start = range.end - source.string.trim_start_matches(&cut).len();
    }
    if end {
        let rest = source.string.get(range.clone())?;
        range.end = range.start + rest.trim_end_matches(&cut).len();
    }
    let mut part = source.slice(range);
    if part.runs.iter().any(|run| run.doubt.assumed) {
        part.runs.iter_mut().for_each(|run| run.doubt.unsure = true);
    }
    Some(Value::text(part))
}

/// Whether a part of a text is known to be there as it stands.
fn is_known(source: &Text, part: &Range<usize>) -> bool {
    !source.slice(part.clone()).is_doubtful()
}

fn without_affix(source: &Value, affix: &str, is_prefix: bool) -> Option<Value> {
    let source = text(source)?;
    let length = source.string.len();
    let size = affix.len().min(length);
    let (place, rest) =
        if is_prefix { (0..size, size..length) } else { (length - size..length, 0..length - size) };
    if source.certain().is_none() && (size < affix.len() || !is_known(source, &place)) {
        return None;
    }
    let source = if source.is_doubtful() && source.certain().is_some() {
        &Rc::new(source.without_assumed())
    } else {
        source
    };
    let has =
        if is_prefix { source.string.starts_with(affix) } else { source.string.ends_with(affix) };
    if !has {
        return Some(Value::Text(Rc::clone(source)));
    }
    let rest = if source.string.len() == length {
        rest
    } else if is_prefix {
        affix.len()..source.string.len()
    } else {
        0..source.string.len() - affix.len()
    };
    Some(Value::text(source.slice(rest)))
}

/// A text of which every byte counts: known, without what is only assumed.
fn exact(source: &Value) -> Option<Rc<Text>> {
    let source = text(source)?;
    if !source.is_doubtful() {
        return Some(Rc::clone(source));
    }
    source.certain().map(|_| Rc::new(source.without_assumed()))
}

fn truncated(source: &Value, length: i64) -> Option<Value> {
    let whole = text(source)?;
    if let Ok(length) = usize::try_from(length)
        && whole.string.len() > length
        && is_known(whole, &(0..length))
    {
        return whole.string.is_char_boundary(length).then(|| Value::text(whole.slice(0..length)));
    }
    let source = exact(source)?;
    let size = i64::try_from(source.string.len()).ok()?;
    let range = if length < 0 && size + length > 0 {
        usize::try_from(size + length).ok()?..source.string.len()
    } else {
        0..usize::try_from(length).unwrap_or(usize::MAX).min(source.string.len())
    };
    // Go cuts characters in two, which no image survives.
    source.string.get(range.clone())?;
    Some(Value::text(source.slice(range)))
}

fn substring(source: &Value, start: i64, end: i64) -> Option<Value> {
    let source = exact(source)?;
    let size = i64::try_from(source.string.len()).ok()?;
    let range = if start < 0 {
        0..end
    } else if end < 0 || end > size {
        start..size
    } else {
        start..end
    };
    let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
    source.string.get(range.clone())?;
    Some(Value::text(source.slice(range)))
}

/// Changes each known run for itself.
fn mapped(source: &Value, change: impl Fn(&str) -> String) -> Option<Value> {
    let source = text(source)?;
    // Go changes more letters than these.
    if !source.string.is_ascii() {
        return None;
    }
    let mut result = Text::default();
    for (range, run) in source.ranges() {
        let mut piece = source.slice(range);
        if !matches!(run.mark, Mark::Unknown(_)) {
            let changed = change(&piece.string);
            if changed != piece.string {
                let doubt = run.doubt;
                piece = Text::new(changed, run.mark.clone());
                piece.runs.iter_mut().for_each(|run| run.doubt = doubt);
            }
        }
        result.append(&piece);
    }
    Some(Value::text(result))
}

/// Changes the first letter of each word.
fn initials(
    source: &Value,
    parts: impl Fn(char) -> bool,
    change: impl Fn(&char) -> char,
) -> Option<Value> {
    let mut source = (*exact(source)?).clone();
    if !source.string.is_ascii() {
        return None;
    }
    let mut begins = true;
    let letter = |c: char| {
        let changed = if begins { change(&c) } else { c };
        begins = parts(c);
        changed
    };
    source.string = source.string.chars().map(letter).collect();
    Some(Value::text(source))
}

/// `camelcase` of words in small letters that underscores join, of which alone it is easy.
fn camel_case(source: &Value) -> Option<Value> {
    let source = exact(source)?;
    let plain = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    if !source.string.split('_').all(plain) {
        return None;
    }
    let mut result = String::new();
    for word in source.string.split('_') {
        let mut letters = word.chars();
        result.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        result.push_str(letters.as_str());
    }
    Some(Value::text(source.computed(result)))
}

/// Every `old` in a text made `new`.
fn replaced(source: &Text, old: &str, new: &Text) -> Option<Text> {
    let certain = source.certain().is_some();
    if old.is_empty() || (!certain && (old.len() > 1 || source.is_unsure())) {
        return None;
    }
    let source = if certain { &source.without_assumed() } else { source };
    let mut result = Text::default();
    let mut from = 0;
    for at in memchr::memmem::find_iter(source.string.as_bytes(), old) {
        // What an unknown value is shown as is not its text.
        if !certain && !is_known(source, &(at..at + old.len())) {
            continue;
        }
        source.copy(from..at, &mut result);
        result.append(new);
        from = at + old.len();
    }
    source.copy(from..source.string.len(), &mut result);
    Some(result)
}

fn affix(whole: &Value, part: &Value, test: impl Fn(&str, &str) -> bool) -> Option<Value> {
    let part = string(part)?;
    if part.is_empty() {
        return Some(Value::Bool(true, None));
    }
    let whole = text(whole)?;
    if let Some(whole) = whole.certain() {
        return Some(Value::Bool(test(&whole, &part), None));
    }
    if whole.runs.iter().any(|run| run.doubt != Doubt::default()) {
        return None;
    }
    // A known piece may answer: where it is long enough, at the end that counts.
    let mut known = whole.ranges().map(|(range, _)| whole.slice(range));
    let found = known.any(|piece| !piece.is_doubtful() && piece.string.contains(&*part));
    (found && test(&whole.string, &part) && !part.contains('$') && !UNKNOWN.contains(&*part))
        .then_some(Value::Bool(true, None))
}

fn indented(source: &Value, spaces: i64, breaks: bool) -> Option<Value> {
    if !(0..=PADDING).contains(&spaces) {
        return None;
    }
    let pad = " ".repeat(usize::try_from(spaces).ok()?);
    let unknown = Rc::new(Text::unknown());
    let source = match source {
        Value::Unknown(_) => &unknown,
        source => text(source)?,
    };
    let layout = || Mark::Computed(Rc::default(), None);
    let mut result = Text::new(if breaks { "\n" } else { "" }, layout());
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', source.string.as_bytes()).map(|at| at + 1) {
        result.push(&pad, layout());
        source.copy(from..end, &mut result);
        from = end;
    }
    result.push(&pad, layout());
    source.copy(from..source.string.len(), &mut result);
    Some(Value::text(result))
}
