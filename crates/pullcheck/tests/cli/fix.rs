//! `--fix` and `--diff`: what is mended, and that nothing else is touched.

use std::fs;

use crate::{Place, pod};

const BAD: &str = "\u{feff}# 컨테이너 🚀\r\napiVersion: v1\r\nkind: Pod\r\nmetadata: {name: web}\r\nspec:\r\n  containers:\r\n    - {name: a, image: \"k8s.gcr.io/pause:3.9\", imagePullPolicy: always} # why\ttab\r\n    - name: b\r\n      image: 'k8s.gcr.io/coredns/coredns:v1.8.0'\r\n";

fn read(place: &Place, path: &str) -> String {
    fs::read_to_string(place.path().join(path)).unwrap()
}

#[test]
fn only_what_is_mended_changes() {
    let place = Place::with(&[("a.yaml", BAD)]);
    let run = place.run(&["check", ".", "--fix", "--format", "concise"]);
    assert_eq!((run.code(), run.out().as_str()), (0, ""), "{}", run.err());
    assert!(run.err().starts_with("fixed 3 findings in 1 file\nnothing found"), "{}", run.err());
    let expected = BAD
        .replace("k8s.gcr.io", "registry.k8s.io")
        .replace("imagePullPolicy: always", "imagePullPolicy: Always");
    assert_eq!(read(&place, "a.yaml"), expected);
    let again = place.run(&["check", ".", "--fix"]);
    assert!(again.err().starts_with("nothing found"), "{}", again.err());
    assert_eq!(read(&place, "a.yaml"), expected);
}

#[test]
fn a_diff_changes_nothing_and_can_be_applied() {
    let place = Place::with(&[("deploy/a.yaml", BAD), ("b.yaml", &pod("nginx:1.27.3"))]);
    let run = place.run(&["check", ".", "--diff"]);
    assert_eq!(run.code(), 1);
    assert_eq!(run.err(), "would fix 3 findings in 1 file\n");
    assert!(run.out().starts_with("--- a/deploy/a.yaml\n+++ b/deploy/a.yaml\n"), "{}", run.out());
    assert_eq!(read(&place, "deploy/a.yaml"), BAD);
    let clean = place.run(&["check", "b.yaml", "--diff"]);
    assert_eq!((clean.code(), clean.out().as_str()), (0, ""));
}

#[test]
fn what_is_unsafe_is_done_on_request_only() {
    let place = Place::with(&[("a.yaml", &pod("nginx:1.27.3"))]);
    let select = ["check", ".", "--select", "implicit-registry", "--fail-on", "info", "--fix"];
    assert_eq!(place.run(&select).code(), 1);
    assert_eq!(read(&place, "a.yaml"), pod("nginx:1.27.3"));
    let run = place.run(&[&select[..], &["--unsafe-fixes"]].concat());
    assert_eq!(run.code(), 0, "{}", run.out());
    assert_eq!(read(&place, "a.yaml"), pod("docker.io/library/nginx:1.27.3"));
}

#[test]
fn what_was_mended_may_fail_a_run() {
    let place = Place::with(&[("a.yaml", BAD)]);
    let args = ["check", ".", "--fix", "--exit-non-zero-on-fix"];
    assert_eq!(place.run(&args).code(), 1);
    assert_eq!(place.run(&args).code(), 0);
}

#[test]
fn standard_input_comes_out_mended() {
    let place = Place::with(&[]);
    let run = place.run_with(&["check", "-", "--fix", "--format", "concise"], BAD);
    assert_eq!(run.code(), 0, "{}", run.err());
    assert!(run.out().contains("registry.k8s.io/pause:3.9\", imagePullPolicy: Always}"));
    let text = pod("nginx");
    let run = place.run_with(&["check", "-", "--fix", "--format", "concise"], &text);
    assert_eq!((run.code(), run.out()), (1, text));
    assert!(run.err().contains("<stdin>:8:14: error[missing-tag]"), "{}", run.err());
}

#[test]
fn an_anchor_is_mended_for_all_its_aliases_or_not_at_all() {
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: nginx:1.27.3\n";
    let all = format!(
        "{head}      imagePullPolicy: &p always\n    - name: b\n      image: nginx:1.27.3\n      imagePullPolicy: *p\n"
    );
    let other =
        format!("{}metadata: {{labels: {{x: *p}}}}\n", all.replace("metadata: {name: a}\n", ""));
    let place = Place::with(&[("a.yaml", &all), ("b.yaml", &other)]);
    let run = place.run(&["check", ".", "--fix", "--format", "concise"]);
    assert_eq!(run.code(), 1, "{}", run.err());
    assert_eq!(read(&place, "a.yaml"), all.replace("always", "Always"));
    assert_eq!(read(&place, "b.yaml"), other);
    let said =
        "pullcheck: 2 findings in `b.yaml` cannot be mended: an alias repeats it elsewhere\n";
    assert!(run.err().contains(said), "{}", run.err());
}

