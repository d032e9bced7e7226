//! Field names in one writing.

/// A name in lower-case words joined by `_`: `customerName`, `CUSTOMER-NAME` and `Customer Name` are `customer_name`. Dots stay.
pub(crate) fn normalise(key: &str) -> String {
    if is_normal(key.as_bytes()) { key.to_owned() } else { rewritten(key) }
}

fn rewritten(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    let chars: Vec<char> = key.chars().take(128).collect();
    for (i, &c) in chars.iter().enumerate() {
        if c == '.' {
            out.push('.');
        } else if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with(['_', '.']) {
                out.push('_');
            }
        } else {
            let before = i.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or('_');
            let after = chars.get(i + 1).copied().unwrap_or('_');
            let hump = c.is_uppercase() && (before.is_lowercase() || before.is_numeric() || (before.is_uppercase() && after.is_lowercase()));
            if hump && !out.is_empty() && !out.ends_with(['_', '.']) {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

/// Whether a name is in this writing already, as most are: keys that are account numbers, new in each record, above all.
fn is_normal(key: &[u8]) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let joined = |pair: &[u8]| letter(pair[0]) || (pair[0] == b'_' && letter(pair[1])) || pair[0] == b'.';
    let ends = key.first().is_none_or(|&first| first != b'_') && key.last().is_none_or(|&last| last != b'_');
    key.len() <= 128
        && ends
        && key.iter().all(|&byte| letter(byte) || matches!(byte, b'_' | b'.'))
        && key.windows(2).all(|pair| joined(pair) && *pair != *b"._")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, expected: &str) {
        assert_eq!(normalise(key), expected);
    }

    #[test]
    fn what_is_normal_would_not_be_rewritten() {
        const SIGNS: [char; 5] = ['a', '7', '_', '.', 'B'];
        for number in 0..SIGNS.len().pow(5) {
            let key: String = (0..5).map(|place| SIGNS[number / SIGNS.len().pow(place) % SIGNS.len()]).collect();
            assert!(!is_normal(key.as_bytes()) || rewritten(&key) == key, "{key}");
        }
        assert!(is_normal(b"a7_b.c"));
    }

    #[test]
    fn one_writing() {
        check("customerName", "customer_name");
        check("CUSTOMER-NAME", "customer_name");
        check("  Customer  Name ", "customer_name");
        check("IBANNumber", "iban_number");
        check("customerID", "customer_id");
        check("address_line1", "address_line1");
        check("customer.firstName", "customer.first_name");
        check("@timestamp", "timestamp");
        check("", "");
        check("a__b", "a_b");
        check("_a_", "a");
        check("a._b_.c", "a.b_.c");
        check("a.b.c", "a.b.c");
    }
}
