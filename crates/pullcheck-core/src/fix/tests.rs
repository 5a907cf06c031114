use proptest::prelude::*;

use super::*;

/// A text, and the place that is marked in it: `‹value›`.
fn marked(text: &str) -> (String, Span) {
    let (before, rest) = text.split_once('‹').unwrap();
    let (place, after) = rest.split_once('›').unwrap();
    let span = Span::of(before.len()..before.len() + place.len());
    (format!("{before}{place}{after}"), span)
}

fn value(new: &str) -> Change {
    Change::Value(new.to_owned())
}

fn policy() -> Change {
    Change::Beside { key: "imagePullPolicy".into(), value: "Always".to_owned() }
}

fn fixed(text: &str, change: &Change) -> Result<String, Refusal> {
    let (text, span) = marked(text);
    let all = Fixer::new(&text).verified(&[(span, change)])?;
    Ok(replaced(&text, &all))
}

#[test]
fn values_keep_their_style() {
    for (text, new, expected) in [
        ("a: ‹nginx› # x\n", "nginx:1", "a: nginx:1 # x\n"),
        ("a: ‹\"nginx\"›\r\nb: 1\r\n", "b\"c", "a: \"b\\\"c\"\r\nb: 1\r\n"),
        ("a: ‹'nginx'›\n", "it's", "a: 'it''s'\n"),
        ("a: ‹1.20›\n", "1.20", "a: \"1.20\"\n"),
        ("a: ‹x›\n", "true", "a: \"true\"\n"),
        ("a: ‹x›\n", "b: c", "a: \"b: c\"\n"),
        ("{a: ‹x›, b: z}\n", "n:1", "{a: n:1, b: z}\n"),
        ("{\"a\": ‹\"x\"›}", "n:1", "{\"a\": \"n:1\"}"),
        ("\u{feff}k: 값\n# 🚀\na: &n ‹x›\n", "z", "\u{feff}k: 값\n# 🚀\na: &n z\n"),
        ("a: 1\n---\n---\nb: [‹x›, z]\n", "v", "a: 1\n---\n---\nb: [v, z]\n"),
        ("a:\n  ‹x\n  w›\n", "z", "a:\n  z\n"),
    ] {
        assert_eq!(fixed(text, &value(new)).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn entries_fit_in() {
    for (text, expected) in [
        (
            "c:\n- image: ‹a› # x\n  b: 1\n",
            "c:\n- image: a # x\n  imagePullPolicy: Always\n  b: 1\n",
        ),
        ("c:\n  -   image: ‹a›", "c:\n  -   image: a\n      imagePullPolicy: Always"),
        (
            "- - b: 1\r\n    image: ‹a›\r\n",
            "- - b: 1\r\n    image: a\r\n    imagePullPolicy: Always\r\n",
        ),
        ("{image: ‹a›}\n", "{image: a, imagePullPolicy: Always}\n"),
        ("{\"image\": ‹\"a\"›}", "{\"image\": \"a\", \"imagePullPolicy\": \"Always\"}"),
        ("image: ‹>-\n  a›\n", "image: >-\n  a\nimagePullPolicy: Always\n"),
        ("image: &a ‹a›\n", "image: &a a\nimagePullPolicy: Always\n"),
    ] {
        assert_eq!(fixed(text, &policy()).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn only_what_is_expected_is_exchanged() {
    let under =
        |under, from: &str| Change::Exchange { under, from: from.into(), to: "b/x".to_owned() };
    let exchange = |from: &str| under(None, from);
    assert_eq!(fixed("a: ‹\"c/x\"›\n", &exchange("c/x")).as_deref(), Ok("a: \"b/x\"\n"));
    assert_eq!(fixed("a: ‹c/x:1›\n", &exchange("c/x")), Err(Refusal::NotFound));
    assert_eq!(fixed("name: ‹c/x›\n", &exchange("c/x")), Err(Refusal::NotFound));
    let new_name = under(Some("newName"), "c/x");
    assert_eq!(fixed("- newName: ‹c/x›\n", &new_name).as_deref(), Ok("- newName: b/x\n"));
    assert_eq!(fixed("image: ‹c/x›\n", &new_name), Err(Refusal::NotFound));
}

#[test]
fn what_cannot_be_done_is_left() {
    for (text, change, refusal) in [
        ("a: ‹|\n  x›\n", value("z"), Refusal::NoRoom),
        ("‹a: b›\n", value("z"), Refusal::NotFound),
        ("a: b‹c›d\n", value("z"), Refusal::NotFound),
        ("a: &p ‹b›\nc: *p\n", value("z"), Refusal::Shared),
        ("a: &p b\nc: ‹*p›\n", value("z"), Refusal::Shared),
        ("a: &p {x: ‹b›}\nc: *p\n", value("z"), Refusal::Shared),
        ("image: ‹a›\nimagePullPolicy: b\n", policy(), Refusal::Unfaithful),
        ("a: [‹b›, {c]\n", value("z"), Refusal::NotFound),
        ("? image\n: ‹a›\n", policy(), Refusal::NoRoom),
        ("- ‹a›\n", policy(), Refusal::NotFound),
        ("a:‹›\n", value("z"), Refusal::NotFound),
    ] {
        assert_eq!(fixed(text, &change), Err(refusal), "{text}");
    }
}

#[test]
fn suppressions_lose_names() {
    for (text, names, expected) in [
        (
            "a: 1 ‹# pullcheck: ignore[x, z] why›\n",
            &["z] why"][..],
            "a: 1 # pullcheck: ignore[x] why\n",
        ),
        ("a: 1  ‹# pullcheck: ignore[x,z]›\nb: 2\n", &["x,", "z]"], "a: 1\nb: 2\n"),
        ("a:\n  ‹# pullcheck: ignore[x]›\r\n  b: 2\n", &["x]"], "a:\n  b: 2\n"),
        ("a: ‹\"x, z\"›\n", &["x"], "a: \"z\"\n"),
        ("a: ‹x, w, z›\n", &["w"], "a: x, z\n"),
    ] {
        let (text, place) = marked(text);
        let changes: Vec<_> = names
            .iter()
            .map(|name| {
                let at = place.slice(&text).rfind(name).unwrap() + place.range().start;
                Change::Unlist(Span::of(at..at + 1))
            })
            .collect();
        let edits: Vec<_> = changes.iter().map(|change| (place, change)).collect();
        let all = Fixer::new(&text).verified(&edits).unwrap();
        assert_eq!(replaced(&text, &all), expected);
    }
}

#[test]
fn edits_that_meet_are_refused() {
    let (text, at) = marked("a: ‹b›\n");
    let (one, other) = (value("c"), value("d"));
    assert_eq!(Fixer::new(&text).verified(&[(at, &one), (at, &other)]), Err(Refusal::Overlap));
}

proptest! {
    #[test]
    fn any_value_is_read_back(old in "[ -~]{0,12}", new in "\\PC{0,20}", style in 0..4_usize) {
        let quoted = match style {
            0 => scalar::double_quoted(&old),
            1 => format!("'{}'", old.replace('\'', "''")),
            2 => "plain".to_owned(),
            _ => scalar::unquoted(&old),
        };
        let text = format!("# c\na: {{b: {quoted}, c: 1}} # d\nl:\n- x\n");
        let span = Span::of(11..11 + quoted.len());
        let change = Change::Value(new.clone());
        let all = Fixer::new(&text).verified(&[(span, &change)]).unwrap();
        let result = replaced(&text, &all);
        let read: serde_yaml::Value = serde_yaml::from_str(&result).unwrap();
        prop_assert_eq!(read.get("a").unwrap().get("b").unwrap().as_str(), Some(new.as_str()));
        let rest = result.ends_with(", c: 1} # d\nl:\n- x\n");
        prop_assert!(rest);
    }
}
