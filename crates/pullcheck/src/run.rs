//! From paths to judged files, in parallel.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use pullcheck_core::{
    extract::extract,
    facts::{FileFacts, HelmFile, Skip},
    finding::Severity,
    image::is_filled_later,
    judge::{Judged, hand_over, inspect, settle},
    path::LogicalPath,
    resolve::{Project, Resolved, SourceFile},
    settings::Settings,
    span::FileId,
};
use rayon::prelude::*;

use crate::{
    args::InputArgs,
    config::Configs,
    discover::{Found, discover},
    input::{self, Input, checksum, read, reason},
    paths::shown,
};

/// The path that means standard input.
pub const STDIN: &str = "-";

/// Everything that was read, ready to be judged or listed.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The files that hold something, in the order of their paths.
    pub project: Project,
    /// Where each of them is, in the same order.
    pub sources: Vec<Source>,
    /// What was passed over, by path.
    pub skipped: Vec<(String, Skip)>,
    /// What the machine refused, one sentence each.
    pub trouble: Vec<String>,
}

/// A file that findings can be shown in.
#[derive(Debug)]
pub struct Source {
    /// Its path as it is shown.
    pub path: String,
    place: Place,
    checksum: u64,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    /// Standard input is kept: it can be read once only.
    Memory(String),
}

impl Source {
    /// Reads the text again.
    ///
    /// # Errors
    ///
    /// If the file cannot be read any more, or has changed since it was checked.
    pub fn text(&self) -> io::Result<String> {
        let text = match &self.place {
            Place::Memory(text) => return Ok(text.clone()),
            Place::File(path) => std::fs::read_to_string(path)?,
        };
        if checksum(&text) == self.checksum {
            Ok(text)
        } else {
            Err(io::Error::other("it changed while it was checked; run again"))
        }
    }
}

