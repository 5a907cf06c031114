//! The `.gitignore` files that bear on a directory.
//!
//! Every path here is absolute and free of links, so that one is below another when it looks so.

use std::fs;
use std::iter;
use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The name of the file that holds rules for what lies beside it and below.
pub(super) const IGNORE_FILE: &str = ".gitignore";

/// The ignore rules that bear on what lies in a directory, the nearest first.
#[derive(Clone, Default)]
pub(super) struct Rules(Option<Arc<Layer>>);

/// The rules of one file, and of those above it, which all directories below share.
struct Layer {
    own: Gitignore,
    above: Rules,
}

impl Rules {
    /// The rules that reach `directory` from the rest of its repository, its own file left out.
    pub(super) fn above(directory: &Path) -> Self {
        let lineage = lineage(directory);
        let parents = lineage.iter().filter(|above| **above != directory);
        parents.fold(Self::of_repository(&lineage), |rules, above| rules.below(above))
    }

    /// These rules with those of the `.gitignore` in `directory` put before them.
    pub(super) fn below(&self, directory: &Path) -> Self {
        self.with(directory, &directory.join(IGNORE_FILE))
    }

    /// Whether the nearest rules that say anything about `path` say to ignore it.
    pub(super) fn ignore(&self, path: &Path, is_dir: bool) -> bool {
        let layers = iter::successors(self.0.as_deref(), |layer| layer.above.0.as_deref());
        let mut verdicts = layers.map(|layer| layer.own.matched(path, is_dir));
        verdicts.find(|verdict| !verdict.is_none()).is_some_and(|verdict| verdict.is_ignore())
    }

    fn of_repository(lineage: &[&Path]) -> Self {
        let root = lineage.first();
        root.map(|root| Self::default().with(root, &root.join(".git/info/exclude")))
            .unwrap_or_default()
    }

    fn with(&self, directory: &Path, file: &Path) -> Self {
        match read(directory, file) {
            Some(own) => Self(Some(Arc::new(Layer { own, above: self.clone() }))),
            None => self.clone(),
        }
    }
}

/// The rules that bear on what lies in a directory, and whether git ignores the directory itself, for
/// its own sake or for that of one it is in.
pub(super) fn within(directory: &Path) -> (Rules, bool) {
    let lineage = lineage(directory);
    let children = lineage.iter().skip(1).map(Some).chain([None]);
    let before = (Rules::of_repository(&lineage), false);
    lineage.iter().zip(children).fold(before, |(rules, ignored), (above, child)| {
        let rules = rules.below(above);
        let ignored = ignored || child.is_some_and(|child| rules.ignore(child, true));
        (rules, ignored)
    })
}

/// The directories from the root of the repository down to `directory`; none outside of one.
fn lineage(directory: &Path) -> Vec<&Path> {
    let is_root = |above: &&Path| above.join(".git").symlink_metadata().is_ok();
    let Some(root) = directory.ancestors().find(is_root) else { return Vec::new() };
    let mut lineage: Vec<&Path> =
        directory.ancestors().take_while(|above| above.starts_with(root)).collect();
    lineage.reverse();
    lineage
}

/// The rules in `file` for what is below `directory`; none when there are none to be had.
fn read(directory: &Path, file: &Path) -> Option<Gitignore> {
    // A pipe of that name would never end, and git follows no link here.
    if !fs::symlink_metadata(file).ok()?.is_file() {
        return None;
    }
    let text = fs::read(file).ok()?;
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let mut builder = GitignoreBuilder::new(directory);
    for line in text.split(|byte| *byte == b'\n').filter_map(|line| str::from_utf8(line).ok()) {
        // A line that makes no sense says nothing, and takes no other with it.
        builder.add_line(None, line).ok();
    }
    builder.build().ok().filter(|rules| !rules.is_empty())
}
