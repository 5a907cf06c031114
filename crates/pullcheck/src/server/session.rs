//! A session: messages in, messages out.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use lsp_server::{
    Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response,
};
use pullcheck_core::facts::KUSTOMIZATION_NAMES;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    actions,
    checked::{Checked, Pages},
    client::{Client, Run},
    diagnostics,
    document::Document,
    hover, log, lsp,
};
use crate::{
    config::{BASELINE, Configs, NAMES},
    gather::Texts,
    listings::Listings,
};

/// What is known of a client's documents.
pub struct Session<'c> {
    connection: &'c Connection,
    pub client: Client,
    pub configs: Configs,
    pub listings: Listings,
    /// By what the client calls them.
    pub documents: HashMap<String, Document>,
    /// By where each project begins.
    pub projects: HashMap<PathBuf, Checked>,
    /// The projects whose documents have changed since they were judged.
    stale: HashSet<PathBuf>,
    /// What is shown must be brought up to date.
    is_due: bool,
    /// What was said of configurations that cannot be used.
    told: BTreeSet<String>,
    /// The request for settings that is not answered as yet.
    settings_asked: Option<RequestId>,
    /// How many requests were sent.
    sent: i32,
}

/// Why a request is not answered.
type Refused = (ErrorCode, String);

impl<'c> Session<'c> {
    pub fn new(connection: &'c Connection, params: &Value) -> Self {
        Self {
            connection,
            client: Client::of(params),
            configs: Configs::discovered(),
            listings: Listings::default(),
            documents: HashMap::new(),
            projects: HashMap::new(),
            stale: HashSet::new(),
            is_due: false,
            told: BTreeSet::new(),
            settings_asked: None,
            sent: 0,
        }
    }

    /// The answer to `initialize`.
    pub fn initialized(&self) -> Value {
        let name = "pullcheck".to_owned();
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        let result = lsp::InitializeResult {
            capabilities: self.client.capabilities(),
            server_info: Some(lsp::ServerInfo { name, version }),
        };
        serde_json::to_value(result).unwrap_or_default()
    }

    /// Takes messages until the client says `exit`. Those that wait are taken before anything is
    /// judged: who types fast is not answered keystroke by keystroke.
    pub fn run(mut self) -> Result<(), ProtocolError> {
        let connection = self.connection;
        self.watch();
        while let Ok(first) = connection.receiver.recv() {
            let mut waiting = Some(first);
            while let Some(message) = waiting {
                if let Message::Request(request) = &message
                    && connection.handle_shutdown(request)?
                {
                    return Ok(());
                }
                if self.guarded(|session| session.take(message)).is_break() {
                    return Ok(());
                }
                waiting = connection.receiver.try_recv().ok();
            }
            let _ = self.guarded(|session| {
                session.show();
                ControlFlow::Continue(())
            });
        }
        Ok(())
    }

    /// Does some work; if that goes wrong by a mistake of ours, the session goes on.
    pub fn guarded(&mut self, work: impl FnOnce(&mut Self) -> ControlFlow<()>) -> ControlFlow<()> {
        catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or_else(|_| {
            let message = "a mistake of pullcheck: what is shown may be incomplete".to_owned();
            self.send(log(lsp::MessageType::Error, message));
            ControlFlow::Continue(())
        })
    }

