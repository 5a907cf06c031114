//! Runs that are given some files of a project: what belongs to them is read as well, and nothing
//! is said of it.

use super::Place;

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {}
  template:
    spec:
      containers:
        - name: web
          image: shop/web
        - name: proxy
          image: envoy:latest
";

fn project() -> Place {
    Place::with(&[
        (".git/HEAD", ""),
        ("deploy/base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("deploy/base/web.yaml", DEPLOYMENT),
        (
            "deploy/overlays/dev/kustomization.yaml",
            "resources: [../../base]\nimages: [{name: shop/web, newTag: main}]\n",
        ),
        (
            "deploy/overlays/prod/kustomization.yaml",
            "resources: [../../base]\npatches: [{path: proxy.yaml}]\nimages: [{name: shop/web, newTag: 1.4.2}]\n",
        ),
        (
            "deploy/overlays/prod/proxy.yaml",
            "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: proxy, image: \"envoy:1.33.0\"}]
",
        ),
        ("other/pod.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}\n"),
    ])
}

const ALL: &str = "\
deploy/base/web.yaml:13:18: error[latest-tag] `envoy` is pulled as `latest`, whatever that is by then
deploy/overlays/dev/kustomization.yaml:2:35: warning[floating-tag] the tag `main` of `shop/web` names no single build
other/pod.yaml:3:29: error[missing-tag] `nginx` has no tag, so `latest` is pulled
";

#[test]
fn parts_of_a_project_are_judged_as_the_whole_is() {
    let place = project();
    let said = |args: &[&str]| {
        let args = [&["check", "--format", "concise", "--quiet"], args].concat();
        place.run(&args).out()
    };
    assert_eq!(said(&["."]), ALL);
    let lines = |path: &str| {
        let lines = ALL.lines().filter(|line| line.starts_with(path));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    for path in [
        "deploy",
        "deploy/base",
        "deploy/base/web.yaml",
        "deploy/base/kustomization.yaml",
        "deploy/overlays",
        "deploy/overlays/dev",
        "deploy/overlays/dev/kustomization.yaml",
        "deploy/overlays/prod/kustomization.yaml",
        "deploy/overlays/prod/proxy.yaml",
        "other/pod.yaml",
    ] {
        assert_eq!(said(&[path]), lines(path), "{path}");
    }
    let both = ["deploy/base/web.yaml", "deploy/overlays/dev/kustomization.yaml"];
    assert_eq!(said(&both), lines("deploy"));
}

#[test]
fn standard_input_is_judged_where_its_name_lies() {
    let place = project();
    let args = ["check", "-", "--stdin-filename", "deploy/base/web.yaml", "--format", "concise"];
    let run = place.run_with(&args, DEPLOYMENT);
    let expected = "deploy/base/web.yaml:13:18: error[latest-tag]";
    assert!(run.out().starts_with(expected) && run.out().lines().count() == 1, "{}", run.out());
}

#[test]
fn only_given_files_are_counted_and_listed() {
    let place = project();
    let run = place.run(&["check", "deploy/overlays/dev"]);
    assert!(run.err().contains("1 warning in 1 of 1 file, 1 image"), "{}", run.err());
    let run = place.run(&["images", "deploy/base/web.yaml", "--format", "csv"]);
    assert_eq!(run.out().lines().count(), 3, "{}", run.out());
}

#[test]
fn what_a_broken_kustomization_may_decide_is_said_with_care() {
    let place = project();
    place.write("deploy/base/kustomization.yaml", b"resources: [web.yaml");
    let run = place.run(&["check", "deploy/base/web.yaml", "--format", "concise"]);
    assert!(run.out().contains("web.yaml:11:18: info[missing-tag]"), "{}", run.out());
    let run = place.run(&["check", "other/pod.yaml", "--format", "concise"]);
    assert!(run.out().contains("error[missing-tag]"), "{}", run.out());
}

#[test]
fn ignored_files_that_a_kustomization_names_are_read() {
    let place = project();
    place.write(".gitignore", b"web.yaml\n");
    let run = place.run(&["check", ".", "--format", "concise", "--quiet"]);
    let lines: Vec<_> = ALL.lines().skip(1).collect();
    assert_eq!(run.out().lines().collect::<Vec<_>>(), lines);
}

#[test]
fn values_belong_to_the_chart_around_them() {
    let text = "image: {repository: quay.io/a/b, tag: latest}\n";
    let place = Place::with(&[("loose/values.yaml", text), ("loose/other.yaml", text)]);
    let code = |args: &[&str]| place.run(args).code();
    assert_eq!(code(&["check", "."]), 0);
    assert_eq!(code(&["check", "loose/values.yaml"]), 0);
    place.write("pullcheck.yaml", b"helm_values: [loose/other.yaml]");
    assert_eq!(code(&["check", "."]), 1);
    place.write("pullcheck.yaml", b"");
    place.write("loose/Chart.yaml", b"name: x\n");
    assert_eq!(code(&["check", "."]), 1);
    assert_eq!(code(&["check", "loose/values.yaml"]), 1);
    let named = ["check", "-", "--stdin-filename", "loose/values.yaml"];
    assert_eq!(place.run_with(&named, text).code(), 1);
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_kustomizations_they_stand_for() {
    let place = Place::with(&[
        ("pkg/base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("pkg/base/web.yaml", DEPLOYMENT),
        ("install/kustomization.yaml", "resources: [./config/base]\n"),
        (
            "bundle/kustomization.yaml",
            "resources: [../pkg/base]\nimages: [{name: shop/web, newTag: 1.0.0}, {name: envoy, newTag: 1.33.0}]\n",
        ),
    ]);
    std::os::unix::fs::symlink("../pkg", place.path().join("install/config")).unwrap();
    let run = place.run(&["check", ".", "--format", "concise", "--quiet"]);
    let lines: Vec<_> =
        run.out().lines().filter_map(|line| Some(line.get(..25)?.to_owned())).collect();
    assert_eq!(lines, ["pkg/base/web.yaml:11:18: ", "pkg/base/web.yaml:13:18: "]);
}
