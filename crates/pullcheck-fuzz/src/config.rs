//! Any bytes are a configuration, or are refused at a place in them.

use std::{cell::LazyCell, fs, path::Path};

use miette::Diagnostic;
use pullcheck::config::{CommandLine, ConfigError, Configs, NAMES, Source};
use tempfile::TempDir;

use crate::places::lies_in;

thread_local! {
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| tempfile::tempdir().unwrap());
}

pub fn holds(data: &[u8]) {
    // Files that it extends are no part of the input.
    if String::from_utf8_lossy(data).contains('/') {
        return;
    }
    FOLDER.with(|folder| is_read(folder.path(), data));
}

fn is_read(folder: &Path, data: &[u8]) {
    let path = folder.join(NAMES[0]);
    fs::write(&path, data).unwrap();
    match Configs::new(Source::File(path.clone()), CommandLine::default()) {
        Ok(configs) => {
            for name in ["app.yaml", "deploy/values.yaml", "templates/é.yaml"] {
                let file = folder.join(name);
                assert!(configs.settings_for(&file).is_some());
                let _ = configs.is_excluded(&file, false);
            }
            assert!(configs.errors().is_empty());
        }
        Err(error) => is_refused(&path, data, &error),
    }
}

fn is_refused(path: &Path, data: &[u8], error: &ConfigError) {
    assert_eq!(error.path(), path);
    assert!(!error.to_string().is_empty());
    let Ok(text) = str::from_utf8(data) else { return };
    if let Some(span) = error.span() {
        lies_in(text, span.range());
        let labels = error.labels().unwrap();
        let source = error.source_code().unwrap();
        for label in labels {
            source.read_span(label.inner(), 1, 1).unwrap_or_else(|_| panic!("{label:?} {text:?}"));
        }
    }
}