/// Finds and reads the files.
#[must_use]
pub fn gather(args: &InputArgs, configs: &Configs) -> Gathered {
    let mut gathered = Gathered::default();
    let mut read_files = Vec::new();
    let (stdin, paths): (Vec<_>, Vec<_>) =
        args.paths.iter().cloned().partition(|path| path.as_os_str() == STDIN);
    if !stdin.is_empty() {
        let name = args.stdin_filename.as_deref();
        let excluded =
            name.is_some_and(|name| args.force_exclude && configs.is_excluded(name, false));
        if !excluded {
            read_files.extend(read_stdin(name, configs));
        }
    }
    if !paths.is_empty() {
        let exclude = |path: &Path, is_dir: bool| configs.is_excluded(path, is_dir);
        let discovery = discover(&paths, &exclude, args.force_exclude);
        gathered.trouble.extend(discovery.errors.iter().map(ToString::to_string));
        read_files.par_extend(
            discovery.files.into_par_iter().filter_map(|found| read_file(found, configs)),
        );
    }
    let (mut files, mut others) = (Vec::new(), Vec::new());
    for file in read_files {
        let path = file.source.path.clone();
        if let Some(skip) = file.facts.skipped {
            gathered.skipped.push((path.clone(), skip));
        }
        if let Some(refused) = file.refused {
            gathered.trouble.push(format!("cannot read `{path}`: {}", reason(&refused)));
        }
        if is_kept(&file.facts) {
            files.push(SourceFile {
                path: LogicalPath::new(path),
                facts: file.facts,
                settings: file.settings,
            });
            gathered.sources.push(file.source);
        } else if file.facts.skipped.is_none() {
            others.push(LogicalPath::new(path));
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
}

struct ReadFile {
    source: Source,
    facts: FileFacts,
    settings: Arc<Settings>,
    refused: Option<io::Error>,
}

/// Reads a file, unless its configuration cannot be used: `configs` remembers why.
fn read_file(found: Found, configs: &Configs) -> Option<ReadFile> {
    let (settings, limit) = configs.reading(&found.path)?;
    let input = read(&found.path, limit);
    let name = shown(&found.path);
    let place = |text| {
        // A pipe can be read once only.
        let is_file = std::fs::metadata(&found.path).is_ok_and(|metadata| metadata.is_file());
        if is_file { Place::File(found.path) } else { Place::Memory(text) }
    };
    let explicit = found.explicit;
    let mut file = read_input(input, name, settings, place);
    if explicit {
        take_for_values(&mut file.facts);
    }
    Some(file)
}

/// A file that is named is what its name says, wherever it lies.
const fn take_for_values(facts: &mut FileFacts) {
    if matches!(facts.helm, Some(HelmFile::Values)) {
        facts.helm = Some(HelmFile::CertainValues);
    }
}

fn read_stdin(name: Option<&Path>, configs: &Configs) -> Option<ReadFile> {
    let path = name.unwrap_or(Path::new("stdin.yaml"));
    let (settings, limit) = configs.reading(path)?;
    let input = input::read_all(io::stdin().lock(), limit).unwrap_or_else(Input::Refused);
    let shown = name.map_or_else(|| "<stdin>".to_owned(), shown);
    let mut file = read_input(input, shown, settings, Place::Memory);
    take_for_values(&mut file.facts);
    Some(file)
}

fn read_input(
    input: Input,
    path: String,
    settings: Arc<Settings>,
    place: impl FnOnce(String) -> Place,
) -> ReadFile {
    let (text, facts, refused) = match input {
        Input::Text(text) => {
            let facts = extract(&LogicalPath::new(path.as_str()), &text, &settings);
            (text, facts, None)
        }
        Input::Skipped(skip) => (String::new(), skipped(skip), None),
        Input::Refused(error) => (String::new(), skipped(Skip::Unreadable), Some(error)),
    };
    let checksum = if is_kept(&facts) { checksum(&text) } else { 0 };
    ReadFile { source: Source { path, place: place(text), checksum }, facts, settings, refused }
}

fn skipped(skip: Skip) -> FileFacts {
    FileFacts { skipped: Some(skip), ..FileFacts::default() }
}

/// What the rules said of each file of a project, in the same order.
#[must_use]
pub fn judge_all(resolved: &Resolved<'_>) -> Vec<Judged> {
    let count = u32::try_from(resolved.project.files().len()).unwrap_or(u32::MAX);
    let found = (0..count).into_par_iter().map(FileId);
    let found = found.map(|id| resolved.file(id).map(|file| inspect(&file)).unwrap_or_default());
    let found = hand_over(found.collect());
    let numbered = (0..count).into_par_iter().map(FileId).zip(found);
    numbered.map(|(id, found)| settle(resolved, id, found)).collect()
}

/// The figures of a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Files with at least one manifest.
    pub files: usize,
    /// Images that are written in them.
    pub images: usize,
    /// Those of them that are filled in later, so that no rule speaks of them by default.
    pub placeholders: usize,
    /// Findings of each severity.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
    /// Findings that a suppression hides.
    pub suppressed: usize,
    /// Files with at least one finding.
    pub blamed: usize,
}

impl Summary {
    /// Counts.
    #[must_use]
    pub fn of(project: &Project, judged: &[Judged]) -> Self {
        let facts = || project.files().iter().map(|file| &file.facts);
        let count = |severity| {
            let findings = judged.iter().flat_map(|judged| &judged.findings);
            findings.filter(|finding| finding.severity == severity).count()
        };
        Self {
            files: facts().filter(|facts| facts.manifests > 0).count(),
            images: facts()
                .flat_map(|facts| &facts.uses)
                .filter(|used| used.image.is_some())
                .count(),
            placeholders: facts()
                .flat_map(|facts| &facts.uses)
                .filter(|used| used.image.is_some() && is_filled_later(used))
                .count(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            suppressed: judged.iter().map(|judged| judged.suppressed).sum(),
            blamed: judged.iter().filter(|judged| !judged.findings.is_empty()).count(),
        }
    }
}
