//! The whole program against the clock, and the tables of `docs/performance.md`.

mod page;
mod places;
mod table;
mod timed;

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use self::{
    places::{Place, generated, repository},
    table::{growth, hook, trees},
    timed::{Run, timed},
};
use crate::{
    process::{said, succeed},
    stages,
};

/// The sections of the page that are measured.
const SECTIONS: [&str; 5] = ["machine", "trees", "growth", "hook", "stages"];

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Directories of real files, measured beside the trees that are made
    directories: Vec<PathBuf>,
    /// How many files the mixed trees have
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    files: Vec<usize>,
    /// How often each program is run at least
    #[arg(long, default_value_t = 10)]
    runs: u32,
    /// The program; built as it is published if left out
    #[arg(long)]
    program: Option<PathBuf>,
    /// The trees are made below this folder, on a disk that matters; a temporary one if left out
    #[arg(long)]
    trees: Option<PathBuf>,
}

/// Measures, and prints the tables; `UPDATE=1` writes them into the page.
pub fn run(options: &Options) -> io::Result<bool> {
    stages::optimised()?;
    let root = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))?;
    let program = match &options.program {
        Some(program) => fs::canonicalize(program)?,
        None => build(&root)?,
    };
    let folder = match &options.trees {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let mut places = generated(folder.path(), &options.files)?;
    let mixed = options.files.len();
    places.extend(
        options
            .directories
            .iter()
            .map(|path| Place::given(path))
            .collect::<io::Result<Vec<_>>>()?,
    );
    let mut measured = Vec::new();
    for place in &places {
        measured.push(timed(&place.folder, &commands(&program), options.runs)?);
    }
    let hooked = folder.path().join("repository");
    let handed_over = repository(&hooked)?;
    let hook_times = timed(&hooked, &hook_commands(&program, &handed_over), options.runs)?;
    let mut staged = String::new();
    for place in places.iter().filter(|place| place.is_staged) {
        staged += &format!("{}:\n\n{}\n", place.name, stages::table(&place.folder)?);
    }
    let texts = [
        machine(&root, options.program.as_deref())?,
        trees(&places, &measured),
        growth(places.get(..mixed).unwrap_or_default(), &measured),
        hook(&hook_times),
        staged,
    ];
    let sections: Vec<_> = SECTIONS.into_iter().zip(texts).collect();
    if env::var_os("UPDATE").is_some() {
        let file = root.join("docs/performance.md");
        return fs::write(&file, page::filled(&fs::read_to_string(&file)?, &sections)?)
            .map(|()| true);
    }
    let mut out = io::stdout().lock();
    for (name, text) in &sections {
        write!(out, "{}", page::section(name, text))?;
    }
    Ok(true)
}

/// Builds the program as it is published.
fn build(root: &Path) -> io::Result<PathBuf> {
    let cargo = ["build", "--profile", "dist", "--locked", "--package", "pullcheck"];
    succeed(Command::new("cargo").args(cargo).current_dir(root))?;
    Ok(root.join("target/dist/pullcheck"))
}

/// The floor and the program, in the order of the table's columns. `rg` reads the same files.
fn commands(program: &Path) -> Vec<Run> {
    let floor =
        ["-c", "image", "--type-add", "tpl:*.tpl", "-t", "yaml", "-t", "json", "-t", "tpl", "."];
    vec![
        Run::of("rg", &floor),
        Run::of(program, &["check", "--format", "concise"]),
        Run::of(program, &["check", "--color", "never"]),
    ]
}

fn hook_commands(program: &Path, files: &[String]) -> Vec<Run> {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    vec![
        Run::of("true", &[]),
        Run::of("rg", &[&["-c", "image"], files.as_slice()].concat()),
        Run::of(program, &[&["check", "--force-exclude"], files.as_slice()].concat()),
    ]
}

/// What was measured, and where.
fn machine(root: &Path, program: Option<&Path>) -> io::Result<String> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model = processors.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("an unnamed processor", |name| name.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism()?;
    let first = |program: &str, argument: &str| {
        let text = said(Command::new(program).arg(argument))?;
        Ok::<_, io::Error>(text.lines().next().unwrap_or_default().to_owned())
    };
    let mut git = Command::new("git");
    let commit = said(git.args(["describe", "--always", "--dirty"]).current_dir(root))?;
    let built = first("rustc", "--version")?;
    let program = match program {
        Some(program) => format!("`{}`", program.display()),
        None => format!("Commit {commit}, built by {built} with the profile `dist`"),
    };
    Ok(format!(
        "{program}; {model}, {cores} cores, Linux {}; {}, {}.\n",
        first("uname", "-r")?,
        first("rg", "--version")?,
        first("hyperfine", "--version")?,
    ))
}
