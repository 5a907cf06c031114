//! What is kept of fuzzing, and the fixtures, hold for all targets. Each file of `corpus/<target>` is
//! an input; one with a name was written by hand, or shows a fault that was found and mended.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, panic::catch_unwind, path::Path};

use pullcheck_fuzz::{TARGETS, run};
use walkdir::WalkDir;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Runs a target over all files below a folder, and tells how many there are.
fn replay(target: &str, folder: &Path) -> usize {
    let files = WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files: Vec<_> = files.filter(|entry| entry.file_type().is_file()).collect();
    for file in &files {
        let data = fs::read(file.path()).unwrap();
        let held = catch_unwind(|| run(target, &data));
        assert!(held.is_ok(), "`{target}` does not hold for {}", file.path().display());
    }
    files.len()
}

macro_rules! corpora {
    ($($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                let folder = Path::new(HERE).join("corpus").join(stringify!($target));
                assert!(replay(stringify!($target), &folder) > 0, "{} is empty", folder.display());
            }
        )*

        #[test]
        fn every_target_has_a_corpus() {
            let targets: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(targets, [$(stringify!($target)),*]);
        }
    };
}

corpora!(check config edits fix growth lsp reference yaml);

#[test]
fn fixtures_hold() {
    let fixtures = Path::new(HERE).join("../../fixtures");
    for target in ["check", "fix", "yaml"] {
        assert!(replay(target, &fixtures) > 300, "no fixtures in {}", fixtures.display());
    }
}
