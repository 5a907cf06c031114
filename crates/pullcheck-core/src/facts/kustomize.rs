//! What kustomize is asked to do.

use std::ops::Range;

use super::Written;
use crate::span::Span;

/// What a kustomization may be called (kubernetes-sigs/kustomize, `api/konfig/general.go`).
pub const KUSTOMIZATION_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization (kubernetes-sigs/kustomize, `api/types/kustomization.go`).
#[derive(Debug, Default)]
pub struct Kustomization {
    /// It is a component: it works on what the kustomization that names it has gathered.
    pub is_component: bool,
    /// The files and folders of objects, `bases` included.
    pub resources: Vec<Written>,
    /// The folders of components.
    pub components: Vec<Written>,
    /// The patches in the order in which they are applied.
    pub patches: Vec<Patch>,
    /// The images to put in the place of others.
    pub images: Vec<ImageOverride>,
    /// What is put before the names of objects.
    pub name_prefix: Option<Box<str>>,
    /// What is put behind the names of objects.
    pub name_suffix: Option<Box<str>>,
    /// The namespace of all objects.
    pub namespace: Option<Box<str>>,
    /// The files that name further fields to work on.
    pub configurations: Vec<Written>,
    /// The values files of charts that it takes in.
    pub values_files: Vec<Written>,
    /// The replacements of what may be images.
    pub replacements: Vec<Replacement>,
    /// It takes in objects that cannot be read here: charts, and what generators make.
    pub is_open: bool,
}

/// A field that gets its value from another object
/// (kubernetes-sigs/kustomize, `api/types/replacement.go`).
#[derive(Debug)]
pub struct Replacement {
    /// The objects that it is in.
    pub select: Target,
    /// The way to it: `spec.template.spec.containers.[name=web].image`.
    pub path: Box<str>,
    /// Where that is written.
    pub span: Span,
}

/// A patch of a kustomization.
#[derive(Debug)]
pub struct Patch {
    /// Where it is written.
    pub source: PatchSource,
    /// What it is laid over, unless it says so itself.
    pub target: Option<Target>,
}

/// Where a patch is written.
#[derive(Debug)]
pub enum PatchSource {
    /// In a file of its own.
    File(Written),
    /// In the kustomization: ranges of its file's objects and JSON patches.
    Inline {
        /// The objects that are laid over others of their name.
        objects: Range<usize>,
        /// The JSON patches.
        json_patches: Range<usize>,
    },
}

/// What a patch is laid over: all objects that have all of this. Each is a regular expression
/// (kubernetes-sigs/kustomize, `api/types/selector.go`).
#[derive(Debug, Default)]
pub struct Target {
    /// The API group.
    pub group: Option<Box<str>>,
    /// The version of the API.
    pub version: Option<Box<str>>,
    /// The kind.
    pub kind: Option<Box<str>>,
    /// The name.
    pub name: Option<Box<str>>,
    /// The namespace.
    pub namespace: Option<Box<str>>,
    /// Labels or annotations decide as well, which are not known here.
    pub by_labels: bool,
}

/// An entry of `images`: what to put in the place of an image
/// (kubernetes-sigs/kustomize, `api/types/image.go`).
#[derive(Debug)]
pub struct ImageOverride {
    /// The image that it stands for, as a regular expression.
    pub name: Written,
    /// The new name.
    pub new_name: Option<Written>,
    /// The new tag.
    pub new_tag: Option<Written>,
    /// The new digest.
    pub digest: Option<Written>,
    /// What is put behind the old tag.
    pub tag_suffix: Option<Written>,
    /// The same as an image, as an index into the file's uses.
    pub used: usize,
}

/// An object that has kustomize build a folder of a repository: an Argo CD `Application` or a Flux
/// `Kustomization`.
#[derive(Debug)]
pub struct Deployment {
    /// The object, as an index into the file's objects.
    pub object: usize,
    /// The folder, from the root of the repository.
    pub path: Written,
    /// The patches that it adds.
    pub patches: Vec<Patch>,
    /// The images that it puts in the place of others, after all that the folder says.
    pub images: Vec<ImageOverride>,
}

/// A field that kustomize is to take for an image (`configurations`, key `images`).
#[derive(Debug)]
pub struct FieldSpec {
    /// The keys that lead to it, joined by `/`; `[]` behind a list may be left out.
    pub path: Box<str>,
    /// The API group, if it is for one only.
    pub group: Option<Box<str>>,
    /// The version, if it is for one only.
    pub version: Option<Box<str>>,
    /// The kind, if it is for one only.
    pub kind: Option<Box<str>>,
}
