//! One configuration after everything that it extends, and what it says of a file.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use pullcheck_core::{finding::Severity, settings::Settings};

use super::{
    CommandLine,
    chain::{Written, chain},
    choice::Choice,
    error::ConfigError,
    file::{MaxFileSize, Override},
    globs::PathGlobs,
    words::Named,
};

/// What settings of one configuration differ by: the numbers of the overrides that hold, and
/// whether the file holds values of a Helm chart.
type Variant = (Vec<usize>, bool);

/// A configuration, ready to be asked.
#[derive(Debug)]
pub struct Config {
    /// The files that it was read from, the one that decides last at the end.
    pub files: Vec<PathBuf>,
    /// The least severity that fails a run.
    pub fail_on: Severity,
    /// The largest file that is read, in MiB.
    pub max_file_size: u64,
    /// The globs of what is not read, as they are written.
    pub exclude: Vec<String>,
    /// The globs of what holds values of Helm charts, as they are written.
    pub helm_values: Vec<String>,
    choice: Choice,
    excluded: Vec<PathGlobs>,
    values: Vec<PathGlobs>,
    overrides: Vec<(PathGlobs, Override)>,
    /// The settings of each variant that was met.
    settings: Mutex<HashMap<Variant, Arc<Settings>>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            fail_on: Severity::Warning,
            max_file_size: 32,
            exclude: Vec::new(),
            helm_values: Vec::new(),
            choice: Choice::default(),
            excluded: Vec::new(),
            values: Vec::new(),
            overrides: Vec::new(),
            settings: Mutex::default(),
        }
    }
}

impl Config {
    /// Reads a file, given by its absolute path, and all that it extends.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        for written in chain(path)? {
            let source = written.path.clone();
            config.lay(written).map_err(|error| ConfigError::whole(&source, error))?;
        }
        // The largest sets of globs can be made, so all others can.
        let everything: Vec<usize> = (0..config.overrides.len()).collect();
        let largest = config.choice(&everything).settings(true);
        largest.map_err(|error| ConfigError::whole(path, error))?;
        Ok(config)
    }

    fn lay(&mut self, written: Written) -> Result<(), globset::Error> {
        let folder = written.folder().to_path_buf();
        let Written { path, file, .. } = written;
        file.lay_over(&mut self.choice);
        if let Some(Named(severity)) = file.fail_on {
            self.fail_on = severity;
        }
        if let Some(MaxFileSize(mebibytes)) = file.max_file_size {
            self.max_file_size = mebibytes;
        }
        self.excluded.push(PathGlobs::new(&folder, &file.exclude)?);
        self.exclude.extend(file.exclude.into_iter().map(|glob| glob.text));
        self.values.push(PathGlobs::new(&folder, &file.helm_values)?);
        self.helm_values.extend(file.helm_values.into_iter().map(|glob| glob.text));
        for over in file.overrides {
            self.overrides.push((PathGlobs::new(&folder, &over.paths)?, over));
        }
        self.files.push(path);
        Ok(())
    }

    /// The overrides that hold for a file, by their numbers. All paths here are absolute.
    pub fn matching(&self, path: &Path, is_dir: bool) -> Vec<usize> {
        let overrides = self.overrides.iter().enumerate();
        overrides.filter(|(_, (globs, _))| globs.cover(path, is_dir)).map(|(n, _)| n).collect()
    }

    /// What is decided where these overrides hold.
    pub fn choice(&self, overrides: &[usize]) -> Choice {
        let mut choice = self.choice.clone();
        for over in self.overrides_of(overrides) {
            over.lay_over(&mut choice);
        }
        choice
    }

    /// Overrides by their numbers.
    pub fn overrides_of<'s>(&'s self, numbers: &[usize]) -> impl Iterator<Item = &'s Override> {
        numbers.iter().filter_map(|&number| self.overrides.get(number)).map(|(_, over)| over)
    }

    /// The settings of a file; those of equal overrides are one.
    pub fn settings(&self, file: &Path, line: &CommandLine) -> Arc<Settings> {
        let is_helm_values = self.values.iter().any(|globs| globs.cover(file, false));
        let key = (self.matching(file, false), is_helm_values);
        let mut known = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(settings) = known.get(&key) {
            return Arc::clone(settings);
        }
        let mut choice = self.choice(&key.0);
        choice.lay_command_line_over(line);
        // That this can be made was tried on loading.
        let settings = choice.settings(!line.no_ignores).unwrap_or_default();
        let settings =
            Arc::new(Settings { is_helm_values, pins: Arc::clone(&line.pins), ..settings });
        known.insert(key, Arc::clone(&settings));
        settings
    }

    /// The settings of all files, if nothing tells one from another.
    pub fn settings_of_all(&self, line: &CommandLine) -> Option<Arc<Settings>> {
        let are_alike = self.overrides.is_empty() && self.helm_values.is_empty();
        are_alike.then(|| self.settings(Path::new(""), line))
    }

    /// Whether this very path is excluded, whatever the folders above it.
    pub fn excludes(&self, path: &Path, is_dir: bool) -> bool {
        self.excluded.iter().any(|globs| globs.matches(path, is_dir))
    }

    /// Whether a folder or one above it is excluded.
    pub fn excludes_all_in(&self, folder: &Path) -> bool {
        self.excluded.iter().any(|globs| globs.cover(folder, true))
    }
}
