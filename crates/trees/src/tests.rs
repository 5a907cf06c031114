use std::{collections::HashSet, hash::Hasher};

use fnv::FnvHasher;

use super::*;

/// A number that changes with any byte of a tree.
fn fingerprint(files: impl Iterator<Item = File>) -> String {
    let mut hasher = FnvHasher::default();
    for File { path, text } in files {
        for part in [path, text] {
            hasher.write(part.as_bytes());
            hasher.write(&[0xff]);
        }
    }
    format!("{:016x}", hasher.finish())
}

#[test]
fn the_trees_are_those_that_figures_were_measured_on() {
    let found = Shape::ALL.map(|shape| fingerprint(shape.files(300, 1)));
    assert_eq!(
        found,
        ["a21e6fc58bcb971a", "7ed7f20416d01efa", "6549f204a0a99556", "de720804205bc34c"]
    );
}

#[test]
fn another_seed_makes_another_tree() {
    for shape in [Shape::Mixed, Shape::Deployments, Shape::OneFile] {
        assert_ne!(fingerprint(shape.files(50, 1)), fingerprint(shape.files(50, 2)), "{shape:?}");
    }
}

#[test]
fn a_large_tree_begins_as_a_small_one() {
    let small: Vec<_> = Shape::Mixed.files(500, 7).collect();
    let large: Vec<_> = Shape::Mixed.files(1_000, 7).take(500).collect();
    assert!(small == large);
}

#[test]
fn a_count_is_kept() {
    let count = |shape: Shape| shape.files(1_234, 3).count();
    assert_eq!(Shape::ALL.map(count), [1_234, 247, 1, 124]);
    let text: String = Shape::OneFile.files(1_234, 3).map(|file| file.text).collect();
    assert_eq!(text.matches("---\napiVersion:").count(), 1_234);
}

#[test]
fn most_files_are_small_a_few_are_large_and_none_is_written_twice() {
    let files: Vec<_> = Shape::Mixed.files(5_000, 1).collect();
    let mut sizes: Vec<_> = files.iter().map(|file| file.text.len()).collect();
    sizes.sort_unstable();
    let [median, most] = [sizes[2_500], sizes[4_500]];
    let large = sizes.iter().filter(|size| **size >= 64 * 1024).count();
    assert!((500..2_000).contains(&median), "{median}");
    assert!(most < 6_000, "{most}");
    assert!((25..250).contains(&large), "{large}");
    let paths: HashSet<_> = files.iter().map(|file| &file.path).collect();
    assert_eq!(paths.len(), files.len());
    let depth = files.iter().map(|file| file.path.matches('/').count()).max();
    assert_eq!(depth, Some(5));
}

#[test]
fn what_is_written_is_what_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = write(folder.path(), Shape::Mixed.files(60, 1)).unwrap();
    let mut expected = 0;
    for File { path, text } in Shape::Mixed.files(60, 1) {
        assert_eq!(fs::read_to_string(folder.path().join(path)).unwrap(), text);
        expected += text.len() as u64;
    }
    assert_eq!(bytes, expected);
}
