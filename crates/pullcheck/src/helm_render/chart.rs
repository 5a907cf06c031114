//! Charts in folders: which there are, and which files of them Helm renders.

use std::{
    collections::HashSet,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    discover::Found,
    input::{Input, with_file},
    paths::absolute,
};

/// A chart that can be installed.
#[derive(Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its folder, as it was found.
    pub folder: PathBuf,
    /// What its release is to be called: the name of the chart, if a release can have it.
    pub release: Option<String>,
}

/// What matters of a `Chart.yaml`.
#[derive(Default, Deserialize)]
struct ChartFile {
    name: Option<String>,
    r#type: Option<String>,
}

/// A larger `Chart.yaml` is left to Helm's own judgement.
const LARGEST: u64 = 1 << 20;

/// The charts among files: neither libraries nor charts within others.
pub fn charts(files: &[Found]) -> Vec<Chart> {
    let is_chart = |found: &&Found| found.path.file_name() == Some(OsStr::new("Chart.yaml"));
    let found: Vec<_> = files.iter().filter(is_chart).filter_map(|it| it.path.parent()).collect();
    let folders: HashSet<PathBuf> = found.iter().map(|folder| absolute(folder)).collect();
    let is_within = |folder: &Path| {
        let folder = absolute(folder);
        let mut above = folder.ancestors().skip(1);
        above.any(|it| {
            it.file_name() == Some(OsStr::new("charts"))
                && it.parent().is_some_and(|parent| folders.contains(parent))
        })
    };
    let charts = found.into_iter().filter(|folder| !is_within(folder)).filter_map(|folder| {
        let file = with_file(&folder.join("Chart.yaml"), LARGEST, |input, _| match input {
            Input::Text(text) => serde_yaml::from_str(&text).unwrap_or_default(),
            Input::Skipped(_) | Input::Refused(_) => ChartFile::default(),
        });
        let is_library = file.r#type.as_deref() == Some("library");
        let release = file.name.filter(|name| is_release_name(name));
        (!is_library).then(|| Chart { folder: folder.to_path_buf(), release })
    });
    charts.collect()
}

/// Whether a release can have a name (helm/helm, `pkg/chartutil/validate_name.go`).
fn is_release_name(name: &str) -> bool {
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_part = |part: &str| {
        part.starts_with(is_alphanumeric)
            && part.ends_with(is_alphanumeric)
            && part.chars().all(|c| is_alphanumeric(c) || c == '-')
    };
    name.len() <= 53 && name.split('.').all(is_part)
}

/// The path of a file in the chart that it belongs to, of its path in the outermost one: charts in
/// `charts/` are rendered with the one around them.
pub fn own_path(below: &Path) -> Option<&Path> {
    let mut own = below;
    while let Ok(inner) = own.strip_prefix("charts") {
        let mut parts = inner.components();
        parts.next()?;
        own = parts.as_path();
    }
    Some(own)
}

/// The files that a rendered document comes from.
#[derive(Debug, PartialEq, Eq)]
pub struct Places {
    /// The template.
    pub template: PathBuf,
    /// The values that it is rendered with; those of the outermost chart, which win, first.
    pub values: Vec<PathBuf>,
}

impl Places {
    /// All of them.
    pub fn all(self) -> impl Iterator<Item = PathBuf> {
        self.values.into_iter().chain([self.template])
    }
}

/// Where a document comes from, by the folder of the chart and what Helm calls the template:
/// `web/charts/db/templates/db.yaml`. What would lie outside of the folder is none of the chart's.
pub fn places(folder: &Path, source: &str) -> Places {
    let mut parts = source.split('/').filter(|part| !matches!(*part, "" | "." | "..")).skip(1);
    let mut folder = folder.to_path_buf();
    let mut values = vec![folder.join("values.yaml")];
    let mut next = parts.next();
    while next == Some("charts") {
        folder = folder.join("charts").join(parts.next().unwrap_or_default());
        values.push(folder.join("values.yaml"));
        next = parts.next();
    }
    let template = next.into_iter().chain(parts).fold(folder, |path, part| path.join(part));
    Places { template, values }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn charts_are_what_can_be_installed() {
        let place = tempfile::tempdir().unwrap();
        let files = [
            ("web/Chart.yaml", "name: web\nversion: 1.0.0\n"),
            ("web/charts/db/Chart.yaml", "name: db\n"),
            ("web/charts/db/charts/x/Chart.yaml", "name: x\n"),
            ("charts/web/Chart.yaml", "name: Web\n"),
            ("web/examples/one/Chart.yaml", "name: one\ntype: application\n"),
            ("lib/Chart.yaml", "name: lib\ntype: library\n"),
            ("odd/Chart.yaml", "name: {{ name }}\n"),
            ("web/values.yaml", ""),
        ];
        let found: Vec<_> = files
            .iter()
            .map(|(path, text)| {
                let path = place.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, text).unwrap();
                Found { path, explicit: false }
            })
            .collect();
        let charts = charts(&found);
        let charts: Vec<_> = charts
            .iter()
            .map(|chart| {
                let folder = chart.folder.strip_prefix(place.path()).unwrap().to_str().unwrap();
                (folder, chart.release.as_deref())
            })
            .collect();
        let wanted = [
            ("web", Some("web")),
            ("charts/web", None),
            ("web/examples/one", Some("one")),
            ("odd", None),
        ];
        assert_eq!(charts, wanted);
    }

    #[test]
    fn releases_have_plain_names() {
        for name in ["web", "a.b-c", "0"] {
            assert!(is_release_name(name), "{name}");
        }
        for name in ["", "-x", "--debug", "a_b", "Web", "a..b", "a/b", &"a".repeat(54)] {
            assert!(!is_release_name(name), "{name}");
        }
    }

    #[test]
    fn documents_lead_to_files() {
        let at = |source: &str| {
            let found = places(Path::new("c"), source);
            let text = |path: &PathBuf| path.to_str().unwrap().to_owned();
            (text(&found.template), found.values.iter().map(text).collect::<Vec<_>>())
        };
        let own = vec!["c/values.yaml".to_owned()];
        assert_eq!(at("web/templates/a/b.yaml"), ("c/templates/a/b.yaml".to_owned(), own.clone()));
        let both = vec!["c/values.yaml".to_owned(), "c/charts/db/values.yaml".to_owned()];
        assert_eq!(
            at("web/charts/db/templates/x.yaml"),
            ("c/charts/db/templates/x.yaml".to_owned(), both)
        );
        assert_eq!(at("web/../../templates//x.yaml"), ("c/templates/x.yaml".to_owned(), own));
    }

    #[test]
    fn files_belong_to_the_innermost_chart() {
        let own =
            |path: &str| own_path(Path::new(path)).map(|own| own.to_str().unwrap().to_owned());
        assert_eq!(own("templates/a.yaml").unwrap(), "templates/a.yaml");
        assert_eq!(own("charts/db/charts/x/values.yaml").unwrap(), "values.yaml");
        assert_eq!(own("charts/db-1.2.3.tgz").unwrap(), "");
        assert_eq!(own("charts"), None);
    }
}
