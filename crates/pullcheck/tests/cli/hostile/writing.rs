//! Writing that is cut short: a full disk, a reader that leaves, a signal.

use std::{
    fs,
    io::Read,
    os::unix::process::ExitStatusExt,
    process::{Child, Command, Stdio},
};

use super::document;
use crate::{Place, pod};

/// Runs the program where no file may grow past some blocks of 512 bytes, as on a disk that is full.
fn on_a_full_disk(place: &Place, blocks: u32, args: &[&str]) -> std::process::Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = Command::new("bash");
    command.args(["--posix", "-c", &script, env!("CARGO_BIN_EXE_pullcheck")]).args(args);
    command.current_dir(place.path()).output().unwrap()
}

fn names(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.path()).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const FIXABLE: &str = "k8s.gcr.io/pause:3.9";

#[test]
fn a_full_disk_loses_no_file() {
    let large = document(FIXABLE).repeat(500);
    let small = pod(FIXABLE);
    let place = Place::with(&[("large.yaml", &large), ("small.yaml", &small)]);
    for (args, said) in [
        (&["check", ".", "--fix"][..], "cannot write `large.yaml`: file too large"),
        (&["check", ".", "--add-ignore"], "cannot write `large.yaml`: file too large"),
    ] {
        let output = on_a_full_disk(&place, 8, args);
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(said), "{err}");
        assert_eq!(fs::read_to_string(place.path().join("large.yaml")).unwrap(), large);
        assert_eq!(names(&place), ["large.yaml", "small.yaml"]);
    }
    // What had room was mended.
    let mended = small.replace("k8s.gcr.io", "registry.k8s.io");
    assert_eq!(fs::read_to_string(place.path().join("small.yaml")).unwrap(), mended);
    for args in [
        &["check", "large.yaml", "--output", "json=report.json", "--exit-zero"][..],
        &["baseline", "create"],
    ] {
        let output = on_a_full_disk(&place, 0, args);
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains("cannot write"), "{err}");
        assert_eq!(names(&place), ["large.yaml", "small.yaml"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_told() {
    let place = Place::with(&[("a.yaml", &pod("nginx"))]);
    for args in [&["check", "a.yaml"][..], &["images", "a.yaml"], &["explain"], &["man"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = place.command(args).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains("cannot write the output: no space left on device"), "{err}");
    }
    let run = place.run(&["check", "a.yaml", "--output", "json=/dev/full"]);
    assert_eq!(run.code(), 2);
    assert!(
        run.err().contains("cannot write `/dev/full`: no space left on device"),
        "{}",
        run.err()
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_trouble() {
    let place = Place::with(&[("a.yaml", &document("nginx").repeat(5_000))]);
    for (args, code) in [
        (&["check", "."][..], 1),
        (&["check", ".", "--format", "json"], 1),
        (&["check", ".", "--exit-zero"], 0),
        (&["images", "."], 0),
    ] {
        let mut command = place.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 10]).unwrap();
        drop(out);
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{args:?}: {err}");
    }
}

/// How many files there are to mend: enough for a signal to come amidst them.
const FILES: usize = 1_000;

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Waits until something is so, or the program has ended.
fn wait_for(child: &mut Child, mut is_so: impl FnMut() -> bool) {
    while !is_so() && child.try_wait().unwrap().is_none() {}
}

/// How many files are mended; each is as it was, or as it should be.
fn mended(place: &Place, old: &str, new: &str) -> usize {
    let texts = (0..FILES).map(|n| fs::read_to_string(place.path().join(format!("f{n}.yaml"))));
    let is_mended = |text: std::io::Result<String>| {
        let text = text.unwrap();
        assert!(text == old || text == new, "half written: {text}");
        text == new
    };
    texts.map(is_mended).filter(|is_mended| *is_mended).count()
}

#[test]
fn a_signal_leaves_no_file_half_written() {
    let old = pod(FIXABLE);
    let new = old.replace("k8s.gcr.io", "registry.k8s.io");
    for signal in ["INT", "TERM", "KILL"] {
        let is_met = (0..20).any(|_| {
            let place = Place::with(&[]);
            (0..FILES).for_each(|n| place.write(&format!("f{n}.yaml"), old.as_bytes()));
            let mut command = place.command(&["check", ".", "--fix", "--quiet"]);
            let mut child = command.stderr(Stdio::null()).spawn().unwrap();
            let first = place.path().join("f0.yaml");
            wait_for(&mut child, || fs::read_to_string(&first).unwrap() == new);
            let is_running = child.try_wait().unwrap().is_none();
            if is_running {
                send(signal, &child);
            }
            let status = child.wait().unwrap();
            let mended = mended(&place, &old, &new);
            if signal != "KILL" {
                assert_eq!(names(&place).len(), FILES, "a second file is left");
            }
            status.signal().is_some() && (1..FILES).contains(&mended)
        });
        assert!(is_met, "{signal} came never amidst the writing");
    }
}

#[test]
fn an_interrupted_report_leaves_nothing_behind() {
    let is_met = (0..20).any(|_| {
        let place = Place::with(&[("a.yaml", &document("nginx").repeat(5_000))]);
        let mut command = place.command(&["check", ".", "--output", "json=report.json"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let is_begun = || names(&place).iter().any(|name| name.starts_with(".pullcheck-"));
        let mut was_begun = false;
        wait_for(&mut child, || {
            was_begun = is_begun();
            was_begun
        });
        if was_begun && child.try_wait().unwrap().is_none() {
            send("INT", &child);
        }
        let status = child.wait().unwrap();
        let left = names(&place);
        assert!(left.iter().all(|name| !name.starts_with(".pullcheck-")), "{left:?}");
        was_begun && status.signal().is_some()
    });
    assert!(is_met, "the interruption came never amidst the writing");
}
