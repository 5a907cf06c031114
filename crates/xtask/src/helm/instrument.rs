//! Lines of templates that tell in the output where they come from.
//!
//! A line with an image gets a YAML comment that names its file and number. Where the line is
//! rendered, the comment stands behind the image that it has become.

use std::sync::LazyLock;

use regex::Regex;

/// A line that gives a key named `image`, or ending in it, a value.
#[expect(clippy::unwrap_used, reason = "the pattern is right: every test compiles it")]
static IMAGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"^\s*(- )?\s*("?[A-Za-z]*[iI]mage"?):\s*[^\s|>#]"#).unwrap());

/// Where a line of a template begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// Between `{{` and `}}`.
    Action,
    /// Between `/*` and `*/` of an action.
    Comment,
    /// Between two backticks of an action.
    RawString,
}

/// The mark of a line, counted from 1, of a template.
pub fn mark(template: &str, line: usize) -> String {
    format!("  # @@{template}:{line}@@")
}

/// The text with marks, and the lines that have one. Left out are lines on which an action goes on
/// from or to another, and those whose last action would draw the mark to the image (`-}}`).
pub fn instrument(template: &str, text: &str) -> (String, Vec<usize>) {
    let mut marked = Vec::new();
    let mut out = String::new();
    let mut place = Place::Text;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let body = line.trim_end_matches(['\n', '\r']);
        let before = place;
        place = after(place, body);
        out.push_str(body);
        let whole = before == Place::Text && place == Place::Text;
        if whole && IMAGE.is_match(body) && !body.trim_end().ends_with("-}}") {
            out.push_str(&mark(template, number));
            marked.push(number);
        }
        out.push_str(line.strip_prefix(body).unwrap_or_default());
    }
    (out, marked)
}

/// Where the end of a line is if it begins at a place.
fn after(mut place: Place, line: &str) -> Place {
    let mut rest = line;
    loop {
        let next = match place {
            Place::Text => rest.split_once("{{").map(|(_, rest)| opened(rest)),
            Place::Comment => rest.split_once("*/").map(|(_, rest)| (Place::Action, rest)),
            Place::RawString => rest.split_once('`').map(|(_, rest)| (Place::Action, rest)),
            Place::Action => in_action(rest),
        };
        match next {
            Some(next) => (place, rest) = next,
            None => return place,
        }
    }
}

/// Behind `{{`: a comment, or an action.
fn opened(rest: &str) -> (Place, &str) {
    let content = rest.strip_prefix('-').unwrap_or(rest).trim_start();
    content.strip_prefix("/*").map_or((Place::Action, rest), |comment| (Place::Comment, comment))
}

/// Up to the next thing of an action: its end, or a string.
fn in_action(rest: &str) -> Option<(Place, &str)> {
    let (_, found) = rest.split_at_checked(rest.find(['}', '"', '\'', '`'])?)?;
    let mut characters = found.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    Some(match first {
        '`' => (Place::RawString, rest),
        '}' => match rest.strip_prefix('}') {
            Some(rest) => (Place::Text, rest),
            None => (Place::Action, rest),
        },
        quote => (Place::Action, quoted(quote, rest)),
    })
}

/// What is behind a string that ends on the same line, as these must.
fn quoted(quote: char, rest: &str) -> &str {
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            break;
        }
    }
    characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_an_image_are_marked() {
        let cases = [
            ("image: nginx", true),
            ("      - image: {{ .Values.image }}", true),
            ("  \"image\": \"{{ .Values.image }}\"", true),
            ("sidecarImage: {{ include \"x.image\" (dict \"a\" \"}}\") }}", true),
            ("image: {{- if .a }}x{{ else -}} y{{ end }}", true),
            ("image: {{ `}}` }}", true),
            ("image: {{ .a -}}", false),
            ("image: {{ include \"x\"", false),
            ("image:", false),
            ("image: |", false),
            ("image: # none", false),
            ("images: x", false),
            ("imageTag: x", false),
            ("# image: x", false),
        ];
        for (line, expected) in cases {
            let (text, marked) = instrument("templates/web.yaml", &format!("a: 1\n{line}\r\n"));
            assert_eq!(!marked.is_empty(), expected, "{line}");
            let mark = if expected { "  # @@templates/web.yaml:2@@" } else { "" };
            assert_eq!(text, format!("a: 1\n{line}{mark}\r\n"));
        }
    }

    #[test]
    fn what_stands_inside_an_action_is_left_alone() {
        let openings = ["{{ /* a", "{{- /* }} a", "{{ x `a", "{{ x \"{{\"\n", "{{ x '`'"];
        for opening in openings {
            let text = format!("{opening}\nimage: x\n*/`}}}}");
            assert_eq!(instrument("t", &text), (text, vec![]));
        }
        for closed in ["{{ /* ` */ }}", "{{ x `*/ {{` }}", "{{ '\\'' }}", "}} \" `"] {
            let (_, marked) = instrument("t", &format!("{closed}\nimage: x"));
            assert_eq!(marked, [2], "{closed}");
        }
    }
}