    fn take(&mut self, message: Message) -> ControlFlow<()> {
        match message {
            Message::Request(Request { id, method, params }) => {
                let answer = self.answer(&method, params);
                self.send(match answer {
                    Ok(value) => Response::new_ok(id, value).into(),
                    Err((code, why)) => Response::new_err(id, code as i32, why).into(),
                });
            }
            Message::Notification(note) if note.method == "exit" => return ControlFlow::Break(()),
            Message::Notification(note) => self.note(note),
            Message::Response(response) => self.answered(&response),
        }
        ControlFlow::Continue(())
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Value, Refused> {
        match method {
            "textDocument/diagnostic" => {
                let params: lsp::DocumentDiagnosticParams = read(params)?;
                Ok(self.pulled(&params.text_document.uri))
            }
            "textDocument/codeAction" => {
                let params = read(params)?;
                self.judge();
                Ok(json!(actions::of_range(self, &params).unwrap_or_default()))
            }
            "textDocument/hover" => {
                let params: lsp::HoverParams = read(params)?;
                self.judge();
                Ok(json!(self.hover(&params)))
            }
            _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not served"))),
        }
    }

    fn note(&mut self, note: Notification) {
        let Notification { method, params } = note;
        match method.as_str() {
            "textDocument/didOpen" => {
                let item = read(params).ok();
                let encoding = self.client.encoding;
                let Some(mut document) = item.and_then(|item| Document::open(item, encoding))
                else {
                    return;
                };
                document.place(&self.configs);
                let uri = document.uri.to_string();
                self.stale.extend(document.project.clone());
                self.documents.insert(uri, document);
                self.is_due = true;
            }
            "textDocument/didChange" => {
                if let Ok(params) = read(params) {
                    self.change(&params);
                }
            }
            "textDocument/didSave" => self.reload(),
            "workspace/didChangeWatchedFiles" => {
                self.reload();
                self.ask_to_pull();
            }
            "workspace/didChangeConfiguration" => self.settings(&params),
            "textDocument/didClose" => {
                if let Ok(params) = read(params) {
                    self.close(&params);
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, params: &lsp::DidChangeTextDocumentParams) {
        let uri = &params.text_document.text_document_identifier.uri;
        let Some(document) = self.documents.get_mut(uri.as_ref()) else { return };
        document.change(params.text_document.version, &params.content_changes);
        self.stale.extend(document.project.clone());
        self.is_due |= self.client.run == Run::OnType;
    }

    fn close(&mut self, params: &lsp::DidCloseTextDocumentParams) {
        let Some(document) = self.documents.remove(params.text_document.uri.as_ref()) else {
            return;
        };
        self.stale.extend(document.project);
        self.is_due = true;
        if !self.client.pulls {
            self.publish(document.uri, None, Vec::new());
        }
    }

    /// Files on the disk have changed: nothing that was read counts any more.
    fn reload(&mut self) {
        self.configs = Configs::discovered();
        self.listings = Listings::default();
        for document in self.documents.values_mut() {
            document.place(&self.configs);
            self.stale.extend(document.project.clone());
        }
        self.is_due = true;
    }

    /// Takes over settings, or asks for them where the client only says that there are others.
    fn settings(&mut self, params: &Value) {
        let settings = params.get("settings").unwrap_or(&Value::Null);
        if self.client.set(settings) {
            self.is_due = true;
            self.ask_to_pull();
        } else if self.client.has_settings {
            let wanted = json!({"items": [{"section": "pullcheck"}]});
            self.settings_asked = Some(self.ask("workspace/configuration", wanted));
        }
    }

    /// Takes the settings that the client was asked for.
    fn answered(&mut self, response: &Response) {
        if self.settings_asked.as_ref() != Some(&response.id) {
            return;
        }
        self.settings_asked = None;
        let settings = response.response_result.as_ref().ok().and_then(|result| result.get(0));
        if settings.is_some_and(|settings| self.client.set(settings)) {
            self.is_due = true;
            self.ask_to_pull();
        }
    }

    /// Has the client tell of files that decide what is found.
    pub fn watch(&mut self) {
        if !self.client.watches {
            return;
        }
        let names = NAMES.iter().chain(&KUSTOMIZATION_NAMES).chain(&[BASELINE]);
        let watchers: Vec<_> =
            names.map(|name| json!({"globPattern": format!("**/{name}")})).collect();
        let registration = json!({
            "id": "pullcheck-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        });
        self.ask("client/registerCapability", json!({"registrations": [registration]}));
    }

    /// Tells a client that asks for diagnostics that all of them may be outdated.
    fn ask_to_pull(&mut self) {
        if self.client.pulls {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
    }

    /// Judges what has changed.
    pub fn judge(&mut self) {
        for project in std::mem::take(&mut self.stale) {
            let texts = self.texts(&project);
            if texts.is_empty() {
                self.projects.remove(&project);
                continue;
            }
            let texts = Texts::default().with(texts);
            let (checked, mut trouble) = Checked::of(&self.configs, &texts, &self.listings);
            self.projects.insert(project, checked);
            trouble.extend(
                self.configs
                    .errors()
                    .iter()
                    .map(|error| format!("{}: {error}", crate::paths::shown(error.path()))),
            );
            self.tell(trouble);
        }
    }

    /// The texts of the open documents of a project.
    pub fn texts(&self, project: &PathBuf) -> HashMap<PathBuf, String> {
        let documents = self.documents.values();
        let own = documents.filter(|document| document.project.as_ref() == Some(project));
        own.map(|document| (document.path.clone(), document.text.as_str().to_owned())).collect()
    }

    /// Says what stands in the way, once.
    fn tell(&mut self, trouble: Vec<String>) {
        for sentence in trouble {
            if self.told.insert(sentence.clone()) {
                let params = lsp::LogMessageParams {
                    kind: lsp::MessageType::Warning,
                    message: format!("pullcheck: {sentence}"),
                };
                let method = "window/showMessage".to_owned();
                self.send(Notification::new(method, params).into());
            }
        }
    }

    /// Brings what is shown up to date.
    fn show(&mut self) {
        if !std::mem::take(&mut self.is_due) {
            return;
        }
        self.judge();
        let mut changed = Vec::new();
        for (name, document) in &self.documents {
            let shown = self.diagnostics(document);
            if shown != document.shown || document.published != Some(document.version) {
                changed.push((name.clone(), shown));
            }
        }
        for (name, shown) in changed {
            let Some(document) = self.documents.get_mut(&name) else { continue };
            document.published = Some(document.version);
            document.shown.clone_from(&shown);
            let (uri, version) = (document.uri.clone(), document.version);
            if !self.client.pulls {
                self.publish(uri, Some(version), shown);
            }
        }
    }

    fn diagnostics(&self, document: &Document) -> Vec<lsp::Diagnostic> {
        let checked = document.project.as_ref().and_then(|project| self.projects.get(project));
        let found = checked.and_then(|checked| Some((checked, checked.id(&document.path)?)));
        found.map_or_else(Vec::new, |(checked, id)| {
            let mut pages = Pages::new(checked, &self.documents, self.client.encoding);
            diagnostics::of_file(&mut pages, id, self.client)
        })
    }

    /// What is shown of a document, for a client that asks.
    fn pulled(&mut self, uri: &lsp::Uri) -> Value {
        self.show();
        let shown = self.documents.get(uri.as_ref()).map(|document| document.shown.clone());
        json!({"kind": "full", "items": shown.unwrap_or_default()})
    }

    fn hover(&self, params: &lsp::HoverParams) -> Option<lsp::Hover> {
        let place = &params.text_document_position_params;
        let document = self.documents.get(place.text_document.uri.as_ref())?;
        let checked = self.projects.get(document.project.as_ref()?)?;
        let mut pages = Pages::new(checked, &self.documents, self.client.encoding);
        hover::at(&mut pages, document, place.position, self.client)
    }

    fn publish(&self, uri: lsp::Uri, version: Option<i32>, diagnostics: Vec<lsp::Diagnostic>) {
        let params = lsp::PublishDiagnosticsParams { uri, version, diagnostics };
        let method = "textDocument/publishDiagnostics".to_owned();
        self.send(Notification::new(method, params).into());
    }

    /// Asks the client for something; the answer does not matter.
    pub fn ask(&mut self, method: &str, params: Value) -> RequestId {
        self.sent += 1;
        let id = RequestId::from(self.sent);
        self.send(Request::new(id.clone(), method.to_owned(), params).into());
        id
    }

    /// A client that is gone is noticed by what it sends.
    fn send(&self, message: Message) {
        let _ = self.connection.sender.send(message);
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Refused> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}
