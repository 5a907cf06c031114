//! What a shell is told of the program: completions and the manual page.

use std::{ffi::OsStr, io};

use clap::{
    Arg, Command, CommandFactory,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
    error::Error,
};
use clap_complete::Shell;
use pullcheck_core::rules::RULES;

use crate::args::Cli;

/// A script that completes the arguments of `pullcheck` in this shell.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "pullcheck", &mut script);
    script
}

/// The manual page of `pullcheck`, or of one of its commands, as roff. There is none of a command
/// that does not exist.
///
/// # Errors
///
/// If the page cannot be written, which does not happen in memory.
pub fn man(command: Option<&str>) -> io::Result<Option<Vec<u8>>> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let of = match command {
        None => Some(program),
        Some(name) => program.find_subcommand(name).cloned(),
    };
    let Some(of) = of else { return Ok(None) };
    let mut page = Vec::new();
    clap_mangen::Man::new(of).render(&mut page)?;
    Ok(Some(page))
}

/// The id of a rule, on the command line. Shells complete the known ones; others pass here and are
/// refused with a suggestion where they are looked up.
#[derive(Debug, Clone, Copy)]
pub struct RuleId;

impl TypedValueParser for RuleId {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(RULES.iter().map(|rule| PossibleValue::new(rule.id))))
    }
}
