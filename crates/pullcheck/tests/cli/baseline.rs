//! The baseline: what is held back, what is written, and what is left alone.

use std::fs;

use super::{Place, pod};

const NAME: &str = "pullcheck-baseline.json";

/// The entries of a baseline, as `path rule count`.
fn entries(place: &Place, path: &str) -> Vec<String> {
    let text = fs::read_to_string(place.path().join(path)).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let short = |entry: &serde_json::Value| {
        let word = |key: &str| entry[key].as_str().unwrap().to_owned();
        format!("{} {} {}", word("path"), word("rule"), entry["count"])
    };
    document["entries"].as_array().unwrap().iter().map(short).collect()
}

/// Two findings in `a.yaml`, one in `b/b.yaml`.
fn project() -> Place {
    let two = pod("nginx") + "    - name: old\n      image: busybox:latest\n";
    Place::with(&[(".git/HEAD", ""), ("a.yaml", &two), ("b/b.yaml", &pod("redis"))])
}

const ALL: [&str; 3] = ["a.yaml latest-tag 1", "a.yaml missing-tag 1", "b/b.yaml missing-tag 1"];

#[test]
fn what_was_there_is_held_back_and_what_is_new_is_shown() {
    let place = project();
    let run = place.run(&["baseline", "create"]);
    assert_eq!(run.code(), 0);
    assert_eq!(run.out(), "");
    assert_eq!(run.err(), "wrote 3 entries for 3 findings to `pullcheck-baseline.json`\n");
    let text = fs::read_to_string(place.path().join(NAME)).unwrap();
    assert!(text.contains(
        "\n{\"path\":\"a.yaml\",\"rule\":\"latest-tag\",\"resource\":\"Pod/web\",\"container\":\"old\",\"image\":\"docker.io/library/busybox:latest\",\"count\":1},\n"
    ));
    assert_eq!(place.run(&["baseline", "create"]).code(), 2);
    for format in ["pretty", "concise", "json", "sarif", "markdown"] {
        let run = place.run(&["check", "--format", format]);
        assert_eq!(run.code(), 0, "{format}");
        assert!(!run.out().contains("has no tag"), "{format}");
        assert_eq!(run.err(), "nothing found in 2 files, 3 images; 3 in the baseline\n");
    }
    let json = place.run(&["check", "--format", "json"]).json();
    assert_eq!(json["summary"]["baseline"], 3);
    assert_eq!(json["summary"]["error"], 0);

    // Lines move, a registry is written out, and a second image comes.
    let moved = "# moved\n\n".to_owned()
        + &pod("docker.io/library/nginx")
        + "    - name: old\n      image: busybox:latest\n    - name: new\n      image: busybox\n";
    place.write("a.yaml", moved.as_bytes());
    let run = place.run(&["check", "--format", "concise"]);
    assert_eq!((run.code(), run.lines()), (1, vec!["a.yaml:14 missing-tag".to_owned()]));
    assert!(run.err().contains("; 3 in the baseline"), "{}", run.err());
    for all in [&["--no-baseline"][..], &["--isolated"]] {
        assert_eq!(place.run(&[&["check", "--format", "concise"], all].concat()).lines().len(), 4);
    }
    let named = place.run(&["check", "--isolated", "--baseline", NAME, "--format", "concise"]);
    assert_eq!(named.lines().len(), 1);
}

#[test]
fn of_equal_findings_the_first_ones_are_held_back() {
    let job = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n";
    let same = "    - {name: web, image: nginx}\n";
    let place = Place::with(&[(".git/HEAD", ""), ("a.yaml", &(job.to_owned() + same + same))]);
    assert_eq!(place.run(&["baseline", "create"]).code(), 0);
    assert_eq!(entries(&place, NAME), ["a.yaml missing-tag 2"]);
    place.write("a.yaml", (job.to_owned() + same + same + same).as_bytes());
    assert_eq!(place.run(&["check", "--format", "concise"]).lines(), ["a.yaml:8 missing-tag"]);
}

