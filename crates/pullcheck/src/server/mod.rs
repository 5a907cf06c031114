//! The command `server`: what `check` finds, in an editor, while one types.
//!
//! The Language Server Protocol over standard input and output. All open documents of a project are
//! judged together, by the way that `check` goes (`checked.rs`).

mod actions;
mod checked;
mod client;
mod diagnostics;
mod document;
mod hover;
mod lsp;
mod session;
#[cfg(test)]
mod tests;
mod text;
mod uri;

use std::{
    panic::{set_hook, take_hook},
    time::Duration,
};

use lsp_server::{Connection, Message, Notification, ProtocolError};

use self::session::Session;
use crate::command::{CLEAN, Failure};

/// Serves a client until it says `exit`.
///
/// # Errors
///
/// The client does not keep to the protocol, or is gone.
pub fn run() -> Result<u8, Failure> {
    let (connection, threads) = Connection::stdio();
    tell_of_panics(&connection);
    let served = serve(&connection);
    // The threads end when nobody can send any more; the hook can.
    drop(take_hook());
    drop(connection);
    served.map_err(|error| Failure::said(error.to_string()))?;
    threads.join()?;
    Ok(CLEAN)
}

/// Serves a client: `initialize`, messages, `shutdown`, `exit`.
///
/// # Errors
///
/// The client does not keep to the protocol, or is gone.
pub fn serve(connection: &Connection) -> Result<(), ProtocolError> {
    let (id, params) = connection.initialize_start()?;
    let session = Session::new(connection, &params);
    connection.initialize_finish(id, session.initialized())?;
    session.run()
}

/// How long a client is waited for that does not read.
const PATIENCE: Duration = Duration::from_secs(1);

/// A program that is built to end at a panic says why before it does.
fn tell_of_panics(connection: &Connection) {
    let sender = connection.sender.clone();
    let before = take_hook();
    set_hook(Box::new(move |panic| {
        before(panic);
        let message = log(lsp::MessageType::Error, format!("this is a bug of pullcheck: {panic}"));
        // What is sent second is taken when the first has been written.
        let _ = sender.send_timeout(message, PATIENCE);
        let _ = sender.send_timeout(log(lsp::MessageType::Log, String::new()), PATIENCE);
    }));
}

/// A line for the log of the client.
fn log(kind: lsp::MessageType, message: String) -> Message {
    let params = lsp::LogMessageParams { kind, message };
    Notification::new("window/logMessage".to_owned(), params).into()
}
