//! What is known of secrets and of service accounts, without what is secret in them.

use super::Written;
use crate::span::Span;

/// A `Secret`: what it is good for, never what it holds.
#[derive(Debug)]
pub struct SecretFact {
    /// The object, as an index into the file's objects.
    pub object: usize,
    /// Where its name is written.
    pub name_at: Span,
    /// Something copies it into other namespaces.
    pub is_copied: bool,
    /// What the kubelet can make of it.
    pub content: SecretContent,
}

impl SecretFact {
    /// Moves all places of the secret to one.
    pub const fn stands_at(&mut self, at: Span) {
        self.name_at = at;
        match &mut self.content {
            SecretContent::OtherType(_, span) | SecretContent::Registries(span, _) => *span = at,
            SecretContent::Unreadable => {}
        }
    }
}

/// What the kubelet can make of a secret when it pulls.
#[derive(Debug)]
pub enum SecretContent {
    /// Nothing: the type is another one. Its name and its place.
    OtherType(Box<str>, Span),
    /// Registry credentials that cannot be read here: encrypted, or filled in later.
    Unreadable,
    /// Registry credentials; where they stand, and the registries that they are for.
    Registries(Span, Vec<RegistryEntry>),
}

/// An entry of a pull secret. The credential itself is not kept.
#[derive(Debug)]
pub struct RegistryEntry {
    /// The registry as it is written: a host, perhaps with a scheme or a path.
    pub registry: Box<str>,
    /// What stands in it.
    pub credential: Credential,
}

/// What kind of credential an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// None, or one that is filled in later, or plainly an example.
    Absent,
    /// A user and a password or token.
    Real,
    /// A token that Amazon ECR gave out: user `AWS`.
    EcrToken,
}

/// A `ServiceAccount`.
#[derive(Debug)]
pub struct AccountFact {
    /// The object, as an index into the file's objects.
    pub object: usize,
    /// The pull secrets that it adds to its pods.
    pub pull_secrets: Vec<Written>,
}
