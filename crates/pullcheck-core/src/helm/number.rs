//! Numbers and booleans as YAML 1.1 writes and Go prints them.

/// Whether a scalar that YAML reads as a boolean is true.
pub(super) fn boolean(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "y" | "yes" | "on" | "true")
}

/// A scalar that YAML reads as a number, if it is a finite one.
pub(super) fn parse(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    if let Some(whole) = integer(&digits) {
        #[expect(clippy::cast_precision_loss, reason = "Go rounds just so")]
        return Some(whole as f64);
    }
    digits.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// What Go's `strconv.ParseInt(text, 0, 64)` reads.
fn integer(text: &str) -> Option<i128> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = magnitude.to_ascii_lowercase();
    let (digits, radix) = if let Some(digits) = lower.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (digits, 2)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (digits, 8)
    } else if let Some(digits) = lower.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        (digits, 8)
    } else {
        (lower.as_str(), 10)
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let number = i128::from(u64::from_str_radix(digits, radix).ok()?);
    Some(if negative { -number } else { number })
}

/// What a number becomes in a Go string field or a key: whole ones keep their digits.
pub(super) fn in_text(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    integer(&digits).map(|whole| whole.to_string()).or_else(|| parse(text).map(print))
}

/// A 64-bit float as Go's `%v` prints it: the shortest digits that give it back, with an exponent
/// from the sixth place on or below the fourth.
pub(super) fn print(number: f64) -> String {
    let shortest = format!("{number:e}");
    let Some((digits, exponent)) = shortest.split_once('e') else { return shortest };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// A number as `toYaml` prints it: whole ones in full, which JSON makes of them.
pub(super) fn in_yaml(number: f64) -> Option<String> {
    if number.fract() == 0.0 && number.abs() < 1e18 {
        return Some(format!("{number}"));
    }
    (number.abs() < 1e18).then(|| print(number))
}
