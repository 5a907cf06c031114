use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Discovery, Exclude, Place, discover, without_dots};

const NOTHING: Exclude<'static> = &|_| Box::new(|_, _| false);

/// A directory with these files, each given as its path and its text.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn run(root: &TempDir, paths: &[&str], exclude: Exclude<'_>, force_exclude: bool) -> Discovery {
    let paths: Vec<PathBuf> = paths.iter().map(|path| root.path().join(path)).collect();
    discover(&paths, exclude, force_exclude)
}

/// The paths found, told from `root`, when nothing is excluded and all could be read.
fn found(root: &TempDir, paths: &[&str]) -> Vec<String> {
    let discovery = run(root, paths, NOTHING, false);
    assert!(discovery.errors.is_empty(), "{:?}", discovery.errors);
    names(root, &discovery)
}

fn names(root: &TempDir, discovery: &Discovery) -> Vec<String> {
    let name =
        |path: &Path| path.strip_prefix(root.path()).unwrap().to_string_lossy().replace('\\', "/");
    discovery.files.iter().map(|file| name(&file.path)).collect()
}

#[test]
fn manifests_are_told_by_their_names() {
    let root = tree(&[
        ("a.yaml", ""),
        ("b.YML", ""),
        ("c.json", ""),
        ("Kustomization", ""),
        ("sub/kustomization", ""),
        ("sub/kustomization.yaml", ""),
        ("KUSTOMIZATION", ""),
        ("d.toml", ""),
        ("yaml", ""),
        ("e.yaml.bak", ""),
    ]);
    fs::create_dir(root.path().join("directory.yaml")).unwrap();
    let mut expected = ["Kustomization", "a.yaml", "b.YML", "c.json", "sub/kustomization"].to_vec();
    expected.push("sub/kustomization.yaml");
    assert_eq!(found(&root, &[""]), expected);
}

#[test]
fn hidden_names_are_walked_but_not_version_control() {
    let root = tree(&[
        (".github/a.yml", ""),
        (".hidden.yaml", ""),
        (".git/a.yaml", ""),
        (".hg/a.yaml", ""),
        (".svn/a.yaml", ""),
        ("sub/.jj/a.yaml", ""),
    ]);
    assert_eq!(found(&root, &[""]), [".github/a.yml", ".hidden.yaml"]);
}

#[test]
fn the_nearest_gitignore_decides() {
    let root = tree(&[
        (".gitignore", "*.json\n/top.yaml\n"),
        ("a.json", ""),
        ("top.yaml", ""),
        ("sub/.gitignore", "!kept.json\n"),
        ("sub/kept.json", ""),
        ("sub/other.json", ""),
        ("sub/top.yaml", ""),
        ("sub/deep/.gitignore", "kept.json\n"),
        ("sub/deep/kept.json", ""),
    ]);
    assert_eq!(found(&root, &[""]), ["sub/kept.json", "sub/top.yaml"]);
}

#[test]
fn an_ignored_directory_is_not_entered() {
    let root = tree(&[
        (".gitignore", "build/\n"),
        ("build/.gitignore", "!*.yaml\n"),
        ("build/a.yaml", ""),
        ("sub/build/a.yaml", ""),
        ("a.yaml", ""),
    ]);
    assert_eq!(found(&root, &[""]), ["a.yaml"]);
    assert_eq!(found(&root, &["build"]), ["build/a.yaml"]);
}

#[test]
fn a_malformed_line_takes_no_other_with_it() {
    let root = tree(&[("a.yaml", ""), ("b.yaml", ""), ("c.yaml", "")]);
    let rules = b"\xEF\xBB\xBFa.yaml\r\n[z-a]\n{x\n\xFF\nb.yaml";
    fs::write(root.path().join(".gitignore"), rules).unwrap();
    assert_eq!(found(&root, &[""]), ["c.yaml"]);
}

#[test]
fn the_exclude_file_of_the_repository_comes_last() {
    let root = tree(&[
        (".git/info/exclude", "local.yaml\n*.json\n"),
        (".gitignore", "!kept.json\n"),
        ("sub/local.yaml", ""),
        ("sub/a.json", ""),
        ("sub/kept.json", ""),
    ]);
    assert_eq!(found(&root, &[""]), ["sub/kept.json"]);
    assert_eq!(found(&root, &["sub"]), ["sub/kept.json"]);
}

#[test]
fn parents_count_up_to_the_root_of_the_repository() {
    let root = tree(&[
        (".gitignore", "outside.yaml\n"),
        ("repo/.git", "gitdir: elsewhere\n"),
        ("repo/.gitignore", "/sub/deep/root.yaml\nagain.yaml\n"),
        ("repo/sub/.gitignore", "sub.yaml\n!again.yaml\n"),
        ("repo/sub/deep/outside.yaml", ""),
        ("repo/sub/deep/root.yaml", ""),
        ("repo/sub/deep/sub.yaml", ""),
        ("repo/sub/deep/again.yaml", ""),
    ]);
    let expected = ["repo/sub/deep/again.yaml", "repo/sub/deep/outside.yaml"];
    assert_eq!(found(&root, &["repo/sub/deep"]), expected);
    assert_eq!(found(&root, &["repo"]), expected);
}

