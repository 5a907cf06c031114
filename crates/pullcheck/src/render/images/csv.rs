//! The inventory as comma-separated values (RFC 4180).

use std::io::{self, Write};

use super::{Row, unique::Unique};
use crate::clean::clean_line;

/// One record a place.
pub fn rows<'r>(rows: impl Iterator<Item = &'r Row>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "path",
        "line",
        "column",
        "apiVersion",
        "kind",
        "namespace",
        "name",
        "container",
        "field",
        "role",
        "image",
        "registry",
        "repository",
        "tag",
        "digest",
        "provider",
        "tagClass",
        "policy",
        "policyIsWritten",
        "pulled",
    ])?;
    for row in rows {
        let resource = row.resource.as_ref();
        let start = &row.range.start;
        writer.write_record(cleaned([
            row.path.as_str(),
            &start.line.to_string(),
            &start.column.to_string(),
            text(resource.and_then(|resource| resource.api_version.as_deref())),
            text(resource.map(|resource| resource.kind.as_str())),
            text(resource.and_then(|resource| resource.namespace.as_deref())),
            text(resource.and_then(|resource| resource.name.as_deref())),
            text(row.container.as_deref()),
            text(row.field.as_deref()),
            row.role,
            &row.image,
            text(row.registry.as_deref()),
            text(row.repository.as_deref()),
            text(row.tag.as_deref()),
            text(row.digest.as_deref()),
            text(row.provider),
            row.tag_class,
            text(row.policy.effective.as_deref()),
            if row.policy.explicit { "true" } else { "false" },
            text(row.effective.first().map(|effective| effective.image.as_str())),
        ]))?;
    }
    writer.flush()
}

/// One record an image.
pub fn unique(images: &[Unique<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "image",
        "registry",
        "repository",
        "tag",
        "digest",
        "provider",
        "tagClass",
        "places",
    ])?;
    for image in images {
        writer.write_record(cleaned([
            image.image,
            text(image.registry),
            text(image.repository),
            text(image.tag),
            text(image.digest),
            text(image.provider),
            image.tag_class,
            &image.places.to_string(),
        ]))?;
    }
    writer.flush()
}

/// A value cannot be marked as harmless in this format, so what could steer is replaced.
fn cleaned<const N: usize>(record: [&str; N]) -> [String; N] {
    record.map(clean_line)
}

fn text(value: Option<&str>) -> &str {
    value.unwrap_or_default()
}
