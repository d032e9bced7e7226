//! Amounts of memory and disk as people write them: `512MiB`, `6 GiB`, or plain bytes.

/// Units, greatest first, so that `B` is tried last.
const UNITS: [(&str, u64); 5] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// What is allowed, for messages.
pub const ALLOWED_BYTES: &str = "an amount such as \"512MiB\" or \"6GiB\" (units B, KiB, MiB, GiB, TiB)";

/// Bytes of an amount; none when it is not one, is zero, or does not fit 63 bits.
///
/// ```
/// assert_eq!(runner::config::quantity::parse_bytes("6 GiB"), Some(6 << 30));
/// assert_eq!(runner::config::quantity::parse_bytes("6 GB"), None);
/// ```
#[must_use]
pub fn parse_bytes(text: &str) -> Option<u64> {
    let (digits, unit) = UNITS.iter().find_map(|&(name, unit)| text.strip_suffix(name).map(|digits| (digits.trim_end(), unit))).unwrap_or((text, 1));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit).filter(|&bytes| bytes > 0 && i64::try_from(bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(parse_bytes(text), expected, "{text:?}");
    }

    #[test]
    fn amounts_are_read_with_binary_units_only() {
        check("1", Some(1));
        check("7B", Some(7));
        check("64KiB", Some(64 << 10));
        check("512 MiB", Some(512 << 20));
        check("2TiB", Some(2 << 40));
        for wrong in ["", "0", "-1", "+1", "1.5GiB", "GiB", "6GB", "6G", "99999999999999999999", "9000000TiB"] {
            check(wrong, None);
        }
    }
}
