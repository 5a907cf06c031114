//! Where images live: from a text to the facts of a file.

mod compose;
mod ecs;
mod embedded;
mod fields;
mod helm;
mod json_patch;
mod objects;
mod patches;
mod pods;
mod rendered;
mod secrets;
mod shapes;
mod suppressions;
mod triage;
mod values;
mod walk;
mod written;

use std::{cell::LazyCell, collections::HashSet};

use rustc_hash::FxHashSet;

use crate::{
    facts::{Broken, FileFacts, HelmFile, KUSTOMIZATION_NAMES, RenderedDocument, Skip, Standing},
    needle::Needle,
    path::LogicalPath,
    settings::Settings,
    span::Span,
    yaml::{self, Node, ScalarKind, Tree},
};

/// How many lists and containers of one document are read again where aliases repeat them: one for
/// each, and one more for each KiB of it.
const REPEATS: u32 = 10_000;

/// How deep texts in texts are read: a patch in a kustomization, a manifest in a `ConfigMap`.
const TEXT_DEPTH: u32 = 3;

/// Reads a file. Never fails: what cannot be read is itself a fact.
#[must_use]
pub fn extract(path: &LogicalPath, text: &str, settings: &Settings) -> FileFacts {
    let mut facts = FileFacts::default();
    let name = FileName::of(path, settings);
    facts.helm = (name == FileName::Chart).then_some(HelmFile::Chart);
    let is_template = helm::is_template(path, text);
    if is_template {
        helm::template(text, &mut facts);
        if helm::is_partial(path) {
            if facts.template.is_some() {
                facts.ignores = helm::ignores(text).into();
            }
            return facts;
        }
    }
    let marks = LazyCell::new(|| Marks::of(text));
    let names_templates = rendered::names_templates(text);
    for part in yaml::documents(text) {
        let document = text.get(part.clone()).unwrap_or_default();
        let is_read = match name {
            FileName::Kustomization | FileName::Chart => true,
            FileName::Values if path.name().starts_with("values.y") => true,
            FileName::Values if triage::may_hold_values(document) => true,
            _ => triage::is_worth_parsing(document, settings),
        };
        if !is_read {
            facts.manifests += usize::from(triage::looks_like_manifest(document));
            continue;
        }
        let range = part.clone();
        let objects = facts.objects.len();
        let skip = |facts: &mut FileFacts| {
            // A template of a secret that holds no credentials for registries is nobody's loss, nor is
            // one of kinds that hold no images.
            let is_harmless = is_template && facts.template.is_none();
            if triage::may_concern_images(document) && !is_harmless {
                facts.skipped = Some(template(path));
            } else {
                facts.manifests += 1;
            }
        };
        match yaml::parse(text, part) {
            Ok(tree) if is_untyped_template(&tree) => {
                if triage::may_hold_secret(document) {
                    facts.confidential.push(Span::of(range.clone()));
                }
                skip(&mut facts);
            }
            Ok(tree) => read_tree(&tree, text, name, *marks, settings, &mut facts),
            Err(error) => {
                if triage::may_hold_secret(document) {
                    facts.confidential.push(Span::of(range.clone()));
                }
                if triage::has_template_action(document) {
                    skip(&mut facts);
                } else if triage::looks_like_manifest(document) || name != FileName::Any {
                    facts.manifests += 1;
                    facts.broken.push(Broken { span: error.at, cause: error.cause });
                } else {
                    facts.skipped.get_or_insert(Skip::Unparsable);
                }
            }
        }
        let source = names_templates.then(|| rendered::source(document)).flatten();
        if let Some(source) = source {
            let (span, objects) = (Span::of(range), objects..facts.objects.len());
            facts.rendered.push(RenderedDocument { source: source.into(), span, objects });
        }
    }
    if facts.template.is_some() && facts.skipped.is_some() {
        facts.ignores = helm::ignores(text).into();
    }
    keep_confidential(&mut facts);
    facts.shrink();
    facts
}

/// Takes what is secret out of what may be shown: passwords before the host of an image, and
/// quotations from confidential text.
fn keep_confidential(facts: &mut FileFacts) {
    for image in facts.uses.iter_mut().filter_map(|used| used.image.as_mut()) {
        if let Some(text) = without_user_info(&image.text) {
            image.text = text.into();
            facts.confidential.push(image.span);
        }
    }
    let secrets = &mut facts.confidential;
    secrets.sort_unstable();
    secrets.dedup_by(|next, last| {
        let meets = next.start <= last.end;
        if meets {
            last.end = last.end.max(next.end);
        }
        meets
    });
    let is_within = |span: Span| {
        let before = secrets.partition_point(|secret| secret.start <= span.start);
        secrets.get(..before).and_then(<[Span]>::last).is_some_and(|secret| span.start < secret.end)
    };
    for broken in facts.broken.iter_mut().filter(|broken| is_within(broken.span)) {
        "what is written here cannot be read".clone_into(&mut broken.cause);
    }
}

