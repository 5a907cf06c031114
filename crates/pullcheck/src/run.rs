//! From paths to judged files, in parallel.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use pullcheck_core::{
    extract::extract,
    facts::{FileFacts, HelmFile, Skip},
    finding::{Finding, Severity},
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
    helm_render::{self, Origins, Part, Rendered, Rendering},
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
    /// Where what Helm rendered is written.
    pub origins: Origins,
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
    fn path_on_disk(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
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
        let mut files = discovery.files;
        let mut rendering = Rendering::default();
        if args.helm_render {
            rendering = helm_render::render(&files);
            gathered.trouble.append(&mut rendering.trouble);
        }
        let charts = std::mem::take(&mut rendering.charts);
        let charts: Vec<_> =
            charts.into_par_iter().filter_map(|chart| read_rendered(chart, configs)).collect();
        let outputs = charts.iter().filter_map(ReadFile::output);
        helm_render::add_sources(outputs, &mut files);
        let read = |found: &Found| read_file(found, configs, &rendering);
        read_files.par_extend(files.par_iter().filter_map(read));
        read_files.extend(charts);
    }
    gathered.take(read_files);
    gathered
}

impl Gathered {
    /// Takes what was read, in the order of the paths.
    fn take(&mut self, read_files: Vec<ReadFile>) {
        let (mut files, mut others) = (Vec::new(), Vec::new());
        for file in read_files {
            let path = file.source.path.clone();
            if let Some(skip) = file.facts.skipped {
                self.skipped.push((path.clone(), skip));
            }
            if let Some(refused) = file.refused {
                self.trouble.push(format!("cannot read `{path}`: {}", reason(&refused)));
            }
            if is_kept(&file.facts) {
                let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
                self.origins.note(id, file.source.path_on_disk(), file.part);
                files.push(SourceFile {
                    path: LogicalPath::new(path),
                    facts: file.facts,
                    settings: file.settings,
                });
                self.sources.push(file.source);
            } else if file.facts.skipped.is_none() {
                others.push(LogicalPath::new(path));
            }
        }
        for id in self.origins.outputs() {
            if let Some(file) = files.get_mut(id.0 as usize) {
                self.origins.split(&self.sources, id, &mut file.facts);
            }
        }
        self.project = Project::new(files, others);
    }
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
    part: Part,
}

impl ReadFile {
    /// The folder of the chart that this is the rendering of.
    fn output(&self) -> Option<(&Path, &FileFacts)> {
        match &self.part {
            Part::Output(folder) => Some((folder, &self.facts)),
            Part::None | Part::Template(_) | Part::Values(_) => None,
        }
    }
}

/// Reads a file, unless its configuration cannot be used: `configs` remembers why.
fn read_file(found: &Found, configs: &Configs, rendering: &Rendering) -> Option<ReadFile> {
    let (settings, limit) = configs.reading(&found.path)?;
    let input = read(&found.path, limit);
    let name = shown(&found.path);
    let place = |text| {
        // A pipe can be read once only.
        let is_file = std::fs::metadata(&found.path).is_ok_and(|metadata| metadata.is_file());
        if is_file { Place::File(found.path.clone()) } else { Place::Memory(text) }
    };
    let claim = |facts: &mut FileFacts| {
        if found.explicit {
            take_for_values(facts);
        }
        rendering.claim(&found.path, facts)
    };
    Some(read_input(input, name, settings, place, claim))
}

