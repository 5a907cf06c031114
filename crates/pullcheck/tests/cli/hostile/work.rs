//! Much to print and much to write.

use super::{Folder, ROW, Row, document};

fn pods(folder: &Folder<'_>, n: usize) {
    folder.stream("a.yaml", "", n, |_| document("nginx"), "");
}

fn fixable(folder: &Folder<'_>, n: usize) {
    folder.stream("a.yaml", "", n, |_| document("k8s.gcr.io/pause:3.9"), "");
}

const SIZES: [usize; 2] = [1_000, 50_000];

pub(super) const ROWS: &[Row] = &[
    Row {
        what: "{} findings, drawn",
        sizes: SIZES,
        make: pods,
        args: &["check", "."],
        said: " errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} findings as JSON",
        sizes: SIZES,
        make: pods,
        args: &["check", ".", "--format", "json"],
        said: " errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} findings as SARIF",
        sizes: SIZES,
        make: pods,
        args: &["check", ".", "--format", "sarif"],
        said: " errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} images, listed",
        sizes: SIZES,
        make: pods,
        args: &["images", "."],
        code: 0,
        said: " images in 2 files",
        ..ROW
    },
    Row {
        what: "{} fixes in one file",
        sizes: SIZES,
        make: fixable,
        args: &["check", ".", "--fix", "--format", "concise"],
        said: "fixed {} findings in 1 file",
        ..ROW
    },
    Row {
        what: "{} fixes in one file, shown",
        sizes: SIZES,
        make: fixable,
        args: &["check", ".", "--diff"],
        said: "would fix {} findings in 1 file",
        bound: "size",
        ..ROW
    },
    Row {
        what: "{} suppressions to write",
        sizes: SIZES,
        make: pods,
        args: &["check", ".", "--add-ignore"],
        code: 0,
        said: " suppressed",
        ..ROW
    },
    Row {
        what: "{} files in one folder",
        sizes: [2_000, 100_000],
        make: |folder, n| {
            for number in 0..n {
                folder.file(&format!("f{number}.yaml"), &document("nginx:1.27.3"));
            }
        },
        ..ROW
    },
    Row {
        what: "folders {} deep",
        sizes: [200, 1_000],
        make: |folder, n| folder.file(&format!("{}a.yaml", "d/".repeat(n)), &document("nginx")),
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
];
