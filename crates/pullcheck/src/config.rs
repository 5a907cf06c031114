//! What a project decides: `pullcheck.yaml`, read, merged with what it extends, and asked per file.
//!
//! [`Configs`] finds the configuration that governs a file and answers from it. A text is read by
//! `serde_yaml` into the types that also give the [`schema`]; when it refuses, the text's tree is
//! read into the same types once more, because only the tree knows where each word stands.

mod chain;
mod choice;
mod effective;
mod error;
mod file;
mod globs;
mod kinds;
mod names;
mod places;
mod problem;
mod show;
mod store;
#[cfg(test)]
mod tests;
mod words;

use std::{path::PathBuf, sync::Arc};

use pullcheck_core::{
    finding::Severity,
    pins::Pins,
    rule::{Profile, Rule},
};
use schemars::generate::SchemaSettings;

pub use self::{
    error::ConfigError,
    store::{Configs, Folder},
};

/// The names of a configuration file; of two in one directory the first is read.
pub const NAMES: [&str; 2] = ["pullcheck.yaml", ".pullcheck.yaml"];

/// The name of a baseline, which lies beside it.
pub const BASELINE: &str = "pullcheck-baseline.json";

/// What `init` writes: the defaults, as comments to change.
pub const TEMPLATE: &str = include_str!("config/template.yaml");

/// Where configuration comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The nearest file above each manifest, up to the root of its repository.
    #[default]
    Discover,
    /// This file, for every manifest.
    File(PathBuf),
    /// Nowhere: the defaults.
    Isolated,
}

/// What was typed; it wins over every file.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// Replaces the profile.
    pub profile: Option<Profile>,
    /// Replaces the selection: only these run, also where a file ignores them or turns them off.
    pub select: Vec<&'static Rule>,
    /// Added to what is ignored.
    pub ignore: Vec<&'static Rule>,
    /// Suppressions do not count.
    pub no_ignores: bool,
    /// Replaces the least severity that fails a run.
    pub fail_on: Option<Severity>,
    /// Digests for fixes to write.
    pub pins: Arc<Pins>,
}

/// The JSON Schema (draft-07) of a configuration file.
#[must_use]
pub fn schema() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<file::File>();
    format!("{:#}\n", schema.to_value())
}
