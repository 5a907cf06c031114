//! What is known of one file after it was read: owned and small, without its text or tree.

mod kustomize;
mod patch;
mod rendered;
mod secrets;

pub use kustomize::{
    Deployment, FieldSpec, ImageOverride, KUSTOMIZATION_NAMES, Kustomization, Patch, PatchSource,
    Replacement, Target,
};
pub use patch::{JsonPatch, JsonStep, ListFact, Operation};
pub use rendered::RenderedDocument;
pub use secrets::{AccountFact, Credential, RegistryEntry, SecretContent, SecretFact};

use std::{borrow::Cow, sync::Arc};

use thin_vec::ThinVec;

use crate::{helm, policy::Pulling, span::Span, suppress::Ignore};

/// Everything that the rules need of one file.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// The Kubernetes objects that run images.
    pub objects: ThinVec<ObjectFact>,
    /// Their pods.
    pub pods: ThinVec<PodFact>,
    /// Every image that is written, in the order of the pods.
    pub uses: ThinVec<ImageUse>,
    /// Keys given twice where only one can be meant.
    pub duplicates: ThinVec<Duplicate>,
    /// Numbers and booleans where a string is meant.
    pub unquoted: ThinVec<Unquoted>,
    /// Manifests that are not YAML, or not readable as such.
    pub broken: ThinVec<Broken>,
    /// Secrets, without what is secret in them.
    pub secrets: ThinVec<SecretFact>,
    /// Service accounts.
    pub accounts: ThinVec<AccountFact>,
    /// A kustomization here puts objects into a namespace of its own.
    pub sets_namespace: bool,
    /// What the file asks kustomize to do, if it is a kustomization.
    pub kustomization: Option<Box<Kustomization>>,
    /// JSON patches, in the order of the text.
    pub json_patches: ThinVec<JsonPatch>,
    /// The lists of containers in objects that may be patches.
    pub lists: ThinVec<ListFact>,
    /// Objects that have kustomize build a folder of the repository.
    pub deployments: ThinVec<Deployment>,
    /// What `Chart.yaml` says.
    pub chart: Option<Box<helm::Chart>>,
    /// What a values file says.
    pub values: Option<Box<helm::Values>>,
    /// A template of a chart.
    pub template: Option<Box<helm::Template>>,
    /// Fields that kustomize is to take for images.
    pub image_fields: ThinVec<FieldSpec>,
    /// Text that must never be shown: in order, with a gap between one and the next.
    pub confidential: ThinVec<Span>,
    /// Suppressions, by comment and by annotation.
    pub ignores: ThinVec<Ignore>,
    /// How many documents are Kubernetes objects, images or not.
    pub manifests: usize,
    /// What the file is to Helm.
    pub helm: Option<HelmFile>,
    /// The documents that name the template they were rendered from, in the order of the text.
    pub rendered: ThinVec<RenderedDocument>,
    /// Why part of the file could not be checked.
    pub skipped: Option<Skip>,
}

impl FileFacts {
    /// Gives back the room that the longest lists grew by: there are as many of these as files.
    pub fn shrink(&mut self) {
        self.objects.shrink_to_fit();
        self.pods.shrink_to_fit();
        self.uses.shrink_to_fit();
        self.lists.shrink_to_fit();
        self.ignores.shrink_to_fit();
    }

    /// Whether an object stands for what a JSON patch changes.
    #[must_use]
    pub fn is_json_patch(&self, object: usize) -> bool {
        // Each patch comes with an object of its own, in the same order.
        self.json_patches.binary_search_by_key(&object, |patch| patch.object).is_ok()
    }

    /// The object that each object stands in; itself for most.
    #[must_use]
    pub fn outermost(&self) -> Vec<usize> {
        let mut last = None;
        let objects = self.objects.iter().enumerate();
        objects
            .map(|(index, object)| {
                let is_within = object.standing == Standing::Within;
                // Objects in an object follow it. In a kustomization each is a patch of its own.
                let outer = last.filter(|_| is_within && self.kustomization.is_none());
                if outer.is_none() {
                    last = (!is_within).then_some(index);
                }
                outer.unwrap_or(index)
            })
            .collect()
    }
}

/// A Kubernetes object, or what stands in its place: a Compose file, a task definition, a patch.
#[derive(Debug, Default)]
pub struct ObjectFact {
    /// Group and version, `apps/v1`; empty where there is none.
    pub api_version: Box<str>,
    /// Its kind, `Deployment`; empty for a patch of an object that another file names.
    pub kind: Box<str>,
    /// The namespace, where one is written.
    pub namespace: Option<Box<str>>,
    /// Its name, unless the API server is to make one up.
    pub name: Option<Box<str>>,
    /// What stands in the way of deploying it as an object of its own.
    pub standing: Standing,
}

