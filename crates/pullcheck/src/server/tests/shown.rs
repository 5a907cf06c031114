//! What is shown, and when.

use super::*;

#[test]
fn a_tag_is_blamed_while_one_types() {
    let mut client = Client::new(&json!({}), &[]);
    client.open("a.yaml", &pod("nginx:latest"));
    let shown = client.published("a.yaml", Some(1));
    assert_eq!(rules(&shown), ["latest-tag"]);
    let diagnostic = &shown[0];
    assert_eq!(diagnostic["severity"], 1);
    assert_eq!(diagnostic["source"], "pullcheck");
    assert_eq!(diagnostic["codeDescription"]["href"], "https://pullcheck.dev/rules/latest-tag");
    assert!(diagnostic["message"].as_str().unwrap().contains("\nhelp: "), "{diagnostic}");
    let tag = json!({"start": {"line": 7, "character": 19}, "end": {"line": 7, "character": 25}});
    client.change("a.yaml", 2, Some(&tag), "1.27.4");
    assert_eq!(client.published("a.yaml", Some(2)), Vec::<Value>::new());
    client.change("a.yaml", 3, None, &pod("nginx:latest"));
    assert_eq!(rules(&client.published("a.yaml", Some(3))), ["latest-tag"]);
    client.close("a.yaml");
    assert_eq!(client.published("a.yaml", None), Vec::<Value>::new());
}

/// A pod whose image stands behind other text on its line, in flow style.
fn beside(before: &str, mark: &str, ends: &str) -> String {
    let line = format!("  {{name: \"{before}\", image: nginx:latest}}");
    let lines = ["apiVersion: v1", "kind: Pod", "metadata: {name: a}", "spec:", " containers: ["];
    mark.to_owned() + &lines.join(ends) + ends + &line + ends + " ]" + ends
}

#[test]
fn columns_are_counted_as_was_agreed() {
    let encodings = [("utf-8", 0), ("utf-16", 1), ("utf-32", 2)];
    for (encoding, number) in encodings {
        let capabilities = json!({"general": {"positionEncodings": ["utf-7", encoding]}});
        let mut client = Client::new(&capabilities, &[]);
        assert_eq!(client.capabilities()["positionEncoding"], encoding);
        let mut version = 1;
        client.open("a.yaml", "");
        client.published("a.yaml", Some(1));
        for (before, widths) in [("abc", [3, 3, 3]), ("值値", [6, 2, 2]), ("😀é", [6, 3, 2])] {
            for mark in ["", "\u{feff}"] {
                for ends in ["\n", "\r\n"] {
                    version += 1;
                    client.change("a.yaml", version, None, &beside(before, mark, ends));
                    let shown = client.published("a.yaml", Some(version));
                    let start = &shown.iter().find(|one| one["code"] == "latest-tag").unwrap()["range"]
                        ["start"];
                    let column = 10 + widths[number] + 2 + "image: nginx:".len() + 1;
                    let found = start["character"].as_u64().unwrap();
                    assert_eq!(start["line"], 5, "{before} {ends:?}");
                    let least = (10 + widths[number]) as u64;
                    assert!((least..=column as u64).contains(&found), "{start} {before}");
                    // An edit at this place hits what was blamed.
                    let range = shown[0]["range"].clone();
                    version += 1;
                    client.change("a.yaml", version, Some(&range), "nginx:1.27.4");
                    let left = client.published("a.yaml", Some(version));
                    assert!(!rules(&left).contains(&"latest-tag"), "{left:?}");
                }
            }
        }
    }
}

#[test]
fn the_default_is_utf_16() {
    let client = Client::new(&json!({}), &[]);
    assert_eq!(client.capabilities()["positionEncoding"], "utf-16");
}

