//! Any messages of a client are answered as the protocol says, and end nothing.
//!
//! An input is what comes over standard input, in frames; or without them, one message to a line.

use std::{cell::LazyCell, collections::BTreeMap, fs, io::BufRead, path::Path};

use lsp_server::{Connection, Message};
use pullcheck::server::serve;
use serde_json::Value;
use tempfile::TempDir;

thread_local! {
    /// A repository, so that nothing above it is looked at.
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        folder
    });
}

pub fn holds(data: &[u8]) {
    let messages: Vec<_> =
        in_folder(|folder| read(data).into_iter().map(|message| moved(message, folder)).collect());
    let (answers, is_orderly) = served(messages.clone());
    let mut owed: BTreeMap<String, i32> = BTreeMap::new();
    for message in &messages {
        if let Message::Request(request) = message {
            *owed.entry(request.id.to_string()).or_default() += 1;
        }
    }
    for answer in &answers {
        is_well_formed(answer);
        if let Message::Response(response) = answer {
            *owed.entry(response.id.to_string()).or_default() -= 1;
        }
    }
    // What comes behind the last word is not answered.
    let last = messages.iter().position(is_last_word);
    let is_all_taken = is_orderly && last.is_some_and(|last| last + 1 == messages.len());
    let most = if is_all_taken { 0 } else { i32::MAX };
    assert!(owed.values().all(|owed| (0..=most).contains(owed)), "requests unanswered: {owed:?}");
}

fn is_last_word(message: &Message) -> bool {
    matches!(message, Message::Notification(note) if note.method == "exit")
}

/// Does something with the folder that documents are in.
pub fn in_folder<T>(work: impl FnOnce(&Path) -> T) -> T {
    FOLDER.with(|folder| work(folder.path()))
}

/// What a server answers to messages, and whether they kept to the protocol.
pub fn served(messages: Vec<Message>) -> (Vec<Message>, bool) {
    let (client, server) = Connection::memory();
    for message in messages {
        client.sender.send(message).unwrap();
    }
    let Connection { sender, receiver } = client;
    drop(sender);
    let is_orderly = serve(&server).is_ok();
    drop(server);
    (receiver.into_iter().collect(), is_orderly)
}

fn read(data: &[u8]) -> Vec<Message> {
    if data.starts_with(b"Content-") {
        let mut rest = data;
        // A length is believed: no more is read than there is.
        let is_long = |line: &str| line.bytes().filter(u8::is_ascii_digit).count() > 4;
        if data
            .lines()
            .map_while(Result::ok)
            .any(|line| line.starts_with("Content-Length") && is_long(&line))
        {
            return Vec::new();
        }
        return std::iter::from_fn(|| Message::read(&mut rest).ok().flatten()).collect();
    }
    let text = String::from_utf8_lossy(data);
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// A message whose files lie in a folder.
fn moved(mut message: Message, folder: &Path) -> Message {
    match &mut message {
        Message::Request(request) => move_all(&mut request.params, folder),
        Message::Notification(note) => move_all(&mut note.params, folder),
        Message::Response(_) => {}
    }
    message
}

fn move_all(value: &mut Value, folder: &Path) {
    match value {
        Value::String(text) => {
            if let Some(path) = text.strip_prefix("file:///") {
                let leads_out = ["..", "%2e", "%2E"].iter().any(|up| path.contains(up));
                let path = if leads_out { "out.yaml" } else { path };
                *text = format!("file://{}/{path}", folder.display());
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| move_all(value, folder)),
        Value::Object(values) => values.values_mut().for_each(|value| move_all(value, folder)),
        _ => {}
    }
}

/// Panics unless ranges end behind their beginning, and nothing says that something went wrong.
pub fn is_well_formed(message: &Message) {
    let printed = serde_json::to_value(message).unwrap();
    let said = printed.pointer("/params/message").and_then(Value::as_str).unwrap_or_default();
    assert!(!said.starts_with("a mistake of pullcheck"), "{printed}");
    let mut found = Vec::new();
    ranges(&printed, &mut found);
    for range in found {
        let end = |name: &str| {
            let number = |key| range.pointer(&format!("/{name}/{key}")).and_then(Value::as_u64);
            number("line").zip(number("character")).unwrap_or_else(|| panic!("no range: {range}"))
        };
        assert!(end("start") <= end("end"), "{range}");
    }
}

/// All ranges in a value.
pub fn ranges<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| ranges(value, found)),
        Value::Object(values) => {
            for (key, value) in values {
                if key == "range" { found.push(value) } else { ranges(value, found) }
            }
        }
        _ => {}
    }
}
