//! Reports for programs: several of one run, in files, with paths as the services know them.

use std::fs;

use serde_json::Value;

use crate::{Place, pod};

fn repository() -> Place {
    let place = Place::with(&[
        ("deploy/web.yaml", &pod("nginx")),
        ("deploy/ok.yaml", &pod("nginx:1.27.3")),
    ]);
    fs::create_dir(place.path().join(".git")).unwrap();
    place
}

fn read(place: &Place, path: &str) -> String {
    fs::read_to_string(place.path().join(path)).unwrap()
}

#[test]
fn one_run_writes_many_reports() {
    let place = repository();
    let run = place.run(&[
        "check",
        ".",
        "--output",
        "sarif=a.sarif",
        "--output",
        "gitlab=out.json",
        "--output",
        "pretty=pretty.txt",
        "--output=concise=-",
    ]);
    assert_eq!(run.code(), 1);
    assert_eq!(run.lines(), ["deploy/web.yaml:8 missing-tag"]);
    let sarif: Value = serde_json::from_str(&read(&place, "a.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    let gitlab: Value = serde_json::from_str(&read(&place, "out.json")).unwrap();
    assert_eq!(gitlab[0]["check_name"], "missing-tag");
    assert!(read(&place, "pretty.txt").contains("│ "), "drawn without colour");
    assert!(!read(&place, "pretty.txt").contains('\u{1b}'));
    let left: Vec<_> =
        fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains(".pullcheck-")), "{left:?}");
}

#[test]
fn a_report_that_cannot_be_written_spoils_no_other() {
    let place = repository();
    let run = place.run(&[
        "check",
        ".",
        "--output",
        "json=none/a.json",
        "--output",
        "json=b.json",
        "--format",
        "concise",
    ]);
    assert_eq!(run.code(), 2);
    assert!(
        run.err().contains("cannot write `none/a.json`: no such file or directory"),
        "{}",
        run.err()
    );
    assert_eq!(run.lines(), ["deploy/web.yaml:8 missing-tag"]);
    assert!(read(&place, "b.json").contains("missing-tag"));
}

#[test]
fn reports_are_named_rightly_or_refused() {
    let place = repository();
    for (args, said) in [
        (&["--output", "json"][..], "write it as FORMAT=PATH"),
        (&["--output", "xml=a"], "there is no format `xml`: pretty, concise, json, jsonl, sarif"),
        (&["--output", "json="], "there is no path behind `=`"),
        (&["--output", "json=-", "--format", "concise"], "standard output takes one report"),
        (&["--output", "json=-", "--output", "sarif=-"], "standard output takes one report"),
        (&["--statistics", "--format", "sarif"], "`--statistics` is for people"),
    ] {
        let run = place.run(&[&["check", "."], args].concat());
        assert_eq!(run.code(), 2, "{args:?}");
        assert!(run.err().contains(said), "{args:?}: {}", run.err());
    }
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = repository();
    place.write("real.json", b"old");
    let real = place.path().join("real.json");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("real.json", place.path().join("link.json")).unwrap();
    place.run(&[
        "check",
        ".",
        "--quiet",
        "--output",
        "json=link.json",
        "--output",
        "json=new.json",
        "--output",
        "json=/dev/null",
    ]);
    assert!(fs::symlink_metadata(place.path().join("link.json")).unwrap().is_symlink());
    assert!(read(&place, "real.json").contains("missing-tag"));
    let mode =
        |path: &str| fs::metadata(place.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("real.json"), 0o600);
    assert_eq!(mode("new.json") & 0o044, 0o044, "others may read a new report");
}

