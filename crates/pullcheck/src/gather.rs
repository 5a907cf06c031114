//! From paths to the facts of files, in parallel.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use pullcheck_core::{
    extract::extract,
    facts::{FileFacts, Skip},
    path::LogicalPath,
    resolve::{Others, Project, Resolved, SourceFile},
    settings::Settings,
    span::{FileId, LineIndex, PackedLines},
};
use rayon::prelude::*;

use crate::{
    args::{InputArgs, STDIN},
    config::{BASELINE, Configs, Folder},
    context::{Context, Known, Root},
    discover::{Excluded, Listed, discover},
    helm_render::{self, Origins, Part, Rendered, Rendering},
    input::{self, Input, checksum, reason},
    listings::Listings,
    paths::{absolute, shown},
};

/// How standard input is called where nobody names it.
pub const STDIN_NAME: &str = "<stdin>";

/// What stands behind the path of a chart where what Helm rendered is meant.
pub const RENDERED: &str = " (rendered)";

/// Everything that was read, ready to be judged or listed.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The files that hold something, in the order of their paths.
    pub project: Project,
    /// Where each of them is, in the same order.
    pub sources: Vec<Source>,
    /// What was passed over, by path.
    pub skipped: Vec<Skipped>,
    /// What the machine refused, one sentence each.
    pub trouble: Vec<String>,
    /// Where what Helm rendered is written.
    pub origins: Origins,
    /// The baselines that lie below the given paths.
    pub baselines: Vec<PathBuf>,
    /// Where the project begins: the root of the repository, if there is one.
    pub folder: PathBuf,
}

/// A file, or a part of one, that was passed over.
#[derive(Debug)]
pub struct Skipped {
    /// Its path as it is shown.
    pub path: String,
    /// Why.
    pub reason: Skip,
    /// Its number, where it holds something all the same.
    file: Option<FileId>,
}

impl Gathered {
    /// What was passed over, and not known by what a chart makes of it either.
    pub fn not_checked(&self, resolved: &Resolved<'_>) -> impl Iterator<Item = &Skipped> {
        let renderings = &resolved.renderings;
        self.skipped.iter().filter(|skipped| {
            let is_template = skipped.reason == Skip::HelmTemplate;
            !(is_template && skipped.file.is_some_and(|file| renderings.is_known(file)))
        })
    }
}

/// A file that findings can be shown in.
#[derive(Debug)]
pub struct Source {
    /// Its path as it is shown.
    pub path: String,
    place: Place,
    checksum: u64,
    /// Its lines, so that places can be told without reading it again.
    lines: Option<PackedLines>,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    /// A file with another text in its place.
    Changed(PathBuf, String),
    /// Standard input is kept: it can be read once only.
    Memory(String),
}

impl Source {
    /// The lines of its text, if they are known; where they are, columns count bytes.
    #[must_use]
    pub fn lines(&self) -> Option<LineIndex> {
        self.lines.as_ref().map(PackedLines::unpack)
    }

    /// Where it is, unless its text is kept.
    #[must_use]
    pub fn path_on_disk(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) | Place::Changed(path, _) => Some(path),
            Place::Memory(_) => None,
        }
    }

    /// Reads the text again.
    ///
    /// # Errors
    ///
    /// If the file cannot be read any more, or has changed since it was checked.
    pub fn text(&self) -> io::Result<String> {
        let text = match &self.place {
            Place::Memory(text) | Place::Changed(_, text) => return Ok(text.clone()),
            Place::File(path) => std::fs::read_to_string(path)?,
        };
        if checksum(&text) == self.checksum {
            Ok(text)
        } else {
            Err(io::Error::other("it changed while it was checked; run again"))
        }
    }
}

/// Texts that are judged in place of what is on the disk, by their absolute paths.
#[derive(Debug, Default)]
pub struct Texts(HashMap<PathBuf, String>);

impl Texts {
    /// These and others.
    #[must_use]
    pub fn with(&self, others: HashMap<PathBuf, String>) -> Self {
        let others = others.into_iter().map(|(path, text)| (absolute(&path), text));
        Self(self.0.clone().into_iter().chain(others).collect())
    }

    /// The text of standard input, which goes by this name.
    #[must_use]
    pub fn standard_input(&self, name: Option<&Path>) -> Option<&str> {
        self.0.get(&absolute(name.unwrap_or(Path::new(STDIN_NAME)))).map(String::as_str)
    }