#[test]
fn a_baseline_is_updated_and_pruned_where_that_is_known() {
    let place = project();
    place.run(&["baseline", "create"]);
    let unchanged = place.run(&["baseline", "update"]);
    assert_eq!(
        (unchanged.code(), unchanged.err().as_str()),
        (0, "nothing to change: 3 entries for 3 findings in `pullcheck-baseline.json`\n")
    );
    // One is mended, one is new; only the folder is looked at.
    place.write("a.yaml", pod("nginx:1.27.3").as_bytes());
    place.write("b/b.yaml", pod("redis:latest").as_bytes());
    place.run(&["baseline", "prune", "b"]);
    assert_eq!(entries(&place, NAME), ALL[..2]);
    let run = place.run(&["baseline", "update", "b"]);
    assert_eq!(run.err(), "wrote 3 entries for 3 findings to `pullcheck-baseline.json`: 1 added\n");
    assert_eq!(entries(&place, NAME), [ALL[0], ALL[1], "b/b.yaml latest-tag 1"]);
    // Nothing that was not looked for is taken out.
    for broken in ["kind: Pod\napiVersion: v1\nspec: {\n", "{{ if }}\nkind: Pod\nimage: x\n"] {
        place.write("a.yaml", broken.as_bytes());
        place.run(&["baseline", "prune"]);
        assert_eq!(entries(&place, NAME).len(), 3, "{broken}");
    }
    place.write("a.yaml", pod("nginx:1.27.3").as_bytes());
    place.run(&["baseline", "prune", "--select", "missing-tag"]);
    assert_eq!(entries(&place, NAME), ["a.yaml latest-tag 1", "b/b.yaml latest-tag 1"]);
    place.write("pullcheck.yaml", b"ignore: [latest-tag]\n");
    place.run(&["baseline", "prune"]);
    assert_eq!(entries(&place, NAME).len(), 2);
    place.write("pullcheck.yaml", b"nonsense: 1\n");
    assert_eq!(place.run(&["baseline", "prune"]).code(), 2);
    assert_eq!(entries(&place, NAME).len(), 2);
    fs::remove_file(place.path().join("pullcheck.yaml")).unwrap();
    fs::remove_file(place.path().join("a.yaml")).unwrap();
    place.run(&["baseline", "prune", "b"]);
    assert_eq!(entries(&place, NAME).len(), 2);
    place.run(&["baseline", "prune"]);
    assert_eq!(entries(&place, NAME), ["b/b.yaml latest-tag 1"]);
}

#[test]
fn a_count_is_lowered_and_never_raised_by_prune() {
    let place = project();
    let text = "{\"version\":1,\"entries\":[{\"path\":\"b/b.yaml\",\"rule\":\"missing-tag\",\"resource\":\"Pod/web\",\"container\":\"web\",\"image\":\"docker.io/library/redis\",\"count\":4}]}";
    place.write(NAME, text.as_bytes());
    let run = place.run(&["baseline", "prune"]);
    assert_eq!(
        run.err(),
        "wrote 1 entry for 1 finding to `pullcheck-baseline.json`: 1 counted anew\n"
    );
    place.run(&["baseline", "prune"]);
    assert_eq!(entries(&place, NAME), ["b/b.yaml missing-tag 1"]);
}

