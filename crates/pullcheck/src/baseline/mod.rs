//! The baseline: findings that were there before anybody looked, held back until they are mended.

mod command;
mod coverage;
mod file;
mod key;

use std::{
    cell::LazyCell,
    collections::HashMap,
    path::{Path, PathBuf},
};

use pullcheck_core::{judge::Judged, resolve::Resolved, span::FileId};
use rayon::prelude::*;

pub use self::command::run;
use self::{
    coverage::{Coverage, at, is_whole},
    file::{Baseline, Counts, Key},
    key::keys,
};
use crate::{
    args::CheckArgs,
    command::Failure,
    config::{BASELINE, ConfigError, Configs},
    gather::Gathered,
    paths::{absolute, shown},
};

/// Where baselines come from.
#[derive(Debug)]
enum Source {
    /// The nearest one above each file, up to the root of its repository.
    Nearest,
    /// The first of those at hand, for every file.
    Only,
    /// Nowhere.
    None,
}

/// The baselines of a run.
#[derive(Debug)]
pub struct Baselines {
    source: Source,
    files: Vec<Baseline>,
    /// Where each file that was met is in the list.
    numbers: HashMap<PathBuf, usize>,
    /// The baseline of each folder that was looked at.
    folders: HashMap<PathBuf, Option<usize>>,
    /// What is wrong with those that were searched for.
    errors: Vec<ConfigError>,
}

/// Where a file stands in a baseline.
struct Place {
    id: FileId,
    /// The number of the baseline.
    number: usize,
    /// What it calls the file.
    name: String,
}

/// What a run found in each baseline, by its number: none where it has none.
#[derive(Debug, Default)]
pub struct Held {
    /// How many findings were held back.
    pub count: usize,
    found: HashMap<usize, Counts>,
}

impl Baselines {
    fn new(source: Source) -> Self {
        let (numbers, folders) = (HashMap::new(), HashMap::new());
        Self { source, files: Vec::new(), numbers, folders, errors: Vec::new() }
    }

    /// One for every file.
    fn only(baseline: Baseline) -> Self {
        Self { files: vec![baseline], ..Self::new(Source::Only) }
    }

    /// What the arguments of a check name.
    pub fn of(args: &CheckArgs) -> Result<Self, Failure> {
        match &args.held_back.baseline {
            Some(path) => Self::named(path),
            None if args.held_back.no_baseline || args.input.isolated => {
                Ok(Self::new(Source::None))
            }
            None => Ok(Self::new(Source::Nearest)),
        }
    }

    /// The nearest one above each file.
    pub fn nearest() -> Self {
        Self::new(Source::Nearest)
    }

    fn named(path: &Path) -> Result<Self, Failure> {
        let baseline = Baseline::load(&absolute(path));
        baseline.map(Self::only).map_err(|error| Failure::Config(vec![error]))
    }

    /// What is wrong with baselines that were searched for.
    pub fn errors(&self) -> &[ConfigError] {
        &self.errors
    }

    /// The number of the baseline that holds for a file, by its absolute path. In a plain folder there
    /// is none to look for.
    fn governing(&mut self, file: &Path, is_in_plain_folder: bool) -> Option<usize> {
        let folder = file.parent().unwrap_or(file);
        match self.source {
            Source::None => None,
            Source::Only => Some(0),
            Source::Nearest if is_in_plain_folder => {
                folder.parent().and_then(|above| self.find(above))
            }
            Source::Nearest => self.find(folder),
        }
    }

    /// The nearest one in a folder or above it, found as a configuration is.
    fn find(&mut self, folder: &Path) -> Option<usize> {
        if let Some(&known) = self.folders.get(folder) {
            return known;
        }
        let file = folder.join(BASELINE);
        let found = if self.numbers.contains_key(&file) || file.is_file() {
            Some(self.open(&file))
        } else {
            let above = folder.parent().filter(|_| !folder.join(".git").exists());
            above.and_then(|above| self.find(above))
        };
        self.folders.insert(folder.to_path_buf(), found);
        found
    }

    /// The number of a file, which is read unless it is known.
    fn open(&mut self, file: &Path) -> usize {
        if let Some(&known) = self.numbers.get(file) {
            return known;
        }
        let baseline = Baseline::load(file).unwrap_or_else(|error| {
            self.errors.push(error);
            Baseline { is_broken: true, ..Baseline::empty(file.to_path_buf()) }
        });
        self.add(baseline)
    }

    fn add(&mut self, baseline: Baseline) -> usize {
        let number = self.files.len();
        self.numbers.insert(baseline.path.clone(), number);
        self.files.push(baseline);
        number
    }

    /// Opens those that lie below the given paths, or above them.
    fn open_all(&mut self, gathered: &Gathered, given: &[PathBuf]) {
        if !matches!(self.source, Source::Nearest) {
            return;
        }
        for file in &gathered.baselines {
            self.open(&absolute(file));
        }
        for given in given.iter().map(|given| absolute(given)) {
            if given.is_dir() {
                self.find(&given)
            } else {
                self.governing(&given, false)
            };
        }
    }

