//! The parser of references against its own printer, and against distribution's grammar.

use std::sync::LazyLock;

use pullcheck_core::reference::{Reference, by_marks};
use regex::Regex;

/// `ReferenceRegexp` of distribution/reference v0.6.0, in its own parts.
static GRAMMAR: LazyLock<Regex> = LazyLock::new(|| {
    let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    let host = format!(r"(?:{label}(?:\.{label})*|\[(?:[a-fA-F0-9:]+)\])");
    let domain = format!("{host}(?::[0-9]+)?");
    let component = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*";
    let path = format!("{component}(?:/{component})*");
    let digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
    let whole = format!(
        "^(?:{domain}/)?({path})(?::([A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?(?:@({digest}))?$"
    );
    Regex::new(&whole).unwrap()
});

pub fn holds(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (name, tag, digest) = by_marks(&text);
    assert!([Some(name), tag, digest].into_iter().flatten().all(|part| text.contains(part)));
    let parsed = match Reference::parse(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for printed in [parsed.to_string(), parsed.pulled()] {
        let again = Reference::parse(&printed);
        let again = again.unwrap_or_else(|error| panic!("{printed:?} of {text:?}: {error}"));
        assert_eq!(again.name(), parsed.name(), "{text:?}");
        assert_eq!(
            (again.digest(), again.is_latest()),
            (parsed.digest(), parsed.is_latest()),
            "{text:?}"
        );
        assert_eq!(again.pulled(), parsed.pulled(), "{text:?}");
    }
    let printed = parsed.to_string();
    let same =
        Reference::parse(&printed).map(|again| (again.tag() == parsed.tag(), again.to_string()));
    assert_eq!(same, Ok((true, printed.clone())), "{text:?}");
    let parts = GRAMMAR.captures(&printed);
    let parts = parts.unwrap_or_else(|| panic!("{text:?} is accepted, and no reference"));
    let part = |number| parts.get(number).map(|part: regex::Match<'_>| part.as_str());
    assert_eq!((part(2), part(3)), (parsed.tag(), parsed.digest()), "{text:?}");
    assert!(part(1).is_some_and(|path| path.len() <= 255), "{text:?}");
    // What is written is one too, before anything is added to it.
    assert!(GRAMMAR.is_match(&text), "{text:?}");
}
