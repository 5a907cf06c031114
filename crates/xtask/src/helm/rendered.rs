//! What the marked lines of templates have become.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use regex::Regex;
use serde_yaml::Value;

/// A rendered line with its mark at the end.
#[expect(clippy::unwrap_used, reason = "the pattern is right: every test compiles it")]
static MARKED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\s-]*[^:]+:(.*?)\s*# @@([^@]+):(\d+)@@\s*$").unwrap());

/// A line of a template: its file and number.
pub type Line = (String, usize);

/// The images of each marked line that was rendered, as they are written. A line may be rendered
/// often, as in a loop.
pub fn images(rendered: &str) -> BTreeMap<Line, BTreeSet<String>> {
    let mut images = BTreeMap::<_, BTreeSet<_>>::new();
    for found in rendered.lines().filter_map(|line| MARKED.captures(line)) {
        let (_, [value, template, line]) = found.extract();
        if let (Some(image), Ok(line)) = (scalar(value), line.parse()) {
            images.entry((template.to_owned(), line)).or_default().insert(image);
        }
    }
    images
}

/// The text of a value; numbers as they are written. Nothing for mappings and lists.
fn scalar(value: &str) -> Option<String> {
    match serde_yaml::from_str(value) {
        Ok(Value::String(text)) => Some(text),
        Ok(Value::Mapping(_) | Value::Sequence(_)) => None,
        Ok(Value::Null) => Some(String::new()),
        _ => Some(value.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::instrument::mark;

    #[test]
    fn a_mark_tells_what_its_line_became() {
        let cases = [
            ("image: nginx:1", Some("nginx:1")),
            ("    - image: \"nginx:1\"", Some("nginx:1")),
            ("\"image\": 'a:5000/b' # c", Some("a:5000/b")),
            ("image: 1.20", Some("1.20")),
            ("image: ", Some("")),
            ("image: {{ x", Some("{{ x")),
            ("image: {name: x}", None),
        ];
        for (line, expected) in cases {
            let text = format!("a: 1\n{line}{}\nb: 2\n", mark("templates/a:b.yaml", 7));
            let found = images(&text).remove(&("templates/a:b.yaml".to_owned(), 7));
            let expected = expected.map(|image| BTreeSet::from([image.to_owned()]));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn a_line_may_become_several_images() {
        let mark = mark("t", 1);
        let text = format!("image: a{mark}\nimage: b{mark}\nimage: a{mark}\nimage: c{mark}:tag\n");
        let expected = BTreeSet::from(["a", "b"].map(str::to_owned));
        assert_eq!(images(&text), BTreeMap::from([(("t".to_owned(), 1), expected)]));
    }
}
