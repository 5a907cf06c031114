//! What was typed.

use std::{path::PathBuf, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use pullcheck_core::{finding::Severity, fix::Safety, rule::Profile};

use crate::shell::RuleId;

/// The path that means standard input.
pub const STDIN: &str = "-";

/// Tells what your cluster will really pull.
///
/// Reads Kubernetes manifests and reports image tags that move, risky pull policies and mistaken
/// references, each at its exact place and with what to write instead. `pullcheck PATH…` is short
/// for `pullcheck check PATH…`.
#[derive(Debug, Parser)]
#[command(name = "pullcheck", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; `check` if left out.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The arguments of `check`.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check manifests (the default)
    Check(Box<CheckArgs>),
    /// List every image as it is written and as it would be pulled
    Images(ImagesArgs),
    /// Hold back what is found today, so that only new findings are shown
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Show a rule's page, or the table of all rules
    Explain(ExplainArgs),
    /// Write a commented `pullcheck.yaml` into this directory
    Init,
    /// Show the configuration or its schema
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Serve an editor: the Language Server Protocol on standard input and output
    Server,
    /// Print a script that completes the arguments in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of pullcheck or of a command, as roff
    Man {
        /// The command
        command: Option<String>,
    },
}

/// Which files to read.
#[derive(Debug, Clone, Args)]
pub struct InputArgs {
    /// Files and directories; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The name that standard input (`-`) goes by
    #[arg(long, value_name = "PATH", help_heading = "Files")]
    pub stdin_filename: Option<PathBuf>,
    /// Leave out excluded and git-ignored files even where they are named
    #[arg(long, help_heading = "Files")]
    pub force_exclude: bool,
    /// Judge Helm charts by what the `helm` on PATH renders with their own values
    #[arg(long, help_heading = "Files")]
    pub helm_render: bool,
    /// Use this configuration for every file
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Files")]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, help_heading = "Files")]
    pub isolated: bool,
    /// How many files to read at once; as many as there are cores if left out
    #[arg(long, value_name = "N", help_heading = "Files", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
}

impl InputArgs {
    /// Whether standard input is read.
    #[must_use]
    pub fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == STDIN)
    }
}

/// The arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Which files.
    #[command(flatten)]
    pub input: InputArgs,
    /// Which rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Which findings are held back.
    #[command(flatten)]
    pub held_back: HeldBackArgs,
    /// Write a comment for each finding, which suppresses it from now on
    #[arg(long, value_name = "REASON", value_parser = comment_text, num_args = 0..=1, require_equals = true, default_missing_value = "", conflicts_with_all = ["helm_render", "no_ignores"], help_heading = "Rules")]
    pub add_ignore: Option<String>,
    /// How findings are mended.
    #[command(flatten)]
    pub fix: FixArgs,
    /// How to print [default: pretty]
    #[arg(long, value_enum, hide_default_value = true, help_heading = "Output")]
    pub format: Option<Format>,
    /// Write a report to a file as well, as in `sarif=pullcheck.sarif`; may be given several times
    #[arg(long, value_name = "FORMAT=PATH", help_heading = "Output")]
    pub output: Vec<FileReport>,
    /// Count findings by rule instead of showing them
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,
    /// Print findings only, no summary
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub color: Color,
    /// Exit with 0 whatever was found; trouble still exits with 2
    #[arg(long, help_heading = "Output")]
    pub exit_zero: bool,
}

/// How findings are mended.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is typed by itself")]
pub struct FixArgs {
    /// Mend what can be mended safely, and show what is left
    #[arg(long, conflicts_with_all = ["add_ignore", "helm_render"], help_heading = "Fixes")]
    pub fix: bool,
    /// Show what `--fix` would change, and change nothing; exits with 1 if that is something
    #[arg(long, conflicts_with_all = ["fix", "add_ignore", "helm_render", "format", "output", "statistics"], help_heading = "Fixes")]
    pub diff: bool,
    /// Mend by fixes after which something else may be deployed, too
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,
    /// Pin images to the digests in this file: a map of images to digests, or a lock file of kbld
    #[arg(long, value_name = "FILE", help_heading = "Fixes")]
    pub pins: Option<PathBuf>,
    /// Exit with 1 if anything was mended
    #[arg(long, requires = "fix", help_heading = "Fixes")]
    pub exit_non_zero_on_fix: bool,
}

impl FixArgs {
    /// The fixes that are done, if any.
    #[must_use]
    pub fn safety(&self) -> Option<Safety> {
        let safety = if self.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
        (self.fix || self.diff).then_some(safety)
    }
}

/// Which rules run, and what their findings mean.
#[derive(Debug, Clone, Default, Args)]
pub struct RuleArgs {
    /// Which rules run.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// The least severity that exits with 1 [default: warning]
    #[arg(long, value_parser = severity, value_name = "info|warning|error", help_heading = "Rules")]
    pub fail_on: Option<Severity>,
    /// Show suppressed findings too
    #[arg(long, help_heading = "Rules")]
    pub no_ignores: bool,
}