#[test]
fn outside_of_a_repository_no_parent_counts() {
    let root = tree(&[(".gitignore", "*.yaml\n"), ("sub/a.yaml", "")]);
    assert_eq!(found(&root, &["sub"]), ["sub/a.yaml"]);
}

#[test]
fn a_given_path_is_ignored_only_by_force() {
    let root = tree(&[
        (".git/info/exclude", "local.txt\n"),
        (".gitignore", "build/\n*.json\n"),
        ("build/a.yaml", ""),
        ("a.json", ""),
        ("local.txt", ""),
        ("note.txt", ""),
    ]);
    let given = ["a.json", "build", "local.txt", "note.txt"];
    let free = run(&root, &given, NOTHING, false);
    assert_eq!(names(&root, &free), ["a.json", "build/a.yaml", "local.txt", "note.txt"]);
    let explicit: Vec<bool> = free.files.iter().map(|file| file.explicit).collect();
    assert_eq!(explicit, [true, false, true, true]);
    assert_eq!(names(&root, &run(&root, &given, NOTHING, true)), ["note.txt"]);
    let below = run(&root, &["build/a.yaml"], NOTHING, true);
    assert!(below.files.is_empty(), "its directory is ignored");
}

#[test]
fn what_git_tracks_is_not_ignored() {
    let root = tree(&[
        (".gitignore", "manager\nnotes.yaml\n"),
        ("config/manager/tracked.yaml", ""),
        ("config/manager/deep/tracked.yaml", ""),
        ("config/manager/untracked.yaml", ""),
        ("config/manager/local/untracked.yaml", ""),
        ("notes.yaml", ""),
        ("sub/notes.yaml", ""),
    ]);
    let git = |args: &[&str]| {
        let status = Command::new("git").arg("-C").arg(root.path()).args(args).status();
        assert!(status.unwrap().success(), "git {args:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-f", "config/manager/tracked.yaml", "config/manager/deep", "sub/notes.yaml"]);
    let tracked =
        ["config/manager/deep/tracked.yaml", "config/manager/tracked.yaml", "sub/notes.yaml"];
    assert_eq!(found(&root, &[""]), tracked);
    let given = ["config/manager/tracked.yaml", "config/manager/untracked.yaml", "notes.yaml"];
    assert_eq!(names(&root, &run(&root, &given, NOTHING, true)), [given[0]]);
}

#[test]
fn an_excluded_directory_is_pruned() {
    let root = tree(&[("vendor/sub/a.yaml", ""), ("a.yaml", ""), ("b.yaml", "")]);
    let exclude: Exclude<'_> = &|_| {
        Box::new(|path, is_dir| {
            assert!(!path.ends_with("vendor/sub") || !is_dir, "asked below an excluded directory");
            path.ends_with("vendor") && is_dir || path.ends_with("b.yaml")
        })
    };
    assert_eq!(names(&root, &run(&root, &[""], exclude, false)), ["a.yaml"]);
}

#[test]
fn a_given_path_is_excluded_only_by_force() {
    let root = tree(&[("vendor/a.yaml", ""), ("b.yaml", "")]);
    let exclude: Exclude<'_> = &|_| Box::new(|path, is_dir| path.ends_with("vendor") && is_dir);
    for given in ["vendor", "vendor/a.yaml"] {
        let discovery = run(&root, &[given, "b.yaml"], exclude, false);
        assert_eq!(names(&root, &discovery), ["b.yaml", "vendor/a.yaml"]);
        assert_eq!(names(&root, &run(&root, &[given, "b.yaml"], exclude, true)), ["b.yaml"]);
    }
}

#[test]
fn a_missing_path_is_an_error_and_the_rest_is_read() {
    let root = tree(&[("a.yaml", "")]);
    let discovery = run(&root, &["z.yaml", "a.yaml", "b", "b"], NOTHING, false);
    assert_eq!(names(&root, &discovery), ["a.yaml"]);
    let paths: Vec<&Path> = discovery.errors.iter().map(super::DiscoverError::path).collect();
    assert_eq!(paths, [root.path().join("b"), root.path().join("z.yaml")]);
    let text = discovery.errors.first().unwrap().to_string();
    assert!(text.starts_with("cannot read `"), "{text}");
    #[cfg(unix)]
    assert!(text.ends_with("b`: no such file or directory"), "{text}");
}

#[test]
fn a_file_given_twice_is_read_once() {
    let root = tree(&[("a/b.yaml", ""), ("a/c.yaml", "")]);
    for given in [["a", "a/b.yaml", "a"], ["a/../a/b.yaml", "a/b.yaml", "a"]] {
        let discovery = run(&root, &given, NOTHING, false);
        assert_eq!(names(&root, &discovery), ["a/b.yaml", "a/c.yaml"]);
        let explicit: Vec<bool> = discovery.files.iter().map(|file| file.explicit).collect();
        assert_eq!(explicit, [true, false]);
    }
}

