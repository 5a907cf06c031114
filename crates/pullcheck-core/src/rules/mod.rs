//! The rules, one to a file. This is the one list of them.

use crate::{
    rule::{Profile, Rule},
    settings::Levels,
};

macro_rules! rules {
    ($($file:ident),+ $(,)?) => {
        $(mod $file;)+
        /// Every rule, by name.
        pub static RULES: &[&Rule] = &[$(&$file::RULE),+];
    };
}

rules! {
    cached_mutable_image,
    committed_registry_credential,
    disallowed_registry,
    dropped_digest,
    duplicate_key,
    floating_tag,
    implicit_pull_policy,
    implicit_registry,
    invalid_pull_policy,
    invalid_reference,
    latest_tag,
    missing_pull_secret,
    missing_tag,
    mixed_pull_policy,
    never_pull,
    node_local_registry,
    numeric_tag,
    partial_version,
    pull_secret_mismatch,
    redundant_always_pull,
    required_pull_policy,
    retired_registry,
    short_lived_pull_secret,
    syntax,
    tag_beside_digest,
    tag_digest_drift,
    unmatched_image_override,
    unpinned_image,
    unresolved_placeholder,
    unused_suppression,
    version_skew,
}

/// The rule of an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The rule whose id is nearest to a wrong one, if any is near.
#[must_use]
pub fn nearest(id: &str) -> Option<&'static Rule> {
    let distance = |rule: &&Rule| strsim::damerau_levenshtein(id, rule.id);
    let nearest = RULES.iter().copied().min_by_key(distance)?;
    (distance(&nearest) * 3 <= nearest.id.len()).then_some(nearest)
}

/// The rules that run in a profile.
#[must_use]
pub fn levels(profile: Profile) -> Levels {
    let mut levels = Levels::default();
    for rule in RULES {
        levels.set(rule.id, rule.level.of(profile));
    }
    levels
}
