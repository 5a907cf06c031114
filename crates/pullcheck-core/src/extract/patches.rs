//! Patches: what kustomize, Argo CD and Flux lay over manifests that other files hold.

use super::{
    Reader,
    json_patch::is_json_patch,
    objects::{LIST_DEPTH, is_deleted, type_of},
    written::{scalar_text, written_text},
};
use crate::{
    facts::{
        Deployment, Extent, FieldSpec, FileFacts, Filler, ImageOverride, ImageUse, Kustomization,
        ObjectFact, Patch, PatchSource, Pieces, Replacement, Role, Standing, TagMeaning, Target,
        Unquoted, Written,
    },
    reference::by_marks,
    yaml::{Node, ScalarKind},
};

/// How much of a number is kept.
const LONGEST_NUMBER: usize = 200;

/// What kustomize is to change, as a kustomization or an object of Argo CD or Flux writes it.
pub struct Customised {
    pub patches: Vec<Patch>,
    pub images: Vec<ImageOverride>,
}

impl Reader<'_> {
    /// A kustomization by its name: kustomize does not demand a type in it
    /// (kubernetes-sigs/kustomize, `api/types/kustomization.go`).
    pub fn kustomization(&mut self, root: Node<'_>) {
        let kind = match type_of(root) {
            Some((version, _)) if !version.starts_with("kustomize.config.k8s.io/") => {
                return self.object(root, None, LIST_DEPTH);
            }
            Some((_, kind)) => kind,
            None => "Kustomization",
        };
        if !root.is_mapping() {
            return;
        }
        self.facts.manifests += 1;
        self.annotation(root);
        let object = self.facts.objects.len();
        let api_version = root.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
        self.facts.objects.push(ObjectFact {
            api_version: api_version.into(),
            kind: kind.into(),
            name: root.at(&["metadata", "name"]).and_then(scalar_text).map(Box::from),
            standing: Standing::Within,
            ..ObjectFact::default()
        });
        let Customised { patches, images } = self.kustomize(root, object, "");
        let text = |key: &str| root.get(key).and_then(scalar_text).map(Box::from);
        let is_written = |key: &str| root.get(key).is_some_and(|node| node.first_child().is_some());
        let is_open = ["helmCharts", "helmChartInflationGenerator", "generators", "transformers"];
        self.facts.kustomization = Some(Box::new(Kustomization {
            is_component: kind == "Component",
            resources: entries(root, &["resources", "bases"]),
            components: entries(root, &["components"]),
            patches,
            images,
            name_prefix: text("namePrefix"),
            name_suffix: text("nameSuffix"),
            namespace: text("namespace"),
            configurations: entries(root, &["configurations"]),
            values_files: values_files(root),
            replacements: replacements(root),
            is_open: is_open.into_iter().any(is_written),
        }));
    }

    /// The patches and images of a map that kustomize reads, in a kustomization or in what Argo CD
    /// and Flux hand over to it.
    pub fn kustomize(&mut self, node: Node<'_>, object: usize, field: &str) -> Customised {
        self.facts.sets_namespace |= ["namespace", "targetNamespace"]
            .iter()
            .any(|key| node.get(key).and_then(Node::as_str).is_some());
        let generators = node.get("secretGenerator");
        self.facts.confidential.extend(generators.map(Node::content_span));
        let mut lists = Vec::new();
        for list in ["patches", "patchesJson6902"] {
            let patches = self.items(node.get(list));
            lists.push(
                patches
                    .into_iter()
                    .filter_map(|patch| {
                        let target = patch.get("target");
                        let source =
                            match (patch.get("patch"), patch.get("path").and_then(written_text)) {
                                (Some(text), _) => self.patch(text, target),
                                (None, Some(path)) => PatchSource::File(path),
                                (None, None) => return None,
                            };
                        Some(Patch { source, target: target.map(read_target) })
                    })
                    .collect::<Vec<_>>(),
            );
        }
        let merges = node.get("patchesStrategicMerge").into_iter().flat_map(Node::items);
        let merges = merges.map(|patch| {
            // A line alone is the name of a file.
            let path = written_text(patch).filter(|path| !path.text.contains('\n'));
            let source = path.map_or_else(|| self.patch(patch, None), PatchSource::File);
            Patch { source, target: None }
        });
        // Kustomize applies these first (`api/internal/target/kusttarget.go`).
        let patches = merges.collect::<Vec<_>>().into_iter().chain(lists.into_iter().flatten());
        let patches = patches.collect();
        let dot = if field.is_empty() { "" } else { "." };
        for (index, chart) in self.items(node.get("helmCharts")).into_iter().enumerate() {
            if let Some(values) = chart.get("valuesInline") {
                self.values(values, object, &format!("helmCharts[{index}].valuesInline"));
            }
        }
        let mut images = Vec::new();
        for list in ["images", "imageTags"] {
            for (index, image) in self.items(node.get(list)).into_iter().enumerate() {
                let field = format!("{field}{dot}{list}[{index}]");
                images.extend(self.image_override(image, object, &field));
            }
        }
        Customised { patches, images }
    }

    /// What an Argo CD `Application` or a Flux `Kustomization` has kustomize build: the folder is
    /// named beside what is changed (argoproj/argo-cd, `pkg/apis/application/v1alpha1/types.go`;
    /// fluxcd/kustomize-controller, `api/v1/kustomization_types.go`).
    pub fn deployed(&mut self, holder: Node<'_>, object: usize, changes: Customised) {
        let Some(path) = holder.get("path").and_then(written_text) else { return };
        let Customised { patches, images } = changes;
        self.facts.deployments.push(Deployment { object, path, patches, images });
    }

    /// The sources of an Argo CD `Application` that change nothing of what they name.
    pub fn plain_sources(&mut self, root: Node<'_>, object: usize) {
        let single = root.at(&["spec", "source"]).into_iter();
        let several = root.at(&["spec", "sources"]).into_iter().flat_map(Node::items);
        for source in single.chain(several).filter(|source| source.get("kustomize").is_none()) {
            self.deployed(source, object, Customised { patches: Vec::new(), images: Vec::new() });
        }
    }

    /// The fields that a file of `configurations` names.
    pub fn image_fields(&mut self, root: Node<'_>) {
        for spec in root.get("images").into_iter().flat_map(Node::items) {
            let text = |key: &str| spec.get(key).and_then(Node::as_str).map(Box::from);
            if let Some(path) = text("path") {
                let (group, version, kind) = (text("group"), text("version"), text("kind"));
                self.facts.image_fields.push(FieldSpec { path, group, version, kind });
            }
        }
    }

    /// A patch as a text, or as it is.
    fn patch(&mut self, patch: Node<'_>, target: Option<Node<'_>>) -> PatchSource {
        let counts = |facts: &FileFacts| (facts.objects.len(), facts.json_patches.len());
        let (objects, json_patches) = counts(self.facts);
        if patch.as_str().is_some() {
            self.embedded(patch, Some("a patch"), &|reader, root| reader.patch_root(root, target));
        } else {
            self.patch_root(patch, target);
        }
        let ends = counts(self.facts);
        PatchSource::Inline { objects: objects..ends.0, json_patches: json_patches..ends.1 }
    }

    fn patch_root(&mut self, root: Node<'_>, target: Option<Node<'_>>) {
        if is_json_patch(root) {
            self.json_patch(root, target);
        } else {
            let outer = std::mem::replace(&mut self.in_patch, true);
            let base = self.base.replace(String::new());
            let standing = if is_deleted(root) { Standing::Deleted } else { Standing::Within };
            let standing = std::mem::replace(&mut self.standing, standing);
            self.object(root, None, LIST_DEPTH);
            self.standing = standing;
            self.base = base;
            self.in_patch = outer;
        }
    }

    /// Numbers and booleans where kustomize reads strings: it decodes its file strictly and fails
    /// (kubernetes-sigs/kustomize, `api/types/image.go`).
    fn unquoted_pieces(&mut self, node: Node<'_>, object: usize) {
        for key in ["name", "newName", "newTag", "digest"] {
            let Some(value) = node.get(key) else { continue };
            let Some((text, kind)) = value.scalar() else { continue };
            if !matches!(kind, ScalarKind::Str | ScalarKind::Null) {
                self.facts.unquoted.push(Unquoted {
                    key: key.into(),
                    written: text.chars().take(LONGEST_NUMBER).collect(),
                    becomes: None,
                    span: value.span(),
                    object,
                });
            }
        }
    }

    /// An entry of `images`: a map, or a string as Argo CD writes it, `[old=]name[:tag][@digest]`
    /// (argoproj/argo-cd, `pkg/apis/application/v1alpha1/types.go`).
    fn image_override(
        &mut self,
        node: Node<'_>,
        object: usize,
        field: &str,
    ) -> Option<ImageOverride> {
        if let Some(image) = written_text(node) {
            return Some(self.override_in_a_string(image, object, field));
        }
        self.unquoted_pieces(node, object);
        let piece = |key: &str| {
            let node = node.get(key)?;
            let text = scalar_text(node)?.into();
            Some(Written { text, span: node.span(), not_text: None })
        };
        let (name, new_name) = (piece("name"), piece("newName"));
        let (tag, digest) = (piece("newTag"), piece("digest"));
        let named = new_name.as_ref().or(name.as_ref())?;
        let mut text = named.text.to_string();
        text.extend(tag.iter().flat_map(|tag| [":", &tag.text]));
        text.extend(digest.iter().flat_map(|digest| ["@", &digest.text]));
        let decides = digest.as_ref().or(tag.as_ref()).unwrap_or(named).span;
        let pieces = Some(Pieces {
            tag_key: "newTag".into(),
            digest_key: Some("digest".into()),
            named: named.span,
            others: vec![named.span],
            extent: Extent::Whole,
        });
        let image = Written { text: text.into(), span: decides, not_text: None };
        let used = self.override_use(image, Box::default(), pieces, object, field);
        let tag_suffix = piece("tagSuffix");
        let is_pattern = new_name.is_none() && named.text.contains(IN_PATTERNS);
        let image = self.facts.uses.last_mut().filter(|_| is_pattern);
        if let Some(image) = image {
            image.set_later = Some(Filler::Template);
        }
        Some(ImageOverride { name: name?, new_name, new_tag: tag, digest, tag_suffix, used })
    }

    fn override_in_a_string(
        &mut self,
        mut image: Written,
        object: usize,
        field: &str,
    ) -> ImageOverride {
        let part = |text: &str| Written { text: text.into(), span: image.span, not_text: None };
        let (old, new) = match image.text.split_once('=') {
            Some((old, new)) => (Some(old), new),
            None => (None, &*image.text),
        };
        let (name, tag, digest) = by_marks(new);
        let entry = ImageOverride {
            name: part(old.unwrap_or(name)),
            new_name: old.map(|_| part(name)),
            new_tag: tag.map(part),
            digest: digest.map(part),
            tag_suffix: None,
            used: self.facts.uses.len(),
        };
        let before = old.map(|old| format!("{old}=").into()).unwrap_or_default();
        image.text = new.into();
        self.override_use(image, before, None, object, field);
        entry
    }

    fn override_use(
        &mut self,
        image: Written,
        before: Box<str>,
        pieces: Option<Pieces>,
        object: usize,
        field: &str,
    ) -> usize {
        self.facts.uses.push(ImageUse {
            image: Some(image),
            before,
            pieces,
            // Without a new tag the old one stays.
            tag: TagMeaning::AddedLater,
            field: Some(field.into()),
            ..ImageUse::without_image(object, Role::Kustomize)
        });
        self.facts.uses.len() - 1
    }
}

