//! Whole projects: every finding of one run over each folder in `fixtures/projects`, in the file
//! that bears its name. `UPDATE=1` writes these files.

use std::{fs, path::Path, process::Command};

#[test]
fn projects_give_their_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/projects");
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let project = entry.unwrap().path();
        if !project.is_dir() {
            continue;
        }
        let run = |arguments: &[&str]| {
            let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
                .current_dir(&project)
                .args(arguments)
                .output()
                .unwrap();
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
        };
        let findings = run(&["check", ".", "--format", "concise"]);
        let images = run(&["images", "."]);
        let now = format!("{findings}\n\n{images}");
        let picture = project.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&picture, &now).unwrap();
        }
        let before = fs::read_to_string(&picture).unwrap_or_default();
        assert!(
            now == before,
            "{} says something else; UPDATE=1 accepts it\n{now}",
            project.display()
        );
        count += 1;
    }
    assert!(count > 0);
}
