//! Lists of registries and image names.

use std::{borrow::Cow, sync::Arc};

use pullcheck_core::{
    finding::Origin,
    registry::{NamePattern, NamePatterns},
    settings::{NameList, RegistryLists},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A host, or a host and the beginning of a path.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name {
    /// What it says.
    pub pattern: NamePattern,
    /// Where it is written.
    pub origin: Option<Arc<Origin>>,
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match NamePattern::parse(&text) {
            Ok(pattern) => Ok(Self { pattern, origin: None }),
            Err(error) => Err(format!(
                "`{text}` can match no image: {error}\nwrite a host, or a host and the beginning of a path: `ghcr.io/example`"
            )),
        }
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.pattern.text
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// Which registries and names may be pulled from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Registries {
    /// Only these may be pulled from.
    pub allow: Vec<Name>,
    /// These may not, even if they are allowed.
    pub deny: Vec<Name>,
    /// What both lists leave alone.
    pub except: Vec<Name>,
}

impl Registries {
    /// Adds the names of another.
    pub fn extend(&mut self, other: &Self) {
        self.allow.extend_from_slice(&other.allow);
        self.deny.extend_from_slice(&other.deny);
        self.except.extend_from_slice(&other.except);
    }

    /// The lists that come of this.
    ///
    /// # Errors
    ///
    /// The patterns are too large together.
    pub fn lists(&self) -> Result<RegistryLists, globset::Error> {
        Ok(RegistryLists {
            allow: list(&self.allow)?,
            deny: NameList {
                patterns: NamePatterns::wide(self.deny.iter().map(|name| &name.pattern))?,
                ..list(&self.deny)?
            },
            except: patterns(&self.except)?,
        })
    }
}

fn list(names: &[Name]) -> Result<NameList, globset::Error> {
    let origins = names.iter().filter_map(|name| name.origin.clone()).collect();
    Ok(NameList { patterns: patterns(names)?, origins })
}

/// Several names as one set of patterns.
///
/// # Errors
///
/// They are too large together.
pub fn patterns(names: &[Name]) -> Result<NamePatterns, globset::Error> {
    NamePatterns::new(names.iter().map(|name| &name.pattern))
}
