//! The grammar of image references: distribution/reference, as the kubelet and containerd use it.

use std::fmt;

#[cfg(test)]
mod tests;

const DOCKER_HUB: &str = "docker.io";
const DOCKER_INDEX: &str = "index.docker.io";
const OFFICIAL: &str = "library/";
const MAX_PATH: usize = 255;
const MAX_TAG: usize = 128;

/// An image reference that a node can pull, normalised as by `ParseNormalizedNamed` of
/// distribution/reference v0.6.0.
///
/// A tag beside a digest is kept: the digest alone decides what is pulled, but the tag decides
/// the default pull policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    registry: Box<str>,
    registry_is_written: bool,
    repository: Box<str>,
    tag: Option<Box<str>>,
    digest: Option<Box<str>>,
}

/// Why a text is not an image reference.
///
/// Each message ends a sentence such as "`nginx:` is not an image reference: …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Nothing is written.
    #[error("it is empty")]
    Empty,
    /// Nothing but whitespace is written.
    #[error("it is blank")]
    Blank,
    /// There is a line break, most often the last one of a YAML block.
    #[error("it holds a line break")]
    LineBreak,
    /// There is whitespace at an end.
    #[error("there is whitespace around it")]
    SurroundingWhitespace {
        /// The text without it.
        trimmed: String,
    },
    /// There is whitespace between other characters.
    #[error("there is whitespace in it")]
    InnerWhitespace,
    /// It is written as a URL.
    #[error("it starts with the scheme `{scheme}://`")]
    Scheme {
        /// What stands before `://`.
        scheme: String,
    },
    /// It is an image id, not a name: distribution/reference refuses 64 hexadecimal digits alone.
    #[error("64 hexadecimal digits alone are an image id, not a name")]
    BareId,
    /// The part taken for a registry holds a character that no host can.
    #[error("the registry host `{host}` cannot hold `{character}`")]
    HostCharacter {
        /// The host, without the port.
        host: String,
        /// The first such character.
        character: char,
    },
    /// The part taken for a registry is not a host.
    #[error("the registry `{host}` is neither a domain name nor an IPv6 address in brackets")]
    InvalidHost {
        /// All that stands before the first `/`.
        host: String,
    },
    /// A `:` stands after the host, then nothing.
    #[error("the port after `{host}:` is empty")]
    EmptyPort {
        /// The host, without the port.
        host: String,
    },
    /// The port is not decimal digits.
    #[error("the port `{port}` of the registry is not a number")]
    InvalidPort {
        /// What stands in its place.
        port: String,
    },
    /// There is no repository, only a registry, a tag or a digest.
    #[error("the repository name is missing")]
    EmptyRepository,
    /// The repository has upper case letters, which only a registry or a tag may have.
    #[error("the repository must be in lower case")]
    UpperCase {
        /// The whole reference with its repository in lower case.
        proposal: String,
    },
    /// A `/` has nothing before or after it.
    #[error("a part of the repository path is empty, as in `a//b` or `a/`")]
    EmptyComponent,
    /// A part of the path holds a character that none can.
    #[error("the repository path cannot hold `{character}`, here in `{component}`")]
    ComponentCharacter {
        /// The part between two `/`.
        component: String,
        /// The first such character.
        character: char,
    },
    /// A part of the path has its separators in the wrong places.
    #[error(
        "`{component}` in the repository path must start and end with a letter or digit, \
         and hold only single `.`, `_`, `__` or dashes between them"
    )]
    InvalidComponent {
        /// The part between two `/`.
        component: String,
    },
    /// The path is over the 255 characters of distribution/reference v0.6.0, `library/` included.
    #[error("the repository path has {length} characters, at most {MAX_PATH} are allowed")]
    PathTooLong {
        /// Its length.
        length: usize,
    },
    /// A second `:` follows the tag.
    #[error("there is more than one `:` after the repository")]
    ManyColons,
    /// A `:` has nothing after it.
    #[error("the tag after `:` is empty")]
    EmptyTag,
    /// The tag holds a character that none can.
    #[error("a tag cannot hold `{character}`")]
    TagCharacter {
        /// The tag.
        tag: String,
        /// The first such character.
        character: char,
    },
    /// The tag starts with `.` or `-`.
    #[error("a tag cannot start with `{character}`")]
    TagStart {
        /// The tag.
        tag: String,
        /// Its first character.
        character: char,
    },
    /// The tag is over the 128 characters of the OCI distribution spec.
    #[error("the tag has {length} characters, at most {MAX_TAG} are allowed")]
    TagTooLong {
        /// Its length.
        length: usize,
    },
    /// A second `@` follows the digest.
    #[error("there is more than one `@`")]
    ManyDigests,
    /// An `@` has nothing after it.
    #[error("the digest after `@` is empty")]
    EmptyDigest,
    /// The text after `@` lacks an algorithm, a `:` or both.
    #[error("the digest `{digest}` does not start with an algorithm such as `sha256:`")]
    MalformedDigest {
        /// What stands after `@`.
        digest: String,
    },
    /// The tag is written behind the digest.
    #[error("a tag cannot follow the digest, it stands before the `@`")]
    TagAfterDigest,
    /// The algorithm is none of those that the kubelet registers.
    #[error(
        "the digest algorithm `{algorithm}` is not supported, only sha256, sha384 and sha512 are"
    )]
    UnsupportedAlgorithm {
        /// The algorithm.
        algorithm: String,
    },
    /// The digest holds something else than hexadecimal digits.
    #[error("a digest cannot hold `{character}`, only hexadecimal digits")]
    DigestCharacter {
        /// The first such character.
        character: char,
    },
    /// The digest is cut short or too long.
    #[error("the {algorithm} digest has {found} hexadecimal digits, {expected} are needed")]
    DigestLength {
        /// The algorithm.
        algorithm: &'static str,
        /// The digits that it yields.
        expected: usize,
        /// The digits that are written.
        found: usize,
    },
    /// The digest has upper case letters.
    #[error("the digest must be in lower case")]
    DigestCase,
}