/// A reference without the user and password before its host, if there are any: no reference has.
fn without_user_info(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.split_once('/')?;
    let (user, host) = authority.rsplit_once('@').filter(|(user, _)| user.contains(':'))?;
    let separator = if scheme.is_empty() { "" } else { "://" };
    (!user.is_empty()).then(|| format!("{scheme}{separator}***@{host}/{path}"))
}

static DIRECTIVE: Needle = Needle::new("$patch");
static LOCAL: Needle = Needle::new("local-config");

/// What a text names somewhere: what it does not name need not be looked for.
#[derive(Clone, Copy, Default)]
struct Marks {
    /// The annotation for suppressions.
    annotation: bool,
    /// Directives of a strategic merge patch.
    directives: bool,
    /// Objects for local tools.
    local: bool,
}

impl Marks {
    fn of(text: &str) -> Self {
        let annotation = triage::names_annotation(text);
        Self { annotation, directives: DIRECTIVE.is_in(text), local: LOCAL.is_in(text) }
    }
}

/// What a file is by its name alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FileName {
    Kustomization,
    Compose,
    /// What makes a folder a chart.
    Chart,
    /// The values of a chart.
    Values,
    Any,
}

impl FileName {
    fn of(path: &LogicalPath, settings: &Settings) -> Self {
        match path.name() {
            name if KUSTOMIZATION_NAMES.contains(&name) => Self::Kustomization,
            "Chart.yaml" => Self::Chart,
            name if settings.is_helm_values || values::is_named(name) => Self::Values,
            name if compose::is_named(name) => Self::Compose,
            _ => Self::Any,
        }
    }
}

/// Whether a template's action stands where the type of an object is: `{{ … }}` without quotes is
/// a map to YAML, so the text parses and says nothing.
fn is_untyped_template(tree: &Tree<'_>) -> bool {
    let is_action = |node: Node<'_>| node.is_mapping() && node.source().starts_with("{{");
    tree.roots()
        .any(|root| ["apiVersion", "kind"].iter().any(|key| root.get(key).is_some_and(is_action)))
}

fn template(path: &LogicalPath) -> Skip {
    if path.folders().any(|folder| folder == "templates") {
        Skip::HelmTemplate
    } else {
        Skip::OtherTemplate
    }
}

fn read_tree(
    tree: &Tree<'_>,
    text: &str,
    name: FileName,
    marks: Marks,
    settings: &Settings,
    facts: &mut FileFacts,
) {
    let (before, broken) = (facts.manifests, facts.broken.len());
    helm::document(tree, name, facts);
    let mut reader = Reader::new(facts, settings, text);
    reader.marks = marks;
    for root in tree.roots() {
        reader.document(root, name);
    }
    let is_manifest = facts.manifests > before;
    // Comments may stand in a document of their own, before the first `---` or after it.
    let is_empty = || tree.roots().all(|root| matches!(root.scalar(), Some((_, ScalarKind::Null))));
    if is_manifest || is_empty() {
        suppressions::read_comments(tree, text, &mut facts.ignores);
    }
    let exhausted = tree.roots().next().filter(|_| tree.aliases_exhausted());
    if exhausted.is_some() {
        // An alias that is not followed looks like something of the wrong kind.
        facts.broken.truncate(broken);
    }
    if is_manifest {
        facts.broken.extend(tree.unresolved_aliases().iter().map(|&span| Broken {
            span,
            cause: format!("no anchor above defines the alias `{}`", span.slice(text)),
        }));
        if let Some(root) = exhausted {
            facts.broken.push(Broken {
                span: Span::new(root.span().start, root.span().start),
                cause: "its aliases multiply without end; the rest was not read".to_owned(),
            });
        }
    }
}

