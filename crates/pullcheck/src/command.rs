//! What all commands share: why they end early, what they are given, and where they print.

use std::{
    io::{self, BufWriter, Write},
    sync::Arc,
};

use pullcheck_core::{pins::Pins, rule::Rule, rules};

use crate::{
    args::{Color, InputArgs, RuleArgs},
    clean::clean_line,
    config::{self, CommandLine, ConfigError, Configs},
    gather::Gathered,
    input::reason,
    render::{self, Style},
};

/// Nothing at or above the threshold.
pub const CLEAN: u8 = 0;
/// Findings at or above the threshold.
pub const FOUND: u8 = 1;
/// The work could not be done, or not all of it.
pub const TROUBLE: u8 = 2;

/// Why a command ended early.
pub enum Failure {
    /// Whoever reads the output has gone, as with `| head`.
    Closed,
    /// A sentence for people.
    Said(String),
    /// Mistakes in the configuration.
    Config(Vec<ConfigError>),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::said(format!("cannot write the output: {}", reason(&error)))
        }
    }
}

impl Failure {
    pub fn said(sentence: impl Into<String>) -> Self {
        Self::Said(sentence.into())
    }

    pub fn report(self) -> u8 {
        match self {
            Self::Closed => return CLEAN,
            Self::Said(sentence) => complain(&[sentence]),
            Self::Config(errors) => show_config_errors(&errors),
        }
        TROUBLE
    }
}

pub fn show_config_errors(errors: &[ConfigError]) {
    let style = style(Color::Auto, &io::stderr());
    let handler = render::handler(style);
    for error in errors {
        let mut text = String::new();
        if handler.render_report(&mut text, error).is_ok() {
            // Nothing is left to do if stderr is closed.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }
}

pub fn complain(sentences: &[String]) {
    for sentence in sentences {
        let _ = writeln!(io::stderr(), "pullcheck: {}", clean_line(sentence));
    }
}

/// Tells what stood in the way, and whether anything did.
pub fn tell_trouble(gathered: &Gathered, not_shown: &[String], configs: &Configs) -> bool {
    let errors = configs.errors();
    complain(&gathered.trouble);
    complain(not_shown);
    show_config_errors(&errors);
    !(gathered.trouble.is_empty() && not_shown.is_empty() && errors.is_empty())
}

/// Writes a report. A reader that leaves early, as `head` does, is no trouble.
pub fn written(
    write: impl FnOnce(&mut dyn Write) -> io::Result<Vec<String>>,
) -> Result<Vec<String>, Failure> {
    match write_out(write) {
        Err(Failure::Closed) => Ok(Vec::new()),
        other => other,
    }
}

pub fn configs(input: &InputArgs, rules: &RuleArgs, pins: Pins) -> Result<Configs, Failure> {
    if input.stdin_filename.is_some() && !input.reads_stdin() {
        return Err(Failure::said("`--stdin-filename` names what `-` reads; give `-` as a path"));
    }
    let source = match (&input.config, input.isolated) {
        (Some(file), _) => config::Source::File(file.clone()),
        (None, true) => config::Source::Isolated,
        (None, false) => config::Source::Discover,
    };
    let command_line = CommandLine {
        profile: rules.selection.profile,
        select: rules.selection.select.iter().map(|id| rule(id)).collect::<Result<_, _>>()?,
        ignore: rules.selection.ignore.iter().map(|id| rule(id)).collect::<Result<_, _>>()?,
        no_ignores: rules.no_ignores,
        fail_on: rules.fail_on,
        pins: Arc::new(pins),
    };
    Configs::new(source, command_line).map_err(|error| Failure::Config(vec![error]))
}

pub fn rule(id: &str) -> Result<&'static Rule, Failure> {
    rules::find(id).ok_or_else(|| {
        let hint = match rules::nearest(id) {
            Some(rule) => format!("did you mean `{}`?", rule.id),
            None => "`pullcheck explain` lists them".to_owned(),
        };
        Failure::said(format!("there is no rule `{id}`; {hint}"))
    })
}

/// Where the work is done: by as many threads as were asked for, or as there are cores.
pub struct Pool(Option<rayon::ThreadPool>);

impl Pool {
    pub fn of(input: &InputArgs) -> Result<Self, Failure> {
        let Some(jobs) = input.jobs else { return Ok(Self(None)) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build();
        let failed = |error| Failure::said(format!("cannot start {jobs} jobs: {error}"));
        pool.map(|pool| Self(Some(pool))).map_err(failed)
    }

    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

pub fn write_out<T>(write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> Result<T, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let result = write(&mut out)?;
    out.flush()?;
    Ok(result)
}

/// What to print for a stream: decided here, so that no library decides for itself.
pub fn style(color: Color, stream: &impl anstream::stream::RawStream) -> Style {
    let is_terminal = stream.is_terminal();
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
    };
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = is_terminal.then(terminal_size::terminal_size).flatten();
    let width = columns.or(measured.map(|(width, _)| usize::from(width.0))).unwrap_or(100);
    Style {
        color,
        links: is_terminal && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        unicode: std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        width: width.clamp(60, 140),
    }
}
