//! Patterns on image names, for lists of what is allowed, denied or known.

use globset::{Glob, GlobBuilder, GlobSet};

use super::hosts;
use crate::reference::Reference;

/// A pattern on full names: a host, or a host and the beginning of a path, whole parts of it.
/// `ghcr.io/acme` covers `ghcr.io/acme/web` and not `ghcr.io/acme-evil/web`.
///
/// `*` stands for any text within a part, `**` for any number of parts. What begins with no host
/// is on Docker Hub, and a word alone is an official image, as in a reference: `nginx` is
/// `docker.io/library/nginx`, `acme/*` are the images of an organisation.
#[derive(Clone, Debug)]
pub struct NamePattern {
    /// As it is written.
    pub text: String,
    globs: Vec<Glob>,
    /// What a word alone may be meant for as well: the organisation of that name.
    wider: Vec<Glob>,
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
    /// It holds a character that no name can hold, and no glob.
    #[error("no image name holds `{0}`")]
    Character(char),
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
        let is_word = host == DOCKER_HUB && !path.is_empty() && !path.contains(['/', '*']);
        let full = |path: &str| match path {
            "" | "**" => host.clone(),
            path => format!("{host}/{path}"),
        };
        let is_official = is_word && path != "library" && text == bare;
        let globs = if is_official { full(&format!("library/{path}")) } else { full(path) };
        let wider = if is_official { below(&full(path))? } else { Vec::new() };
        Ok(Self { text: text.to_owned(), globs: below(&globs)?, wider })
    }
}

const DOCKER_HUB: &str = "docker.io";

/// A name, and all that is below it.
fn below(name: &str) -> Result<Vec<Glob>, PatternError> {
    let glob = |text: &str| {
        let built = GlobBuilder::new(text).literal_separator(true).build();
        built.map_err(|error| PatternError::Glob(error.kind().to_string()))
    };
    Ok(vec![glob(name)?, glob(&format!("{name}/**"))?])
}

/// The host and the path of a pattern, the host as references are normalised.
fn split(text: &str) -> Result<(String, &str), PatternError> {
    if text.is_empty() {
        return Err(PatternError::Empty);
    }
    if text.contains("://") {
        return Err(PatternError::Scheme);
    }
    if text.contains('@') {
        return Err(PatternError::TagOrDigest);
    }
    let is_possible = |c: char| c.is_alphanumeric() || "._-/:*?[]{},".contains(c);
    if let Some(c) = text.chars().find(|c| !is_possible(*c)) {
        return Err(PatternError::Character(c));
    }
    let (first, rest) = text.split_once('/').unwrap_or((text, ""));
    let (name, port) = first.split_once(':').unwrap_or((first, ""));
    let is_any = matches!(first, "*" | "**");
    let is_host = is_any || name.contains('.') || name == "localhost";
    let is_port = port.bytes().all(|b| b.is_ascii_digit() || b == b'*');
    if !is_port || rest.contains(':') || (!is_host && !port.is_empty()) {
        return Err(PatternError::TagOrDigest);
    }
    let (host, path) =
        if is_host { (normalised(first), rest) } else { (DOCKER_HUB.to_owned(), text) };
    if path.contains(char::is_uppercase) {
        return Err(PatternError::UpperCase);
    }
    let has_empty = !path.is_empty() && path.split('/').any(str::is_empty);
    if has_empty || (is_host && !is_any && !host.contains(char::is_alphanumeric)) {
        return Err(PatternError::EmptyPart);
    }
    Ok((host, path))
}

/// A host as it is compared: in lower case, Docker Hub by one name, without the port that HTTPS has
/// anyway.
fn normalised(registry: &str) -> String {
    let registry = registry.to_ascii_lowercase();
    let registry = match registry.rsplit_once(':') {
        Some((host, port)) if port.parse() == Ok(443_u16) => host,
        _ => &registry,
    };
    match registry.trim_end_matches('.') {
        "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB.into(),
        other => other.into(),
    }
}

/// Several patterns, in their order.
#[derive(Clone, Debug, Default)]
pub struct NamePatterns {
    globs: GlobSet,
    /// Which pattern each glob belongs to.
    owners: Vec<usize>,
    /// The patterns without a port cover all ports.
    any_port: bool,
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
        Self::build(patterns, false)
    }

    /// Several patterns for what is to be kept out: a word alone covers an organisation as well as an
    /// official image, and a host covers all its ports.
    ///
    /// # Errors
    ///
    /// They are too large together.
    pub fn wide<'p>(
        patterns: impl Iterator<Item = &'p NamePattern>,
    ) -> Result<Self, globset::Error> {
        Self::build(patterns, true)
    }

    fn build<'p>(
        patterns: impl Iterator<Item = &'p NamePattern>,
        wide: bool,
    ) -> Result<Self, globset::Error> {
        let mut globs = GlobSet::builder();
        let mut owners = Vec::new();
        for (number, pattern) in patterns.enumerate() {
            let wider = pattern.wider.iter().filter(|_| wide);
            for glob in pattern.globs.iter().chain(wider) {
                globs.add(glob.clone());
                owners.push(number);
            }
        }
        Ok(Self { globs: globs.build()?, owners, any_port: wide })
    }

    /// The first pattern that covers an image, by its number.
    #[must_use]
    pub fn first(&self, image: &Reference) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let host = normalised(image.registry());
        let mut names = vec![format!("{host}/{}", image.repository())];
        if self.any_port && host.contains(':') {
            names.push(format!("{}/{}", hosts::without_port(&host), image.repository()));
        }
        let matches = names.iter().flat_map(|name| self.globs.matches(name));
        matches.filter_map(|glob| self.owners.get(glob).copied()).min()
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }
}

/// Whether a registry is Docker Hub, by any of its names.
#[must_use]
pub fn is_docker_hub(registry: &str) -> bool {
    normalised(&hosts::without_port(registry)) == DOCKER_HUB
}