#[test]
fn the_nearest_baseline_holds() {
    let place = project();
    place.write("b/pullcheck.yaml", b"");
    let run = place.run(&["baseline", "create", "b/b.yaml"]);
    assert_eq!(run.err(), "wrote 1 entry for 1 finding to `b/pullcheck-baseline.json`\n");
    assert_eq!(entries(&place, "b/pullcheck-baseline.json"), ["b.yaml missing-tag 1"]);
    let run = place.run(&["baseline", "create"]);
    assert_eq!(
        run.err(),
        "wrote 2 entries for 2 findings to `pullcheck-baseline.json`\npullcheck: 1 finding was left out: it lies elsewhere, or below another baseline\n"
    );
    assert_eq!(entries(&place, NAME), ALL[..2]);
    for given in [".", "a.yaml", "b", "b/b.yaml", NAME] {
        assert_eq!(place.run(&["check", given]).code(), 0, "{given}");
    }
    // Each is brought up to date from above.
    place.write("b/b.yaml", pod("redis:7.4.1").as_bytes());
    let run = place.run(&["check", "-q"]);
    assert_eq!((run.code(), run.err().as_str()), (0, ""));
    assert!(
        place.run(&["check"]).err().contains(
            "pullcheck: 1 entry of `b/pullcheck-baseline.json` is no longer found; `pullcheck baseline prune` takes out what is gone\n"
        )
    );
    place.run(&["baseline", "prune"]);
    assert!(entries(&place, "b/pullcheck-baseline.json").is_empty());
    // No further than to the root of the repository.
    place.write("b/.git/HEAD", b"");
    fs::remove_file(place.path().join("b/pullcheck-baseline.json")).unwrap();
    place.write("b/b.yaml", pod("redis").as_bytes());
    assert_eq!(place.run(&["check", "b"]).code(), 1);
}

#[test]
fn stale_entries_are_told_of_whole_runs_alone() {
    let place = project();
    place.run(&["baseline", "create"]);
    place.write("a.yaml", pod("nginx:1.27.3").as_bytes());
    let told = "pullcheck: 2 entries of `pullcheck-baseline.json` are no longer found; `pullcheck baseline prune` takes out what is gone\n";
    let run = place.run(&["check"]);
    assert_eq!(run.code(), 0);
    assert!(run.err().starts_with(told), "{}", run.err());
    for part in [&["a.yaml"][..], &["b"], &[".", "--select", "missing-tag"], &["-"]] {
        let run = place.run(&[&["check"], part].concat());
        assert!(!run.err().contains("no longer"), "{part:?}: {}", run.err());
    }
    // What is suppressed is no longer found either.
    place.write("b/b.yaml", pod("redis # pullcheck: ignore[missing-tag]").as_bytes());
    assert!(place.run(&["check"]).err().contains("3 entries"));
}

#[test]
fn a_baseline_that_cannot_be_used_is_told_at_its_place() {
    let place = project();
    place.write(NAME, b"{\"version\":1,\"entries\":[\n<<<<<<< ours\n]}\n");
    let run = place.run(&["check", "--format", "concise"]);
    assert_eq!((run.code(), run.lines().len()), (2, 3));
    assert!(run.err().contains("this is no baseline: expected value"), "{}", run.err());
    assert!(run.err().contains("pullcheck-baseline.json:2:1"), "{}", run.err());
    for task in ["update", "prune", "create"] {
        assert_eq!(place.run(&["baseline", task]).code(), 2, "{task}");
    }
    assert!(fs::read_to_string(place.path().join(NAME)).unwrap().contains("<<<<<<<"));
    let named = place.run(&["check", "--baseline", NAME]);
    assert_eq!((named.code(), named.out().as_str()), (2, ""));
    assert_eq!(place.run(&["check", "--baseline", "none.json"]).code(), 2);
    place.write(NAME, b"{\"version\":9,\"news\":[]}");
    let run = place.run(&["check"]);
    assert_eq!(run.code(), 2);
    assert!(run.err().contains("version 9 is not understood"), "{}", run.err());
    place.write(NAME, &[0xff, 0xfe, 0]);
    assert_eq!(place.run(&["check"]).code(), 2);
    let hostile = r#"{"version":1,"entries":[{"path":"/../\u0000","rule":"::error::x","count":4294967295},{"path":"","rule":"","count":0}]}"#;
    place.write(NAME, hostile.as_bytes());
    let run = place.run(&["check", "--quiet"]);
    assert_eq!(run.code(), 1);
    assert_eq!(place.run(&["baseline", "update"]).code(), 0);
    assert!(entries(&place, NAME).len() >= 3);
}

