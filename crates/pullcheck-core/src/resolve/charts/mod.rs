//! Helm charts: which files belong to one, and what their templates make a cluster pull.

mod place;
mod stray;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Bound,
};

pub use self::place::{Placed, RenderedFile};
pub(super) use self::stray::drop_stray_values;
use super::SourceFile;
use crate::{
    extract::extract,
    facts::FileFacts,
    helm::{self, Chart, ChartInput, Rendered},
    path::LogicalPath,
    span::{At, FileId, Span},
};

/// How deep charts in charts are read.
const DEPTH: u32 = 16;

/// How many charts may belong to one, itself included.
const MOST_CHARTS: u32 = 200;

/// How many charts are rendered, each as often as others name it.
const MOST_IN_ALL: u32 = 10_000;

/// The charts of a project.
#[derive(Debug, Default)]
pub struct Charts<'p> {
    files: &'p [SourceFile],
    by_folder: BTreeMap<&'p str, (&'p Chart, FileId)>,
    /// The values of each chart by its folder.
    values: HashMap<&'p str, (FileId, &'p helm::Values)>,
    /// The templates of each chart by its folder, with their paths in it.
    templates: HashMap<&'p str, Vec<(FileId, &'p str)>>,
}

/// What the templates of a chart make a cluster pull.
#[derive(Debug)]
pub struct RenderedChart {
    /// The file `Chart.yaml` of the chart.
    pub chart: FileId,
    /// What each of its templates renders.
    pub files: Vec<RenderedFile>,
}

impl<'p> Charts<'p> {
    /// The charts of some files.
    #[must_use]
    pub fn of(files: &'p [SourceFile]) -> Self {
        let numbered = || files.iter().zip((0..).map(FileId));
        let chart = |(file, id): (&'p SourceFile, FileId)| {
            Some((file.path.folder(), (file.facts.chart.as_deref()?, id)))
        };
        let by_folder: BTreeMap<_, _> = numbered().filter_map(chart).collect();
        let mut templates: HashMap<_, Vec<_>> = HashMap::new();
        if !by_folder.is_empty() {
            for (file, id) in numbered().filter(|(file, _)| file.facts.template.is_some()) {
                if let Some((folder, path)) = within(&file.path, &by_folder) {
                    templates.entry(folder).or_default().push((id, path));
                }
            }
        }
        let values = numbered().filter_map(|(file, id)| {
            let values = file.facts.values.as_deref()?;
            is_own_values(&file.path).then(|| (file.path.folder(), (id, values)))
        });
        Self { files, values: values.collect(), by_folder, templates }
    }

