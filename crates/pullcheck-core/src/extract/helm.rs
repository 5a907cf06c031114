//! The files of a Helm chart, as far as its templates are to be rendered.

use super::FileName;
use crate::{
    facts::FileFacts,
    helm::{read_chart, read_template, read_values},
    needle::Needle,
    path::LogicalPath,
    span::Span,
    suppress::{self, Ignore, Scope},
    yaml::Tree,
};

static KIND: Needle = Needle::new("kind:");
static DEFINE: Needle = Needle::new("define");
static ACTION: Needle = Needle::new("{{");

/// How long a line is with all below it that is indented further.
fn block(text: &str) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next() else { return 0 };
    let is_deeper = |line: &&str| line.trim().is_empty() || indentation(line) > indentation(first);
    first.len() + lines.take_while(is_deeper).take(LONGEST_BLOCK).map(str::len).sum::<usize>()
}

/// How many lines a suppression covers at most.
const LONGEST_BLOCK: usize = 1000;

/// Whether a file is a template of a chart by its place, if it lies in one.
pub fn is_template(path: &LogicalPath, text: &str) -> bool {
    path.folders().any(|folder| folder == "templates") && (is_partial(path) || ACTION.is_in(text))
}

/// Whether a file holds definitions for templates alone.
pub fn is_partial(path: &LogicalPath) -> bool {
    path.name().rsplit_once('.').is_some_and(|(_, extension)| extension == "tpl")
}

/// Reads a template that can render an image, or help others to do so.
pub fn template(text: &str, facts: &mut FileFacts) {
    if may_render_images(text) {
        facts.template = Some(Box::new(read_template(text)));
    }
}

/// Kinds that hold no images, and make up most of what charts bring along beside their workloads.
const WITHOUT_IMAGES: [&str; 22] = [
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CustomResourceDefinition",
    "HorizontalPodAutoscaler",
    "Ingress",
    "MutatingWebhookConfiguration",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "PodMonitor",
    "PodSecurityPolicy",
    "PriorityClass",
    "PrometheusRule",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceMonitor",
    "ValidatingWebhookConfiguration",
];

/// Whether a template may render anything but objects that never hold images, or defines what
/// others render.
fn may_render_images(text: &str) -> bool {
    let kinds = KIND.places(text).filter(|&at| {
        at.checked_sub(1).is_none_or(|before| text.as_bytes().get(before) == Some(&b'\n'))
    });
    let mut kinds = kinds.map(|at| {
        let line = text.get(at + KIND.word().len()..).and_then(|rest| rest.lines().next());
        line.unwrap_or_default().trim().trim_matches(['"', '\''])
    });
    let first = kinds.next().is_some_and(|kind| WITHOUT_IMAGES.contains(&kind));
    let is_harmless = first && kinds.all(|kind| WITHOUT_IMAGES.contains(&kind));
    !is_harmless || DEFINE.is_in(text)
}

/// What `Chart.yaml` and the values of a chart say.
pub fn document(tree: &Tree<'_>, name: FileName, facts: &mut FileFacts) {
    let Some(root) = tree.roots().next() else { return };
    match name {
        FileName::Chart => {
            facts.manifests += 1;
            facts.chart = Some(Box::new(read_chart(root)));
        }
        FileName::Values => facts.values = Some(Box::new(read_values(root))),
        _ => {}
    }
}

/// The suppressions in a text that is no YAML: one beside something covers its line, one on a line
/// of its own the line below, with what is indented further.
pub fn ignores(text: &str) -> Vec<Ignore> {
    let mut ignores = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let next = start + line.len();
        let comment = line.match_indices('#').map(|(at, _)| at).find(|&at| {
            let before = line.get(..at).unwrap_or_default();
            before.is_empty() || before.ends_with([' ', '\t'])
        });
        let comment = comment.and_then(|at| Some((at, line.get(at..)?.trim_end())));
        if let Some((at, comment)) = comment.filter(|(_, comment)| suppress::concerns(comment)) {
            let is_alone = line.get(..at).is_some_and(|before| before.trim().is_empty());
            let below = || block(text.get(next..).unwrap_or_default());
            let covered = if is_alone { next..next + below() } else { start..start + at };
            let span = Span::of(start + at..start + at + comment.len());
            ignores.push(suppress::read_comment(comment, span, Scope::Part(Span::of(covered))));
        }
        start = next;
    }
    ignores
}
