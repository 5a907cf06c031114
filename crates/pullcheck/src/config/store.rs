//! Which configuration governs a file.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use pullcheck_core::{finding::Severity, settings::Settings};

use super::{
    CommandLine, NAMES, Source,
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

/// What is known of a folder.
#[derive(Clone, Debug)]
struct Folder {
    config: Result<Arc<Config>, ConfigError>,
    excluded: bool,
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
        let config = self.folder_of(&file).config.ok()?;
        Some((config.settings(&file, &self.line), config.max_file_size << 20))
    }

    /// Whether a file or folder is left out by the configuration that governs its parent. One
    /// below an excluded folder is left out as well.
    #[must_use]
    pub fn is_excluded(&self, path: &Path, is_dir: bool) -> bool {
        let path = absolute(path);
        let folder = self.folder_of(&path);
        folder.excluded || folder.config.is_ok_and(|config| config.excludes(&path, is_dir))
    }

    /// The least severity of a finding that fails the run, in a file or folder.
    #[must_use]
    pub fn fail_on(&self, path: &Path) -> Severity {
        self.line.fail_on.unwrap_or_else(|| self.governing(&absolute(path)).fail_on)
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
        self.usable(if path.is_dir() { self.folder(path) } else { self.folder_of(path) })
    }

    fn usable(&self, folder: Folder) -> Arc<Config> {
        folder.config.unwrap_or_else(|_| Arc::clone(&self.defaults))
    }

    fn folder_of(&self, path: &Path) -> Folder {
        self.folder(path.parent().unwrap_or(path))
    }

    fn folder(&self, path: &Path) -> Folder {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(path) {
            return folder.clone();
        }
        drop(known);
        let config = self.find(path);
        let excluded = config.as_ref().is_ok_and(|config| config.excludes_all_in(path));
        let mut known = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        // Of two threads that looked at once, what the first found is shared by both.
        known.entry(path.to_path_buf()).or_insert(Folder { config, excluded }).clone()
    }

    fn find(&self, folder: &Path) -> Result<Arc<Config>, ConfigError> {
        if let Some(only) = &self.only {
            return Ok(Arc::clone(only));
        }
        if let Some(file) = NAMES.iter().map(|name| folder.join(name)).find(|file| file.is_file()) {
            return Config::load(&file).map(Arc::new);
        }
        match folder.parent() {
            Some(parent) if !folder.join(".git").exists() => self.folder(parent).config,
            _ => Ok(Arc::clone(&self.defaults)),
        }
    }
}
