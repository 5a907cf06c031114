//! The language server, with the capabilities that editors declare; pytest-lsp knows these, and holds
//! the server's messages against them.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{printed, python};

const BAD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  containers:
    - {name: \"値😀\", image: k8s.gcr.io/coredns/coredns:v1.9.3}
";

fn session(editor: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("bad.yaml"), BAD).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/session.py");
    let program = env!("CARGO_BIN_EXE_pullcheck");
    let mut command = python("python3");
    let output = command.arg(script).args([program, editor]).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{editor}: {}", printed(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
#[ignore = "needs the clients"]
fn editors_are_shown_what_is_wrong_at_its_place() {
    // Where the image begins: a name of seven bytes, or three units, stands before it.
    for (editor, encoding, column) in
        [("neovim", "utf-8", 31), ("emacs", "utf-8", 31), ("visual-studio-code", "utf-16", 27)]
    {
        let session = session(editor);
        assert_eq!(session["encoding"], encoding, "{editor}");
        assert_eq!(session["pulls"], false, "{editor}");
        assert_eq!(session["rules"], json!(["retired-registry"]), "{editor}");
        assert_eq!(session["start"], json!([6, column]), "{editor}");
        let suppress = "Suppress `retired-registry` here";
        let titles = session["actions"].as_array().unwrap();
        assert!(titles.iter().any(|title| title == suppress), "{editor}: {titles:?}");
        assert_eq!(session["left"], 0, "{editor}");
        let told = session["hover"].as_str().unwrap();
        assert!(told.contains("coredns/coredns"), "{editor}: {told}");
    }
}
