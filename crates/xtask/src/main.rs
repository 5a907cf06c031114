//! Developer commands: `cargo run -p xtask -- <command>`.

mod fixes;
mod helm;
mod instructions;
mod inventory;
mod kustomize;
mod measure;
mod offline;
mod oracle;
mod parser;
mod process;
mod refusals;
mod stages;
mod suite;
mod tools;
mod tree;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use trees::Shape;

#[derive(Debug, Parser)]
enum Xtask {
    /// Compare `pullcheck images` with a table of images made by other means
    Oracle {
        /// The table: tab-separated, with a header that names at least the columns `file`,
        /// `container`, `image`, `imagePullPolicy` and `line`
        table: PathBuf,
        /// The directory that the table's files are relative to
        directory: PathBuf,
        /// The program to ask
        #[arg(long, default_value = "target/release/pullcheck")]
        program: PathBuf,
        /// How many extra rows to print
        #[arg(long, default_value_t = 20)]
        show: usize,
    },
    /// Compare our YAML tree with `serde_yaml` on all YAML below a directory
    Parser {
        /// The directory
        directory: PathBuf,
    },
    /// Compare which cases of the yaml-test-suite are accepted
    Suite {
        /// The directory of its branch `data`
        directory: PathBuf,
        /// What Kubernetes accepts: tab-separated, the name of a case, then `ok` or why not
        #[arg(long)]
        kubernetes: Option<PathBuf>,
    },
    /// Fix a copy of a directory and tell what that changed, as `serde_yaml` reads it
    Fixes {
        /// The directory
        directory: PathBuf,
        /// The program to ask
        #[arg(long, default_value = "target/release/pullcheck")]
        program: PathBuf,
    },
    /// Make a tree of files to measure with; the same arguments give the same bytes
    Tree {
        /// The folder, which must not exist yet
        out: PathBuf,
        /// How many files; of `deployments`, `one-file` and `findings` how many Deployments, documents
        /// and findings
        count: usize,
        /// What the tree is made of
        #[arg(long, default_value = "mixed", value_parser = tree::shape)]
        shape: Shape,
        /// Another number makes another tree
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Count what fixed small runs cost in instructions; `UPDATE=1` accepts it
    Instructions,
    /// Measure the whole program, and print the tables of `docs/performance.md`; `UPDATE=1` writes them
    Measure(measure::Options),
    /// Tell where the time of a check goes, stage by stage
    Stages {
        /// The directory that is checked
        directory: PathBuf,
    },
    /// Build the programs that we are compared with, into `.tools/bin`
    Tools,
    /// Compare `pullcheck images` with what `kustomize build` makes of every kustomization
    Kustomize {
        /// The directory
        directory: PathBuf,
        /// The program to ask
        #[arg(long, default_value = "target/release/pullcheck")]
        program: PathBuf,
        /// How many roots to print of those that differ, and of those refused for a rare reason
        #[arg(long, default_value_t = 20)]
        show: usize,
    },
    /// Compare `pullcheck images` with what `helm template` makes of every chart
    Helm {
        /// The directory
        directory: PathBuf,
        /// The program to ask
        #[arg(long, default_value = "target/release/pullcheck")]
        program: PathBuf,
        /// How many wrong lines to print, and how many charts refused for a rare reason
        #[arg(long, default_value_t = 20)]
        show: usize,
    },
}

fn main() -> ExitCode {
    match Xtask::parse() {
        Xtask::Oracle { table, directory, program, show } => {
            oracle::run(&table, &directory, &program, show)
        }
        Xtask::Parser { directory } => parser::run(&directory),
        Xtask::Suite { directory, kubernetes } => {
            code(suite::run(&directory, kubernetes.as_deref()))
        }
        Xtask::Fixes { directory, program } => code(fixes::run(&directory, &program)),
        Xtask::Tree { out, count, shape, seed } => code(tree::write(&out, count, shape, seed)),
        Xtask::Instructions => code(instructions::run()),
        Xtask::Measure(options) => code(measure::run(&options)),
        Xtask::Stages { directory } => code(stages::run(&directory)),
        Xtask::Tools => code(tools::install()),
        Xtask::Kustomize { directory, program, show } => {
            code(kustomize::run(&directory, &program, show))
        }
        Xtask::Helm { directory, program, show } => code(helm::run(&directory, &program, show)),
    }
}

/// 0 where both sides agree, 1 where they do not, 2 where the work could not be done.
fn code(agreed: io::Result<bool>) -> ExitCode {
    match agreed {
        Ok(agreed) => ExitCode::from(u8::from(!agreed)),
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}
