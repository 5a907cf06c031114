//! Reading files: what is too large, not text, or gone.

use std::{
    borrow::Cow,
    cell::Cell,
    fs::{self, File},
    hash::Hasher,
    io::{self, Read},
    path::Path,
};

use pullcheck_core::facts::Skip;
use rustc_hash::FxHasher;

/// What became of reading a file.
#[derive(Debug)]
pub enum Input<'t> {
    /// Its text.
    Text(Cow<'t, str>),
    /// Passed over and counted.
    Skipped(Skip),
    /// The system refused.
    Refused(io::Error),
}

/// A buffer of more than this many bytes is given back.
const KEPT: usize = 1 << 20;

thread_local! {
    /// Files are small and many, so each thread reads one after the other into one buffer.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads a file of at most `limit` bytes, and does something with it. The flag says whether it can be
/// read again, as a pipe cannot.
pub fn with_file<T>(path: &Path, limit: u64, take: impl FnOnce(Input<'_>, bool) -> T) -> T {
    let mut buffer = BUFFER.take();
    buffer.clear();
    buffer.reserve(FIRST);
    let opened = File::open(path).and_then(|file| {
        let metadata = file.metadata().ok().filter(fs::Metadata::is_file);
        // Where its size is known, nobody has to ask for its end. Some files of the system say 0.
        let size = metadata.as_ref().map(fs::Metadata::len).filter(|size| *size > 0);
        let most = limit.saturating_add(1);
        file.take(size.map_or(most, |size| size.min(most))).read_to_end(&mut buffer)?;
        Ok(metadata.is_some())
    });
    let taken = match opened {
        Ok(is_file) if buffer.len() as u64 > limit => take(Input::Skipped(Skip::TooLarge), is_file),
        Ok(is_file) => {
            let text = str::from_utf8(&buffer).map(Cow::Borrowed);
            take(text.map_or(Input::Skipped(Skip::NotUtf8), Input::Text), is_file)
        }
        // It was there a moment ago, when it was found.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            take(Input::Skipped(Skip::Unreadable), true)
        }
        Err(error) => take(Input::Refused(error), true),
    };
    if buffer.capacity() <= KEPT {
        BUFFER.set(buffer);
    }
    taken
}

/// The room for a file to begin with, so that most are read at once.
const FIRST: usize = 1 << 16;

/// Reads a stream of at most `limit` bytes.
///
/// # Errors
///
/// Whatever reading the stream gives.
pub fn read_all(stream: impl Read, limit: u64) -> io::Result<Input<'static>> {
    let mut bytes = Vec::new();
    stream.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Ok(Input::Skipped(Skip::TooLarge));
    }
    let text = String::from_utf8(bytes).map(Cow::Owned);
    Ok(text.map_or(Input::Skipped(Skip::NotUtf8), Input::Text))
}

/// A number by which a text is known again within one run.
#[must_use]
pub fn checksum(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
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
