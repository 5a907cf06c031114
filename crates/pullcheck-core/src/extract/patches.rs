//! Patches: what kustomize, Argo CD and Flux lay over manifests that other files hold.

use super::{
    Reader,
    json_patch::is_json_patch,
    objects::{LIST_DEPTH, type_of},
    written::{scalar_text, written_text},
};
use crate::{
    facts::{Extent, ImageUse, ObjectFact, Pieces, Role, TagMeaning, Unquoted, Written},
    yaml::{Node, ScalarKind},
};

/// How much of a number is kept.
const LONGEST_NUMBER: usize = 200;

impl Reader<'_> {
    /// A kustomization by its name: kustomize does not demand a type in it
    /// (kubernetes-sigs/kustomize, `api/types/kustomization.go`).
    pub fn kustomization(&mut self, root: Node<'_>) {
        if type_of(root).is_some() {
            return self.object(root, None, LIST_DEPTH);
        }
        if root.is_mapping() {
            self.facts.manifests += 1;
            let object = self.facts.objects.len();
            let kind = "Kustomization".into();
            self.facts.objects.push(ObjectFact { kind, ..ObjectFact::default() });
            self.kustomize(root, object, "");
        }
    }

    /// The patches and images of a map that kustomize reads, in a kustomization or in what Argo CD
    /// and Flux hand over to it.
    pub fn kustomize(&mut self, node: Node<'_>, object: usize, field: &str) {
        self.facts.sets_namespace |= ["namespace", "targetNamespace"]
            .iter()
            .any(|key| node.get(key).and_then(Node::as_str).is_some());
        let generators = node.get("secretGenerator");
        self.facts.confidential.extend(generators.map(Node::content_span));
        for image in node.get("images").into_iter().flat_map(Node::items) {
            if image.get("newName").is_some() {
                let name = image.get("name").and_then(scalar_text);
                self.facts.renamed.extend(name.map(Box::from));
            }
        }
        for list in ["patches", "patchesJson6902"] {
            for patch in self.items(node.get(list)) {
                let Some(text) = patch.get("patch") else { continue };
                self.patch(text, patch.get("target"));
            }
        }
        for patch in node.get("patchesStrategicMerge").into_iter().flat_map(Node::items) {
            // A line alone is the name of a file.
            if patch.as_str().is_none_or(|text| text.contains('\n')) {
                self.patch(patch, None);
            }
        }
        let dot = if field.is_empty() { "" } else { "." };
        for (index, chart) in self.items(node.get("helmCharts")).into_iter().enumerate() {
            if let Some(values) = chart.get("valuesInline") {
                self.values(values, object, &format!("helmCharts[{index}].valuesInline"));
            }
        }
        for (index, image) in self.items(node.get("images")).into_iter().enumerate() {
            self.image_override(image, object, &format!("{field}{dot}images[{index}]"));
        }
    }

    /// A patch as a text, or as it is.
    fn patch(&mut self, patch: Node<'_>, target: Option<Node<'_>>) {
        if patch.as_str().is_some() {
            self.embedded(patch, Some("a patch"), &|reader, root| reader.patch_root(root, target));
        } else {
            self.patch_root(patch, target);
        }
    }

    fn patch_root(&mut self, root: Node<'_>, target: Option<Node<'_>>) {
        if is_json_patch(root) {
            self.json_patch(root, target);
        } else {
            let outer = std::mem::replace(&mut self.in_patch, true);
            self.object(root, None, LIST_DEPTH);
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
    fn image_override(&mut self, node: Node<'_>, object: usize, field: &str) {
        let mut before = Box::default();
        let (image, pieces) = if let Some(mut image) = written_text(node) {
            if let Some((name, replacement)) = image.text.rsplit_once('=') {
                before = format!("{name}=").into();
                image.text = replacement.into();
            }
            (image, None)
        } else {
            let piece = |key: &str| {
                node.get(key).and_then(|node| scalar_text(node).map(|text| (node, text)))
            };
            self.unquoted_pieces(node, object);
            let name = piece("newName").or_else(|| piece("name"));
            let (tag, digest) = (piece("newTag"), piece("digest"));
            let Some((named, text)) = name else { return };
            let decides = digest.or(tag).or(piece("newName")).map_or(named, |(node, _)| node);
            let tag = tag.map(|(_, tag)| format!(":{tag}")).unwrap_or_default();
            let digest = digest.map(|(_, digest)| format!("@{digest}")).unwrap_or_default();
            let text = format!("{text}{tag}{digest}").into();
            let pieces = Pieces {
                tag_key: "newTag".into(),
                digest_key: Some("digest".into()),
                others: vec![named.span()],
                extent: Extent::Whole,
            };
            (Written { text, span: decides.span(), not_text: None }, Some(pieces))
        };
        self.facts.uses.push(ImageUse {
            image: Some(image),
            before,
            pieces,
            // Without a new tag the old one stays.
            tag: TagMeaning::AddedLater,
            field: Some(field.into()),
            ..ImageUse::without_image(object, Role::Kustomize)
        });
    }
}