/// How an object stands in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// As an object of its own.
    #[default]
    Alone,
    /// Within another object or in a text, as patches in a kustomization do.
    Within,
    /// As an object for local tools, which kustomize leaves out
    /// (kubernetes-sigs/kustomize, `api/konfig/general.go`, `IgnoredByKustomizeAnnotation`).
    Local,
    /// As a patch that takes the object away (`$patch: delete`).
    Deleted,
}

/// The containers and volumes that one pod starts with.
#[derive(Debug)]
pub struct PodFact {
    /// The object that makes it, as an index into the file's objects.
    pub object: usize,
    /// Its images, as a range of the file's uses.
    pub uses: std::ops::Range<usize>,
    /// The way to its spec from the root of its object: `spec/template/spec`.
    pub path: Arc<str>,
    /// The pull secrets that it names.
    pub pull_secrets: Vec<Written>,
    /// The service account that it runs as, where one is written.
    pub account: Option<Written>,
}

impl PodFact {
    /// What is no pod, and has neither pull secrets nor an account.
    #[must_use]
    pub fn alone(object: usize, uses: std::ops::Range<usize>) -> Self {
        Self { object, uses, path: "".into(), pull_secrets: Vec::new(), account: None }
    }
}

/// An image as it is written.
#[derive(Clone, Debug)]
pub struct ImageUse {
    /// The object, as an index into the file's objects.
    pub object: usize,
    /// The container's or the volume's name.
    pub container: Option<Box<str>>,
    /// The field that holds it, where no container does: `spec.imageName`.
    pub field: Option<Box<str>>,
    /// Where in its object it stands; nothing in a text within an object.
    pub path: Option<FieldPath>,
    /// What the image is for.
    pub role: Role,
    /// The reference; nothing where a patch sets the policy alone.
    pub image: Option<Written>,
    /// What the reference is where no variable in it is set, if each has a default.
    pub by_default: Option<Box<str>>,
    /// What stands before the reference in the same string: `oci://`, `name=`.
    pub before: Box<str>,
    /// The pieces of the reference, where it is not written in one.
    pub pieces: Option<Pieces>,
    /// The pull policy, unless it is left out, empty or null: that is the same to Kubernetes.
    pub policy: Option<Written>,
    /// The key of the pull policy, where one can be written.
    pub policy_key: Option<Cow<'static, str>>,
    /// How it is pulled.
    pub pulling: Pulling,
    /// What its tag means.
    pub tag: TagMeaning,
    /// What sets another image in its place.
    pub set_later: Option<Filler>,
}

/// The place of an image in its object, as kustomize sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    /// The keys and numbers of items from the root of the object to the list that holds the
    /// container, or to what holds the image: `spec/template/spec/containers`.
    pub list: Arc<str>,
    /// The number of the container in that list.
    pub item: Option<u32>,
    /// The keys from there to the image.
    pub tail: &'static str,
}

impl FieldPath {
    /// The same in an item of the list.
    #[must_use]
    pub fn at(&self, item: u32) -> Self {
        Self { item: Some(item), ..self.clone() }
    }
}

/// A reference that is written in pieces.
#[derive(Clone, Debug)]
pub struct Pieces {
    /// The key of the tag.
    pub tag_key: Box<str>,
    /// The key of the digest, where there is one.
    pub digest_key: Option<Box<str>>,
    /// The piece that names the repository.
    pub named: Span,
    /// The pieces that do not decide which build it is.
    pub others: Vec<Span>,
    /// How much of the reference they make.
    pub extent: Extent,
}

/// How much of a reference is written at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// All but the registry, which something else may put before it.
    WithoutRegistry,
    /// The tag or digest alone, as `:1.2.3`: something else names the image.
    TagAlone,
}

/// What a file is to Helm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelmFile {
    /// `Chart.yaml`, which makes its folder a chart.
    Chart,
    /// Values, by the name of the file. They belong to a chart above them if there is one.
    Values,
    /// Values, because somebody says so.
    CertainValues,
    /// A template or values of a chart that is judged by what Helm makes of them.
    Rendered,
}

/// A number or boolean where a string is meant.
#[derive(Debug)]
pub struct Unquoted {
    /// Its key.
    pub key: Box<str>,
    /// Its value, as it is written.
    pub written: Box<str>,
    /// What is made of it; nothing where it is refused.
    pub becomes: Option<Box<str>>,
    /// Where it stands.
    pub span: Span,
    /// The object, as an index into the file's objects.
    pub object: usize,
}

