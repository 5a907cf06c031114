//! The inventory: every image as it is written and as it would be pulled.

mod csv;
mod row;
mod table;
mod unique;
mod ways;

use std::io::{self, Write};

use pullcheck_core::{
    resolve::Resolved,
    span::{At, FileId},
};
use serde::Serialize;

use self::{row::Row, unique::unique, ways::Ways};
use super::{load, reports::json};
use crate::{
    args::{By, ImagesArgs, ImagesFormat},
    gather::Gathered,
};

#[derive(Serialize)]
struct Document<T: Serialize> {
    version: u32,
    images: Vec<T>,
}

#[derive(Serialize)]
struct GroupedDocument<'r> {
    version: u32,
    groups: Vec<Group<'r>>,
}

/// Rows that belong together, under what they have in common.
#[derive(Serialize)]
struct Group<'r> {
    name: String,
    images: Vec<&'r Row>,
}

/// Lists the images. What could not be shown comes back, one sentence each.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn inventory(
    gathered: &Gathered,
    resolved: &Resolved<'_>,
    args: &ImagesArgs,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    let (rows, trouble) = rows(gathered, resolved);
    if args.unique {
        let images = unique(&rows);
        match args.format {
            ImagesFormat::Table => out.write_all(unique::list(&images).as_bytes())?,
            ImagesFormat::Json => {
                out.write_all(json::pretty(&Document { version: 1, images }).as_bytes())?;
            }
            ImagesFormat::Csv => csv::unique(&images, out)?,
        }
        return Ok(trouble);
    }
    let groups = args.by.map(|by| groups(&rows, by));
    match (args.format, groups) {
        (ImagesFormat::Table, None) => out.write_all(table::plain(&rows).as_bytes())?,
        (ImagesFormat::Table, Some(groups)) => {
            out.write_all(table::grouped(&groups, args.by).as_bytes())?;
        }
        (ImagesFormat::Json, None) => {
            out.write_all(json::pretty(&Document { version: 1, images: rows }).as_bytes())?;
        }
        (ImagesFormat::Json, Some(groups)) => {
            out.write_all(json::pretty(&GroupedDocument { version: 1, groups }).as_bytes())?;
        }
        (ImagesFormat::Csv, None) => csv::rows(rows.iter(), out)?,
        (ImagesFormat::Csv, Some(groups)) => {
            csv::rows(groups.into_iter().flat_map(|group| group.images), out)?;
        }
    }
    Ok(trouble)
}

/// Every image that is written, by path and then by place.
fn rows(gathered: &Gathered, resolved: &Resolved<'_>) -> (Vec<Row>, Vec<String>) {
    let mut ways = Ways::of(gathered, resolved);
    let mut rows: Vec<(At, Row)> = Vec::new();
    let mut trouble = Vec::new();
    for (file, id) in gathered.project.files().iter().zip((0..).map(FileId)) {
        let has_images = file.facts.uses.iter().any(|used| used.image.is_some());
        if file.is_context || !has_images && !resolved.renderings.has_lines(id) {
            continue;
        }
        match load(gathered, resolved, id) {
            Ok(shown) => {
                let mut uses = resolved.written(id, &shown.text);
                uses.retain(|used| used.written.image.is_some());
                let mut origin = gathered.origins.tracer(gathered, id);
                rows.extend(uses.into_iter().filter_map(|used| {
                    let by = used.image.by;
                    let at = origin.as_mut().map_or(by, |origin| origin.place(by));
                    let place = ways.place(at)?;
                    Some((at, Row::of(&shown, &used, place, ways.of_image(&used))))
                }));
            }
            Err(sentence) => trouble.push(sentence),
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    (rows.into_iter().map(|(_, row)| row).collect(), trouble)
}

/// Rows by what they have in common: images by their full name, objects where they are written.
fn groups(rows: &[Row], by: By) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for row in rows {
        let key = match by {
            By::Image => (String::new(), None, row.pulled().to_owned()),
            By::Resource => {
                let name = format!("{} in {}", row.resource_name(), row.path);
                (row.path.clone(), Some(row.object), name)
            }
        };
        let index = *known.entry(key).or_insert_with_key(|(_, _, name)| {
            groups.push(Group { name: name.clone(), images: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(index) {
            group.images.push(row);
        }
    }
    if by == By::Image {
        groups.sort_by(|a, b| a.name.cmp(&b.name));
    }
    groups
}