#[test]
fn without_a_baseline_there_is_none_to_change() {
    let place = project();
    for task in ["update", "prune"] {
        let run = place.run(&["baseline", task]);
        assert_eq!(run.code(), 2);
        assert!(run.err().contains("`pullcheck baseline create` writes one"), "{}", run.err());
    }
    assert_eq!(place.run(&["baseline", "create", "none"]).code(), 2);
    assert!(!place.path().join(NAME).exists());
    let elsewhere = place.run(&["baseline", "create", "--baseline", "ci/old.json"]);
    assert_eq!(elsewhere.code(), 2);
    place.write("ci/keep", b"");
    place.run(&["baseline", "create", "--baseline", "ci/old.json"]);
    assert_eq!(
        entries(&place, "ci/old.json"),
        ["../a.yaml latest-tag 1", "../a.yaml missing-tag 1", "../b/b.yaml missing-tag 1"]
    );
    assert_eq!(place.run(&["check", "--baseline", "ci/old.json"]).code(), 0);
    assert_eq!(place.run(&["baseline", "update", "--baseline", "ci/old.json", "b"]).code(), 0);
    assert_eq!(entries(&place, "ci/old.json").len(), 3);
}

#[test]
fn standard_input_is_known_by_its_name() {
    let place = Place::with(&[(".git/HEAD", "")]);
    let text = pod("nginx");
    for name in [&["-"][..], &["-", "--stdin-filename", "deploy/web.yaml"]] {
        assert_eq!(place.run_with(&[&["check"], name].concat(), &text).code(), 1);
        place.run_with(&[&["baseline", "create"], name].concat(), &text);
        assert_eq!(place.run_with(&[&["check"], name].concat(), &text).code(), 0);
        place.run(&["baseline", "update", "."]);
        let kept = usize::from(name.len() == 1);
        assert_eq!(entries(&place, NAME).len(), kept, "{name:?}");
        fs::remove_file(place.path().join(NAME)).unwrap();
    }
}

/// Lines that decide for several objects and files, each given alone.
#[test]
fn a_part_is_held_back_as_the_whole_is() {
    let deployment = |name: &str, image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n        - {{name: main, image: {image}}}\n        - {{name: proxy, image: \"envoy:latest\"}}\n"
        )
    };
    let place = Place::with(&[
        (".git/HEAD", ""),
        ("base/kustomization.yaml", "resources: [z.yaml, a.yaml]\n"),
        ("base/a.yaml", &deployment("a", "shop/web")),
        ("base/z.yaml", &deployment("z", "shop/web")),
        (
            "dev/kustomization.yaml",
            "resources: [../base]\nnamePrefix: dev-\nimages: [{name: shop/web, newTag: main}, {name: gone, newTag: '1'}]\n",
        ),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\nimages: [{name: shop/web, newName: mirror/web, newTag: latest}]\n",
        ),
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
        ("chart/values.yaml", "tag: latest\n"),
        (
            "chart/templates/z.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: z}\nspec:\n  containers:\n    - name: z\n      image: z/z:{{ .Values.tag }}\n",
        ),
        (
            "chart/templates/a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Release.Name }}\"}\nspec:\n  containers:\n    - name: a\n      image: a/a:{{ .Values.tag }}\n    - name: b\n      image: busybox\n",
        ),
    ]);
    let whole = place.run(&["check", "--format", "concise"]);
    let mut files: Vec<_> =
        whole.lines().iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    files.dedup();
    assert!(files.len() > 5, "{}", whole.out());
    place.run(&["baseline", "create"]);
    assert_eq!(place.run(&["check"]).out(), "");
    for file in &files {
        let run = place.run(&["check", "--format", "concise", file]);
        assert_eq!((run.code(), run.out().as_str()), (0, ""), "{file}");
        let run = place.run(&["baseline", "update", file]);
        assert!(run.err().starts_with("nothing to change"), "{file}: {}", run.err());
    }
    // A root that comes along changes nothing.
    place.write("test/kustomization.yaml", b"resources: [../dev]\n");
    assert_eq!(place.run(&["check"]).out(), "");
}
