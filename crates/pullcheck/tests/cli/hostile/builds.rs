//! Hostile kustomizations and charts.

use super::{CONTAINERS, Folder, ROW, Row, document};

/// A chart of one template, in a folder.
fn chart(folder: &Folder<'_>, path: &str, template: &str) {
    folder.file(&format!("{path}/Chart.yaml"), "apiVersion: v2\nname: a\nversion: 1.0.0\n");
    folder.file(&format!("{path}/values.yaml"), "image: nginx:1.27.3\n");
    folder.file(&format!("{path}/templates/a.yaml"), template);
}

fn templates(folder: &Folder<'_>, n: usize, template: &str) {
    chart(folder, "chart", template);
    for number in 1..n {
        folder.file(&format!("chart/templates/a{number}.yaml"), template);
    }
}

/// A kustomization with an entry for each image of a file.
fn overrides(folder: &Folder<'_>, n: usize) {
    let entry = |n| format!("- {{name: n{n}, newTag: latest}}\n");
    folder.stream("kustomization.yaml", "resources: [a.yaml]\nimages:\n", n, entry, "");
    folder.stream("a.yaml", "", n, |n| document(&format!("n{n}")), "");
}

/// A name that is like no other.
fn letters(seed: usize) -> String {
    let letter =
        |at: usize| char::from(b'a' + u8::try_from((seed * 7 + at * at * 3) % 26).unwrap());
    (0..200).map(letter).collect::<String>() + &seed.to_string()
}

