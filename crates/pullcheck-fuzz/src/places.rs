//! Every place in a value, whatever the value is.

use std::{
    fmt::{self, Debug, Write},
    ops::Range,
};

/// How a span prints itself.
const OPENED: &str = "Span { start: ";

/// Panics unless all spans in a value lie in a text, on boundaries of characters. They are found in
/// what the value prints of itself for debugging, so none is forgotten that is added to a type.
pub fn lie_in(text: &str, value: &dyn Debug) {
    let mut printed = Printed::default();
    write!(printed, "{value:?}").unwrap();
    for found in printed.text.split(OPENED).skip(1) {
        let range = range(found).unwrap_or_else(|| panic!("a span is printed as `{found}`"));
        lies_in(text, range);
    }
}

/// Panics unless a range lies in a text, on boundaries of characters.
pub fn lies_in(text: &str, range: Range<usize>) {
    assert!(text.get(range.clone()).is_some(), "{range:?} is not in the text: {text:?}");
}

fn range(printed: &str) -> Option<Range<usize>> {
    let (start, rest) = printed.split_once(", end: ")?;
    let (end, _) = rest.split_once(' ')?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

/// What is printed, without what stands in quotes.
#[derive(Default)]
struct Printed {
    text: String,
    in_quotes: bool,
    is_escaped: bool,
}

impl Write for Printed {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        for c in piece.chars() {
            match c {
                _ if self.is_escaped => self.is_escaped = false,
                '\\' if self.in_quotes => self.is_escaped = true,
                '"' => self.in_quotes = !self.in_quotes,
                _ if !self.in_quotes => self.text.push(c),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use pullcheck_core::span::Span;

    use super::lie_in;

    #[test]
    fn a_place_off_the_text_is_found_and_what_looks_like_one_is_none() {
        let spans =
            |start, end| (["Span { start: 9, end: 9 \""], Some(vec![Span::new(start, end)]));
        lie_in("ä", &spans(0, 2));
        for (start, end) in [(0, 3), (0, 1), (2, 0)] {
            assert!(catch_unwind(|| lie_in("ä", &spans(start, end))).is_err(), "{start}..{end}");
        }
    }
}
