//! A text whose every byte remembers where it comes from.

use std::{ops::Range, rc::Rc};

use crate::span::{At, Span};

/// What an unknown value is printed as: a plain YAML scalar in any position.
pub const UNKNOWN: &str = "$(unknown)";

/// What Go prints for nil; Helm removes it from what it renders.
pub(super) const NO_VALUE: &str = "<no value>";

/// Where a run of bytes comes from. The action that prints it is set when it is printed first.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Literal text of a template.
    Template(At),
    /// One value.
    Value(At, Option<At>),
    /// Something made of several values, or of none.
    Computed(Rc<[At]>, Option<At>),
    /// [`UNKNOWN`].
    Unknown(Option<At>),
}

/// What is not sure about a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Doubt {
    /// It is only there if something that is off were on.
    pub(super) assumed: bool,
    /// It stands under an unknown condition.
    pub(super) unsure: bool,
}

/// Bytes of one origin, up to `end`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) end: u32,
    pub(super) mark: Mark,
    pub(super) doubt: Doubt,
}

/// A text and the runs that it consists of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Text {
    pub(super) string: String,
    pub(super) runs: Vec<Run>,
}

impl Text {
    /// A text of one origin.
    pub(super) fn new(string: impl Into<String>, mark: Mark) -> Self {
        let mut text = Self { string: string.into(), runs: Vec::new() };
        text.seal(mark);
        text
    }

    /// The text of an unknown string.
    pub(super) fn unknown() -> Self {
        Self::new(UNKNOWN, Mark::Unknown(None))
    }

    /// Gives an origin to the bytes that have none yet.
    fn seal(&mut self, mark: Mark) {
        let end = Span::of(0..self.string.len()).end;
        let last = self.runs.last_mut();
        if end == last.as_ref().map_or(0, |run| run.end) {
            return;
        }
        match last {
            Some(last) if mark.is_layout() && last.mark.is_layout() && last.is_certain() => {
                last.end = end;
            }
            _ => self.runs.push(Run { end, mark, doubt: Doubt::default() }),
        }
    }

    /// Appends a string of one origin.
    pub(super) fn push(&mut self, string: &str, mark: Mark) {
        self.string.push_str(string);
        self.seal(mark);
    }

    /// Appends another text.
    pub(super) fn append(&mut self, other: &Self) {
        self.append_doubted(other, Doubt::default(), None);
    }

    /// Appends another text, printed by an action.
    pub(super) fn print(&mut self, other: &Self, used: At) {
        self.append_doubted(other, Doubt::default(), Some(used));
    }

    /// Appends another text about which there is doubt.
    pub(super) fn append_doubted(&mut self, other: &Self, doubt: Doubt, used: Option<At>) {
        let base = Span::of(0..self.string.len()).end;
        self.string.push_str(&other.string);
        self.runs.extend(other.runs.iter().map(|run| Run {
            end: base.saturating_add(run.end),
            mark: run.mark.printed_by(used),
            doubt: Doubt {
                assumed: run.doubt.assumed || doubt.assumed,
                unsure: run.doubt.unsure || doubt.unsure,
            },
        }));
    }

