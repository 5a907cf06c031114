//! The command `check`: what was found, on standard output and in files.

use std::{
    env,
    fs::OpenOptions,
    io::{self, Write},
    mem::ManuallyDrop,
    path::Path,
};

use pullcheck_core::finding::Severity;

use crate::{
    add_ignore,
    args::{CheckArgs, FileReport, Format},
    baseline::Baselines,
    clean::clean_line,
    cli::{
        CLEAN, FOUND, Failure, Pool, TROUBLE, complain, configs, show_config_errors, style,
        tell_trouble, written,
    },
    gather,
    input::reason,
    render::{self, Outcome, Report, Style},
    run::{self, Summary},
    write::replace,
};

/// Checks what was given. Exit codes do not depend on how it is printed.
pub fn check(args: &CheckArgs) -> Result<u8, Failure> {
    let wanted = Wanted::of(args)?;
    let configs = configs(&args.input, &args.rules)?;
    let mut baselines = Baselines::of(args)?;
    let pool = Pool::of(&args.input)?;
    let (texts, edits_failed) = match &args.add_ignore {
        Some(reason) => pool.run(|| add_ignore::add(args, &configs, reason))?,
        None => Default::default(),
    };
    // The process ends soon: to free what was read would only take time.
    let gathered = pool.run(|| gather::gather_with(&args.input, &configs, &texts));
    let gathered = ManuallyDrop::new(gathered);
    let resolved = ManuallyDrop::new(pool.run(|| run::resolve(&gathered.project)));
    let mut judged = pool.run(|| run::judge_all(&gathered, &resolved));
    let held = pool.run(|| baselines.hold_back(&gathered, &resolved, &mut judged));
    let summary = Summary { baseline: held.count, ..Summary::of(&resolved, &judged) };
    let thresholds = gathered.sources.iter().zip(&judged).map(|(source, judged)| {
        let asked = !judged.findings.is_empty();
        if asked { configs.fail_on(Path::new(&source.path)) } else { Severity::Warning }
    });
    let thresholds: Vec<_> = thresholds.collect();
    let outcome = Outcome {
        gathered: &gathered,
        resolved: &resolved,
        judged: &judged,
        thresholds: &thresholds,
        summary,
    };
    let not_shown = wanted.write(outcome, style(args.color, &io::stdout()))?;
    let stale = baselines.stale(args, &configs, &gathered, &resolved, &held);
    show_config_errors(baselines.errors());
    let troubled = tell_trouble(&gathered, &not_shown, &configs) || !baselines.errors().is_empty();
    if !args.quiet {
        complain(&stale);
    }
    if !args.quiet && (summary.files > 0 || !troubled) {
        let _ = writeln!(io::stderr(), "{}", render::summary(outcome));
    }
    let failed = !args.exit_zero
        && judged.iter().zip(&thresholds).any(|(judged, threshold)| {
            judged.findings.iter().any(|finding| finding.severity >= *threshold)
        });
    Ok(match (troubled || edits_failed, failed) {
        (true, _) => TROUBLE,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    })
}

/// The path that means standard output.
const STDOUT: &str = "-";

/// The reports that were asked for.
struct Wanted<'a> {
    /// What standard output gets; counts by rule if it is no report.
    stdout: Option<Format>,
    files: Vec<&'a FileReport>,
}

impl<'a> Wanted<'a> {
    fn of(args: &'a CheckArgs) -> Result<Self, Failure> {
        let is_stdout = |report: &&FileReport| report.path.as_os_str() == STDOUT;
        let (stdout, files): (Vec<_>, Vec<_>) = args.output.iter().partition(is_stdout);
        let mut stdout = stdout.into_iter().map(|report| report.format).chain(args.format);
        let format = stdout.next();
        if stdout.next().is_some() {
            return Err(Failure::said(
                "standard output takes one report; write the others to files with `--output`",
            ));
        }
        if args.statistics {
            let known = [None, Some(Format::Pretty), Some(Format::Concise)];
            return if known.contains(&format) {
                Ok(Self { stdout: None, files })
            } else {
                Err(Failure::said(
                    "`--statistics` is for people; count the findings of `--format json`",
                ))
            };
        }
        Ok(Self { stdout: Some(format.unwrap_or_default()), files })
    }

    /// Writes all reports. What could not be shown or written comes back, one sentence each.
    fn write(&self, outcome: Outcome<'_>, style: Style) -> Result<Vec<String>, Failure> {
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
        trouble.extend(written(|out| match self.stdout {
            Some(format) => print(outcome, report.as_ref(), format, style, out),
            None => render::statistics(outcome, out).map(|()| Vec::new()),
        })?);
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
