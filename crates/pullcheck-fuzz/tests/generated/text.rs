//! A stream of documents, and how it is written.

use std::{fmt::Write, ops::Range};

use proptest::{collection::vec, prelude::*, sample::select};

const PLAIN: &[&str] = &[
    "word",
    "two words",
    "1.20",
    "0x1F",
    "0777",
    "1e3",
    "yes",
    "~",
    "null",
    "a:b",
    "http://x:80/y#z",
    "nginx:1.27@sha256:ab",
    "-1",
    "-x",
    "é 日本 😀",
    "a'b\"c",
    "2024-01-01",
    "1_000",
    ".5",
    "a!b",
    "x&y*",
];
const LINES: &[&str] = &[
    "text",
    "more text ",
    "",
    "# no comment",
    "key: value",
    "- item",
    "a\ttab",
    "'\"{[",
    "---x",
    "é😀",
];
const QUOTED: &[&str] = &["a", " b ", "#", ": ", "{", "é", "- ", "%", "@", "x y"];
const ESCAPES: &[&str] = &[
    "\\n",
    "\\t",
    "\\\"",
    "\\\\",
    "\\u00e9",
    "\\x41",
    "\\U0001F600",
    "'",
    "a",
    " ",
    "\\0",
    "\\e",
    "#: ",
];
const NOTES: &[&str] = &["", "", "", " # note", "   # 'note\": ["];

/// Documents, and what is between them.
#[derive(Debug)]
pub struct Stream {
    pub documents: Vec<Content>,
    separators: Vec<&'static str>,
    is_crlf: bool,
    is_marked: bool,
}

/// What stands at a place, and how.
#[derive(Clone, Debug)]
pub struct Content {
    shape: Shape,
    has_anchor: bool,
    tag: Option<&'static str>,
    note: &'static str,
    is_flow: bool,
}