#[test]
fn files_are_sorted_by_path() {
    let files: Vec<String> =
        (0..200).map(|n| format!("{}/{}/{n}.yaml", n * 7 % 10, n % 3)).collect();
    let root = tree(&files.iter().map(|file| (file.as_str(), "")).collect::<Vec<_>>());
    let discovery = run(&root, &["9", "1", ""], NOTHING, false);
    assert_eq!(discovery.files.len(), files.len());
    assert!(discovery.files.is_sorted_by(|a, b| a.path < b.path));
}

#[test]
fn a_leading_dot_is_left_out() {
    let path = |given: &str| {
        Place { path: without_dots(Path::new(given)), real: PathBuf::new() }
            .join("a.yaml".as_ref())
            .path
    };
    assert_eq!(path(".").as_os_str(), "a.yaml");
    assert_eq!(path("./src/").as_os_str(), Path::new("src").join("a.yaml").as_os_str());
    assert_eq!(path("..").as_os_str(), Path::new("..").join("a.yaml").as_os_str());
    let given = discover(&[PathBuf::from("./Cargo.toml")], NOTHING, false);
    assert_eq!(given.files.first().unwrap().path.as_os_str(), "Cargo.toml");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn links_are_followed_only_when_given() {
        let root = tree(&[("real/a.yaml", ""), ("walked/b.yaml", "")]);
        let walked = root.path().join("walked");
        symlink("../real/a.yaml", walked.join("file.yaml")).unwrap();
        symlink("../real", walked.join("directory")).unwrap();
        symlink("..", walked.join("loop")).unwrap();
        assert_eq!(found(&root, &["walked"]), ["walked/b.yaml"]);
        assert_eq!(found(&root, &["walked/file.yaml"]), ["walked/file.yaml"]);
        assert_eq!(found(&root, &["walked/directory"]), ["walked/directory/a.yaml"]);
        assert_eq!(
            found(&root, &["walked/loop"]),
            ["walked/loop/real/a.yaml", "walked/loop/walked/b.yaml"]
        );
    }

    #[test]
    fn one_file_under_two_names_is_read_once() {
        let root = tree(&[("a.yaml", "")]);
        symlink("a.yaml", root.path().join("link.yaml")).unwrap();
        let discovery = run(&root, &["", "link.yaml"], NOTHING, false);
        assert_eq!(names(&root, &discovery), ["a.yaml"]);
        assert!(discovery.files.iter().all(|file| file.explicit));
    }

    #[test]
    fn a_link_is_ignored_by_its_own_name() {
        let root = tree(&[
            (".git/HEAD", ""),
            (".gitignore", "a.yaml\nb.yaml\n"),
            ("a.yaml", ""),
            ("c.yaml", ""),
        ]);
        symlink("a.yaml", root.path().join("to-ignored.yaml")).unwrap();
        symlink("c.yaml", root.path().join("b.yaml")).unwrap();
        let discovery = run(&root, &["to-ignored.yaml", "b.yaml"], NOTHING, true);
        assert_eq!(names(&root, &discovery), ["to-ignored.yaml"]);
    }

    #[test]
    fn pipes_are_passed_over() {
        let root = tree(&[("a.yaml", "")]);
        let pipes = ["b.yaml", ".gitignore"].map(|name| root.path().join(name));
        if Command::new("mkfifo").args(&pipes).status().is_ok_and(|status| status.success()) {
            assert_eq!(found(&root, &[""]), ["a.yaml"]);
        }
    }

    #[test]
    fn a_directory_that_cannot_be_listed_is_an_error() {
        let root = tree(&[("shut/a.yaml", ""), ("b.yaml", "")]);
        let shut = root.path().join("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        // The superuser is not kept out.
        if fs::read_dir(&shut).is_err() {
            let discovery = run(&root, &["", "shut"], NOTHING, false);
            assert_eq!(names(&root, &discovery), ["b.yaml"]);
            let texts: Vec<String> = discovery.errors.iter().map(ToString::to_string).collect();
            let expected =
                format!("cannot read the directory `{}`: permission denied", shut.display());
            assert_eq!(texts, [expected]);
        }
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_text_is_kept() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let root = tree(&[(".gitignore", "*.yml\n")]);
        let [kept, ignored] =
            [&b"\xFF.yaml"[..], b"\xFF.yml"].map(|name| root.path().join(OsStr::from_bytes(name)));
        fs::write(&kept, "").unwrap();
        fs::write(ignored, "").unwrap();
        let discovery = run(&root, &[""], NOTHING, false);
        let paths: Vec<&Path> = discovery.files.iter().map(|file| file.path.as_path()).collect();
        assert_eq!(paths, [kept]);
    }
}