/// What fills an image or policy in before the cluster sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filler {
    /// A template engine or a script: `${TAG}`, `{{ … }}`.
    Template,
    /// A person: `<tag>`, `PROJECT_ID`, `your-registry`.
    Hand,
    /// `ko`, which builds and publishes: `ko://…`.
    Ko,
    /// Istio's sidecar injector, which replaces `auto`.
    Injector,
    /// OpenShift's image triggers.
    Trigger,
    /// Compose, which builds the image and gives it this name.
    Build,
}

/// What the tag of an image means at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TagMeaning {
    /// The build that is pulled.
    #[default]
    Plain,
    /// A controller watches it: that it moves is its purpose.
    MovesOnPurpose,
    /// Where none is written, a controller or another file adds one.
    AddedLater,
}

/// What an image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A container.
    Container,
    /// An init container, sidecars with a restart policy included.
    Init,
    /// A container added to a running pod.
    Ephemeral,
    /// An image mounted as a volume (KEP-4639).
    Volume,
    /// A field of a custom resource.
    Custom,
    /// An image that kustomize puts in the place of others.
    Kustomize,
    /// An image in the values of a Helm chart.
    Values,
}

impl Role {
    /// The word for it, as in output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Init => "init",
            Self::Ephemeral => "ephemeral",
            Self::Volume => "volume",
            Self::Custom => "custom",
            Self::Kustomize => "kustomize",
            Self::Values => "values",
        }
    }

    /// What a person calls its holder.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Init => "init container",
            Self::Ephemeral => "ephemeral container",
            Self::Volume => "volume",
            Self::Custom => "field",
            Self::Kustomize => "override",
            Self::Values => "value",
        }
    }

    /// The key that holds the image.
    #[must_use]
    pub const fn image_key(self) -> &'static str {
        match self {
            Self::Volume => "reference",
            _ => "image",
        }
    }

    /// The key that holds the pull policy beside the image.
    #[must_use]
    pub const fn policy_key(self) -> &'static str {
        match self {
            Self::Volume => "pullPolicy",
            _ => "imagePullPolicy",
        }
    }
}

impl ImageUse {
    /// A use of an object whose image another file names, to be completed.
    #[must_use]
    pub fn without_image(object: usize, role: Role) -> Self {
        Self {
            object,
            container: None,
            field: None,
            path: None,
            role,
            image: None,
            by_default: None,
            before: Box::default(),
            pieces: None,
            policy: None,
            policy_key: Some(Cow::Borrowed(role.policy_key())),
            pulling: Pulling::Unknown,
            tag: TagMeaning::Plain,
            set_later: None,
        }
    }

    /// What holds the image, as a person calls it: "init container `migrate`", "`spec.imageName`".
    #[must_use]
    pub fn holder(&self) -> Option<String> {
        let noun = match self.pulling {
            Pulling::Compose => "service",
            _ => self.role.noun(),
        };
        match (&self.container, &self.field) {
            (Some(name), None) => Some(format!("{noun} `{name}`")),
            (Some(name), Some(field)) => Some(format!("`{field}` of `{name}`")),
            (None, Some(field)) => Some(format!("`{field}`")),
            (None, None) => None,
        }
    }
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Written {
    /// The value after YAML's quoting; the source text where it is no string.
    pub text: Box<str>,
    /// Where it stands, quotes included.
    pub span: Span,
    /// What it is instead of a string: "a number", "a list".
    pub not_text: Option<&'static str>,
}

/// A key given more than once in one mapping. The last one counts (go-yaml v2).
#[derive(Debug)]
pub struct Duplicate {
    /// The key.
    pub key: &'static str,
    /// The last key, whose value is used.
    pub kept: Span,
    /// The keys before it, whose values are lost.
    pub lost: Vec<Span>,
    /// The object, as an index into the file's objects.
    pub object: usize,
}

/// A manifest that cannot be read to its end.
#[derive(Debug)]
pub struct Broken {
    /// Where reading stopped.
    pub span: Span,
    /// Why.
    pub cause: String,
}

/// Why a file, or a document of it, was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// A chart's template: not YAML before Helm has rendered it.
    HelmTemplate,
    /// A template of another engine.
    OtherTemplate,
    /// Not YAML, and nothing shows that it is a manifest.
    Unparsable,
    /// Over the size limit.
    TooLarge,
    /// Not UTF-8.
    NotUtf8,
    /// The system refused to read it.
    Unreadable,
}

impl Skip {
    /// The word for it, as in output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HelmTemplate => "helm-template",
            Self::OtherTemplate => "other-template",
            Self::Unparsable => "unparsable",
            Self::TooLarge => "too-large",
            Self::NotUtf8 => "not-utf8",
            Self::Unreadable => "unreadable",
        }
    }
}