pub(super) const ROWS: &[Row] = &[
    Row {
        what: "a chain of {} kustomizations",
        sizes: [200, 4_000],
        make: |folder, n| {
            for number in 0..n {
                let text = format!("resources: [../k{}]\n", number + 1);
                folder.file(&format!("k{number}/kustomization.yaml"), &text);
            }
            folder.file(&format!("k{n}/kustomization.yaml"), "resources: [a.yaml]\n");
            folder.file(&format!("k{n}/a.yaml"), &document("nginx"));
        },
        said: "2 errors in 2 of",
        bound: "builds",
        ..ROW
    },
    Row {
        what: "a circle of {} kustomizations, each of which names itself as well",
        sizes: [200, 4_000],
        make: |folder, n| {
            for number in 0..n {
                let text = format!("resources: [../k{}, a.yaml, .]\n", (number + 1) % n);
                folder.file(&format!("k{number}/kustomization.yaml"), &text);
                folder.file(&format!("k{number}/a.yaml"), &document("nginx:1.27.3"));
            }
        },
        bound: "builds",
        ..ROW
    },
    Row {
        what: "kustomizations that double an object {} times",
        sizes: [16, 64],
        make: |folder, n| {
            for number in 0..n {
                let text = format!("resources: [../k{0}, ../l{0}]\n", number + 1);
                folder.file(&format!("k{number}/kustomization.yaml"), &text);
                folder.file(&format!("l{number}/kustomization.yaml"), &text);
            }
            for name in ["k", "l"] {
                folder.file(&format!("{name}{n}/kustomization.yaml"), "resources: [a.yaml]\n");
                folder.file(&format!("{name}{n}/a.yaml"), &document("nginx"));
            }
        },
        said: "3 errors in 3 of",
        bound: "builds",
        ..ROW
    },
    Row {
        what: "{} entries in `images`, each for one of as many images, drawn",
        sizes: [500, 4_000],
        make: overrides,
        args: &["check", "."],
        said: " errors in 2 of",
        bound: "builds",
        ..ROW
    },
    Row {
        what: "{} of them",
        sizes: [8_000, 40_000],
        make: overrides,
        said: "not checked: what kustomize builds, which is too much",
        bound: "builds",
        ..ROW
    },
    Row {
        what: "{} entries in `images` that match none of as many images",
        sizes: [400, 5_000],
        make: |folder, n| {
            let entry = |n| format!("- {{name: {}, newTag: \"1.2.3\"}}\n", letters(n));
            folder.stream("kustomization.yaml", "resources: [a.yaml]\nimages:\n", n, entry, "");
            let container = |n| format!("  - {{name: a, image: 'x/{}:1.2.3'}}\n", letters(n + 9));
            folder.stream("a.yaml", CONTAINERS, n, container, "");
        },
        said: "1 error",
        bound: "builds",
        ..ROW
    },
    Row {
        what: "{} patches, each of which changes as many objects",
        sizes: [200, 20_000],
        make: |folder, n| {
            let patch = |n| {
                format!(
                    "- target: {{kind: Pod}}\n  patch: '[{{op: replace, path: /spec/containers/0/image, value: \"n:1.2.{n}\"}}]'\n"
                )
            };
            folder.stream("kustomization.yaml", "resources: [a.yaml]\npatches:\n", n, patch, "");
            folder.stream("a.yaml", "", n, |n| document(&format!("n{n}:1.2.3")), "");
        },
        bound: "builds",
        ..ROW
    },
    Row {
        what: "a patch of {} steps, for as many containers",
        sizes: [500, 20_000],
        make: |folder, n| {
            let head = "resources: [a.yaml]\npatches:\n- target: {kind: Pod}\n  patch: |\n";
            let step = |n| {
                format!(
                    "    - {{op: replace, path: /spec/containers/{n}/image, value: 'n:1.2.3'}}\n"
                )
            };
            folder.stream("kustomization.yaml", head, n, step, "");
            folder.stream("a.yaml", CONTAINERS, n, |_| "  - image: n:1.2.3\n".to_owned(), "");
        },
        bound: "builds",
        ..ROW
    },
    Row {
        what: "{} templates that repeat a line a billion times",
        sizes: [1, 16],
        make: |folder, n| {
            templates(folder, n, "{{ range until 1000000000 }}image: nginx\n{{ end }}");
        },
        bound: "templates",
        ..ROW
    },
    Row {
        what: "{} templates with three loops of 9,999, one in the other",
        sizes: [1, 16],
        make: |folder, n| {
            let range = "{{ range until 9999 }}".repeat(3);
            let end = "{{ end }}".repeat(3);
            templates(folder, n, &format!("{range}image: nginx\n{end}"));
        },
        bound: "templates",
        ..ROW
    },
    Row {
        what: "{} templates that include themselves twice",
        sizes: [1, 16],
        make: |folder, n| {
            let again = "{{ include \"x\" . }}{{ include \"x\" . }}";
            templates(
                folder,
                n,
                &format!("{{{{ define \"x\" }}}}{again}{{{{ end }}}}{again}image: nginx\n"),
            );
        },
        bound: "templates",
        ..ROW
    },
    Row {
        what: "{} templates that double a text 60 times",
        sizes: [1, 16],
        make: |folder, n| {
            templates(
                folder,
                n,
                "{{ $x := \"ab\" }}{{ range until 60 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}image: {{ $x }}{{ repeat 1000000000 \"abc\" }}\n",
            );
        },
        bound: "templates",
        ..ROW
    },
    Row {
        what: "an alias bomb of {} levels in values that a template prints",
        sizes: [6, 12],
        make: |folder, n| {
            chart(folder, "chart", &format!("{{{{ toYaml .Values.a{} }}}}\nimage: x\n", n - 1));
            let level = |n| {
                let below: String = (0..10).map(|key| format!("k{key}: *a{n}, ")).collect();
                format!("a{}: &a{} {{{below}}}\n", n + 1, n + 1)
            };
            let head = "a0: &a0 {image: {repository: x, tag: 1.2.3}}\n";
            folder.stream("chart/values.yaml", head, n - 1, level, "");
        },
        said: "1 error",
        bound: "templates",
        ..ROW
    },
    Row {
        what: "{} images in values, and a template for all",
        sizes: [500, 50_000],
        make: |folder, n| {
            chart(
                folder,
                "chart",
                "{{ range $k, $v := .Values }}\n---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {{ $v.image.repository }}:{{ $v.image.tag }}\n{{ end }}",
            );
            let value = |n| format!("s{n}: {{image: {{repository: a/b{n}, tag: latest}}}}\n");
            folder.stream("chart/values.yaml", "", n, value, "");
        },
        said: " errors in 2 of",
        ..ROW
    },
    Row {
        what: "charts {} deep in each other",
        sizes: [20, 100],
        make: |folder, n| {
            for depth in 0..n {
                let path = format!("chart{}", "/charts/a".repeat(depth));
                chart(folder, &path, &format!("{CONTAINERS}  - image: {{{{ .Values.image }}}}\n"));
            }
        },
        bound: "templates",
        ..ROW
    },
];