#[test]
fn services_are_told_paths_from_the_root_of_the_repository() {
    let place = repository();
    let run = |args: &[&str]| {
        let mut command = place.command(args);
        let output = command.current_dir(place.path().join("deploy")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let sarif: Value =
        serde_json::from_str(&run(&["check", "web.yaml", "--format", "sarif"])).unwrap();
    let artifact =
        &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(artifact["uri"], "deploy/web.yaml");
    assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
    let gitlab: Value = serde_json::from_str(&run(&["check", "--format", "gitlab"])).unwrap();
    assert_eq!(gitlab[0]["location"]["path"], "deploy/web.yaml");
    let github = run(&["check", "web.yaml", "--format", "github"]);
    assert!(github.starts_with("::error file=deploy/web.yaml,line=8,endLine=8,col=14,endColumn=19,title=missing-tag::web.yaml:8:14: `nginx` has no tag"), "{github}");
    // The others speak of files as whoever runs the program sees them.
    assert!(
        run(&["check", "web.yaml", "--format", "checkstyle"]).contains("<file name=\"web.yaml\">")
    );
    assert!(run(&["check", "web.yaml", "--format", "rdjson"]).contains("\"path\": \"web.yaml\""));
}

#[cfg(unix)]
#[test]
fn a_file_behind_a_link_is_named_where_it_is() {
    let place = repository();
    std::os::unix::fs::symlink("deploy", place.path().join("current")).unwrap();
    let run = place.run(&["check", "current/web.yaml", "--format", "gitlab"]);
    assert_eq!(run.json()[0]["location"]["path"], "deploy/web.yaml");
}

#[test]
fn what_does_not_fail_the_run_fails_no_test() {
    let place = Place::with(&[("a.yaml", &pod("redis:7")), ("b.yaml", &pod("nginx:1.27.3"))]);
    let run = place.run(&["check", ".", "--format", "junit"]);
    assert_eq!(run.code(), 0);
    let report = quick_junit::Report::deserialize_from_str(&run.out()).unwrap();
    assert_eq!((report.tests, report.failures), (2, 0));
    let run = place.run(&["check", ".", "--format", "junit", "--fail-on", "info"]);
    assert_eq!(run.code(), 1);
    assert_eq!(quick_junit::Report::deserialize_from_str(&run.out()).unwrap().failures, 1);
}

#[test]
fn nothing_found_is_a_report_as_well() {
    let place = Place::with(&[("a.yaml", &pod("nginx:1.27.3"))]);
    for (format, expected) in [
        ("jsonl", ""),
        ("github", ""),
        ("gitlab", "[]\n"),
        (
            "checkstyle",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"10.0\"/>\n",
        ),
        ("markdown", "## pullcheck\n\nnothing found in 1 file, 1 image\n"),
    ] {
        let run = place.run(&["check", ".", "--format", format]);
        assert_eq!((run.code(), run.out().as_str()), (0, expected), "{format}");
    }
    let run = place.run(&["check", ".", "--format", "sarif"]).json();
    assert_eq!(run["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn github_gets_ten_annotations_of_a_level_and_a_summary() {
    let place = Place::with(&[]);
    for number in 0..14 {
        place.write(&format!("{number}.yaml"), pod("nginx").as_bytes());
    }
    place.write("z.yaml", pod("app:main").as_bytes());
    let summary = place.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let mut command = place.command(&["check", ".", "--format", "github"]);
    command.env("GITHUB_STEP_SUMMARY", &summary);
    command.envs([
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "a/b"),
        ("GITHUB_SHA", "c0ffee"),
    ]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let out = String::from_utf8(output.stdout).unwrap();
    let count = |start: &str| out.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 1, 1), "{out}");
    let group = out.split_once("::group::4 more findings\n").unwrap().1;
    let (group, rest) = group.split_once("::endgroup::\n").unwrap();
    assert_eq!(group.lines().count(), 4);
    assert_eq!(
        rest,
        "::notice title=pullcheck::4 more findings in the log and in the summary of the job\n"
    );
    let page = fs::read_to_string(summary).unwrap();
    assert!(page.starts_with("before\n## pullcheck\n"), "{page}");
    assert!(page.contains("/b/blob/c0ffee/0.yaml#L8)"), "{page}");
}

#[test]
fn equal_findings_have_fingerprints_of_their_own_in_gitlab() {
    let twice = format!("{0}---\n{0}", pod("nginx"));
    let place = Place::with(&[("a.yaml", &twice)]);
    let issues = place.run(&["check", ".", "--format", "gitlab"]).json();
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
}