/// Which rules run.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectionArgs {
    /// Run only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = RuleId, hide_possible_values = true, help_heading = "Rules")]
    pub select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = RuleId, hide_possible_values = true, help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// The set of rules to begin with [default: recommended]
    #[arg(long, value_parser = profile, value_name = "recommended|strict|all", help_heading = "Rules")]
    pub profile: Option<Profile>,
}

/// Which findings are held back.
#[derive(Debug, Clone, Args)]
pub struct HeldBackArgs {
    /// Hold back the findings that this file lists [default: the nearest `pullcheck-baseline.json`]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub baseline: Option<PathBuf>,
    /// Show the findings of the baseline too
    #[arg(long, conflicts_with = "baseline", help_heading = "Rules")]
    pub no_baseline: bool,
}

/// What to do with a baseline.
#[derive(Debug, Clone, Subcommand)]
pub enum BaselineCommand {
    /// Write what is found now into a new baseline
    Create(BaselineArgs),
    /// Bring the baseline to what is found now
    Update(BaselineArgs),
    /// Take out of the baseline what is no longer found
    Prune(BaselineArgs),
}

/// The arguments of `baseline create`, `update` and `prune`.
#[derive(Debug, Clone, Args)]
pub struct BaselineArgs {
    /// Which files.
    #[command(flatten)]
    pub input: InputArgs,
    /// Which rules.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// The baseline [default: the nearest `pullcheck-baseline.json`]
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub baseline: Option<PathBuf>,
}

/// The arguments of `images`.
#[derive(Debug, Clone, Args)]
pub struct ImagesArgs {
    /// Which files.
    #[command(flatten)]
    pub input: InputArgs,
    /// How to print
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub format: ImagesFormat,
    /// List each image once, by its full name, as a mirror or a scanner wants it
    #[arg(long, conflicts_with = "by", help_heading = "Output")]
    pub unique: bool,
    /// Print images only, no summary
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
    /// Group the places by image, or the images by the object that runs them
    #[arg(long, value_enum, help_heading = "Output")]
    pub by: Option<By>,
}

/// What an inventory is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// The image that is pulled
    Image,
    /// The object that runs it
    Resource,
}

/// The arguments of `explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// The rule; without it the table of all rules
    #[arg(value_parser = RuleId, hide_possible_values = true)]
    pub rule: Option<String>,
}

/// What to show of the configuration.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Show what holds for a file or directory, after all files and defaults
    Show {
        /// The file or directory
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Print the JSON Schema of `pullcheck.yaml`
    Schema,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the lines they stand in
    #[default]
    Pretty,
    /// One line each: `path:line:column: severity[rule] message`
    Concise,
    /// One JSON document
    Json,
    /// One line of JSON each
    Jsonl,
    /// SARIF 2.1.0, for GitHub code scanning and others
    Sarif,
    /// Annotations in the log of GitHub Actions
    Github,
    /// Code Quality of GitLab
    Gitlab,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// For reviewdog
    Rdjson,
    /// A page with tables
    Markdown,
}

/// A report in a file: `FORMAT=PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// How it is written.
    pub format: Format,
    /// The file; `-` is standard output.
    pub path: PathBuf,
}

impl FromStr for FileReport {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, path) = text.split_once('=').ok_or("write it as FORMAT=PATH")?;
        if path.is_empty() {
            return Err("there is no path behind `=`".to_owned());
        }
        let known = || {
            let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            names.map(|name| name.get_name().to_owned()).collect::<Vec<_>>().join(", ")
        };
        let format = Format::from_str(format, false)
            .map_err(|_| format!("there is no format `{format}`: {}", known()))?;
        Ok(Self { format, path: path.into() })
    }
}

/// How the inventory is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ImagesFormat {
    /// One line each
    #[default]
    Table,
    /// One JSON document
    Json,
    /// Comma-separated values, with a line of names
    Csv,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set; everywhere if `CLICOLOR_FORCE` is
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn profile(text: &str) -> Result<Profile, String> {
    let found = Profile::ALL.into_iter().find(|profile| profile.as_str() == text);
    found.ok_or_else(|| "one of recommended, strict, all".to_owned())
}

fn comment_text(text: &str) -> Result<String, String> {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if text.contains(ends_line) {
        return Err("a reason is one line".to_owned());
    }
    if text.contains("{{") {
        return Err("a reason must be no action of a template".to_owned());
    }
    Ok(text.trim().to_owned())
}

fn severity(text: &str) -> Result<Severity, String> {
    let found = Severity::ALL.into_iter().find(|severity| severity.as_str() == text);
    found.ok_or_else(|| "one of info, warning, error".to_owned())
}
