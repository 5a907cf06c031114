//! From a text to findings, through the public interface.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod kustomize;
mod registries;
mod robustness;
mod settings;
mod support;
mod suppressions;
mod unreadable;
mod unused_suppressions;
mod worked_examples;
