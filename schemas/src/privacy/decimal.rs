//! Decimal texts to integers, without a float on the way.

/// The decimal `text` in units of `10^-digits`, rounded down. None when it is no plain non-negative decimal (`1`, `0.5`, `1e-5`), or
/// does not fit. Signs, `nan`, `inf`, hexadecimal and white space are refused; what rounds to 0 is 0, which a spender must refuse.
///
/// ```
/// use schemas::privacy::parse_decimal;
/// assert_eq!(parse_decimal("1e-5", 18), Some(10_000_000_000_000));
/// assert_eq!(parse_decimal("1.0", 6), Some(1_000_000));
/// assert_eq!(parse_decimal("-1", 6), None);
/// ```
#[must_use]
pub fn parse_decimal(text: &str, digits: u32) -> Option<u64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|exponent| exponent.abs() <= 400)?),
        None => (text, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && part.is_empty() || mantissa.len() > 64 || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let shift = exponent + i32::try_from(digits).ok()? - i32::try_from(part.len()).ok()?;
    let all: String = [whole, part].concat();
    let all = all.trim_start_matches('0');
    if all.is_empty() {
        return Some(0);
    }
    let kept = i32::try_from(all.len()).ok()? + shift;
    match kept {
        ..=0 => Some(0),
        1..=20 => {
            let mut text: String = all.chars().take(usize::try_from(kept).ok()?).collect();
            while text.len() < usize::try_from(kept).ok()? {
                text.push('0');
            }
            text.parse().ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse_decimal;

    #[track_caller]
    fn check(text: &str, digits: u32, expected: Option<u64>) {
        assert_eq!(parse_decimal(text, digits), expected, "{text}");
    }

    #[test]
    fn reads_plain_and_scientific_decimals() {
        check("1", 9, Some(1_000_000_000));
        check("0.0244", 9, Some(24_400_000));
        check(".5", 6, Some(500_000));
        check("1e-5", 18, Some(10_000_000_000_000));
        check("2.5E-6", 18, Some(2_500_000_000_000));
        check("1e2", 6, Some(100_000_000));
        check("0", 9, Some(0));
    }

    #[test]
    fn rounds_down() {
        check("0.0000000019", 9, Some(1));
        check("1e-300", 18, Some(0));
        check("4.9e-324", 18, Some(0));
    }

    #[test]
    fn refuses_what_is_no_budget() {
        for text in ["", ".", "-1", "+1", "nan", "inf", "1e", "1e999999", "0x10", " 1", "1 ", "1,5", "1e400000000000", "20000000000000"] {
            check(text, 9, None);
        }
    }
}
