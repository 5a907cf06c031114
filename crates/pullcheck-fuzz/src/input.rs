//! From bytes to texts.

/// Ends a text where an input holds several. It is no byte of UTF-8.
const END: u8 = 0xFF;

/// The texts of an input. What is not UTF-8 in them is replaced: nothing else reads such files.
pub fn texts(data: &[u8]) -> impl Iterator<Item = String> {
    data.split(|&byte| byte == END).map(|text| String::from_utf8_lossy(text).into_owned())
}

/// The first text of an input, and what stands behind it.
pub fn text_and_beside(data: &[u8]) -> (String, Option<String>) {
    let mut texts = texts(data);
    (texts.next().unwrap_or_default(), texts.next())
}
