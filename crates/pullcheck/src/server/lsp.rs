//! The words of the Language Server Protocol 3.17: the only module that knows where they come from.

pub use gen_lsp_types::{
    Code, CodeAction, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProvider,
    CodeDescription, Contents, Diagnostic, DiagnosticOptions, DiagnosticProvider,
    DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentChange,
    DocumentDiagnosticParams, Edit, Hover, HoverParams, HoverProvider, InitializeResult, Location,
    LogMessageParams, MarkupContent, MarkupKind, Message, MessageType,
    OptionalVersionedTextDocumentIdentifier, Position, PositionEncodingKind,
    PublishDiagnosticsParams, Range, Save, ServerCapabilities, ServerInfo,
    TextDocumentContentChangeEvent, TextDocumentEdit, TextDocumentIdentifier, TextDocumentSync,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextEdit, Uri, WorkspaceEdit,
};
