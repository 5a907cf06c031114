//! What a run can say of an entry: whether a finding that is not there was looked for.

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use pullcheck_core::{
    facts::HelmFile, resolve::Resolved, rules::find, settings::Settings, span::FileId,
};

use crate::{
    args::{InputArgs, STDIN},
    config::Configs,
    gather::{Gathered, RENDERED, STDIN_NAME},
    paths::absolute,
};

/// What a run looked at.
pub struct Coverage<'c> {
    configs: &'c Configs,
    resolved: &'c Resolved<'c>,
    given: Vec<PathBuf>,
    helm_render: bool,
    judged: HashMap<PathBuf, FileId>,
    /// What was passed over though it may hold something.
    unknown: HashSet<PathBuf>,
}

impl<'c> Coverage<'c> {
    /// What a run over these arguments looked at.
    pub fn of(
        input: &InputArgs,
        configs: &'c Configs,
        gathered: &'c Gathered,
        resolved: &'c Resolved<'c>,
    ) -> Self {
        let reads_stdin = input.reads_stdin();
        let paths = input.paths.iter().filter(|path| path.as_os_str() != STDIN);
        let name = input.stdin_filename.as_deref().unwrap_or(Path::new(STDIN_NAME));
        let given = paths.map(PathBuf::as_path).chain(reads_stdin.then_some(name));
        let files = resolved.project.files().iter().zip(&gathered.sources).zip((0..).map(FileId));
        let own = files.filter(|((file, _), _)| !file.is_context);
        let unknown = gathered.not_checked(resolved).map(|skipped| at(&skipped.path));
        Self {
            configs,
            resolved,
            given: given.map(absolute).collect(),
            helm_render: input.helm_render,
            judged: own.map(|((_, source), id)| (at(&source.path), id)).collect(),
            unknown: unknown.collect(),
        }
    }

    /// Whether a rule would have found in a file, by its absolute path, what is still there.
    pub fn is_settled(&self, file: &Path, rule: &str) -> bool {
        if !self.is_given(file) || self.unknown.contains(file) {
            return false;
        }
        let runs = |settings: &Settings| {
            find(rule).is_none_or(|rule| settings.levels.get(rule.id).is_some())
        };
        let Some(&id) = self.judged.get(file) else {
            // What was passed over on purpose, or holds nothing any more, is settled.
            return is_gone(file)
                || self.configs.settings_for(file).is_some_and(|settings| runs(&settings));
        };
        let Some(source) = self.resolved.source(id) else { return false };
        // What stands behind a mistake of syntax was not read.
        let is_read = source.facts.broken.is_empty() || rule == "syntax";
        is_read && source.facts.helm != Some(HelmFile::Rendered) && runs(&source.settings)
    }

    fn is_given(&self, file: &Path) -> bool {
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        if name == STDIN_NAME {
            return self.given.iter().any(|given| given == file);
        }
        let is_rendered = name.ends_with(RENDERED);
        (!is_rendered || self.helm_render) && self.given.iter().any(|given| file.starts_with(given))
    }
}

/// Whether a run over these arguments looks at all that lies below a folder.
pub fn is_whole(input: &InputArgs, folder: &Path) -> bool {
    let reads_stdin = input.paths.iter().any(|path| path.as_os_str() == STDIN);
    !reads_stdin && input.paths.iter().any(|given| folder.starts_with(absolute(given)))
}

/// A path as it is shown, made absolute.
pub fn at(shown: &str) -> PathBuf {
    absolute(Path::new(shown))
}

fn is_gone(file: &Path) -> bool {
    fs::symlink_metadata(file)
        .is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}
