//! Kubernetes objects, and lists of them.

use super::{Reader, pods, suppressions, triage, walk::Misfits, written::scalar_text};
use crate::{
    facts::{ObjectFact, Standing},
    helm,
    kinds::{self, Place, Shape},
    policy::Pulling,
    yaml::Node,
};

/// How deep lists of lists of objects, and objects in objects, are followed.
pub const LIST_DEPTH: u32 = 32;

/// The `apiVersion` and `kind` of an object.
pub type TypeMeta<'a> = (&'a str, &'a str);

/// Groups whose kinds hold patterns, expectations and reports instead of what a cluster runs.
const NOT_DEPLOYED: &[&str] = &[
    "aquasecurity.github.io",
    "auto.gke.io",
    "gatekeeper.sh",
    "kubescape.io",
    "kubewarden.io",
    "kyverno.io",
    "neuvector.com",
    "openreports.io",
    "policy.open-cluster-management.io",
    "sigstore.dev",
    "wgpolicyk8s.io",
];

impl Reader<'_> {
    /// An object, or a list of objects. The items of a typed list may leave out their type.
    pub fn object(&mut self, node: Node<'_>, from_list: Option<TypeMeta<'_>>, depth: u32) {
        let Some((api_version, kind)) = type_of(node).or(from_list) else { return };
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
        } else if !is_schema(api_version, kind) {
            self.known_object(node, (api_version, kind), depth);
        }
    }

    /// An object within another one, at the end of a way from its root.
    pub fn object_within(&mut self, node: Node<'_>, path: &str, depth: u32) {
        let base = self.whole_path(path).map(|path| path.as_ref().to_owned());
        let base = std::mem::replace(&mut self.base, base);
        let standing = std::mem::replace(&mut self.standing, Standing::Within);
        self.object(node, None, depth);
        self.base = base;
        self.standing = standing;
    }

    fn known_object(&mut self, node: Node<'_>, (api_version, kind): TypeMeta<'_>, depth: u32) {
        let kinds = &self.settings.kinds;
        let group = legacy_group(api_version, kind).unwrap_or(api_version);
        let places = kinds.places(group, kind);
        let is_built_in = kinds::is_built_in(group);
        if (api_version, kind) == ("v1", "ConfigMap") && self.settings.read_config_maps {
            self.annotation(node);
            self.config_map(node, depth);
        }
        let is_credential = api_version == "v1" && matches!(kind, "Secret" | "ServiceAccount");
        if is_built_in && places.is_empty() && !is_credential {
            return;
        }
        let object = self.facts.objects.len();
        let standing = self.standing_of(node);
        self.facts.objects.push(object_fact(node, (api_version, kind), standing));
        if is_credential {
            self.annotation(node);
            if kind == "Secret" {
                self.secret(node, object);
            } else {
                self.account(node, object);
            }
            return;
        }
        let count = |reader: &Self| {
            let facts = &reader.facts;
            let unquoted = facts.unquoted.len();
            [facts.uses.len(), facts.duplicates.len(), unquoted, facts.deployments.len()]
        };
        let before = count(self);
        let (pods, lists) = (self.facts.pods.len(), self.facts.lists.len());
        let read = std::mem::take(&mut self.read);
        let triggered = std::mem::replace(&mut self.triggered, pods::triggered(node, kind));
        let outer_is_built_in = std::mem::replace(&mut self.is_built_in, is_built_in);
        self.annotation(node);
        let is_partial = self.in_patch || is_partial(node, api_version, kind);
        for place in places {
            let is_certain = is_built_in && matches!(place.shape, Shape::Pod(_));
            let misfits = if is_certain { Misfits::Told } else { Misfits::PassedOver };
            self.place(node, place, object, misfits, is_partial);
        }
        if kind == "Application" && group.starts_with("argoproj.io/") {
            self.plain_sources(node, object);
        }
        if !is_built_in && !is_never_deployed(group) {
            self.shapes(node, object, depth);
        }
        self.read = read;
        self.triggered = triggered;
        self.is_built_in = outer_is_built_in;
        let is_of_use = is_built_in || standing == Standing::Deleted || count(self) != before;
        if !is_of_use && self.facts.objects.len() == object + 1 {
            self.facts.objects.pop();
            self.facts.pods.truncate(pods);
            self.facts.lists.truncate(lists);
        }
    }

    fn place(
        &mut self,
        root: Node<'_>,
        place: &Place,
        object: usize,
        misfits: Misfits,
        is_partial: bool,
    ) {
        if self.marks.annotation && matches!(place.shape, Shape::Pod(_)) {
            self.annotations_on(root, &place.path);
        }
        for hit in self.walk(root, &place.path, misfits) {
            match &place.shape {
                Shape::Pod(members) => {
                    let is_open = is_partial || inherits(root);
                    let pulling = if is_open { Pulling::Unknown } else { place.pulling };
                    self.main_is_patched = is_patched(hit.node) || is_patched(root);
                    self.pod((hit.node, &hit.path), members, pulling, hit.name, object, misfits);
                    self.main_is_patched = false;
                }
                Shape::Container => self.single_container(&hit, place, object),
                Shape::Image(scalar) => self.scalar(root, &hit, scalar, place, object),
                Shape::Parts(parts) => self.parts(root, &hit, parts, place, object),
                Shape::Kustomize => {
                    let changes = self.kustomize(hit.node, object, &hit.field());
                    let is_spec = hit.node.get("path").is_some();
                    self.deployed(if is_spec { hit.node } else { hit.holder }, object, changes);
                }
                Shape::Values => self.values(hit.node, object, &hit.field()),
                Shape::Set => self.set_values(hit.node, object, &hit.field()),
            }
        }
    }

    fn standing_of(&self, node: Node<'_>) -> Standing {
        let local = ["metadata", "annotations", "config.kubernetes.io/local-config"];
        let is_true = |node: Node<'_>| node.scalar().is_some_and(|(text, _)| text == "true");
        if self.standing != Standing::Alone {
            self.standing
        } else if self.marks.directives && is_deleted(node) {
            Standing::Deleted
        } else if self.marks.local && node.at(&local).is_some_and(is_true) {
            Standing::Local
        } else {
            Standing::Alone
        }
    }

    pub fn annotation(&mut self, node: Node<'_>) {
        if self.marks.annotation && self.annotated.insert(node.identity()) {
            suppressions::read_annotation(node, &mut self.facts.ignores);
        }
    }

    /// The annotations of the templates on the way to a pod's spec.
    fn annotations_on(&mut self, root: Node<'_>, path: &kinds::Path) {
        for way in path.ways() {
            for hit in self.walk(root, &way, Misfits::PassedOver) {
                self.annotation(hit.node);
            }
        }
    }
}

