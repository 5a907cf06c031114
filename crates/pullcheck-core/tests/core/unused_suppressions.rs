//! What is said of suppressions that hide nothing, and where.

use crate::support::{judged, profile, said, select};
use crate::suppressions::{all_that_is_said, written};
use pullcheck_core::{finding::Finding, rule::Profile, span::LineIndex};

/// The head of a pod; containers follow from line 5 on.
const POD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n";

/// The findings of `unused-suppression`, each with the text that it blames.
fn unused(text: &str) -> Vec<(String, Finding)> {
    let judged = judged(text, &profile(Profile::Recommended));
    let unused = judged.findings.into_iter().filter(|found| found.rule == "unused-suppression");
    unused.map(|found| (found.at.span.slice(text).to_owned(), found)).collect()
}

#[test]
fn what_hides_nothing_is_reported_where_it_stands() {
    let pod = |comment: &str| format!("{POD}  - image: app:1.2.3 {comment}\n");
    for (comment, blamed, message) in [
        ("# pullcheck: ignore[latest-tag]", "latest-tag", "hides nothing"),
        ("# pullcheck: ignore[ latest-tag ] é", "latest-tag", "hides nothing"),
        ("# pullcheck: ignore-file[missing-tag]", "missing-tag", "hides nothing"),
        ("# pullcheck: ignore[lastest-tag]", "lastest-tag", "no rule `lastest-tag`"),
        ("# pullcheck: ignore[é]", "é", "no rule `é`"),
        ("# pullcheck: ignore", "# pullcheck: ignore", "not understood"),
        ("#pullcheck:ignore[]", "#pullcheck:ignore[]", "not understood"),
        ("# pullcheck: ignore latest-tag", "# pullcheck: ignore latest-tag", "not understood"),
        ("# pullcheck: disable[latest-tag]", "# pullcheck: disable[latest-tag]", "not understood"),
        ("# pullcheck: ignore[latest-tag", "# pullcheck: ignore[latest-tag", "not understood"),
    ] {
        let found = unused(&pod(comment));
        let [(text, finding)] = &found[..] else { panic!("{comment}: {found:?}") };
        assert_eq!(text, blamed, "{comment}");
        assert!(finding.message.contains(message), "{comment}: {}", finding.message);
    }
    let two = unused(&pod("# pullcheck: ignore[latest-tag,missing-tag]"));
    assert_eq!(
        two.iter().map(|(text, _)| &**text).collect::<Vec<_>>(),
        ["latest-tag", "missing-tag"]
    );
    let help = |comment: &str| unused(&pod(comment))[0].1.help.clone().unwrap_or_default();
    assert!(help("# pullcheck: ignore[lastest-tag]").contains("`latest-tag`"));
    assert!(!help("# pullcheck: ignore[qwertyuiop]").contains("did you mean"));
    for comment in ["# pullcheck", "# no pullcheck: ignore[x]", "# pullchecks: ignore[x]"] {
        assert!(unused(&pod(comment)).is_empty(), "{comment}");
    }
}

#[test]
fn names_in_an_annotation_stand_where_they_are_written() {
    let found = unused(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    pullcheck.dev/ignore: |-\n      latest-tag,\n      floating-tag\n",
    );
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["latest-tag", "floating-tag"]);
    // Escapes: the name is not written as it reads, so the whole value is blamed.
    let found = unused(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    pullcheck.dev/ignore: \"latest\\x2Dtag\"",
    );
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["\"latest\\x2Dtag\""]);
}

#[test]
fn an_annotation_that_hides_nothing_is_reported_where_it_stands() {
    for (value, blamed) in [
        ("latest-tag", "latest-tag"),
        ("'latest-tag'", "latest-tag"),
        ("\" latest-tag,\"", "latest-tag"),
        (">-\n      latest-tag", "latest-tag"),
        ("no-such-rule", "no-such-rule"),
        ("''", "''"),
        ("\", ,\"", "\", ,\""),
    ] {
        let text = format!(
            "{POD}  - image: app:1.2.3\nmetadata:\n  annotations:\n    pullcheck.dev/ignore: {value}\n"
        );
        let found = unused(&text);
        assert_eq!(found.iter().map(|(text, _)| &**text).collect::<Vec<_>>(), [blamed], "{value}");
    }
}

#[test]
fn places_are_exact_to_the_column() {
    let text = written(
        "\u{feff}POD\n    - image: app:1.2.3\n      name: é # pullcheck:  ignore[floating-tag,  latest-tag]\n",
    );
    let lines = LineIndex::new(&text);
    let at = |(_, found): &(String, Finding)| lines.position(&text, found.at.span.start);
    let places: Vec<_> = unused(&text).iter().map(at).map(|at| (at.line, at.column)).collect();
    assert_eq!(places, [(6, 36), (6, 51)]);
}

#[test]
fn what_could_not_have_hidden_anything_is_not_called_unused() {
    all_that_is_said(&[
        ("POD\n    - image: app:1.2.3 #I[unpinned-image]\n", ""),
        ("POD\n    - image: app:1.2.3 #I[latest-tag]\n---\nimage: x: y\n", ""),
        ("POD\n    - image: app:1.2.3 #I[latest-tag]\n---\nimage: {{ x }}:{{ y }}\n", ""),
        (
            "POD\n    - image: app:1.2.3 #I[latest-tag]\n---\nPOD\n    - image: x: y\n",
            "11 error syntax",
        ),
        (
            "POD\n    - image: app:1.2.3 #I[lastest-tag]\n---\nimage: x: y\n",
            "5 warning unused-suppression",
        ),
        ("POD\n    - image: app:1.2.3 #I[]\n---\nimage: x: y\n", "5 warning unused-suppression"),
        ("a: image #I[latest-tag]\n", ""),
    ]);
    let text = written("POD\n    - image: app:1.2.3 #I[latest-tag, nonsense]\n");
    assert_eq!(said(&text, &select(&["missing-tag", "latest-tag"])), "");
    assert_eq!(
        said(&text, &select(&["missing-tag", "unused-suppression"])),
        "5 warning unused-suppression"
    );
}

#[test]
fn what_is_said_of_suppressions_can_be_suppressed() {
    all_that_is_said(&[
        ("POD\n    - image: app:1.2.3 #I[latest-tag, unused-suppression]\n", ""),
        ("#F[unused-suppression]\nPOD\n    - image: app:1.2.3 #I[latest-tag]\n", ""),
    ]);
}
