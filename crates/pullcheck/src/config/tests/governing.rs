use std::{env, fs, path::Path, sync::Arc, thread};

use pullcheck_core::finding::Severity;

use super::{discovering, is_excluded, level, same_levels, tree};
use crate::config::{CommandLine, Configs, Source};

#[test]
fn the_nearest_file_above_governs() {
    let root = tree(&[
        ("pullcheck.yaml", "fail_on: info"),
        ("a/.pullcheck.yaml", "fail_on: error"),
        ("a/b/c/x.yaml", ""),
        ("both/pullcheck.yaml", "fail_on: error"),
        ("both/.pullcheck.yaml", "nonsense: 1"),
    ]);
    let configs = discovering();
    let fail_on = |path: &str| configs.fail_on(&root.path().join(path));
    assert_eq!(fail_on("x.yaml"), Severity::Info);
    assert_eq!(fail_on("none/at/all.yaml"), Severity::Info);
    assert_eq!(fail_on("a/x.yaml"), Severity::Error);
    assert_eq!(fail_on("a/b/c/x.yaml"), Severity::Error);
    assert_eq!(fail_on("a/b/../../x.yaml"), Severity::Info);
    assert_eq!(fail_on("both/x.yaml"), Severity::Error);
    assert!(configs.errors().is_empty());
}

#[test]
fn the_search_ends_with_the_repository() {
    let root = tree(&[("pullcheck.yaml", "fail_on: error"), ("in/at/x", ""), ("module/.git", "")]);
    fs::create_dir(root.path().join("in/.git")).unwrap();
    let configs = discovering();
    let fail_on = |path: &str| configs.fail_on(&root.path().join(path));
    assert_eq!(fail_on("in/at/x.yaml"), Severity::Warning);
    assert_eq!(fail_on("module/x.yaml"), Severity::Warning, "a worktree's `.git` is a file");
    fs::write(root.path().join("in/pullcheck.yaml"), "fail_on: info").unwrap();
    assert_eq!(discovering().fail_on(&root.path().join("in/at/x.yaml")), Severity::Info);
}

#[test]
fn relative_paths_count_from_the_current_directory() {
    let here = env::current_dir().unwrap();
    let configs = discovering();
    for path in ["a.yaml", "./a.yaml", "b/../a.yaml"] {
        let (relative, absolute) =
            (configs.settings_for(Path::new(path)).unwrap(), here.join("a.yaml"));
        let absolute = configs.settings_for(&absolute).unwrap();
        assert!(Arc::ptr_eq(&relative, &absolute), "{path}");
    }
    assert!(!configs.is_excluded(Path::new(""), true));
}

#[test]
fn a_named_file_governs_everything_and_isolation_nothing() {
    let root =
        tree(&[("ci/p.yaml", "fail_on: error\nexclude: [out, '.*']"), ("pullcheck.yaml", "x")]);
    let named = Source::File(root.path().join("ci/p.yaml"));
    let configs = Configs::new(named, CommandLine::default()).unwrap();
    assert_eq!(configs.fail_on(&root.path().join("a.yaml")), Severity::Error);
    assert!(is_excluded(&configs, root.path(), "deep/out/a.yaml"));
    assert!(is_excluded(&configs, root.path(), "deep/.hidden/a.yaml"));
    assert!(!is_excluded(&configs, root.path(), "deep/a.yaml"), "`..` is no hidden folder");

    let configs = Configs::new(Source::Isolated, CommandLine::default()).unwrap();
    assert_eq!(configs.fail_on(&root.path().join("a.yaml")), Severity::Warning);
    assert!(configs.errors().is_empty());
}

#[test]
fn a_broken_file_is_told_once_and_spoils_only_what_it_governs() {
    let root = tree(&[
        ("b/pullcheck.yaml", "profil: all"),
        ("a/pullcheck.yaml", "fail_on: never"),
        ("c/pullcheck.yaml", "extends: ../a/pullcheck.yaml"),
        ("d/pullcheck.yaml", "fail_on: info"),
    ]);
    let configs = discovering();
    let at = |path: &str| root.path().join(path);
    assert!(configs.settings_for(&at("x.yaml")).is_some());
    for path in ["b/x.yaml", "b/deep/y.yaml", "a/x.yaml", "c/x.yaml"] {
        assert!(configs.settings_for(&at(path)).is_none(), "{path}");
        assert!(!configs.is_excluded(&at(path), false), "{path}");
    }
    assert_eq!(configs.fail_on(&at("d/x.yaml")), Severity::Info);
    let errors: Vec<String> = configs.errors().iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["unknown severity `never`", "unknown key `profil`"]);
}

