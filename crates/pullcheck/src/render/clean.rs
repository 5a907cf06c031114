//! Text from a manifest must not steer a terminal or a CI runner.
//!
//! A pull request can put anything into an image, a comment or a file name. GitHub's runner obeys
//! `::command` at the beginning of a line and `##[command]` anywhere, Azure's `##vso[` anywhere,
//! and a terminal obeys escape sequences.

/// Cleans a text and keeps every byte offset: each character is replaced by one of its length.
#[must_use]
pub fn clean_text(text: &str) -> String {
    let mut clean: String = text
        .chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => c,
            c if is_steering(c) => stand_in(c),
            c => c,
        })
        .collect();
    if clean.contains("##") {
        clean =
            clean.replace("##[", "#\u{1}[").replace("##vso[", "#\u{1}vso[").replace('\u{1}', "?");
    }
    clean
}

/// Cleans a text that is printed within one line, such as a path or a message.
#[must_use]
pub fn clean_line(text: &str) -> String {
    let one_line = text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', " ");
    break_commands(&clean_text(&one_line))
}

/// A zero-width space after the first colon: `::error` looks the same and commands nothing.
fn break_commands(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("::") {
        out.push_str(before);
        let commands = after.starts_with(|c: char| c.is_ascii_alphabetic());
        out.push_str(if commands { ":\u{200b}:" } else { "::" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Controls, and the marks that turn the direction of writing.
fn is_steering(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
        let text = "a\u{1b}[31m\u{9b}x\u{202e}y##[group]z##vso[task]\tend\r\n";
        let clean = clean_text(text);
        assert_eq!(clean.len(), text.len());
        assert_eq!(clean, "a?[31m·x\u{fffd}y#?[group]z#?vso[task]\tend\r\n");
    }

    #[test]
    fn commands_are_broken() {
        assert_eq!(clean_line("::error::x"), ":\u{200b}:error:\u{200b}:x");
        assert_eq!(clean_line("[::1]:5000/app"), "[::1]:5000/app");
        assert_eq!(clean_line("a\nb\u{7}"), "a\\nb?");
    }
}
