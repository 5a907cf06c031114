//! The runs that are counted, each on a small tree that is made anew.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use trees::Shape;

/// A run of the program.
pub struct Case {
    pub name: &'static str,
    /// Where it is run.
    pub folder: PathBuf,
    pub arguments: Vec<String>,
}

/// All cases, on trees below a folder.
pub fn cases(folder: &Path) -> io::Result<Vec<Case>> {
    let case = |name, tree: &str, arguments: &[&str]| Case {
        name,
        folder: folder.join(tree),
        arguments: arguments.iter().copied().map(str::to_owned).collect(),
    };
    let trees = [
        ("mixed", Shape::Mixed, 200),
        ("deployments", Shape::Deployments, 500),
        ("one-file", Shape::OneFile, 500),
        ("findings", Shape::Findings, 1_000),
        ("repository", Shape::Mixed, 1_000),
    ];
    for (name, shape, count) in trees {
        let tree = folder.join(name);
        trees::write(&tree, shape.files(count, 1))?;
        // The root of a repository, so that nothing above it is looked at.
        fs::create_dir(tree.join(".git"))?;
    }
    let hook = Case {
        name: "hook",
        folder: folder.join("repository"),
        arguments: Shape::Mixed
            .files(1_000, 1)
            .step_by(50)
            .map(|file| file.path)
            .chain(["--format".to_owned(), "concise".to_owned()])
            .collect(),
    };
    Ok(vec![
        case("nothing", "mixed", &["--version"]),
        case("mixed", "mixed", &["check", "--format", "concise"]),
        case("deployments", "deployments", &["check", "--format", "concise"]),
        case("one-file", "one-file", &["check", "--format", "concise"]),
        case("findings-concise", "findings", &["check", "--format", "concise"]),
        case("findings-pretty", "findings", &["check", "--color", "never"]),
        hook,
    ])
}
