//! Text in, findings out: which images a Kubernetes manifest makes a cluster pull, and what is
//! wrong with them.
//!
//! The data runs one way. [`extract::extract`] turns a text into [`facts`], a
//! [`resolve::Project`] of them into [`resolve::EffectiveFile`]s, and [`judge::judge`] these into
//! [`finding::Finding`]s by the [`rules`]. Nothing here reads a file, prints, or fails.

pub mod credentials;
pub mod extract;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod helm;
pub mod image;
pub mod judge;
pub mod kinds;
mod needle;
pub mod path;
pub mod pins;
pub mod policy;
pub mod reference;
pub mod registry;
pub mod resolve;
pub mod rule;
pub mod rules;
pub mod settings;
pub mod span;
pub mod suppress;
pub mod tag;
pub mod yaml;
