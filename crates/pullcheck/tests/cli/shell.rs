//! Completions and the manual page.

use std::process::{Command, Output};

use pullcheck_core::rules::RULES;

use super::Place;

/// What bash offers when this line is typed and the tab key pressed.
fn offered(line: &str) -> Vec<String> {
    let place = Place::with(&[]);
    let script = place.run(&["completions", "bash"]);
    assert_eq!(script.code(), 0);
    place.write("pullcheck.bash", script.out().as_bytes());
    let press = r#"
        source pullcheck.bash
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _pullcheck pullcheck "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-uc", press, "bash", line]).current_dir(place.path());
    let Output { status, stdout, stderr } = bash.output().unwrap();
    assert!(status.success() && stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap().lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_options_and_rules() {
    assert_eq!(offered("pullcheck expl"), ["explain"]);
    assert_eq!(offered("pullcheck check --stat"), ["--statistics"]);
    for line in [
        "pullcheck check --select missing-t",
        "pullcheck --ignore missing-t",
        "pullcheck explain missing-t",
    ] {
        assert_eq!(offered(line), ["missing-tag"], "{line}");
    }
}

#[test]
fn every_shell_gets_a_script_that_knows_the_rules() {
    let place = Place::with(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = place.run(&["completions", shell]);
        assert_eq!((run.code(), run.err().as_str()), (0, ""), "{shell}");
        assert!(run.out().contains("pullcheck"), "{shell}");
        // The scripts for PowerShell and Elvish know no values of options.
        if !["elvish", "powershell"].contains(&shell) {
            let script = run.out();
            let missing = RULES.iter().find(|rule| !script.contains(rule.id));
            assert!(missing.is_none(), "{shell} does not know {missing:?}");
        }
    }
    assert_eq!(place.run(&["completions", "tcsh"]).code(), 2);
}

#[test]
fn there_is_a_manual_page_of_the_program_and_of_each_command_that_it_names() {
    let place = Place::with(&[]);
    let page = |args: &[&str]| {
        let run = place.run(args);
        assert_eq!((run.code(), run.err().as_str()), (0, ""), "{args:?}");
        run.out().replace("\\-", "-")
    };
    let main = page(&["man"]);
    assert!(main.contains(".TH pullcheck 1"), "{main}");
    for option in ["--fail-on", "--select", "--config"] {
        assert!(main.contains(option), "no {option} in {main}");
    }
    let named: Vec<&str> = main
        .lines()
        .filter_map(|line| line.strip_prefix("pullcheck-")?.strip_suffix("(1)"))
        .collect();
    assert!(named.contains(&"check") && named.contains(&"man"), "{named:?}");
    for command in named {
        let page = page(&["man", command]);
        assert!(page.contains(&format!(".TH pullcheck-{command} 1")), "{page}");
    }
    assert_eq!(place.run(&["man", "help"]).code(), 2);
}

#[test]
fn help_does_not_list_every_rule() {
    let run = Place::with(&[]).run(&["check", "--help"]);
    assert!(run.out().contains("--select <RULE>"));
    assert!(!run.out().contains("missing-tag"), "{}", run.out());
}
