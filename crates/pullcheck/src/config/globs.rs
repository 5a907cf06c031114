//! Globs on paths and tags.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::paths::relative;

/// A glob on tags.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct TagGlob {
    /// As it is written.
    pub text: String,
    glob: globset::Glob,
}

impl TryFrom<String> for TagGlob {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let glob = compile(&text, &text)?;
        Ok(Self { text, glob })
    }
}

/// A glob on paths, relative to a folder.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct PathGlob {
    /// As it is written.
    pub text: String,
    glob: globset::Glob,
    /// It matches folders only, and so what is below them.
    folders_only: bool,
}

impl TryFrom<String> for PathGlob {
    type Error = String;

    /// `folder/**` means the same as the folder itself, of which nothing needs to be listed then.
    fn try_from(text: String) -> Result<Self, String> {
        let local = text.strip_prefix("./").unwrap_or(&text);
        let below = local.strip_suffix("/**").filter(|folder| !folder.is_empty());
        let folder = below.or_else(|| local.strip_suffix('/'));
        let pattern = match folder.unwrap_or(local) {
            "" | "." => String::new(),
            name if !name.contains('/') && below.is_none() => format!("**/{name}"),
            path => path.strip_prefix('/').unwrap_or(path).to_owned(),
        };
        let (glob, folders_only) = (compile(&text, &pattern)?, folder.is_some());
        Ok(Self { text, glob, folders_only })
    }
}

/// A refusal gives the reason on its first line and advice on its second.
fn compile(text: &str, pattern: &str) -> Result<globset::Glob, String> {
    if pattern.is_empty() {
        return Err(format!("the glob `{text}` matches nothing\nname a file, a folder or a tag"));
    }
    if pattern.trim_start_matches("**/").starts_with('!') {
        return Err(format!("the glob `{text}` begins with `!`\nlist only what is meant"));
    }
    let mut builder = GlobBuilder::new(pattern);
    let glob = builder.literal_separator(true).backslash_escape(true).build();
    let refusal = |error: globset::Error| {
        let reason = error.kind();
        format!(
            "`{text}` is not a glob: {reason}\nto mean `[` or `{{` itself, write `[[]` or `[{{]`"
        )
    };
    glob.map_err(refusal)
}

/// Several globs on tags as one.
///
/// # Errors
///
/// The globs are too large together.
pub fn tag_set(globs: &[TagGlob]) -> Result<GlobSet, globset::Error> {
    set(globs.iter().map(|glob| &glob.glob))
}

/// Several globs on paths, relative to one folder.
#[derive(Debug)]
pub struct PathGlobs {
    folder: PathBuf,
    any: GlobSet,
    folders: GlobSet,
}

impl PathGlobs {
    /// Globs that are relative to a folder.
    ///
    /// # Errors
    ///
    /// The globs are too large together.
    pub fn new(folder: &Path, globs: &[PathGlob]) -> Result<Self, globset::Error> {
        let of = |folders_only| {
            set(globs.iter().filter(|glob| glob.folders_only == folders_only).map(|g| &g.glob))
        };
        Ok(Self { folder: folder.to_path_buf(), any: of(false)?, folders: of(true)? })
    }

    /// Whether a glob matches this very path, which must be absolute. The folder that the globs
    /// are relative to and those above it never match.
    pub fn matches(&self, path: &Path, is_dir: bool) -> bool {
        !self.is_empty() && self.matches_relative(&relative(&self.folder, path), is_dir)
    }

    /// Whether a glob matches the path or a folder above it.
    pub fn cover(&self, path: &Path, is_dir: bool) -> bool {
        if self.is_empty() {
            return false;
        }
        let path = relative(&self.folder, path);
        let mut folders = path.ancestors().skip(1);
        self.matches_relative(&path, is_dir)
            || folders.any(|folder| self.matches_relative(folder, true))
    }

    /// Only `..` and the empty path have no name.
    fn matches_relative(&self, path: &Path, is_dir: bool) -> bool {
        path.file_name().is_some()
            && (self.any.is_match(path) || (is_dir && self.folders.is_match(path)))
    }

    fn is_empty(&self) -> bool {
        self.any.is_empty() && self.folders.is_empty()
    }
}

fn set<'g>(globs: impl Iterator<Item = &'g globset::Glob>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSet::builder();
    for glob in globs {
        set.add(glob.clone());
    }
    set.build()
}
