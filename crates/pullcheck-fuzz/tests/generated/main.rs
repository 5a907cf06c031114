//! YAML in all its styles, made at random: our tree says what `serde_yaml` reads.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod text;

use proptest::prelude::*;
use pullcheck_core::yaml::{Node, documents, parse};
use pullcheck_fuzz::oracle::difference;
use serde_yaml::Value;

/// Whether look-ups in a node find what stands in a value whose merge keys have been carried out.
fn finds(node: Node<'_>, merged: &Value) -> bool {
    match merged {
        Value::Mapping(entries) => entries.iter().all(|(key, value)| {
            // A merge key that was merged itself is left as it is.
            let key = key.as_str().filter(|key| *key != "<<");
            key.is_none_or(|key| node.get(key).is_some_and(|node| finds(node, value)))
        }),
        Value::Sequence(items) => node.items().zip(items).all(|(node, item)| finds(node, item)),
        Value::Tagged(tagged) => finds(node, &tagged.value),
        Value::String(text) => node.scalar().is_some_and(|(value, _)| value == text),
        _ => node.scalar().is_some(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_styles_are_read_as_the_oracle_reads_them(stream in text::stream()) {
        let text = stream.text();
        let parts: Vec<_> = documents(&text).collect();
        prop_assert_eq!(parts.len(), stream.documents.len(), "{}", text);
        for part in parts {
            let alone = text.get(part.clone()).unwrap();
            let theirs = serde_yaml::from_str::<Value>(alone);
            prop_assert!(theirs.is_ok(), "{}\n{:?}", alone, theirs);
            let ours = parse(&text, part);
            prop_assert!(ours.is_ok(), "{}\n{:?}", alone, ours);
            let (tree, mut value) = (ours.unwrap(), theirs.unwrap());
            prop_assert_eq!(difference(&tree, &value), None, "{}\n{:?}", alone, value);
            if value.apply_merge().is_ok() && let Some(root) = tree.roots().next() {
                prop_assert!(finds(root, &value), "{}\n{:?}", alone, value);
            }
        }
    }
}
