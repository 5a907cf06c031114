//! Values that a configuration writes as one word of a few.

use std::{any, borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData, sync::LazyLock};

use pullcheck_core::{
    finding::Severity,
    policy::PullPolicy,
    rule::{Profile, Rule},
    rules::{self, RULES},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, EnumAccess, MapAccess, VariantAccess, Visitor},
};
use serde_json::{Map, Value, json};

/// A type whose values are written as words.
pub trait Word: Copy + 'static {
    /// What the words name, as in "unknown profile".
    const WHAT: &'static str;

    /// The words, as they are suggested.
    fn words() -> &'static [&'static str];

    /// The value of a word.
    fn read(word: &str) -> Option<Self>;
}

impl Word for Profile {
    const WHAT: &'static str = "profile";

    fn words() -> &'static [&'static str] {
        const { &[Self::Recommended.as_str(), Self::Strict.as_str(), Self::All.as_str()] }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == word)
    }
}

impl Word for Severity {
    const WHAT: &'static str = "severity";

    fn words() -> &'static [&'static str] {
        const { &[Self::Info.as_str(), Self::Warning.as_str(), Self::Error.as_str()] }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word)
    }
}

/// The severity of a rule, or `off`.
impl Word for Option<Severity> {
    const WHAT: &'static str = "severity";

    fn words() -> &'static [&'static str] {
        &["off", "info", "warning", "error"]
    }

    /// Readers of YAML 1.1 take `off` for a boolean and may write it back as `false`.
    fn read(word: &str) -> Option<Self> {
        match word {
            "off" | "false" => Some(None),
            _ => Severity::read(word).map(Some),
        }
    }
}

impl Word for PullPolicy {
    const WHAT: &'static str = "pull policy";

    fn words() -> &'static [&'static str] {
        const { &[Self::Always.as_str(), Self::IfNotPresent.as_str(), Self::Never.as_str()] }
    }

    fn read(word: &str) -> Option<Self> {
        Self::parse(word)
    }
}

impl Word for &'static Rule {
    const WHAT: &'static str = "rule";

    fn words() -> &'static [&'static str] {
        static IDS: LazyLock<Vec<&str>> =
            LazyLock::new(|| RULES.iter().map(|rule| rule.id).collect());
        &IDS
    }

    fn read(word: &str) -> Option<Self> {
        rules::find(word)
    }
}

/// A value that is written as a word.
#[derive(Clone, Copy, Debug)]
pub struct Named<T>(pub T);

impl<'de, T: Word> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum(T::WHAT, T::words(), NamedVisitor(PhantomData))
    }
}

struct NamedVisitor<T>(PhantomData<T>);

impl<'de, T: Word> Visitor<'de> for NamedVisitor<T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", T::WHAT)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Self::Value, A::Error> {
        let (word, variant) = data.variant::<String>()?;
        variant.unit_variant()?;
        let value = T::read(&word).map(Named);
        value.ok_or_else(|| de::Error::unknown_variant(&word, T::words()))
    }
}

impl<T: Word> JsonSchema for Named<T> {
    fn schema_name() -> Cow<'static, str> {
        T::WHAT.replace(' ', "_").into()
    }

    fn schema_id() -> Cow<'static, str> {
        any::type_name::<T>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": T::words() })
    }
}

/// Rules by id, each with the severity it is given or `None` for off.
#[derive(Clone, Debug, Default)]
pub struct Severities(pub BTreeMap<&'static str, Option<Severity>>);

impl<'de> Deserialize<'de> for Severities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SeveritiesVisitor)
    }
}

struct SeveritiesVisitor;

impl<'de> Visitor<'de> for SeveritiesVisitor {
    type Value = Severities;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of rules to severities")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Severities, A::Error> {
        let mut severities = BTreeMap::new();
        while let Some((Named(rule), Named(severity))) =
            map.next_entry::<Named<&'static Rule>, Named<Option<Severity>>>()?
        {
            if severities.insert(rule.id, severity).is_some() {
                return Err(de::Error::duplicate_field(rule.id));
            }
        }
        Ok(Severities(severities))
    }
}

impl JsonSchema for Severities {
    fn schema_name() -> Cow<'static, str> {
        "severities".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words = Option::<Severity>::words().iter().map(|&word| Value::from(word));
        let levels: Vec<Value> = words.chain([Value::from(false)]).collect();
        let property = |rule: &&Rule| {
            (rule.id.to_owned(), json!({ "description": rule.summary(), "enum": levels }))
        };
        let properties: Map<String, Value> = RULES.iter().map(property).collect();
        json_schema!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}