    /// The runs with their ranges.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (Range<usize>, &Run)> {
        let mut start = 0;
        self.runs.iter().map(move |run| {
            let range = start as usize..run.end as usize;
            start = run.end;
            (range, run)
        })
    }

    /// A part of the text; literal text keeps its exact place.
    pub(super) fn slice(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        self.copy(range, &mut part);
        part
    }

    /// Appends a part of this text to another one, in time that its runs need.
    pub(super) fn copy(&self, range: Range<usize>, into: &mut Self) {
        let Some(piece) = self.string.get(range.clone()) else { return };
        let base = into.string.len();
        into.string.push_str(piece);
        let first = self.runs.partition_point(|run| run.end as usize <= range.start);
        let mut start = first
            .checked_sub(1)
            .and_then(|before| self.runs.get(before))
            .map_or(0, |run| run.end as usize);
        for run in self.runs.iter().skip(first) {
            if start >= range.end {
                break;
            }
            let whole = start..run.end as usize;
            let kept = whole.start.max(range.start)..whole.end.min(range.end);
            let end = Span::of(0..base + kept.end - range.start).end;
            let mark = run.mark.part(&whole, &kept);
            into.runs.push(Run { end, mark, doubt: run.doubt });
            start = whole.end;
        }
    }

    /// The text if it is known for certain: without what is only assumed.
    pub(super) fn certain(&self) -> Option<std::borrow::Cow<'_, str>> {
        let doubtful = |run: &Run| {
            !run.doubt.assumed && (run.doubt.unsure || matches!(run.mark, Mark::Unknown(_)))
        };
        if self.runs.iter().any(doubtful) {
            return None;
        }
        if self.runs.iter().any(|run| run.doubt.assumed) {
            return Some(self.without_assumed().string.into());
        }
        Some(self.string.as_str().into())
    }

    /// The text without what is only assumed.
    pub(super) fn without_assumed(&self) -> Self {
        let mut kept = Self::default();
        for (range, run) in self.ranges() {
            if !run.doubt.assumed {
                self.copy(range, &mut kept);
            }
        }
        kept
    }

    /// Whether lines of it stand under an unknown condition.
    pub(super) fn is_unsure(&self) -> bool {
        self.runs.iter().any(|run| run.doubt.unsure)
    }

    /// Whether some of it is not known for certain, or assumed.
    pub(super) fn is_doubtful(&self) -> bool {
        let doubtful =
            |run: &Run| run.doubt != Doubt::default() || matches!(run.mark, Mark::Unknown(_));
        self.runs.iter().any(doubtful)
    }

    /// Whether it is empty or blank, if that is known.
    pub(super) fn is_empty(&self) -> Option<bool> {
        let sure = |(range, run): (Range<usize>, &Run)| {
            run.doubt == Doubt::default()
                && !range.is_empty()
                && !matches!(run.mark, Mark::Unknown(_))
        };
        if self.ranges().any(sure) {
            return Some(false);
        }
        self.certain().map(|text| text.is_empty())
    }

    /// The places of all values in it.
    pub(super) fn leaves(&self) -> Vec<At> {
        let mut leaves: Vec<At> = Vec::new();
        for run in &self.runs {
            match &run.mark {
                Mark::Value(leaf, _) => leaves.push(*leaf),
                Mark::Computed(of, _) => leaves.extend(of.iter()),
                Mark::Template(_) | Mark::Unknown(_) => {}
            }
        }
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }

    /// A text made of the whole of this one, which must be certain.
    pub(super) fn computed(&self, string: impl Into<String>) -> Self {
        Self::new(string, Mark::of(&self.leaves()))
    }
}

impl Run {
    /// Whether it is rendered for certain.
    fn is_certain(&self) -> bool {
        self.doubt == Doubt::default()
    }
}

impl Mark {
    /// Whether it is made of nothing, and not printed yet.
    fn is_layout(&self) -> bool {
        matches!(self, Self::Computed(leaves, None) if leaves.is_empty())
    }

    /// The mark of something made of values.
    pub(super) fn of(leaves: &[At]) -> Self {
        match leaves {
            [leaf] => Self::Value(*leaf, None),
            leaves => Self::Computed(leaves.into(), None),
        }
    }

    fn printed_by(&self, by: Option<At>) -> Self {
        match self {
            Self::Value(leaf, used) => Self::Value(*leaf, used.or(by)),
            Self::Computed(leaves, used) => Self::Computed(Rc::clone(leaves), used.or(by)),
            Self::Unknown(used) => Self::Unknown(used.or(by)),
            Self::Template(at) => Self::Template(*at),
        }
    }

    /// The mark of a part of a run.
    fn part(&self, whole: &Range<usize>, part: &Range<usize>) -> Self {
        let Self::Template(at) = self else { return self.clone() };
        // Text with escapes has other bytes than it is written with.
        if at.span.range().len() != whole.len() {
            return self.clone();
        }
        let from = at.span.start as usize + part.start - whole.start;
        Self::Template(At { file: at.file, span: Span::of(from..from + part.len()) })
    }
}

/// How Go and YAML both write a character in double quotes, where it needs an escape of its own.
pub(super) const fn escape_of(c: char) -> Option<&'static str> {
    match c {
        '"' => Some("\\\""),
        '\\' => Some("\\\\"),
        '\n' => Some("\\n"),
        '\t' => Some("\\t"),
        '\r' => Some("\\r"),
        _ => None,
    }
}
