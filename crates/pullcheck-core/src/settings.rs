//! What a project may decide about its rules, typed.

use std::collections::HashMap;

use crate::{finding::Severity, kinds::Kinds, policy::PullPolicy, tag::TagPatterns};

/// Which rules run for a file, and what they may assume.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The rules that run, each with its severity.
    pub levels: Levels,
    /// The pull policy that every container must end up with.
    pub required_policy: Option<PullPolicy>,
    /// Tags that the project knows better than the classifier.
    pub tags: TagPatterns,
    /// The cluster runs the admission plugin `AlwaysPullImages`, which overrides every policy
    /// (kubernetes.io, "Admission Control in Kubernetes").
    pub always_pull_images: bool,
    /// The kinds whose images are found.
    pub kinds: Kinds,
    /// Manifests in the texts of `ConfigMap`s are read as well.
    pub read_config_maps: bool,
    /// Suppressions count. Without them every finding is shown.
    pub honour_ignores: bool,
}

/// The severity of each rule that runs, by its id.
#[derive(Clone, Debug, Default)]
pub struct Levels(HashMap<&'static str, Severity>);

impl Levels {
    /// The severity of a rule, or `None` if it does not run.
    #[must_use]
    pub fn get(&self, rule: &str) -> Option<Severity> {
        self.0.get(rule).copied()
    }

    /// Runs a rule at a severity, or with `None` not at all.
    pub fn set(&mut self, rule: &'static str, severity: Option<Severity>) {
        match severity {
            Some(severity) => self.0.insert(rule, severity),
            None => self.0.remove(rule),
        };
    }
}
