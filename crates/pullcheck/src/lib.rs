//! The command line of pullcheck: everything that touches the world.
//!
//! [`discover`] finds the files, [`config`] decides how they are judged, [`gather`] reads
//! them, [`run`] judges them through `pullcheck-core`, and [`render`] prints what was found.

pub mod args;
pub mod config;
pub mod discover;
mod drawable;
pub mod explain;
pub mod fix;
pub mod gather;
pub mod helm_render;
pub mod input;
pub mod render;
pub mod run;
pub mod shell;

mod add_ignore;
mod baseline;
mod check;
pub mod clean;
mod cli;
mod command;
mod context;
mod listings;
mod paths;
mod pins;
pub mod server;
mod subject;
mod wanted;
mod write;

pub use cli::main;
