//! From paths to the facts of files, in parallel.

mod reader;
mod source;

pub use source::{Source, Texts};

use std::path::{Path, PathBuf};

use pullcheck_core::{
    facts::Skip,
    path::LogicalPath,
    resolve::{Others, Project, Resolved, SourceFile},
    span::FileId,
};

use self::{
    reader::{ReadFile, Reader, is_kept},
    source::Place,
};
use crate::{
    args::{InputArgs, STDIN},
    config::{BASELINE, Configs},
    context::Root,
    discover::{Excluded, Listed, discover},
    helm_render::{self, Origins, Rendering},
    input::reason,
    listings::Listings,
    paths::absolute,
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
        files.push(reader.stdin(name).into_iter().collect());
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
        files.append(&mut reader.parts(&found));
        files.push(charts);
    }
    let (context, links) = if files.iter().all(Vec::is_empty) {
        Default::default()
    } else {
        reader.beside(&files, &given)
    };
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
    let files = reader.parts(&given);
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
fn settled(given: Vec<Vec<ReadFile>>, context: Vec<ReadFile>, links: Links) -> Gathered {
    let mut gathered = Gathered::default();
    let (mut files, mut others) = (Vec::new(), Others { links, ..Others::default() });
    let count = given.iter().flatten().chain(&context).filter(|file| is_kept(&file.facts)).count();
    files.reserve_exact(count);
    gathered.sources.reserve_exact(count);
    let context = context.into_iter().map(|file| (file, true));
    for (file, is_context) in given.into_iter().flatten().map(|file| (file, false)).chain(context) {
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
