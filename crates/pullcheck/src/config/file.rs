//! The file format: what may be written in `pullcheck.yaml`, typed.

use std::{borrow::Cow, fmt, path::PathBuf};

use pullcheck_core::{
    finding::Severity,
    policy::PullPolicy,
    rule::{Profile, Rule},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor, value::SeqAccessDeserializer},
};

use super::{
    choice::Choice,
    globs::{PathGlob, TagGlob},
    kinds::AddedKind,
    names::{Name, Registries},
    words::{Named, Severities},
};

/// Declares a struct with keys of its own and those that a file and an override share. Flattening
/// one struct into both would lose the places of errors and the refusal of unknown keys.
macro_rules! with_rule_keys {
    ($(#[$meta:meta])* pub struct $name:ident { $($own:tt)* }) => {
        #[derive(Debug, Deserialize, JsonSchema)]
        $(#[$meta])*
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// The set of rules to begin with; `recommended` where nothing else is said.
            pub profile: Option<Named<Profile>>,
            /// Only these rules run.
            pub select: Option<Vec<Named<&'static Rule>>>,
            /// These rules do not run, even if they are selected.
            #[serde(default)]
            pub ignore: Vec<Named<&'static Rule>>,
            /// The severity of single rules. Naming a rule turns it on, `off` turns it off.
            #[serde(default)]
            pub severity: Severities,
            /// The pull policy that every container must end up with.
            pub required_pull_policy: Option<Named<PullPolicy>>,
            /// Tags that you know better than their names tell.
            #[serde(default)]
            pub tags: Tags,
            /// What is known of the cluster.
            #[serde(default)]
            pub assume: Assume,
            /// Which registries and names may be pulled from.
            #[serde(default)]
            pub registries: Registries,
            /// Names whose tags cannot move, by the settings of their registries: a host, or a host
            /// and the beginning of a path.
            #[serde(default)]
            pub immutable_registries: Vec<Name>,
            /// Where your own kinds hold images, besides where they are found by their shape.
            #[serde(default)]
            pub kinds: Vec<AddedKind>,
            /// Whether manifests in the texts of `ConfigMap`s are checked as well.
            pub read_config_maps: Option<bool>,
        }

        impl $name {
            /// Lays these values over others.
            pub fn lay_over(&self, choice: &mut Choice) {
                if let Some(Named(profile)) = self.profile {
                    choice.profile = profile;
                }
                if let Some(select) = &self.select {
                    // An empty list selects nothing in particular: all of the profile.
                    let rules: Vec<_> = select.iter().map(|named| named.0).collect();
                    choice.select = (!rules.is_empty()).then_some(rules);
                }
                choice.ignore.extend(self.ignore.iter().map(|named| named.0));
                choice.severity.extend(&self.severity.0);
                if let Some(Named(policy)) = self.required_pull_policy {
                    choice.required_policy = Some(policy);
                }
                choice.mutable.extend_from_slice(&self.tags.mutable);
                choice.immutable.extend_from_slice(&self.tags.immutable);
                if let Some(always) = self.assume.always_pull_images {
                    choice.always_pull_images = always;
                }
                choice.registries.extend(&self.registries);
                choice.immutable_registries.extend_from_slice(&self.immutable_registries);
                if let Some(names) = &self.assume.node_identity {
                    choice.node_identity = Some(names.clone());
                }
                choice.kinds.extend_from_slice(&self.kinds);
                choice.read_config_maps = self.read_config_maps.unwrap_or(choice.read_config_maps);
            }
        }
    };
}

with_rule_keys! {
    /// How pullcheck judges the manifests in a folder and below.
    #[derive(Default)]
    #[schemars(title = "pullcheck configuration")]
    pub struct File {
        /// A file or files, relative to this one, whose values come before those written here.
        #[serde(default)]
        pub extends: Extends,
        /// The least severity that fails a run.
        #[schemars(extend("default" = "warning"))]
        pub fail_on: Option<Named<Severity>>,
        /// What not to read: globs from this folder on. One without `/` matches at any depth.
        #[serde(default)]
        pub exclude: Vec<PathGlob>,
        /// Files that hold values of a Helm chart, besides those below a `Chart.yaml`: globs as in
        /// `exclude`.
        #[serde(default)]
        pub helm_values: Vec<PathGlob>,
        /// Files larger than this many MiB are not read.
        #[schemars(extend("default" = 32))]
        pub max_file_size: Option<MaxFileSize>,
        /// Other settings for some files. Of several that match, the later ones win.
        #[serde(default)]
        pub overrides: Vec<Override>,
    }
}

with_rule_keys! {
    /// Other settings for some files.
    pub struct Override {
        /// The files: globs as in `exclude`.
        pub paths: Vec<PathGlob>,
    }
}

/// Tags that a project knows better than their names tell.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tags {
    /// Globs of tags that move.
    pub mutable: Vec<TagGlob>,
    /// Globs of tags that never move; these win.
    pub immutable: Vec<TagGlob>,
}

/// What is known of the cluster.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Assume {
    /// The admission plugin `AlwaysPullImages` is on: it sets every pull policy to `Always`.
    pub always_pull_images: Option<bool>,
    /// Names that nodes can pull from with their own identity, without a pull secret. Those of
    /// Amazon ECR, Azure Container Registry and Google's registries if left out.
    pub node_identity: Option<Vec<Name>>,
}

/// A size limit in MiB.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u64")]
pub struct MaxFileSize(pub u64);

impl MaxFileSize {
    /// The largest limit: places in a file are kept in 32 bits.
    const MOST: u64 = 4095;
}

impl TryFrom<u64> for MaxFileSize {
    type Error = String;

    fn try_from(mebibytes: u64) -> Result<Self, String> {
        let fits = (1..=Self::MOST).contains(&mebibytes);
        let refusal = || {
            let most = Self::MOST;
            format!("`{mebibytes}` cannot be a size limit\nwrite a number of MiB from 1 to {most}")
        };
        fits.then_some(Self(mebibytes)).ok_or_else(refusal)
    }
}

impl JsonSchema for MaxFileSize {
    fn schema_name() -> Cow<'static, str> {
        "max_file_size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": Self::MOST })
    }
}

/// The files that a file extends, as they are written: one path or a list.
#[derive(Debug, Default)]
pub struct Extends(pub Vec<PathBuf>);

impl<'de> Deserialize<'de> for Extends {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExtendsVisitor).map(Self)
    }
}

struct ExtendsVisitor;

impl<'de> Visitor<'de> for ExtendsVisitor {
    type Value = Vec<PathBuf>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path or a list of paths")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_str<E>(self, path: &str) -> Result<Self::Value, E> {
        Ok(vec![path.into()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, paths: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(paths))
    }
}

impl JsonSchema for Extends {
    fn schema_name() -> Cow<'static, str> {
        "extends".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
        })
    }
}