    /// The text of a file, as though it had been read there: no more than `limit` bytes.
    fn get(&self, path: &Path, limit: u64) -> Option<Input<'_>> {
        if self.0.is_empty() {
            return None;
        }
        let text = self.0.get(&absolute(path))?;
        let is_too_large = text.len() as u64 > limit;
        let text = Cow::Borrowed(text.as_str());
        Some(if is_too_large { Input::Skipped(Skip::TooLarge) } else { Input::Text(text) })
    }
}

impl Gathered {
    /// What cannot be read a second time: standard input and pipes.
    #[must_use]
    pub fn read_once(&self) -> Texts {
        let texts = self.sources.iter().filter_map(|source| match &source.place {
            Place::Memory(text) => Some((absolute(Path::new(&source.path)), text.clone())),
            Place::File(_) | Place::Changed(..) => None,
        });
        Texts(texts.collect())
    }
}

/// Finds and reads the files, and what has to be read beside them.
#[must_use]
pub fn gather(args: &InputArgs, configs: &Configs) -> Gathered {
    gather_with(args, configs, &Texts::default())
}

/// The same with some texts at hand.
#[must_use]
pub fn gather_with(args: &InputArgs, configs: &Configs, texts: &Texts) -> Gathered {
    let (stdin, paths): (Vec<_>, Vec<_>) =
        args.paths.iter().cloned().partition(|path| path.as_os_str() == STDIN);
    let name = args.stdin_filename.as_deref();
    let given: Vec<PathBuf> = paths.iter().cloned().chain(name.map(Path::to_path_buf)).collect();
    let root = Root::of(given.first().map_or(Path::new("."), PathBuf::as_path));
    let (rendering, listings) = (Rendering::default(), None);
    let mut reader = Reader { configs, root: &root, texts, rendering, listings };
    let mut trouble = Vec::new();
    let (mut files, mut baselines) = (Vec::new(), Vec::new());
    let excluded = name.is_some_and(|name| args.force_exclude && configs.is_excluded(name, false));
    if !stdin.is_empty() && !excluded {
        files.extend(reader.stdin(name));
    }
    if !paths.is_empty() {
        let discovery = discover(&paths, &excluded_by(configs), args.force_exclude);
        trouble.extend(discovery.errors.iter().map(ToString::to_string));
        let mut found = discovery.files;
        baselines = found.extract_if(.., |found| is_baseline(&found.path)).collect();
        let mut charts = Vec::new();
        if args.helm_render {
            reader.rendering = helm_render::render(&found);
            trouble.append(&mut reader.rendering.trouble);
            charts = reader.rendered();
            helm_render::add_sources(charts.iter().filter_map(ReadFile::output), &mut found);
        }
        let found: Vec<_> = found.into_iter().map(|found| found.path).collect();
        files.extend(reader.files(&found));
        files.extend(charts);
    }
    let (context, links) =
        if files.is_empty() { Default::default() } else { reader.beside(&files, &given) };
    let mut gathered = settled(files, context, links);
    gathered.trouble.splice(0..0, trouble);
    gathered.folder.clone_from(&root.folder);
    gathered.baselines = baselines.into_iter().map(|found| found.path).collect();
    gathered
}

/// Reads texts of one project that are at hand, and what has to be read beside them.
#[must_use]
pub fn gather_texts(configs: &Configs, texts: &Texts, listings: &Listings) -> Gathered {
    let mut given: Vec<PathBuf> = texts.0.keys().cloned().collect();
    given.sort();
    let root = Root::of(given.first().map_or(Path::new("."), PathBuf::as_path));
    let (rendering, listings) = (Rendering::default(), Some(listings));
    let reader = Reader { configs, root: &root, texts, rendering, listings };
    let files = reader.files(&given);
    let (context, links) = reader.beside(&files, &given);
    let mut gathered = settled(files, context, links);
    gathered.folder.clone_from(&root.folder);
    gathered
}

/// What a configuration excludes.
pub fn excluded_by(configs: &Configs) -> impl Fn(Listed<'_>) -> Excluded + Sync {
    |folder| {
        let governing = configs.in_folder(folder.path, &|name| folder.may_hold(name));
        Box::new(move |path, is_dir| governing.excludes(path, is_dir))
    }
}

fn is_baseline(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == BASELINE)
}

