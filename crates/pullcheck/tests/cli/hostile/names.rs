//! What a pull request can put into names and texts commands nobody: no runner, no terminal, no
//! reader of XML or JSON.

use std::fs;

use clap::ValueEnum;
use pullcheck::args::{Format, ImagesFormat};
use serde_json::Value;

use crate::{Place, Run};

/// What GitHub's runner, Azure's agent, a terminal, and readers of XML, JSON and Markdown obey.
const HOSTILE: &str = "##[error]a ::error file=x::b ##vso[task.setvariable variable=x]c ##VSO[y] \
    #\u{200d}#[z]%0A::warning::d,\"'`<![CDATA[<!--|@x](https://e)\u{1b}[31m\u{9b}2J\u{202e}\n::notice::e\r\n##[debug]f";

/// The same in the double quotes of YAML.
fn quoted() -> String {
    let escaped = HOSTILE.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\x{:02x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// A folder and files with hostile names, texts and configuration.
fn hostile() -> Place {
    let place = Place::with(&[]);
    // A name has no `/` in it, and neither has what follows `https:` there.
    let name = HOSTILE.replace('/', "");
    let text = format!(
        "apiVersion: v1\nkind: {0}\nmetadata:\n  name: {0}\n  namespace: {0}\nspec:\n  containers:\n\
         \x20   # ::error::comment ##[error] ##vso[x]\r    # b\n    - name: {0}\n      image: {0}\n      imagePullPolicy: {0}\n\
         \x20   - name: a\n      image: nginx:latest # ##[error] ##vso[x] ::error::\n\
         \x20   - name: b\n      image: k8s.gcr.io/pause:1.0.0-##[error]\n",
        quoted()
    );
    place.write(
        &format!("::error::{name}/{name}.yaml"),
        text.replacen("kind: \"", "kind: Pod #\"", 1).as_bytes(),
    );
    place.write("::warning::b.yaml", text.as_bytes());
    place.write(
        "c.yaml",
        b"apiVersion: v1\nkind: Pod\nspec: {a: b: ##[error] ##vso[x]}\n::error::x\n",
    );
    place
}

/// Whether a line of a log would be obeyed.
fn is_obeyed(line: &str) -> bool {
    let line = line.to_lowercase();
    line.contains("##[") || line.contains("##vso[") || line.trim_start().starts_with("::")
}

fn is_drawn(c: char) -> bool {
    let steers = c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c == '\n' || !steers
}

fn assert_harmless(what: &str, text: &str) {
    for line in text.split(['\n', '\r']) {
        assert!(!is_obeyed(line), "{what}: {line:?}");
    }
    let steering = text.chars().find(|c| !is_drawn(*c));
    assert_eq!(steering, None, "{what}:\n{text:?}");
}

fn names<T: ValueEnum>() -> Vec<String> {
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

fn check(place: &Place, format: &str) -> Run {
    let run = place.run(&["check", ".", "--profile", "all", "--format", format]);
    assert_eq!(run.code(), 1, "{format}: {}", run.err());
    run
}

#[test]
fn no_format_obeys_a_manifest() {
    let place = hostile();
    for format in names::<Format>().into_iter().filter(|format| format != "github") {
        let run = check(&place, &format);
        assert!(run.out().contains("pause"), "{format}: {}", run.out());
        assert_harmless(&format, &run.out());
        assert_harmless(&format, &run.err());
    }
    for format in names::<ImagesFormat>() {
        for way in [&[][..], &["--unique"], &["--by", "image"], &["--by", "resource"]] {
            let run = place.run(&[&["images", ".", "--format", &format], way].concat());
            assert_harmless(&format, &run.out());
            assert_harmless(&format, &run.err());
        }
    }
    assert_harmless("statistics", &place.run(&["check", ".", "--statistics"]).out());
}

#[test]
fn github_obeys_only_our_own_commands() {
    let place = hostile();
    let summary = place.path().join("summary.md");
    let mut command = place.command(&["check", ".", "--profile", "all", "--format", "github"]);
    let output = command.env("GITHUB_STEP_SUMMARY", &summary).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let (mut commands, mut grouped) = (0, false);
    for line in out.lines() {
        let own =
            ["::error file=", "::warning file=", "::notice file=", "::notice title=pullcheck::"];
        let is_own = own.iter().any(|own| line.starts_with(own));
        commands += usize::from(is_own);
        if is_own {
            let message = line.splitn(3, "::").nth(2).unwrap();
            let properties = line.split("::").nth(1).unwrap();
            assert!(!message.contains(['\r', '\n']), "{line:?}");
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            let pairs = properties.split_once(' ').unwrap().1.split(',');
            for pair in pairs {
                assert!(known.contains(&pair.split_once('=').unwrap().0), "{line:?}");
            }
            assert!(!line.to_lowercase().contains("##vso[") && !line.contains("##["), "{line:?}");
        } else if line.starts_with("::group::") || line == "::endgroup::" {
            grouped = line != "::endgroup::";
        } else {
            assert!(grouped, "{line:?}");
            assert_harmless("github", line);
        }
    }
    assert!(commands > 5, "{out}");
    assert!(out.chars().all(is_drawn), "{out:?}");
    assert_harmless("summary", &fs::read_to_string(summary).unwrap());
}

#[test]
fn formats_for_programs_keep_names_as_they_are() {
    let place = hostile();
    let name = HOSTILE.replace('/', "");
    let path = format!("::error::{name}/{name}.yaml");
    let json = check(&place, "json").json();
    let findings = json["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["path"] == path.as_str()));
    assert!(findings.iter().any(|finding| finding["image"] == HOSTILE));
    for line in check(&place, "jsonl").out().lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    let issues = check(&place, "gitlab").json();
    let issues = issues.as_array().unwrap();
    assert!(issues.iter().any(|issue| issue["location"]["path"] == path.as_str()));
    let sarif = check(&place, "sarif").json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().all(|result| !result["message"].to_string().contains("](")));
    let uris = results.iter().map(|result| {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap()
    });
    let decoded =
        |uri: &str| percent_encoding::percent_decode_str(uri).decode_utf8().unwrap().into_owned();
    assert!(uris.clone().any(|uri| decoded(uri) == path), "{uris:?}");
    assert!(uris.clone().all(|uri| uri.is_ascii() && !uri.contains([':', ' ', '#', '"'])));
}

#[test]
fn mistakes_in_the_configuration_and_on_the_command_line_are_harmless() {
    let place = hostile();
    place.write(
        "pullcheck.yaml",
        format!("{}: 1 # ##[error] ##vso[x] \u{202e}\n", quoted()).as_bytes(),
    );
    let run = place.run(&["check", "."]);
    assert_eq!(run.code(), 2);
    assert_harmless("configuration", &run.err());
    let option = format!("--{HOSTILE}");
    for args in [[option.as_str()], [HOSTILE]] {
        let run = place.run(&args);
        assert_eq!(run.code(), 2);
        assert_harmless("command line", &run.err());
    }
    let run = place.run(&["check", ".", "--isolated", "--select", HOSTILE]);
    assert_harmless("rule", &run.err());
    let output = format!("json={HOSTILE}/x");
    let run = place.run(&["check", ".", "--isolated", "--output", &output]);
    assert_harmless("output", &run.err());
}

#[test]
fn a_baseline_of_hostile_names_is_harmless_and_holds() {
    let place = hostile();
    let run = place.run(&["baseline", "create", "--profile", "all"]);
    assert_eq!(run.code(), 0, "{}", run.err());
    assert_harmless("baseline", &run.err());
    let text = fs::read_to_string(place.path().join("pullcheck-baseline.json")).unwrap();
    assert_harmless("pullcheck-baseline.json", &text);
    assert!(text.lines().skip(1).all(|line| line.starts_with('{') || line == "]}"), "{text}");
    let run = place.run(&["check", "--profile", "all"]);
    assert_eq!((run.code(), run.out().as_str()), (0, ""), "{}", run.err());
    assert_harmless("held back", &run.err());
    let run = place.run(&["check", "--profile", "all", "--no-baseline", "--add-ignore=##[x] ::y"]);
    assert_harmless("--add-ignore", &(run.out() + &run.err()));
}
