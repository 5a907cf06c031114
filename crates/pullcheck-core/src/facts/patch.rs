//! What a patch says of objects that other files hold.

use std::{ops::Range, sync::Arc};

use super::Written;

/// A list of containers or volumes as it is written.
#[derive(Debug)]
pub struct ListFact {
    /// The object, as an index into the file's objects.
    pub object: usize,
    /// The way to it from the root of its object: `spec/template/spec/containers`.
    pub path: Arc<str>,
    /// It takes the place of the whole list (`$patch: replace`).
    pub replaces: bool,
    /// The names of the items that it takes away (`$patch: delete`).
    pub deleted: Vec<Box<str>>,
}

/// A JSON patch (RFC 6902).
#[derive(Debug)]
pub struct JsonPatch {
    /// What stands for the patched object, as an index into the file's objects.
    pub object: usize,
    /// Its operations.
    pub steps: Vec<JsonStep>,
}

/// An operation of a JSON patch.
#[derive(Debug)]
pub struct JsonStep {
    /// What it does.
    pub operation: Operation,
    /// The way to what it changes, without the slash at its beginning.
    pub path: Box<str>,
    /// The value, where it is a scalar.
    pub value: Option<Written>,
    /// The images in a larger value, as a range of the file's uses.
    pub uses: Range<usize>,
}

/// What an operation of a JSON patch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Sets or inserts.
    Add,
    /// Sets.
    Replace,
    /// Takes away.
    Remove,
    /// Moves or copies a value from elsewhere.
    Other,
}
