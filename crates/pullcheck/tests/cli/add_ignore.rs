//! `--add-ignore`: what is written where, and what is left.

use std::{fs, path::Path};

use super::{Place, pod};

fn text(place: &Place, path: &str) -> String {
    fs::read_to_string(place.path().join(path)).unwrap()
}

#[test]
fn comments_go_to_the_end_of_the_line_or_above_it() {
    let place = Place::with(&[
        (".git/HEAD", ""),
        (
            "a.yaml",
            "kind: Pod
apiVersion: v1
spec:
  containers:
    - name: plain
      image: nginx
    - name: beside
      # kept: with what is below
      image: busybox:latest # {\"$imagepolicy\": \"a:b\"}
    - image: redis # the whole item
      name: item
    - name: merged
      image: redis:latest # pullcheck: ignore[numeric-tag] old words
    - {name: flow, image: \"foo:latest\"}
    - name: folded
      image: >-
        nginx
    - name: broken
      image: \"ngin\\
        x\"
    # pullcheck: ignore[latest-tag] above
    - image: redis:latest # why
      imagePullPolicy: IfNotPresent
",
        ),
    ]);
    let run = place.run(&["check", "--add-ignore=since 2019, see #12", "--format", "concise"]);
    assert_eq!((run.code(), run.out().as_str()), (0, ""), "{}", run.err());
    assert_eq!(
        run.err(),
        "wrote 8 comments in 1 file\nnothing found in 1 file, 8 images; 10 suppressed\n"
    );
    assert_eq!(
        text(&place, "a.yaml"),
        "kind: Pod
apiVersion: v1
spec:
  containers:
    - name: plain
      image: nginx # pullcheck: ignore[missing-tag] since 2019, see #12
    - name: beside
      # pullcheck: ignore[latest-tag] since 2019, see #12
      # kept: with what is below
      image: busybox:latest # {\"$imagepolicy\": \"a:b\"}
    # pullcheck: ignore[missing-tag] since 2019, see #12
    - image: redis # the whole item
      name: item
    - name: merged
      image: redis:latest # pullcheck: ignore[numeric-tag, latest-tag, unused-suppression] old words
    - {name: flow, image: \"foo:latest\"} # pullcheck: ignore[latest-tag] since 2019, see #12
    - name: folded
      image: >- # pullcheck: ignore[missing-tag] since 2019, see #12
        nginx
    - name: broken
      # pullcheck: ignore[missing-tag] since 2019, see #12
      image: \"ngin\\
        x\"
    # pullcheck: ignore[latest-tag] above
    - image: redis:latest # why
      imagePullPolicy: IfNotPresent # pullcheck: ignore[cached-mutable-image] since 2019, see #12
"
    );
    assert_eq!(place.run(&["check"]).code(), 0);
}

#[test]
fn a_comment_above_is_added_to() {
    let both = pod("redis:latest # why")
        .replace("      image", "      # pullcheck: ignore[latest-tag]\n      # more\n      image");
    let place = Place::with(&[(".git/HEAD", ""), ("a.yaml", &both)]);
    place.run(&["check", "--add-ignore", "--profile", "strict", "--ignore", "missing-tag"]);
    let added = "      # pullcheck: ignore[latest-tag, implicit-registry]\n      # more\n      image: redis:latest # why\n";
    assert!(text(&place, "a.yaml").ends_with(added), "{}", text(&place, "a.yaml"));
}

#[test]
fn line_ends_and_marks_are_kept() {
    let crlf = pod("nginx # why").replace('\n', "\r\n");
    let place = Place::with(&[
        (".git/HEAD", ""),
        ("crlf.yaml", &format!("\u{feff}{crlf}")),
        ("no-end.yaml", pod("nginx").trim_end()),
        ("space.yaml", &pod("nginx \t")),
    ]);
    assert_eq!(place.run(&["check", "--add-ignore"]).code(), 0);
    let comment = "      # pullcheck: ignore[missing-tag]\r\n      image: nginx # why\r\n";
    assert_eq!(
        text(&place, "crlf.yaml"),
        format!("\u{feff}{}", crlf.replace("      image: nginx # why\r\n", comment))
    );
    assert_eq!(
        text(&place, "no-end.yaml"),
        format!("{} # pullcheck: ignore[missing-tag]", pod("nginx").trim_end())
    );
    assert_eq!(text(&place, "space.yaml"), pod("nginx \t# pullcheck: ignore[missing-tag]"));
}

#[test]
fn what_no_comment_can_hide_is_left_and_told() {
    let json = r#"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"nginx"}]}}"#;
    let patch = "patches:\n  - patch: |-\n      apiVersion: v1\n      kind: Pod\n      metadata: {name: web}\n      spec:\n        containers:\n          - name: x\n            image: nginx\n    target: {kind: Pod}\nresources: [a.yaml]\n";
    let files = [
        (".git/HEAD", ""),
        ("a.json", json),
        ("b.yaml", json),
        ("broken.yaml", "apiVersion: v1\nkind: Pod\nspec: {\n"),
        (
            "k/a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: \"web:1.2.3\"}]\n",
        ),
        ("k/kustomization.yaml", patch),
        ("first.yaml", "spec: {containers: [{image: nginx}]} # first\nkind: Pod\napiVersion: v1\n"),
        ("malformed.yaml", "apiVersion: v1\nkind: Pod\nspec: {} # pullcheck: ignore\n"),
    ];
    let place = Place::with(&files);
    let run =
        place.run_with(&["check", ".", "-", "--add-ignore", "--format", "concise"], &pod("nginx"));
    let told = "\
wrote 0 comments in 0 files
pullcheck: 1 finding in `<stdin>` was left: it is no file on the disk
pullcheck: 1 finding in `a.json` was left: JSON has no comments
pullcheck: 1 finding in `b.yaml` was left: JSON has no comments
pullcheck: 1 finding in `broken.yaml` was left: what cannot be read cannot be suppressed
pullcheck: 1 finding in `first.yaml` was left: no comment would cover it alone
pullcheck: 1 finding in `k/kustomization.yaml` was left: a comment there would be part of a text
pullcheck: 1 finding in `malformed.yaml` was left: no comment would cover it alone
pullcheck: for what is left there are the annotation `pullcheck.dev/ignore`, `overrides` in the configuration, and `pullcheck baseline create`
";
    assert!(run.err().starts_with(told), "{}", run.err());
    assert_eq!((run.code(), run.lines().len()), (1, 7), "{}", run.out());
    for (path, before) in files {
        assert_eq!(text(&place, path), before);
    }
}

#[test]
fn templates_are_commented_where_that_changes_nothing() {
    let place = Place::with(&[
        (".git/HEAD", ""),
        ("Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\nappVersion: latest\n"),
        ("values.yaml", "image:\n  repository: shop/web\n  tag: latest\n"),
        (
            "templates/_helpers.tpl",
            "{{- define \"job\" -}}\nnginx:latest\n{{- end -}}\n{{- define \"entry\" }}\nimage: redis:latest\n{{- end }}\n",
        ),
        (
            "templates/web.yaml",
            "apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
  containers:
    - name: values
      image: {{ .Values.image.repository }}:{{ .Values.image.tag }}
    - name: literal
      image: busybox
    {{- if .Values.more }}
    - name: spread
      image: {{ printf \"%s:%s\" \"envoy\"
        \"latest\" }}
    {{- end }}
    - name: job
      image: \"{{ include \"job\" . }}\"
    - name: app
      image: shop/app:{{ .Chart.AppVersion }}
    - name: trimmed
      image: {{ \"caddy\" -}}
      {{ \":latest\" }}
    - {{ include \"entry\" . | nindent 6 | trim }}
      name: entry
",
        ),
    ]);
    let run = place.run(&["check", "--add-ignore=old", "--format", "concise"]);
    let all = place.run(&["check", "--no-ignores", "--format", "concise"]);
    assert!(all.lines().len() >= 5, "{}", all.out());
    assert!(run.err().contains("`templates/_helpers.tpl` was left"), "{}", run.err());
    let commented = |path: &str, line: &str| {
        assert!(text(&place, path).contains(line), "{path}: {}", text(&place, path));
    };
    commented("templates/web.yaml", "image: busybox # pullcheck: ignore[missing-tag] old\n");
    commented("values.yaml", "  tag: latest # pullcheck: ignore[latest-tag] old\n");
    commented("Chart.yaml", "appVersion: latest # pullcheck: ignore[latest-tag] old\n");
    commented("templates/_helpers.tpl", "\nnginx:latest\n{{- end -}}");
    commented(
        "templates/_helpers.tpl",
        "\nimage: redis:latest # pullcheck: ignore[latest-tag] old\n",
    );
    assert_eq!(place.run(&["check", "--format", "concise"]).out(), run.out());
    let images = place.run(&["images"]).out();
    assert!(!images.contains('#'), "{images}");
}

#[test]
fn what_is_in_the_baseline_gets_no_comment() {
    let place = Place::with(&[(".git/HEAD", ""), ("a.yaml", &pod("nginx"))]);
    place.run(&["baseline", "create"]);
    place.write("b.yaml", pod("redis").as_bytes());
    let run = place.run(&["check", "--add-ignore"]);
    assert_eq!(
        (run.code(), run.err().as_str()),
        (
            0,
            "wrote 1 comment in 1 file\nnothing found in 2 files, 2 images; 1 suppressed; 1 in the baseline\n"
        )
    );
    assert_eq!(text(&place, "a.yaml"), pod("nginx"));
    place.write("pullcheck-baseline.json", b"{");
    place.write("b.yaml", pod("redis").as_bytes());
    assert_eq!(place.run(&["check", "--add-ignore"]).code(), 2);
    assert_eq!(text(&place, "b.yaml"), pod("redis"));
}

#[test]
fn a_reason_is_one_harmless_line() {
    let place = Place::with(&[("a.yaml", &pod("nginx"))]);
    for reason in ["a\nb", "a\rb", "{{ x }}", "a\u{2028}b", "\u{85}"] {
        let run = place.run(&["check", &format!("--add-ignore={reason}")]);
        assert_eq!(run.code(), 2, "{reason}");
    }
    for other in ["--no-ignores", "--helm-render"] {
        assert_eq!(place.run(&["check", "--add-ignore", other]).code(), 2, "{other}");
    }
    assert_eq!(text(&place, "a.yaml"), pod("nginx"));
    // What follows without `=` is a path.
    assert_eq!(place.run(&["check", "--add-ignore", "a.yaml"]).code(), 0);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// A second run finds what was told to be left, and nothing else.
#[test]
fn all_fixtures_are_silent_afterwards() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    for profile in ["recommended", "strict"] {
        let place = Place::with(&[(".git/HEAD", "")]);
        copy(&fixtures, place.path());
        let args = ["check", "--profile", profile, "--format", "concise"];
        let before = place.run(&args).lines().len();
        let images = place.run(&["images", "--format", "csv"]).out();
        let run = place.run(&[&args[..], &["--add-ignore=known"]].concat());
        let said = run.err();
        let told = said.lines().filter(|line| line.contains(" left: ")).map(|line| {
            let count = line.strip_prefix("pullcheck: ").unwrap().split(' ').next().unwrap();
            count.parse::<usize>().unwrap()
        });
        let told: usize = told.sum();
        assert_eq!(run.lines().len(), told, "{}", run.err());
        assert!(told * 8 < before, "{told} of {before} are left\n{}", run.err());
        assert_eq!(place.run(&args).out(), run.out());
        let names = |csv: &str| {
            let name = |line: &str| {
                line.split(',')
                    .filter(|cell| !cell.chars().all(|c| c.is_ascii_digit()))
                    .collect::<Vec<_>>()
                    .join(",")
            };
            csv.lines().map(name).collect::<Vec<_>>()
        };
        assert_eq!(names(&images), names(&place.run(&["images", "--format", "csv"]).out()));
    }
}
