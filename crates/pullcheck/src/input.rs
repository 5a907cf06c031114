//! Reading files: what is too large, not text, or gone.

use std::{
    fs::File,
    hash::{DefaultHasher, Hasher},
    io::{self, Read},
    path::Path,
};

use pullcheck_core::facts::Skip;

/// What became of reading a file.
#[derive(Debug)]
pub enum Input {
    /// Its text.
    Text(String),
    /// Passed over and counted.
    Skipped(Skip),
    /// The system refused.
    Refused(io::Error),
}

/// Reads a file of at most `limit` bytes.
#[must_use]
pub fn read(path: &Path, limit: u64) -> Input {
    match File::open(path).and_then(|file| read_all(file, limit)) {
        Ok(input) => input,
        // It was there a moment ago, when it was found.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Input::Skipped(Skip::Unreadable),
        Err(error) => Input::Refused(error),
    }
}

/// Reads a stream of at most `limit` bytes.
///
/// # Errors
///
/// Whatever reading the stream gives.
pub fn read_all(stream: impl Read, limit: u64) -> io::Result<Input> {
    let mut bytes = Vec::new();
    stream.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Ok(Input::Skipped(Skip::TooLarge));
    }
    Ok(String::from_utf8(bytes).map_or(Input::Skipped(Skip::NotUtf8), Input::Text))
}

/// A number by which a text is known again within one run.
#[must_use]
pub fn checksum(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The system's words without its error number, to go on a sentence with.
#[must_use]
pub fn reason(cause: &io::Error) -> String {
    let text = cause.to_string();
    let words = text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words);
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
