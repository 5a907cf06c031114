//! Why a program refused, in a few words, and how often.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

/// What a complaint contains, and what that is called.
pub type Reasons = &'static [(&'static str, &'static str)];

/// What was refused, by reason.
#[derive(Debug, Default)]
pub struct Refusals {
    known: BTreeMap<&'static str, usize>,
    /// Those that no reason fits: what was refused, and the complaint.
    other: Vec<(String, String)>,
}

impl Refusals {
    /// Counts one under the first reason that fits.
    pub fn add(&mut self, reasons: Reasons, what: &str, complaint: &str) {
        // Warnings come first.
        let error = complaint.find("Error:").and_then(|start| complaint.get(start..));
        let complaint = error.unwrap_or(complaint);
        match reasons.iter().find(|(mark, _)| complaint.contains(mark)) {
            Some((_, reason)) => *self.known.entry(reason).or_default() += 1,
            None => self.other.push((what.to_owned(), complaint.trim().to_owned())),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.known.values().sum::<usize>() + self.other.len()
    }

    /// Prints the counts, the most frequent first, and some of those that no reason fits.
    pub fn print(&self, out: &mut impl Write, show: usize) -> io::Result<()> {
        for (what, complaint) in self.other.iter().take(show) {
            writeln!(out, "refused {what}: {complaint}")?;
        }
        let mut counts: Vec<_> =
            self.known.iter().map(|(reason, count)| (*count, *reason)).collect();
        counts.sort_unstable_by(|left, right| right.cmp(left));
        counts.push((self.other.len(), "other"));
        for (count, reason) in counts.into_iter().filter(|(count, _)| *count > 0) {
            writeln!(out, "refused: {count} {reason}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_that_fits_counts() {
        let reasons: Reasons = &[("git", "remote"), ("id", "duplicate id")];
        let mut refusals = Refusals::default();
        for complaint in ["no git", "id twice", "git and id", "# Warning: id\nError: strange\n"] {
            refusals.add(reasons, "app", complaint);
        }
        let mut out = Vec::new();
        refusals.print(&mut out, 1).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "refused app: Error: strange\nrefused: 2 remote\nrefused: 1 duplicate id\nrefused: 1 other\n"
        );
        assert_eq!(refusals.count(), 4);
    }
}
