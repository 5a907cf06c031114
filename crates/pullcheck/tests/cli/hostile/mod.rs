//! What is hostile, by intention or by size: nothing is lost, no file is half written, the rest of the run
//! goes on, memory is bounded, and time grows with the input and no faster.
//!
//! `docs/robustness.md` has a table of the [`Row`]s, measured by `measure::the_table`.

mod broken;
mod builds;
mod documents;
mod files;
mod measure;
mod names;
mod project;
mod work;
mod writing;

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

/// Something hostile that can be had in any size, beside a file whose finding must not be lost.
struct Row {
    /// What it is; `{}` stands for its size.
    what: &'static str,
    /// Its size in the ordinary tests, and in full.
    sizes: [usize; 2],
    /// Puts it into an empty folder `hostile`.
    make: fn(&Folder<'_>, usize),
    args: &'static [&'static str],
    code: i32,
    /// Part of what is said on standard error; `{}` stands for the size.
    said: &'static str,
    /// What bounds the memory, as the page says.
    bound: &'static str,
}

/// What a row has if it says nothing else.
const ROW: Row = Row {
    what: "",
    sizes: [1, 1],
    make: |_, _| {},
    args: &["check", ".", "--format", "concise"],
    code: 1,
    said: "1 error in 1 of",
    bound: "size",
};

impl Row {
    /// Whether the finding of the file beside it is printed line by line.
    fn shows_findings(&self) -> bool {
        self.args.ends_with(&["concise"])
    }
}

fn rows() -> impl Iterator<Item = &'static Row> {
    [documents::ROWS, builds::ROWS, project::ROWS, work::ROWS].into_iter().flatten()
}

/// The folder that something hostile is put into.
struct Folder<'p>(&'p Path);

impl Folder<'_> {
    /// Writes a file.
    fn file(&self, path: &str, text: &str) {
        self.stream(path, text, 0, |_| String::new(), "");
    }

    /// Writes a file of many parts, never as a whole in memory: what a test holds counts for the
    /// programs that it starts as well.
    fn stream(&self, path: &str, head: &str, n: usize, part: impl Fn(usize) -> String, tail: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut out = BufWriter::new(File::create(path).unwrap());
        out.write_all(head.as_bytes()).unwrap();
        for number in 0..n {
            out.write_all(part(number).as_bytes()).unwrap();
        }
        out.write_all(tail.as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

/// The head of a pod whose containers follow.
const CONTAINERS: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n";

/// A pod that ends in the separator of documents.
fn document(image: &str) -> String {
    crate::pod(image) + "---\n"
}

const MEGABYTE: usize = 1_000_000;
