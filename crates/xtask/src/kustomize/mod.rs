//! Does `pullcheck images` find, through each root, the images that `kustomize build` makes of it?

mod compare;
mod folders;

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::Path,
};

use rayon::prelude::*;

use crate::{
    inventory::{self, Row},
    offline::{Answer, Offline},
    refusals::{Reasons, Refusals},
    tools,
};
use compare::{Difference, Images};
use folders::Folder;

/// Why `kustomize build` refuses.
const REASONS: Reasons = &[
    ("took more than", "too slow"),
    ("proxyconnect", "remote"),
    ("'git' program", "remote"),
    ("\"git\": executable file not found", "remote"),
    ("must specify --enable-helm", "Helm is disabled"),
    ("plugins disabled", "plugins are disabled"),
    ("is not in or below", "a file above the folder"),
    ("may not add resource with an already registered id", "duplicate id"),
    ("multiple kustomization files", "two kustomizations in a folder"),
    ("cycle detected", "cycle"),
    ("unknown field", "unknown field"),
    ("cannot unmarshal", "wrong type"),
    ("no such file", "missing file"),
    ("doesn't exist", "missing file"),
    ("unable to find one of", "missing kustomization"),
    ("no matches for Id", "a patch without a target"),
    ("no resource matches", "a patch without a target"),
];

/// What became of a folder.
enum Verdict {
    Refused(String),
    NotARoot,
    Equal { images: bool, containers: bool },
    Different(Difference),
}

#[derive(Default)]
struct Tally {
    refused: Refusals,
    not_roots: usize,
    equal: usize,
    without_images: usize,
    other_containers: usize,
    different: Vec<(String, Difference)>,
}

/// Compares all folders below a directory. Tells whether all roots are equal.
pub fn run(directory: &Path, program: &Path, show: usize) -> io::Result<bool> {
    let kustomize = tools::program("kustomize")?;
    let offline = Offline::new()?;
    let folders = folders::read(directory);
    let referenced = folders::referenced(&folders);
    let rows = inventory::of_directory(program, directory)?;
    let verdicts: Vec<_> = folders
        .par_iter()
        .filter(|folder| !folder.component)
        .map(|folder| {
            let place = directory.join(&folder.path);
            let verdict = match offline.run(&kustomize, &["build", "."], &place)? {
                Answer::Refused(complaint) => Verdict::Refused(complaint),
                Answer::Accepted(built) => {
                    let built = inventory::of_text(program, &built)?;
                    judge(folder, &referenced, &rows, &built)
                }
            };
            Ok((folder, verdict))
        })
        .collect::<io::Result<_>>()?;
    let mut tally = Tally::default();
    for (folder, verdict) in verdicts {
        tally.add(folder, verdict);
    }
    tally.print(&mut io::stdout().lock(), show)?;
    Ok(tally.different.is_empty())
}

fn judge(folder: &Folder, referenced: &BTreeSet<String>, rows: &[Row], built: &[Row]) -> Verdict {
    let (theirs, ours) = (Images::built(built), Images::through(rows, &folder.file));
    // Argo CD or Flux may begin at a folder that is referenced; it has rows then.
    if ours.is_empty() && referenced.contains(&folder.path) {
        return Verdict::NotARoot;
    }
    let difference = Difference::between(&theirs, &ours);
    if difference.is_empty() {
        Verdict::Equal { images: !ours.is_empty(), containers: theirs == ours }
    } else {
        Verdict::Different(difference)
    }
}

impl Tally {
    fn add(&mut self, folder: &Folder, verdict: Verdict) {
        match verdict {
            Verdict::Refused(complaint) => self.refused.add(REASONS, &folder.file, &complaint),
            Verdict::NotARoot => self.not_roots += 1,
            Verdict::Equal { images, containers } => {
                self.equal += 1;
                self.without_images += usize::from(!images);
                self.other_containers += usize::from(!containers);
            }
            Verdict::Different(difference) => {
                self.different.push((folder.file.clone(), difference));
            }
        }
    }

    fn print(&self, out: &mut impl Write, show: usize) -> io::Result<()> {
        for (root, difference) in self.different.iter().take(show) {
            writeln!(out, "different {root}")?;
            for image in &difference.only_kustomize {
                writeln!(out, "  only in kustomize: {image}")?;
            }
            for image in &difference.only_pullcheck {
                writeln!(out, "  only in pullcheck: {image}")?;
            }
        }
        self.refused.print(out, show)?;
        let compared = self.equal + self.different.len();
        writeln!(
            out,
            "{} accepted, {} refused; of the accepted {} not a root, {compared} compared",
            self.not_roots + compared,
            self.refused.count(),
            self.not_roots,
        )?;
        writeln!(
            out,
            "{} equal ({} without images, {} under other names of containers), {} different",
            self.equal,
            self.without_images,
            self.other_containers,
            self.different.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_rows_that_another_takes_in_is_no_root() {
        let folder = Folder::of("base", "base/kustomization.yaml", "");
        let row = |root: Option<&str>| {
            let row = serde_json::json!({
                "path": "base/web.yaml", "range": {"start": {"line": 1}}, "container": "web",
                "role": "container", "image": "a:1", "effective": [{"image": "a:1", "root": root}],
            });
            inventory::of_json(serde_json::json!({ "images": [row] }).to_string().as_bytes())
        };
        let (built, rootless) = (row(None).unwrap(), row(None).unwrap());
        let rooted = row(Some("base/kustomization.yaml")).unwrap();
        let referenced = BTreeSet::from(["base".to_owned()]);
        let none = BTreeSet::new();
        let equal = |verdict| matches!(verdict, Verdict::Equal { images: true, containers: true });
        assert!(matches!(judge(&folder, &referenced, &rootless, &built), Verdict::NotARoot));
        assert!(matches!(judge(&folder, &none, &rootless, &built), Verdict::Different(_)));
        assert!(equal(judge(&folder, &referenced, &rooted, &built)));
        assert!(equal(judge(&folder, &none, &rooted, &built)));
    }
}