/// Reads the objects of one tree. An object is read once, however often aliases lead to it; lists
/// and containers that they repeat are read again a limited number of times.
struct Reader<'f> {
    facts: &'f mut FileFacts,
    settings: &'f Settings,
    /// The text that the tree's places are in.
    text: &'f str,
    seen: FxHashSet<u32>,
    repeats_left: u32,
    /// The pods, lists of containers and images of the object at hand that were read.
    read: FxHashSet<u32>,
    /// The texts and values that were read.
    texts_read: FxHashSet<u32>,
    /// How deep texts in this text may lie.
    text_depth: u32,
    /// The maps whose annotations were read.
    annotated: FxHashSet<u32>,
    /// What the text names somewhere.
    marks: Marks,
    /// The containers of the object at hand whose images are set by triggers, if it has any.
    triggered: Option<HashSet<String>>,
    /// The single containers of the pod at hand get their images from a patch.
    main_is_patched: bool,
    /// What is read is laid over objects that are written elsewhere.
    in_patch: bool,
    /// The object at hand is of a kind that Kubernetes brings along.
    is_built_in: bool,
    /// The way to the object at hand from the one that it stands in; nothing in texts, where
    /// kustomize does not look.
    base: Option<String>,
    /// How the objects at hand stand in their file.
    standing: Standing,
}

impl<'f> Reader<'f> {
    fn new(facts: &'f mut FileFacts, settings: &'f Settings, text: &'f str) -> Self {
        Self {
            facts,
            settings,
            text,
            seen: FxHashSet::default(),
            repeats_left: REPEATS,
            read: FxHashSet::default(),
            texts_read: FxHashSet::default(),
            text_depth: TEXT_DEPTH,
            annotated: FxHashSet::default(),
            marks: Marks::default(),
            triggered: None,
            main_is_patched: false,
            in_patch: false,
            is_built_in: false,
            base: Some(String::new()),
            standing: Standing::Alone,
        }
    }

    /// A reader for a text within this one.
    fn within<'i>(&'i mut self, text: &'i str) -> Reader<'i> {
        let text_depth = self.text_depth.saturating_sub(1);
        let (in_patch, marks) = (self.in_patch, self.marks);
        let (base, standing) = (self.base.clone(), self.standing);
        let inner = Reader::new(self.facts, self.settings, text);
        Reader { text_depth, marks, in_patch, base, standing, ..inner }
    }

    /// A document: an object, or one of the other things that hold images.
    fn document(&mut self, root: Node<'_>, name: FileName) {
        match name {
            FileName::Compose if objects::type_of(root).is_none() => self.compose(root),
            FileName::Kustomization => self.kustomization(root),
            FileName::Values if objects::type_of(root).is_none() => self.values_file(root),
            FileName::Compose | FileName::Chart | FileName::Values | FileName::Any => {
                self.object(root, None, objects::LIST_DEPTH);
                self.task_definition(root);
                self.json_patch_file(root);
                self.image_fields(root);
            }
        }
    }

    /// The items of a list. What an alias leads to again is read again, up to a limit.
    fn items<'a>(&mut self, list: Option<Node<'a>>) -> Vec<Node<'a>> {
        let list = list.filter(|list| self.is_worth_reading(*list));
        let items = list.into_iter().flat_map(Node::items);
        items.filter(|item| self.is_worth_reading(*item)).collect()
    }

    fn is_worth_reading(&mut self, node: Node<'_>) -> bool {
        self.seen.insert(node.identity()) || self.repeat(node)
    }

    /// Takes from what may be read again; `false` when nothing is left.
    fn repeat(&mut self, node: Node<'_>) -> bool {
        let span = node.content_span();
        let price = 1 + (span.end - span.start) / 1024;
        self.repeats_left = self.repeats_left.saturating_sub(price);
        self.repeats_left > 0
    }
}

/// What a value has to be.
#[derive(Clone, Copy)]
enum Shape {
    Map,
    List,
}

impl Reader<'_> {
    /// The value of a key, if it is what it has to be; if it is something else, that is noted.
    fn child<'a>(&mut self, node: Node<'a>, key: &str, shape: Shape) -> Option<Node<'a>> {
        let value = node.get(key)?;
        self.has_shape(value, shape, || format!("`{key}`")).then_some(value)
    }

    /// Whether a value has a shape. What is left out, or filled in later, has none and is no mistake.
    fn has_shape(&mut self, value: Node<'_>, shape: Shape, name: impl FnOnce() -> String) -> bool {
        let (fits, needed) = match shape {
            Shape::Map => (value.is_mapping(), "a map"),
            Shape::List => (value.is_sequence(), "a list"),
        };
        let is_null = matches!(value.scalar(), Some((_, ScalarKind::Null)));
        let is_later = value.source().contains("{{") || value.source().contains('$');
        if !fits && !is_null && !is_later {
            let cause = format!("{} has to be {needed}", name());
            self.facts.broken.push(Broken { span: value.span(), cause });
        }
        fits
    }
}

#[cfg(test)]
mod tests;
