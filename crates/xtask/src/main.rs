//! Developer commands: `cargo run -p xtask -- <command>`.

mod oracle;
mod parser;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

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
}

fn main() -> ExitCode {
    match Xtask::parse() {
        Xtask::Oracle { table, directory, program, show } => {
            oracle::run(&table, &directory, &program, show)
        }
        Xtask::Parser { directory } => parser::run(&directory),
    }
}
