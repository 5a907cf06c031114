//! What can be wrong with a configuration, and what to write instead.

use std::cmp::max;

/// Something wrong, wherever it stands.
#[derive(Debug)]
pub enum Problem {
    /// A key that nothing reads.
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that are read there.
        allowed: &'static [&'static str],
    },
    /// A key that must be there.
    MissingKey(&'static str),
    /// A key that stands there already.
    DuplicateKey(String),
    /// A word that is none of those allowed.
    UnknownWord {
        /// What the words name.
        what: &'static str,
        /// The word.
        word: String,
        /// The words that are known.
        allowed: &'static [&'static str],
    },
    /// One kind of value where another is needed.
    WrongKind {
        /// What is there.
        found: String,
        /// What is needed.
        expected: String,
    },
    /// A value of the right kind that cannot be meant.
    Refused {
        /// What is wrong with it.
        reason: String,
        /// What to do about it.
        help: Option<String>,
    },
}

impl Problem {
    /// One sentence: what is wrong.
    pub fn message(&self) -> String {
        match self {
            Self::UnknownKey { key, .. } => format!("unknown key `{key}`"),
            Self::MissingKey(key) => format!("the key `{key}` is missing"),
            Self::DuplicateKey(key) => format!("the key `{key}` is given twice"),
            Self::UnknownWord { what, word, .. } => format!("unknown {what} `{word}`"),
            Self::WrongKind { found, expected } => format!("expected {expected}, found {found}"),
            Self::Refused { reason, .. } => reason.clone(),
        }
    }

    /// What the blamed place is, in a few words.
    pub fn label(&self) -> String {
        match self {
            Self::UnknownKey { .. } => "nothing reads this key".to_owned(),
            Self::MissingKey(key) => format!("without `{key}`"),
            Self::DuplicateKey(_) => "given a second time here".to_owned(),
            Self::UnknownWord { what, .. } => format!("not a {what}"),
            Self::WrongKind { expected, .. } => format!("{expected} is needed here"),
            Self::Refused { .. } => "here".to_owned(),
        }
    }

    /// What to write instead.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownKey { key, allowed } => Some(instead(key, allowed, "the keys here are")),
            Self::UnknownWord { word, allowed, .. } => Some(instead(word, allowed, "write one of")),
            Self::MissingKey(key) => Some(format!("add `{key}`")),
            Self::DuplicateKey(_) => Some("keep one of them".to_owned()),
            Self::WrongKind { expected, .. } => match expected.as_str() {
                "a list" => Some("put it in brackets: `[…]`".to_owned()),
                "a mapping" => Some("write `key: value` pairs".to_owned()),
                _ => Some(format!("write {expected}")),
            },
            Self::Refused { help, .. } => help.clone(),
        }
    }
}

fn instead(word: &str, allowed: &[&str], list: &str) -> String {
    if let Some(meant) = nearest(word, allowed) {
        return format!("did you mean `{meant}`?");
    }
    let allowed: Vec<String> = allowed.iter().map(|word| format!("`{word}`")).collect();
    format!("{list} {}", allowed.join(", "))
}

/// The word that a wrong one most likely means; letter case and dashes are easily mistaken, and
/// the end of a word is easily left out.
fn nearest<'w>(wrong: &str, words: &[&'w str]) -> Option<&'w str> {
    let wrong = plain(wrong);
    let distance = |word: &str| strsim::damerau_levenshtein(&wrong, word);
    let (nearest, word) =
        words.iter().map(|&word| (word, plain(word))).min_by_key(|(_, word)| distance(word))?;
    if distance(&word) * 3 <= max(wrong.len(), word.len()) {
        return Some(nearest);
    }
    let begun = words.iter().copied().find(|word| plain(word).starts_with(&wrong));
    begun.filter(|_| wrong.len() >= 3)
}

fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
