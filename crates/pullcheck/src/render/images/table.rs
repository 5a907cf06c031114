//! The inventory for people: columns that line up.

use super::{Group, Row};
use crate::{args::By, clean::clean_line};

/// A cell wider than this does not move the columns of other lines.
const WIDEST: usize = 72;

/// One line a place.
pub fn plain(rows: &[Row]) -> String {
    let head = ["PLACE", "IMAGE", "TAG", "POLICY", "REGISTRY", "HELD BY"].map(str::to_owned);
    let lines = rows.iter().map(|row| {
        let holder = row.holder.as_deref().map(|holder| format!(", {holder}"));
        let held_by = format!("{}{}", row.resource_name(), holder.unwrap_or_default());
        let [place, class, policy, provider] = cells(row);
        [place, row.image.clone(), class, policy, provider, held_by]
    });
    aligned(std::iter::once(head).chain(lines).collect())
}

/// A heading for each group and a line for each of its places.
pub fn grouped(groups: &[Group<'_>], by: Option<By>) -> String {
    let mut text = String::new();
    for group in groups {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&clean_line(&group.name));
        text.push('\n');
        let lines = group.images.iter().map(|row| {
            let [place, class, policy, provider] = cells(row);
            let holder = row.holder.clone().unwrap_or_default();
            let image = match by {
                Some(By::Resource) => row.image.clone(),
                Some(By::Image) | None => row.resource_name(),
            };
            let place = match by {
                Some(By::Resource) => format!("  line {}", row.range.start.line),
                Some(By::Image) | None => format!("  {place}"),
            };
            [place, image, class, policy, provider, holder]
        });
        text.push_str(&aligned(lines.collect()));
    }
    text
}

fn cells(row: &Row) -> [String; 4] {
    [
        format!("{}:{}", row.path, row.range.start.line),
        row.tag_class.to_owned(),
        row.policy_text.clone(),
        row.provider.or(row.registry.as_deref()).unwrap_or("-").to_owned(),
    ]
}

/// Lines whose columns line up.
fn aligned<const N: usize>(lines: Vec<[String; N]>) -> String {
    let lines: Vec<[String; N]> =
        lines.into_iter().map(|line| line.map(|cell| clean_line(&cell))).collect();
    let widths: [usize; N] = std::array::from_fn(|column| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        widths.filter(|width| *width <= WIDEST).max().unwrap_or_default()
    });
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
