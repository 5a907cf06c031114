//! What a document is, told from its bytes: whether to parse it, and what it means if it fails.

use std::{iter::Peekable, str::Chars};

use memchr::memmem;

use crate::{kinds, needle::Needle, settings::Settings, suppress::ANNOTATION};

static KIND: Needle = Needle::new("kind");
static API_VERSION: Needle = Needle::new("apiVersion");
static QUOTED_KIND: Needle = Needle::new("\"kind\"");
static QUOTED_API_VERSION: Needle = Needle::new("\"apiVersion\"");
static IMAGE: Needle = Needle::new("image");
static SECRET: Needle = Needle::new("Secret");
static DOCKER: Needle = Needle::new("docker");
static PATH: Needle = Needle::new("path:");

/// What a document of interest holds, whatever its kind.
static OF_INTEREST: [Needle; 7] = [
    Needle::new("image"),
    Needle::new("pull_policy"),
    Needle::new("pullcheck"),
    Needle::new("$patch"),
    Needle::new("/spec"),
    Needle::new("\\u"),
    Needle::new("\\x"),
];

/// What values with an image hold.
static OF_VALUES: [Needle; 3] = [Needle::new("mage"), Needle::new("repo"), Needle::new("tag")];

/// The annotation for suppressions, and the escapes that it may be written with.
static OF_ANNOTATION: [Needle; 3] =
    [Needle::new(ANNOTATION), Needle::new("\\u"), Needle::new("\\/")];

/// Whether a document can hold anything of interest: an image, a pull policy, a suppression, or a
/// workload that lost its images to a mistake. Definitions of custom resources hold schemas.
///
/// A key may be written with escapes (`"im\u0061ge"`), so a document with such is parsed as well.
pub fn is_worth_parsing(document: &str, settings: &Settings) -> bool {
    match top_level(document, &KIND) {
        Some("CustomResourceDefinition") => false,
        Some("Secret" | "ServiceAccount") => true,
        // These have kustomize build a folder.
        Some("Application" | "Kustomization") if PATH.is_in(document) => true,
        Some(kind) if is_known_kind(document, kind, settings) => true,
        // The objects in a list show their kinds further in.
        Some(kind) if kind.ends_with("List") => true,
        None if looks_like_manifest(document) => true,
        _ => {
            // A flow mapping shows no key at the beginning of a line.
            let content = document.trim_start_matches(['-', ' ', '\r', '\n']);
            let is_flow = content.starts_with('{') && !content.starts_with("{{");
            OF_INTEREST.iter().any(|needle| needle.is_in(document))
                || (is_flow && SECRET.is_in(document))
        }
    }
}

/// Whether the document of a file of values can hold an image.
pub fn may_hold_values(document: &str) -> bool {
    OF_VALUES.iter().any(|needle| needle.is_in(document))
}

/// Whether a document that is parsed for its kind alone can hold images or registry credentials.
pub fn may_concern_images(document: &str) -> bool {
    match top_level(document, &KIND) {
        Some("Secret" | "ServiceAccount") => IMAGE.is_in(document) || DOCKER.is_in(document),
        Some(kind) if kind.ends_with("List") => IMAGE.is_in(document),
        _ => true,
    }
}

/// Whether a text names the annotation for suppressions, or may do so by escapes.
pub fn names_annotation(text: &str) -> bool {
    OF_ANNOTATION.iter().any(|needle| needle.is_in(text))
}

/// Whether a document that cannot be parsed may hold a `Secret`, at its top or further in.
pub fn may_hold_secret(document: &str) -> bool {
    document.lines().any(|line| {
        let after_key = |at: usize| {
            let rest = line.get(at + "kind".len()..)?;
            rest.trim_start_matches([' ', '\t', '"', '\'']).strip_prefix(':')
        };
        // What stands behind a later key stands behind the first one as well.
        let value = line.match_indices("kind").find_map(|(at, _)| after_key(at));
        value.is_some_and(|value| value.contains("Secret"))
    })
}

/// Whether a document is of a kind that holds images. A custom resource has to show a key of one.
fn is_known_kind(document: &str, kind: &str, settings: &Settings) -> bool {
    if !settings.kinds.has_kind(kind) {
        return false;
    }
    let Some(version) = top_level(document, &API_VERSION) else { return true };
    has_template_action(version)
        || settings.kinds.places(version, kind).into_iter().any(|place| {
            let key = place.key().as_bytes();
            kinds::is_built_in(version) || memmem::find(document.as_bytes(), key).is_some()
        })
}

/// Whether a document shows the two keys of a Kubernetes object.
pub fn looks_like_manifest(document: &str) -> bool {
    [&API_VERSION, &KIND].into_iter().all(|key| top_level(document, key).is_some())
        || [&QUOTED_API_VERSION, &QUOTED_KIND].into_iter().all(|key| key.is_in(document))
}

/// The text behind a key at the beginning of a line, comments and quotes stripped.
fn top_level<'a>(document: &'a str, key: &'static Needle) -> Option<&'a str> {
    let bytes = document.as_bytes();
    key.places(document)
        .filter(|&at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            matches!(before, None | Some(b'\n' | b'\r')) || document.get(..at) == Some("\u{feff}")
        })
        .find_map(|at| {
            let rest = document.get(at + key.word().len()..)?.trim_start_matches([' ', '\t']);
            let line = rest.strip_prefix(':')?.split(['\n', '\r']).next()?;
            let value = line.split(" #").next()?.trim();
            Some(value.trim_matches(['"', '\'']))
        })
}

