use proptest::prelude::*;

use crate::yaml::{quick::read, readers_agree};

/// What is written every day is taken; that the parser agrees is the property below.
#[test]
fn everyday_yaml_is_taken() {
    for text in [
        "# only\n# comments\n",
        "---\n# c\napiVersion: v1 # d\nkind: Pod\n\nspec:\n  containers:\n  - name: a\n    image: b:1\n",
        "a:\n- b\n-   c: 1\n    d:\n- - e\n  - f\nz:\n",
        "a : 'it''s'\n\"b\": \"x\\ty\" # c\n",
        "- a: |\n    b\n\n      c\n\n  d: >-\n    e\n    f\n\n    g\n- x",
        "a: {b: 1, \"c\":[x, --y, 'z'], d: {}}\nb: [\n  c,\n]\n",
        "{\n  \"a\": [1, {\"b\": null}],\n  \"c\": \"d\"\n}\n",
        "a: b\n  c\n  d\ne: 'f\n  g'\nh: \"i\n  j\"\n-k: http://l:80/#m\n",
        "  a: é\n  b: “c” # “d”\n",
    ] {
        assert_eq!(readers_agree(text), Ok(true), "{text}");
    }
}

/// Of a line of 6 MB each scalar is looked at by itself; to look at all of the rest for each would take
/// minutes.
#[test]
#[expect(clippy::disallowed_methods, reason = "the clock of a test")]
fn one_long_line_takes_no_longer_than_many() {
    let text = format!("{{\"items\": [{}\"z\"]}}", "{\"image\": \"a\"}, ".repeat(350_000));
    let began = std::time::Instant::now();
    assert!(read(&text, 0..text.len()).is_some());
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

#[test]
fn what_is_unusual_is_left_to_the_parser() {
    for text in [
        "a: &b c\nd: *b\n",
        "a: !!str 1\n",
        "? a\n: b\n",
        "a:\tb\n",
        "a: b: c\n",
        "a: - b\n",
        "a: 'b' c\n",
        "a: \"\\u0061\"\n",
        "a: |2\n   b\n",
        "a: b\n  c: d\n",
        "- a\nb: c\n",
        "a:\n  b: c\n d: e\n",
        "a: [b\nc]\n",
        "a: {b}\n",
        "a: \"b\n",
        "- \n- a\n",
        "a: b\n...\n",
        "---\na: b\n---\nc: d\n",
        "--- a\n",
        "%YAML 1.1\n---\na: b\n",
        "a\r\n",
        "\u{feff}a: b\n",
        "a: \u{85}b\n",
        "a: @b\n",
        "plain\n",
    ] {
        assert!(read(text, 0..text.len()).is_none(), "{text}");
    }
}

/// Lines that mean much to YAML, at all indentations.
fn lines() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b:",
        "c: ",
        "- ",
        "-",
        "d: e",
        "- f: g",
        "'h'",
        "'i",
        "j'",
        "\"k\"",
        "\"l",
        "m\"",
        "#n",
        " # o",
        ": ",
        ":",
        "|",
        "|-",
        ">",
        ">-",
        "|+",
        "[",
        "]",
        "{",
        "}",
        ",",
        ", ",
        "[p, q]",
        "{r: s}",
        "&t ",
        "*t",
        "!u ",
        "? ",
        "---",
        "...",
        "%",
        "\t",
        "\\n",
        "\\",
        "''",
        "1",
        "~",
        "<<: ",
        "é",
        "\u{a0}",
        "\u{feff}",
        "\r",
        "  ",
        " ",
        "--v",
        "w#x",
        "http://y:1",
        "{{ z }}",
        "@",
        "=",
    ]);
    let line = (0_usize..5, prop::collection::vec(piece, 0..5))
        .prop_map(|(indent, pieces)| " ".repeat(indent) + &pieces.concat());
    prop::collection::vec(line, 0..8).prop_flat_map(|lines| {
        let text = lines.join("\n");
        prop_oneof![Just(text.clone() + "\n"), Just(text)]
    })
}

/// Text that is mostly taken, with a change or two.
fn documents() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "x",
        "'y z'",
        "\"a\\tb\"",
        "1.20",
        "~",
        "",
        "{a: 1, b: [c]}",
        "[d, \"e\",\n {i}f]",
        "|\n{i} g\n{i} h",
        ">-\n{i} j\n\n{i} k",
        "l\n{i} m",
        "'n\n{i} o'",
        "p # q",
        "# r",
        "|\n{i} s\n{i}  t\n\n",
        "-u",
        "v: w",
        "[\n{i}]",
        "{\"a\":\"b\"}",
        "\"x\n\n{i} y\"",
        "z\n{i}# c",
    ]);
    let entry = (0_usize..4, prop::bool::ANY, prop::bool::ANY, scalar).prop_map(
        |(depth, is_item, has_key, scalar)| {
            let indent = " ".repeat(2 * depth);
            let dash = if is_item { "- " } else { "" };
            let key = if has_key { "k: " } else { "" };
            let inner = indent.clone() + if is_item && has_key { "  " } else { "" };
            format!("{indent}{dash}{key}{}", scalar.replace("{i}", &inner))
        },
    );
    prop::collection::vec(entry, 1..8).prop_map(|entries| entries.join("\n") + "\n")
}

proptest! {
    #[test]
    fn any_lines_that_are_taken_make_the_parsers_tree(text in lines()) {
        prop_assert!(readers_agree(&text).is_ok(), "{:?}\n{}", text, readers_agree(&text).unwrap_err());
    }

    #[test]
    fn documents_that_are_taken_make_the_parsers_tree(text in documents()) {
        prop_assert!(readers_agree(&text).is_ok(), "{:?}\n{}", text, readers_agree(&text).unwrap_err());
    }
}
