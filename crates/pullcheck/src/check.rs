//! The command `check`: what was found, on standard output and in files.

use std::{
    io::{self, Write},
    mem::ManuallyDrop,
    path::Path,
};

use pullcheck_core::{finding::Severity, fix::Safety, judge::Judged};
use rayon::prelude::*;

use crate::{
    add_ignore,
    args::CheckArgs,
    baseline::Baselines,
    command::{
        CLEAN, FOUND, Failure, Pool, TROUBLE, complain, configs, show_config_errors, style,
        tell_trouble, written,
    },
    config::Configs,
    fix::fix,
    gather::{self, Gathered, Texts},
    pins,
    render::{self, Outcome},
    run::{self, Summary},
    wanted::Wanted,
};

/// Checks what was given. Exit codes do not depend on how it is printed.
pub fn check(args: &CheckArgs) -> Result<u8, Failure> {
    let wanted = Wanted::of(args)?;
    let pins = args.fix.pins.as_deref().map(pins::read).transpose().map_err(Failure::said)?;
    let configs = configs(&args.input, &args.rules, pins.unwrap_or_default())?;
    let mut baselines = Baselines::of(args)?;
    let pool = Pool::of(&args.input)?;
    if args.fix.diff {
        return pool.run(|| diff(args, &configs));
    }
    let edited = match (&args.add_ignore, args.fix.safety()) {
        (Some(reason), _) => {
            let (texts, failed) = pool.run(|| add_ignore::add(args, &configs, reason))?;
            Edited { texts, failed, mended: 0 }
        }
        (None, Some(safety)) => pool.run(|| mend(args, &configs, safety))?,
        (None, None) => Edited::default(),
    };
    // The process ends soon: to free what was read would only take time.
    let gathered = pool.run(|| gather::gather_with(&args.input, &configs, &edited.texts));
    let gathered = ManuallyDrop::new(gathered);
    let resolved = ManuallyDrop::new(pool.run(|| run::resolve(&gathered.project)));
    let mut judged = pool.run(|| run::judge_all(&gathered, &resolved));
    let held = pool.run(|| baselines.hold_back(&gathered, &resolved, &mut judged));
    let summary = Summary { baseline: held.count, ..pool.run(|| Summary::of(&resolved, &judged)) };
    let thresholds = pool.run(|| thresholds(&configs, &gathered, &judged));
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
    let failed = failed || args.fix.exit_non_zero_on_fix && edited.mended > 0;
    Ok(match (troubled || edited.failed, failed) {
        (true, _) => TROUBLE,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    })
}

/// The least severity that fails the run, for each file.
fn thresholds(configs: &Configs, gathered: &Gathered, judged: &[Judged]) -> Vec<Severity> {
    let parts = gathered.sources.par_chunks(PART).zip(judged.par_chunks(PART));
    let thresholds = parts.flat_map_iter(|(sources, judged)| {
        // Files of one folder follow each other.
        let mut last = None;
        sources.iter().zip(judged).map(move |(source, judged)| {
            let path = Path::new(&source.path);
            match last {
                _ if judged.findings.is_empty() => Severity::Warning,
                Some((folder, severity)) if folder == path.parent() => severity,
                _ => {
                    let severity = configs.fail_on(path);
                    last = Some((path.parent(), severity));
                    severity
                }
            }
        })
    });
    thresholds.collect()
}

/// How many files are looked at in a row.
const PART: usize = 256;

/// What was changed before all is judged.
#[derive(Default)]
struct Edited {
    /// What can be read once only.
    texts: Texts,
    /// Something could not be written.
    failed: bool,
    /// How many findings were mended.
    mended: usize,
}

/// Mends what can be mended, and tells so.
fn mend(args: &CheckArgs, configs: &Configs, safety: Safety) -> Result<Edited, Failure> {
    let fixed = fix(args, configs, safety)?;
    let mut trouble = fixed.write();
    trouble.extend_from_slice(&fixed.trouble);
    complain(&trouble);
    let mended = fixed.count();
    if !args.quiet {
        if mended > 0 {
            let _ = writeln!(io::stderr(), "{}", fixed.sentence("fixed"));
        }
        complain(&fixed.left);
    }
    let texts = fixed.mended_once();
    if args.input.reads_stdin() {
        let text = texts.standard_input(args.input.stdin_filename.as_deref()).unwrap_or_default();
        written(|out| out.write_all(text.as_bytes()).map(|()| Vec::new()))?;
    }
    Ok(Edited { texts, failed: !trouble.is_empty(), mended })
}

/// Shows what would be mended.
fn diff(args: &CheckArgs, configs: &Configs) -> Result<u8, Failure> {
    let safety = args.fix.safety().unwrap_or(Safety::Safe);
    let fixed = fix(args, configs, safety)?;
    written(|out| fixed.print_diff(out).map(|()| Vec::new()))?;
    complain(&fixed.trouble);
    show_config_errors(&configs.errors());
    if !args.quiet {
        let _ = writeln!(io::stderr(), "{}", fixed.sentence("would fix"));
    }
    let troubled = !fixed.trouble.is_empty() || !configs.errors().is_empty();
    Ok(match (troubled, fixed.files.is_empty()) {
        (true, _) => TROUBLE,
        (false, true) => CLEAN,
        (false, false) => FOUND,
    })
}
