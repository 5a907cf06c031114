//! The one engine: rules over a file, then what yields, then what is suppressed.

use std::collections::{HashMap, HashSet};

use crate::{
    finding::{Finding, Subject},
    resolve::EffectiveFile,
    rule::{Check, Report, Rule},
    rules::{RULES, find},
    span::At,
    suppress::{IgnoreVerdict, Scope},
};

/// What the rules say of a file.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is wrong, in the order of the text.
    pub findings: Vec<Finding>,
    /// How many findings a suppression hides.
    pub suppressed: usize,
}

/// Judges a file by its own settings.
#[must_use]
pub fn judge(file: &EffectiveFile<'_>) -> Judged {
    let mut found = Vec::new();
    for rule in RULES {
        if let Some(mut report) = report(rule, file, &mut found) {
            check(rule, file, &mut report);
        }
    }
    drop_yielding(&mut found);
    in_order(&mut found);
    if !file.source.settings.honour_ignores {
        return Judged { findings: found, suppressed: 0 };
    }
    let (mut judged, verdicts) = suppress(file, found);
    for rule in RULES {
        if let Check::Ignores(check) = rule.check
            && let Some(mut report) = report(rule, file, &mut judged.findings)
        {
            check(&verdicts, &mut report);
        }
    }
    in_order(&mut judged.findings);
    hide_unused(file, &mut judged);
    judged
}

/// Suppressions of the rules about suppressions themselves; these findings came last.
fn hide_unused(file: &EffectiveFile<'_>, judged: &mut Judged) {
    let mut hiding = Hiding::new(&judged.findings);
    for ignore in &file.source.facts.ignores {
        for (name, _) in ignore.rules.iter().filter(|(name, _)| speaks_of_ignores(name)) {
            hiding.hide(name, ignore.scope);
            hiding.hide(name, Scope::Part(ignore.span));
        }
    }
    let mut hidden = hiding.hidden.into_iter();
    let before = judged.findings.len();
    judged.findings.retain(|_| !hidden.next().unwrap_or_default());
    judged.suppressed += before - judged.findings.len();
}

fn speaks_of_ignores(id: &str) -> bool {
    find(id).is_some_and(|rule| matches!(rule.check, Check::Ignores(_)))
}

/// Sorts findings by place, the worst first, and says each thing once: what an alias repeats is blamed once.
fn in_order(found: &mut Vec<Finding>) {
    found.sort_by(|a, b| (a.at, b.severity, a.rule).cmp(&(b.at, a.severity, b.rule)));
    let mut more: HashMap<(At, &str), HashSet<String>> = HashMap::new();
    found.dedup_by(|later, first| {
        let is_same = (later.at, later.rule) == (first.at, first.rule);
        if is_same && later.message != first.message {
            let others = more.entry((first.at, first.rule)).or_default();
            others.insert(std::mem::take(&mut later.message));
        }
        is_same
    });
    for finding in found.iter_mut() {
        if let Some(others) = more.get(&(finding.at, finding.rule)) {
            finding.message += &format!(", and {} more in this place", others.len());
        }
    }
}

fn report<'r>(
    rule: &'static Rule,
    file: &'r EffectiveFile<'_>,
    found: &'r mut Vec<Finding>,
) -> Option<Report<'r>> {
    let settings = &*file.source.settings;
    let severity = settings.levels.get(rule.id)?;
    Some(Report { rule, severity, settings, subject: None, found })
}

fn check(rule: &Rule, file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    match rule.check {
        Check::Use(check) => {
            for used in &file.uses {
                report.subject = Some(used.subject);
                check(used, report);
            }
        }
        Check::Pod(check) => {
            for pod in file.pods() {
                report.subject = Some(Subject { object: pod.fact.object, image: None });
                check(&pod, report);
            }
        }
        Check::File(check) => check(file, report),
        Check::Ignores(_) => {}
    }
}

/// One cause, one finding: drops a finding where a rule that it yields to blames the same place,
/// or one of the places in its labels.
fn drop_yielding(found: &mut Vec<Finding>) {
    let blamed: HashSet<(&str, At)> =
        found.iter().map(|finding| (finding.rule, finding.at)).collect();
    let yields: Vec<bool> = found
        .iter()
        .map(|finding| {
            let rules = find(finding.rule).map_or(&[][..], |rule| rule.yields_to);
            let places = || finding.labels.iter().map(|label| label.at).chain([finding.at]);
            rules.iter().any(|&rule| places().any(|at| blamed.contains(&(rule, at))))
        })
        .collect();
    let mut yields = yields.into_iter();
    found.retain(|_| !yields.next().unwrap_or_default());
}

/// Takes away what a suppression hides, and tells what became of each. `found` is in order.
fn suppress<'f>(file: &EffectiveFile<'f>, found: Vec<Finding>) -> (Judged, Vec<IgnoreVerdict<'f>>) {
    let facts = &file.source.facts;
    let read_whole = facts.skipped.is_none() && facts.broken.is_empty();
    let mut hiding = Hiding::new(&found);
    let mut verdicts = Vec::new();
    for ignore in &facts.ignores {
        let mut idle = Vec::new();
        for (name, span) in &ignore.rules {
            let known = find(name);
            let could = known.is_none_or(|rule| {
                !speaks_of_ignores(rule.id)
                    && read_whole
                    && file.source.settings.levels.get(rule.id).is_some()
            });
            if !hiding.hide(name, ignore.scope) && could {
                idle.push((&**name, file.at(*span), known.is_some()));
            }
        }
        verdicts.push(IgnoreVerdict { ignore, at: file.at(ignore.span), idle });
    }
    let hidden = hiding.hidden;
    let suppressed = hidden.iter().filter(|&&hidden| hidden).count();
    let kept = found.into_iter().zip(hidden).filter(|(_, hidden)| !hidden);
    (Judged { findings: kept.map(|(finding, _)| finding).collect(), suppressed }, verdicts)
}

/// Which findings are hidden. Each scope is looked through once, however often it is written.
struct Hiding<'a> {
    hidden: Vec<bool>,
    /// The findings of each rule in order: where each begins, and its number.
    by_rule: HashMap<&'static str, Vec<(u32, usize)>>,
    known: HashMap<(&'a str, Scope), bool>,
}

impl<'a> Hiding<'a> {
    fn new(found: &[Finding]) -> Self {
        let mut by_rule: HashMap<_, Vec<_>> = HashMap::new();
        for (number, finding) in found.iter().enumerate() {
            by_rule.entry(finding.rule).or_default().push((finding.at.span.start, number));
        }
        Self { hidden: vec![false; found.len()], by_rule, known: HashMap::new() }
    }

    /// Hides the findings of a rule that begin in a scope; tells whether there are any.
    fn hide(&mut self, rule: &'a str, scope: Scope) -> bool {
        if let Some(&any) = self.known.get(&(rule, scope)) {
            return any;
        }
        let places = self.by_rule.get(rule).map(Vec::as_slice).unwrap_or_default();
        let before = |byte| places.partition_point(|&(start, _)| start < byte);
        let within = match scope {
            Scope::File => 0..places.len(),
            Scope::Part(part) => before(part.start)..before(part.end),
            Scope::Nothing => 0..0,
        };
        let within = places.get(within).unwrap_or_default();
        for &(_, number) in within {
            if let Some(hidden) = self.hidden.get_mut(number) {
                *hidden = true;
            }
        }
        self.known.insert((rule, scope), !within.is_empty());
        !within.is_empty()
    }
}
