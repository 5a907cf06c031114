//! Text from a repository must not steer a terminal or a CI runner.
//!
//! A pull request can put anything into an image, a comment or a file name. GitHub's runner obeys
//! `::command` at the beginning of a line and `##[command]` anywhere (actions/runner,
//! `ActionCommand.cs`), Azure's agent `##vso[` anywhere (microsoft/azure-pipelines-agent,
//! `Command.cs`), and a terminal obeys escape sequences. Both runners may compare by culture, which
//! passes over characters that draw nothing.

/// Cleans a text and keeps every byte offset: each character is replaced by one of its length. A lone
/// carriage return, which ends a line of YAML and of a runner's log, becomes a line feed.
#[must_use]
pub fn clean_text(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len());
    let mut before = '\n';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        let hides = || is_unseen(c) && (before.is_ascii() || starts_ascii(after));
        let commands = || c == '#' && before == '#' && opens_command(after);
        clean.push(match c {
            '\r' if !after.starts_with('\n') => '\n',
            '\n' | '\r' | '\t' => c,
            _ if is_steering(c) || hides() || commands() => stand_in(c),
            _ => c,
        });
        before = c;
    }
    clean
}

/// Whether nothing in a text could steer anything, as in most: it is ASCII that can be seen, and there
/// are no two `#` in a row.
fn is_clean(text: &str) -> bool {
    let is_odd = |byte| !matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    // Without a way out of the loop, many bytes are looked at in one step.
    !text.bytes().fold(false, |odd, byte| odd | is_odd(byte)) && !text.contains("##")
}

/// Cleans a text that is printed within one line, such as a path or a message.
#[must_use]
pub fn clean_line(text: &str) -> String {
    if is_clean(text) && !text.contains(['\n', '\t']) && !text.contains("::") {
        return text.to_owned();
    }
    let one_line = text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', " ");
    break_commands(&clean_text(&one_line))
}

/// JSON that reads the same and steers nothing: what could is escaped.
#[must_use]
pub fn json_safe(json: &str) -> String {
    escaped(json, |c| format!("\\u{:04x}", u32::from(c)))
}

/// XML that reads the same and steers nothing: what could is a character reference. Characters that
/// XML cannot hold must have been replaced before (see [`xml_text`]).
#[must_use]
pub fn xml_safe(xml: &str) -> String {
    escaped(xml, |c| format!("&#{};", u32::from(c)))
}

/// A text without the characters that XML 1.0 (section 2.2) cannot hold.
#[must_use]
pub fn xml_text(text: &str) -> String {
    let holds = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if holds(c) { c } else { '\u{fffd}' }).collect()
}

/// Replaces what could steer, the second of two `#`, and a colon at the beginning of a line, in a
/// document whose own marks are none of these. All of them lie in the Basic Multilingual Plane.
fn escaped(document: &str, escape: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(document.len());
    let (mut before, mut begins_line) = ('\n', true);
    for c in document.chars() {
        let keeps = matches!(c, '\n' | '\r' | '\t');
        let steers = !keeps && (is_steering(c) || is_unseen(c));
        if steers || c == '#' && before == '#' || c == ':' && begins_line {
            out.push_str(&escape(c));
        } else {
            out.push(c);
        }
        begins_line = matches!(c, '\n' | '\r') || begins_line && c.is_whitespace();
        before = c;
    }
    out
}

/// A space after the first colon: `::error` is still read as what it is and commands nothing.
fn break_commands(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("::") {
        out.push_str(before);
        let commands = after.starts_with(|c: char| c.is_ascii_alphabetic());
        out.push_str(if commands { ": :" } else { "::" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Controls, and the marks that turn the direction of writing.
fn is_steering(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that draw nothing: between emoji they have their use, beside ASCII they hide.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn starts_ascii(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| c.is_ascii())
}

fn opens_command(rest: &str) -> bool {
    let azure = rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("vso["));
    rest.starts_with('[') || azure
}

fn stand_in(c: char) -> char {
    match c.len_utf8() {
        1 => '?',
        2 => '·',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_stay() {
        let text = "\ra\u{1b}[31m\u{9b}x\u{202e}y##[group]z##VSO[task]\tend #\u{200d}#[x\u{ad}\r\n";
        let clean = clean_text(text);
        assert_eq!(clean.len(), text.len());
        assert_eq!(clean, "\na?[31m·x\u{fffd}y#?[group]z#?VSO[task]\tend #\u{fffd}#[x·\r\n");
    }

    #[test]
    fn what_is_meant_well_stays() {
        for text in ["## heading", "👩\u{200d}🚀 é 漢字", "a # b", "#[derive]", "###"] {
            assert_eq!(clean_text(text), text);
        }
    }

    #[test]
    fn commands_are_broken() {
        assert_eq!(clean_line("::error::x"), ": :error: :x");
        assert_eq!(clean_line("[::1]:5000/app"), "[::1]:5000/app");
        assert_eq!(clean_line("a\nb\u{7}"), "a\\nb?");
    }

    #[test]
    fn no_line_of_a_document_begins_with_a_command() {
        assert_eq!(xml_safe("<a b='x\n ::error::y'/>"), "<a b='x\n &#58;:error::y'/>");
    }

    #[test]
    fn json_reads_the_same() {
        let text = "##[error]\u{9b}31m ##vso[x] \u{202e}\u{1b}é😀 ### \u{200d}\u{feff}";
        let json = json_safe(&serde_json::to_string(text).unwrap());
        assert!(json.is_ascii() || !json.chars().any(|c| is_steering(c) || is_unseen(c)));
        assert!(!json.contains("##"));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