    /// The charts that stand alone, ready to be rendered: those in the `charts` of another are
    /// rendered with that, and libraries render nothing.
    #[must_use]
    pub fn inputs(&self) -> Vec<ChartInput<'p>> {
        let charts = self.by_folder.iter();
        let alone = charts.filter(|(folder, (chart, _))| {
            let above = folder.rsplit_once('/').and_then(|(above, _)| above.strip_suffix("charts"));
            let above = above.map(|above| above.trim_end_matches('/'));
            !chart.is_library && above.is_none_or(|above| !self.by_folder.contains_key(above))
        });
        let mut left_in_all = MOST_IN_ALL;
        let inputs = alone.filter_map(|(folder, (chart, _))| {
            let name = chart.name.as_ref().map_or("", |name| &name.text);
            let most = MOST_CHARTS.min(left_in_all);
            let mut left = most;
            let input = self.input(folder, name, DEPTH, &mut left);
            left_in_all -= most - left;
            input
        });
        inputs.filter(|input| has_templates(input)).collect()
    }

    fn input(
        &self,
        folder: &'p str,
        name: &str,
        depth: u32,
        left: &mut u32,
    ) -> Option<ChartInput<'p>> {
        let &(chart, id) = self.by_folder.get(folder)?;
        *left = left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let templates = self.templates.get(folder).into_iter().flatten();
        let templates = templates.filter_map(|&(id, path)| {
            Some((id, path, self.files.get(id.0 as usize)?.facts.template.as_deref()?))
        });
        let mut subcharts = Vec::new();
        for (below, names) in self.below(folder, chart, id) {
            let inputs = names.iter().filter_map(|name| self.input(below, name, depth, left));
            subcharts.extend(inputs);
        }
        Some(ChartInput {
            name: name.into(),
            chart: (chart, id),
            layers: self.values.get(folder).copied().into_iter().collect(),
            templates: templates.collect(),
            subcharts,
        })
    }

    /// The charts that belong to a chart, each under the names that it is known by: those in its
    /// `charts`, and those that its dependencies name by a `file://` address.
    fn below(&self, folder: &str, chart: &Chart, id: FileId) -> Vec<(&'p str, Vec<Box<str>>)> {
        let own =
            if folder.is_empty() { "charts/".to_owned() } else { format!("{folder}/charts/") };
        let in_charts =
            self.by_folder.range::<str, _>((Bound::Included(own.as_str()), Bound::Unbounded));
        let in_charts = in_charts.take_while(|(below, _)| below.starts_with(own.as_str()));
        let direct = in_charts
            .filter(|(below, _)| !below.get(own.len()..).unwrap_or_default().contains('/'));
        let mut below: Vec<_> = direct.map(|(below, _)| *below).collect();
        let path = self.files.get(id.0 as usize).map(|file| &file.path);
        let named = chart.dependencies.iter().filter_map(|dependency| {
            let address = dependency.repository.as_ref()?.text.strip_prefix("file://")?;
            let folder = path?.join(address)?;
            self.by_folder.get_key_value(folder.as_str()).map(|(folder, _)| *folder)
        });
        below.extend(named);
        let mut seen = HashSet::new();
        below.retain(|below| *below != folder && seen.insert(*below));
        below.into_iter().map(|below| (below, self.names(below, chart))).collect()
    }

    /// What a chart calls one that belongs to it.
    fn names(&self, folder: &str, parent: &Chart) -> Vec<Box<str>> {
        let own = self.by_folder.get(folder).and_then(|(chart, _)| chart.name.as_ref());
        let own =
            own.map_or_else(|| folder.rsplit('/').next().unwrap_or_default(), |name| &name.text);
        let named = parent.dependencies.iter().filter(|dependency| &*dependency.name == own);
        let keys: Vec<Box<str>> = named.map(|dependency| dependency.key().into()).collect();
        if keys.is_empty() { vec![own.into()] } else { keys }
    }

    /// Renders a chart, and finds the images in it.
    #[must_use]
    pub fn render(&self, input: &ChartInput<'p>) -> RenderedChart {
        let rendered = helm::render(input).into_iter().filter_map(|rendered| {
            let source = self.files.get(rendered.template.0 as usize)?;
            let read = |text: &str| extract(&source.path, text, &source.settings);
            let mut facts = read(&rendered.text);
            if !is_read(&facts) && !rendered.assumed.is_empty() {
                // What is off by default may not fit what is on.
                facts = read(&without_assumed(&rendered));
            }
            let action_from = |at: At| {
                let facts = &self.files.get(at.file.0 as usize)?.facts;
                facts.template.as_ref()?.action_from(at.span.end)
            };
            Some(RenderedFile::of(&rendered, facts, action_from))
        });
        RenderedChart { chart: input.chart.1, files: rendered.collect() }
    }
}

/// The values that a chart brings along are always called `values.yaml`.
fn is_own_values(path: &LogicalPath) -> bool {
    path.name() == "values.yaml"
}

/// Whether all of a text could be read.
fn is_read(facts: &FileFacts) -> bool {
    facts.skipped.is_none() && facts.broken.is_empty()
}

/// A rendered text without what is off by default; all else stays where it is.
fn without_assumed(rendered: &Rendered) -> String {
    let mut assumed = rendered.assumed.iter().peekable();
    let mut text = String::with_capacity(rendered.text.len());
    for (at, c) in rendered.text.char_indices() {
        let at = Span::of(0..at).end;
        while assumed.next_if(|range| range.end <= at).is_some() {}
        let is_off = assumed.peek().is_some_and(|range| range.start <= at) && c != '\n';
        if is_off {
            text.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            text.push(c);
        }
    }
    text
}

