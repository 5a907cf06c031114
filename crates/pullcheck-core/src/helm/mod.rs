//! What the templates of a Helm chart would render, as far as that can be known without Helm.
//!
//! An abstract interpreter of Go templates: what is known is computed, and each byte of the result
//! remembers where it comes from; what is not known (the release, the cluster, random values, what
//! a function nobody listed returns) stays unknown and is never guessed.
//!
//! [`read_template`], [`read_values`] and [`read_chart`] turn files into owned data, [`render`]
//! turns a [`ChartInput`] of these into one [`Rendered`] for each template. Semantics are those of
//! Helm 3.22: Go's `text/template`, sprig 3.3, `sigs.k8s.io/yaml` and Helm's own `chartutil`.
//!
//! - An unknown value is printed as [`UNKNOWN`]. On a line of its own it prints nothing: there it is
//!   structure, and an empty [`Origin`] stays behind.
//! - Under an unknown condition whole lines are rendered, those of the `else` after them, and the
//!   ranges are in [`Rendered::unsure`]. A piece of a line is unknown.
//! - What is off by default but names an image is rendered as though it were on, and the ranges are
//!   in [`Rendered::assumed`]. So is a subchart that is switched off.
//! - Where Helm would refuse to render, the action that it refuses is unknown.

mod ast;
mod chart;
mod coalesce;
mod doubt;
mod eval;
mod expr;
mod functions;
mod heap;
mod json;
mod lex;
mod number;
mod parse;
mod read;
mod render;
mod text;
mod values;
mod words;
mod write;

pub use chart::{Chart, Dependency, Leaf, read_chart};
pub use parse::{Template, read_template};
pub use render::render;
pub use text::UNKNOWN;
pub use values::{Values, read_values};

use std::ops::Range;

use crate::span::{At, FileId};

/// A chart with everything that it is rendered from.
#[derive(Clone, Debug)]
pub struct ChartInput<'a> {
    /// What the parent calls it: the alias or name of the dependency; of a chart that stands alone,
    /// its own name.
    pub name: Box<str>,
    /// `Chart.yaml`, and which file it is.
    pub chart: (&'a Chart, FileId),
    /// The values files from the strongest to the weakest. The last one is the chart's own
    /// `values.yaml`, or [`Values::default`] if it has none and others are given; those before it
    /// are given by a user, as with `helm template -f`, and count for the chart at the top only.
    /// What the parent's values say of a subchart is not among them.
    pub layers: Vec<(FileId, &'a Values)>,
    /// The templates: the file, its path in the chart (`templates/deployment.yaml`), its content.
    pub templates: Vec<(FileId, &'a str, &'a Template)>,
    /// The charts below `charts/`, each as often as the chart names it.
    pub subcharts: Vec<ChartInput<'a>>,
}

/// What a template renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The template.
    pub template: FileId,
    /// The text, as far as it is known.
    pub text: String,
    /// Where the bytes of the text come from, in their order. An empty range is a place at which
    /// something unknown of whole lines may stand.
    pub origins: Vec<Origin>,
    /// The ranges that are only rendered if something that is off by default is on, in order.
    pub assumed: Vec<Range<u32>>,
    /// The ranges under a condition that is not known, in order.
    pub unsure: Vec<Range<u32>>,
}

/// Where a range of a rendered text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Bytes of the rendered text.
    pub range: Range<u32>,
    /// Where they are from.
    pub from: Source,
}

/// Where a piece of a rendered text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Literal text of a template file: this place, or a part of it that has no place of its own.
    Template(At),
    /// A value, perhaps changed on its way (`lower`, `trunc`).
    Value {
        /// The scalar in a values file or in `Chart.yaml`.
        leaf: At,
        /// The action that prints it, or that gave it to `include`.
        used: At,
    },
    /// Something made of several values, or of none: layout, quotes, keys.
    Computed {
        /// The values.
        leaves: Vec<At>,
        /// The action that prints it.
        used: At,
    },
    /// Something unknown.
    Unknown {
        /// The action that prints it.
        used: At,
    },
}

impl Rendered {
    /// Where the bytes of a range come from: all origins that touch it.
    pub fn origins_of(&self, range: Range<u32>) -> impl Iterator<Item = &Origin> {
        let first = self.origins.partition_point(|origin| origin.range.end <= range.start);
        let rest = self.origins.get(first..).unwrap_or_default().iter();
        rest.take_while(move |origin| origin.range.start < range.end)
    }

    /// Whether a byte is only rendered if something that is off by default is on.
    #[must_use]
    pub fn is_assumed(&self, byte: u32) -> bool {
        is_in(&self.assumed, byte)
    }

    /// Whether a byte stands under a condition that is not known.
    #[must_use]
    pub fn is_unsure(&self, byte: u32) -> bool {
        is_in(&self.unsure, byte)
    }
}

fn is_in(ranges: &[Range<u32>], byte: u32) -> bool {
    let at = ranges.partition_point(|range| range.end <= byte);
    ranges.get(at).is_some_and(|range| range.start <= byte)
}

#[cfg(test)]
mod tests;
