//! Where images live: from a text to the facts of a file.

mod kinds;
mod pods;
mod suppressions;
mod triage;

use std::collections::HashSet;

use crate::{
    facts::{Broken, FileFacts, ObjectFact, Skip},
    path::LogicalPath,
    span::Span,
    yaml::{self, Node, ScalarKind, Tree},
};

/// How deep lists of lists of objects are followed.
const LIST_DEPTH: u32 = 32;

/// How many lists and containers of one document are read again where aliases repeat them.
const REPEATS: u32 = 10_000;

/// Reads a file. Never fails: what cannot be read is itself a fact.
#[must_use]
pub fn extract(path: &LogicalPath, text: &str) -> FileFacts {
    let mut facts = FileFacts::default();
    for part in yaml::documents(text) {
        let document = text.get(part.clone()).unwrap_or_default();
        if !triage::is_worth_parsing(document) {
            facts.manifests += usize::from(triage::looks_like_manifest(document));
            continue;
        }
        match yaml::parse(text, part) {
            Ok(tree) if is_untyped_template(&tree) => facts.skipped = Some(template(path)),
            Ok(tree) => read_tree(&tree, text, &mut facts),
            Err(error) => {
                if triage::has_template_action(document) {
                    facts.skipped = Some(template(path));
                } else if triage::looks_like_manifest(document) || is_read_by_name(path) {
                    facts.manifests += 1;
                    facts.broken.push(Broken { span: error.at, cause: error.cause });
                } else {
                    facts.skipped.get_or_insert(Skip::Unparsable);
                }
            }
        }
    }
    facts
}

/// Files that kustomize and Helm read by their name.
fn is_read_by_name(path: &LogicalPath) -> bool {
    let name = path.as_str().rsplit('/').next();
    matches!(
        name,
        Some(
            "kustomization.yaml"
                | "kustomization.yml"
                | "Kustomization"
                | "Chart.yaml"
                | "values.yaml"
        )
    )
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

fn read_tree(tree: &Tree<'_>, text: &str, facts: &mut FileFacts) {
    let mut reader = Reader { facts, seen: HashSet::new(), repeats_left: REPEATS };
    let before = reader.facts.manifests;
    for root in tree.roots() {
        reader.object(root, None, LIST_DEPTH);
    }
    let is_manifest = reader.facts.manifests > before;
    // Comments may stand in a document of their own, before the first `---` or after it.
    let is_empty = || tree.roots().all(|root| matches!(root.scalar(), Some((_, ScalarKind::Null))));
    if is_manifest || is_empty() {
        suppressions::read_comments(tree, text, &mut facts.ignores);
    }
    if is_manifest {
        facts.broken.extend(tree.unresolved_aliases().iter().map(|&span| Broken {
            span,
            cause: format!("no anchor above defines the alias `{}`", span.slice(text)),
        }));
        if let Some(root) = tree.roots().next().filter(|_| tree.aliases_exhausted()) {
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
    seen: HashSet<u32>,
    repeats_left: u32,
}

/// The `apiVersion` and `kind` of an object.
type TypeMeta<'a> = (&'a str, &'a str);

impl Reader<'_> {
    /// An object, or a list of objects. The items of a typed list may leave out their type.
    fn object(&mut self, node: Node<'_>, from_list: Option<TypeMeta<'_>>, depth: u32) {
        let written = node.get("apiVersion").and_then(Node::as_str);
        let written = written.zip(node.get("kind").and_then(Node::as_str));
        let Some((api_version, kind)) = written.or(from_list) else { return };
        if depth == 0 || !self.seen.insert(node.identity()) {
            return;
        }
        self.facts.manifests += 1;
        let items = node.get("items").filter(|items| items.is_sequence());
        if let Some((item_kind, items)) = kind.strip_suffix("List").zip(items) {
            let item_type = (!item_kind.is_empty()).then_some((api_version, item_kind));
            for item in items.items() {
                self.object(item, item_type, depth - 1);
            }
        } else if let Some(workload) = kinds::workload(api_version, kind) {
            let object = self.facts.objects.len();
            self.facts.objects.push(object_fact(node, api_version, kind));
            suppressions::read_annotations(node, workload.pod_spec, &mut self.facts.ignores);
            let mut spec = Some(node);
            for key in workload.pod_spec {
                spec = spec.and_then(|node| self.child(node, key, Shape::Map));
            }
            if let Some(spec) = spec {
                self.pod(spec, object);
            }
        }
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

fn object_fact(node: Node<'_>, api_version: &str, kind: &str) -> ObjectFact {
    let metadata = node.get("metadata");
    let text = |key: &str| {
        let (value, _) = metadata?.get(key)?.scalar()?;
        (!value.is_empty()).then(|| Box::<str>::from(value))
    };
    let triggers =
        metadata.and_then(|metadata| metadata.at(&["annotations", "image.openshift.io/triggers"]));
    ObjectFact {
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: text("namespace"),
        name: text("name"),
        images_are_set_later: triggers.is_some(),
    }
}

#[cfg(test)]
mod tests;
