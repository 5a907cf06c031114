//! Each image once, by the full name that a registry knows it by.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Row;
use crate::clean::clean_line;

/// An image, and in how many places it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unique<'r> {
    pub image: &'r str,
    pub registry: Option<&'r str>,
    pub repository: Option<&'r str>,
    pub tag: Option<&'r str>,
    pub digest: Option<&'r str>,
    pub provider: Option<&'static str>,
    pub tag_class: &'static str,
    pub places: usize,
}

/// The images that can be pulled, sorted. What is filled in later or cannot be read is none.
pub fn unique(rows: &[Row]) -> Vec<Unique<'_>> {
    let mut images: BTreeMap<&str, Unique<'_>> = BTreeMap::new();
    for row in rows {
        for effective in &row.effective {
            let implied = row.tag.is_none() && row.digest.is_none();
            let image = images.entry(&effective.image).or_insert_with(|| Unique {
                image: &effective.image,
                registry: row.registry.as_deref(),
                repository: row.repository.as_deref(),
                tag: row.tag.as_deref().or(implied.then_some("latest")),
                digest: row.digest.as_deref(),
                provider: row.provider,
                tag_class: if implied { "latest" } else { row.tag_class },
                places: 0,
            });
            image.places += 1;
        }
    }
    images.into_values().collect()
}

/// One line each, and nothing else.
pub fn list(images: &[Unique<'_>]) -> String {
    images.iter().map(|image| clean_line(image.image) + "\n").collect()
}
