use super::*;

fn parse(text: &str) -> Result<Tree<'_>, ParseError> {
    super::parse(text, 0..text.len())
}

fn tree(text: &str) -> Tree<'_> {
    parse(text).unwrap()
}

fn root<'a>(tree: &'a Tree<'a>) -> Node<'a> {
    tree.roots().next().unwrap()
}

fn value(text: &str, path: &[&str]) -> Option<String> {
    let tree = tree(text);
    root(&tree).at(path).and_then(Node::as_str).map(str::to_owned)
}

#[test]
fn look_ups_follow_aliases_and_merge_keys() {
    let text = "base: &b {image: a, k: 1}\nother: &o {image: z, only: o}\n\
                one: {<<: *b, image: own}\ntwo: {<<: [*b, *o]}\nthree: *b\n";
    assert_eq!(value(text, &["one", "image"]).as_deref(), Some("own"));
    assert_eq!(value(text, &["two", "image"]).as_deref(), Some("a"));
    assert_eq!(value(text, &["two", "only"]).as_deref(), Some("o"));
    assert_eq!(value(text, &["three", "image"]).as_deref(), Some("a"));
}

#[test]
fn the_last_of_equal_keys_wins() {
    assert_eq!(value("a: x\nb: y\na: z\n", &["a"]).as_deref(), Some("z"));
}

#[test]
fn an_alias_stands_where_it_is_written_and_merged_values_where_they_are() {
    let text = "a: &x nginx\nm: &m {image: web}\nb: *x\nc: {<<: *m}\n";
    let tree = tree(text);
    assert_eq!(root(&tree).get("b").unwrap().source(), "*x");
    assert_eq!(root(&tree).at(&["c", "image"]).unwrap().source(), "web");
}

#[test]
fn spans_hold_quotes_and_block_headers() {
    let text = "\u{feff}a: 'x y' # c\r\nb: \"q\"\r\nc: >- # folded\r\n  long\r\n  text\r\nd: [1, 2]\r\ne:\r\n- f: g\r\n";
    let tree = tree(text);
    let source = |key: &str| root(&tree).get(key).unwrap().source();
    assert_eq!(source("a"), "'x y'");
    assert_eq!(source("b"), "\"q\"");
    assert!(source("c").starts_with(">- # folded") && source("c").trim_end().ends_with("text"));
    assert_eq!(value(text, &["c"]).as_deref(), Some("long text"));
    assert_eq!(source("d"), "[1, 2]");
    assert_eq!(source("e"), "f: g");
    assert_eq!(tree.comments().len(), 2);
}

#[test]
fn hostile_aliases_end() {
    let mut text = String::from("a0: &a0 {image: x}\n");
    for level in 1..200 {
        text += &format!("a{level}: &a{level} {{<<: [*a{0}, *a{0}, *a{0}]}}\n", level - 1);
    }
    text += "last: {<<: *a199}\nloop: &l [*l]\n";
    let tree = tree(&text);
    assert!(root(&tree).at(&["last", "nothing"]).is_none());
    assert!(root(&tree).get("loop").unwrap().is_sequence());
}

