//! From files to what is said of them, in parallel.

use pullcheck_core::{
    finding::{Finding, Severity},
    fix::Safety,
    image::is_filled_later,
    judge::{Judged, hand_over, inspect, settle},
    resolve::{Project, Resolved, kustomize::Deployed},
    span::FileId,
};
use rayon::prelude::*;

use crate::gather::Gathered;

/// What the files together make a cluster pull.
#[must_use]
pub fn resolve(project: &Project) -> Resolved<'_> {
    let charts = project.charts();
    let inputs = charts.inputs();
    let builds = project.builds();
    // Builds of one part of the project share their bases, so each thread takes a part.
    let part = builds.count().div_ceil(rayon::current_num_threads()).max(FEWEST_BUILDS);
    let starts: Vec<usize> = (0..builds.count()).step_by(part).collect();
    let deployed =
        starts.into_par_iter().map(|start| builds.follow(start..builds.count().min(start + part)));
    let (rendered, deployed) = rayon::join(
        || inputs.par_iter().map(|input| charts.render(input)).collect(),
        || deployed.collect(),
    );
    project.resolve(rendered, Deployed::join(deployed))
}

/// Fewer builds than this are followed by one thread.
const FEWEST_BUILDS: usize = 64;

/// What the rules said of each file of a project, in the same order; nothing of those that were
/// read for others alone.
#[must_use]
pub fn judge_all(gathered: &Gathered, resolved: &Resolved<'_>) -> Vec<Judged> {
    let count = u32::try_from(resolved.project.files().len()).unwrap_or(u32::MAX);
    let found = (0..count).into_par_iter().map(FileId);
    let found = found.map(|id| resolved.file(id).map(|file| inspect(&file)).unwrap_or_default());
    let mut found = hand_over(found.collect());
    let rendered = judge_rendered(gathered, resolved, &mut found);
    let is_context = |id| resolved.source(id).is_none_or(|source| source.is_context);
    let numbered = (0..count).into_par_iter().map(FileId).zip(found);
    let settled =
        numbered.map(
            |(id, found)| {
                if is_context(id) { Judged::default() } else { settle(resolved, id, found) }
            },
        );
    let mut judged: Vec<_> = settled.collect();
    for (id, rendered) in rendered {
        if let Some(judged) = judged.get_mut(id.0 as usize) {
            *judged = rendered;
        }
    }
    judged
}

/// Judges what Helm rendered, and hands its findings over to the files that it comes from. What is
/// left stands in no file.
fn judge_rendered(
    gathered: &Gathered,
    resolved: &Resolved<'_>,
    found: &mut [Vec<Finding>],
) -> Vec<(FileId, Judged)> {
    let outputs = gathered
        .origins
        .outputs()
        .into_iter()
        .map(|id| (id, found.get_mut(id.0 as usize).map(std::mem::take).unwrap_or_default()));
    let outputs: Vec<_> = outputs.collect();
    let judged = outputs.into_par_iter().map(|(id, found)| {
        let mut judged = settle(resolved, id, found);
        if let Some(mut tracer) = gathered.origins.tracer(gathered, id) {
            judged.findings.iter_mut().for_each(|finding| tracer.lead_back(finding));
        }
        (id, judged)
    });
    let mut judged: Vec<_> = judged.collect();
    for (id, judged) in &mut judged {
        for mut finding in judged.findings.extract_if(.., |finding| finding.at.file != *id) {
            let file = finding.at.file;
            let level = |file| resolved.source(file)?.settings.levels.get(finding.rule);
            // A rule may have weighed the finding itself; that stays where the settings are the same.
            if let Some(own) = level(file).filter(|own| Some(*own) != level(*id)) {
                finding.severity = own;
            }
            if let Some(found) = found.get_mut(file.0 as usize) {
                found.push(finding);
            }
        }
    }
    judged
}

/// The figures of a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Files with at least one manifest.
    pub files: usize,
    /// Images that are written in them.
    pub images: usize,
    /// Those of them that are filled in later, so that no rule speaks of them by default.
    pub placeholders: usize,
    /// Findings of each severity.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
    /// Findings that a suppression hides.
    pub suppressed: usize,
    /// Findings that the baseline holds.
    pub baseline: usize,
    /// Findings that `--fix` mends.
    pub fixable: usize,
    /// Files with at least one finding.
    pub blamed: usize,
}

impl Summary {
    /// Counts.
    #[must_use]
    pub fn of(resolved: &Resolved<'_>, judged: &[Judged]) -> Self {
        let own = resolved.project.files().par_iter().enumerate();
        let own = own.filter(|(_, file)| !file.is_context);
        let read = own.map(|(number, file)| {
            let id = FileId(u32::try_from(number).unwrap_or(u32::MAX));
            let facts = resolved.renderings.first(id).unwrap_or(&file.facts);
            let images = facts.uses.iter().filter(|used| used.image.is_some());
            let placeholders = images.clone().filter(|used| is_filled_later(used)).count();
            [usize::from(facts.manifests > 0), images.count(), placeholders]
        });
        let [files, images, placeholders] = read.reduce(
            || [0; 3],
            |[a, b, c], [files, images, placeholders]| [a + files, b + images, c + placeholders],
        );
        let count = |severity| {
            let findings = judged.iter().flat_map(|judged| &judged.findings);
            findings.filter(|finding| finding.severity == severity).count()
        };
        Self {
            files,
            images,
            placeholders,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            fixable: judged
                .iter()
                .flat_map(|judged| &judged.findings)
                .filter(|finding| {
                    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe)
                })
                .count(),
            suppressed: judged.iter().map(|judged| judged.suppressed).sum(),
            baseline: 0,
            blamed: judged.iter().filter(|judged| !judged.findings.is_empty()).count(),
        }
    }
}
