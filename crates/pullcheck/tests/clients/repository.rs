//! A repository of somebody who uses pullcheck.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::{printed, root};

/// A pod with one container.
pub(crate) fn pod(image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    - name: web\n      image: {image}\n"
    )
}

/// A repository of its own, in which git and hooks find what is set up for them and nothing else.
pub(crate) struct Repository {
    folder: TempDir,
    path: Vec<PathBuf>,
    variables: Vec<(&'static str, OsString)>,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Self { folder, path: Vec::new(), variables: Vec::new() };
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository
    }

    /// Puts the folder of a program before all others on `PATH`.
    pub(crate) fn on_path(mut self, program: &Path) -> Self {
        self.path.push(program.parent().unwrap().to_owned());
        self
    }

    /// Sets a variable for all that runs here.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs a program here.
    pub(crate) fn run(&self, mut command: Command) -> Output {
        let inherited = env::var_os("PATH").unwrap();
        let path = self.path.iter().cloned().chain(env::split_paths(&inherited));
        command.current_dir(self.path()).env("PATH", env::join_paths(path).unwrap());
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "TERM", "COLUMNS"] {
            command.env_remove(name);
        }
        command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Somebody");
            command.env(format!("GIT_{who}_EMAIL"), "somebody@example.com");
        }
        command.envs(self.variables.iter().cloned()).output().unwrap()
    }

    /// Runs a program that must not fail, and returns what it printed.
    pub(crate) fn succeed(&self, command: Command) -> String {
        let named = format!("{command:?}");
        let output = self.run(command);
        assert!(output.status.success(), "{named}\n{}", printed(&output));
        printed(&output)
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(args);
        self.succeed(git)
    }

    /// Commits all there is; hooks run.
    pub(crate) fn commit(&self) -> Output {
        self.git(&["add", "--all"]);
        let mut git = Command::new("git");
        git.args(["commit", "--quiet", "--message", "Change manifests"]);
        self.run(git)
    }

    /// A clone of pullcheck as it stands here, with all that is not yet committed.
    pub(crate) fn of_pullcheck() -> Self {
        let clone = Self::new();
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = git.current_dir(root()).output().unwrap().stdout;
        let files = String::from_utf8(listed).unwrap();
        for file in files.split_terminator('\0').filter(|file| root().join(file).is_file()) {
            let copy = clone.path().join(file);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(root().join(file), copy).unwrap();
        }
        let output = clone.commit();
        assert!(output.status.success(), "{}", printed(&output));
        clone
    }
}
