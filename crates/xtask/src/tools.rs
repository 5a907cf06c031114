//! The programs that pullcheck is compared with: `kustomize` and `helm`, built from their sources
//! in one fixed version each.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use memchr::memmem;

struct Tool {
    name: &'static str,
    module: &'static str,
    /// The folder of the command in its module.
    package: &'static str,
    version: &'static str,
}

const TOOLS: [Tool; 2] = [
    Tool {
        name: "kustomize",
        module: "sigs.k8s.io/kustomize/kustomize/v5",
        package: "",
        version: "v5.8.2",
    },
    Tool { name: "helm", module: "helm.sh/helm/v3", package: "/cmd/helm", version: "v3.22.0" },
];

impl Tool {
    /// Whether a file is this program in this version: Go writes the module and its version into
    /// every program that it builds (`go version -m` prints them).
    fn is(&self, program: &Path) -> bool {
        let mark = format!("mod\t{}\t{}\t", self.module, self.version);
        fs::read(program).is_ok_and(|bytes| memmem::find(&bytes, mark.as_bytes()).is_some())
    }

    fn build(&self, folder: &Path) -> io::Result<()> {
        let source = format!("{}{}@{}", self.module, self.package, self.version);
        let status = Command::new("go").arg("install").arg(&source).env("GOBIN", folder).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(io::Error::other(format!("go install {source}: {status}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(io::Error::other(
                "kustomize and helm are built with `go`, which is not installed: https://go.dev/doc/install",
            )),
            Err(error) => Err(error),
        }
    }
}

/// Builds what is not there yet in the right version.
pub fn install() -> io::Result<bool> {
    let folder = folder();
    fs::create_dir_all(&folder)?;
    let folder = fs::canonicalize(folder)?;
    for tool in TOOLS {
        let program = folder.join(tool.name);
        let done = if tool.is(&program) {
            "is there"
        } else {
            tool.build(&folder)?;
            "was built"
        };
        writeln!(io::stdout(), "{} {} {done}: {}", tool.name, tool.version, program.display())?;
    }
    Ok(true)
}

/// Where a program is, if it has been built.
pub fn program(name: &str) -> io::Result<PathBuf> {
    fs::canonicalize(folder().join(name)).map_err(|_| {
        io::Error::other(format!(
            "{name} has not been built: `cargo run -p xtask -- tools` does it"
        ))
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/bin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_module_and_version() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("helm");
        let [_, helm] = TOOLS;
        let cases = [
            ("path\thelm.sh/helm/v3/cmd/helm\nmod\thelm.sh/helm/v3\tv3.22.0\th1:x\n", true),
            ("mod\thelm.sh/helm/v3\tv3.22.01\th1:x\n", false),
            ("mod\thelm.sh/helm/v3\tv3.21.0\th1:x\n", false),
            ("dep\thelm.sh/helm/v3\tv3.22.0\th1:x\n", false),
        ];
        for (text, expected) in cases {
            fs::write(&program, text).unwrap();
            assert_eq!(helm.is(&program), expected, "{text}");
        }
        assert!(!helm.is(&folder.path().join("missing")));
    }
}
