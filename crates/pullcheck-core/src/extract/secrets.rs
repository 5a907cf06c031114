//! Secrets and service accounts: which credentials a pod has when its images are pulled.
//!
//! What is secret is looked at here and nowhere else; only what kind of credential it is, and for
//! which registry, leaves this room.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    Reader,
    written::{scalar_text, written_text},
};
use crate::{
    facts::{AccountFact, Credential, RegistryEntry, SecretContent, SecretFact, Written},
    registry,
    yaml::{self, Node},
};

/// A decoded secret larger than this is not looked into: the API server takes 1 MiB at most.
const LARGEST: usize = 1 << 20;

impl Reader<'_> {
    /// A `Secret` (kubernetes.io, "Secrets", section "Docker config Secrets").
    pub fn secret(&mut self, node: Node<'_>, object: usize) {
        let parts = ["data", "stringData"];
        for values in parts.into_iter().filter_map(|key| node.get(key)) {
            self.facts.confidential.extend(values.entries().map(|(_, value)| value.content_span()));
        }
        let Some(name) = node.at(&["metadata", "name"]) else { return };
        let content = content(node);
        self.facts.secrets.push(SecretFact { object, name_at: name.span(), content });
    }

    /// A `ServiceAccount`.
    pub fn account(&mut self, node: Node<'_>, object: usize) {
        self.facts.accounts.push(AccountFact { object, pull_secrets: pull_secrets(node) });
    }
}

/// The names in `imagePullSecrets` of a pod's spec or a service account.
pub fn pull_secrets(node: Node<'_>) -> Vec<Written> {
    let secrets = node.get("imagePullSecrets").into_iter().flat_map(Node::items);
    secrets.filter_map(|secret| secret.get("name").and_then(written_text)).collect()
}

fn content(node: Node<'_>) -> SecretContent {
    let kind = node.get("type");
    let (key, is_nested) = match kind.and_then(scalar_text) {
        Some("kubernetes.io/dockerconfigjson") => (".dockerconfigjson", true),
        Some("kubernetes.io/dockercfg") => (".dockercfg", false),
        Some(other) if is_later(other) => return SecretContent::Unreadable,
        other => {
            let name = node.at(&["metadata", "name"]).unwrap_or(node);
            let at = kind.unwrap_or(name).span();
            return SecretContent::OtherType(other.unwrap_or("Opaque").into(), at);
        }
    };
    // `stringData` wins over `data`.
    let entry = |values: &str| {
        let mut entries = node.get(values)?.entries();
        entries.find(|(name, _)| name.as_str() == Some(key))
    };
    let plain = entry("stringData").map(|(key, value)| (key, value.as_str().map(str::to_owned)));
    let encoded = || entry("data").map(|(key, value)| (key, value.as_str().and_then(decode)));
    let Some((key, Some(text))) = plain.or_else(encoded) else {
        return SecretContent::Unreadable;
    };
    match entries(&text, is_nested) {
        // The key, since what is behind it is not to be shown.
        Some(entries) => SecretContent::Registries(key.span(), entries),
        None => SecretContent::Unreadable,
    }
}

fn decode(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if bare.len() > LARGEST * 2 {
        return None;
    }
    String::from_utf8(BASE64_STANDARD.decode(bare).ok()?).ok()
}

/// The entries of Docker's configuration: `{"auths": {HOST: {…}}}`, or in the old form the inner
/// map alone.
fn entries(text: &str, is_nested: bool) -> Option<Vec<RegistryEntry>> {
    if text.len() > LARGEST || is_later(text) {
        return None;
    }
    let tree = yaml::parse(text, 0..text.len()).ok()?;
    let root = tree.roots().next()?;
    let map = if is_nested { root.get("auths")? } else { root };
    let entry = |(host, entry): (Node<'_>, Node<'_>)| {
        let (registry, _) = host.scalar()?;
        Some(RegistryEntry { registry: registry.into(), credential: credential(registry, entry) })
    };
    map.is_mapping().then(|| map.entries().filter_map(entry).collect())
}

fn credential(host: &str, entry: Node<'_>) -> Credential {
    let text = |key: &str| entry.get(key).and_then(scalar_text).map(str::to_owned);
    let joined = text("auth").and_then(|auth| decode(&auth));
    let (user, password) = match joined.as_deref().and_then(|joined| joined.split_once(':')) {
        Some((user, password)) => (user.to_owned(), password.to_owned()),
        None => (text("username").unwrap_or_default(), text("password").unwrap_or_default()),
    };
    if !is_credential(&user, &password) {
        return Credential::Absent;
    }
    let is_ecr =
        registry::registry(host_of(host)).is_some_and(|registry| registry.name == "Amazon ECR");
    if is_ecr && user == "AWS" { Credential::EcrToken } else { Credential::Real }
}

/// The host of an entry, without scheme and path.
pub fn host_of(entry: &str) -> &str {
    let bare = entry.split_once("://").map_or(entry, |(_, rest)| rest);
    bare.split('/').next().unwrap_or_default()
}

/// Whether a user and a password can be more than an example.
fn is_credential(user: &str, password: &str) -> bool {
    const EXAMPLES: &[&str] = &[
        "admin",
        "changeme",
        "change_me",
        "change-me",
        "dummy",
        "example",
        "fake",
        "foo",
        "mypass",
        "pass",
        "placeholder",
        "qwerty",
        "redacted",
        "replace",
        "sample",
        "secret",
        "test",
        "todo",
        "token",
        "xxx",
        "your",
        "12345678",
    ];
    let plain = password.to_ascii_lowercase();
    let first = plain.chars().next();
    let is_one_letter = plain.chars().all(|c| Some(c) == first);
    password.len() >= 8
        && !user.is_empty()
        && password != user
        && !is_one_letter
        && !is_later(password)
        && !is_later(user)
        // A long text is no word, even if it holds one.
        && (password.len() > 40 || !EXAMPLES.iter().any(|word| plain.contains(word)))
}

/// Whether a text is encrypted or to be filled in.
fn is_later(text: &str) -> bool {
    ["${", "$(", "{{", "ENC[", "<", "***"].iter().any(|mark| text.contains(mark))
        || text.starts_with('$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_no_credentials() {
        for (user, password) in [
            ("janedoe", "xxxxxxxxxxx"),
            ("user", "password"),
            ("user", "changeme"),
            ("user", "<your-token>"),
            ("user", "${TOKEN}"),
            ("user", "short"),
            ("", "kV8sQ2nX7pLw"),
            ("kV8sQ2nX7pLw", "kV8sQ2nX7pLw"),
            ("robot", "aaaaaaaaaaaa"),
            ("user", "myTestPassword"),
        ] {
            assert!(!is_credential(user, password), "{password}");
        }
        for password in ["kV8sQ2nX7pLw", "ghp_R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd0", "c0rrect-h0rse"]
        {
            assert!(is_credential("robot", password), "{password}");
        }
    }

    #[test]
    fn hosts_of_entries() {
        for (entry, host) in [
            ("https://index.docker.io/v1/", "index.docker.io"),
            ("ghcr.io", "ghcr.io"),
            ("registry.example.com:5000/team", "registry.example.com:5000"),
        ] {
            assert_eq!(host_of(entry), host);
        }
    }
}
