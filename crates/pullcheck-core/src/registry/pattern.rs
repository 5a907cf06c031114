//! Patterns on image names, for lists of what is allowed, denied or known.

use globset::{Glob, GlobBuilder, GlobSet};

use super::hosts;
use crate::reference::Reference;

/// A pattern on full names: a host, or a host and the beginning of a path, whole parts of it.
/// `ghcr.io/acme` covers `ghcr.io/acme/web` and not `ghcr.io/acme-evil/web`.
///
/// `*` stands for any text within a part, `**` for any number of parts. What begins with no host
/// is on Docker Hub, as in a reference: `library/nginx`, `acme/*`.
#[derive(Clone, Debug)]
pub struct NamePattern {
    /// As it is written.
    pub text: String,
    itself: Glob,
    below: Glob,
}

/// Why a pattern cannot match any image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is written as a URL.
    #[error("no image name has a scheme")]
    Scheme,
    /// It names a digest or a tag.
    #[error("it names a tag or a digest, and covers names only")]
    TagOrDigest,
    /// The path is not in lower case.
    #[error("no repository has upper case letters")]
    UpperCase,
    /// There is whitespace in it.
    #[error("no image name holds whitespace")]
    Whitespace,
    /// A part between two `/` is empty.
    #[error("a part of the path is empty")]
    EmptyPart,
    /// It is not a glob.
    #[error("it is not a glob: {0}")]
    Glob(String),
}

impl NamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// If it could never match.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let bare = text.strip_suffix('/').unwrap_or(text);
        let (host, path) = split(bare)?;
        let path = path.strip_suffix("/**").unwrap_or(path);
        let full = match path {
            "" | "**" => host,
            path => format!("{host}/{path}"),
        };
        let glob = |text: &str| {
            let built = GlobBuilder::new(text).literal_separator(true).build();
            built.map_err(|error| PatternError::Glob(error.kind().to_string()))
        };
        Ok(Self {
            text: text.to_owned(),
            itself: glob(&full)?,
            below: glob(&format!("{full}/**"))?,
        })
    }
}

/// The host and the path of a pattern, the host as references are normalised.
fn split(text: &str) -> Result<(String, &str), PatternError> {
    if text.is_empty() {
        return Err(PatternError::Empty);
    }
    if text.contains("://") {
        return Err(PatternError::Scheme);
    }
    if text.contains(char::is_whitespace) {
        return Err(PatternError::Whitespace);
    }
    let (first, rest) = text.split_once('/').unwrap_or((text, ""));
    let is_host = first.contains(['.', '*']) || first == "localhost" || has_port(first);
    let (host, path) = if is_host { (normalised(first), rest) } else { ("docker.io".into(), text) };
    if path.contains(['@', ':']) || (first.contains('@')) {
        return Err(PatternError::TagOrDigest);
    }
    if !is_host && path.contains(':') {
        return Err(PatternError::TagOrDigest);
    }
    if path.contains(char::is_uppercase) {
        return Err(PatternError::UpperCase);
    }
    if !path.is_empty() && path.split('/').any(str::is_empty) || first.is_empty() {
        return Err(PatternError::EmptyPart);
    }
    Ok((host, path))
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
}

/// A host as it is compared: in lower case, Docker Hub by one name, without the port that HTTPS has
/// anyway.
fn normalised(registry: &str) -> String {
    let registry = registry.to_ascii_lowercase();
    let registry = registry.strip_suffix(":443").unwrap_or(&registry);
    match registry.trim_end_matches('.') {
        "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" => {
            "docker.io".into()
        }
        other => other.into(),
    }
}

/// Several patterns, in their order.
#[derive(Clone, Debug, Default)]
pub struct NamePatterns {
    itself: GlobSet,
    below: GlobSet,
}

impl NamePatterns {
    /// Several patterns as one.
    ///
    /// # Errors
    ///
    /// They are too large together.
    pub fn new<'p>(
        patterns: impl Iterator<Item = &'p NamePattern>,
    ) -> Result<Self, globset::Error> {
        let (mut itself, mut below) = (GlobSet::builder(), GlobSet::builder());
        for pattern in patterns {
            itself.add(pattern.itself.clone());
            below.add(pattern.below.clone());
        }
        Ok(Self { itself: itself.build()?, below: below.build()? })
    }

    /// The first pattern that covers an image, by its number.
    #[must_use]
    pub fn first(&self, image: &Reference) -> Option<usize> {
        if self.itself.is_empty() {
            return None;
        }
        let name = format!("{}/{}", normalised(image.registry()), image.repository());
        let matches = [self.itself.matches(&name), self.below.matches(&name)];
        matches.into_iter().flatten().min()
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.itself.is_empty()
    }
}

/// Whether a registry is Docker Hub, by any of its names.
#[must_use]
pub fn is_docker_hub(registry: &str) -> bool {
    normalised(&hosts::without_port(registry)) == "docker.io"
}
