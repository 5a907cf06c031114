//! Counting by callgrind.

use std::{
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

use super::cases::Case;
use crate::process::said;

/// What a count depends on beside the program: the compiler, the tool that counts, the C library with
/// its allocator, and whether vectors are wide.
pub fn tools() -> io::Result<String> {
    let rustc = said(Command::new("rustc").arg("--version"))?;
    let valgrind = said(Command::new("valgrind").arg("--version"))?;
    let libc = said(Command::new("getconf").arg("GNU_LIBC_VERSION"))?;
    let host = std::env::consts::ARCH;
    let vectors = if has_wide_vectors() { "with" } else { "without" };
    Ok(format!("{rustc}, {valgrind}, {libc}, {host} {vectors} avx2"))
}

fn has_wide_vectors() -> bool {
    fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains(" avx2 "))
}

/// How many instructions a run takes, on one thread and in an empty environment.
pub fn count(program: &Path, case: &Case) -> io::Result<u64> {
    let profile = tempfile::NamedTempFile::new()?;
    let mut out_file = std::ffi::OsString::from("--callgrind-out-file=");
    out_file.push(profile.path());
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet"]).arg(out_file).arg(program);
    valgrind.args(&case.arguments).current_dir(&case.folder).env_clear();
    valgrind.envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("RAYON_NUM_THREADS", "1")]);
    let output = valgrind.stdin(Stdio::null()).output()?;
    // 1 says that something was found.
    if !matches!(output.status.code(), Some(0 | 1)) {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{}: {}\n{complaint}", case.name, output.status)));
    }
    let profile = fs::read_to_string(profile.path())?;
    total(&profile)
        .ok_or_else(|| io::Error::other(format!("{}: callgrind counted nothing", case.name)))
}

/// The sum that callgrind writes at the end of a profile.
fn total(profile: &str) -> Option<u64> {
    let line = profile.lines().find_map(|line| line.strip_prefix("totals: "))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_profile_is_read() {
        assert_eq!(total("events: Ir\nfn=(1)\n0 5\n\ntotals: 12345\n"), Some(12_345));
        assert_eq!(total("events: Ir\nsummary: 5\n"), None);
    }
}
