//! What must hold for any input whatever. Each [`Target`] takes bytes and panics where something
//! does not hold.
//!
//! The folder `fuzz` hands the targets to libFuzzer; `tests/corpus.rs` runs them over what is kept
//! in `corpus`, and over `fixtures`.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a target that panics has found something"
)]

mod check;
mod config;
mod edits;
mod fix;
mod growth;
mod input;
mod lsp;
pub mod oracle;
mod places;
mod project;
mod reference;
mod yaml;

pub use self::yaml::{Outline, outline};

/// Something that must hold for any bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of the folder of its corpus.
    pub name: &'static str,
    /// Panics where it does not hold.
    pub holds: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [Target; 8] = [
    Target { name: "check", holds: check::holds },
    Target { name: "config", holds: config::holds },
    Target { name: "edits", holds: edits::holds },
    Target { name: "fix", holds: fix::holds },
    Target { name: "growth", holds: growth::holds },
    Target { name: "lsp", holds: lsp::holds },
    Target { name: "reference", holds: reference::holds },
    Target { name: "yaml", holds: yaml::holds },
];

/// Runs the target of a name.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("no target `{name}`")).holds)(data);
}
