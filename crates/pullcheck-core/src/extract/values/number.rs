//! What Helm makes of numbers and booleans.

use crate::yaml::ScalarKind;

/// The text that a template prints for a plain scalar, where that is no string. Helm reads values
/// by way of JSON, so every number is a double, printed as Go does by default: with an exponent
/// from 1e+06 on (helm/helm, `pkg/chart/loader`; Go, `fmt`, verb `%v`).
#[must_use]
pub fn printed(text: &str, kind: ScalarKind) -> Option<String> {
    match kind {
        ScalarKind::Null | ScalarKind::Str => None,
        ScalarKind::Bool => {
            let is_true = matches!(text.as_bytes(), [b'y' | b'Y' | b't' | b'T', ..])
                || text.eq_ignore_ascii_case("on");
            Some(is_true.to_string())
        }
        ScalarKind::Int => integer(text).map(go_float),
        ScalarKind::Float => {
            let digits: String = text.chars().filter(|&c| c != '_').collect();
            // JSON has no infinity, so Helm refuses it.
            digits.parse().ok().filter(|number: &f64| number.is_finite()).map(go_float)
        }
    }
}

/// A whole number as go-yaml reads it.
#[expect(clippy::cast_precision_loss, reason = "this is what Helm loses")]
fn integer(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let is_negative = digits.starts_with('-');
    let lower = digits.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let radix = |prefix: &str, radix| {
        lower.strip_prefix(prefix).and_then(|rest| u64::from_str_radix(rest, radix).ok())
    };
    let magnitude = radix("0x", 16)
        .or_else(|| radix("0b", 2))
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0", 8))
        .or_else(|| lower.parse().ok())?;
    let number = magnitude as f64;
    Some(if is_negative { -number } else { number })
}

/// A double as Go prints it: the shortest digits that name it.
fn go_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let power: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&power) {
        return number.to_string();
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", power.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::printed;
    use crate::yaml::resolve;

    /// Measured with Helm 3.
    #[test]
    fn numbers_are_printed_as_helm_prints_them() {
        for (written, wanted) in [
            ("1.20", "1.2"),
            ("1.27", "1.27"),
            ("1.0", "1"),
            ("5.", "5"),
            ("1e3", "1000"),
            ("0123", "83"),
            ("08", "8"),
            ("0x1F", "31"),
            ("1_0", "10"),
            ("+1", "1"),
            ("-0.5", "-0.5"),
            ("999999", "999999"),
            ("1000000", "1e+06"),
            ("20240101", "2.0240101e+07"),
            ("12345678", "1.2345678e+07"),
            ("1234567e1", "1.234567e+07"),
            ("0.00001", "1e-05"),
            ("0", "0"),
            ("yes", "true"),
            ("On", "true"),
            ("off", "false"),
            ("N", "false"),
        ] {
            assert_eq!(printed(written, resolve(written)).as_deref(), Some(wanted), "{written}");
        }
        for text in ["v1", "1.2.3", "2024-01-01", "null", ".inf", ".nan"] {
            assert_eq!(printed(text, resolve(text)), None, "{text}");
        }
    }
}