#[test]
fn reports_hold_the_fix() {
    let place = Place::with(&[("a.yaml", BAD)]);
    let json = place.run(&["check", ".", "--format", "json"]).json();
    let fix = &json["findings"][0]["fix"];
    assert_eq!(fix["safety"], "safe");
    assert_eq!(fix["edits"][0]["text"], "\"registry.k8s.io/pause:3.9\"");
    assert_eq!(fix["edits"][0]["range"], json["findings"][0]["range"]);
    let sarif = place.run(&["check", ".", "--format", "sarif"]).json();
    let change = &sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(
        change["replacements"][0]["insertedContent"]["text"],
        "\"registry.k8s.io/pause:3.9\""
    );
    let rdjson = place.run(&["check", ".", "--format", "rdjson"]).json();
    assert_eq!(rdjson["diagnostics"][0]["suggestions"][0]["text"], "\"registry.k8s.io/pause:3.9\"");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::with(&[("real/a.yaml", BAD)]);
    let real = place.path().join("real/a.yaml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/a.yaml", place.path().join("link.yaml")).unwrap();
    assert_eq!(place.run(&["check", "link.yaml", "--fix"]).code(), 0);
    assert!(fs::symlink_metadata(place.path().join("link.yaml")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(read(&place, "real/a.yaml").contains("registry.k8s.io"));
}

#[test]
fn a_mended_file_of_many_documents_is_mended_in_one_go() {
    let text = format!("{}---\n", pod("k8s.gcr.io/pause:3.9")).repeat(2000);
    let place = Place::with(&[("a.yaml", &text)]);
    let run = place.run(&["check", ".", "--fix", "--quiet"]);
    assert_eq!(run.code(), 0, "{}", run.err());
    assert_eq!(read(&place, "a.yaml"), text.replace("k8s.gcr.io", "registry.k8s.io"));
}

#[test]
fn images_are_pinned_to_what_was_looked_up() {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let kustomization = "resources: [a.yaml]\nimages:\n- name: nginx\n  newTag: \"1.27\"\n";
    let place = Place::with(&[
        ("a.yaml", &pod("nginx")),
        ("kustomization.yaml", kustomization),
        ("b/b.yaml", &pod("'redis:latest' # why")),
        ("b/c.yaml", &pod("ghcr.io/example/app:main")),
        ("pins.yaml", &format!("redis: {digest}\nnginx:1.27: {digest}\n")),
        (
            "kbld.yml",
            &format!(
                "apiVersion: kbld.k14s.io/v1alpha1\nkind: Config\noverrides:\n- image: ghcr.io/example/app:main\n  newImage: ghcr.io/example/app@{digest}\n  preresolved: true\n"
            ),
        ),
        ("wrong.yaml", "nginx: \"1.27\"\n"),
    ]);
    place.run(&[
        "check",
        ".",
        "--fix",
        "--select",
        "latest-tag,partial-version",
        "--pins",
        "pins.yaml",
    ]);
    assert_eq!(read(&place, "b/b.yaml"), pod(&format!("'redis@{digest}' # why")));
    assert_eq!(read(&place, "kustomization.yaml"), format!("{kustomization}  digest: {digest}\n"));
    assert_eq!(read(&place, "a.yaml"), pod("nginx"));
    assert_eq!(read(&place, "b/c.yaml"), pod("ghcr.io/example/app:main"));
    place.run(&["check", ".", "--fix", "--pins", "kbld.yml"]);
    assert_eq!(read(&place, "b/c.yaml"), pod(&format!("ghcr.io/example/app:main@{digest}")));
    for (file, said) in [
        ("wrong.yaml", "is no image with its digest"),
        ("none", "cannot read `none`"),
        ("a.yaml", "neither a map"),
    ] {
        let run = place.run(&["check", ".", "--diff", "--pins", file]);
        assert_eq!(run.code(), 2);
        assert!(run.err().contains(said), "{file}: {}", run.err());
    }
}

#[test]
fn a_name_that_an_overlay_matches_is_kept() {
    let base = pod("k8s.gcr.io/pause");
    let overlay = "resources: [../base]\nimages:\n- name: k8s.gcr.io/pause\n  newTag: \"3.9\"\n";
    let renamed = "resources: [../base]\nimages:\n- name: k8s.gcr.io/pause\n  newName: k8s.gcr.io/pause-amd64\n  newTag: \"3.1\"\n";
    let place = Place::with(&[
        ("base/a.yaml", &base),
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("one/kustomization.yaml", overlay),
        ("two/kustomization.yaml", renamed),
    ]);
    place.run(&["check", ".", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(&place, "base/a.yaml"), base);
    assert_eq!(read(&place, "one/kustomization.yaml"), overlay);
    let expected = renamed.replace("newName: k8s.gcr.io", "newName: registry.k8s.io");
    assert_eq!(read(&place, "two/kustomization.yaml"), expected);
}
