//! What a client can do, and what it wants.

use serde_json::Value;

use super::{
    actions::{FIX_ALL, QUICK_FIX},
    lsp,
    text::Encoding,
};

/// When diagnostics are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Run {
    /// With each change.
    #[default]
    OnType,
    /// When a document is opened or saved.
    OnSave,
}

/// What a client can do, and what it wants.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability by itself")]
pub struct Client {
    /// What columns count.
    pub encoding: Encoding,
    /// It asks for diagnostics, and can be told to ask again. A client that cannot be told shows what
    /// is outdated after a change of the configuration, so it gets them unasked.
    pub pulls: bool,
    /// It shows places that belong to a diagnostic.
    pub related_information: bool,
    /// It takes edits of certain versions of documents.
    pub document_changes: bool,
    /// It tells of changed files where it is asked to.
    pub watches: bool,
    /// It shows Markdown on hover.
    pub markdown: bool,
    /// It can be asked for its settings.
    pub has_settings: bool,
    /// When it wants diagnostics.
    pub run: Run,
}

impl Client {
    /// Reads the parameters of `initialize`. Whatever a client says there, it is served.
    pub fn of(params: &Value) -> Self {
        let at = |path: &str| params.pointer(&format!("/capabilities{path}"));
        let can = |path: &str| at(path).and_then(Value::as_bool).unwrap_or_default();
        let words = |path: &str| at(path).and_then(Value::as_array).into_iter().flatten();
        let encodings = words("/general/positionEncodings").filter_map(Value::as_str);
        let mut formats = words("/textDocument/hover/contentFormat").filter_map(Value::as_str);
        let mut client = Self {
            encoding: Encoding::best(&encodings.collect::<Vec<_>>()),
            pulls: at("/textDocument/diagnostic").is_some_and(Value::is_object)
                && can("/workspace/diagnostics/refreshSupport"),
            related_information: can("/textDocument/publishDiagnostics/relatedInformation")
                || can("/textDocument/diagnostic/relatedInformation"),
            document_changes: can("/workspace/workspaceEdit/documentChanges"),
            watches: can("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            markdown: formats.any(|format| format == "markdown"),
            has_settings: can("/workspace/configuration"),
            run: Run::default(),
        };
        if let Some(options) = params.get("initializationOptions") {
            client.set(options);
        }
        client
    }

    /// Takes over settings: `run`, at the top or under `pullcheck`. Tells whether there were any.
    pub fn set(&mut self, settings: &Value) -> bool {
        let run = settings.pointer("/pullcheck/run").or_else(|| settings.get("run"));
        let run = match run.and_then(Value::as_str) {
            Some("onType") => Run::OnType,
            Some("onSave") => Run::OnSave,
            _ => return false,
        };
        self.run = run;
        true
    }

    /// What the server can do for it.
    pub fn capabilities(self) -> lsp::ServerCapabilities {
        let diagnostics = lsp::DiagnosticOptions {
            inter_file_dependencies: true,
            ..lsp::DiagnosticOptions::default()
        };
        lsp::ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(lsp::TextDocumentSync::Options(
                lsp::TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(lsp::TextDocumentSyncKind::Incremental),
                    save: Some(lsp::Save::Bool(true)),
                    ..lsp::TextDocumentSyncOptions::default()
                },
            )),
            hover_provider: Some(lsp::HoverProvider::Bool(true)),
            code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(
                lsp::CodeActionOptions {
                    code_action_kinds: Some(vec![QUICK_FIX.into(), FIX_ALL.into()]),
                    ..lsp::CodeActionOptions::default()
                },
            )),
            diagnostic_provider: self
                .pulls
                .then_some(lsp::DiagnosticProvider::DiagnosticOptions(diagnostics)),
            ..lsp::ServerCapabilities::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_client_pulls_only_if_it_can_be_told_to() {
        let client = |refresh: bool| {
            Client::of(&json!({"capabilities": {
                "textDocument": {"diagnostic": {}},
                "workspace": {"diagnostics": {"refreshSupport": refresh}},
            }}))
        };
        assert!(client(true).pulls);
        assert!(client(true).capabilities().diagnostic_provider.is_some());
        assert!(!client(false).pulls);
        assert!(client(false).capabilities().diagnostic_provider.is_none());
    }

    #[test]
    fn settings_are_read_where_clients_put_them() {
        let mut client = Client::of(&json!({"initializationOptions": {"run": "onSave"}}));
        assert_eq!(client.run, Run::OnSave);
        assert!(client.set(&json!({"pullcheck": {"run": "onType"}})));
        assert_eq!(client.run, Run::OnType);
        for settings in [json!(null), json!({"run": "never"}), json!([1])] {
            assert!(!client.set(&settings));
        }
    }

    #[test]
    fn odd_clients_are_served() {
        for params in [json!(null), json!([]), json!({"capabilities": {"general": 1}})] {
            assert_eq!(Client::of(&params).encoding, Encoding::Utf16);
        }
    }
}
