//! A baseline as a file: JSON, an entry to a line and sorted, so that two branches merge.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use pullcheck_core::span::{LineIndex, Span};
use serde::{Deserialize, Serialize};

use crate::{
    clean::json_safe,
    config::ConfigError,
    paths::{absolute, relative, slashed},
};

/// The version that is read and written.
const VERSION: u64 = 1;

/// What a finding is known by, wherever its line moves to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The path from the baseline's folder to the file that the finding stands in, with `/`.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// Kind, namespace and name of the object, as far as they are known.
    pub resource: Option<String>,
    /// The container, or the field that holds the image.
    pub container: Option<String>,
    /// The image by its full name, or as it is written where that is no reference.
    pub image: Option<String>,
}

/// How many findings of each key there are.
pub type Counts = BTreeMap<Key, u32>;

/// A baseline that was read, or is to be written.
#[derive(Debug)]
pub struct Baseline {
    /// The file, as an absolute path.
    pub path: PathBuf,
    /// What it holds.
    pub entries: Counts,
    /// It cannot be used, and so holds nothing.
    pub is_broken: bool,
}

#[derive(Deserialize)]
struct Head {
    version: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: u64,
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    resource: Option<String>,
    container: Option<String>,
    image: Option<String>,
    count: u32,
}

impl Baseline {
    /// One without entries.
    pub const fn empty(path: PathBuf) -> Self {
        Self { path, entries: Counts::new(), is_broken: false }
    }

    /// Reads a file, given by its absolute path.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no baseline.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text =
            fs::read_to_string(path).map_err(|cause| ConfigError::unreadable(path, &cause))?;
        match parse(&text) {
            Ok(entries) => {
                Ok(Self { path: path.to_path_buf(), entries: merged(entries), is_broken: false })
            }
            Err((span, reason, help)) => Err(ConfigError::refused(path, text, span, reason, help)),
        }
    }

    /// The folder that its paths are seen from.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// An absolute path as its entries name it.
    pub fn name_of(&self, file: &Path) -> String {
        slashed(&relative(self.folder(), file))
    }

    /// The file that an entry names, as an absolute path.
    pub fn file_of(&self, key: &Key) -> PathBuf {
        absolute(&self.folder().join(&key.path))
    }

    /// The entries of a file.
    pub fn of(&self, path: &str) -> impl Iterator<Item = (&Key, u32)> {
        let first = Key { path: path.to_owned(), ..Key::default() };
        let entries = self.entries.range(first..).map(|(key, count)| (key, *count));
        entries.take_while(move |(key, _)| key.path == path)
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let line = |(key, count): (&Key, &u32)| {
            let Key { path, rule, resource, container, image } = key.clone();
            let entry = Entry { path, rule, resource, container, image, count: *count };
            json_safe(&serde_json::to_string(&entry).unwrap_or_default())
        };
        let lines: Vec<_> = self.entries.iter().map(line).collect();
        format!("{{\"version\":{VERSION},\"entries\":[\n{}\n]}}\n", lines.join(",\n"))
    }
}

/// Where a text is no baseline, why, and what to do about it.
type Refusal = (Span, String, &'static str);

fn parse(text: &str) -> Result<Vec<Entry>, Refusal> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let broken = |error: &serde_json::Error| {
        let said = error.to_string();
        let cause = said.rsplit_once(" at line ").map_or(said.as_str(), |(cause, _)| cause);
        (place(text, error), format!("this is no baseline: {cause}"), REPAIR)
    };
    let head: Head = serde_json::from_str(text).map_err(|error| broken(&error))?;
    if let Some(version) = head.version.filter(|version| version.as_u64() != Some(VERSION)) {
        let at = text.find("\"version\"").unwrap_or_default();
        let reason = format!("a baseline of version {version} is not understood, only {VERSION}");
        return Err((
            Span::of(at..at + "\"version\"".len()),
            reason,
            "use the version of pullcheck that wrote it",
        ));
    }
    let document: Document = serde_json::from_str(text).map_err(|error| broken(&error))?;
    Ok(document.entries)
}

