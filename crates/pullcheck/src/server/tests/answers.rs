//! Code actions and hover.

use super::*;

impl Client {
    fn actions(&mut self, name: &str, line: u32, only: Option<&str>) -> Vec<Value> {
        let at = json!({"line": line, "character": 16});
        let mut context = json!({"diagnostics": []});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({
            "textDocument": {"uri": self.uri(name)},
            "range": {"start": at, "end": at},
            "context": context,
        });
        let actions = self.ask("textDocument/codeAction", params);
        actions.as_array().unwrap().clone()
    }

    fn hover(&mut self, name: &str, line: u32, character: u32) -> Value {
        let position = json!({"line": line, "character": character});
        let document = json!({"uri": self.uri(name)});
        self.ask("textDocument/hover", json!({"textDocument": document, "position": position}))
    }
}

fn titled<'a>(actions: &'a [Value], words: &str) -> &'a Value {
    let is_it = |action: &&Value| action["title"].as_str().unwrap().contains(words);
    actions.iter().find(is_it).unwrap_or_else(|| panic!("no `{words}` in {actions:?}"))
}

#[test]
fn a_finding_can_be_suppressed_where_it_stands() {
    for (text, ends) in
        [(pod("nginx:latest"), "\n"), (pod("nginx:latest").replace('\n', "\r\n"), "\r\n")]
    {
        let mut client = Client::new(&json!({}), &[]);
        client.open("a.yaml", &text);
        client.published("a.yaml", Some(1));
        let actions = client.actions("a.yaml", 7, Some("quickfix"));
        let action = titled(&actions, "Suppress `latest-tag`");
        assert_eq!(action["kind"], "quickfix");
        assert_eq!(action["isPreferred"], false);
        assert_eq!(rules(action["diagnostics"].as_array().unwrap()), ["latest-tag"]);
        let uri = client.uri("a.yaml");
        let after = applied(&text, &action["edit"]["changes"][&uri]);
        let line = format!("image: nginx:latest # pullcheck: ignore[latest-tag]{ends}");
        assert!(after.ends_with(&line), "{after}");
        client.change("a.yaml", 2, None, &after);
        assert_eq!(client.published("a.yaml", Some(2)), Vec::<Value>::new());
    }
}

/// What a fix is offered for: an image of a registry that is no more.
fn retired() -> String {
    pod("k8s.gcr.io/coredns/coredns:v1.9.3")
}

#[test]
fn fixes_are_offered_and_applied() {
    let versioned = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    for capabilities in [json!({}), versioned] {
        let is_versioned = capabilities != json!({});
        let mut client = Client::new(&capabilities, &[]);
        client.open("a.yaml", &retired());
        let found = client.published("a.yaml", Some(1));
        assert_eq!(found[0]["tags"], json!([2]), "deprecated");
        let actions = client.actions("a.yaml", 7, Some("quickfix"));
        let fix = actions.iter().find(|action| action["isPreferred"] == true);
        let fix = fix.unwrap_or_else(|| panic!("{found:?} {actions:?}"));
        let all = client.actions("a.yaml", 0, Some("source.fixAll"));
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0]["kind"], "source.fixAll.pullcheck");
        let uri = client.uri("a.yaml");
        for action in [fix, &all[0]] {
            let edit = &action["edit"];
            let edits = if is_versioned {
                let change = &edit["documentChanges"][0];
                assert_eq!(change["textDocument"], json!({"uri": uri, "version": 1}));
                &change["edits"]
            } else {
                &edit["changes"][&uri]
            };
            assert!(
                applied(&retired(), edits)
                    .ends_with("image: registry.k8s.io/coredns/coredns:v1.9.3\n")
            );
        }
    }
}

#[test]
fn nothing_is_offered_where_nothing_is_wrong() {
    let mut client = Client::new(&json!({}), &[]);
    client.open("a.yaml", &retired());
    client.published("a.yaml", Some(1));
    assert_eq!(client.actions("a.yaml", 0, Some("quickfix")), Vec::<Value>::new());
    assert_eq!(client.actions("a.yaml", 7, Some("refactor")), Vec::<Value>::new());
    assert_eq!(client.actions("b.yaml", 0, None), Vec::<Value>::new());
}

#[test]
fn images_and_suppressions_are_explained() {
    let markdown = json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}});
    for (capabilities, name) in [
        (markdown, "**`docker.io/library/nginx:latest`**"),
        (json!({}), "docker.io/library/nginx:latest"),
    ] {
        let mut client = Client::new(&capabilities, &[]);
        client.open("a.yaml", &(pod("nginx # pullcheck: ignore[missing-tag, no-such]")));
        let hover = client.hover("a.yaml", 7, 14);
        let told = hover["contents"]["value"].as_str().unwrap();
        for words in
            [name, "docker.io", "implied", "library/nginx", "latest", "Kubernetes defaults it to"]
        {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert_eq!(hover["range"]["start"], json!({"line": 7, "character": 13}));
        let told = client.hover("a.yaml", 7, 30)["contents"]["value"].to_string();
        assert!(told.contains("missing-tag") && told.contains("there is no rule"), "{told}");
        assert_eq!(client.hover("a.yaml", 0, 3), Value::Null);
    }
}

#[test]
fn an_image_tells_who_decides_it() {
    let overlay = "resources: [pod.yaml]\nimages:\n  - name: nginx\n    newTag: 1.27.4\n";
    let files = [("kustomization.yaml", overlay)];
    let mut client = Client::new(&json!({}), &files);
    client.open("pod.yaml", &pod("nginx"));
    let told = client.hover("pod.yaml", 7, 14)["contents"]["value"].to_string();
    assert!(told.contains("nginx:1.27.4") && told.contains("line 4"), "{told}");
}
