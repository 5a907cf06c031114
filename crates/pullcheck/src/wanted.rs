//! The reports that were asked for, on standard output and in files.

use std::{
    env,
    fs::OpenOptions,
    io::{self, Write},
};

use crate::{
    args::{CheckArgs, FileReport, Format},
    clean::clean_line,
    command::{Failure, written},
    input::reason,
    render::{self, Outcome, Report, Style},
    write::replace,
};

/// The path that means standard output.
const STDOUT: &str = "-";

/// The reports that were asked for.
pub struct Wanted<'a> {
    /// What standard output gets; counts by rule if it is no report.
    stdout: Option<Format>,
    files: Vec<&'a FileReport>,
    /// Standard output gets a mended text, so the report goes to standard error.
    is_aside: bool,
}

impl<'a> Wanted<'a> {
    /// What was typed.
    pub fn of(args: &'a CheckArgs) -> Result<Self, Failure> {
        let is_stdout = |report: &&FileReport| report.path.as_os_str() == STDOUT;
        let (stdout, files): (Vec<_>, Vec<_>) = args.output.iter().partition(is_stdout);
        let mut stdout = stdout.into_iter().map(|report| report.format).chain(args.format);
        let format = stdout.next();
        if stdout.next().is_some() {
            return Err(Failure::said(
                "standard output takes one report; write the others to files with `--output`",
            ));
        }
        let is_aside = args.fix.fix && args.input.reads_stdin();
        if args.statistics {
            let known = [None, Some(Format::Pretty), Some(Format::Concise)];
            return if known.contains(&format) {
                Ok(Self { stdout: None, files, is_aside })
            } else {
                Err(Failure::said(
                    "`--statistics` is for people; count the findings of `--format json`",
                ))
            };
        }
        Ok(Self { stdout: Some(format.unwrap_or_default()), files, is_aside })
    }

    /// Writes all reports. What could not be shown or written comes back, one sentence each.
    pub fn write(&self, outcome: Outcome<'_>, style: Style) -> Result<Vec<String>, Failure> {
        let formats = || self.files.iter().map(|report| report.format).chain(self.stdout);
        let report = formats().any(is_for_programs).then(|| Report::of(outcome));
        let mut trouble =
            report.iter().flat_map(|report| report.trouble.clone()).collect::<Vec<_>>();
        for file in &self.files {
            let mut text = Vec::new();
            let drawn = print(outcome, report.as_ref(), file.format, Style::PLAIN, &mut text)?;
            trouble.extend(drawn);
            if let Err(error) = replace(&file.path, &text) {
                let path = file.path.display();
                trouble.push(format!("cannot write `{path}`: {}", reason(&error)));
            }
        }
        let draw = |out: &mut dyn Write| match self.stdout {
            Some(format) => print(outcome, report.as_ref(), format, style, out),
            None => render::statistics(outcome, out).map(|()| Vec::new()),
        };
        trouble.extend(if self.is_aside {
            draw(&mut io::stderr().lock())?
        } else {
            written(draw)?
        });
        if self.stdout == Some(Format::Github) {
            trouble.extend(report.as_ref().and_then(add_to_step_summary));
        }
        if let Some(remark) = report.filter(|_| formats().any(|format| format == Format::Sarif)) {
            remark.remark_on_limits().into_iter().for_each(|remark| {
                let _ = writeln!(io::stderr(), "pullcheck: {}", clean_line(&remark));
            });
        }
        trouble.sort();
        trouble.dedup();
        Ok(trouble)
    }
}

fn is_for_programs(format: Format) -> bool {
    !matches!(format, Format::Pretty | Format::Concise)
}

fn print(
    outcome: Outcome<'_>,
    report: Option<&Report<'_>>,
    format: Format,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    if is_for_programs(format) {
        let text = report.map(|report| report.text(format)).unwrap_or_default();
        return out.write_all(text.as_bytes()).map(|()| Vec::new());
    }
    render::drawn(outcome, format == Format::Concise, style, out)
}

/// Adds a page to the summary of the job, where GitHub Actions asks for one
/// (docs.github.com/actions/reference/workflows-and-actions/workflow-commands, "Adding a job
/// summary"). Returns why that could not be done.
fn add_to_step_summary(report: &Report<'_>) -> Option<String> {
    let path = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())?;
    let page = report.text(Format::Markdown);
    let file = OpenOptions::new().append(true).create(true).open(&path);
    let error = file.and_then(|mut file| file.write_all(page.as_bytes())).err()?;
    Some(format!("cannot write `{}`: {}", path.to_string_lossy(), reason(&error)))
}
