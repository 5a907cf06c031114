//! Files that are handed over one by one, as hooks do it: in parts, in any order, by any path, and
//! whatever they are called.

use std::{collections::BTreeSet, fs, path::Path};

use super::{Place, pod};

/// As `.pre-commit-hooks.yaml` runs it, but for the format.
const HOOK: &[&str] = &["check", "--force-exclude", "--quiet", "--format", "concise", "--"];

/// The fixtures of a project, as a repository.
fn project(name: &str) -> (Place, Vec<String>) {
    let place = Place::with(&[(".git/HEAD", "")]);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name);
    let mut files = Vec::new();
    copy(&fixtures, "", &place, &mut files);
    assert!(files.len() > 2, "{name} has {} files", files.len());
    (place, files)
}

fn copy(from: &Path, below: &str, place: &Place, files: &mut Vec<String>) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            copy(&path, &format!("{name}/"), place, files);
        } else {
            place.write(&name, &fs::read(&path).unwrap());
            files.push(name);
        }
    }
}

/// What is found if the files are handed over in parts.
fn found(place: &Place, files: &[String], part: usize) -> BTreeSet<String> {
    let lines = files.chunks(part).flat_map(|files| {
        let args = HOOK.iter().copied().chain(files.iter().map(String::as_str));
        let run = place.run(&args.collect::<Vec<_>>());
        assert_eq!(run.err(), "");
        run.out().lines().map(str::to_owned).collect::<Vec<_>>()
    });
    lines.collect()
}

#[test]
fn parts_in_any_order_by_any_path_are_judged_as_the_whole_is() {
    for name in ["demo", "projects/helm-umbrella", "projects/kustomize-shared-base"] {
        let (place, mut files) = project(name);
        let whole = found(&place, &[".".to_owned()], 1);
        assert!(!whole.is_empty(), "{name}");
        for part in [1, 3, files.len()] {
            // A rotation and a reversal: neighbours are parted and come in another order.
            files.rotate_left(1);
            files.reverse();
            assert_eq!(found(&place, &files, part), whole, "{name} in parts of {part}");
            let absolute = |file: &String| place.path().join(file).to_str().unwrap().to_owned();
            let absolute: Vec<_> = files.iter().map(absolute).collect();
            assert_eq!(found(&place, &absolute, part), whole, "{name}, absolute");
        }
    }
}

#[test]
fn what_is_named_like_an_option_is_a_file() {
    let names = ["--exit-zero", "--exit-zero.yaml", "-x.yaml"];
    let text = pod("nginx");
    let place = Place::with(&names.map(|name| (name, text.as_str())));
    let run = place.run(&[HOOK, &names].concat());
    assert_eq!(run.code(), 1);
    assert_eq!(run.lines(), names.map(|name| format!("{name}:8 missing-tag")));
}

#[test]
fn an_excluded_file_is_not_reported_even_if_it_is_named() {
    let place = Place::with(&[
        (".git/HEAD", ""),
        ("pullcheck.yaml", "exclude: [vendor]\n"),
        ("vendor/web.yaml", &pod("nginx")),
    ]);
    let absolute = place.path().join("vendor/web.yaml");
    for path in ["vendor/web.yaml", absolute.to_str().unwrap()] {
        let run = place.run(&[HOOK, &[path]].concat());
        assert_eq!((run.code(), run.out(), run.err()), (0, String::new(), String::new()), "{path}");
    }
}

/// Files that repositories hold beside manifests, and manifests without a fault.
const PASSED_OVER: &[(&str, &str)] = &[
    (
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    container:\n      image: node\n    steps: [{uses: docker://alpine}]\n",
    ),
    (".gitlab-ci.yml", "image: ruby\ntest:\n  services: [postgres]\n  script: [rake]\n"),
    ("compose.yaml", "services:\n  web:\n    image: nginx:1.27.3\n"),
    ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
    ("chart/values.yaml", "tag: 1.27.3\n"),
    (
        "chart/templates/web.yaml",
        "{{- if .Values.web }}\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: \"nginx:{{ .Values.tag }}\"\n{{- end }}\n",
    ),
    ("loose/template.yaml", "kind: Pod\n{{- range .Values.all }}\nimage: {{ . }}\n{{- end }}\n"),
    ("playbook.yml", "- hosts: all\n  tasks:\n    - docker_container: {image: \"{{ image }}\"}\n"),
    ("tsconfig.json", "// not JSON in the strict sense\n{\"include\": [\"src\",],}\n"),
    ("package.json", "{\"name\": \"web\", \"image\": \"nginx\"}\n"),
    ("empty.yaml", ""),
    ("broken.yaml", "a: [\n"),
];

#[test]
fn what_is_no_manifest_passes_in_silence() {
    let place = Place::with(PASSED_OVER);
    place.write("web.yaml", pod("nginx:1.27.3").as_bytes());
    place.write("latin.yaml", b"name: caf\xe9\n");
    let names = PASSED_OVER.iter().map(|(name, _)| *name).chain(["web.yaml", "latin.yaml"]);
    let run = place.run(&HOOK.iter().copied().chain(names).collect::<Vec<_>>());
    assert_eq!((run.code(), run.out(), run.err()), (0, String::new(), String::new()));
}

#[test]
fn quiet_hides_no_trouble() {
    let place = Place::with(&[("web.yaml", &pod("nginx")), (".git/HEAD", "")]);
    let run = place.run(&[HOOK, &["web.yaml", "gone.yaml"]].concat());
    assert_eq!(run.code(), 2);
    assert_eq!(run.lines()[0], "web.yaml:8 missing-tag");
    assert_eq!(run.err(), "pullcheck: cannot read `gone.yaml`: no such file or directory\n");
    place.write("pullcheck.yaml", b"selekt: []\n");
    let run = place.run(&[HOOK, &["web.yaml"]].concat());
    assert_eq!(run.code(), 2);
    assert!(run.err().contains("selekt"), "{}", run.err());
}