#[test]
fn equal_settings_are_shared_between_threads() {
    let root = tree(&[("pullcheck.yaml", "overrides: [{paths: [dev], profile: all}]")]);
    let configs = discovering();
    let settings = |path: String| configs.settings_for(&root.path().join(path)).unwrap();
    let found: Vec<_> = thread::scope(|scope| {
        let ask = |n: usize| scope.spawn(move || settings(format!("{n}/dev/{n}.yaml")));
        let threads: Vec<_> = (0..8).map(ask).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(found.iter().all(|settings| Arc::ptr_eq(settings, &found[0])));
    let plain = settings("8/x.yaml".to_owned());
    assert!(!same_levels(&plain, &found[0]));
    assert!(Arc::ptr_eq(&plain, &settings("x.yaml".to_owned())));
}

#[test]
fn globs_exclude_from_their_folder_on() {
    let table = [
        ("vendor", "vendor a/vendor vendor/x/y.yaml a/vendor/b.yaml", "vendors a/b/vendor.yaml"),
        ("vendor/", "vendor a/vendor/x.yaml", "vendor.d file/vendor"),
        ("/vendor", "vendor vendor/x.yaml", "a/vendor a/vendor/x.yaml"),
        ("./vendor/", "vendor/x.yaml a/vendor/x.yaml", "file/vendor"),
        ("vendor/**", "vendor vendor/x/y.yaml", "a/vendor a/vendor/b.yaml"),
        ("a/*.yaml", "a/x.yaml", "a/b/x.yaml b/a/x.yaml x.yaml a"),
        ("**/x", "x a/x a/b/x/y.yaml", "a/xx xx"),
        ("a/**/x.yaml", "a/x.yaml a/b/c/x.yaml", "x.yaml b/x.yaml"),
        ("*.gen.yaml", "x.gen.yaml a/b/y.gen.yaml", "gen.yaml x.yaml"),
        ("{a,b}/c", "a/c b/c/d.yaml", "c x/a/c"),
        ("*", "a x.yaml", ""),
    ];
    for (glob, inside, outside) in table {
        let text = format!("exclude: [\"{glob}\"]");
        let root = tree(&[
            ("sub/pullcheck.yaml", &text),
            ("sub/file/vendor", ""),
            ("sub/vendor/x/y.yaml", ""),
            ("sub/a/vendor/b.yaml", ""),
            ("sub/a/b/c", ""),
        ]);
        let configs = discovering();
        let excluded = |path: &str| is_excluded(&configs, &root.path().join("sub"), path);
        for path in inside.split_whitespace() {
            assert!(excluded(path), "{glob} {path}");
        }
        for path in outside.split_whitespace() {
            assert!(!excluded(path), "{glob} {path}");
        }
        assert!(!is_excluded(&configs, root.path(), "sub"), "{glob}");
        assert!(!is_excluded(&configs, root.path(), "vendor"), "{glob}");
    }
}

#[test]
fn the_parent_s_configuration_excludes_a_folder_that_has_its_own() {
    let root = tree(&[("pullcheck.yaml", "exclude: [a]"), ("a/pullcheck.yaml", "exclude: [b]")]);
    let configs = discovering();
    assert!(configs.is_excluded(&root.path().join("a"), true));
    assert!(!configs.is_excluded(&root.path().join("a/x.yaml"), false));
    assert!(configs.is_excluded(&root.path().join("a/b"), true));
}

#[test]
fn overrides_hold_where_their_globs_match() {
    let root = tree(&[(
        "pullcheck.yaml",
        "severity: {never-pull: error}\n\
         overrides:\n\
         - {paths: ['dev/**'], severity: {never-pull: off}, ignore: [latest-tag]}\n\
         - {paths: ['*.test.yaml'], severity: {never-pull: info}, required_pull_policy: Never}\n\
         - {paths: [ci/], select: [missing-tag], assume: {always_pull_images: true}}\n",
    )]);
    let configs = discovering();
    let settings = |path: &str| configs.settings_for(&root.path().join(path)).unwrap();
    let never_pull = |path: &str| level(&settings(path), "never-pull");
    assert_eq!(never_pull("x.yaml"), Some(Severity::Error));
    assert_eq!(never_pull("dev/x.yaml"), None);
    assert_eq!(never_pull("a/dev/x.yaml"), Some(Severity::Error), "the glob is anchored");
    assert_eq!(never_pull("dev/x.test.yaml"), Some(Severity::Info), "later ones win");
    assert_eq!(level(&settings("dev/x.test.yaml"), "latest-tag"), None, "lists grow");
    assert_eq!(level(&settings("x.yaml"), "latest-tag"), Some(Severity::Error));
    assert!(settings("x.test.yaml").required_policy.is_some());
    assert!(settings("x.yaml").required_policy.is_none());
    assert_eq!(super::running(&settings("a/ci/b/x.yaml")), ["missing-tag"]);
    assert!(
        settings("ci/x.yaml").assume.always_pull_images
            && !settings("x.yaml").assume.always_pull_images
    );
}

#[test]
fn files_of_values_are_named_by_globs() {
    let root = tree(&[("pullcheck.yaml", "helm_values: [deploy, '*.helm.yaml']")]);
    let configs = discovering();
    let settings = |path: &str| configs.settings_for(&root.path().join(path)).unwrap();
    for path in ["deploy/a/prod.yaml", "a/x.helm.yaml"] {
        assert!(settings(path).is_helm_values, "{path}");
    }
    assert!(!settings("prod.yaml").is_helm_values);
    assert!(Arc::ptr_eq(&settings("deploy/a.yaml"), &settings("deploy/b.yaml")));
}