const REPAIR: &str = "mend it, or delete it and write it anew with `pullcheck baseline create`; take out the marks \
     of a merge and run `pullcheck baseline update`";

/// The character that a reader of JSON stopped at: it counts lines and bytes from 1.
fn place(text: &str, error: &serde_json::Error) -> Span {
    let lines = LineIndex::new(text);
    let start = lines.start_of(error.line().saturating_sub(1)).unwrap_or_default() as usize;
    let mut at = (start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::of(at..at + width)
}

/// Of an entry that is written twice, as merges leave them, the higher count holds.
fn merged(entries: Vec<Entry>) -> Counts {
    let mut counts = Counts::new();
    for Entry { path, rule, resource, container, image, count } in entries {
        let known = counts.entry(Key { path, rule, resource, container, image }).or_default();
        *known = count.max(*known);
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = Key> {
        let part = || proptest::option::of("\\PC{0,8}|[\u{0}-\u{20}\"\\\\#\u{202e}]{0,4}");
        ("\\PC{0,9}", "[a-z-]{0,9}", part(), part(), part()).prop_map(
            |(path, rule, resource, container, image)| Key {
                path,
                rule,
                resource,
                container,
                image,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(entries in proptest::collection::btree_map(key(), any::<u32>(), 0..9)) {
            let baseline = Baseline { entries, ..Baseline::empty(PathBuf::new()) };
            let text = baseline.text();
            prop_assert_eq!(text.lines().count(), baseline.entries.len().max(1) + 2);
            prop_assert_eq!(merged(parse(&text).unwrap()), baseline.entries);
        }

        #[test]
        fn any_text_is_read_or_refused_within_itself(text in "\\PC*|[{}\\[\\]\",:0-9a-z\r\n é]*") {
            if let Err((span, ..)) = parse(&text) {
                prop_assert!(text.get(span.range()).is_some());
            }
        }
    }

    #[test]
    fn what_is_no_baseline_is_refused_at_its_place() {
        for (text, place, reason) in [
            ("", "", "this is no baseline: EOF while parsing a value"),
            (
                "{\"version\":2,\"more\":[]}",
                "\"version\"",
                "a baseline of version 2 is not understood, only 1",
            ),
            (
                "{\"version\":\"1\"}",
                "\"version\"",
                "a baseline of version \"1\" is not understood, only 1",
            ),
            ("{\"version\":1}", "}", "this is no baseline: missing field `entries`"),
            (
                "{\"version\":1,\"entries\":[\n<<<<<<< HEAD\n]}",
                "<",
                "this is no baseline: expected value",
            ),
            (
                "{\"version\":1,\"entries\":[{\"path\":\"a\",\"rule\":\"b\",\"count\":-1}]}",
                "1",
                "this is no baseline: invalid value: integer `-1`, expected u32",
            ),
            ("{\"version\":1,\"entries\":[]} x", "x", "this is no baseline: trailing characters"),
        ] {
            let Err((span, said, _)) = parse(text) else { panic!("{text} is read") };
            assert_eq!((span.slice(text), said.as_str()), (place, reason), "{text}");
        }
        let deep = format!("{{\"version\":1,\"entries\":{}", "[".repeat(100_000));
        assert!(parse(&deep).is_err());
    }

    #[test]
    fn the_text_has_an_entry_to_a_line() {
        let key = |path: &str, image: Option<&str>| Key {
            path: path.to_owned(),
            rule: "latest-tag".to_owned(),
            image: image.map(str::to_owned),
            ..Key::default()
        };
        let entries = [(key("b.yaml", Some("x:latest")), 2), (key("a.yaml", None), 1)];
        let baseline = Baseline { entries: entries.into(), ..Baseline::empty(PathBuf::new()) };
        assert_eq!(
            baseline.text(),
            "{\"version\":1,\"entries\":[\n\
             {\"path\":\"a.yaml\",\"rule\":\"latest-tag\",\"resource\":null,\"container\":null,\"image\":null,\"count\":1},\n\
             {\"path\":\"b.yaml\",\"rule\":\"latest-tag\",\"resource\":null,\"container\":null,\"image\":\"x:latest\",\"count\":2}\n\
             ]}\n"
        );
    }
}