/// The type that is written in an object.
pub fn type_of(node: Node<'_>) -> Option<TypeMeta<'_>> {
    let api_version = node.get("apiVersion").and_then(Node::as_str);
    api_version.zip(node.get("kind").and_then(Node::as_str))
}

/// Whether a patch takes an object away.
pub fn is_deleted(node: Node<'_>) -> bool {
    node.get("$patch").and_then(Node::as_str) == Some("delete")
}

/// The group of a kind that stands for what is written: OpenShift's, which old manifests leave out,
/// and that of a workload whose version a template finds out from the cluster.
fn legacy_group(api_version: &str, kind: &str) -> Option<&'static str> {
    let is_open = api_version.contains(helm::UNKNOWN) || api_version.contains("{{");
    match (api_version, kind) {
        (_, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") if is_open => {
            Some("apps/v1")
        }
        (_, "Job" | "CronJob") if is_open => Some("batch/v1"),
        ("v1", "DeploymentConfig") => Some("apps.openshift.io/v1"),
        ("v1", "BuildConfig" | "Build") => Some("build.openshift.io/v1"),
        ("v1", "ImageStream") => Some("image.openshift.io/v1"),
        ("v1", "Template") => Some("template.openshift.io/v1"),
        _ => None,
    }
}

/// Whether a policy may come from the defaults of an Argo workflow's templates.
fn inherits(root: Node<'_>) -> bool {
    [&["spec", "templateDefaults"][..], &["spec", "workflowSpec", "templateDefaults"]]
        .iter()
        .any(|path| root.at(path).is_some())
}

/// Whether an Argo template or a workflow lays `podSpecPatch` over its pods, most often to set the
/// image of the main container (argoproj/argo-workflows, `workflow_types.go`).
fn is_patched(node: Node<'_>) -> bool {
    let paths: [&[&str]; 3] =
        [&["podSpecPatch"], &["spec", "podSpecPatch"], &["spec", "workflowSpec", "podSpecPatch"]];
    let patches = paths.iter().filter_map(|path| node.at(path)?.as_str());
    patches.into_iter().any(|patch| patch.contains("{{") || patch.contains("image"))
}

/// Definitions of custom resources hold schemas, no images.
fn is_schema(api_version: &str, kind: &str) -> bool {
    kind == "CustomResourceDefinition" && api_version.starts_with("apiextensions.k8s.io/")
}

fn is_never_deployed(api_version: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    NOT_DEPLOYED.iter().any(|name| {
        group.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether an object leaves out what the API server demands, so that it can only be a patch of one
/// that is written elsewhere.
fn is_partial(node: Node<'_>, api_version: &str, kind: &str) -> bool {
    match (api_version, kind) {
        ("apps/v1", _) | (_, "Rollout") => {
            ["selector", "workloadRef"].iter().all(|key| node.at(&["spec", key]).is_none())
        }
        (_, "Job") => node.at(&["spec", "template", "spec", "restartPolicy"]).is_none(),
        (_, "CronJob") => {
            let template = ["spec", "jobTemplate", "spec", "template", "spec", "restartPolicy"];
            node.at(&template).is_none()
        }
        _ => false,
    }
}

impl Reader<'_> {
    /// The manifests in a `ConfigMap`'s texts, where the project wants them read.
    fn config_map(&mut self, node: Node<'_>, depth: u32) {
        let texts = node.get("data").into_iter().flat_map(Node::entries);
        for (_, text) in texts {
            if text.as_str().is_some_and(triage::looks_like_manifest) {
                let read = |reader: &mut Reader<'_>, root: Node<'_>| {
                    reader.base = None;
                    reader.standing = Standing::Within;
                    reader.object(root, None, depth - 1);
                };
                self.embedded(text, None, &read);
            }
        }
    }
}

fn object_fact(
    node: Node<'_>,
    (api_version, kind): TypeMeta<'_>,
    standing: Standing,
) -> ObjectFact {
    let metadata = node.get("metadata");
    let text = |key: &str| metadata?.get(key).and_then(scalar_text).map(Box::from);
    ObjectFact {
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: text("namespace"),
        name: text("name"),
        standing,
    }
}