/// Whether a document has a template action outside quotes and comments: `{{`, `{%`, `<%`, or a
/// name between marks that no plain scalar can begin with, `@NAME@` and `%NAME%`.
pub fn has_template_action(document: &str) -> bool {
    document.split(['\n', '\r']).any(line_has_template_action)
}

fn line_has_template_action(line: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            // `"{{ include "name" . }}"`: a quote within the action ends the scalar for YAML.
            Some(open) if c == '{' && breaks_quote(open, chars.clone()) => return true,
            // A quote opens a scalar only where one can begin: not in `don't`.
            None if (c == '"' || c == '\'') && " \t[{,:-(".contains(before) => quote = Some(c),
            None if c == '#' && before.is_whitespace() => return false,
            None if c == '{' && matches!(chars.peek(), Some('{' | '%')) => return true,
            None if c == '<' && chars.peek() == Some(&'%') => return true,
            None if (c == '@' || c == '%') && frames_name(c, chars.clone()) => return true,
            Some(_) | None => {}
        }
        before = c;
    }
    false
}

/// Whether a name in capitals follows, and then the mark before it again.
fn frames_name(mark: char, rest: Peekable<Chars<'_>>) -> bool {
    let mut rest = rest;
    let is_name = |c: &char| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_';
    let mut letters = 0;
    while rest.next_if(is_name).is_some() {
        letters += 1;
    }
    letters > 0 && rest.next() == Some(mark)
}

/// Whether an action that begins here, after its first `{`, holds the quote it stands in.
fn breaks_quote(open: char, mut rest: Peekable<Chars<'_>>) -> bool {
    rest.next_if_eq(&'{').is_some() && rest.take_while(|&c| c != '}').any(|c| c == open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_worth_parsing(document: &str) -> bool {
        super::is_worth_parsing(document, &Settings::default())
    }

    #[test]
    fn only_what_can_hold_an_image_is_parsed() {
        assert!(is_worth_parsing("kind: Pod\nspec: {"));
        assert!(is_worth_parsing("a:\n  image: x\n"));
        assert!(is_worth_parsing("\"im\\u0061ge\": x"));
        assert!(is_worth_parsing("a: 1 # pullcheck: ignore[x]"));
        assert!(is_worth_parsing("{\"apiVersion\": \"v1\", \"kind\": \"Pod\""));
        assert!(!is_worth_parsing("apiVersion: v1\nkind: Service\n"));
        assert!(is_worth_parsing(
            "apiVersion: pkg.crossplane.io/v1\nkind: Provider\nspec: {package: x}"
        ));
        assert!(!is_worth_parsing("apiVersion: pkg.crossplane.io/v1\nkind: Provider\n"));
        assert!(!is_worth_parsing(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition # x\nimage: y\n"
        ));
        assert!(is_worth_parsing("spec:\n  kind: CustomResourceDefinition\n  image: x\n"));
    }

    #[test]
    fn secrets_show_their_kind() {
        for document in [
            "a: {\nkind: Secret\n",
            "{\"kind\" : \"Secret\"",
            "a: kind\n  kind: {{ if .x }}Secret{{ else }}ConfigMap{{ end }}\n",
            "{kind: List, items: [{kind: Secret",
        ] {
            assert!(may_hold_secret(document), "{document}");
        }
        for document in ["{{ if kindIs \"map\" .imagePullSecrets }}", "kind: Pod\nname: Secret\n"] {
            assert!(!may_hold_secret(document), "{document}");
        }
    }

    #[test]
    fn manifests_show_their_kind() {
        assert!(looks_like_manifest("apiVersion: v1\r\nkind: Pod\r\n"));
        assert!(looks_like_manifest("\u{feff}kind: Pod\napiVersion : v1"));
        assert!(looks_like_manifest("{\"apiVersion\": \"v1\", \"kind\": \"Pod\""));
        assert!(!looks_like_manifest("a:\n  apiVersion: v1\n  kind: Pod\n"));
    }

    #[test]
    fn template_actions_count_outside_quotes_and_comments() {
        assert!(has_template_action("a: 1\nimage: {{ .Values.x }}\n"));
        assert!(has_template_action("{% if x %}"));
        assert!(has_template_action("a: don't {{ x }}"));
        assert!(has_template_action("name: @STS_NAME@") && has_template_action("name: %NAME%-x"));
        assert!(has_template_action("name: <%= name %>"));
        assert!(!has_template_action("a: 100%%") && !has_template_action("a: x@@y"));
        assert!(!has_template_action("mail: a@b.c, d@e.f") && !has_template_action("a: 10 % 3"));
        assert!(has_template_action("name: \"{{ include \"chart.name\" . }}\""));
        assert!(!has_template_action("name: \"{{ x }}\" # \"{{\""));
        assert!(!has_template_action("a: '{{ x }}' # {{ y }}"));
        assert!(!has_template_action("a: {b: {c: d}}\n"));
    }
}
