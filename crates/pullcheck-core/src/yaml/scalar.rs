//! What a plain scalar is, as Kubernetes' YAML reader sees it.

use std::borrow::Cow;

/// The type that a scalar has after resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarKind {
    /// Nothing, `~` or `null`.
    Null,
    /// `true`, `yes`, `on` and their opposites.
    Bool,
    /// A whole number in any notation.
    Int,
    /// A number with a fraction or exponent.
    Float,
    /// Everything else, and whatever is quoted.
    Str,
}

/// Resolves the text of a plain scalar by the YAML 1.1 rules of go-yaml v2, which
/// `sigs.k8s.io/yaml` and so `kubectl`, the kubelet and Helm read with. There are no sexagesimal
/// numbers and no timestamps; a number out of range stays a string.
#[must_use]
pub fn resolve(plain: &str) -> ScalarKind {
    match plain {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarKind::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" | "n"
        | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            return ScalarKind::Bool;
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
        | ".nan" | ".NaN" | ".NAN" => return ScalarKind::Float,
        _ => {}
    }
    if !plain.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return ScalarKind::Str;
    }
    let digits = if plain.contains('_') {
        Cow::Owned(plain.chars().filter(|&c| c != '_').collect())
    } else {
        Cow::Borrowed(plain)
    };
    if is_integer(&digits) {
        ScalarKind::Int
    } else if is_float(&digits) {
        ScalarKind::Float
    } else {
        ScalarKind::Str
    }
}

/// What Go's `strconv.ParseInt(text, 0, 64)` or `ParseUint` accepts.
fn is_integer(text: &str) -> bool {
    let magnitude = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, radix) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => (magnitude.get(2..).unwrap_or_default(), 16),
        [b'0', b'b' | b'B', ..] => (magnitude.get(2..).unwrap_or_default(), 2),
        [b'0', b'o' | b'O', ..] => (magnitude.get(2..).unwrap_or_default(), 8),
        [b'0', _, ..] => (magnitude.get(1..).unwrap_or_default(), 8),
        _ => (magnitude, 10),
    };
    digits.starts_with(|c: char| c.is_digit(radix)) && u64::from_str_radix(digits, radix).is_ok()
}

/// go-yaml's `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, within the range of a double.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let number_fits = match number.split_once('.') {
        Some((whole, fraction)) => {
            all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !number.is_empty() && all_digits(number),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    number_fits && exponent_fits && unsigned.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::{ScalarKind::*, resolve};

    /// Measured with sigs.k8s.io/yaml v1.6.0.
    #[test]
    fn plain_scalars_resolve_as_kubernetes_reads_them() {
        let table = [
            (Float, "1.20 1.0 5. 1.10 0.10 1.100 1e3 1E3 1e+3 08 09 .5 .inf .nan 12e5 1234567e1"),
            (Int, "0123 0777 0o17 0x1F 0b11 1_000 1_0 20240101 +1 -1 0 1000000"),
            (Str, "1e400 7e12345 12:30 1:20:30 2024-01-01 1.25.3 v1 1,000 nginx - + . 0x 1e _1"),
            (Bool, "yes no on off y n Y N true True TRUE"),
            (Null, "null ~ Null"),
        ];
        for (kind, texts) in table {
            for text in texts.split(' ') {
                assert_eq!(resolve(text), kind, "{text}");
            }
        }
        assert_eq!(resolve(""), Null);
    }
}
