//! The values that templates work on. Maps and lists lie in one heap: maps are shared and changed
//! in place as in Go, and nothing is dropped in depth.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    text::{Mark, Text},
    values::{Content, Written},
};
use crate::span::{At, FileId};

/// How many entries and items may be made by copying.
const SIZE: usize = 1_000_000;

/// The places of the values that a scalar is made of; none for what a template writes itself.
pub(super) type Leaves = Option<Rc<[At]>>;

/// A value as far as it is known.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Unknown(Unknown),
    Nil,
    Bool(bool, Leaves),
    Int(i64, Leaves),
    Float(f64, Leaves),
    Text(Rc<Text>),
    List(ListId),
    Map(MapId),
}

/// What is known of an unknown value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unknown {
    /// Whether Go takes it for true.
    pub(super) truth: Option<bool>,
    /// Whether it was made just now, so that no other value shares its maps.
    pub(super) is_new: bool,
}

/// A map of a [`Heap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MapId(u32);

/// A list of a [`Heap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListId(u32);

/// Keys and values.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    pub(super) entries: BTreeMap<Rc<str>, Value>,
    /// Whether there may be entries that are not known. Then an unknown entry may be absent too.
    pub(super) open: bool,
}

/// Values in an order.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub(super) items: Rc<[Value]>,
    /// Whether Go leaves the order to chance, as for the keys of a map.
    pub(super) unordered: bool,
}

/// A map as it was before a change.
pub(super) struct Before {
    map: MapId,
    /// The key that was set or removed, and its value; none if the map was opened.
    entry: Option<(Rc<str>, Option<Value>)>,
    open: bool,
}

/// All maps and lists of one rendering.
#[derive(Default)]
pub(super) struct Heap {
    maps: Vec<Map>,
    lists: Vec<List>,
    /// How many entries and items were ever made.
    pub(super) size: usize,
    /// Changes, while someone wants to take them back.
    pub(super) journal: Vec<Before>,
    pub(super) keeps_journal: bool,
    /// Whether something unknown was changed, which may be any map.
    pub(super) poisoned: bool,
}

impl Value {
    /// Nothing is known.
    pub(super) const fn unknown() -> Self {
        Self::Unknown(Unknown { truth: None, is_new: false })
    }

    /// Nothing is known but whether it is true.
    pub(super) const fn unknown_but(truth: bool) -> Self {
        Self::Unknown(Unknown { truth: Some(truth), is_new: false })
    }

    /// Nothing is known but that it shares nothing.
    pub(super) const fn unknown_new() -> Self {
        Self::Unknown(Unknown { truth: None, is_new: true })
    }

    /// A boolean that a template makes.
    pub(super) fn of_bool(value: Option<bool>) -> Self {
        value.map_or(Self::unknown(), |value| Self::Bool(value, None))
    }

    /// A text.
    pub(super) fn text(text: Text) -> Self {
        Self::Text(Rc::new(text))
    }

    /// A string made of nothing that has a place.
    pub(super) fn plain(string: impl Into<String>) -> Self {
        Self::text(Text::new(string, Mark::Computed(Rc::default(), None)))
    }
}

impl Heap {
    pub(super) fn add_map(&mut self, map: Map) -> MapId {
        let id = u32::try_from(self.maps.len()).unwrap_or(u32::MAX);
        self.size += 1 + map.entries.len();
        self.maps.push(map);
        MapId(id)
    }

    pub(super) fn new_map(&mut self, entries: BTreeMap<Rc<str>, Value>) -> Value {
        Value::Map(self.add_map(Map { entries, open: false }))
    }

    pub(super) fn new_list(&mut self, items: impl Into<Rc<[Value]>>) -> Value {
        self.add_list(List { items: items.into(), unordered: false })
    }

    pub(super) fn add_list(&mut self, list: List) -> Value {
        let id = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        self.size += 1 + list.items.len();
        self.lists.push(list);
        Value::List(ListId(id))
    }

    /// A map; `None` once any map may have changed.
    pub(super) fn map(&self, id: MapId) -> Option<&Map> {
        if self.poisoned { None } else { self.maps.get(id.0 as usize) }
    }

    /// A list whose order is known.
    pub(super) fn list(&self, id: ListId) -> Option<&Rc<[Value]>> {
        let list = self.any_list(id)?;
        (!list.unordered || list.items.len() < 2).then_some(&list.items)
    }

