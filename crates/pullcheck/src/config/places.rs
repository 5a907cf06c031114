//! Where a configuration is wrong: its tree, read into the same types as its text, by a reader
//! that knows the place of each error.

use std::fmt;

use pullcheck_core::{
    span::Span,
    yaml::{Node, ScalarKind},
};
use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, Expected, MapAccess, SeqAccess, Unexpected,
        Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::problem::Problem;

/// What is wrong, and where.
#[derive(Debug)]
pub struct Misread {
    /// The smallest node that holds the problem; `None` only while it is looked for.
    pub at: Option<Span>,
    /// What is wrong.
    pub problem: Problem,
}

/// What keeps a node from being read as a type.
pub fn misread<T: DeserializeOwned>(node: Node<'_>) -> Option<Misread> {
    let reader = Reader(node);
    T::deserialize(reader).map_err(|error| error.or_at(node)).err()
}

impl Misread {
    fn new(problem: Problem) -> Self {
        Self { at: None, problem }
    }

    /// Names the place, unless a smaller one is known.
    fn or_at(self, node: Node<'_>) -> Self {
        Self { at: self.at.or(Some(node.span())), ..self }
    }
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message())
    }
}

impl std::error::Error for Misread {}

impl de::Error for Misread {
    /// The second line, if there is one, is advice.
    fn custom<T: fmt::Display>(text: T) -> Self {
        let text = text.to_string();
        let (reason, help) = text.split_once('\n').unzip();
        let reason = reason.unwrap_or(&text).to_owned();
        Self::new(Problem::Refused { reason, help: help.map(str::to_owned) })
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, expected) = (found.to_string(), expected.to_string());
        Self::new(Problem::WrongKind { found, expected })
    }

    fn unknown_field(key: &str, allowed: &'static [&'static str]) -> Self {
        Self::new(Problem::UnknownKey { key: key.to_owned(), allowed })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Problem::MissingKey(key))
    }
}

#[derive(Clone, Copy)]
struct Reader<'t>(Node<'t>);

impl Reader<'_> {
    fn is_null(self) -> bool {
        self.0.scalar().is_some_and(|(_, kind)| kind == ScalarKind::Null)
    }

    fn kind(self) -> Unexpected<'static> {
        Unexpected::Other(match self.0.scalar() {
            _ if self.0.is_mapping() => "a mapping",
            _ if self.0.is_sequence() => "a list",
            Some((_, ScalarKind::Null)) => "nothing",
            Some((_, ScalarKind::Int | ScalarKind::Float)) => "a number",
            Some((_, ScalarKind::Bool)) => "a boolean",
            Some((_, ScalarKind::Str)) => "a string",
            None => "an alias of nothing",
        })
    }

    fn wrong(self, expected: &str) -> Misread {
        de::Error::invalid_type(self.kind(), &expected)
    }

    /// The value of a plain scalar, by the reader that has the last word on values.
    fn plain<T: DeserializeOwned>(self) -> Option<T> {
        let (text, _) = self.0.scalar().filter(|(_, kind)| *kind != ScalarKind::Str)?;
        serde_yaml::from_str(text).ok()
    }
}

impl<'t> Deserializer<'t> for Reader<'t> {
    type Error = Misread;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.0.scalar() {
            _ if self.0.is_sequence() => self.deserialize_seq(visitor),
            Some((_, ScalarKind::Null)) => visitor.visit_unit(),
            Some((text, ScalarKind::Str)) => visitor.visit_borrowed_str(text),
            _ => Err(de::Error::invalid_type(self.kind(), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_bool(self.plain().ok_or_else(|| self.wrong("`true` or `false`"))?)
    }

    fn deserialize_u64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_u64(self.plain().ok_or_else(|| self.wrong("a whole number"))?)
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        let (text, _) = self.0.scalar().ok_or_else(|| self.wrong("a string"))?;
        visitor.visit_borrowed_str(text)
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        what: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        let expected = format!("a {what}");
        let scalar = self.0.scalar().filter(|(text, _)| !text.is_empty());
        let (text, _) = scalar.ok_or_else(|| self.wrong(&expected))?;
        let word = StrDeserializer::<Misread>::new(text);
        visitor.visit_enum(word).map_err(|_| {
            Misread::new(Problem::UnknownWord { what, word: text.to_owned(), allowed: words })
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        if !self.0.is_sequence() && !self.is_null() {
            return Err(self.wrong("a list"));
        }
        visitor.visit_seq(Items(self.0.items()))
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misread> {
        if !self.0.is_mapping() && !self.is_null() {
            return Err(self.wrong("a mapping"));
        }
        visitor.visit_map(Entries { left: self.0.entries(), seen: Vec::new(), entry: None })
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'t>>
        i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct ignored_any
    }
}

struct Items<I>(I);

impl<'t, I: Iterator<Item = Node<'t>>> SeqAccess<'t> for Items<I> {
    type Error = Misread;

    fn next_element_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misread> {
        self.0.next().map(|node| read(seed, node)).transpose()
    }
}

struct Entries<'t, I> {
    left: I,
    seen: Vec<&'t str>,
    /// The entry whose key was read last.
    entry: Option<(Node<'t>, Node<'t>)>,
}

impl<'t, I: Iterator<Item = (Node<'t>, Node<'t>)>> MapAccess<'t> for Entries<'t, I> {
    type Error = Misread;

    fn next_key_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misread> {
        self.entry = self.left.next();
        let Some((key, _)) = self.entry else { return Ok(None) };
        if let Some((name, _)) = key.scalar() {
            if self.seen.contains(&name) {
                return Err(Misread::new(Problem::DuplicateKey(name.to_owned())).or_at(key));
            }
            self.seen.push(name);
        }
        read(seed, key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, Misread> {
        let entry = self.entry.take();
        let (key, value) = entry.ok_or_else(|| de::Error::custom("a value without a key"))?;
        // Where nothing is written there is nothing to blame but the key.
        let blamed = if value.source().is_empty() { key } else { value };
        seed.deserialize(Reader(value)).map_err(|error: Misread| error.or_at(blamed))
    }
}

fn read<'t, T: DeserializeSeed<'t>>(seed: T, node: Node<'t>) -> Result<T::Value, Misread> {
    seed.deserialize(Reader(node)).map_err(|error| error.or_at(node))
}
