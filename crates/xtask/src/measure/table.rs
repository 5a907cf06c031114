//! Measurements as tables.

use super::{places::Place, timed::Taken};

/// A row for each place: the floor, then the program.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub fn trees(places: &[Place], measured: &[Vec<Taken>]) -> String {
    let mut text = "| what | files | MB | `rg -c image` | concise | to `rg` | pretty | to `rg` | peak memory | files/s | MB/s |\n".to_owned();
    text += "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for (place, taken) in places.iter().zip(measured) {
        let [floor, concise, pretty] = taken.as_slice() else { continue };
        let megabytes = place.bytes as f64 / 1e6;
        let times = |taken: &Taken| format!("×{:.1}", taken.median / floor.median);
        text += &format!(
            "| {} | {} | {megabytes:.1} | {} | {} | {} | {} | {} | {:.0} MiB | {} | {:.0} |\n",
            place.name,
            place.files,
            milliseconds(floor),
            milliseconds(concise),
            times(concise),
            milliseconds(pretty),
            times(pretty),
            concise.peak.max(pretty.peak) as f64 / 1024.0,
            if place.files > 1 {
                format!("{:.0}", place.files as f64 / concise.median)
            } else {
                "-".to_owned()
            },
            megabytes / concise.median,
        );
    }
    text
}

/// What becomes of time and memory where there are more files.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub fn growth(places: &[Place], measured: &[Vec<Taken>]) -> String {
    let mut text =
        "| files | bytes | `rg -c image` | concise | pretty | peak memory |\n".to_owned();
    text += "| ---: | ---: | ---: | ---: | ---: | ---: |\n";
    let rows: Vec<_> = places.iter().zip(measured).collect();
    for ((small, few), (large, many)) in rows.iter().zip(rows.iter().skip(1)) {
        let mut figures =
            vec![large.files as f64 / small.files as f64, large.bytes as f64 / small.bytes as f64];
        figures.extend(few.iter().zip(*many).map(|(few, many)| many.median / few.median));
        let peak = |taken: &[Taken]| taken.iter().skip(1).map(|taken| taken.peak).max();
        figures.extend(peak(few).zip(peak(many)).map(|(few, many)| many as f64 / few as f64));
        let cells: Vec<_> = figures.iter().map(|figure| format!("×{figure:.1}")).collect();
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

/// A commit hook, beside the start of a process that does nothing.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub fn hook(taken: &[Taken]) -> String {
    let mut text = "| command | median | deviation | peak memory |\n".to_owned();
    text += "| --- | ---: | ---: | ---: |\n";
    let names =
        ["`true`", "`rg -c image`, 20 files", "`pullcheck check --force-exclude`, 20 files"];
    for (name, taken) in names.iter().zip(taken) {
        text += &format!(
            "| {name} | {} | {:.1} ms | {:.1} MiB |\n",
            milliseconds(taken),
            taken.deviation * 1e3,
            taken.peak as f64 / 1024.0
        );
    }
    text
}

fn milliseconds(taken: &Taken) -> String {
    format!("{:.1} ms", taken.median * 1e3)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn place(files: usize, bytes: u64) -> Place {
        Place { name: "a tree".to_owned(), folder: PathBuf::new(), files, bytes, is_staged: false }
    }

    fn taken(median: f64, peak: u64) -> Taken {
        Taken { median, deviation: 0.001, peak }
    }

    #[test]
    fn rates_and_ratios_are_of_the_concise_run() {
        let few = vec![taken(0.01, 5_000), taken(0.02, 10_240), taken(0.05, 20_480)];
        let many = vec![taken(0.1, 9_000), taken(0.3, 40_960), taken(0.4, 61_440)];
        let places = [place(1_000, 4_000_000), place(10_000, 40_000_000)];
        let measured = [few, many];
        let table = trees(&places, &measured);
        let row = "| a tree | 1000 | 4.0 | 10.0 ms | 20.0 ms | ×2.0 | 50.0 ms | ×5.0 | 20 MiB | 50000 | 200 |";
        assert_eq!(table.lines().nth(2), Some(row));
        let row = "| ×10.0 | ×10.0 | ×10.0 | ×15.0 | ×8.0 | ×3.0 |";
        assert_eq!(growth(&places, &measured).lines().nth(2), Some(row));
    }

    #[test]
    fn a_hook_is_told_by_its_median_and_deviation() {
        let table = hook(&[taken(0.001, 1_024), taken(0.005, 2_048), taken(0.01, 10_240)]);
        let row = "| `pullcheck check --force-exclude`, 20 files | 10.0 ms | 1.0 ms | 10.0 MiB |";
        assert_eq!(table.lines().last(), Some(row));
    }
}