/// Paths that lead through links, and where they lead to.
type Links = Vec<(LogicalPath, LogicalPath)>;

/// A project of the files that were given, and of those that were read for them.
fn settled(given: Vec<ReadFile>, context: Vec<ReadFile>, links: Links) -> Gathered {
    let mut gathered = Gathered::default();
    let (mut files, mut others) = (Vec::new(), Others { links, ..Others::default() });
    let context = context.into_iter().map(|file| (file, true));
    for (file, is_context) in given.into_iter().map(|file| (file, false)).chain(context) {
        let ReadFile { source, path, facts, settings, refused, part } = file;
        if let Some(skip) = facts.skipped {
            others.unread.push(path.clone());
            if !is_context {
                let file = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
                let file = is_kept(&facts).then_some(file);
                gathered.skipped.push(Skipped { path: source.path.clone(), reason: skip, file });
            }
        }
        if let Some(refused) = refused.filter(|_| !is_context) {
            let sentence = format!("cannot read `{}`: {}", source.path, reason(&refused));
            gathered.trouble.push(sentence);
        }
        if is_kept(&facts) {
            let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
            gathered.origins.note(id, source.path_on_disk(), part);
            files.push(SourceFile { path, facts, settings, is_context });
            gathered.sources.push(source);
        } else if facts.skipped.is_none() {
            others.empty.push(path);
        }
    }
    for id in gathered.origins.outputs() {
        if let Some(file) = files.get_mut(id.0 as usize) {
            gathered.origins.split(&gathered.sources, id, &mut file.facts);
        }
    }
    gathered.project = Project::new(files, others);
    gathered
}

/// Whether anything can be said of a file.
fn is_kept(facts: &FileFacts) -> bool {
    facts.manifests > 0
        || !facts.ignores.is_empty()
        || !facts.image_fields.is_empty()
        || facts.helm.is_some()
        || facts.chart.is_some()
        || facts.values.is_some()
        || facts.template.is_some()
}

struct ReadFile {
    source: Source,
    path: LogicalPath,
    facts: FileFacts,
    settings: Arc<Settings>,
    refused: Option<io::Error>,
    part: Part,
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
    /// The path of a file as it is shown, and as the core knows it.
    fn names_of(&self, name: &str) -> (String, LogicalPath) {
        let joined = |folder: &str| [folder, name].concat();
        (joined(&self.shown), LogicalPath::new(joined(&self.logical)))
    }
}

/// Reads files by their configuration.
struct Reader<'r> {
    configs: &'r Configs,
    root: &'r Root,
    texts: &'r Texts,
    rendering: Rendering,
    listings: Option<&'r Listings>,
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
            return Some(read_input(input, names, settings, place(is_file, true), claim));
        }
        Some(input::with_file(path, limit, |input, is_file| {
            read_input(input, names, settings, place(is_file, false), claim)
        }))
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

    fn stdin(&self, name: Option<&Path>) -> Option<ReadFile> {
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
    fn rendered(&mut self) -> Vec<ReadFile> {
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

    /// Reads files in the order in which they are given. Those of a folder stand together, mostly.
    fn files(&self, paths: &[PathBuf]) -> Vec<ReadFile> {
        let folders = paths.chunk_by(|one, other| {
            one.parent().map(Path::as_os_str) == other.parent().map(Path::as_os_str)
        });
        let parts: Vec<_> = folders.flat_map(|files| files.chunks(PART)).collect();
        let read = parts.into_par_iter().flat_map_iter(|files| {
            let folder = files.first().and_then(|file| file.parent());
            let around = self.around(folder.unwrap_or(Path::new("")));
            files.iter().filter_map(move |path| self.file(&around, path))
        });
        read.collect()
    }

    /// Reads what belongs to the given files.
    fn beside(&self, files: &[ReadFile], given: &[PathBuf]) -> (Vec<ReadFile>, Links) {
        let own: HashSet<_> = files.iter().map(|file| file.path.clone()).collect();
        let mut context = Context::of(self.root, files.iter().map(ReadFile::known));
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
        for chart in context.charts(given, &own) {
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
    fn output(&self) -> Option<(&Path, &FileFacts)> {
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
    let source = Source { path: shown, place: place(text), checksum, lines };
    ReadFile { source, path, facts, settings, refused, part }
}

fn skipped(skip: Skip) -> FileFacts {
    FileFacts { skipped: Some(skip), ..FileFacts::default() }
}
