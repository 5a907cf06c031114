//! What was mended, told and written.

use std::{
    io::{self, Write},
    time::Duration,
};

use similar::TextDiff;

use super::{Fixed, FixedFile};
use crate::{
    clean::{clean_line, clean_text},
    gather::Texts,
    render::counted,
};

/// How long the shortest diff of a file is looked for; what is left then is taken out and put in again as
/// a whole. Thousands of changed lines that all read the same would take hours.
const LONGEST: Duration = Duration::from_secs(1);

impl Fixed {
    /// How many findings were mended.
    #[must_use]
    pub fn count(&self) -> usize {
        self.files.iter().map(|file| file.count).sum()
    }

    /// One sentence about it all: `fixed 2 findings in 1 file`.
    #[must_use]
    pub fn sentence(&self, verb: &str) -> String {
        let (findings, files) = (self.count(), self.files.len());
        format!("{verb} {} in {}", counted(findings, "finding"), counted(files, "file"))
    }

    /// Writes the files. What went wrong comes back, one sentence each.
    #[must_use]
    pub fn write(&self) -> Vec<String> {
        self.files.iter().filter_map(FixedFile::write).collect()
    }

    /// What can be read once only, as it is mended.
    #[must_use]
    pub fn mended_once(&self) -> Texts {
        let mended = self.files.iter().filter(|file| file.path.is_none());
        self.once.with(mended.map(|file| (file.key(), file.after.clone())).collect())
    }

    /// Prints what would change, as a unified diff that `git apply` and `patch` take.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn print_diff(&self, out: &mut dyn Write) -> io::Result<()> {
        for file in &self.files {
            let diff = TextDiff::configure().timeout(LONGEST).diff_lines(&file.before, &file.after);
            let path = clean_line(&file.shown);
            let (from, to) = (format!("a/{path}"), format!("b/{path}"));
            let text = diff.unified_diff().header(&from, &to).to_string();
            out.write_all(clean_text(&text).as_bytes())?;
        }
        Ok(())
    }
}
