//! What is known of one file after it was read: owned and small, without its text or tree.

use crate::{span::Span, suppress::Ignore};

/// Everything that the rules need of one file.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// The Kubernetes objects that run images.
    pub objects: Vec<ObjectFact>,
    /// Their pods.
    pub pods: Vec<PodFact>,
    /// Every image that is written, in the order of the pods.
    pub uses: Vec<ImageUse>,
    /// Keys given twice where only one can be meant.
    pub duplicates: Vec<Duplicate>,
    /// Manifests that are not YAML, or not readable as such.
    pub broken: Vec<Broken>,
    /// Suppressions, by comment and by annotation.
    pub ignores: Vec<Ignore>,
    /// How many documents are Kubernetes objects, images or not.
    pub manifests: usize,
    /// Why part of the file could not be checked.
    pub skipped: Option<Skip>,
}

/// A Kubernetes object.
#[derive(Debug)]
pub struct ObjectFact {
    /// Group and version, `apps/v1`.
    pub api_version: Box<str>,
    /// Its kind, `Deployment`.
    pub kind: Box<str>,
    /// The namespace, where one is written.
    pub namespace: Option<Box<str>>,
    /// Its name, unless the API server is to make one up.
    pub name: Option<Box<str>>,
    /// Something in the cluster sets its images: OpenShift image triggers.
    pub images_are_set_later: bool,
}

/// The containers and volumes that one pod starts with.
#[derive(Debug)]
pub struct PodFact {
    /// The object that makes it, as an index into the file's objects.
    pub object: usize,
    /// Its images, as a range of the file's uses.
    pub uses: std::ops::Range<usize>,
}

/// An image as it is written.
#[derive(Debug)]
pub struct ImageUse {
    /// The object, as an index into the file's objects.
    pub object: usize,
    /// The container's or the volume's name.
    pub container: Option<Box<str>>,
    /// What the image is for.
    pub role: Role,
    /// The reference.
    pub image: Written,
    /// The pull policy, unless it is left out, empty or null: that is the same to Kubernetes.
    pub policy: Option<Written>,
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
        }
    }

    /// What a person calls it.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Init => "init container",
            Self::Ephemeral => "ephemeral container",
            Self::Volume => "volume",
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

    /// The key that holds the image.
    #[must_use]
    pub const fn image_key(self) -> &'static str {
        match self {
            Self::Volume => "reference",
            _ => "image",
        }
    }
}

/// A value and its place.
#[derive(Debug)]
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