#[test]
fn documents_split_at_markers_only() {
    let split = |text: &str| {
        documents(text).map(|range| text.get(range).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(split("a: 1\n---\nb: 2\n--- # c\nc: 3").len(), 3);
    assert_eq!(split("---\na: 1\n").len(), 1);
    assert_eq!(split("a: |\n  ---\n----\n---a\n").len(), 1);
    assert_eq!(split("a\r\n---\r\nb\r---\rc").len(), 3);
    assert_eq!(
        split("%YAML 1.1\n# c\n---\na: 1\n---\nb: 1\n"),
        ["%YAML 1.1\n# c\n---\na: 1\n", "---\nb: 1\n"]
    );
    assert_eq!(split("a: 1\n...\n%TAG ! x\n---\nb: 1\n"), ["a: 1\n...\n", "%TAG ! x\n---\nb: 1\n"]);
    assert_eq!(split("a: |\n  %x\n%\nb\n---\nc\n").len(), 2);
    assert_eq!(split("").len(), 1);
    assert_eq!(
        split("{\"a\": \"}{\\\"\"}\n{\"b\": {}}{}\n"),
        ["{\"a\": \"}{\\\"\"}", "\n{\"b\": {}}", "{}\n"]
    );
    assert_eq!(split("{a: {b: c}} # {\n").len(), 1);
    assert_eq!(split("{{- if a }}\n{{- if b }}\n").len(), 1);
    assert_eq!(split("{a: '\"'}\n---\n{b: [").len(), 2);
}

#[test]
fn a_part_keeps_the_places_of_the_whole() {
    let text = "a: 1\n---\nb: |\n  x\n";
    let tree = super::parse(text, 5..text.len()).unwrap();
    assert_eq!(root(&tree).get("b").unwrap().source(), "|\n  x");
    assert_eq!(super::parse("a: 1\n---\n[", 5..10).unwrap_err().at.start, 9);
}

#[test]
fn errors_carry_their_place() {
    let error = parse("a: b: c").unwrap_err();
    assert_eq!(error.at.start, 4);
    assert!(!error.cause.is_empty());
    assert!(parse("a: [").is_err() && parse("a: \"x").is_err() && parse("a: \0").is_err());
}

/// The oracle: what `serde_yaml` reads of the same text, aliases and merges expanded.
fn same(node: Node<'_>, oracle: &serde_yaml::Value) -> bool {
    match oracle {
        serde_yaml::Value::Sequence(items) => {
            node.is_sequence()
                && node.items().count() == items.len()
                && node.items().zip(items).all(|(node, item)| same(node, item))
        }
        serde_yaml::Value::Mapping(map) => {
            node.is_mapping()
                && map.iter().all(|(key, value)| {
                    key.as_str()
                        .is_none_or(|key| node.get(key).is_some_and(|node| same(node, value)))
                })
        }
        serde_yaml::Value::String(text) => node.scalar().is_some_and(|(value, _)| value == text),
        _ => node.scalar().is_some(),
    }
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn yaml() -> impl Strategy<Value = String> {
        let word = "[a-z]{1,4}";
        let scalar = prop_oneof![
            "[a-z0-9][a-z0-9:./@_-]{0,12}"
                .prop_filter("plain", |s| !s.contains(": ") && !s.ends_with(':')),
            "'[ -&(-~é]{0,8}'",
            "\"[ !#-\\[\\]-~]{0,8}\"",
        ];
        let flow = prop::collection::vec((word, scalar.clone()), 0..3).prop_map(|pairs| {
            let inner: Vec<_> = pairs.iter().map(|(k, v)| format!("{k}: {v}")).collect();
            format!("{{{}}}", inner.join(", "))
        });
        let value = prop_oneof![scalar, flow];
        prop::collection::btree_map(word, prop::collection::vec(value, 1..4), 1..5).prop_map(
            |map| {
                let mut text = String::new();
                for (key, values) in map {
                    text += &format!("{key}:  # note\n");
                    for value in values {
                        text += &format!("  - {value}\n");
                    }
                }
                text
            },
        )
    }

    proptest! {
        #[test]
        fn generated_trees_equal_the_oracle(text in yaml()) {
            let oracle = serde_yaml::from_str::<serde_yaml::Value>(&text);
            let ours = parse(&text);
            if let (Ok(oracle), Ok(tree)) = (oracle, ours) {
                prop_assert!(same(root(&tree), &oracle), "{}", text);
            }
        }

        #[test]
        fn any_text_parses_or_fails_within_itself(text in "[ -~\n\té&*<|>]{0,60}") {
            match parse(&text) {
                Ok(tree) => for node in 0..tree.nodes.len() {
                    let span = tree.nodes[node].span;
                    prop_assert!(text.get(span.range()).is_some());
                },
                Err(error) => prop_assert!(text.get(error.at.range()).is_some()),
            }
        }
    }
}
