//! Pull policies, and what Kubernetes makes of one that is not written.

/// When the kubelet pulls an image (kubernetes.io, "Images", section "Image pull policy").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PullPolicy {
    /// Asks the registry at every start of a container.
    Always,
    /// Pulls only where the node holds no copy.
    IfNotPresent,
    /// Never pulls; without a copy on the node the container does not start.
    Never,
}

impl PullPolicy {
    /// All policies.
    pub const ALL: [Self; 3] = [Self::Always, Self::IfNotPresent, Self::Never];

    /// The exact word that the API server takes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::IfNotPresent => "IfNotPresent",
            Self::Never => "Never",
        }
    }

    /// Reads the exact word; the API server refuses every other spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text)
    }

    /// The policy that a wrong spelling most likely means.
    #[must_use]
    pub fn meant_by(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
        let distance = |policy: &Self| {
            strsim::damerau_levenshtein(&plain, &policy.as_str().to_ascii_lowercase())
        };
        let nearest = Self::ALL.into_iter().min_by_key(distance)?;
        (distance(&nearest) * 3 <= nearest.as_str().len()).then_some(nearest)
    }
}

impl std::fmt::Display for PullPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The policy of one image, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Written in the manifest.
    Written(PullPolicy),
    /// Not written: what Kubernetes defaults it to.
    Defaulted(PullPolicy),
    /// Whatever is written, the admission plugin `AlwaysPullImages` makes it `Always`.
    Forced,
    /// Written, but not one of the three words.
    Invalid(Option<PullPolicy>),
    /// Not to be known: it or the image it depends on is filled in later.
    Unknown,
}

impl Policy {
    /// The policy that takes effect, where there is one.
    #[must_use]
    pub const fn effective(self) -> Option<PullPolicy> {
        match self {
            Self::Written(policy) | Self::Defaulted(policy) => Some(policy),
            Self::Forced => Some(PullPolicy::Always),
            Self::Invalid(_) | Self::Unknown => None,
        }
    }

    /// The policy that is written and takes effect.
    #[must_use]
    pub const fn written(self) -> Option<PullPolicy> {
        match self {
            Self::Written(policy) => Some(policy),
            _ => None,
        }
    }
}

/// How the images of one place are pulled: in which words a policy is written there, and what holds
/// where none is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pulling {
    /// By the kubelet, for a container of a pod.
    #[default]
    Pod,
    /// By the kubelet or a package manager, under one policy unless another is written, whatever
    /// the tag. Crossplane's packages: crossplane/crossplane, `apis/pkg/v1/package_types.go`.
    Fixed(PullPolicy),
    /// A controller, or an object that is patched, decides where nothing is written.
    Unknown,
    /// The tag is turned into a digest first, so that no node has a say in it.
    Resolved(Resolver),
    /// By Docker Compose (docs.docker.com, "Services top-level element", `pull_policy`). `up`
    /// pulls what is missing, `latest` too; only `pull` asks again for that (docker/compose,
    /// `pkg/compose/pull.go`).
    Compose,
}

/// What turns tags into digests before anything is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolver {
    /// Knative, for each revision (knative/serving, `revision_types.go`).
    Knative,
    /// OpenShift, when an image stream imports it (openshift/api, `image/v1/types.go`).
    OpenShift,
    /// Amazon ECS, for each deployment of a service (docs.aws.amazon.com, "Container image
    /// resolution").
    Ecs,
}

impl Resolver {
    /// What it makes of an image that moves, as a sentence.
    #[must_use]
    pub const fn effect_on_moving(self) -> &'static str {
        match self {
            Self::Knative => "Knative pins it for each revision, so each may run another build",
            Self::OpenShift => {
                "OpenShift pins it when it imports it, so each import may bring another build"
            }
            Self::Ecs => "Amazon ECS pins it for each deployment, so each may run another build",
        }
    }
}

/// A policy as it is written, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// One of the policies.
    Policy(PullPolicy),
    /// A word that says something else: `build`, `daily`.
    Other,
    /// No such word; the policy that is most likely meant.
    Wrong(Option<PullPolicy>),
}