impl Reference {
    /// Reads a reference by the rules of distribution/reference v0.6.0.
    ///
    /// # Errors
    ///
    /// Says which part is wrong when a node would refuse the text with `InvalidImageName`.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        check_outline(text)?;
        let (host, rest) = split_host(text);
        let is_domain = match host {
            None => true,
            // What was taken for a host is matched afresh with the rest: `my_reg.io/foo` is
            // no domain and a path, but a path all the same.
            Some(host) => match check_host(host) {
                Ok(()) => true,
                Err(_) if is_component(host) => false,
                Err(error) => return Err(error),
            },
        };

        let (name, digest) = split_optional(rest, '@');
        let (path, tag) = split_optional(name, ':');
        if path.is_empty() {
            return Err(ReferenceError::EmptyRepository);
        }
        if path.contains(|c: char| c.is_ascii_uppercase()) {
            return Err(ReferenceError::UpperCase { proposal: lower_case(host, path, rest) });
        }
        path.split('/').try_for_each(check_component)?;

        let registry = match host {
            None | Some(DOCKER_INDEX) => DOCKER_HUB,
            Some(host) => host,
        };
        let official = registry == DOCKER_HUB && !path.contains('/');
        let repository = if official { format!("{OFFICIAL}{path}") } else { path.to_owned() };
        let length = repository.len() + if is_domain { 0 } else { registry.len() + 1 };
        if length > MAX_PATH {
            return Err(ReferenceError::PathTooLong { length });
        }
        tag.map_or(Ok(()), check_tag)?;
        digest.map_or(Ok(()), check_digest)?;

        Ok(Self {
            registry: registry.into(),
            registry_is_written: host.is_some(),
            repository: repository.into(),
            tag: tag.map(Into::into),
            digest: digest.map(Into::into),
        })
    }

    /// The registry's host and port; `docker.io` when none or `index.docker.io` is written.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Whether the text names its registry; `false` when Docker Hub was implied.
    #[must_use]
    pub fn registry_is_written(&self) -> bool {
        self.registry_is_written
    }

    /// The path in the registry, with the `library/` of Docker Hub's official images.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag that is written, beside a digest too.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest with its algorithm, `sha256:…`.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Whether Kubernetes defaults the pull policy to `Always`: for the tag `latest`, even
    /// beside a digest, and for neither tag nor digest (`ParseImageName` of Kubernetes).
    #[must_use]
    pub fn is_latest(&self) -> bool {
        self.tag().map_or(self.digest.is_none(), |tag| tag == "latest")
    }

    /// The full name that is pulled: without tag and digest, `latest` is.
    #[must_use]
    pub fn pulled(&self) -> String {
        let latest = self.tag.is_none() && self.digest.is_none();
        format!("{self}{}", if latest { ":latest" } else { "" })
    }

    /// Registry and repository, `docker.io/library/nginx`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// Finds what is wrong with the text as a whole, before its parts are told apart.
/// Name, tag and digest of a reference by its marks alone, whether it is one or not.
#[must_use]
pub fn by_marks(text: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, digest) = split_optional(text, '@');
    match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag), digest),
        _ => (rest, None, digest),
    }
}

fn check_outline(text: &str) -> Result<(), ReferenceError> {
    let trimmed = text.trim();
    if text.is_empty() {
        return Err(ReferenceError::Empty);
    }
    if trimmed.is_empty() {
        return Err(ReferenceError::Blank);
    }
    if text.contains(['\n', '\r']) {
        return Err(ReferenceError::LineBreak);
    }
    if trimmed.len() < text.len() {
        return Err(ReferenceError::SurroundingWhitespace { trimmed: trimmed.to_owned() });
    }
    if text.contains(char::is_whitespace) {
        return Err(ReferenceError::InnerWhitespace);
    }
    if let Some((scheme, _)) = text.split_once("://")
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    {
        return Err(ReferenceError::Scheme { scheme: scheme.to_owned() });
    }
    if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(ReferenceError::BareId);
    }
    Ok(())
}

/// Tells a registry from the first part of a path, as `splitDockerDomain` does.
fn split_host(text: &str) -> (Option<&str>, &str) {
    match text.split_once('/') {
        Some((first, rest)) if is_host(first) => (Some(first), rest),
        _ => (None, text),
    }
}

