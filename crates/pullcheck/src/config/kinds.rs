//! Kinds that a project adds to those that hold images.

use std::borrow::Cow;

use pullcheck_core::kinds::Place;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A kind that holds images.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AddedKind {
    /// Its API group, as in `example.com/v1`; the versions do not matter.
    #[serde(default)]
    pub group: Group,
    /// Its name.
    pub kind: KindName,
    /// Where it holds images, one place in each line: a shape, a path and options.
    pub places: Vec<PlaceLine>,
}

/// An API group without its version; empty for the core group.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Group(pub String);

impl TryFrom<String> for Group {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split_once('/') {
            None => Ok(Self(text)),
            Some((group, _)) => {
                Err(format!("`{text}` is no API group\nwrite it without the version: `{group}`"))
            }
        }
    }
}

/// The name of a kind.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct KindName(pub String);

impl TryFrom<String> for KindName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let refusal = || format!("`{text}` is no kind\nwrite its name as in manifests: `Widget`");
        is_name.then(|| Self(text.clone())).ok_or_else(refusal)
    }
}

/// A place as it is written: `image spec.image policy=spec.pullPolicy`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlaceLine {
    /// The line.
    pub text: String,
    /// What it says.
    pub place: Place,
}

impl TryFrom<String> for PlaceLine {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match Place::parse(&text) {
            Ok(place) => Ok(Self { text, place }),
            Err(error) => Err(format!(
                "`{text}` is no place: {error}\nwrite it as in `image spec.image policy=spec.pullPolicy`"
            )),
        }
    }
}

impl From<PlaceLine> for String {
    fn from(line: PlaceLine) -> Self {
        line.text
    }
}

impl JsonSchema for PlaceLine {
    fn schema_name() -> Cow<'static, str> {
        "place".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^(pod|task|template|container|image|parts|kustomize) \\S+( \\S+)*$",
        })
    }
}
