//! Our rows of a chart against what it renders.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use super::{charts::Chart, rendered::Line};
use crate::inventory::Row;

/// What a chart renders with its defaults. Images have their full names, as rows do.
#[derive(Debug, Default)]
pub struct Truth {
    /// The lines that bear a mark.
    pub marked: BTreeSet<Line>,
    /// What those that were rendered became.
    pub rendered: BTreeMap<Line, BTreeSet<String>>,
    /// All images that were rendered, whichever line they are from.
    pub all: BTreeSet<String>,
}

/// How often something is among what was rendered, and how often not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Among {
    pub rendered: usize,
    pub not_rendered: usize,
}

/// A line of a template for which we name another image than Helm.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub place: String,
    pub ours: String,
    pub theirs: BTreeSet<String>,
}

/// What became of the rows of all charts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: usize,
    pub wrong: Vec<Wrong>,
    /// Resolved, on a line that the defaults do not render.
    pub not_rendered: usize,
    /// Resolved, on a line without a mark: only all images of the chart can be looked at.
    pub unmarked: Among,
    /// Not resolved.
    pub not_judged: usize,
    /// Lines that were rendered and have no row at all.
    pub unseen: usize,
    /// Images that stand in the files of values.
    pub values: Among,
}

impl Among {
    fn add(&mut self, all: &BTreeSet<String>, image: &str) {
        if all.contains(image) {
            self.rendered += 1;
        } else {
            self.not_rendered += 1;
        }
    }
}

impl Tally {
    /// Judges the rows of a chart.
    pub fn add(&mut self, chart: &Chart, rows: &[Row], truth: &Truth) {
        let root = chart.file("Chart.yaml");
        let mut unseen: BTreeSet<&Line> = truth.rendered.keys().collect();
        for row in rows {
            let Some(path) = chart.inner(&row.path) else { continue };
            match row.role.as_str() {
                "values" => {
                    row.through(&root).for_each(|image| self.values.add(&truth.all, image));
                }
                // What lies in another folder of the chart is no template of it.
                _ if path.starts_with("templates/") || path.starts_with("charts/") => {
                    let line = (path.to_owned(), row.line());
                    unseen.remove(&line);
                    self.template(&root, row, &line, truth);
                }
                _ => {}
            }
        }
        self.unseen += unseen.len();
    }

    fn template(&mut self, root: &str, row: &Row, line: &Line, truth: &Truth) {
        let mut resolved = false;
        for image in row.through(root) {
            resolved = true;
            match truth.rendered.get(line) {
                Some(images) if images.contains(image) => self.right += 1,
                Some(images) => self.wrong.push(Wrong {
                    place: format!("{}:{}", row.path, row.line()),
                    ours: image.to_owned(),
                    theirs: images.clone(),
                }),
                None if truth.marked.contains(line) => self.not_rendered += 1,
                None => self.unmarked.add(&truth.all, image),
            }
        }
        self.not_judged += usize::from(!resolved);
    }

    /// Prints the wrong lines, and the totals.
    pub fn print(&self, out: &mut impl Write, show: usize) -> io::Result<()> {
        for wrong in self.wrong.iter().take(show) {
            writeln!(out, "wrong {}", wrong.place)?;
            writeln!(out, "  ours: {}", wrong.ours)?;
            for image in &wrong.theirs {
                writeln!(out, "  theirs: {image}")?;
            }
        }
        let Among { rendered, not_rendered } = &self.unmarked;
        writeln!(
            out,
            "templates: {} right, {} wrong, {} not rendered with the defaults, {} not judged",
            self.right,
            self.wrong.len(),
            self.not_rendered,
            self.not_judged,
        )?;
        writeln!(out, "lines without a mark: {rendered} rendered, {not_rendered} not rendered")?;
        writeln!(out, "rendered lines without a row: {}", self.unseen)?;
        let Among { rendered, not_rendered } = &self.values;
        writeln!(out, "values: {rendered} rendered, {not_rendered} not rendered")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory;

    fn row(role: &str, path: &str, line: usize, effective: &[(&str, &str)]) -> Value {
        let effective: Vec<_> = effective
            .iter()
            .map(|(image, root)| json!({"image": image, "policy": null, "root": root}))
            .collect();
        json!({
            "path": path, "range": {"start": {"line": line, "column": 3, "byte": 90}},
            "container": null, "role": role, "image": "{{ x }}", "effective": effective,
        })
    }

    fn tally(rows: &[Value]) -> Tally {
        let json = json!({"version": 1, "images": rows}).to_string();
        let line = |line| ("templates/web.yaml".to_owned(), line);
        let images = |images: &[&str]| images.iter().map(|&image| image.to_owned()).collect();
        let truth = Truth {
            marked: [1, 2, 3].map(line).into(),
            rendered: BTreeMap::from([
                (line(1), images(&["a:1", "a:2"])),
                (line(2), images(&["b:1"])),
            ]),
            all: images(&["a:1", "a:2", "b:1", "c:1"]),
        };
        let mut tally = Tally::default();
        tally.add(&Chart("web".to_owned()), &inventory::of_json(json.as_bytes()).unwrap(), &truth);
        tally
    }

    #[test]
    fn a_line_is_held_against_what_it_became() {
        const ROOT: &str = "web/Chart.yaml";
        const FILE: &str = "web/templates/web.yaml";
        let among = |rendered, not_rendered| Among { rendered, not_rendered };
        let unseen = |unseen| Tally { unseen, ..Tally::default() };
        let cases = [
            (row("template", FILE, 1, &[("a:2", ROOT)]), Tally { right: 1, ..unseen(1) }),
            (row("template", FILE, 1, &[]), Tally { not_judged: 1, ..unseen(1) }),
            (
                row("template", FILE, 1, &[("a:2", "x/Chart.yaml")]),
                Tally { not_judged: 1, ..unseen(1) },
            ),
            (row("template", FILE, 3, &[("a:2", ROOT)]), Tally { not_rendered: 1, ..unseen(2) }),
            (
                row("template", FILE, 4, &[("c:1", ROOT)]),
                Tally { unmarked: among(1, 0), ..unseen(2) },
            ),
            (
                row("template", FILE, 4, &[("d:1", ROOT)]),
                Tally { unmarked: among(0, 1), ..unseen(2) },
            ),
            (
                row("values", "web/values.yaml", 1, &[("c:1", ROOT)]),
                Tally { values: among(1, 0), ..unseen(2) },
            ),
            (
                row("values", "web/values.yaml", 1, &[("d:1", ROOT)]),
                Tally { values: among(0, 1), ..unseen(2) },
            ),
            (row("template", "web/docs/templates/web.yaml", 1, &[]), unseen(2)),
            (row("template", "web2/templates/web.yaml", 1, &[]), unseen(2)),
        ];
        for (row, expected) in cases {
            assert_eq!(tally(std::slice::from_ref(&row)), expected, "{row}");
        }
    }

    #[test]
    fn another_image_is_wrong() {
        let row = row("template", "web/templates/web.yaml", 2, &[("a:1", "web/Chart.yaml")]);
        let wrong = Wrong {
            place: "web/templates/web.yaml:2".to_owned(),
            ours: "a:1".to_owned(),
            theirs: BTreeSet::from(["b:1".to_owned()]),
        };
        assert_eq!(tally(&[row]), Tally { wrong: vec![wrong], unseen: 1, ..Tally::default() });
    }
}
