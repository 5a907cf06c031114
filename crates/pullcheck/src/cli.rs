//! From the command line to an exit code.

use std::{
    io::{self, Write},
    mem::ManuallyDrop,
    path::Path,
    process::ExitCode,
};

use clap::Parser;
use pullcheck_core::pins::Pins;

use crate::{
    args::{Cli, Command, ConfigCommand, ExplainArgs, ImagesArgs, RuleArgs},
    baseline,
    check::check,
    clean::clean_text,
    command::{CLEAN, Failure, Pool, TROUBLE, configs, rule, tell_trouble, write_out, written},
    config::{self, CommandLine, Configs},
    explain, gather,
    input::reason,
    render, run, server, shell,
};

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let code = match &cli.command {
        None => check(&cli.check),
        Some(Command::Check(args)) => check(args),
        Some(Command::Images(args)) => images(args),
        Some(Command::Baseline(command)) => baseline::run(command),
        Some(Command::Explain(args)) => explain(args),
        Some(Command::Init) => init(),
        Some(Command::Config(command)) => config(command),
        Some(Command::Server) => server::run(),
        Some(Command::Completions { shell }) => print(&shell::completions(*shell)),
        Some(Command::Man { command }) => man(command.as_deref()),
    };
    ExitCode::from(code.unwrap_or_else(Failure::report))
}

/// Prints help, or what was typed wrongly: that may be the name of a file, which a hook hands over.
fn misused(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if clean_text(&text) == text {
        let _ = error.print();
    } else {
        let _ = write!(io::stderr(), "{}", clean_text(&text));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(TROUBLE))
}

fn images(args: &ImagesArgs) -> Result<u8, Failure> {
    let configs = configs(&args.input, &RuleArgs::default(), Pins::default())?;
    let pool = Pool::of(&args.input)?;
    let gathered = ManuallyDrop::new(pool.run(|| gather::gather(&args.input, &configs)));
    let resolved = ManuallyDrop::new(pool.run(|| run::resolve(&gathered.project)));
    let not_shown = written(|out| render::inventory(&gathered, &resolved, args, out))?;
    let troubled = tell_trouble(&gathered, &not_shown, &configs);
    if !args.quiet {
        let _ = writeln!(io::stderr(), "{}", render::inventory_summary(&gathered, &resolved));
    }
    Ok(if troubled { TROUBLE } else { CLEAN })
}

fn print(text: &[u8]) -> Result<u8, Failure> {
    write_out(|out| out.write_all(text))?;
    Ok(CLEAN)
}

fn explain(args: &ExplainArgs) -> Result<u8, Failure> {
    let text = match &args.rule {
        None => explain::list(),
        Some(id) => explain::page(rule(id)?),
    };
    print(text.as_bytes())
}

fn man(command: Option<&str>) -> Result<u8, Failure> {
    match shell::man(command)? {
        Some(page) => print(&page),
        None => Err(Failure::said("there is no such command; `pullcheck --help` lists them")),
    }
}

fn init() -> Result<u8, Failure> {
    let path = Path::new("pullcheck.yaml");
    if let Some(other) = config::NAMES.iter().find(|name| Path::new(name).exists()) {
        return Err(Failure::said(format!("`{other}` exists already; it was left alone")));
    }
    let written = std::fs::File::create_new(path)
        .and_then(|mut file| file.write_all(config::TEMPLATE.as_bytes()));
    match written {
        Ok(()) => {
            let _ = writeln!(io::stderr(), "wrote `{}`", path.display());
            Ok(CLEAN)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::said("`pullcheck.yaml` exists already; it was left alone".to_owned()))
        }
        Err(error) => {
            Err(Failure::said(format!("cannot write `pullcheck.yaml`: {}", reason(&error))))
        }
    }
}

fn config(command: &ConfigCommand) -> Result<u8, Failure> {
    let text = match command {
        ConfigCommand::Schema => config::schema(),
        ConfigCommand::Show { path } => {
            let configs = Configs::new(config::Source::Discover, CommandLine::default())
                .map_err(|error| Failure::Config(vec![error]))?;
            let text = configs.show(path);
            let errors = configs.errors();
            if !errors.is_empty() {
                return Err(Failure::Config(errors));
            }
            text
        }
    };
    print(text.as_bytes())
}
