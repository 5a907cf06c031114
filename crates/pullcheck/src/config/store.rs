//! Which configuration governs a file.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use pullcheck_core::{finding::Severity, settings::Settings};

use super::{
    BASELINE, CommandLine, NAMES, Source,
    effective::Config,
    error::ConfigError,
    show::{comment, show},
};
use crate::paths::{absolute, shown};

/// All configuration of a run. Each folder is looked at once, from any thread.
///
/// Paths may be relative to the current directory; links in them are not followed.
#[derive(Debug)]
pub struct Configs {
    line: CommandLine,
    /// The one configuration, where none is searched for.
    only: Option<Arc<Config>>,
    defaults: Arc<Config>,
    folders: RwLock<HashMap<PathBuf, Folder>>,
}

/// What governs the files and folders that lie in a folder.
#[derive(Clone, Debug)]
pub struct Folder {
    config: Result<Arc<Config>, ConfigError>,
    excluded: bool,
    /// The settings of all files in it, where they are the same for all.
    settings: Option<Arc<Settings>>,
    /// Neither a baseline nor the root of a repository is in it, as its listing tells.
    pub is_plain: bool,
}

impl Folder {
    /// Whether a file or folder in it is left out.
    #[must_use]
    pub fn excludes(&self, path: &Path, is_dir: bool) -> bool {
        let excludes = |config: &Config| {
            !config.exclude.is_empty() && config.excludes(&absolute(path), is_dir)
        };
        self.excluded || self.config.as_ref().is_ok_and(|config| excludes(config))
    }
}

impl Configs {
    /// Configuration from a source, under what was typed.
    ///
    /// # Errors
    ///
    /// A file that was named cannot be used. Files that are searched for are read when they are
    /// needed: where one of them cannot be used there are no settings, and [`Self::errors`] tells
    /// why.
    pub fn new(source: Source, line: CommandLine) -> Result<Self, ConfigError> {
        let defaults = Arc::<Config>::default();
        let only = match source {
            Source::Discover => None,
            Source::File(path) => Some(Arc::new(Config::load(&absolute(&path))?)),
            Source::Isolated => Some(Arc::clone(&defaults)),
        };
        Ok(Self { line, only, defaults, folders: RwLock::default() })
    }

    /// Configuration that is searched for, with nothing typed.
    #[must_use]
    pub fn discovered() -> Self {
        let (line, folders) = (CommandLine::default(), RwLock::default());
        Self { line, only: None, defaults: Arc::default(), folders }
    }

    /// The settings of a file, or `None` where its configuration cannot be used. Files of one
    /// configuration under equal overrides share them.
    #[must_use]
    pub fn settings_for(&self, file: &Path) -> Option<Arc<Settings>> {
        self.reading(file).map(|(settings, _)| settings)
    }

    /// The settings of a file, and the size in bytes over which it is not read.
    #[must_use]
    pub fn reading(&self, file: &Path) -> Option<(Arc<Settings>, u64)> {
        let file = absolute(file);
        self.reading_in(&self.folder_of(&file), &file)
    }

    /// The same, where it is known what governs its folder.
    #[must_use]
    pub fn reading_in(&self, folder: &Folder, file: &Path) -> Option<(Arc<Settings>, u64)> {
        let config = folder.config.as_ref().ok()?;
        let settings = match &folder.settings {
            Some(settings) => Arc::clone(settings),
            None => config.settings(&absolute(file), &self.line),
        };
        Some((settings, config.max_file_size << 20))
    }

    /// What governs a folder, of which it may be known what it does not hold.
    #[must_use]
    pub fn in_folder(&self, folder: &Path, may_hold: &dyn Fn(&str) -> bool) -> Folder {
        self.folder(&absolute(folder), may_hold)
    }

    /// Whether a file or folder is left out by the configuration that governs its parent. One
    /// below an excluded folder is left out as well.
    #[must_use]
    pub fn is_excluded(&self, path: &Path, is_dir: bool) -> bool {
        let path = absolute(path);
        self.folder_of(&path).excludes(&path, is_dir)
    }

    /// The least severity of a finding in a file that fails the run.
    #[must_use]
    pub fn fail_on(&self, file: &Path) -> Severity {
        let governing = || self.usable(self.folder_of(&absolute(file)));
        self.line.fail_on.unwrap_or_else(|| governing().fail_on)
    }

    /// What is wrong with the files that were searched for so far: each error once, by file.
    #[must_use]
    pub fn errors(&self) -> Vec<ConfigError> {
        let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        let errors = folders.values().filter_map(|folder| folder.config.as_ref().err());
        let mut errors: Vec<ConfigError> = errors.cloned().collect();
        let key =
            |error: &ConfigError| (error.path().to_path_buf(), error.span(), error.to_string());
        errors.sort_by_cached_key(key);
        errors.dedup_by_key(|error| key(error));
        errors
    }

    /// What holds for a file or folder after all layers, as YAML that can be used as configuration.
    /// Comments at the top tell the files that it came from.
    #[must_use]
    pub fn show(&self, path: &Path) -> String {
        let path = absolute(path);
        let is_dir = path.is_dir();
        let mut text = comment(&format!("what holds for {}", shown(&path)));
        if self.is_excluded(&path, is_dir) {
            text += &comment("excluded: not read unless it is named");
        }
        text + &show(&self.governing(&path), &self.line, &path, is_dir)
    }

    /// The folder of the configuration that governs a file or folder, if there is one.
    #[must_use]
    pub fn folder_above(&self, path: &Path) -> Option<PathBuf> {
        let config = self.governing(&absolute(path));
        config.files.last().and_then(|file| file.parent()).map(Path::to_path_buf)
    }

    /// The configuration of a file or folder.
    fn governing(&self, path: &Path) -> Arc<Config> {
        let is_dir = path.is_dir();
        self.usable(if is_dir { self.folder(path, &|_| true) } else { self.folder_of(path) })
    }

    fn usable(&self, folder: Folder) -> Arc<Config> {
        folder.config.unwrap_or_else(|_| Arc::clone(&self.defaults))
    }

    fn folder_of(&self, path: &Path) -> Folder {
        self.folder(path.parent().unwrap_or(path), &|_| true)
    }

    fn folder(&self, path: &Path, may_hold: &dyn Fn(&str) -> bool) -> Folder {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(path) {
            return folder.clone();
        }
        drop(known);
        let config = self.find(path, may_hold);
        let excluded = config.as_ref().is_ok_and(|config| config.excludes_all_in(path));
        let settings = config.as_ref().ok().and_then(|config| config.settings_of_all(&self.line));
        let is_plain = !may_hold(BASELINE) && !may_hold(".git");
        let mut known = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        // Of two threads that looked at once, what the first found is shared by both.
        known
            .entry(path.to_path_buf())
            .or_insert(Folder { config, excluded, settings, is_plain })
            .clone()
    }

    fn find(
        &self,
        folder: &Path,
        may_hold: &dyn Fn(&str) -> bool,
    ) -> Result<Arc<Config>, ConfigError> {
        if let Some(only) = &self.only {
            return Ok(Arc::clone(only));
        }
        let mut files = NAMES.iter().filter(|name| may_hold(name)).map(|name| folder.join(name));
        if let Some(file) = files.find(|file| file.is_file()) {
            return Config::load(&file).map(Arc::new);
        }
        let is_root = may_hold(".git") && folder.join(".git").exists();
        match folder.parent() {
            Some(parent) if !is_root => self.folder(parent, &|_| true).config,
            _ => Ok(Arc::clone(&self.defaults)),
        }
    }
}
