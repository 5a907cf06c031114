//! Commands, arguments and exit codes.

use std::{fs, io::Read, process::Stdio};

use pullcheck_core::rules::RULES;

use super::{Place, pod};

#[test]
fn exit_codes_tell_clean_found_and_trouble() {
    let place = Place::with(&[
        ("clean.yaml", &pod("nginx:1.27.3")),
        ("info.yaml", &pod("nginx:1.27")),
        ("warning.yaml", &pod("nginx:stable")),
        ("error.yaml", &pod("nginx")),
    ]);
    for (args, code) in [
        (&["clean.yaml"][..], 0),
        (&["info.yaml"], 0),
        (&["warning.yaml"], 1),
        (&["error.yaml"], 1),
        (&["info.yaml", "--fail-on", "info"], 1),
        (&["warning.yaml", "--fail-on", "error"], 0),
        (&["error.yaml", "--exit-zero"], 0),
        (&["error.yaml", "--ignore", "missing-tag"], 0),
        (&["error.yaml", "--statistics"], 1),
        (&["error.yaml", "--format", "json"], 1),
        (&["error.yaml", "--format", "concise"], 1),
        (&["absent.yaml"], 2),
        (&["absent.yaml", "--exit-zero"], 2),
        (&["error.yaml", "absent.yaml"], 2),
        (&["error.yaml", "--select", "no-such-rule"], 2),
        (&["error.yaml", "--no-such-flag"], 2),
        (&["error.yaml", "--jobs", "0"], 2),
        (&["error.yaml", "--stdin-filename", "a.yaml"], 2),
        (&["error.yaml", "--statistics", "--format", "json"], 2),
        (&["error.yaml", "--config", "absent.yaml"], 2),
    ] {
        assert_eq!(place.run(args).code(), code, "{args:?}");
    }
}

#[test]
fn bare_paths_and_no_arguments_check() {
    let place = Place::with(&[("a/web.yaml", &pod("nginx")), ("b.yml", &pod("nginx:latest"))]);
    let all = ["a/web.yaml:8 missing-tag", "b.yml:8 latest-tag"];
    for args in
        [&[][..], &["."], &["check"], &["check", "."], &["a", "b.yml"], &["check", "a", "b.yml"]]
    {
        let mut args = args.to_vec();
        args.extend(["--format", "concise"]);
        assert_eq!(place.run(&args).lines(), all, "{args:?}");
    }
}

#[test]
fn paths_are_shown_relative_to_the_working_directory() {
    let place = Place::with(&[("a/web.yaml", &pod("nginx"))]);
    let absolute = place.path().canonicalize().unwrap().join("a/web.yaml");
    for path in ["./a/web.yaml", absolute.to_str().unwrap(), "a/../a/web.yaml"] {
        let run = place.run(&["check", path, "--format", "concise"]);
        assert!(run.out().starts_with("a/"), "{path}: {}", run.out());
    }
}

#[test]
fn findings_of_the_rest_are_printed_beside_trouble() {
    let place = Place::with(&[("web.yaml", &pod("nginx"))]);
    let run = place.run(&["web.yaml", "absent.yaml", "--format", "concise"]);
    assert_eq!(run.lines(), ["web.yaml:8 missing-tag"]);
    assert!(run.err().contains("absent.yaml"), "{}", run.err());
}

#[test]
fn standard_input_goes_by_its_name() {
    let place =
        Place::with(&[("pullcheck.yaml", "overrides: [{paths: [dev], ignore: [missing-tag]}]\n")]);
    let text = pod("nginx");
    let run = place.run_with(&["check", "-", "--format", "concise"], &text);
    assert_eq!((run.code(), run.lines()), (1, vec!["<stdin>:8 missing-tag".to_owned()]));
    let named = ["check", "-", "--stdin-filename", "prod/a.yaml", "--format", "concise"];
    assert_eq!(place.run_with(&named, &text).lines(), ["prod/a.yaml:8 missing-tag"]);
    let named = ["check", "-", "--stdin-filename", "dev/a.yaml", "--format", "concise"];
    assert_eq!(place.run_with(&named, &text).code(), 0);
    let forced = ["check", "-", "--stdin-filename", "vendor/a.yaml", "--force-exclude"];
    place.write("pullcheck.yaml", b"exclude: [vendor]\n");
    assert_eq!(place.run_with(&forced, &text).code(), 0);
    let pretty = place.run_with(&["check", "-"], &text);
    assert!(pretty.out().contains("image: nginx"), "{}", pretty.out());
}

#[test]
fn selection_and_profiles() {
    let place = Place::with(&[("web.yaml", &pod("redis:7"))]);
    let rules = |args: &[&str]| {
        let mut all = vec!["web.yaml", "--format", "concise"];
        all.extend(args);
        let lines = place.run(&all).lines();
        lines.iter().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&[]), ["partial-version"]);
    assert_eq!(rules(&["--profile", "strict"]), ["partial-version", "implicit-registry"]);
    assert_eq!(
        rules(&["--select", "unpinned-image,implicit-registry"]),
        ["unpinned-image", "implicit-registry"]
    );
    assert_eq!(
        rules(&["--profile", "strict", "--ignore", "partial-version"]),
        ["unpinned-image", "implicit-pull-policy", "implicit-registry"]
    );
    let near = place.run(&["web.yaml", "--select", "lastest-tag"]);
    assert!(near.err().contains("did you mean `latest-tag`?"), "{}", near.err());
}

