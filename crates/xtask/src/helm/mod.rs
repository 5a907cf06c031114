//! Does `pullcheck images` name the images that `helm template` makes of each line of a chart?

mod charts;
mod instrument;
mod judge;
mod rendered;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    path::Path,
};

use rayon::prelude::*;

use crate::{
    inventory,
    offline::{Answer, Offline},
    refusals::{Reasons, Refusals},
    tools,
};
use charts::Chart;
use judge::{Tally, Truth};
use rendered::Line;

/// Why `helm template` refuses.
const REASONS: Reasons = &[
    ("took more than", "too slow"),
    ("library charts are not installable", "a library"),
    ("missing in charts/ directory", "missing dependencies"),
    ("chart requires kubeVersion", "another version of Kubernetes"),
    ("values don't meet the specifications of the schema", "values against the schema"),
    ("execution error at", "a value is demanded"),
    ("nil pointer evaluating", "a value is missing"),
    ("parse error at", "a template that cannot be parsed"),
    ("YAML parse error", "the output is no YAML"),
    ("validation: ", "a broken Chart.yaml"),
    ("cannot load Chart.yaml", "a broken Chart.yaml"),
    ("cannot load values", "a broken values.yaml"),
];
/// The version of Kubernetes that charts are rendered for: the one that this version of Helm is
/// released with. Its build from the sources alone says 1.20, which many charts refuse.
const KUBERNETES: &str = "v1.37.0";

/// A chart rendered with its defaults.
struct Rendering {
    text: String,
    /// The marked lines; nothing where the chart does not render with marks.
    marked: Option<BTreeSet<Line>>,
}

/// Compares all charts below a directory. Tells whether no line is wrong.
pub fn run(directory: &Path, program: &Path, show: usize) -> io::Result<bool> {
    let helm = tools::program("helm")?;
    let offline = Offline::new()?;
    let charts = charts::read(directory);
    let rows = inventory::of_directory(program, directory)?;
    let renderings: Vec<_> = charts
        .par_iter()
        .map(|chart| render(&offline, &helm, &directory.join(&chart.0)))
        .collect::<io::Result<_>>()?;
    let mut refused = Refusals::default();
    let mut rendered = Vec::new();
    for (chart, rendering) in charts.iter().zip(renderings) {
        match rendering {
            Ok(rendering) => rendered.push((chart, rendering)),
            Err(complaint) => refused.add(REASONS, &chart.file("Chart.yaml"), &complaint),
        }
    }
    let mut tally = Tally::default();
    let unmarked = rendered.iter().filter(|(_, rendering)| rendering.marked.is_none()).count();
    let count = rendered.len();
    for (chart, truth) in truths(program, rendered)? {
        tally.add(chart, &rows, &truth);
    }
    let mut out = io::stdout().lock();
    refused.print(&mut out, show)?;
    tally.print(&mut out, show)?;
    writeln!(
        out,
        "{count} charts rendered, {unmarked} of them not instrumented; {} refused",
        refused.count()
    )?;
    Ok(tally.wrong.is_empty())
}

/// Renders a copy with marks or, where that fails, the chart itself; the complaint if it refuses.
fn render(offline: &Offline, helm: &Path, chart: &Path) -> io::Result<Result<Rendering, String>> {
    let copy = tempfile::tempdir()?;
    let marked = charts::copy(chart, copy.path())?;
    let arguments = ["template", "release", ".", "--kube-version", KUBERNETES];
    let template = |place| offline.run(helm, &arguments, place);
    if let Answer::Accepted(text) = template(copy.path())? {
        return Ok(Ok(Rendering { text, marked: Some(marked) }));
    }
    Ok(match template(chart)? {
        Answer::Accepted(text) => Ok(Rendering { text, marked: None }),
        Answer::Refused(complaint) => Err(complaint),
    })
}

/// What the charts render, in full names.
fn truths<'a>(
    program: &Path,
    rendered: Vec<(&'a Chart, Rendering)>,
) -> io::Result<Vec<(&'a Chart, Truth)>> {
    let lines: Vec<_> =
        rendered.iter().map(|(_, rendering)| rendered::images(&rendering.text)).collect();
    let written = lines.iter().flat_map(BTreeMap::values).flatten().cloned().collect();
    let names = full_names(program, &written)?;
    let name = |written: &String| names.get(written).unwrap_or(written).clone();
    rendered
        .into_par_iter()
        .zip(lines)
        .map(|((chart, rendering), lines)| {
            let rendered: BTreeMap<Line, BTreeSet<String>> = lines
                .into_iter()
                .map(|(line, images)| (line, images.iter().map(name).collect()))
                .collect();
            let rows = inventory::of_text(program, &rendering.text)?;
            let all = rows.iter().map(|row| row.pulled().to_owned());
            let all = all.chain(rendered.values().flatten().cloned()).collect();
            Ok((chart, Truth { marked: rendering.marked.unwrap_or_default(), rendered, all }))
        })
        .collect()
}

/// The full names of images as the program reads them in a pod; those without one are left out.
fn full_names(program: &Path, written: &BTreeSet<String>) -> io::Result<BTreeMap<String, String>> {
    let pods = written.iter().enumerate().map(|(number, image)| {
        let pod = serde_json::json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"},
            "spec": {"containers": [{"name": number.to_string(), "image": image}]},
        });
        format!("---\n{pod}\n")
    });
    let rows = inventory::of_text(program, &pods.collect::<String>())?;
    let pulled: BTreeMap<_, _> =
        rows.iter().filter_map(|row| Some((row.container.as_deref()?, row.pulled()))).collect();
    let names = written.iter().enumerate().filter_map(|(number, image)| {
        Some((image.clone(), (*pulled.get(number.to_string().as_str())?).to_owned()))
    });
    Ok(names.collect())
}
