//! A document that is typed in is judged as though it had been opened as it is now, and every range
//! that is answered lies in it.

use std::collections::HashMap;

use arbitrary::{Arbitrary, Unstructured};
use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

use crate::lsp::{in_folder, is_well_formed, ranges, served};

const NAMES: [&str; 4] = ["app.yaml", "kustomization.yaml", "values.yaml", "compose.yaml"];

const MANIFESTS: [&str; 3] = [
    include_str!("../../../fixtures/demo/shop/web.yaml"),
    "apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: 😀é}\r\nspec:\r\n  containers:\r\n  - name: a\r\n    image: \"nginx\"\r\n",
    "images:\n- name: nginx # 😀 pullcheck: ignore[latest-tag]\n  newTag: latest\n",
];

const PIECES: [&str; 12] = [
    "\n",
    "\r\n",
    "\r",
    "😀",
    "é",
    "image: nginx\n",
    "    ",
    ":latest",
    "\"",
    "# pullcheck: ignore[",
    "]",
    "- ",
];

#[derive(Arbitrary, Debug)]
struct Typing<'a> {
    encoding: Encoding,
    pulls: bool,
    on_save: bool,
    name: u8,
    text: Piece<'a>,
    steps: Vec<Step<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Piece<'a> {
    Manifest(u8),
    Known(u8),
    Any(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    Change { from: Place, to: Place, piece: Piece<'a> },
    Replace(Piece<'a>),
    Hover(Place),
    Actions(Place, Place),
    Save,
    Reopen,
}

/// A position, perhaps outside the text.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: u8,
    character: u8,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

pub fn holds(data: &[u8]) {
    let Ok(typing) = Typing::arbitrary(&mut Unstructured::new(data)) else { return };
    let mut typed = Client::new(&typing);
    typed.open(typing.text.as_str());
    typing.steps.iter().for_each(|step| typed.step(step));
    let text = typed.text.clone();
    let mut opened = Client::new(&typing);
    opened.version = typed.version - 1;
    opened.open(&text);
    let (typed, opened) = (typed.shown(), opened.shown());
    assert_eq!(typed, opened, "typing leads elsewhere than opening: {text:?}");
}

impl Piece<'_> {
    fn as_str(&self) -> &str {
        let pick = |from: &[&'static str], at: u8| from.get(usize::from(at) % from.len()).copied();
        match self {
            Self::Manifest(at) => pick(&MANIFESTS, *at).unwrap_or_default(),
            Self::Known(at) => pick(&PIECES, *at).unwrap_or_default(),
            Self::Any(text) => text,
        }
    }
}

impl Place {
    fn json(self) -> Value {
        json!({"line": self.line, "character": self.character})
    }
}

impl Encoding {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn width(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Utf32 => text.chars().count(),
        }
    }
}

/// What an editor says, and the text that it has.
struct Client {
    encoding: Encoding,
    pulls: bool,
    uri: String,
    version: i32,
    text: String,
    messages: Vec<Message>,
    /// The text at each request.
    asked: HashMap<String, String>,
    /// The text of each version.
    versions: HashMap<i64, String>,
}

impl Client {
    fn new(typing: &Typing<'_>) -> Self {
        let name = NAMES.get(usize::from(typing.name) % NAMES.len()).unwrap();
        let mut client = Self {
            encoding: typing.encoding,
            pulls: typing.pulls,
            uri: in_folder(|folder| format!("file://{}/{name}", folder.display())),
            version: 0,
            text: String::new(),
            messages: Vec::new(),
            asked: HashMap::new(),
            versions: HashMap::new(),
        };
        let mut capabilities =
            json!({"general": {"positionEncodings": [client.encoding.as_str()]}});
        if client.pulls {
            capabilities["textDocument"]["diagnostic"] = json!({});
            capabilities["workspace"]["diagnostics"]["refreshSupport"] = json!(true);
        }
        let run = if typing.on_save { "onSave" } else { "onType" };
        client.ask(
            "initialize",
            json!({"capabilities": capabilities, "initializationOptions": {"run": run}}),
        );
        client.tell("initialized", json!({}));
        client
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.messages.push(Notification::new(method.to_owned(), params).into());
    }

    fn ask(&mut self, method: &str, params: Value) {
        let id = i32::try_from(self.messages.len()).unwrap();
        let request = Request::new(id.into(), method.to_owned(), params);
        self.asked.insert(request.id.to_string(), self.text.clone());
        self.messages.push(request.into());
    }

    fn open(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.version += 1;
        self.versions.insert(self.version.into(), self.text.clone());
        let item =
            json!({"uri": self.uri, "languageId": "yaml", "version": self.version, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": item}));
    }

    fn change(&mut self, change: &Value) {
        self.version += 1;
        self.versions.insert(self.version.into(), self.text.clone());
        let document = json!({"uri": self.uri, "version": self.version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        self.tell("textDocument/didChange", params);
    }

    fn step(&mut self, step: &Step<'_>) {
        let document = json!({"uri": self.uri});
        match step {
            Step::Change { from, to, piece } => {
                let (from, to) = (*from.min(to), *from.max(to));
                let (start, end) = (self.byte(from), self.byte(to));
                self.text.replace_range(start..end, piece.as_str());
                let range = json!({"start": from.json(), "end": to.json()});
                self.change(&json!({"range": range, "text": piece.as_str()}));
            }
            Step::Replace(piece) => {
                piece.as_str().clone_into(&mut self.text);
                self.change(&json!({"text": piece.as_str()}));
            }
            Step::Hover(at) => self.ask(
                "textDocument/hover",
                json!({"textDocument": document, "position": at.json()}),
            ),
            Step::Actions(from, to) => {
                let range = json!({"start": from.min(to).json(), "end": from.max(to).json()});
                let context = json!({"diagnostics": []});
                let params = json!({"textDocument": document, "range": range, "context": context});
                self.ask("textDocument/codeAction", params);
            }
            Step::Save => self.tell("textDocument/didSave", json!({"textDocument": document})),
            Step::Reopen => {
                self.tell("textDocument/didClose", json!({"textDocument": document}));
                self.open(&self.text.clone());
            }
        }
    }

    /// The byte at a position, by the letter of the protocol: what lies past the end of a line is its
    /// end, what lies within a character is its beginning.
    fn byte(&self, at: Place) -> usize {
        let mut start = 0;
        for _ in 0..at.line {
            let rest = self.text.get(start..).unwrap();
            match rest.find(['\n', '\r']) {
                Some(end) if rest.get(end..).unwrap().starts_with("\r\n") => start += end + 2,
                Some(end) => start += end + 1,
                None => return self.text.len(),
            }
        }
        let rest = self.text.get(start..).unwrap();
        let line = rest.get(..rest.find(['\n', '\r']).unwrap_or(rest.len())).unwrap();
        let fits = |end: &usize| {
            line.get(..*end).is_some_and(|line| self.encoding.width(line) <= at.character.into())
        };
        start + (0..=line.len()).rev().find(fits).unwrap_or_default()
    }

    /// Diagnostics of the text as it is at last, after all answers have been looked at.
    fn shown(mut self) -> Value {
        let document = json!({"uri": self.uri});
        self.tell("textDocument/didSave", json!({"textDocument": document}));
        if self.pulls {
            self.ask("textDocument/diagnostic", json!({"textDocument": document}));
        }
        let last = self.messages.len();
        let (answers, _) = served(std::mem::take(&mut self.messages));
        let mut shown = Value::Null;
        for answer in &answers {
            is_well_formed(answer);
            match answer {
                Message::Response(response) => {
                    let result = response.response_result.as_ref();
                    let result = result.unwrap_or_else(|error| panic!("{error:?}"));
                    let id = response.id.to_string();
                    let text = self.asked.get(&id).unwrap_or_else(|| panic!("never asked: {id}"));
                    self.ranges_lie_in(text, result);
                    if self.pulls && id == (last - 1).to_string() {
                        shown = result["items"].clone();
                    }
                }
                Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
                    let Some(version) = note.params["version"].as_i64() else { continue };
                    let text = self.versions.get(&version).unwrap_or_else(|| panic!("{version}"));
                    self.ranges_lie_in(text, &note.params);
                    shown = note.params["diagnostics"].clone();
                }
                _ => {}
            }
        }
        shown
    }

    fn ranges_lie_in(&self, text: &str, answer: &Value) {
        let mut found = Vec::new();
        ranges(answer, &mut found);
        for end in found.iter().flat_map(|range| [&range["start"], &range["end"]]) {
            let number =
                |key: &str| end[key].as_u64().and_then(|number| usize::try_from(number).ok());
            let (line, character) = number("line").zip(number("character")).unwrap();
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let line = text.split('\n').nth(line).unwrap_or_else(|| panic!("{end} in {text:?}"));
            let ends = |(at, _)| self.encoding.width(line.get(..at).unwrap());
            let mut columns = line.char_indices().map(ends).chain([self.encoding.width(line)]);
            assert!(columns.any(|column| column == character), "{end} in {text:?}: {answer}");
        }
    }
}
