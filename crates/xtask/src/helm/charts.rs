//! The charts below a directory, and copies of them with marked templates.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs, io,
    path::{Component, Path},
};

use walkdir::WalkDir;

use super::{instrument::instrument, rendered::Line};

/// What templates end in.
const TEMPLATES: [&str; 3] = ["yaml", "yml", "tpl"];

/// The folder of a chart, relative to the directory, with `/`; empty for the directory itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart(pub String);

impl Chart {
    /// A file of it, relative to the directory.
    pub fn file(&self, name: &str) -> String {
        if self.0.is_empty() { name.to_owned() } else { format!("{}/{name}", self.0) }
    }

    /// The path of a file relative to the chart.
    pub fn inner<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.0.is_empty() { Some(path) } else { path.strip_prefix(&*self.0)?.strip_prefix('/') }
    }
}

/// Finds the charts below a directory that are no part of another.
pub fn read(directory: &Path) -> Vec<Chart> {
    let charts: Vec<_> = WalkDir::new(directory)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".git")
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name() == "Chart.yaml")
        .filter_map(|entry| {
            let folder = entry.path().strip_prefix(directory).ok()?.parent()?;
            Some(Chart(folder.to_str()?.to_owned()))
        })
        .collect();
    let is_part = |chart: &Chart| {
        let inside = |other: &Chart| other.inner(&chart.0)?.strip_prefix("charts/");
        charts.iter().any(|other| inside(other).is_some())
    };
    charts.iter().filter(|chart| !is_part(chart)).cloned().collect()
}

/// Copies a chart with its subcharts, marks the lines of its templates that hold an image, and
/// tells which these are.
pub fn copy(chart: &Path, target: &Path) -> io::Result<BTreeSet<Line>> {
    let mut marked = BTreeSet::new();
    let entries = WalkDir::new(chart).follow_links(true).into_iter();
    for entry in entries.filter_entry(|entry| entry.file_name() != ".git").filter_map(Result::ok) {
        let Ok(path) = entry.path().strip_prefix(chart) else { continue };
        let to = target.join(path);
        if entry.file_type().is_dir() {
            fs::create_dir_all(to)?;
        } else if let Some((name, text)) = template(path, entry.path()) {
            let (text, lines) = instrument(name, &text);
            fs::write(to, text)?;
            marked.extend(lines.into_iter().map(|line| (name.to_owned(), line)));
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(marked)
}

/// The path and the text of a template; nothing for other files.
fn template<'a>(path: &'a Path, file: &Path) -> Option<(&'a str, String)> {
    let among = path.components().any(|part| part == Component::Normal(OsStr::new("templates")));
    let ending = path.extension()?.to_str()?;
    if !among || !TEMPLATES.contains(&ending) {
        return None;
    }
    Some((path.to_str()?, fs::read_to_string(file).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(directory: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn a_chart_of_another_is_part_of_it() {
        let directory = tempfile::tempdir().unwrap();
        let files = [
            "charts/web/Chart.yaml",
            "charts/web/charts/db/Chart.yaml",
            "charts/web/examples/small/Chart.yaml",
            "charts/web-app/Chart.yaml",
            "other/values.yaml",
        ];
        write(directory.path(), &files.map(|file| (file, "")));
        let charts = read(directory.path());
        let paths: Vec<_> = charts.iter().map(|chart| chart.0.as_str()).collect();
        assert_eq!(paths, ["charts/web", "charts/web/examples/small", "charts/web-app"]);
    }

    #[test]
    fn templates_are_marked_in_the_copy() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let files = [
            ("Chart.yaml", "name: x"),
            ("values.yaml", "image: a"),
            ("templates/deep/web.yaml", "image: a\n"),
            ("charts/db/templates/_pod.tpl", "\nimage: b"),
            ("templates/NOTES.txt", "image: c"),
        ];
        write(from.path(), &files);
        let marked = copy(from.path(), to.path()).unwrap();
        let lines = [("charts/db/templates/_pod.tpl", 2), ("templates/deep/web.yaml", 1)];
        assert_eq!(marked, lines.map(|(path, line)| (path.to_owned(), line)).into());
        for (path, text) in files {
            let copied = fs::read_to_string(to.path().join(path)).unwrap();
            let expected = lines.iter().any(|(marked, _)| *marked == path);
            assert_eq!(copied != text, expected, "{path}");
        }
    }
}
