use super::*;

#[test]
fn every_line_of_the_table_can_be_read() {
    let known = known();
    assert!(known.len() > 200, "{}", known.len());
    for Known { group, kind, lines, source } in &known {
        assert!(source.starts_with("https://"), "{group}/{kind} has no source");
        assert!(!lines.is_empty(), "{group}/{kind} has no place");
        for line in lines {
            let place = Place::parse(line).unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert!(line.contains(&place.path.to_string()), "{line}");
        }
    }
    let mut names: Vec<_> = known.iter().map(|known| (known.group, known.kind)).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1], "a kind stands in two places");
    }
}

#[test]
fn wrong_lines_are_refused() {
    for (line, error) in [
        ("image", LineError::Incomplete),
        ("picture spec.image", LineError::Shape("picture".into())),
        ("image spec..image", LineError::Path("spec..image".into())),
        ("image spec.images[0]", LineError::Path("spec.images[0]".into())),
        ("image spec.image policy", LineError::Option("policy".into())),
        ("image spec.image tag=x", LineError::Option("tag=x".into())),
        ("pod spec policy=.x", LineError::Option("policy=.x".into())),
        ("image spec.image default=Sometimes", LineError::Option("default=Sometimes".into())),
        ("image spec.image policy=.", LineError::Path("".into())),
    ] {
        assert_eq!(Place::parse(line), Err(error), "{line}");
    }
}

#[test]
fn versions_do_not_matter_and_groups_do() {
    let kinds = Kinds::default();
    let count = |version, kind| kinds.places(version, kind).len();
    assert_eq!(count("apps/v1", "Deployment"), 1);
    assert_eq!(count("apps/v1beta2", "Deployment"), 1);
    assert_eq!(count("v1", "Deployment"), 0);
    assert_eq!(count("v1", "Pod"), 1);
    assert_eq!(count("v1", "Service"), 0);
    assert_eq!(count("serving.knative.dev/v1", "Service"), 1);
}

#[test]
fn added_places_come_after_those_that_are_known() {
    let mut kinds = Kinds::default();
    let place = Place::parse("image spec.extra").unwrap();
    kinds.add("apps", "Deployment", [place.clone()]);
    kinds.add("", "Thing", [place.clone()]);
    let places = kinds.places("apps/v1", "Deployment");
    let paths: Vec<_> = places.iter().map(|place| place.path.to_string()).collect();
    assert_eq!(paths, ["spec.template.spec", "spec.extra"]);
    assert_eq!(kinds.places("v1", "Thing"), [&place]);
    assert!(kinds.has_kind("Thing") && !kinds.has_kind("Nothing"));
}
