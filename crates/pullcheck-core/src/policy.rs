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

    /// What this policy makes of an image that moves, as the end of a sentence.
    #[must_use]
    pub const fn effect_on_moving(self) -> &'static str {
        match self {
            Self::Always => "each start may run another build",
            Self::IfNotPresent => "nodes keep old copies",
            Self::Never => "each node runs what it happens to hold",
        }
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
