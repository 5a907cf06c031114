//! Which values belong to a chart.

use std::collections::HashSet;

use crate::{
    facts::{FileFacts, HelmFile},
    path::LogicalPath,
    resolve::SourceFile,
};

/// Empties the facts of files that are values by their names alone: no `Chart.yaml` lies in their
/// folder or in one above it, and no kustomization names them for a chart, so nobody knows whether
/// they are Helm's.
pub fn drop_stray_values(files: &mut [SourceFile]) {
    let charts: HashSet<String> = files
        .iter()
        .filter(|file| file.facts.helm == Some(HelmFile::Chart))
        .map(|file| file.path.folder().to_owned())
        .collect();
    let named: HashSet<LogicalPath> = files
        .iter()
        .flat_map(|file| {
            let kustomization = file.facts.kustomization.iter();
            let named = kustomization.flat_map(|kustomization| &kustomization.values_files);
            named.filter_map(|named| file.path.join(&named.text))
        })
        .collect();
    for file in files.iter_mut().filter(|file| file.facts.helm == Some(HelmFile::Values)) {
        let is_of_chart = file.path.folders_above().any(|folder| charts.contains(folder));
        if !is_of_chart && !named.contains(&file.path) {
            *file.facts = FileFacts::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{extract::extract, settings::Settings};

    /// The values that are kept of a project with these files.
    fn kept(paths: &[&str]) -> Vec<String> {
        let settings = Arc::new(Settings::default());
        let text = "image: {repository: web, tag: latest}\n";
        let read = |path: &&str| {
            let path = LogicalPath::new(*path);
            let text = if path.name() == "kustomization.yaml" {
                "helmCharts: [{name: web, valuesFile: web/values.yaml}]\n"
            } else {
                text
            };
            let facts = extract(&path, text, &settings);
            SourceFile {
                path,
                facts: Box::new(facts),
                settings: Arc::clone(&settings),
                is_context: false,
            }
        };
        let mut files: Vec<_> = paths.iter().map(read).collect();
        drop_stray_values(&mut files);
        let with_uses = files.into_iter().filter(|file| !file.facts.uses.is_empty());
        with_uses.map(|file| file.path.to_string()).collect()
    }

    #[test]
    fn values_belong_to_the_charts_above_them() {
        for (paths, wanted) in [
            (&["a/Chart.yaml", "a/values.yaml"][..], &["a/values.yaml"][..]),
            (&["a/Chart.yaml", "a/ci/x/b-values.yaml"], &["a/ci/x/b-values.yaml"]),
            (&["Chart.yaml", "values.yaml", "a/values.yaml"], &["values.yaml", "a/values.yaml"]),
            (&["a/Chart.yaml", "ab/values.yaml", "values.yaml", "b/a/values.yaml"], &[]),
            (&["/r/a/Chart.yaml", "/r/a/b/values.yaml", "/r/values.yaml"], &["/r/a/b/values.yaml"]),
            (&["values.yaml"], &[]),
            (&["a/kustomization.yaml", "a/web/values.yaml", "values.yaml"], &["a/web/values.yaml"]),
        ] {
            assert_eq!(kept(paths), wanted, "{paths:?}");
        }
    }
}
