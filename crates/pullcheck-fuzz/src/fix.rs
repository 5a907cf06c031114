//! Fixes of any text end, and change nothing but what they say.

use std::sync::Arc;

use pullcheck::fix::{Edits, edits, mended};
use pullcheck_core::{
    finding::Finding,
    fix::{Change, Safety},
    policy::PullPolicy,
    settings::Settings,
    span::FileId,
    suppress::ANNOTATION,
    yaml::documents,
};
use serde_yaml::Value;

use crate::{
    input::text_and_beside,
    project::{Files, around, judged, settings},
};

/// How often a text is mended before there is nothing left to mend.
const ROUNDS: usize = 10;

pub fn holds(data: &[u8]) {
    let (text, beside) = text_and_beside(data);
    for required in [PullPolicy::Always, PullPolicy::IfNotPresent] {
        let settings = Arc::new(Settings { required_policy: Some(required), ..settings() });
        for files in around(&text, beside.as_deref()) {
            fixes_end(files, &settings);
        }
    }
}

fn fixes_end(mut files: Files, settings: &Arc<Settings>) {
    for _ in 0..ROUNDS {
        let judged = judged(&files, settings);
        let findings = judged.first().map(|judged| &*judged.findings).unwrap_or_default();
        let Some((path, text)) = files.first_mut() else { return };
        let Some((after, tried)) = round(text, findings) else { return };
        assert_ne!(*text, after, "{path} is mended, and nothing changes: {tried:?}");
        says_the_same(text, &after, &tried);
        *text = after;
    }
    panic!("mended on and on: {:?}", files.first());
}

/// Mends a text once, if there is something to mend, and tells all that was tried.
pub fn round<'f>(text: &str, findings: &'f [Finding]) -> Option<(String, Vec<Edits<'f>>)> {
    let fixes = findings.iter().filter_map(|found| edits(found, FileId(0), Safety::Unsafe));
    let fixes: Vec<_> = fixes.collect();
    let (after, count, _) = mended(text, &fixes);
    (count > 0).then_some((after, fixes))
}

/// Panics unless a text says what it said before but for the values of some edits, as `serde_yaml`
/// reads both.
fn says_the_same(before: &str, after: &str, fixes: &[Edits<'_>]) {
    let mut wanted = Vec::new();
    for (_, change) in fixes.iter().flatten() {
        match change {
            Change::Value(value) | Change::Exchange { to: value, .. } => {
                wanted.push((None, &**value));
            }
            Change::Beside { key, value } => wanted.push((Some(&**key), &**value)),
            Change::Unlist(_) => {}
        }
    }
    let parts = |text: &str| -> Vec<String> {
        documents(text).map(|part| text.get(part).unwrap().to_owned()).collect()
    };
    let (before, after) = (parts(before), parts(after));
    assert_eq!(before.len(), after.len(), "documents come or go");
    for (before, after) in before.iter().zip(&after).filter(|(before, after)| before != after) {
        let Ok(old) = serde_yaml::from_str::<Value>(before) else { continue };
        let new = serde_yaml::from_str::<Value>(after);
        let new = new.unwrap_or_else(|error| panic!("{error} in {after:?}, of {before:?}"));
        let is_wanted = |key: &str, value: &Value| {
            let is_it = |&(only, wanted): &(Option<&str>, &str)| {
                only.is_none_or(|only| only == key) && value.as_str() == Some(wanted)
            };
            key == ANNOTATION || wanted.iter().any(is_it)
        };
        let strange = difference(&old, &new, "", &is_wanted);
        assert_eq!(strange, None, "{before:?} became {after:?}");
    }
}

/// The key below which one value differs from another in a way that nobody wanted.
fn difference(
    old: &Value,
    new: &Value,
    key: &str,
    is_wanted: &dyn Fn(&str, &Value) -> bool,
) -> Option<String> {
    match (old, new) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            let kept = old.iter().find_map(|(name, value)| {
                let key = name.as_str().unwrap_or_default();
                match new.get(name) {
                    Some(new) => difference(value, new, key, is_wanted),
                    None => (key != ANNOTATION).then(|| key.to_owned()),
                }
            });
            let mut added = new.iter().filter(|(name, _)| !old.contains_key(name));
            kept.or_else(|| {
                let is_strange = |(name, value): &(&Value, &Value)| {
                    !name.as_str().is_some_and(|key| is_wanted(key, value))
                };
                added.find(is_strange).map(|(name, _)| format!("{name:?}"))
            })
        }
        (Value::Sequence(old), Value::Sequence(new)) if old.len() == new.len() => {
            old.iter().zip(new).find_map(|(old, new)| difference(old, new, key, is_wanted))
        }
        (Value::Tagged(old), Value::Tagged(new)) if old.tag == new.tag => {
            difference(&old.value, &new.value, key, is_wanted)
        }
        (old, new) if old == new || is_wanted(key, new) => None,
        // An annotation that is taken out may leave nothing.
        (Value::Mapping(old), Value::Null) if old.keys().all(|key| key == ANNOTATION) => None,
        _ => Some(key.to_owned()),
    }
}