#[test]
fn suppressions_hide_and_are_counted() {
    let text = pod("nginx # pullcheck: ignore[missing-tag] a test");
    let place = Place::with(&[("web.yaml", &text)]);
    let run = place.run(&["web.yaml"]);
    assert_eq!((run.code(), run.out().as_str()), (0, ""));
    assert!(run.err().contains("1 suppressed"), "{}", run.err());
    assert_eq!(
        place.run(&["web.yaml", "--no-ignores", "--format", "concise"]).lines(),
        ["web.yaml:8 missing-tag"]
    );
}

#[test]
fn git_ignored_and_excluded_files_are_read_only_when_named() {
    let place = Place::with(&[
        (".git/HEAD", ""),
        (".gitignore", "ignored/\n"),
        ("pullcheck.yaml", "exclude: [vendor]\n"),
        ("ignored/a.yaml", &pod("nginx")),
        ("vendor/b.yaml", &pod("nginx")),
        ("web.yaml", &pod("nginx")),
    ]);
    let lines = |args: &[&str]| {
        let mut all = vec!["--format", "concise"];
        all.extend(args);
        place.run(&all).lines()
    };
    assert_eq!(lines(&["."]), ["web.yaml:8 missing-tag"]);
    let named = ["ignored/a.yaml", "vendor/b.yaml"];
    assert_eq!(lines(&named), ["ignored/a.yaml:8 missing-tag", "vendor/b.yaml:8 missing-tag"]);
    assert_eq!(lines(&["ignored/a.yaml", "vendor/b.yaml", "--force-exclude"]), [""; 0]);
    assert_eq!(
        lines(&["vendor/b.yaml", "--force-exclude", "--isolated"]),
        ["vendor/b.yaml:8 missing-tag"]
    );
}

#[test]
fn mistakes_in_the_configuration_are_shown_at_their_place() {
    let place = Place::with(&[("pullcheck.yaml", "profil: strict\n"), ("web.yaml", &pod("nginx"))]);
    let run = place.run(&["."]);
    assert_eq!((run.code(), run.out().as_str()), (2, ""));
    let err = run.err();
    assert!(err.contains("pullcheck.yaml:1:1") && err.contains("`profile`"), "{err}");
    assert_eq!(place.run(&[".", "--isolated"]).code(), 1);
}

#[test]
fn init_writes_a_configuration_that_changes_nothing() {
    let place = Place::with(&[("web.yaml", &pod("nginx:1.27"))]);
    let before = place.run(&["."]).out();
    let init = place.run(&["init"]);
    assert_eq!((init.code(), init.err().trim_end()), (0, "wrote `pullcheck.yaml`"));
    assert_eq!(place.run(&["."]).out(), before);
    let text = fs::read_to_string(place.path().join("pullcheck.yaml")).unwrap();
    let again = place.run(&["init"]);
    assert_eq!(again.code(), 2);
    assert!(again.err().contains("left alone"), "{}", again.err());
    assert_eq!(fs::read_to_string(place.path().join("pullcheck.yaml")).unwrap(), text);
}

#[test]
fn configuration_is_shown_and_described() {
    let place = Place::with(&[("pullcheck.yaml", "profile: strict\nignore: [missing-tag]\n")]);
    let shown = place.run(&["config", "show"]);
    assert_eq!(shown.code(), 0);
    assert!(
        shown.out().contains("pullcheck.yaml") && shown.out().contains("missing-tag: off"),
        "{}",
        shown.out()
    );
    let schema = place.run(&["config", "schema"]).json();
    assert!(schema["properties"]["profile"].is_object());
}

#[test]
fn each_file_fails_by_its_own_configuration() {
    let place = Place::with(&[
        ("a/pullcheck.yaml", "fail_on: error\n"),
        ("a/web.yaml", &pod("nginx:stable")),
        ("b/pullcheck.yaml", "fail_on: info\n"),
        ("b/web.yaml", &pod("nginx:1.27")),
    ]);
    assert_eq!(place.run(&["a"]).code(), 0);
    assert_eq!(place.run(&["b"]).code(), 1);
    assert_eq!(place.run(&["b", "--fail-on", "warning"]).code(), 0);
}

#[test]
fn rules_are_explained() {
    let place = Place::with(&[]);
    let list = place.run(&["explain"]).out();
    assert!(list.lines().count() == RULES.len() && list.contains("missing-tag"), "{list}");
    let page = place.run(&["explain", "never-pull"]);
    assert!(page.out().starts_with("# never-pull\n") && page.out().contains("## Why"));
    let wrong = place.run(&["explain", "never-pul"]);
    assert_eq!(wrong.code(), 2);
    assert!(wrong.err().contains("did you mean `never-pull`?"));
}

#[test]
fn a_reader_that_leaves_early_is_no_trouble() {
    let many: String = (0..5000).map(|_| pod("nginx") + "---\n").collect();
    let place = Place::with(&[("web.yaml", &many)]);
    let mut command = place.command(&["web.yaml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("cannot write"));
}

#[test]
fn any_number_of_jobs_says_the_same() {
    let files: Vec<_> = (0..50).map(|n| (format!("{n}/web.yaml"), pod("nginx"))).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let place = Place::with(&files);
    let one = place.run(&["--jobs", "1"]).out();
    assert_eq!(place.run(&["--jobs", "7"]).out(), one);
    assert_eq!(place.run(&[]).out(), one);
}
