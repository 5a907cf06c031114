//! Paths into objects: `spec.templates[].container`, `spec.tasks.*.image`.

use std::fmt;

/// A path from a map to what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of a key.
    Key(Box<str>),
    /// Each item of a list, `[]`.
    Items,
    /// Each value of a map, `*`.
    Values,
}

impl Path {
    /// Reads a path: keys joined by dots, `[]` behind a key for each item of its list, `*` for each
    /// value of a map, and a dot alone for the map itself.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "." {
            return Some(Self::default());
        }
        let mut steps = Vec::new();
        for part in text.split('.') {
            let key = part.trim_end_matches("[]");
            match key {
                "" => return None,
                "*" => steps.push(Step::Values),
                _ if key.contains(['[', ']', '*', ' ']) => return None,
                _ => steps.push(Step::Key(key.into())),
            }
            let lists = (part.len() - key.len()) / 2;
            steps.extend(std::iter::repeat_n(Step::Items, lists));
        }
        Some(Self(steps))
    }

    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The paths to what lies on the way, the root and the end left out.
    pub fn ways(&self) -> impl Iterator<Item = Self> {
        (1..self.0.len()).filter_map(|length| self.0.get(..length).map(|way| Self(way.to_vec())))
    }

    /// The keys of a path that has no others than keys; `None` for a step that is none.
    pub fn keys(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter().map(|step| match step {
            Step::Key(key) => Some(&**key),
            Step::Items | Step::Values => None,
        })
    }

    /// The key that it ends in.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Key(key) => Some(key),
            Step::Items | Step::Values => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            match step {
                Step::Key(key) => write!(f, "{dot}{key}")?,
                Step::Items => f.write_str("[]")?,
                Step::Values => write!(f, "{dot}*")?,
            }
        }
        Ok(())
    }
}
