//! Hostile configurations, and what else a project has beside its manifests.

use std::fs;

use super::{CONTAINERS, ROW, Row, document};

pub(super) const ROWS: &[Row] = &[
    Row {
        what: "a configuration {} deep",
        sizes: [100_000, 1_000_000],
        make: |folder, n| {
            folder.stream("pullcheck.yaml", "exclude: ", n, |_| "[".to_owned(), "");
            folder.file("a.yaml", &document("nginx"));
        },
        code: 2,
        said: "255 levels deep",
        bound: "nesting",
        ..ROW
    },
    Row {
        what: "a mistake {} characters into a line of the configuration",
        sizes: [100_000, 4_000_000],
        make: |folder, n| {
            folder.file(
                "pullcheck.yaml",
                &format!("{{exclude: [{}], nonsense: 1}}\n", "a, ".repeat(n / 3)),
            );
            folder.file("a.yaml", &document("nginx"));
        },
        code: 2,
        said: "unknown key `nonsense`",
        ..ROW
    },
    Row {
        what: "{} patterns of 20 `*` each in the configuration",
        sizes: [100, 1_000],
        make: |folder, n| {
            let pattern =
                |n| format!("- \"**/{}{n}/**/{{a,b,c}}*{{a,b,c}}*/**\"\n", "*a".repeat(20));
            folder.stream("pullcheck.yaml", "exclude:\n", n, pattern, "");
            folder.file(
                &format!("{}a.yaml", "aaaaaaaaaaaaaaaaaaaaa/".repeat(10)),
                &document("nginx"),
            );
        },
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "a chain of {} configurations that extend each other",
        sizes: [100, 2_000],
        make: |folder, n| {
            for number in 0..n {
                folder
                    .file(&format!("c{number}.yaml"), &format!("extends: c{}.yaml\n", number + 1));
            }
            folder.file("pullcheck.yaml", "extends: c0.yaml\n");
            folder.file("a.yaml", &document("nginx"));
        },
        code: 2,
        said: "extend fewer files",
        bound: "comparisons",
        ..ROW
    },
    Row {
        what: "a `.gitignore` of {} lines",
        sizes: [2_000, 100_000],
        make: |folder, n| {
            fs::create_dir(folder.0.join(".git")).unwrap();
            folder.stream(".gitignore", "", n, |n| format!("folder{n}/*/**/x{n}*\n"), "");
            folder.file("a/b/a.yaml", &document("nginx"));
        },
        said: "2 errors in 2 of 2 files",
        ..ROW
    },
    Row {
        what: "a baseline {} deep",
        sizes: [100_000, 1_000_000],
        make: |folder, n| {
            let head = "{\"version\":1,\"entries\":";
            folder.stream("pullcheck-baseline.json", head, n, |_| "[".to_owned(), "");
            folder.file("a.yaml", &document("nginx"));
        },
        code: 2,
        said: "this is no baseline",
        bound: "nesting",
        ..ROW
    },
    Row {
        what: "a baseline of {} entries, and a finding for each",
        sizes: [2_000, 100_000],
        make: |folder, n| {
            let entry = |n| {
                let comma = if n == 0 { "" } else { ",\n" };
                format!(
                    "{comma}{{\"path\":\"a.yaml\",\"rule\":\"missing-tag\",\"resource\":\"Pod/web\",\"container\":\"web\",\"image\":\"docker.io/library/nginx{n}\",\"count\":1}}"
                )
            };
            folder.stream(
                "pullcheck-baseline.json",
                "{\"version\":1,\"entries\":[",
                n,
                entry,
                "]}",
            );
            folder.stream("a.yaml", "", n, |n| document(&format!("nginx{n}")), "");
        },
        said: "{} in the baseline",
        ..ROW
    },
    Row {
        what: "a file of pins {} deep",
        sizes: [100_000, 1_000_000],
        make: |folder, n| folder.stream("pins", "a: ", n, |_| "[".to_owned(), ""),
        args: &["check", ".", "--diff", "--pins", "hostile/pins"],
        code: 2,
        said: "neither a map of images to digests nor a lock file of kbld",
        bound: "nesting",
    },
    Row {
        what: "{} pins, and an image for each tenth",
        sizes: [2_000, 100_000],
        make: |folder, n| {
            folder.stream("pins", "", n, |n| format!("n{n}:latest: sha256:{n:064x}\n"), "");
            let container = |n| format!("  - {{name: a, image: 'n{n}:latest'}}\n");
            folder.stream("a.yaml", CONTAINERS, n / 10, container, "");
        },
        args: &["check", ".", "--diff", "--pins", "hostile/pins"],
        said: "findings in 1 file",
        ..ROW
    },
];