fn has_templates(input: &ChartInput<'_>) -> bool {
    !input.templates.is_empty() || input.subcharts.iter().any(has_templates)
}

/// The folder of the chart that a template belongs to, and its path in that.
fn within<'p>(
    path: &'p LogicalPath,
    charts: &BTreeMap<&'p str, (&'p Chart, FileId)>,
) -> Option<(&'p str, &'p str)> {
    let text = path.as_str();
    if text.starts_with("templates/") && charts.contains_key("") {
        return Some(("", text));
    }
    let mut folders = text.match_indices("/templates/");
    folders.find_map(|(at, _)| {
        let (folder, _) = charts.get_key_value(text.get(..at)?)?;
        Some((*folder, text.get(at + 1..)?))
    })
}

/// The rendered templates of all charts, by their files.
#[derive(Debug, Default)]
pub struct Renderings {
    charts: Vec<RenderedChart>,
    by_template: HashMap<FileId, Vec<(usize, usize)>>,
    /// The lines with images in each file, and one image that each of them holds: the numbers of
    /// the chart, of the file in it and of the image.
    lines: HashMap<FileId, BTreeMap<Span, (usize, usize, usize)>>,
    /// The places of values of which templates make images.
    pub used: HashSet<At>,
}

impl Renderings {
    /// Puts the charts in order.
    #[must_use]
    pub fn of(charts: Vec<RenderedChart>) -> Self {
        let mut by_template: HashMap<_, Vec<_>> = HashMap::new();
        let mut used = HashSet::new();
        let mut lines: HashMap<FileId, _> = HashMap::new();
        for (chart, rendered) in charts.iter().enumerate() {
            for (number, file) in rendered.files.iter().enumerate() {
                by_template.entry(file.template).or_default().push((chart, number));
                for (image, placed) in file.places.iter().enumerate() {
                    let Some(placed) = placed else { continue };
                    let of_file: &mut BTreeMap<_, _> = lines.entry(placed.line.file).or_default();
                    of_file.entry(placed.line.span).or_insert((chart, number, image));
                }
                used.extend(file.places.iter().flatten().flat_map(|placed| &placed.leaves));
            }
        }
        Self { charts, by_template, lines, used }
    }

    /// What was read in a template as the first of its charts renders it.
    #[must_use]
    pub fn first(&self, template: FileId) -> Option<&FileFacts> {
        self.of_template(template).next().map(|(_, file)| &file.facts)
    }

    /// Whether all that a template renders could be read.
    #[must_use]
    pub fn is_known(&self, template: FileId) -> bool {
        self.has(template) && self.of_template(template).all(|(_, file)| is_read(&file.facts))
    }

    /// Whether what a template says is known by what it renders.
    #[must_use]
    pub fn has(&self, template: FileId) -> bool {
        self.by_template.contains_key(&template)
    }

    /// All renderings, each with the file of its chart and its number among those of its template.
    pub fn files(&self) -> impl Iterator<Item = (FileId, usize, &RenderedFile)> {
        self.by_template.keys().flat_map(|template| {
            let files = self.of_template(*template).enumerate();
            files.map(|(number, (chart, file))| (chart, number, file))
        })
    }

    /// Whether images are put in in a file: a template, or one with definitions for others.
    #[must_use]
    pub fn has_lines(&self, file: FileId) -> bool {
        self.lines.contains_key(&file)
    }

    /// The lines with images in a file, each with an image that it holds.
    pub fn lines(&self, file: FileId) -> impl Iterator<Item = (&RenderedFile, usize)> {
        let lines = self.lines.get(&file).into_iter().flat_map(BTreeMap::values);
        lines.filter_map(|&(chart, number, image)| {
            Some((self.charts.get(chart)?.files.get(number)?, image))
        })
    }

    /// What a template renders, with the file of the chart; once for each chart that it belongs to.
    pub fn of_template(&self, template: FileId) -> impl Iterator<Item = (FileId, &RenderedFile)> {
        let places = self.by_template.get(&template).into_iter().flatten();
        places.filter_map(|&(chart, number)| {
            let rendered = self.charts.get(chart)?;
            Some((rendered.chart, rendered.files.get(number)?))
        })
    }
}
