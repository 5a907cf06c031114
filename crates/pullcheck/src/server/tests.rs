//! Whole sessions, as an editor has them.

use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    thread::{self, JoinHandle},
    time::Duration,
};

use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{serve, uri};

mod answers;
mod shown;

/// How long an answer may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client, and the folder of its documents.
struct Client {
    connection: Connection,
    server: Option<JoinHandle<()>>,
    folder: TempDir,
    /// What is shown, by document.
    shown: HashMap<String, Value>,
    /// The other messages that came unasked.
    heard: Vec<Message>,
    sent: i32,
}

impl Client {
    /// A client of some capabilities, in a folder with these files.
    fn new(capabilities: &Value, files: &[(&str, &str)]) -> Self {
        Self::with(&json!({"capabilities": capabilities}), files)
    }

    fn with(params: &Value, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let (connection, other) = Connection::memory();
        let server = Some(thread::spawn(move || serve(&other).unwrap()));
        let (shown, heard) = (HashMap::new(), Vec::new());
        let mut client = Self { connection, server, folder, shown, heard, sent: 0 };
        let result = client.ask("initialize", params.clone());
        assert_eq!(result["serverInfo"]["name"], "pullcheck");
        client.heard.push(Message::Notification(Notification::new(
            "capabilities".to_owned(),
            result["capabilities"].clone(),
        )));
        client.tell("initialized", json!({}));
        client
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn uri(&self, name: &str) -> String {
        uri::of(&self.path(name)).to_string()
    }

    fn tell(&self, method: &str, params: Value) {
        let note = Notification::new(method.to_owned(), params);
        self.connection.sender.send(note.into()).unwrap();
    }

    /// Asks, and takes what comes until the answer does.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let id = self.sent.into();
        let request = Request::new(id, method.to_owned(), params);
        self.connection.sender.send(request.into()).unwrap();
        loop {
            match self.connection.receiver.recv_timeout(PATIENCE).unwrap() {
                Message::Response(response) => return response.response_result.unwrap(),
                message => self.hear(message),
            }
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
                let uri = note.params["uri"].as_str().unwrap().to_owned();
                self.shown.insert(uri, note.params);
            }
            message => self.heard.push(message),
        }
    }

    fn open(&self, name: &str, text: &str) {
        let item = json!({"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Changes a document: all of it, or a range.
    fn change(&self, name: &str, version: i32, range: Option<&Value>, text: &str) {
        let mut change = json!({"text": text});
        if let Some(range) = range {
            change["range"] = range.clone();
        }
        let document = json!({"uri": self.uri(name), "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        self.tell("textDocument/didChange", params);
    }

    fn close(&self, name: &str) {
        let document = json!({"uri": self.uri(name)});
        self.tell("textDocument/didClose", json!({"textDocument": document}));
    }

    fn save(&self, name: &str) {
        let document = json!({"uri": self.uri(name)});
        self.tell("textDocument/didSave", json!({"textDocument": document}));
    }

    /// What is published of a document at this version, unless that was taken before.
    fn published(&mut self, name: &str, version: Option<i32>) -> Vec<Value> {
        let uri = self.uri(name);
        loop {
            let is_it = |params: &Value| params["version"] == json!(version);
            if self.shown.get(&uri).is_some_and(is_it) {
                let params = self.shown.remove(&uri).unwrap();
                return params["diagnostics"].as_array().unwrap().clone();
            }
            let message = self.connection.receiver.recv_timeout(PATIENCE).unwrap();
            self.hear(message);
        }
    }

    fn capabilities(&self) -> &Value {
        match &self.heard[0] {
            Message::Notification(note) => &note.params,
            message => panic!("{message:?}"),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.server.take().unwrap().join().unwrap();
    }
}

/// The rules of diagnostics, in order.
fn rules(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().unwrap()).collect()
}

/// A pod with one image.
fn pod(image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      \
         image: {image}\n"
    )
}

/// Changes a text as an editor would, by edits of one document.
fn applied(text: &str, edits: &Value) -> String {
    let mut edits: Vec<_> = edits.as_array().unwrap().iter().collect();
    edits.sort_by_key(|edit| {
        let start = &edit["range"]["start"];
        (start["line"].as_u64(), start["character"].as_u64())
    });
    edits.iter().rev().fold(text.to_owned(), |text, edit| {
        let range = serde_json::from_value(edit["range"].clone()).unwrap();
        let text = super::text::Text::new(text, super::text::Encoding::Utf16);
        text.changed(Some(range), edit["newText"].as_str().unwrap()).as_str().to_owned()
    })
}

#[test]
fn a_mistake_of_ours_is_told_and_ends_nothing() {
    let (client, other) = Connection::memory();
    let mut session = super::session::Session::new(&other, &Value::Null);
    assert!(session.guarded(|_| panic!("on purpose")).is_continue());
    let Ok(Message::Notification(note)) = client.receiver.try_recv() else { panic!("not told") };
    assert_eq!(note.method, "window/logMessage");
}
