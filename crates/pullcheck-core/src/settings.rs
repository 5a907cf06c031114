//! What a project may decide about its rules, typed.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    finding::{Origin, Severity},
    kinds::Kinds,
    pins::Pins,
    policy::PullPolicy,
    registry::NamePatterns,
    tag::TagPatterns,
};

/// Which rules run for a file, and what they may assume.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct Settings {
    /// The rules that run, each with its severity.
    pub levels: Levels,
    /// The pull policy that every container must end up with.
    pub required_policy: Option<PullPolicy>,
    /// Tags that the project knows better than the classifier.
    pub tags: TagPatterns,
    /// What is known of the cluster.
    pub assume: Assumptions,
    /// Registries and names that may be pulled from, and those that may not.
    pub registries: RegistryLists,
    /// Names whose tags cannot move, by the settings of their registries.
    pub immutable: NamePatterns,
    /// Everything is named that is not as it could be, also what needs no mending.
    pub strict: bool,
    /// The kinds whose images are found.
    pub kinds: Kinds,
    /// Manifests in the texts of `ConfigMap`s are read as well.
    pub read_config_maps: bool,
    /// The file holds values of a Helm chart, whatever it is called and wherever it lies.
    pub is_helm_values: bool,
    /// Digests that somebody has looked up, for fixes to write.
    pub pins: Arc<Pins>,
    /// Suppressions count. Without them every finding is shown.
    pub honour_ignores: bool,
}

/// What is known of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Assumptions {
    /// The cluster runs the admission plugin `AlwaysPullImages`, which overrides every policy
    /// (kubernetes.io, "Admission Control in Kubernetes").
    pub always_pull_images: bool,
    /// Names that a node can pull with its own identity, in place of those that are known.
    pub node_identity: Option<NamePatterns>,
}

/// What may be pulled.
#[derive(Clone, Debug, Default)]
pub struct RegistryLists {
    /// Nothing else may be pulled, unless the list is empty.
    pub allow: NameList,
    /// Not to be pulled.
    pub deny: NameList,
    /// What the two lists leave alone.
    pub except: NamePatterns,
}

/// A list of patterns.
#[derive(Clone, Debug, Default)]
pub struct NameList {
    /// The patterns as one.
    pub patterns: NamePatterns,
    /// Where each is written.
    pub origins: Vec<Arc<Origin>>,
}

/// The severity of each rule that runs, by its id.
#[derive(Clone, Debug, Default)]
pub struct Levels(FxHashMap<&'static str, Severity>);

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
