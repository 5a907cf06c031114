//! Hostile texts of a single file.

use super::{CONTAINERS, Folder, MEGABYTE, ROW, Row, document};

const POD: &str = "apiVersion: v1\nkind: Pod\n";

fn deep(open: &'static str) -> impl Fn(&Folder<'_>, usize) {
    move |folder, n| folder.stream("a.yaml", &format!("{POD}spec: "), n, |_| open.to_owned(), "")
}

fn megabytes_of_pods(folder: &Folder<'_>, n: usize) {
    let pod = document("nginx:1.27.3");
    folder.stream("a.yaml", "", n * MEGABYTE / pod.len(), |_| pod.clone(), "");
}

fn one_line(folder: &Folder<'_>, pods: usize, image: &str) {
    let head = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[";
    let pod = |n| {
        let comma = if n == 0 { "" } else { "," };
        format!(
            "{comma}{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{{\"containers\":[{{\"name\":\"é\",\"image\":\"{image}\"}}]}}}}"
        )
    };
    folder.stream("a.json", head, pods, pod, "]}");
}

fn megabytes_in_one_line(folder: &Folder<'_>, n: usize) {
    one_line(folder, n * 10_000, "nginx:1.27.3");
}

fn raise_the_limit(folder: &Folder<'_>) {
    folder.file("pullcheck.yaml", "max_file_size: 1000\n");
}

pub(super) const ROWS: &[Row] = &[
    Row {
        what: "an alias bomb: {} levels, ten aliases each",
        sizes: [100, 10_000],
        make: |folder, n| {
            let head = "apiVersion: v1\nkind: List\na0: &a0 {apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}\n";
            let level = |n| {
                let below = format!("*a{n}, ").repeat(10);
                format!("a{0}: &a{0} {{apiVersion: v1, kind: List, items: [{below}]}}\n", n + 1)
            };
            folder.stream("a.yaml", head, n - 1, level, &format!("items: [*a{}]\n", n - 1));
        },
        bound: "aliases",
        ..ROW
    },
    Row {
        what: "{} aliases of one container",
        sizes: [20_000, 1_000_000],
        make: |folder, n| {
            let head = format!("{CONTAINERS}  - &c {{name: x, image: nginx}}\n");
            folder.stream("a.yaml", &head, n, |_| "  - *c\n".to_owned(), "");
        },
        said: " errors in 2 of 2 files",
        bound: "aliases",
        ..ROW
    },
    Row {
        what: "{} containers with a merge key",
        sizes: [2_000, 100_000],
        make: |folder, n| {
            let head = format!("m: &m {{image: nginx}}\n{CONTAINERS}");
            folder.stream("a.yaml", &head, n, |_| "  - {<<: *m, name: a}\n".to_owned(), "");
        },
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} `[` that nobody closes",
        sizes: [100_000, 1_000_000],
        make: |folder, n| deep("[")(folder, n),
        said: "2 errors in 2 of 2 files",
        bound: "nesting",
        ..ROW
    },
    Row {
        what: "{} `- `, one in the other",
        sizes: [100_000, 1_000_000],
        make: |folder, n| deep("- ")(folder, n),
        said: "2 errors in 2 of 2 files",
        bound: "nesting",
        ..ROW
    },
    Row {
        what: "{} lines, each indented deeper",
        sizes: [1_000, 5_000],
        make: |folder, n| {
            folder.stream(
                "a.yaml",
                &format!("{POD}spec:\n"),
                n,
                |n| " ".repeat(n + 1) + "a:\n",
                "",
            );
        },
        said: "2 errors in 2 of 2 files",
        bound: "nesting",
        ..ROW
    },
    Row {
        what: "JSON, {} deep",
        sizes: [100_000, 1_000_000],
        make: |folder, n| {
            let head = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": ";
            folder.stream("a.json", head, n, |_| "[".to_owned(), "");
        },
        said: "2 errors in 2 of 2 files",
        bound: "nesting",
        ..ROW
    },
    Row {
        what: "a file of {} MB",
        sizes: [40, 200],
        make: megabytes_of_pods,
        said: "not checked: 1 too large",
        bound: "limit",
        ..ROW
    },
    Row {
        what: "a file of {} MB, with the limit raised",
        sizes: [1, 200],
        make: |folder, n| {
            raise_the_limit(folder);
            megabytes_of_pods(folder, n);
        },
        ..ROW
    },
    Row {
        what: "JSON of {} MB in one line",
        sizes: [40, 50],
        make: megabytes_in_one_line,
        said: "not checked: 1 too large",
        bound: "limit",
        ..ROW
    },
    Row {
        what: "JSON of {} MB in one line, with the limit raised",
        sizes: [1, 50],
        make: |folder, n| {
            raise_the_limit(folder);
            megabytes_in_one_line(folder, n);
        },
        ..ROW
    },
    Row {
        what: "{} findings in one line, drawn",
        sizes: [1_000, 100_000],
        make: |folder, n| one_line(folder, n, "nginx"),
        args: &["check", "."],
        said: " errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} documents without images",
        sizes: [50_000, 1_000_000],
        make: |folder, n| folder.stream("a.yaml", "", n, |_| "---\na: b\n".to_owned(), ""),
        ..ROW
    },
    Row {
        what: "{} documents with images",
        sizes: [1_000, 50_000],
        make: |folder, n| folder.stream("a.yaml", "", n, |_| document("nginx"), ""),
        said: " errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} containers in one pod, all rules",
        sizes: [1_000, 50_000],
        make: |folder, n| {
            let container = |n| format!("  - {{name: a, image: 'ghcr.io/a/nginx:1.{n}'}}\n");
            folder.stream("a.yaml", CONTAINERS, n, container, "");
        },
        args: &["check", ".", "--profile", "all", "--format", "concise"],
        said: " in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} suppressions, one for each container",
        sizes: [2_000, 50_000],
        make: |folder, n| {
            let container = "  # pullcheck: ignore[missing-tag] a\n  - name: a\n    image: nginx # pullcheck: ignore[missing-tag]\n";
            folder.stream("a.yaml", CONTAINERS, n, |_| container.to_owned(), "");
        },
        said: "{} suppressed",
        ..ROW
    },
    Row {
        what: "{} suppressions in one line, and as many images",
        sizes: [2_000, 50_000],
        make: |folder, n| {
            let names = "missing-tag, ".repeat(n);
            let head = format!("# pullcheck: ignore-file[{names}missing-tag] a\n{CONTAINERS}");
            folder.stream("a.yaml", &head, n, |_| "  - {name: a, image: nginx}\n".to_owned(), "");
        },
        said: "{} suppressed",
        ..ROW
    },
    Row {
        what: "{} lines of comment above a container",
        sizes: [20_000, 1_000_000],
        make: |folder, n| {
            let tail = "  - image: nginx\n";
            folder.stream("a.yaml", CONTAINERS, n, |_| "  # image\n".to_owned(), tail);
        },
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "a block scalar of {} lines",
        sizes: [50_000, 1_000_000],
        make: |folder, n| {
            let head = "apiVersion: v1\nkind: ConfigMap\ndata:\n  image: |\n";
            folder.stream("a.yaml", head, n, |_| "    image: nginx\n".to_owned(), "");
        },
        ..ROW
    },
    Row {
        what: "{} MB of NUL bytes",
        sizes: [1, 20],
        make: |folder, n| {
            let megabyte = |_| "\0".repeat(MEGABYTE);
            folder.stream("a.yaml", &format!("{POD}image: a\n"), n, megabyte, "");
        },
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} MB in quotes that nobody closes",
        sizes: [1, 20],
        make: |folder, n| {
            let megabyte = |_| "image x\n".repeat(MEGABYTE / 8);
            folder.stream("a.yaml", &format!("{POD}spec: \""), n, megabyte, "");
        },
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} documents with a quote that nobody closes",
        sizes: [2_000, 50_000],
        make: |folder, n| {
            folder.stream("a.yaml", "", n, |_| format!("{POD}image: \"\n---\n"), "");
        },
        said: " errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "one key {} times",
        sizes: [5_000, 100_000],
        make: |folder, n| {
            let head = format!("{CONTAINERS}  - name: a\n");
            folder.stream("a.yaml", &head, n, |_| "    image: nginx\n".to_owned(), "");
        },
        said: "3 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "{} documents whose lines end in CR alone",
        sizes: [1_000, 50_000],
        make: |folder, n| {
            folder.stream("a.yaml", "", n, |_| document("nginx").replace('\n', "\r"), "");
        },
        said: " errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "an image of {} characters",
        sizes: [5_000, 4 * MEGABYTE],
        make: |folder, n| {
            folder.file("a.yaml", &format!("{CONTAINERS}  - image: {}\n", "a".repeat(n)));
        },
        args: &["check", "."],
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "a pod of {} pull secrets and as many images",
        sizes: [500, 20_000],
        make: |folder, n| {
            let names: String = (0..n).map(|n| format!("{{name: s{n}}},")).collect();
            let head = format!(
                "apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets: [{names}]\n  containers:\n"
            );
            folder.stream("a.yaml", &head, n, |_| "  - image: ghcr.io/a/b:1.2.3\n".to_owned(), "");
            let secret = |n| {
                format!(
                    "apiVersion: v1\nkind: Secret\nmetadata: {{name: s{n}}}\ntype: kubernetes.io/dockerconfigjson\nstringData: {{.dockerconfigjson: '{{\"auths\": {{\"r{n}.io\": {{}}}}}}'}}\n---\n"
                )
            };
            folder.stream("b.yaml", "", n, secret, "");
        },
        said: "1 error",
        bound: "comparisons",
        ..ROW
    },
];