/// Reads what Helm made of a chart, by the settings of its templates.
fn read_rendered(chart: Rendered, configs: &Configs) -> Option<ReadFile> {
    let Rendered { folder, output } = chart;
    let (settings, limit) = configs.reading(&folder.join("templates/rendered.yaml"))?;
    let name = format!("{} (rendered)", shown(&folder.join("Chart.yaml")));
    let input = input::read_all(output.as_slice(), limit).unwrap_or_else(Input::Refused);
    let read = |input| {
        let claim = |_: &mut FileFacts| Part::Output(folder.clone());
        read_input(input, name.clone(), Arc::clone(&settings), Place::Memory, claim)
    };
    let file = read(input);
    let Place::Memory(text) = &file.source.place else { return Some(file) };
    let left = helm_render::without_excluded(text, &file.facts, &folder, configs);
    Some(left.map(|left| read(Input::Text(left))).unwrap_or(file))
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
    let claim = |facts: &mut FileFacts| {
        take_for_values(facts);
        Part::None
    };
    Some(read_input(input, shown, settings, Place::Memory, claim))
}

fn read_input(
    input: Input,
    path: String,
    settings: Arc<Settings>,
    place: impl FnOnce(String) -> Place,
    claim: impl FnOnce(&mut FileFacts) -> Part,
) -> ReadFile {
    let (text, mut facts, refused) = match input {
        Input::Text(text) => {
            let facts = extract(&LogicalPath::new(path.as_str()), &text, &settings);
            (text, facts, None)
        }
        Input::Skipped(skip) => (String::new(), skipped(skip), None),
        Input::Refused(error) => (String::new(), skipped(Skip::Unreadable), Some(error)),
    };
    let part = claim(&mut facts);
    let checksum = if is_kept(&facts) { checksum(&text) } else { 0 };
    let source = Source { path, place: place(text), checksum };
    ReadFile { source, facts, settings, refused, part }
}

fn skipped(skip: Skip) -> FileFacts {
    FileFacts { skipped: Some(skip), ..FileFacts::default() }
}

/// What the rules said of each file of a project, in the same order.
#[must_use]
pub fn judge_all(gathered: &Gathered, resolved: &Resolved<'_>) -> Vec<Judged> {
    let count = u32::try_from(resolved.project.files().len()).unwrap_or(u32::MAX);
    let found = (0..count).into_par_iter().map(FileId);
    let found = found.map(|id| resolved.file(id).map(|file| inspect(&file)).unwrap_or_default());
    let mut found = hand_over(found.collect());
    let rendered = judge_rendered(gathered, resolved, &mut found);
    let numbered = (0..count).into_par_iter().map(FileId).zip(found);
    let mut judged: Vec<_> = numbered.map(|(id, found)| settle(resolved, id, found)).collect();
    for (id, rendered) in rendered {
        if let Some(judged) = judged.get_mut(id.0 as usize) {
            *judged = rendered;
        }
    }
    judged
}

/// Judges what Helm rendered, and hands its findings over to the files that it comes from. What is
/// left stands in no file.
fn judge_rendered(
    gathered: &Gathered,
    resolved: &Resolved<'_>,
    found: &mut [Vec<Finding>],
) -> Vec<(FileId, Judged)> {
    let outputs = gathered
        .origins
        .outputs()
        .into_iter()
        .map(|id| (id, found.get_mut(id.0 as usize).map(std::mem::take).unwrap_or_default()));
    let outputs: Vec<_> = outputs.collect();
    let judged = outputs.into_par_iter().map(|(id, found)| {
        let mut judged = settle(resolved, id, found);
        if let Some(mut tracer) = gathered.origins.tracer(gathered, id) {
            judged.findings.iter_mut().for_each(|finding| tracer.lead_back(finding));
        }
        (id, judged)
    });
    let mut judged: Vec<_> = judged.collect();
    for (id, judged) in &mut judged {
        for mut finding in judged.findings.extract_if(.., |finding| finding.at.file != *id) {
            let file = finding.at.file;
            let level = |file| resolved.source(file)?.settings.levels.get(finding.rule);
            // A rule may have weighed the finding itself; that stays where the settings are the same.
            if let Some(own) = level(file).filter(|own| Some(*own) != level(*id)) {
                finding.severity = own;
            }
            if let Some(found) = found.get_mut(file.0 as usize) {
                found.push(finding);
            }
        }
    }
    judged
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