    /// The place of each file that has findings below a baseline.
    fn places(&mut self, gathered: &Gathered, judged: &[Judged]) -> Vec<Option<Place>> {
        let files = gathered.sources.iter().zip(judged).zip((0..).map(FileId));
        // Files of one folder follow each other.
        let mut last: Option<(&str, Option<usize>)> = None;
        let mut places = Vec::with_capacity(judged.len());
        for ((source, judged), id) in files {
            if judged.findings.is_empty() {
                places.push(None);
                continue;
            }
            let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let known = last.filter(|(known, _)| *known == folder);
            let find = || self.governing(&at(&source.path), source.is_in_plain_folder);
            let number = known.map_or_else(find, |last| last.1);
            last = Some((folder, number));
            let name = |number: usize| Some(self.files.get(number)?.name_of(&at(&source.path)));
            places.push(number.and_then(|number| Some(Place { id, number, name: name(number)? })));
        }
        places
    }

    /// Takes away what the baselines hold: of findings that are known by the same the first ones.
    pub fn hold_back(
        &mut self,
        gathered: &Gathered,
        resolved: &Resolved<'_>,
        judged: &mut [Judged],
    ) -> Held {
        if matches!(self.source, Source::None) {
            return Held::default();
        }
        let places = self.places(gathered, judged);
        let held = judged.par_iter_mut().zip(places).filter_map(|(judged, place)| {
            let Place { id, number, name } = place?;
            let allowed = self.files.get(number)?.of(&name);
            let allowed: HashMap<_, _> = allowed.collect();
            (!allowed.is_empty()).then_some(())?;
            let keys = keys(resolved, id, &name, &judged.findings);
            let mut found = Counts::new();
            let mut keys = keys.into_iter();
            judged.findings.retain(|_| {
                let Some(key) = keys.next() else { return true };
                let Some(&allowed) = allowed.get(&key) else { return true };
                let count = found.entry(key).or_default();
                let is_new = *count >= allowed;
                *count += u32::from(!is_new);
                is_new
            });
            Some((number, found))
        });
        Held::of(held.collect())
    }
}

impl Baselines {
    /// The findings below each baseline, and how many lie below none.
    fn count(
        &mut self,
        gathered: &Gathered,
        resolved: &Resolved<'_>,
        judged: &[Judged],
    ) -> (HashMap<usize, Counts>, usize) {
        let places = self.places(gathered, judged);
        let keyed = judged.par_iter().zip(places).map(|(judged, place)| {
            let Place { id, number, name } = place.ok_or(judged.findings.len())?;
            Ok((number, keys(resolved, id, &name, &judged.findings)))
        });
        let keyed: Vec<Result<_, usize>> = keyed.collect();
        let (mut counts, mut outside) = (HashMap::<_, Counts>::new(), 0);
        for of_file in keyed {
            match of_file {
                Ok((number, keys)) => {
                    let counts = counts.entry(number).or_default();
                    for key in keys {
                        *counts.entry(key).or_default() += 1;
                    }
                }
                Err(count) => outside += count,
            }
        }
        (counts, outside)
    }

    /// Tells of each baseline that a run covers how many of its entries are no longer found.
    pub fn stale(
        &mut self,
        args: &CheckArgs,
        configs: &Configs,
        gathered: &Gathered,
        resolved: &Resolved<'_>,
        held: &Held,
    ) -> Vec<String> {
        let selection = &args.rules.selection;
        let asks_for_all = selection.select.is_empty() && selection.ignore.is_empty();
        self.open_all(gathered, &args.input.paths);
        let has_entries = self.files.iter().any(|baseline| !baseline.entries.is_empty());
        if !asks_for_all || !has_entries {
            return Vec::new();
        }
        let coverage = LazyCell::new(|| Coverage::of(&args.input, configs, gathered, resolved));
        let whole = self.files.iter().enumerate();
        let whole = whole.filter(|(_, baseline)| is_whole(&args.input, baseline.folder()));
        let told = whole.filter_map(|(number, baseline)| {
            let found = |key: &Key| {
                held.found
                    .get(&number)
                    .and_then(|found| found.get(key))
                    .copied()
                    .unwrap_or_default()
            };
            let is_stale = |key: &Key, count| {
                found(key) < count && coverage.is_settled(&baseline.file_of(key), &key.rule)
            };
            let stale = baseline.entries.iter().filter(|(key, count)| is_stale(key, **count));
            let (path, stale) = (shown(&baseline.path), stale.count());
            match stale {
                0 => None,
                1 => Some(format!("1 entry of `{path}` is no longer found; {REMEDY}")),
                _ => Some(format!("{stale} entries of `{path}` are no longer found; {REMEDY}")),
            }
        });
        told.collect()
    }
}

const REMEDY: &str = "`pullcheck baseline prune` takes out what is gone";

impl Held {
    fn of(files: Vec<(usize, Counts)>) -> Self {
        let mut held = Self::default();
        for (number, found) in files {
            held.count += found.values().map(|count| *count as usize).sum::<usize>();
            held.found.entry(number).or_default().extend(found);
        }
        held
    }
}