impl Pulling {
    /// What an unwritten policy becomes, where that is certain.
    #[must_use]
    pub const fn default(self, image_is_latest: bool) -> Option<PullPolicy> {
        match self {
            Self::Pod => Some(default_policy(image_is_latest)),
            Self::Compose => Some(PullPolicy::IfNotPresent),
            Self::Fixed(policy) => Some(policy),
            Self::Unknown | Self::Resolved(_) => None,
        }
    }

    /// Who sets the default, as the beginning of a sentence that ends in the policy.
    #[must_use]
    pub const fn defaults_it(self) -> &'static str {
        match self {
            Self::Compose => "Compose defaults it to",
            Self::Fixed(_) => "the default here is",
            Self::Pod | Self::Unknown | Self::Resolved(_) => "Kubernetes defaults it to",
        }
    }

    /// What a policy makes of an image that moves, as the end of a sentence.
    #[must_use]
    pub const fn effect_on_moving(self, policy: PullPolicy) -> &'static str {
        match (policy, self) {
            (PullPolicy::Always, _) => "each start may run another build",
            (PullPolicy::IfNotPresent, Self::Compose) => "hosts keep old copies",
            (PullPolicy::IfNotPresent, Self::Fixed(_)) => "what was pulled once is kept",
            (PullPolicy::IfNotPresent, _) => "nodes keep old copies",
            (PullPolicy::Never, Self::Compose) => "each host runs what it happens to hold",
            (PullPolicy::Never, _) => "each node runs what it happens to hold",
        }
    }

    /// What runs the image.
    #[must_use]
    pub const fn machine(self) -> &'static str {
        match self {
            Self::Compose => "host",
            _ => "node",
        }
    }

    /// The word for a policy.
    #[must_use]
    pub const fn word(self, policy: PullPolicy) -> &'static str {
        match (self, policy) {
            (Self::Compose, PullPolicy::Always) => "always",
            (Self::Compose, PullPolicy::IfNotPresent) => "missing",
            (Self::Compose, PullPolicy::Never) => "never",
            _ => policy.as_str(),
        }
    }

    /// Reads a written policy.
    #[must_use]
    pub fn read(self, text: &str) -> Word {
        let wrong = || Word::Wrong(PullPolicy::meant_by(text));
        match self {
            Self::Compose => match text {
                "always" => Word::Policy(PullPolicy::Always),
                "missing" | "if_not_present" => Word::Policy(PullPolicy::IfNotPresent),
                "never" => Word::Policy(PullPolicy::Never),
                "build" | "refresh" | "daily" | "weekly" => Word::Other,
                _ if text.starts_with("every_") => Word::Other,
                _ => wrong(),
            },
            _ => PullPolicy::parse(text).map_or_else(wrong, Word::Policy),
        }
    }
}

/// What Kubernetes defaults an unwritten policy to: `Always` for the tag `latest`, written or
/// implied, also beside a digest; `IfNotPresent` for everything else, unreadable references
/// included (kubernetes, `pkg/apis/core/v1/defaults.go`, `SetDefaults_Container`).
#[must_use]
pub const fn default_policy(image_is_latest: bool) -> PullPolicy {
    if image_is_latest { PullPolicy::Always } else { PullPolicy::IfNotPresent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_words_are_policies() {
        assert_eq!(PullPolicy::parse("IfNotPresent"), Some(PullPolicy::IfNotPresent));
        for wrong in ["always", "ALWAYS", "ifNotPresent", "Ifnotpresent", "", "Always "] {
            assert_eq!(PullPolicy::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_wrong_spelling_is_understood() {
        let table = [
            ("always", Some(PullPolicy::Always)),
            ("Alway", Some(PullPolicy::Always)),
            ("ifNotPresent", Some(PullPolicy::IfNotPresent)),
            ("if-not-present", Some(PullPolicy::IfNotPresent)),
            ("IfNotPresents", Some(PullPolicy::IfNotPresent)),
            ("NEVER", Some(PullPolicy::Never)),
            ("true", None),
            ("OnFailure", None),
        ];
        for (text, meant) in table {
            assert_eq!(PullPolicy::meant_by(text), meant, "{text}");
        }
    }
}
