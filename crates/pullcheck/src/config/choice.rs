//! What was decided for a file after all layers, and the settings that come of it.

use std::{collections::BTreeMap, sync::Arc};

use pullcheck_core::{
    finding::Severity,
    kinds::Kinds,
    policy::PullPolicy,
    rule::{Profile, Rule},
    rules::RULES,
    settings::{Assumptions, Levels, Settings},
    tag::TagPatterns,
};

use super::{
    CommandLine,
    globs::{TagGlob, tag_set},
    kinds::AddedKind,
    names::{Name, Registries, patterns},
};

/// Decisions, before they are turned into settings.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The set of rules to begin with.
    pub profile: Profile,
    /// The only rules that run.
    pub select: Option<Vec<&'static Rule>>,
    /// Rules that do not run.
    pub ignore: Vec<&'static Rule>,
    /// The severity of single rules; `None` turns one off.
    pub severity: BTreeMap<&'static str, Option<Severity>>,
    /// The policy that is required.
    pub required_policy: Option<PullPolicy>,
    /// Tags that move.
    pub mutable: Vec<TagGlob>,
    /// Tags that never move.
    pub immutable: Vec<TagGlob>,
    /// The cluster forces `Always`.
    pub always_pull_images: bool,
    /// What may be pulled.
    pub registries: Registries,
    /// Names whose tags cannot move.
    pub immutable_registries: Vec<Name>,
    /// Names that nodes pull with their own identity, where that is said.
    pub node_identity: Option<Vec<Name>>,
    /// The project's own kinds.
    pub kinds: Vec<AddedKind>,
    /// The texts of `ConfigMap`s are read.
    pub read_config_maps: bool,
}

impl Choice {
    /// Lays what was typed over the files. A rule selected there runs whatever the files say.
    pub fn lay_command_line_over(&mut self, line: &CommandLine) {
        self.profile = line.profile.unwrap_or(self.profile);
        if !line.select.is_empty() {
            self.ignore.retain(|rule| !names(&line.select, rule));
            self.severity.retain(|_, severity| severity.is_some());
            self.select = Some(line.select.clone());
        }
        self.ignore.extend(&line.ignore);
    }

    /// The severity of a rule, or `None` where it does not run.
    pub fn level(&self, rule: &Rule) -> Option<Severity> {
        let selected = self.select.as_ref().map(|select| names(select, rule));
        if selected == Some(false) || names(&self.ignore, rule) {
            return None;
        }
        match (self.severity.get(rule.id), selected) {
            (Some(&severity), _) => severity,
            (None, Some(_)) => Some(rule.level.on_request(self.profile)),
            (None, None) => rule.level.of(self.profile),
        }
    }

    /// The settings that come of this.
    ///
    /// # Errors
    ///
    /// The globs on tags are too large together.
    pub fn settings(&self, honour_ignores: bool) -> Result<Settings, globset::Error> {
        let mut levels = Levels::default();
        for rule in RULES {
            levels.set(rule.id, self.level(rule));
        }
        let tags =
            TagPatterns { mutable: tag_set(&self.mutable)?, immutable: tag_set(&self.immutable)? };
        let mut kinds = Kinds::default();
        for AddedKind { group, kind, places } in &self.kinds {
            kinds.add(&group.0, &kind.0, places.iter().map(|place| place.place.clone()));
        }
        let node_identity = self.node_identity.as_deref().map(patterns).transpose()?;
        Ok(Settings {
            registries: self.registries.lists()?,
            immutable: patterns(&self.immutable_registries)?,
            assume: Assumptions { always_pull_images: self.always_pull_images, node_identity },
            strict: self.profile != Profile::Recommended,
            kinds,
            read_config_maps: self.read_config_maps,
            is_helm_values: false,
            pins: Arc::default(),
            levels,
            required_policy: self.required_policy,
            tags,
            honour_ignores,
        })
    }
}

fn names(rules: &[&Rule], rule: &Rule) -> bool {
    rules.iter().any(|named| named.id == rule.id)
}
