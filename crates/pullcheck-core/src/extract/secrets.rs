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
    span::Span,
    yaml::{self, Node},
};

/// A decoded secret larger than this is not looked into: the API server takes 1 MiB at most.
const LARGEST: usize = 1 << 20;

impl Reader<'_> {
    /// A `Secret` (kubernetes.io, "Secrets", section "Docker config Secrets").
    pub fn secret(&mut self, node: Node<'_>, object: usize) {
        self.hide(node);
        let Some(name) = node.at(&["metadata", "name"]) else { return };
        let annotations = node.at(&["metadata", "annotations"]).into_iter().flat_map(Node::entries);
        let is_copied = annotations
            .filter_map(|(key, _)| key.as_str())
            .any(|key| COPIERS.iter().any(|copier| key.starts_with(copier)));
        let content = content(node);
        self.facts.secrets.push(SecretFact { object, name_at: name.span(), is_copied, content });
    }

    /// Hides all of a secret but its keys, its type and its name: comments, annotations and misspelt
    /// keys hold what is secret just as well.
    fn hide(&mut self, node: Node<'_>) {
        let whole = node.content_span();
        let text = self.text;
        // What follows the last value on its line belongs to it.
        let rest = text.get(whole.end as usize..).unwrap_or_default();
        let line = rest.find('\n').unwrap_or(rest.len());
        let end = whole.end + Span::of(0..line).end;
        let mut shown: Vec<Span> = Vec::new();
        let mut open = vec![(node, 0)];
        while let Some((map, depth)) = open.pop() {
            for (key, value) in map.entries() {
                let Span { start, end } = key.span();
                let colon = text.get(end as usize..).is_some_and(|rest| rest.starts_with(':'));
                shown.push(Span::new(start, end + u32::from(colon)));
                let is_plain = match depth {
                    0 => matches!(key.as_str(), Some("apiVersion" | "kind" | "type")),
                    _ => matches!(key.as_str(), Some("name" | "namespace")),
                };
                if is_plain && value.scalar().is_some() {
                    shown.push(value.span());
                } else if depth == 0 && value.is_mapping() {
                    open.push((value, 1));
                }
            }
        }
        shown.sort_unstable();
        let mut from = whole.start;
        for span in shown {
            self.facts.confidential.push(Span::new(from, span.start.max(from)));
            from = from.max(span.end);
        }
        self.facts.confidential.push(Span::new(from, end.max(from)));
    }

    /// A `ServiceAccount`.
    pub fn account(&mut self, node: Node<'_>, object: usize) {
        self.facts.accounts.push(AccountFact { object, pull_secrets: pull_secrets(node) });
    }
}

/// The annotations of controllers that copy secrets into other namespaces.
const COPIERS: &[&str] = &[
    "replicator.v1.mittwald.de/",
    "reflector.v1.k8s.emberstack.com/",
    "kubed.appscode.com/sync",
    "config.kubernetes.io/local-config",
];

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
        Some(other) if !is_later(other) => {
            let at = kind.unwrap_or(node).span();
            return SecretContent::OtherType(other.into(), at);
        }
        // What names no type may be a patch of one that does.
        _ => return SecretContent::Unreadable,
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
        // A user before the host is part of the credential.
        let shown = registry.rsplit('@').next().unwrap_or_default();
        Some(RegistryEntry { registry: shown.into(), credential: credential(shown, entry) })
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
    let tokens = ["identitytoken", "registrytoken"];
    let token = tokens.iter().find_map(|key| text(key)).unwrap_or_default();
    if !is_credential(&user, &password) && !is_credential("token", &token) {
        return Credential::Absent;
    }
    let is_ecr =
        registry::registry(host_of(host)).is_some_and(|registry| registry.name == "Amazon ECR");
    if is_ecr && user == "AWS" { Credential::EcrToken } else { Credential::Real }
}

/// The host of an entry, without scheme and path.
pub fn host_of(entry: &str) -> &str {
    registry::without_scheme(entry).split('/').next().unwrap_or_default()
}

/// Whether a user and a password can be more than an example.
fn is_credential(user: &str, password: &str) -> bool {
    const WORDS: &[&str] = &[
        "admin",
        "changeme",
        "dummy",
        "example",
        "fake",
        "foo",
        "goes",
        "here",
        "insert",
        "my",
        "pass",
        "password",
        "paste",
        "placeholder",
        "pwd",
        "qwerty",
        "redacted",
        "replace",
        "sample",
        "secret",
        "test",
        "todo",
        "your",
    ];
    let plain = password.to_ascii_lowercase();
    let first = plain.chars().next();
    let is_one_letter = plain.chars().all(|c| Some(c) == first);
    let mut words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    let is_example = words.any(|word| WORDS.contains(&word))
        || plain.len() <= 16 && WORDS.iter().any(|word| word.len() > 3 && plain.contains(word))
        || ["xxx", "12345678", "change_me", "change-me"].iter().any(|text| plain.contains(text));
    // The key file of a Google service account (user `_json_key`) is a long text with many words.
    let is_key = password.contains("PRIVATE KEY-----") && password.len() > 1000;
    is_key
        || password.len() >= 8
            && !user.is_empty()
            && password != user
            && !is_one_letter
            && !is_later(password)
            && !is_later(user)
            && !is_example
}

/// Whether a text is encrypted, refers to a store, or is to be filled in.
fn is_later(text: &str) -> bool {
    const FRAMES: &[(&str, &str)] =
        &[("#{", "}#"), ("@", "@"), ("%", "%"), ("__", "__"), ("{", "}"), ("[", "]"), ("<", ">")];
    let is_framed = FRAMES.iter().any(|(open, close)| {
        text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    });
    // Docker's configuration itself stands in brackets.
    let is_json = text.trim_start().starts_with('{') && text.contains('"');
    ["${", "$(", "{{", "ENC[", "***"].iter().any(|mark| text.contains(mark))
        || ["$", "vault:", "ref+"].iter().any(|mark| text.starts_with(mark))
        || (is_framed && !is_json)
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
            ("user", "paste-your-github-personal-access-token-here"),
            ("user", "REPLACE_ME_WITH_YOUR_GITHUB_PERSONAL_ACCESS_TOKEN"),
            ("user", "vault:secret/data/dockerrepo#PASSWORD"),
            ("user", "ref+awsssm://registry/token"),
            ("user", "#{registryPwd}#"),
            ("user", "@REGISTRY_PWD@"),
            ("user", "__REGISTRY_PWD__"),
            ("user", "{registry-token}"),
        ] {
            assert!(!is_credential(user, password), "{password}");
        }
        for password in [
            "kV8sQ2nX7pLw",
            "ghp_R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd0",
            "c0rrect-h0rse",
            "kV8s<Q2nX7pLw9z",
            "dckr_pat_kV8sFooQ2nX7pLw9Zk3Qw8Er",
        ] {
            assert!(is_credential("robot", password), "{password}");
        }
    }

    #[test]
    fn the_key_of_a_service_account_is_a_credential() {
        let key = |text: &str| {
            format!(
                "{{\"type\": \"test\", \"private_key\": \"-----BEGIN PRIVATE KEY-----{text}\"}}"
            )
        };
        assert!(is_credential("_json_key", &key(&"kV8s".repeat(400))));
        assert!(!is_credential("_json_key", &key("your key here")));
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