#[test]
fn an_open_kustomization_changes_what_is_said_of_its_base() {
    let overlay =
        |tag: &str| format!("resources: [../base]\nimages:\n  - name: nginx\n    newTag: {tag}\n");
    let base = "resources: [pod.yaml]\n";
    let files = [("base/kustomization.yaml", base), ("base/pod.yaml", &pod("nginx"))];
    let mut client = Client::new(&json!({}), &files);
    client.open("base/pod.yaml", &pod("nginx"));
    assert_eq!(rules(&client.published("base/pod.yaml", Some(1))), ["missing-tag"]);
    client.open("prod/kustomization.yaml", &overlay("1.27.4"));
    assert_eq!(client.published("base/pod.yaml", Some(1)), Vec::<Value>::new());
    client.change("prod/kustomization.yaml", 2, None, &overlay("latest"));
    let shown = client.published("prod/kustomization.yaml", Some(2));
    assert_eq!(rules(&shown), ["latest-tag"]);
    client.close("prod/kustomization.yaml");
    assert_eq!(rules(&client.published("base/pod.yaml", Some(1))), ["missing-tag"]);
}

#[test]
fn what_cannot_be_read_ends_nothing() {
    let mut client = Client::new(&json!({}), &[]);
    client.open("a.yaml", &pod("nginx:latest"));
    client.published("a.yaml", Some(1));
    for (version, text) in ["image: [", "\t: {{", "\0", "{{", "%"]
        .into_iter()
        .zip(2..)
        .map(|(text, version)| (version, text))
    {
        client.change("a.yaml", version, None, &(text.to_owned() + &pod("[")));
        client.published("a.yaml", Some(version));
    }
    client.tell("textDocument/didChange", json!({"nonsense": 1}));
    client.tell("textDocument/didOpen", json!(7));
    client.tell("$/unheardOf", json!(null));
    client.change("a.yaml", 9, None, &pod("nginx:latest"));
    assert_eq!(rules(&client.published("a.yaml", Some(9))), ["latest-tag"]);
}

#[test]
fn a_client_that_asks_is_told_nothing_unasked() {
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let mut client = Client::new(&capabilities, &[]);
    assert_eq!(client.capabilities()["diagnosticProvider"]["interFileDependencies"], true);
    client.open("a.yaml", &pod("nginx:latest"));
    let document = json!({"textDocument": {"uri": client.uri("a.yaml")}});
    let report = client.ask("textDocument/diagnostic", document.clone());
    assert_eq!(report["kind"], "full");
    assert_eq!(rules(report["items"].as_array().unwrap()), ["latest-tag"]);
    fs::write(client.path("pullcheck.yaml"), "severity: {latest-tag: off}\n").unwrap();
    client.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    let report = client.ask("textDocument/diagnostic", document);
    assert_eq!(report["items"], json!([]));
    let refreshes = client.heard.iter().filter(|message| {
        matches!(message, Message::Request(request) if request.method == "workspace/diagnostic/refresh")
    });
    assert_eq!(refreshes.count(), 1);
    client.close("a.yaml");
    assert!(client.shown.is_empty());
}

#[test]
fn configurations_and_baselines_count_as_in_check() {
    let baseline = r#"{"version": 1, "findings": []}"#;
    let files = [("one/pullcheck.yaml", "severity: {latest-tag: info}\n"), ("two/a.yaml", "")];
    let mut client = Client::new(&json!({}), &files);
    for name in ["one/a.yaml", "two/a.yaml"] {
        client.open(name, &pod("nginx:latest"));
    }
    assert_eq!(client.published("one/a.yaml", Some(1))[0]["severity"], 3);
    assert_eq!(client.published("two/a.yaml", Some(1))[0]["severity"], 1);
    fs::write(client.path("one/pullcheck.yaml"), "exclude: ['*.yaml']\n").unwrap();
    client.save("one/pullcheck.yaml");
    assert_eq!(client.published("one/a.yaml", Some(1)), Vec::<Value>::new());
    fs::write(client.path("one/pullcheck.yaml"), "nonsense: 1\n").unwrap();
    fs::write(client.path("two/pullcheck-baseline.json"), baseline).unwrap();
    client.save("one/pullcheck.yaml");
    client.ask("textDocument/hover", json!({"textDocument": {"uri": client.uri("two/a.yaml")}, "position": {"line": 0, "character": 0}}));
    let told = client.heard.iter().any(|message| {
        matches!(message, Message::Notification(note) if note.method == "window/showMessage")
    });
    assert!(told, "{:?}", client.heard);
}

