//! The inventory: every image as it is written and as it would be pulled.

use std::io::{self, Write};

use pullcheck_core::{image::Image, resolve::EffectiveUse, span::FileId};
use serde::Serialize;

use super::{
    Shown, clean_line,
    json::{JsonPolicy, Range, Resource, write},
    load,
};
use crate::{args::ImagesFormat, run::Gathered};

#[derive(Serialize)]
struct Document {
    version: u32,
    images: Vec<Row>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    path: String,
    range: Range,
    resource: Resource,
    container: Option<String>,
    role: &'static str,
    image: String,
    registry: Option<String>,
    repository: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
    tag_class: &'static str,
    policy: JsonPolicy,
    effective: Vec<Effective>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Effective {
    image: String,
    policy: Option<&'static str>,
    root: Option<String>,
    decided_by: DecidedBy,
}

#[derive(Serialize)]
struct DecidedBy {
    path: String,
    range: Range,
}

/// Lists the images. What could not be shown comes back, one sentence each.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn inventory(
    gathered: &Gathered,
    format: ImagesFormat,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    let mut images = Vec::new();
    let mut trouble = Vec::new();
    let files = gathered.project.files().iter().zip(&gathered.sources);
    for ((file, source), id) in files.zip(0..) {
        if file.facts.uses.is_empty() {
            continue;
        }
        let Some(resolved) = gathered.project.resolve(FileId(id)) else { continue };
        match load(file, source) {
            Ok(shown) => {
                let mut uses: Vec<_> = resolved.uses.iter().collect();
                uses.sort_by_key(|used| used.image.by);
                images.extend(uses.into_iter().map(|used| row(&shown, used)));
            }
            Err(sentence) => trouble.push(sentence),
        }
    }
    match format {
        ImagesFormat::Json => write(&Document { version: 1, images }, out)?,
        ImagesFormat::Table => out.write_all(table(&images).as_bytes())?,
    }
    Ok(trouble)
}

fn row(shown: &Shown<'_>, used: &EffectiveUse<'_>) -> Row {
    let reference = used.image.value.reference();
    Row {
        path: shown.path.to_owned(),
        range: Range::of(shown, used.image.by.span),
        resource: Resource::of(used.object),
        container: used.written.container.as_deref().map(str::to_owned),
        role: used.written.role.as_str(),
        image: used.text().to_owned(),
        registry: reference.map(|reference| reference.registry().to_owned()),
        repository: reference.map(|reference| reference.repository().to_owned()),
        tag: reference.and_then(|reference| reference.tag().map(str::to_owned)),
        digest: reference.and_then(|reference| reference.digest().map(str::to_owned)),
        tag_class: used.image.value.class_name(),
        policy: JsonPolicy::of(used.written, used.policy.value),
        effective: effective(shown, used).into_iter().collect(),
    }
}

fn effective(shown: &Shown<'_>, used: &EffectiveUse<'_>) -> Option<Effective> {
    let Image::Named(reference, _) = &used.image.value else { return None };
    Some(Effective {
        image: reference.to_string(),
        policy: used.policy.value.effective().map(pullcheck_core::policy::PullPolicy::as_str),
        root: None,
        decided_by: DecidedBy {
            path: shown.path.to_owned(),
            range: Range::of(shown, used.image.by.span),
        },
    })
}

fn table(images: &[Row]) -> String {
    let rows: Vec<[String; 4]> = images
        .iter()
        .map(|row| {
            let policy = row.policy.effective.as_deref().unwrap_or("?");
            let how = if row.policy.explicit { "" } else { " (default)" };
            [
                clean_line(&format!("{}:{}", row.path, row.range.start.line)),
                clean_line(&row.image),
                row.tag_class.to_owned(),
                clean_line(&format!("{policy}{how}")),
            ]
        })
        .collect();
    let head = ["PLACE", "IMAGE", "TAG", "POLICY"].map(str::to_owned);
    let widths: [usize; 3] = std::array::from_fn(|column| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    });
    let [place, image, class] = widths;
    [head]
        .iter()
        .chain(&rows)
        .map(|[a, b, c, d]| format!("{a:place$}  {b:image$}  {c:class$}  {d}\n"))
        .collect()
}
