//! What an editor shows is what `check` prints.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use lsp_server::{Connection, Message, Notification, Request};
use pullcheck::server::serve;
use serde_json::{Value, json};

use super::Place;

/// Rule, place and message: lines and columns from 0, columns in characters.
type Said = BTreeSet<(String, [u64; 4], String)>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All files below a folder that could be manifests.
fn manifests(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            manifests(&path, found);
        } else if path
            .extension()
            .is_some_and(|ext| ["yaml", "yml", "json"].iter().any(|known| ext == *known))
        {
            found.push(path);
        }
    }
}

fn by_check(paths: &[PathBuf]) -> BTreeMap<PathBuf, Said> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
    command.args(["check", "--format", "json", "--quiet"]).args(paths).current_dir(root());
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found = BTreeMap::<_, Said>::new();
    for finding in report["findings"].as_array().unwrap() {
        let (start, end) = (&finding["range"]["start"], &finding["range"]["end"]);
        let number = |point: &Value, key: &str| point[key].as_u64().unwrap() - 1;
        let range = [
            number(start, "line"),
            number(start, "column"),
            number(end, "line"),
            number(end, "column"),
        ];
        let help = finding["help"].as_str().map(|help| format!("\nhelp: {help}"));
        let message = finding["message"].as_str().unwrap().to_owned() + &help.unwrap_or_default();
        let path = root().join(finding["path"].as_str().unwrap());
        let said = (finding["rule"].as_str().unwrap().to_owned(), range, message);
        found.entry(path).or_default().insert(said);
    }
    found
}

/// A session in which all of the files are open.
fn by_server(paths: &[PathBuf]) -> BTreeMap<PathBuf, Said> {
    let (client, other) = Connection::memory();
    let server = thread::spawn(move || serve(&other).unwrap());
    let ask = |id: i32, method: &str, params: Value| {
        client.sender.send(Request::new(id.into(), method.to_owned(), params).into()).unwrap();
    };
    let tell = |method: &str, params: Value| {
        client.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    };
    ask(1, "initialize", json!({"capabilities": {"general": {"positionEncodings": ["utf-32"]}}}));
    tell("initialized", json!({}));
    for path in paths {
        // An editor keeps a byte order mark to itself.
        let text = String::from_utf8_lossy(&fs::read(path).unwrap())
            .trim_start_matches('\u{feff}')
            .to_owned();
        let uri = format!("file://{}", path.display());
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        tell("textDocument/didOpen", json!({"textDocument": document}));
    }
    // When this has been answered all has been judged at least once; `shutdown` ends it.
    ask(
        2,
        "textDocument/codeAction",
        json!({"textDocument": {"uri": "file:///none"}, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "context": {"diagnostics": []}}),
    );
    let mut shown = BTreeMap::new();
    let mut is_answered = false;
    while !is_answered || shown.len() < paths.len() {
        match client.receiver.recv().unwrap() {
            Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
                let path = note.params["uri"].as_str().unwrap().trim_start_matches("file://");
                shown.insert(PathBuf::from(path), said(&note.params["diagnostics"]));
            }
            Message::Response(response) => is_answered |= response.id == 2.into(),
            _ => {}
        }
    }
    ask(3, "shutdown", Value::Null);
    tell("exit", Value::Null);
    server.join().unwrap();
    shown.extend(client.receiver.iter().filter_map(|message| match message {
        Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
            let path = note.params["uri"].as_str().unwrap().trim_start_matches("file://");
            Some((PathBuf::from(path), said(&note.params["diagnostics"])))
        }
        _ => None,
    }));
    shown.retain(|_, said| !said.is_empty());
    shown
}

fn said(diagnostics: &Value) -> Said {
    let place =
        |point: &Value| [point["line"].as_u64().unwrap(), point["character"].as_u64().unwrap()];
    let said = diagnostics.as_array().unwrap().iter().map(|diagnostic| {
        let [start, end] = [&diagnostic["range"]["start"], &diagnostic["range"]["end"]].map(place);
        let rule = diagnostic["code"].as_str().unwrap().to_owned();
        let message = diagnostic["message"].as_str().unwrap().to_owned();
        (rule, [start[0], start[1], end[0], end[1]], message)
    });
    said.collect()
}

#[test]
fn all_that_check_finds_in_the_fixtures_is_shown() {
    let mut paths = Vec::new();
    manifests(&root().join("fixtures"), &mut paths);
    paths.sort();
    let (checked, shown) = (by_check(&paths), by_server(&paths));
    assert!(checked.len() > 20);
    for path in &paths {
        assert_eq!(checked.get(path), shown.get(path), "{}", path.display());
    }
}

#[test]
fn a_document_by_itself_is_shown_what_check_finds_in_it() {
    let mut paths = Vec::new();
    manifests(&root().join("fixtures/projects"), &mut paths);
    paths.sort();
    for path in paths {
        let path = [path];
        assert_eq!(by_check(&path), by_server(&path), "{}", path[0].display());
    }
}

#[test]
fn what_a_baseline_holds_is_not_shown() {
    let pod = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: nginx:latest}]}\n";
    let place = Place::with(&[(".git/HEAD", ""), ("a.yaml", pod)]);
    let paths = [place.path().canonicalize().unwrap().join("a.yaml")];
    assert_eq!(by_server(&paths).len(), 1);
    assert!(place.command(&["baseline", "create"]).output().unwrap().status.success());
    assert!(by_server(&paths).is_empty());
}
