//! What `Chart.yaml` says of a chart.

use super::number;
use crate::{span::Span, yaml};

/// A scalar as a Go string field holds it, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The string; numbers are written as `sigs.k8s.io/yaml` converts them (`1.10` is `1.1`).
    pub text: Box<str>,
    /// Where it is written.
    pub span: Span,
}

/// What `Chart.yaml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// `name`.
    pub name: Option<Leaf>,
    /// `version`.
    pub version: Option<Leaf>,
    /// `appVersion`.
    pub app_version: Option<Leaf>,
    /// `dependencies`.
    pub dependencies: Vec<Dependency>,
    /// Whether `type` is `library`: then only its partials are of use.
    pub is_library: bool,
}

/// A chart that another one includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// `name`.
    pub name: Box<str>,
    /// `alias`, which replaces the name inside the parent.
    pub alias: Option<Box<str>>,
    /// `condition`: paths in the values, of which the first that is set switches the chart.
    pub condition: Option<Box<str>>,
    /// `tags`, by which `tags` in the values switch the chart.
    pub tags: Vec<Box<str>>,
    /// `repository`.
    pub repository: Option<Leaf>,
    /// Whether values of the chart are copied into its parent (`import-values`).
    pub imports_values: bool,
}

impl Dependency {
    /// What the parent calls it.
    #[must_use]
    pub fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// Reads the root of a `Chart.yaml`, or of a `requirements.yaml` for its dependencies.
#[must_use]
pub fn read_chart(root: yaml::Node<'_>) -> Chart {
    let dependencies = root.get("dependencies");
    let dependencies = dependencies.into_iter().flat_map(yaml::Node::items);
    Chart {
        name: leaf(root, "name"),
        version: leaf(root, "version"),
        app_version: leaf(root, "appVersion"),
        dependencies: dependencies.filter_map(dependency).collect(),
        is_library: leaf(root, "type")
            .is_some_and(|kind| kind.text.eq_ignore_ascii_case("library")),
    }
}

fn dependency(node: yaml::Node<'_>) -> Option<Dependency> {
    let text = |key: &str| leaf(node, key).map(|leaf| leaf.text).filter(|text| !text.is_empty());
    let tags = node.get("tags").into_iter().flat_map(yaml::Node::items);
    Some(Dependency {
        name: text("name")?,
        alias: text("alias"),
        condition: text("condition"),
        tags: tags.filter_map(|tag| tag.as_str().map(Box::from)).collect(),
        repository: leaf(node, "repository"),
        imports_values: node.get("import-values").is_some_and(|list| list.items().next().is_some()),
    })
}

fn leaf(node: yaml::Node<'_>, key: &str) -> Option<Leaf> {
    let value = node.get(key)?;
    let (text, kind) = value.scalar()?;
    let text = match kind {
        yaml::ScalarKind::Null => return None,
        yaml::ScalarKind::Str => text.into(),
        yaml::ScalarKind::Bool => number::boolean(text).to_string().into(),
        yaml::ScalarKind::Int | yaml::ScalarKind::Float => number::in_text(text)?.into(),
    };
    Some(Leaf { text, span: value.content_span() })
}
