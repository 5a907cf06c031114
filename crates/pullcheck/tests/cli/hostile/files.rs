//! Hostile things on the disk: links, pipes, names, and files that change while they are checked.

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    os::unix::{ffi::OsStrExt, fs::symlink},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use serde_json::json;

use super::{Folder, document};
use crate::{Place, Run, pod};

#[test]
fn links_in_circles_and_dead_links_do_no_harm() {
    let place = Place::with(&[("a/web.yaml", &pod("nginx"))]);
    symlink("..", place.path().join("a/up")).unwrap();
    symlink("nowhere.yaml", place.path().join("dead.yaml")).unwrap();
    symlink("self.yaml", place.path().join("self.yaml")).unwrap();
    let run = place.run(&[".", "--format", "concise"]);
    assert_eq!((run.code(), run.lines()), (1, vec!["a/web.yaml:8 missing-tag".to_owned()]));
    assert_eq!(place.run(&["dead.yaml"]).code(), 2);
    assert_eq!(place.run(&["self.yaml"]).code(), 2);
}

#[test]
fn a_pipe_is_read_once_and_shown() {
    let place = Place::with(&[("comment.yaml", "# pullcheck: ignore-file[latest-tag]\n")]);
    let run = place.run_with(&["/dev/stdin", "--format", "concise"], &pod("nginx"));
    assert_eq!((run.code(), run.lines().len()), (1, 1), "{}", run.err());
    let run = place.run(&["comment.yaml", "--format", "concise"]);
    assert_eq!(run.lines(), ["comment.yaml:1 unused-suppression"]);
}

#[test]
fn names_that_are_not_utf8_are_read_and_shown() {
    let place = Place::with(&[]);
    let name = OsStr::from_bytes(b"caf\xe9.yaml");
    if fs::write(place.path().join(name), pod("nginx")).is_err() {
        return; // Some systems refuse such names.
    }
    let run = place.run(&[".", "--format", "concise"]);
    assert_eq!(run.lines(), ["caf\u{fffd}.yaml:8 missing-tag"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_trouble_and_counted() {
    let place = Place::with(&[("web.yaml", &pod("nginx"))]);
    // Reading this fails for root as well, which permissions do not.
    symlink("/proc/self/mem", place.path().join("memory.yaml")).unwrap();
    let run = place.run(&["web.yaml", "memory.yaml", "--format", "json", "--exit-zero"]);
    assert_eq!(run.code(), 2);
    assert!(run.err().contains("memory.yaml"), "{}", run.err());
    assert_eq!(run.json()["findings"][0]["rule"], "missing-tag");
    assert_eq!(run.json()["skipped"], json!([{"path": "memory.yaml", "reason": "unreadable"}]));
}

fn make_pipe(place: &Place, path: &str) {
    assert!(Command::new("mkfifo").arg(place.path().join(path)).status().unwrap().success());
}

#[test]
fn a_pipe_that_nobody_writes_to_hangs_nothing() {
    let place = Place::with(&[("a/web.yaml", &pod("nginx")), ("a/Chart.yaml", "name: a\n")]);
    let names = [
        "pullcheck.yaml",
        "pullcheck-baseline.json",
        ".gitignore",
        "kustomization.yaml",
        "values.yaml",
        "b.json",
        "templates.tpl",
    ];
    fs::create_dir(place.path().join("a/templates")).unwrap();
    fs::create_dir(place.path().join(".git")).unwrap();
    for name in names {
        make_pipe(&place, &format!("a/{name}"));
    }
    make_pipe(&place, "a/templates/b.yaml");
    for path in [".", "a", "a/web.yaml"] {
        let run = place.run(&["check", path, "--format", "concise"]);
        assert_eq!(run.lines(), ["a/web.yaml:8 missing-tag"], "{path}: {}", run.err());
    }
}

/// Files come, go and change while they are checked.
#[test]
fn files_that_vanish_and_change_are_told_or_passed_over() {
    let place = Place::with(&[("good.yaml", &pod("nginx"))]);
    let folder = place.path().join("hostile");
    let hostile = Folder(&folder);
    let name = |n: usize| format!("f{}.yaml", n % 50);
    (0..50).for_each(|n| hostile.file(&name(n), &document("nginx")));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0.. {
                let path = folder.join(name(n));
                match n % 3 {
                    0 => drop(fs::remove_file(path)),
                    1 => fs::write(path, document("nginx:latest")).unwrap(),
                    _ => fs::write(path, pod("nginx").repeat(n % 7)).unwrap(),
                }
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        for format in ["concise", "pretty", "json"].into_iter().cycle().take(30) {
            let run = place.run(&["check", ".", "--format", format]);
            let told = run.err().contains("changed while it was checked")
                || run.err().contains("cannot show");
            assert_eq!(run.code(), if told { 2 } else { 1 }, "{}", run.err());
            assert!(run.out().contains("good.yaml"), "{}", run.out());
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// A file that is another one when it is drawn: what would stand under its lines is no finding.
#[test]
fn what_changed_before_it_is_shown_is_not_shown() {
    let place = Place::with(&[("a.yaml", &pod("nginx")), ("good.yaml", &pod("nginx"))]);
    make_pipe(&place, "last");
    let args = ["check", "a.yaml", "good.yaml", "last", "--jobs", "2", "--format", "pretty"];
    let mut command = place.command(&args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One thread waits for the pipe to end; the other has read the rest long before.
    let mut pipe = fs::OpenOptions::new().write(true).open(place.path().join("last")).unwrap();
    thread::sleep(Duration::from_secs(1));
    place.write("a.yaml", document("nginx:1.27.3").as_bytes());
    pipe.write_all(pod("nginx").as_bytes()).unwrap();
    drop(pipe);
    let run = Run(child.wait_with_output().unwrap());
    assert_eq!(run.code(), 2, "{}", run.err());
    let said = "cannot show `a.yaml`: it changed while it was checked; run again";
    assert!(run.err().contains(said), "{}", run.err());
    let drawn = |file: &str| run.out().contains(&format!("[{file}:8:"));
    assert!(drawn("good.yaml") && drawn("last") && !drawn("a.yaml"), "{}", run.out());
}