#[test]
fn files_that_decide_are_watched_where_that_can_be_asked_for() {
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = Client::new(&watches, &[]);
    client.open("a.yaml", &pod("nginx:latest"));
    client.published("a.yaml", Some(1));
    let registered = client.heard.iter().find_map(|message| match message {
        Message::Request(request) if request.method == "client/registerCapability" => {
            Some(request.params.to_string())
        }
        _ => None,
    });
    let registered = registered.unwrap();
    for name in
        ["pullcheck.yaml", ".pullcheck.yaml", "pullcheck-baseline.json", "kustomization.yml"]
    {
        assert!(registered.contains(&format!("**/{name}")), "{registered}");
    }
    fs::write(client.path(".pullcheck.yaml"), "severity: {latest-tag: off}\n").unwrap();
    client.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    assert_eq!(client.published("a.yaml", Some(1)), Vec::<Value>::new());
}

#[test]
fn who_wants_so_is_told_on_saving_alone() {
    let params = json!({"capabilities": {}, "initializationOptions": {"run": "onSave"}});
    let mut client = Client::with(&params, &[]);
    client.open("a.yaml", &pod("nginx:1.27.4"));
    assert_eq!(client.published("a.yaml", Some(1)), Vec::<Value>::new());
    client.change("a.yaml", 2, None, &pod("nginx:latest"));
    client.change("a.yaml", 3, None, &pod("nginx:latest"));
    let hover = json!({"textDocument": {"uri": client.uri("a.yaml")}, "position": {"line": 7, "character": 15}});
    assert!(client.ask("textDocument/hover", hover).is_object());
    assert!(client.shown.is_empty(), "{:?}", client.shown);
    client.save("a.yaml");
    assert_eq!(rules(&client.published("a.yaml", Some(3))), ["latest-tag"]);
    client.tell(
        "workspace/didChangeConfiguration",
        json!({"settings": {"pullcheck": {"run": "onType"}}}),
    );
    client.change("a.yaml", 4, None, &pod("nginx:1.27.4"));
    assert_eq!(client.published("a.yaml", Some(4)), Vec::<Value>::new());
}

#[test]
fn what_is_no_manifest_is_left_alone() {
    let mut client = Client::new(&json!({}), &[]);
    client.tell("textDocument/didOpen", json!({"textDocument": {"uri": "untitled:a.yaml", "languageId": "yaml", "version": 1, "text": pod("nginx")}}));
    client.open("a.txt", &pod("nginx"));
    assert_eq!(client.published("a.txt", Some(1)), Vec::<Value>::new());
    assert_eq!(client.shown.len(), 0);
}

#[test]
fn builds_on_the_disk_count_at_every_keystroke() {
    let overlay = "resources: [../base]\ncomponents: [../component]\n";
    let component = "kind: Component\nimages: [{name: nginx, newTag: 1.27.4}]\n";
    let files = [
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("component/kustomization.yaml", component),
        ("other/kustomization.yaml", "resources: [elsewhere.yaml]\n"),
        ("prod/kustomization.yaml", overlay),
    ];
    let mut client = Client::new(&json!({}), &files);
    client.open("base/pod.yaml", &pod("nginx"));
    assert_eq!(client.published("base/pod.yaml", Some(1)), Vec::<Value>::new());
    for version in 2..5 {
        client.change("base/pod.yaml", version, None, &(pod("nginx") + "# more\n"));
        assert_eq!(client.published("base/pod.yaml", Some(version)), Vec::<Value>::new());
    }
    fs::write(client.path("component/kustomization.yaml"), "kind: Component\n").unwrap();
    client.save("component/kustomization.yaml");
    assert_eq!(rules(&client.published("base/pod.yaml", Some(4))), ["missing-tag"]);
}
