//! The fingerprint by which GitHub knows a result again: a hash of the text from a line on, made as
//! GitHub's own upload makes it (github/codeql-action, `src/fingerprints.ts`), which warns about any
//! other.

use std::collections::HashMap;

/// How many UTF-16 units a hash covers.
const WINDOW: usize = 100;
const BASE: u64 = 37;
/// What stands at the end of the text.
const END: u64 = 65535;

/// The hash of each line, in order: hexadecimal digits, and behind a colon how many lines up to this
/// one have the same.
///
/// Lines end with LF, CRLF or CR, all hashed as LF; blanks and tabs are passed over.
pub fn line_hashes(text: &str) -> Vec<String> {
    let mut rolling = Rolling::new();
    let mut begins_line = true;
    let mut units = text.encode_utf16().peekable();
    while let Some(unit) = units.next() {
        let unit = match unit {
            0x20 | 0x09 => continue,
            0x0d => {
                units.next_if_eq(&0x0a);
                0x0a
            }
            other => u64::from(other),
        };
        rolling.push(unit, std::mem::replace(&mut begins_line, unit == 0x0a));
    }
    rolling.push(END, begins_line);
    for _ in 0..WINDOW {
        rolling.push(0, false);
    }
    rolling.lines
}

/// A hash of the last units, and of which of them begin lines whose hash is still to come.
struct Rolling {
    window: [(u64, bool); WINDOW],
    next: usize,
    hash: u64,
    /// What the oldest unit contributes to the hash, for each of its own.
    oldest: u64,
    seen: HashMap<u64, usize>,
    lines: Vec<String>,
}

impl Rolling {
    fn new() -> Self {
        let oldest = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(BASE));
        let window = [(0, false); WINDOW];
        Self { window, next: 0, hash: 0, oldest, seen: HashMap::new(), lines: Vec::new() }
    }

    /// Takes a unit in, and the oldest out.
    fn push(&mut self, unit: u64, begins_line: bool) {
        let Some(place) = self.window.get_mut(self.next) else { return };
        let (gone, began_line) = std::mem::replace(place, (unit, begins_line));
        if began_line {
            let count = self.seen.entry(self.hash).or_default();
            *count += 1;
            self.lines.push(format!("{:x}:{count}", self.hash));
        }
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(unit)
            .wrapping_sub(self.oldest.wrapping_mul(gone));
        self.next = (self.next + 1) % WINDOW;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of `fingerprints.test.ts` in github/codeql-action.
    #[test]
    fn hashes_are_those_of_github() {
        let greetings = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        let repeated = "Lorem ipsum dolor sit amet.\n".repeat(10);
        let cases: [(&str, &[&str]); 8] = [
            ("", &["c129715d7a2bc9a3:1"]),
            (
                " a\nb\n  \t\tc\n d",
                &[
                    "271789c17abda88f:1",
                    "54703d4cd895b18:1",
                    "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1",
                ],
            ),
            (
                " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
                &[
                    "8b7cf3e952e7aeb2:1",
                    "b1ae1287ec4718d9:1",
                    "bff680108adb0fcc:1",
                    "c6805c5e1288b612:1",
                    "b86d3392aea1be30:1",
                    "e6ceba753e1a442:1",
                ],
            ),
            (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", &greetings),
            (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", &greetings),
            (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", &greetings),
            (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", &greetings),
            (
                &repeated,
                &[
                    "a7f2ff13bc495cf2:1",
                    "a7f2ff13bc495cf2:2",
                    "a7f2ff13bc495cf2:3",
                    "a7f2ff13bc495cf2:4",
                    "a7f2ff13bc495cf2:5",
                    "a7f2ff13bc495cf2:6",
                    "a7f2ff1481e87703:1",
                    "a9cf91f7bbf1862b:1",
                    "55ec222b86bcae53:1",
                    "cc97dc7b1d7d8f7b:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(line_hashes(text), expected, "{text:?}");
        }
    }
}
