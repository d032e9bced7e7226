//! Field names in one writing.

/// A name in lower-case words joined by `_`: `customerName`, `CUSTOMER-NAME` and `Customer Name` are `customer_name`. Dots stay.
pub(crate) fn normalise(key: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, expected: &str) {
        assert_eq!(normalise(key), expected);
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
    }
}