#[derive(Clone, Debug)]
enum Shape {
    Nothing,
    Plain(&'static str),
    /// A plain scalar over several lines.
    Folded(Vec<&'static str>),
    Single(Vec<&'static str>),
    Double(Vec<&'static str>),
    Block {
        header: &'static str,
        lines: Vec<&'static str>,
        is_indented: bool,
    },
    Alias(usize),
    Sequence(Vec<Content>),
    Mapping {
        entries: Vec<(Key, Content)>,
        merges: Option<usize>,
    },
}

#[derive(Clone, Copy, Debug)]
enum Key {
    Plain,
    Quoted,
    Explicit,
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        1 => Just(Shape::Nothing),
        6 => select(PLAIN).prop_map(Shape::Plain),
        1 => vec(select(&["word", "more", "x:y"][..]), 2..4).prop_map(Shape::Folded),
        2 => vec(select(QUOTED), 0..4).prop_map(Shape::Single),
        2 => vec(select(ESCAPES), 0..6).prop_map(Shape::Double),
        3 => (select(&["|", "|-", "|+", ">", ">-", ">+"][..]), vec(select(LINES), 1..5), any::<bool>())
            .prop_map(|(header, lines, is_indented)| Shape::Block { header, lines, is_indented }),
        1 => (0..8_usize).prop_map(Shape::Alias),
    ]
}

fn content(shape: impl Strategy<Value = Shape>) -> impl Strategy<Value = Content> {
    let tag = prop_oneof![12 => Just(None), 1 => select(&["!!str", "!own"][..]).prop_map(Some)];
    (shape, prop::bool::weighted(0.2), tag, select(NOTES), prop::bool::weighted(0.3)).prop_map(
        |(shape, has_anchor, tag, note, is_flow)| Content { shape, has_anchor, tag, note, is_flow },
    )
}

fn collection(
    inner: impl Strategy<Value = Content> + Clone,
    size: Range<usize>,
) -> impl Strategy<Value = Content> {
    let key = select(&[Key::Plain, Key::Plain, Key::Quoted, Key::Explicit][..]);
    let entries = vec((key, inner.clone()), size.clone());
    let mapping = (entries, prop::option::weighted(0.3, 0..8_usize))
        .prop_map(|(entries, merges)| Shape::Mapping { entries, merges });
    let sequence = vec(inner, size).prop_map(Shape::Sequence);
    content(prop_oneof![2 => mapping, 1 => sequence])
}

fn any_content() -> impl Strategy<Value = Content> {
    content(shape()).prop_recursive(4, 24, 4, |inner| collection(inner, 0..4))
}

pub fn stream() -> impl Strategy<Value = Stream> {
    let separators = select(&["---\n", "--- # next\n", "...\n---\n", "# last\n---\n\n"][..]);
    (
        vec(collection(any_content().boxed(), 1..6), 1..4),
        vec(separators, 4),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(documents, separators, is_crlf, is_marked)| Stream {
            documents,
            separators,
            is_crlf,
            is_marked,
        })
}

impl Stream {
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (number, document) in self.documents.iter().enumerate() {
            let separator = if number > 0 { self.separators.get(number) } else { Some(&"---\n") };
            if number > 0 || self.is_marked {
                text += separator.unwrap();
            }
            let mut writer = Writer::default();
            writer.content(document, 0, false);
            text += writer.text.trim_start_matches([' ', '\n']);
            if !text.ends_with('\n') {
                text += "\n";
            }
        }
        if self.is_crlf { text.replace('\n', "\r\n") } else { text }
    }
}

/// Writes one document.
#[derive(Default)]
struct Writer {
    text: String,
    /// How many anchors there are, and which of them are of mappings.
    anchors: usize,
    mappings: Vec<usize>,
    /// The anchors whose content is complete.
    complete: Vec<usize>,
    keys: usize,
}

impl Writer {
    /// Content behind a key or dash, or at the beginning: with the space before it, and the line break
    /// after it unless it is in flow style.
    fn content(&mut self, content: &Content, indent: usize, in_flow: bool) {
        let Content { shape, note, .. } = content;
        if let Shape::Alias(number) = shape {
            self.alias(*number);
            return self.end(note, in_flow);
        }
        let anchor = self.properties(content);
        match shape {
            Shape::Sequence(items) if !items.is_empty() && !in_flow && !content.is_flow => {
                self.text += note;
                self.text += "\n";
                for item in items {
                    self.indent(indent);
                    self.text += "-";
                    self.content(item, indent + 2, false);
                }
            }
            Shape::Mapping { entries, merges }
                if !entries.is_empty() && !in_flow && !content.is_flow =>
            {
                self.text += note;
                self.text += "\n";
                self.merge(*merges, |writer, merge| {
                    writer.indent(indent);
                    writer.text += merge;
                    writer.text += "\n";
                });
                for (key, value) in entries {
                    self.indent(indent);
                    self.key(*key, indent);
                    self.content(value, indent + 2, false);
                }
            }
            Shape::Block { header, lines, is_indented } if !in_flow => {
                self.block(header, lines, *is_indented, note, indent);
            }
            _ => {
                self.in_flow(shape, indent);
                self.end(note, in_flow);
            }
        }
        if let Some(anchor) = anchor {
            self.complete.push(anchor);
            if matches!(shape, Shape::Mapping { .. }) {
                self.mappings.push(anchor);
            }
        }
    }

    fn end(&mut self, note: &str, in_flow: bool) {
        if !in_flow {
            self.text += note;
            self.text += "\n";
        }
    }

    fn indent(&mut self, indent: usize) {
        self.text += &" ".repeat(indent);
    }

    /// Anchor and tag; the number of the anchor.
    fn properties(&mut self, content: &Content) -> Option<usize> {
        let is_scalar = !matches!(content.shape, Shape::Sequence(_) | Shape::Mapping { .. });
        let anchor = content.has_anchor.then_some(self.anchors);
        if let Some(anchor) = anchor {
            self.anchors += 1;
            write!(self.text, " &a{anchor}").unwrap();
        }
        if let Some(tag) = content.tag.filter(|tag| is_scalar || *tag == "!own") {
            // What a tag says of nothing is read in several ways.
            if !matches!(content.shape, Shape::Nothing | Shape::Plain("~" | "null")) {
                write!(self.text, " {tag}").unwrap();
            }
        }
        anchor
    }

    fn alias(&mut self, number: usize) {
        match self.complete.get(number % self.complete.len().max(1)) {
            Some(anchor) => write!(self.text, " *a{anchor}").unwrap(),
            None => self.text += " none",
        }
    }

    fn merge(&mut self, number: Option<usize>, write: impl FnOnce(&mut Self, &str)) {
        let known = |number: usize| self.mappings.get(number % self.mappings.len().max(1));
        if let Some(anchor) = number.and_then(known).copied() {
            let is_list = number.is_some_and(|number| number > 4);
            let merge = if is_list {
                format!("<<: [*a{anchor}, {{m: x}}]")
            } else {
                format!("<<: *a{anchor}")
            };
            write(self, &merge);
        }
    }

    fn key(&mut self, key: Key, indent: usize) {
        let number = self.keys;
        self.keys += 1;
        match key {
            Key::Plain => write!(self.text, "k{number}:"),
            Key::Quoted => write!(self.text, "\"k {number}\" :"),
            Key::Explicit => write!(self.text, "? k{number}\n{}:", " ".repeat(indent)),
        }
        .unwrap();
    }

    fn block(
        &mut self,
        header: &str,
        lines: &[&str],
        is_indented: bool,
        note: &str,
        indent: usize,
    ) {
        let starts_blank = lines.first().is_some_and(|line| line.trim().is_empty());
        let with_number = is_indented || starts_blank;
        // A number counts from the indentation of the parent, which is two less.
        let (kind, chomping) = header.split_at(1);
        let depth = indent.max(1);
        let number = if with_number && indent > 1 {
            "2"
        } else if with_number {
            "1"
        } else {
            ""
        };
        writeln!(self.text, " {kind}{number}{chomping}{note}").unwrap();
        for (at, line) in lines.iter().enumerate() {
            if !line.is_empty() {
                self.indent(depth);
                // More of an indentation is text.
                self.text += if is_indented && at % 2 == 0 { "  " } else { "" };
            }
            self.text += line;
            self.text += "\n";
        }
    }

    fn in_flow(&mut self, shape: &Shape, indent: usize) {
        let broken = format!("\n{}", " ".repeat(indent + 1));
        match shape {
            Shape::Nothing | Shape::Alias(_) => self.text += " ",
            Shape::Plain(text) => write!(self.text, " {text}").unwrap(),
            Shape::Folded(words) => write!(self.text, " {}", words.join(&broken)).unwrap(),
            Shape::Single(pieces) => {
                write!(self.text, " '{}'", pieces.join(&format!("''{broken}"))).unwrap();
            }
            Shape::Double(pieces) => {
                write!(self.text, " \"{}\"", pieces.join(&format!("\\{broken}"))).unwrap();
            }
            Shape::Block { lines, .. } => {
                write!(self.text, " '{}'", lines.join(" ").replace('\'', "''")).unwrap();
            }
            Shape::Sequence(items) => {
                self.text += " [";
                for (at, item) in items.iter().enumerate() {
                    self.text += if at > 0 { "," } else { "" };
                    self.content(&item.clone().or("none"), indent + 1, true);
                }
                self.text += "]";
            }
            Shape::Mapping { entries, merges } => {
                self.text += " {";
                self.merge(*merges, |writer, merge| {
                    writer.text += merge;
                    writer.text += if entries.is_empty() { "" } else { ", " };
                });
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.text += if at > 0 { ", " } else { "" };
                    let key = if matches!(key, Key::Explicit) { Key::Quoted } else { *key };
                    self.key(key, indent);
                    self.content(value, indent + 1, true);
                }
                self.text += " }";
            }
        }
    }
}

impl Content {
    /// The same, or a word in place of nothing.
    fn or(self, word: &'static str) -> Self {
        match self.shape {
            Shape::Nothing => Self { shape: Shape::Plain(word), ..self },
            _ => self,
        }
    }
}
