//! The table of kinds against the example objects in `fixtures/kinds`.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use pullcheck_core::{
    extract::extract,
    facts::FileFacts,
    kinds::{Known, Place, known},
    path::LogicalPath,
    settings::Settings,
    span::LineIndex,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/kinds")
}

fn read(text: &str, settings: &Settings) -> FileFacts {
    extract(&LogicalPath::new("deploy/object.yaml"), text, settings)
}

/// The example objects of each API group, by the group's name.
fn fixtures() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    entries.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

/// The example objects of one kind.
fn examples<'t>(text: &'t str, kind: &str) -> Vec<&'t str> {
    let is_kind = |object: &&str| object.lines().any(|line| line == format!("kind: {kind}"));
    text.split("---\n").filter(is_kind).collect()
}

#[test]
fn every_marked_image_is_found_at_its_line_and_no_other() {
    for (group, text) in fixtures() {
        let lines = LineIndex::new(&text);
        let facts = read(&text, &Settings::default());
        let images = facts.uses.iter().filter_map(|used| used.image.as_ref());
        let found: BTreeSet<usize> =
            images.map(|image| lines.position(&text, image.span.start).line).collect();
        let marked: BTreeSet<usize> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| line.ends_with(" # image"))
            .map(|(number, _)| number)
            .collect();
        assert_eq!(found, marked, "{group}.yaml");
        assert!(facts.broken.is_empty(), "{group}.yaml: {:?}", facts.broken);
    }
}

#[test]
fn every_place_of_the_table_has_an_example() {
    let fixtures = fixtures();
    for Known { group, kind, lines, .. } in known() {
        let text = fixtures.get(group).unwrap_or_else(|| panic!("no fixture for {group}"));
        let objects = examples(text, kind);
        assert!(!objects.is_empty(), "no example of {group} {kind}");
        for line in lines {
            let reached = objects.iter().any(|object| is_reached(object, line));
            assert!(reached, "no example of {group} {kind} has an image at `{line}`");
        }
    }
    for group in fixtures.keys() {
        assert!(known().iter().any(|known| known.group == group), "{group} is not in the table");
    }
}

/// Whether a place alone leads to an image: the object is given a kind that the table does not
/// have, and its containers lose their names, by which their shape is known.
fn is_reached(object: &str, line: &str) -> bool {
    let mut text: String = object
        .lines()
        .map(|line| match line.split_once(':') {
            Some(("apiVersion", _)) => "apiVersion: example.test/v1\n".to_owned(),
            Some(("kind", _)) => "kind: Example\n".to_owned(),
            _ => format!("{line}\n"),
        })
        .collect();
    if line.starts_with("pod ") {
        text = text.replace(" name:", " label:");
    }
    let place = Place::parse(line).unwrap();
    let with = |place: Option<Place>| {
        let mut settings = Settings::default();
        settings.kinds.add("example.test", "Example", place);
        read(&text, &settings).uses.iter().filter(|used| used.image.is_some()).count()
    };
    with(Some(place)) > with(None)
}
