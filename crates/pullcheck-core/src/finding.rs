//! What a rule says: a place, a sentence, why it matters here, what to write.

use std::sync::Arc;

use crate::{
    fix::Fix,
    span::{At, FileId, Span},
};

/// How much a finding matters. `Info` is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails a run by default.
    Info,
    /// Likely to go wrong one day.
    Warning,
    /// Wrong now, or refused by the cluster.
    Error,
}

impl Severity {
    /// All severities, the least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word for it, as in configuration and output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Where.
    pub at: At,
    /// Why it matters here, in a few words.
    pub message: String,
}

/// A place in a text outside the project: in the configuration that decides.
#[derive(Debug, PartialEq, Eq)]
pub struct Origin {
    /// The path as it is shown.
    pub path: Box<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// The place.
    pub span: Span,
}

/// One thing that is wrong, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// Its severity under the settings of the file.
    pub severity: Severity,
    /// The smallest text to blame.
    pub at: At,
    /// One sentence: what is wrong.
    pub message: String,
    /// What the blamed place is, and the other places that play a part.
    pub labels: Vec<Label>,
    /// The line of the configuration that decides, and what it says.
    pub origin: Option<(Arc<Origin>, &'static str)>,
    /// What to write instead.
    pub help: Option<String>,
    /// How the program mends it, if it can.
    pub fix: Option<Fix>,
    /// What deploys the image like this, where a build decides it: folders of kustomizations, or
    /// objects that have them built.
    pub roots: Vec<Box<str>>,
    /// What this is about.
    pub subject: Option<Subject>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The file of the Kubernetes object.
    pub file: FileId,
    /// The object, as an index into that file's objects.
    pub object: usize,
    /// The image in it, if the finding is about one.
    pub image: Option<ImageId>,
    /// The number of the image among all that the file deploys.
    pub effective: Option<usize>,
    /// Which rendering of the file, a template, object and image are in.
    pub rendering: Option<usize>,
}

impl Subject {
    /// An object as a whole.
    #[must_use]
    pub const fn object(file: FileId, object: usize) -> Self {
        Self { file, object, image: None, effective: None, rendering: None }
    }
}

/// An image as it is written somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImageId {
    /// The file.
    pub file: FileId,
    /// Its number among the file's images.
    pub index: usize,
}