/// What a name has in it that is a regular expression and no name.
const IN_PATTERNS: [char; 9] = ['*', '+', '?', '[', '(', '|', '^', '$', '\\'];

/// The strings of some lists.
fn entries(root: Node<'_>, keys: &[&str]) -> Vec<Written> {
    let lists = keys.iter().filter_map(|key| root.get(key));
    lists.flat_map(Node::items).filter_map(written_text).collect()
}

/// The values files that charts in a kustomization are rendered with
/// (kubernetes-sigs/kustomize, `api/types/helmchartargs.go`).
fn values_files(root: Node<'_>) -> Vec<Written> {
    let charts = root.get("helmCharts").into_iter().flat_map(Node::items);
    let files = charts.flat_map(|chart| {
        let single = chart.get("valuesFile").into_iter();
        single.chain(chart.get("additionalValuesFiles").into_iter().flat_map(Node::items))
    });
    files.filter_map(written_text).collect()
}

/// The fields that replacements set and that may be images.
fn replacements(root: Node<'_>) -> Vec<Replacement> {
    let replacements = root.get("replacements").into_iter().flat_map(Node::items);
    let targets = replacements.filter_map(|replacement| replacement.get("targets"));
    let mut fields = Vec::new();
    for target in targets.flat_map(Node::items) {
        let Some(select) = target.get("select") else { continue };
        let paths = target.get("fieldPaths").into_iter().flat_map(Node::items);
        for path in paths.filter_map(written_text).filter(|path| path.text.contains("mage")) {
            let select = read_target(select);
            fields.push(Replacement { select, path: path.text, span: path.span });
        }
    }
    fields
}

fn read_target(node: Node<'_>) -> Target {
    let text = |key: &str| node.get(key).and_then(scalar_text).map(Box::from);
    Target {
        group: text("group"),
        version: text("version"),
        kind: text("kind"),
        name: text("name"),
        namespace: text("namespace"),
        by_labels: ["labelSelector", "annotationSelector"].iter().any(|key| text(key).is_some()),
    }
}
