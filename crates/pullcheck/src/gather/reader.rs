//! Reading files, and what belongs to them.

use std::{
    borrow::Cow,
    cell::LazyCell,
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use pullcheck_core::{
    extract::extract,
    facts::{FileFacts, Skip},
    path::LogicalPath,
    settings::Settings,
    span::PackedLines,
};
use rayon::prelude::*;

use super::{
    Links, RENDERED, STDIN_NAME, excluded_by, is_baseline,
    source::{Place, Source, Texts},
};
use crate::{
    config::{Configs, Folder},
    context::{Context, Known, Root},
    discover::discover,
    helm_render::{self, Part, Rendered, Rendering},
    input::{self, Input, checksum},
    listings::Listings,
    paths::shown,
};

/// Whether anything can be said of a file.
pub fn is_kept(facts: &FileFacts) -> bool {
    facts.manifests > 0
        || !facts.ignores.is_empty()
        || !facts.image_fields.is_empty()
        || facts.helm.is_some()
        || facts.chart.is_some()
        || facts.values.is_some()
        || facts.template.is_some()
}

pub struct ReadFile {
    pub source: Source,
    pub path: LogicalPath,
    pub facts: Box<FileFacts>,
    pub settings: Arc<Settings>,
    pub refused: Option<io::Error>,
    pub part: Part,
}

/// How many files of one folder are read in a row.
const PART: usize = 16;

/// A name that any file could have.
const ANY: &str = "_";

/// What is the same for all files of a folder.
struct Around {
    governing: Folder,
    /// Its path as it is shown, up to the name of a file.
    shown: String,
    /// Its logical path, up to the name of a file.
    logical: String,
}

impl Around {
    /// Notes on a file what is known of its folder.
    fn marks(&self, mut file: ReadFile) -> ReadFile {
        file.source.is_in_plain_folder = self.governing.is_plain;
        file
    }

    /// The path of a file as it is shown, and as the core knows it.
    fn names_of(&self, name: &str) -> (String, LogicalPath) {
        let joined = |folder: &str| [folder, name].concat();
        (joined(&self.shown), LogicalPath::new(joined(&self.logical)))
    }
}

/// Reads files by their configuration.
pub struct Reader<'r> {
    pub configs: &'r Configs,
    pub root: &'r Root,
    pub texts: &'r Texts,
    pub rendering: Rendering,
    pub listings: Option<&'r Listings>,
}