fn is_host(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || first.contains(char::is_uppercase)
}

fn split_optional(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn lower_case(host: Option<&str>, path: &str, rest: &str) -> String {
    let tail = rest.strip_prefix(path).unwrap_or_default();
    let path = path.to_ascii_lowercase();
    match host {
        None => format!("{path}{tail}"),
        Some(host) if host.contains(['.', ':']) => format!("{host}/{path}{tail}"),
        // `MyOrg/App`: only the upper case made a host of the first part.
        Some(host) => format!("{}/{path}{tail}", host.to_ascii_lowercase()),
    }
}

fn check_host(text: &str) -> Result<(), ReferenceError> {
    let invalid = || ReferenceError::InvalidHost { host: text.to_owned() };
    let (host, port) = if let Some(inner) = text.strip_prefix('[') {
        let (address, after) = inner.split_once(']').ok_or_else(invalid)?;
        if let Some(character) = address.chars().find(|c| !c.is_ascii_hexdigit() && *c != ':') {
            return Err(ReferenceError::HostCharacter { host: format!("[{address}]"), character });
        }
        if address.is_empty() || !(after.is_empty() || after.starts_with(':')) {
            return Err(invalid());
        }
        (text.strip_suffix(after).unwrap_or(text), after.strip_prefix(':'))
    } else {
        let (host, port) = split_optional(text, ':');
        let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if let Some(character) = host.chars().find(|c| !allowed(c)) {
            return Err(ReferenceError::HostCharacter { host: host.to_owned(), character });
        }
        let is_label =
            |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
        if !host.split('.').all(is_label) {
            return Err(invalid());
        }
        (host, port)
    };
    match port {
        None => Ok(()),
        Some("") => Err(ReferenceError::EmptyPort { host: host.to_owned() }),
        // Most likely an IPv6 address without its brackets.
        Some(port) if port.contains(':') => Err(invalid()),
        // The grammar sets no upper bound.
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        Some(port) => Err(ReferenceError::InvalidPort { port: port.to_owned() }),
    }
}

fn check_component(component: &str) -> Result<(), ReferenceError> {
    if component.is_empty() {
        return Err(ReferenceError::EmptyComponent);
    }
    let allowed = |c: &char| is_lower_alphanumeric(*c) || matches!(c, '.' | '_' | '-');
    if let Some(character) = component.chars().find(|c| !allowed(c)) {
        let component = component.to_owned();
        return Err(ReferenceError::ComponentCharacter { component, character });
    }
    if is_component(component) {
        Ok(())
    } else {
        Err(ReferenceError::InvalidComponent { component: component.to_owned() })
    }
}

fn is_component(text: &str) -> bool {
    text.starts_with(is_lower_alphanumeric)
        && text.ends_with(is_lower_alphanumeric)
        && text.split(is_lower_alphanumeric).all(|separator| {
            matches!(separator, "." | "_" | "__") || separator.bytes().all(|b| b == b'-')
        })
}

fn is_lower_alphanumeric(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn check_tag(tag: &str) -> Result<(), ReferenceError> {
    if tag.contains(':') {
        return Err(ReferenceError::ManyColons);
    }
    let Some(first) = tag.chars().next() else {
        return Err(ReferenceError::EmptyTag);
    };
    let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if let Some(character) = tag.chars().find(|c| !allowed(c)) {
        return Err(ReferenceError::TagCharacter { tag: tag.to_owned(), character });
    }
    if matches!(first, '.' | '-') {
        return Err(ReferenceError::TagStart { tag: tag.to_owned(), character: first });
    }
    if tag.len() > MAX_TAG {
        return Err(ReferenceError::TagTooLong { length: tag.len() });
    }
    Ok(())
}

fn check_digest(digest: &str) -> Result<(), ReferenceError> {
    if digest.is_empty() {
        return Err(ReferenceError::EmptyDigest);
    }
    if digest.contains('@') {
        return Err(ReferenceError::ManyDigests);
    }
    let (algorithm, encoded) = match digest.split_once(':') {
        Some((algorithm, encoded)) if !algorithm.is_empty() => (algorithm, encoded),
        _ => return Err(ReferenceError::MalformedDigest { digest: digest.to_owned() }),
    };
    let (algorithm, expected) = match algorithm {
        "sha256" => ("sha256", 64),
        "sha384" => ("sha384", 96),
        "sha512" => ("sha512", 128),
        other => return Err(ReferenceError::UnsupportedAlgorithm { algorithm: other.to_owned() }),
    };
    if encoded.contains(':') {
        return Err(ReferenceError::TagAfterDigest);
    }
    if let Some(character) = encoded.chars().find(|c| !c.is_ascii_hexdigit()) {
        return Err(ReferenceError::DigestCharacter { character });
    }
    let found = encoded.len();
    if found != expected {
        return Err(ReferenceError::DigestLength { algorithm, expected, found });
    }
    if encoded.contains(|c: char| c.is_ascii_uppercase()) {
        return Err(ReferenceError::DigestCase);
    }
    Ok(())
}