    /// A list, in whatever order.
    pub(super) fn any_list(&self, id: ListId) -> Option<&List> {
        self.lists.get(id.0 as usize)
    }

    /// The value of a key; nil if there is none.
    pub(super) fn get(&self, id: MapId, key: &str) -> Value {
        let Some(map) = self.map(id) else { return Value::unknown() };
        match map.entries.get(key) {
            Some(value) => value.clone(),
            None if map.open => Value::unknown(),
            None => Value::Nil,
        }
    }

    /// Whether a map has a key.
    pub(super) fn has(&self, id: MapId, key: &str) -> Option<bool> {
        let map = self.map(id)?;
        match map.entries.get(key) {
            Some(Value::Unknown(_)) | None if map.open => None,
            found => Some(found.is_some()),
        }
    }

    /// Sets or removes a key.
    pub(super) fn set(&mut self, id: MapId, key: &Rc<str>, value: Option<Value>) {
        let keeps = self.keeps_journal;
        let Some(map) = self.maps.get_mut(id.0 as usize) else { return };
        let old = match value {
            Some(value) => map.entries.insert(Rc::clone(key), value),
            None => map.entries.remove(key),
        };
        let open = map.open;
        if keeps {
            self.journal.push(Before { map: id, entry: Some((Rc::clone(key), old)), open });
        }
    }

    /// Lets a map have entries that are not known.
    pub(super) fn open(&mut self, id: MapId) {
        let Some(map) = self.maps.get_mut(id.0 as usize) else { return };
        let open = std::mem::replace(&mut map.open, true);
        if self.keeps_journal && !open {
            self.journal.push(Before { map: id, entry: None, open });
        }
    }

    /// Takes changes back, the last one first, and tells which keys they were made to.
    pub(super) fn undo(&mut self, to: usize) -> Vec<(MapId, Rc<str>)> {
        let mut touched = Vec::new();
        while self.journal.len() > to {
            let Some(before) = self.journal.pop() else { break };
            let Some(map) = self.maps.get_mut(before.map.0 as usize) else { continue };
            map.open = before.open;
            let Some((key, value)) = before.entry else { continue };
            match value {
                Some(value) => map.entries.insert(Rc::clone(&key), value),
                None => map.entries.remove(&key),
            };
            touched.push((before.map, key));
        }
        touched
    }

    /// Makes a value of a written one.
    pub(super) fn read(&mut self, written: &Written, file: FileId) -> Value {
        let at = At { file, span: written.span };
        let leaves = || Some(Rc::from([at]));
        match &written.content {
            Content::Null => Value::Nil,
            Content::Bool(value) => Value::Bool(*value, leaves()),
            Content::Number(number) => Value::Float(*number, leaves()),
            Content::Str(text) => Value::text(Text::new(&**text, Mark::Value(at, None))),
            Content::Unknown => Value::unknown(),
            Content::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.read(item, file)).collect();
                self.new_list(items)
            }
            Content::Map(entries) => {
                let read =
                    |(key, value): &(Box<str>, Written)| (Rc::from(&**key), self.read(value, file));
                let entries = entries.iter().map(read).collect();
                self.new_map(entries)
            }
        }
    }

    /// A copy that shares no map with the original; what lies too deep is unknown.
    pub(super) fn deep_copy(&mut self, value: &Value, depth: u32) -> Value {
        let Some(depth) = depth.checked_sub(1) else { return Value::unknown() };
        // A map that is shared is copied as often as it is met.
        if self.size > SIZE {
            return Value::unknown();
        }
        match value {
            Value::Map(id) => {
                let Some(map) = self.map(*id).cloned() else { return Value::unknown() };
                let copy = |(key, value): (&Rc<str>, &Value)| {
                    (Rc::clone(key), self.deep_copy(value, depth))
                };
                let entries = map.entries.iter().map(copy).collect();
                Value::Map(self.add_map(Map { entries, open: map.open }))
            }
            Value::List(id) => {
                let Some(list) = self.any_list(*id).cloned() else { return Value::unknown() };
                let items = list.items.iter().map(|item| self.deep_copy(item, depth)).collect();
                self.add_list(List { items, unordered: list.unordered })
            }
            scalar => scalar.clone(),
        }
    }
}