impl Reader<'_> {
    /// Reads a file, unless its configuration cannot be used: `configs` remembers why.
    fn file(&self, around: &Around, path: &Path) -> Option<ReadFile> {
        let (settings, limit) = self.configs.reading_in(&around.governing, path)?;
        let names = match path.file_name().map(OsStr::to_string_lossy) {
            Some(name) => around.names_of(&name),
            None => (shown(path), self.root.logical(path)),
        };
        let claim = |facts: &mut FileFacts| self.rendering.claim(path, facts);
        let place = |is_file, is_at_hand| {
            let path = path.to_path_buf();
            move |text: Cow<'_, str>| match (is_file, is_at_hand) {
                (true, true) => Place::Changed(path, text.into_owned()),
                (true, false) => Place::File(path),
                (false, _) => Place::Memory(text.into_owned()),
            }
        };
        if let Some(input) = self.texts.get(path, limit) {
            let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
            return Some(around.marks(read_input(
                input,
                names,
                settings,
                place(is_file, true),
                claim,
            )));
        }
        Some(around.marks(input::with_file(path, limit, |input, is_file| {
            read_input(input, names, settings, place(is_file, false), claim)
        })))
    }

    /// What is the same for all files of a folder.
    fn around(&self, folder: &Path) -> Around {
        let any = folder.join(ANY);
        let above = |path: &str| path.strip_suffix(ANY).unwrap_or(path).to_owned();
        Around {
            governing: self.configs.in_folder(folder, &|_| true),
            shown: above(&shown(&any)),
            logical: above(self.root.logical(&any).as_str()),
        }
    }

    pub fn stdin(&self, name: Option<&Path>) -> Option<ReadFile> {
        let path = name.unwrap_or(Path::new("stdin.yaml"));
        let (settings, limit) = self.configs.reading(path)?;
        let read = || input::read_all(io::stdin().lock(), limit).unwrap_or_else(Input::Refused);
        let known = self.texts.get(name.unwrap_or(Path::new(STDIN_NAME)), limit);
        let input = known.unwrap_or_else(read);
        let shown = name.map_or_else(|| STDIN_NAME.to_owned(), shown);
        let names = (shown, self.root.logical(path));
        let place = |text: Cow<'_, str>| Place::Memory(text.into_owned());
        Some(read_input(input, names, settings, place, |_| Part::None))
    }

    /// Reads what Helm made of the charts.
    pub fn rendered(&mut self) -> Vec<ReadFile> {
        let charts = std::mem::take(&mut self.rendering.charts);
        charts.into_par_iter().filter_map(|chart| self.rendered_chart(chart)).collect()
    }

    /// Reads what Helm made of a chart, by the settings of its templates.
    fn rendered_chart(&self, chart: Rendered) -> Option<ReadFile> {
        let Rendered { folder, output } = chart;
        let template = folder.join("templates/rendered.yaml");
        let (settings, limit) = self.configs.reading(&template)?;
        let name = format!("{}{RENDERED}", shown(&folder.join("Chart.yaml")));
        let input = input::read_all(output.as_slice(), limit).unwrap_or_else(Input::Refused);
        let read = |input| {
            let claim = |_: &mut FileFacts| Part::Output(folder.clone());
            // What has been rendered lies in no folder of templates.
            let path = self.root.logical(&folder.join("rendered.yaml"));
            let place = |text: Cow<'_, str>| Place::Memory(text.into_owned());
            read_input(input, (name.clone(), path), Arc::clone(&settings), place, claim)
        };
        let file = read(input);
        let Place::Memory(text) = &file.source.place else { return Some(file) };
        let left = helm_render::without_excluded(text, &file.facts, &folder, self.configs);
        Some(left.map(|left| read(Input::Text(Cow::Owned(left)))).unwrap_or(file))
    }

    /// Reads files in the order in which they are given, part by part. Those of a folder stand
    /// together, mostly.
    pub fn parts(&self, paths: &[PathBuf]) -> Vec<Vec<ReadFile>> {
        let folders = paths.chunk_by(|one, other| {
            one.parent().map(Path::as_os_str) == other.parent().map(Path::as_os_str)
        });
        let parts: Vec<_> = folders.flat_map(|files| files.chunks(PART)).collect();
        let read = parts.into_par_iter().map(|files| {
            let folder = files.first().and_then(|file| file.parent());
            let around = self.around(folder.unwrap_or(Path::new("")));
            files.iter().filter_map(|path| self.file(&around, path)).collect::<Vec<_>>()
        });
        read.collect()
    }

    fn files(&self, paths: &[PathBuf]) -> Vec<ReadFile> {
        self.parts(paths).into_iter().flatten().collect()
    }

    /// Reads what belongs to the given files.
    pub fn beside(&self, files: &[Vec<ReadFile>], given: &[PathBuf]) -> (Vec<ReadFile>, Links) {
        let own = LazyCell::new(|| files.iter().flatten().map(|file| file.path.clone()).collect());
        let mut context = Context::of(
            self.root,
            files.iter().map(Vec::len).sum(),
            files.iter().flatten().map(ReadFile::known),
        );
        let referrers = context.referrers(given, |folder| self.list(folder));
        let has_some = !referrers.is_empty();
        let mut beside = self.files(&self.unknown(referrers, &mut context));
        if has_some {
            for file in &beside {
                context.add(&file.known());
                self.note(file);
            }
            context.keep_related(&own);
        }
        loop {
            let more = self.files(&context.wanted());
            if more.is_empty() {
                break;
            }
            for file in &more {
                context.add(&file.known());
            }
            beside.extend(more);
        }
        for chart in context.charts(given, || &own) {
            beside.extend(self.files(&context.unread(self.list(&chart))));
        }
        beside.sort_by(|one, other| one.path.cmp(&other.path));
        (beside, context.links)
    }

    /// Which kustomizations have to be read to know what they name.
    fn unknown(&self, files: Vec<PathBuf>, context: &mut Context<'_>) -> Vec<PathBuf> {
        let Some(listings) = self.listings else { return files };
        let is_unknown = |file: &PathBuf| {
            let names = listings.names(file);
            names.map(|names| context.add_names(file, names)).is_none()
        };
        files.into_iter().filter(is_unknown).collect()
    }

    /// Takes note of what a kustomization names, for the next time.
    fn note(&self, file: &ReadFile) {
        let known = file.known();
        if let Some(listings) = self.listings
            && let Some(path) = file.source.path_on_disk()
            && let Some(names) = known.names()
        {
            listings.note(path, (file.path.clone(), names));
        }
    }

    /// The files below a folder that could be manifests.
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        match self.listings {
            Some(known) => known.below(folder, |folder| self.found(folder)),
            None => self.found(folder),
        }
    }

    fn found(&self, folder: &Path) -> Vec<PathBuf> {
        let found = discover(&[folder.to_path_buf()], &excluded_by(self.configs), false);
        found.files.into_iter().map(|found| found.path).filter(|path| !is_baseline(path)).collect()
    }
}

impl ReadFile {
    /// The folder of the chart that this is the rendering of.
    pub fn output(&self) -> Option<(&Path, &FileFacts)> {
        match &self.part {
            Part::Output(folder) => Some((folder, &self.facts)),
            Part::None | Part::Template(_) | Part::Values(_) => None,
        }
    }

    const fn known(&self) -> Known<'_> {
        Known { path: &self.path, facts: &self.facts }
    }
}

fn read_input(
    input: Input<'_>,
    (shown, path): (String, LogicalPath),
    settings: Arc<Settings>,
    place: impl FnOnce(Cow<'_, str>) -> Place,
    claim: impl FnOnce(&mut FileFacts) -> Part,
) -> ReadFile {
    let (text, mut facts, refused) = match input {
        Input::Text(text) => {
            let facts = extract(&path, &text, &settings);
            (text, facts, None)
        }
        Input::Skipped(skip) => (Cow::default(), skipped(skip), None),
        Input::Refused(error) => (Cow::default(), skipped(Skip::Unreadable), Some(error)),
    };
    let part = claim(&mut facts);
    let checksum = if is_kept(&facts) { checksum(&text) } else { 0 };
    let lines = if facts.uses.is_empty() { None } else { PackedLines::new(&text) };
    let (place, is_in_plain_folder) = (place(text), false);
    let source = Source { path: shown, place, checksum, is_in_plain_folder, lines };
    ReadFile { source, path, facts: Box::new(facts), settings, refused, part }
}

fn skipped(skip: Skip) -> FileFacts {
    FileFacts { skipped: Some(skip), ..FileFacts::default() }
}
