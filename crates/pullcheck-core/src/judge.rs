//! The one engine: rules over a file, then what yields, then what is suppressed.

use std::collections::{HashMap, HashSet};

use crate::{
    facts::HelmFile,
    finding::{Finding, Severity},
    resolve::{EffectiveFile, EffectiveUse, Resolved, SourceFile},
    rule::{Check, Report, Rule},
    rules::{RULES, find},
    span::{At, FileId},
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

/// Judges all files of a project. [`inspect`], [`hand_over`] and [`settle`] are its steps, for
/// who wants to take the first and the last for many files at once.
#[must_use]
pub fn judge(resolved: &Resolved<'_>) -> Vec<Judged> {
    let ids = || (0..).map(FileId).take(resolved.project.files().len());
    let found = ids().map(|id| resolved.file(id).map(|file| inspect(&file)).unwrap_or_default());
    let found = hand_over(found.collect());
    ids().zip(found).map(|(id, found)| settle(resolved, id, found)).collect()
}

/// What the rules say of what a file deploys, wherever it is decided.
#[must_use]
pub fn inspect(file: &EffectiveFile<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in RULES {
        check(rule, file, &mut found);
    }
    found.shrink_to_fit();
    found
}

/// Hands each finding over to the file that it stands in.
#[must_use]
pub fn hand_over(found: Vec<Vec<Finding>>) -> Vec<Vec<Finding>> {
    let mut found = found;
    let mut strangers = Vec::new();
    for (id, own) in (0..).map(FileId).zip(&mut found) {
        strangers.extend(own.extract_if(.., |finding| finding.at.file != id));
    }
    for finding in strangers {
        if let Some(own) = found.get_mut(finding.at.file.0 as usize) {
            own.push(finding);
        }
    }
    found
}

/// What is left of the findings in a file, by its own settings and suppressions.
#[must_use]
pub fn settle(resolved: &Resolved<'_>, id: FileId, mut found: Vec<Finding>) -> Judged {
    let Some(source) = resolved.source(id) else { return Judged::default() };
    found.retain(|finding| source.settings.levels.get(finding.rule).is_some());
    drop_yielding(&mut found);
    in_order(&mut found);
    found.shrink_to_fit();
    if !source.settings.honour_ignores {
        return Judged { findings: found, suppressed: 0 };
    }
    let (mut judged, verdicts) = suppress(source, id, found);
    for rule in RULES {
        if let Check::Ignores(check) = rule.check
            && let Some(severity) = source.settings.levels.get(rule.id)
        {
            let mut report = Report::new(rule, severity, &source.settings, &mut judged.findings);
            check(&verdicts, &mut report);
        }
    }
    in_order(&mut judged.findings);
    hide_unused(source, &mut judged);
    judged
}

/// Suppressions of the rules about suppressions themselves; these findings came last.
fn hide_unused(file: &SourceFile, judged: &mut Judged) {
    if file.facts.ignores.is_empty() {
        return;
    }
    let mut hiding = Hiding::new(&judged.findings);
    for ignore in &file.facts.ignores {
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
    // Which of those that are one comes first must not depend on what else is read.
    let key = |a: &Finding, b: &Finding| {
        (a.at, b.severity, a.rule, &a.message).cmp(&(b.at, a.severity, b.rule, &b.message))
    };
    found.sort_by(key);
    if found.len() < 2 {
        return;
    }
    let mut more: HashMap<(At, &str), HashSet<String>> = HashMap::new();
    found.dedup_by(|later, first| {
        let is_same = (later.at, later.rule) == (first.at, first.rule);
        if is_same {
            later.roots.retain(|root| !first.roots.contains(root));
            first.roots.append(&mut later.roots);
        }
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

fn check(rule: &'static Rule, file: &EffectiveFile<'_>, found: &mut Vec<Finding>) {
    let settings = &*file.source.settings;
    let own = settings.levels.get(rule.id);
    // What other files decide is judged by their settings.
    let severity = own.unwrap_or(Severity::Info);
    let mut report = Report::new(rule, severity, settings, found);
    match rule.check {
        Check::Use(check) => {
            for used in &file.uses {
                let places = [used.image.by.file, used.policy.by.file];
                let is_own = used.roots.is_empty() && used.rendered.is_none();
                if is_own && own.is_some() {
                    report.subject = Some(used.subject);
                    check(used, &mut report);
                } else if places.into_iter().any(|id| is_enabled(rule, file, id)) {
                    check_deployed(check, used, file, &mut report);
                }
            }
        }
        Check::Pod(check) => {
            for pod in file.pods() {
                let is_made =
                    |used: &&EffectiveUse<'_>| !used.roots.is_empty() || used.rendered.is_some();
                let deciders = pod.uses.iter().filter(is_made);
                let mut deciders = deciders.map(|used| used.image.by.file);
                if own.is_some() || deciders.any(|id| is_enabled(rule, file, id)) {
                    report.subject = Some(pod.subject);
                    check(&pod, &mut report);
                }
            }
        }
        Check::File(check) if own.is_some() => check(file, &mut report),
        Check::File(_) | Check::Ignores(_) => {}
    }
}

fn is_enabled(rule: &Rule, file: &EffectiveFile<'_>, id: FileId) -> bool {
    let source = file.resolved.source(id);
    source.is_some_and(|source| source.settings.levels.get(rule.id).is_some())
}

/// Checks an image that a build decides: by the settings of the file that decides it, and with
/// the places that have a part in it.
fn check_deployed<'r>(
    check: fn(&EffectiveUse<'_>, &mut Report<'_>),
    used: &EffectiveUse<'r>,
    file: &EffectiveFile<'r>,
    report: &mut Report<'_>,
) {
    let Some(decider) = file.resolved.source(used.image.by.file) else { return };
    let severity = decider.settings.levels.get(report.rule.id).unwrap_or(report.severity);
    let mut found = Vec::new();
    check(
        used,
        &mut Report {
            subject: Some(used.subject),
            roots: file.resolved.root_names(&used.roots),
            ..Report::new(report.rule, severity, &decider.settings, &mut found)
        },
    );
    for finding in &mut found {
        let is_of_image = finding.at == used.image.by || finding.at == used.named_by;
        for &(at, what) in used.image.via.iter().filter(|_| is_of_image) {
            if at != finding.at && finding.labels.iter().all(|label| label.at != at) {
                finding.also(at, what);
            }
        }
    }
    report.found.append(&mut found);
}

/// One cause, one finding: drops a finding where a rule that it yields to blames the same place,
/// or one of the places in its labels.
fn drop_yielding(found: &mut Vec<Finding>) {
    if found.len() < 2 {
        return;
    }
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
fn suppress(
    file: &SourceFile,
    id: FileId,
    found: Vec<Finding>,
) -> (Judged, Vec<IgnoreVerdict<'_>>) {
    let facts = &file.facts;
    if facts.ignores.is_empty() {
        return (Judged { findings: found, suppressed: 0 }, Vec::new());
    }
    let at = |span| At { file: id, span };
    // What Helm leaves out by default is not seen in what it renders.
    let is_rendered = facts.helm == Some(HelmFile::Rendered);
    // What definitions print may stand in charts that are not read.
    let is_partial = facts.template.is_some() && facts.manifests == 0;
    let read_whole =
        facts.skipped.is_none() && facts.broken.is_empty() && !is_rendered && !is_partial;
    let mut hiding = Hiding::new(&found);
    let mut verdicts = Vec::new();
    for ignore in &facts.ignores {
        let mut idle = Vec::new();
        for (name, span) in &ignore.rules {
            let known = find(name);
            let could = known.is_none_or(|rule| {
                !speaks_of_ignores(rule.id)
                    && read_whole
                    && file.settings.levels.get(rule.id).is_some()
            });
            if !hiding.hide(name, ignore.scope) && could {
                idle.push((&**name, at(*span), known.is_some()));
            }
        }
        verdicts.push(IgnoreVerdict { ignore, at: at(ignore.span), idle });
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
