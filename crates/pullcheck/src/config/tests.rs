mod broken;
mod governing;
mod merging;
mod output;

use std::{fs, path::Path, sync::Arc};

use pullcheck_core::{
    finding::Severity,
    rules::{RULES, find},
    settings::Settings,
};
use tempfile::TempDir;

use super::{CommandLine, ConfigError, Configs, Source};

/// A directory with these files, each given as its path and its text, under a `.git`.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn discovering() -> Configs {
    Configs::new(Source::Discover, CommandLine::default()).unwrap()
}

/// What a lone configuration makes of a file beside it, under what was typed.
fn under(text: &str, file: &str, line: CommandLine) -> Arc<Settings> {
    let root = tree(&[("pullcheck.yaml", text)]);
    let configs = Configs::new(Source::Discover, line).unwrap();
    let settings = configs.settings_for(&root.path().join(file)).unwrap();
    assert!(configs.errors().is_empty(), "{:?}\n{text}", configs.errors());
    settings
}

/// What is wrong with a configuration in a tree.
fn error(root: &TempDir, file: &str) -> ConfigError {
    let result = Configs::new(Source::File(root.path().join(file)), CommandLine::default());
    result.map(|_| ()).unwrap_err()
}

fn level(settings: &Settings, rule: &str) -> Option<Severity> {
    assert!(find(rule).is_some(), "{rule}");
    settings.levels.get(rule)
}

/// Every rule that runs, by name.
fn running(settings: &Settings) -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).filter(|id| settings.levels.get(id).is_some()).collect()
}

fn same_levels(a: &Settings, b: &Settings) -> bool {
    RULES.iter().all(|rule| a.levels.get(rule.id) == b.levels.get(rule.id))
}

fn is_excluded(configs: &Configs, root: &Path, path: &str) -> bool {
    let path = root.join(path);
    configs.is_excluded(&path, path.is_dir())
}
