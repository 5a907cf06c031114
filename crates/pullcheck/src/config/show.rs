//! The effective configuration, as text.

use std::{collections::BTreeMap, path::Path};

use pullcheck_core::{finding::Severity, policy::PullPolicy, rule::Rule, rules::RULES};
use serde::Serialize;

use super::{
    CommandLine,
    effective::Config,
    file::Override,
    globs::TagGlob,
    kinds::AddedKind,
    names::{Name, Registries},
};
use crate::paths::shown;

#[derive(Serialize)]
struct Shown<'a> {
    profile: &'static str,
    fail_on: &'static str,
    max_file_size: u64,
    exclude: &'a [String],
    helm_values: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    required_pull_policy: Option<&'static str>,
    tags: ShownTags<'a>,
    assume: ShownAssume<'a>,
    registries: &'a Registries,
    immutable_registries: &'a [Name],
    kinds: &'a [AddedKind],
    read_config_maps: bool,
    severity: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct ShownTags<'a> {
    mutable: Vec<&'a str>,
    immutable: Vec<&'a str>,
}

#[derive(Serialize)]
struct ShownAssume<'a> {
    always_pull_images: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_identity: Option<&'a [Name]>,
}

/// What a configuration says of an absolute path, every rule's severity included.
pub fn show(config: &Config, line: &CommandLine, path: &Path, is_dir: bool) -> String {
    let overrides = config.matching(path, is_dir);
    let mut choice = config.choice(&overrides);
    choice.lay_command_line_over(line);
    let level = |rule: &Rule| choice.level(rule).map_or("off", Severity::as_str);
    let values = Shown {
        profile: choice.profile.as_str(),
        fail_on: line.fail_on.unwrap_or(config.fail_on).as_str(),
        max_file_size: config.max_file_size,
        exclude: &config.exclude,
        helm_values: &config.helm_values,
        required_pull_policy: choice.required_policy.map(PullPolicy::as_str),
        tags: ShownTags { mutable: texts(&choice.mutable), immutable: texts(&choice.immutable) },
        assume: ShownAssume {
            always_pull_images: choice.always_pull_images,
            node_identity: choice.node_identity.as_deref(),
        },
        registries: &choice.registries,
        immutable_registries: &choice.immutable_registries,
        kinds: &choice.kinds,
        read_config_maps: choice.read_config_maps,
        severity: RULES.iter().map(|rule| (rule.id, level(rule))).collect(),
    };
    let values = serde_yaml::to_string(&values).unwrap_or_else(|error| format!("# {error}\n"));
    origin(config, config.overrides_of(&overrides)) + &values
}

/// A comment of one line.
pub fn comment(text: &str) -> String {
    format!("# {}\n", text.replace(['\n', '\r'], "?"))
}

fn origin<'o>(config: &Config, overrides: impl Iterator<Item = &'o Override>) -> String {
    let files = config.files.iter().map(|file| format!("from {}", shown(file)));
    let overrides = overrides.map(|over| {
        let globs: Vec<&str> = over.paths.iter().map(|glob| glob.text.as_str()).collect();
        format!("with the override for {}", globs.join(", "))
    });
    let defaults = config.files.is_empty().then(|| "from no file: the defaults".to_owned());
    defaults.into_iter().chain(files).chain(overrides).map(|line| comment(&line)).collect()
}

fn texts(globs: &[TagGlob]) -> Vec<&str> {
    globs.iter().map(|glob| glob.text.as_str()).collect()
}
