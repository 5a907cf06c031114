//! The words inside an action.

use crate::span::Span;

/// A word of an action.
#[derive(Debug, PartialEq)]
pub(super) enum Token {
    Dot,
    /// `.name`.
    Field(Box<str>),
    /// `$name`, without the `$`.
    Variable(Box<str>),
    /// A function or a keyword.
    Word(Box<str>),
    Str(Box<str>),
    Int(i64),
    Float(f64),
    Pipe,
    Open,
    Close,
    Declare,
    Assign,
    Comma,
}

/// A word, its place, and whether white space stands before it.
#[derive(Debug)]
pub(super) struct Lexed {
    pub(super) token: Token,
    pub(super) span: Span,
    pub(super) spaced: bool,
}

/// An action `{{ … }}`: its words, its place, and what its trim markers ask for.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) tokens: Vec<Lexed>,
    pub(super) span: Span,
    pub(super) trims_before: bool,
    pub(super) trims_after: bool,
}

/// The characters that trim markers remove and that separate words.
pub(super) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Reads the action whose `{{` is at a byte; `None` if Go would refuse it.
pub(super) fn action(text: &str, start: usize) -> Option<Action> {
    let mut at = start + 2;
    let rest = text.get(at..)?;
    let trims_before = rest.starts_with('-') && rest.chars().nth(1).is_some_and(is_space);
    if trims_before {
        at += 2;
    }
    let mut tokens = Vec::new();
    let rest = text.get(at..)?;
    let (end, trims_after) =
        if rest.starts_with("/*") { comment_end(text, at)? } else { words(text, at, &mut tokens)? };
    Some(Action { tokens, span: Span::of(start..end), trims_before, trims_after })
}

/// The end of the action at a byte, and whether it trims what follows.
fn closing(rest: &str) -> Option<(usize, bool)> {
    if rest.starts_with("}}") {
        return Some((2, false));
    }
    (rest.starts_with(is_space) && rest.get(1..)?.starts_with("-}}")).then_some((4, true))
}

fn comment_end(text: &str, at: usize) -> Option<(usize, bool)> {
    let end = at + 2 + memchr::memmem::find(text.as_bytes().get(at + 2..)?, b"*/")? + 2;
    let (length, trims) = closing(text.get(end..)?)?;
    Some((end + length, trims))
}

fn words(text: &str, mut at: usize, tokens: &mut Vec<Lexed>) -> Option<(usize, bool)> {
    let mut spaced = false;
    loop {
        let rest = text.get(at..)?;
        if let Some((length, trims)) = closing(rest) {
            return Some((at + length, trims));
        }
        let first = rest.chars().next()?;
        if is_space(first) {
            spaced = true;
            at += 1;
            continue;
        }
        let (token, length) = token(rest, first)?;
        tokens.push(Lexed { token, span: Span::of(at..at + length), spaced });
        spaced = false;
        at += length;
    }
}

fn token(rest: &str, first: char) -> Option<(Token, usize)> {
    let second = rest.chars().nth(1);
    match first {
        '|' => Some((Token::Pipe, 1)),
        '(' => Some((Token::Open, 1)),
        ')' => Some((Token::Close, 1)),
        ',' => Some((Token::Comma, 1)),
        '=' => Some((Token::Assign, 1)),
        ':' => (second == Some('=')).then_some((Token::Declare, 2)),
        '"' => quoted(rest),
        '`' => {
            let end = memchr::memchr(b'`', rest.as_bytes().get(1..)?)? + 1;
            Some((Token::Str(rest.get(1..end)?.into()), end + 1))
        }
        '\'' => character(rest),
        '$' => {
            let name = name(rest.get(1..)?);
            Some((Token::Variable(name.into()), 1 + name.len()))
        }
        '.' if !second.is_some_and(|c| c.is_ascii_digit()) => {
            let name = name(rest.get(1..)?);
            let token = if name.is_empty() { Token::Dot } else { Token::Field(name.into()) };
            Some((token, 1 + name.len()))
        }
        '.' | '+' | '-' | '0'..='9' => number(rest),
        _ => {
            let name = name(rest);
            (!name.is_empty()).then(|| (Token::Word(name.into()), name.len()))
        }
    }
}

/// The letters, digits and underscores that a text begins with.
fn name(rest: &str) -> &str {
    let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// A string in double quotes, by the rules of Go's `strconv.Unquote`.
fn quoted(rest: &str) -> Option<(Token, usize)> {
    let mut value = String::new();
    let mut chars = rest.char_indices();
    chars.next();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((Token::Str(value.into()), at + 1)),
            '\n' => return None,
            '\\' => value.push(escaped(&mut chars, '"')?),
            c => value.push(c),
        }
    }
    None
}

/// The character that an escape stands for; only those that are whole characters are read.
fn escaped(chars: &mut std::str::CharIndices<'_>, quote: char) -> Option<char> {
    let digits = |count: usize, radix: u32, chars: &mut std::str::CharIndices<'_>| {
        let mut code = 0_u32;
        for _ in 0..count {
            code = code.checked_mul(radix)? + chars.next()?.1.to_digit(radix)?;
        }
        char::from_u32(code)
    };
    match chars.next()?.1 {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        '\\' => Some('\\'),
        c if c == quote => Some(c),
        'x' => digits(2, 16, chars).filter(char::is_ascii),
        'u' => digits(4, 16, chars),
        'U' => digits(8, 16, chars),
        _ => None,
    }
}

/// A character constant, which is a number.
fn character(rest: &str) -> Option<(Token, usize)> {
    let mut chars = rest.char_indices();
    chars.next();
    let c = match chars.next()?.1 {
        '\\' => escaped(&mut chars, '\'')?,
        '\'' | '\n' => return None,
        c => c,
    };
    let (at, end) = chars.next()?;
    (end == '\'').then_some((Token::Int(i64::from(u32::from(c))), at + 1))
}

/// A number: decimal or hexadecimal, with underscores, a fraction and an exponent. Others are
/// refused, which makes the template unreadable rather than wrong.
fn number(rest: &str) -> Option<(Token, usize)> {
    let is_part = |(at, c): &(usize, char)| {
        let after_exponent = *at > 0
            && matches!(rest.as_bytes().get(at - 1), Some(b'e' | b'E'))
            && !rest.starts_with("0x");
        c.is_ascii_alphanumeric()
            || matches!(c, '.' | '_')
            || (matches!(c, '+' | '-') && (*at == 0 || after_exponent))
    };
    let length = rest.char_indices().take_while(is_part).count();
    let digits: String = rest.get(..length)?.chars().filter(|&c| c != '_').collect();
    let (negative, magnitude) = match digits.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let whole = match magnitude.strip_prefix("0x").or(magnitude.strip_prefix("0X")) {
        Some(hexadecimal) => i64::from_str_radix(hexadecimal, 16).ok(),
        None if magnitude.len() > 1 && magnitude.starts_with('0') => {
            i64::from_str_radix(magnitude, 8).ok()
        }
        None => magnitude.parse().ok(),
    };
    if let Some(whole) = whole {
        return Some((Token::Int(if negative { -whole } else { whole }), length));
    }
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    let float = digits.chars().all(plain).then(|| digits.parse().ok()).flatten()?;
    Some((Token::Float(float), length))
}
