//! The counts that were accepted, and what has become of them.

use std::{fmt, io, str::FromStr};

/// Counts, and what they were counted with.
#[derive(Debug, PartialEq, Eq)]
pub struct Baseline {
    pub tools: String,
    pub counts: Vec<(String, u64)>,
}

const HEAD: &str = "# Instructions of each case; `UPDATE=1 .ci/instructions` writes this file.\n";

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}# {}", self.tools)?;
        self.counts.iter().try_for_each(|(name, count)| writeln!(f, "{name} {count}"))
    }
}

impl FromStr for Baseline {
    type Err = io::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix(HEAD).and_then(|rest| rest.strip_prefix("# "));
        let (tools, lines) = rest.and_then(|rest| rest.split_once('\n')).ok_or_else(|| {
            io::Error::other("the baseline does not say what it was counted with")
        })?;
        let count = |line: &str| {
            let (name, count) = line.split_once(' ')?;
            Some((name.to_owned(), count.parse().ok()?))
        };
        let counts = lines.lines().map(|line| {
            count(line).ok_or_else(|| io::Error::other(format!("no count in the baseline: {line}")))
        });
        Ok(Self { tools: tools.to_owned(), counts: counts.collect::<Result<_, _>>()? })
    }
}

/// A case before and now.
#[derive(Debug)]
pub struct Compared {
    pub name: String,
    before: Option<u64>,
    now: u64,
}

impl Compared {
    /// By how many percent the case has grown, if it was there before.
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    pub fn percent(&self) -> Option<f64> {
        let before = self.before? as f64;
        Some((self.now as f64 / before - 1.0) * 100.0)
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.before.map_or("-".to_owned(), grouped);
        let change = self.percent().map_or("new".to_owned(), |percent| format!("{percent:+.2} %"));
        write!(f, "| {} | {before} | {} | {change} |", self.name, grouped(self.now))
    }
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

/// Each case of now with what it was before.
pub fn compare(before: &Baseline, now: &Baseline) -> Vec<Compared> {
    let known = |name: &str| before.counts.iter().find(|(known, _)| known == name);
    let row = |(name, count): &(String, u64)| Compared {
        name: name.clone(),
        before: known(name).map(|(_, count)| *count),
        now: *count,
    };
    now.counts.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(counts: &[(&str, u64)]) -> Baseline {
        let counts = counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        Baseline { tools: "rustc 1, x86_64".to_owned(), counts }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written = baseline(&[("hook", 12), ("mixed", 3_456_789)]);
        assert_eq!(written.to_string().parse::<Baseline>().unwrap(), written);
        for broken in ["", "# x\n", &written.to_string().replace("hook 12", "hook twelve")] {
            assert!(broken.parse::<Baseline>().is_err(), "{broken}");
        }
    }

    #[test]
    fn each_case_is_held_against_its_own_count() {
        let before = baseline(&[("mixed", 1_000_000), ("gone", 5), ("hook", 200)]);
        let now = baseline(&[("hook", 190), ("mixed", 1_031_000), ("new", 7)]);
        let rows: Vec<_> = compare(&before, &now).iter().map(ToString::to_string).collect();
        assert_eq!(
            rows,
            [
                "| hook | 200 | 190 | -5.00 % |",
                "| mixed | 1,000,000 | 1,031,000 | +3.10 % |",
                "| new | - | 7 | new |",
            ]
        );
    }
}
