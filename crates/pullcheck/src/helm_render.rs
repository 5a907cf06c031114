//! Charts as the `helm` on this machine renders them, only where `--helm-render` asks for it.
//!
//! What comes out is judged in the place of the chart's templates and values. [`Origins`] leads from
//! there back to the lines that people wrote.

mod chart;
mod origin;
mod page;

use std::{
    collections::HashSet,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use pullcheck_core::{
    facts::{FileFacts, HelmFile, ImageUse},
    span::Span,
};
use rayon::prelude::*;

use self::chart::{Chart, charts};
pub use self::origin::{Origins, Tracer};
use crate::{
    config::Configs,
    discover::Found,
    input::reason,
    paths::{absolute, shown},
};

/// What Helm made of the charts.
#[derive(Debug, Default)]
pub struct Rendering {
    /// The charts that it rendered, in the order of their folders.
    pub charts: Vec<Rendered>,
    /// What it refused, one sentence each.
    pub trouble: Vec<String>,
    folders: HashSet<PathBuf>,
}

/// A chart and what Helm printed.
#[derive(Debug)]
pub struct Rendered {
    /// The folder of the chart, as it was found.
    pub folder: PathBuf,
    /// What Helm printed.
    pub output: Vec<u8>,
}

/// What a file is to a rendering.
#[derive(Debug, Default)]
pub enum Part {
    /// Nothing.
    #[default]
    None,
    /// A template, which is judged by what came out, and what must not be shown of it.
    Template(Vec<Span>),
    /// The values that the templates were rendered with, and the images in them.
    Values(Vec<ImageUse>),
    /// What came out of the chart in this folder.
    Output(PathBuf),
}

/// Renders the charts among files, each with its own values.
#[must_use]
pub fn render(files: &[Found]) -> Rendering {
    let charts = charts(files);
    let rendered: Vec<_> = charts.par_iter().map(run).collect();
    let mut rendering = Rendering::default();
    for (chart, output) in charts.into_iter().zip(rendered) {
        match output {
            Ok(output) => {
                rendering.folders.insert(absolute(&chart.folder));
                rendering.charts.push(Rendered { folder: chart.folder, output });
            }
            Err(sentence) if rendering.trouble.contains(&sentence) => {}
            Err(sentence) => rendering.trouble.push(sentence),
        }
    }
    rendering
}

/// Runs Helm. It is given no way to fetch anything.
fn run(chart: &Chart) -> Result<Vec<u8>, String> {
    let output = Command::new("helm")
        .arg("template")
        .args(&chart.release)
        .arg(absolute(&chart.folder))
        .stdin(Stdio::null())
        .output();
    let folder = shown(&absolute(&chart.folder));
    match output {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => {
            Err(format!("helm cannot render the chart `{folder}`: {}", complaint(&output)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Err(
            "`--helm-render` needs `helm` on PATH; install it from https://helm.sh or leave the option out"
                .to_owned(),
        ),
        Err(error) => Err(format!("cannot run `helm`: {}", reason(&error))),
    }
}

/// The line in which Helm says what is wrong; warnings may stand before it.
fn complaint(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    let mut lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines.clone().find_map(|line| line.strip_prefix("Error: "));
    let line = error.or_else(|| lines.next()).map(str::to_owned);
    line.unwrap_or_else(|| output.status.to_string())
}

impl Rendering {
    /// What is left to be judged of a file, and what it is to the rendering.
    pub fn claim(&self, path: &Path, facts: &mut FileFacts) -> Part {
        if self.folders.is_empty() {
            return Part::None;
        }
        let path = absolute(path);
        let folder = path.ancestors().skip(1).find(|above| self.folders.contains(*above));
        let Some(below) = folder.and_then(|folder| path.strip_prefix(folder).ok()) else {
            return Part::None;
        };
        match chart::own_path(below) {
            Some(own) if own.starts_with("templates") => {
                let confidential = std::mem::take(&mut facts.confidential);
                let helm = Some(HelmFile::Rendered);
                let hidden = confidential.clone();
                *facts = FileFacts { helm, confidential, ..FileFacts::default() };
                Part::Template(hidden.into_iter().collect())
            }
            Some(own) if own == Path::new("values.yaml") => {
                facts.helm = Some(HelmFile::Rendered);
                facts.pods.clear();
                Part::Values(std::mem::take(&mut facts.uses).into_iter().collect())
            }
            _ => Part::None,
        }
    }
}

/// Adds the files that a rendering comes from, where they are not among those that were found.
pub fn add_sources<'r>(
    renderings: impl Iterator<Item = (&'r Path, &'r FileFacts)>,
    files: &mut Vec<Found>,
) {
    let mut known: HashSet<PathBuf> = files.iter().map(|found| absolute(&found.path)).collect();
    let before = files.len();
    for (folder, facts) in renderings {
        let sources: HashSet<&str> = facts.rendered.iter().map(|it| &*it.source).collect();
        let paths = sources.into_iter().flat_map(|source| chart::places(folder, source).all());
        for path in paths {
            // Links are not followed here either.
            let is_file = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
            if is_file && known.insert(absolute(&path)) {
                files.push(Found { path, explicit: false });
            }
        }
    }
    if files.len() > before {
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// A rendering without the documents whose templates the project excludes; nothing if it excludes
/// none.
#[must_use]
pub fn without_excluded(
    text: &str,
    facts: &FileFacts,
    folder: &Path,
    configs: &Configs,
) -> Option<String> {
    let is_excluded =
        |source: &str| configs.is_excluded(&chart::places(folder, source).template, false);
    let mut left = String::new();
    let mut reached = 0;
    for document in facts.rendered.iter().filter(|document| is_excluded(&document.source)) {
        let range = document.span.range();
        left.push_str(text.get(reached..range.start).unwrap_or_default());
        reached = range.end;
    }
    left.push_str(text.get(reached..).unwrap_or_default());
    (reached > 0).then_some(left)
}
