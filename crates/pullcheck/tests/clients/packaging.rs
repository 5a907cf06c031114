//! The package for Python, which the hooks are installed from.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{printed, python, root};

/// An empty folder for what a test builds, which stays for a look at it until the next run.
pub(crate) fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What makes a build from source quick: the dependencies are those that these tests were built
/// with, and our own crates are not optimised, which sets them apart from those of these tests. The
/// program goes to a folder of its own, so that no test runs it by mistake.
pub(crate) fn quick_build(folder: &Path) -> [(&'static str, String); 3] {
    let built = Path::new(env!("CARGO_BIN_EXE_pullcheck")).ancestors().nth(2).unwrap();
    let plain = |package| format!("--config profile.dev.package.{package}.opt-level=0");
    let plain = ["pullcheck", "pullcheck-core"].map(plain).join(" ");
    [
        ("CARGO_BUILD_BUILD_DIR", built.to_str().unwrap().to_owned()),
        ("CARGO_TARGET_DIR", folder.join("target").to_str().unwrap().to_owned()),
        ("MATURIN_PEP517_ARGS", format!("--profile dev {plain}")),
    ]
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", printed(&output));
    printed(&output)
}

#[test]
#[ignore = "needs the clients"]
fn pip_installs_the_program_from_what_is_published() {
    let folder = fresh("packaging");
    succeed(python("maturin").current_dir(root()).arg("sdist").arg("--out").arg(&folder));
    let name = concat!("pullcheck-", env!("CARGO_PKG_VERSION"));
    let archive = folder.join(format!("{name}.tar.gz"));
    assert!(fs::metadata(&archive).unwrap().len() < 1 << 20, "the archive has grown heavy");
    succeed(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder));

    let source = folder.join(name);
    for file in ["Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
        assert!(source.join(file).is_file(), "{file} is not in the archive");
    }
    for left_out in ["fixtures", "docs", "crates/pullcheck/tests", "crates/xtask"] {
        assert!(!source.join(left_out).exists(), "{left_out} is in the archive");
    }

    let environment = folder.join("environment");
    succeed(python("python").args(["-m", "venv"]).arg(&environment));
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["--disable-pip-version-check", "install", "."]).current_dir(&source);
    succeed(pip.envs(quick_build(&folder)));
    let program = environment.join("bin/pullcheck");
    let version = succeed(Command::new(program).arg("--version"));
    assert_eq!(version, concat!("pullcheck ", env!("CARGO_PKG_VERSION"), "\n"));
}
