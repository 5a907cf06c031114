//! Reading a file and the files that it extends.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use pullcheck_core::{
    finding::Origin,
    span::Span,
    yaml::{self, Node, Tree},
};

use super::{error::ConfigError, file::File, places::misread, problem::Problem};
use crate::input::reason;
use crate::paths::{absolute, shown};

/// How many files may extend each other in a row.
const DEPTH: usize = 32;

/// A configuration file as it is written.
#[derive(Debug)]
pub struct Written {
    /// The absolute path.
    pub path: PathBuf,
    /// What it says.
    pub file: File,
    text: Arc<str>,
}

/// A file and all that it extends; each stands behind those that it extends, none twice.
///
/// # Errors
///
/// One of them cannot be read, or they extend each other in a circle.
pub fn chain(path: &Path) -> Result<Vec<Written>, ConfigError> {
    let text = fs::read_to_string(path).map_err(|cause| ConfigError::unreadable(path, &cause))?;
    let mut chain = Chain::default();
    chain.add(Written::new(path, text)?)?;
    Ok(chain.done)
}

#[derive(Default)]
struct Chain {
    done: Vec<Written>,
    /// The files on the way from the first to the one being read.
    open: Vec<PathBuf>,
}

impl Chain {
    fn add(&mut self, written: Written) -> Result<(), ConfigError> {
        self.open.push(written.path.clone());
        for (index, target) in written.file.extends.0.iter().enumerate() {
            let path = absolute(&written.folder().join(target));
            if self.done.iter().any(|done| done.path == path) {
                continue;
            }
            let base =
                self.open(&path).map_err(|problem| written.blame_extends(index, &problem))?;
            self.add(Written::new(&path, base)?)?;
        }
        self.open.pop();
        self.done.push(written);
        Ok(())
    }

    fn open(&self, path: &Path) -> Result<String, Problem> {
        let name = shown(path);
        let refused = |reason, help: &str| Problem::Refused { reason, help: Some(help.to_owned()) };
        if let Some(start) = self.open.iter().position(|open| open == path) {
            let circle = self.open.iter().skip(start).map(|open| shown(open));
            let circle: Vec<String> = circle.chain([name]).collect();
            let reason = format!("`extends` leads in a circle: {}", circle.join(" -> "));
            return Err(refused(reason, "take one of these files out of the circle"));
        }
        if self.open.len() >= DEPTH {
            let reason = format!("more than {DEPTH} files extend each other");
            return Err(refused(reason, "extend fewer files"));
        }
        fs::read_to_string(path).map_err(|cause| {
            let reason = format!("cannot read `{name}`: {}", reason(&cause));
            refused(reason, "write a path that is relative to this file")
        })
    }
}

impl Written {
    /// Reads a text; empty or only comments, it says nothing.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn new(path: &Path, text: String) -> Result<Self, ConfigError> {
        let text: Arc<str> = text.into();
        let file = read(&text);
        let mut file = file.map_err(|(at, problem)| ConfigError::at(path, &text, at, &problem))?;
        place_names(&mut file, path, &text);
        Ok(Self { path: path.to_path_buf(), file, text })
    }

    /// The folder that its globs and `extends` are relative to.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    fn blame_extends(&self, index: usize, problem: &Problem) -> ConfigError {
        let tree = yaml::parse(&self.text, 0..self.text.len());
        let at = tree.ok().and_then(|tree| {
            let extends = tree.roots().next()?.get("extends")?;
            Some(extends.items().nth(index).unwrap_or(extends).span())
        });
        ConfigError::at(&self.path, &self.text, at.unwrap_or_default(), problem)
    }
}

/// Reads a text as a tree, whose depth is limited, then as values.
fn read(text: &str) -> Result<File, (Span, Problem)> {
    let tree = yaml::parse(text, 0..text.len());
    let tree = tree.map_err(|error| (error.at, broken(&error.cause)))?;
    let file = serde_yaml::from_str::<Option<File>>(text);
    file.map(Option::unwrap_or_default).map_err(|error| explain(&tree, &error))
}

/// Gives each name in the lists of registries the place where it is written. Values come from
/// `serde_yaml`, places from the tree over the same text.
fn place_names(file: &mut File, path: &Path, text: &Arc<str>) {
    let Ok(tree) = yaml::parse(text, 0..text.len()) else { return };
    let Some(root) = tree.roots().next() else { return };
    let overrides = root.get("overrides").into_iter().flat_map(Node::items);
    let places = std::iter::once(root).chain(overrides);
    let lists = std::iter::once(&mut file.registries)
        .chain(file.overrides.iter_mut().map(|over| &mut over.registries));
    for (node, registries) in places.zip(lists) {
        for (key, names) in [("allow", &mut registries.allow), ("deny", &mut registries.deny)] {
            let items = node.at(&["registries", key]).into_iter().flat_map(Node::items);
            for (item, name) in items.zip(names) {
                name.origin = Some(Arc::new(Origin {
                    path: shown(path).into(),
                    text: Arc::clone(text),
                    span: item.span(),
                }));
            }
        }
    }
}

/// What is wrong with a text that was refused, and where.
fn explain(tree: &Tree<'_>, error: &serde_yaml::Error) -> (Span, Problem) {
    let mut roots = tree.roots();
    if let Some(misread) = roots.next().and_then(misread::<Option<File>>) {
        return (misread.at.unwrap_or_default(), misread.problem);
    }
    if let Some(second) = roots.next() {
        let reason = "a configuration is one document, and here begins another".to_owned();
        let help = Some("remove the `---` above it".to_owned());
        return (second.span(), Problem::Refused { reason, help });
    }
    // Only what the two readers of YAML disagree about is left.
    let index = error.location().map_or(0, |location| location.index());
    let at = u32::try_from(index).ok().and_then(|byte| tree.first_from(byte)).map(Node::span);
    (at.unwrap_or_default(), broken(&error.to_string()))
}

fn broken(cause: &str) -> Problem {
    let help = Some("quote values that hold `: `, `#` or a leading `*`, `[` or `{`".to_owned());
    Problem::Refused { reason: format!("this is not YAML: {cause}"), help }
}
