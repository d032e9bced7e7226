//! Amounts of money as one value: `$1,234.56`, `EUR 12,50`, `1.234,56 €`. Without a currency beside it a number with commas may be a list,
//! unless it is grouped by thousands and has a fraction.

use super::part;

/// Codes of ISO 4217 that are seen beside amounts.
const CODES: [&str; 26] = [
    "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "INR", "SGD", "HKD",
    "CNY", "ZAR", "BRL", "MXN", "KRW", "AED",
];
const SIGNS: [&str; 6] = ["$", "€", "£", "¥", "₹", "₩"];

/// Bytes of a number up to its fraction; a longer list of groups is a list.
const DIGITS_MAX: usize = 19;

/// Length of the amount at the front of a text; 0 when there is none.
pub(super) fn amount(text: &str) -> usize {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let front = currency(part(text, sign, text.len()));
    let gap = usize::from(front == 3 && bytes.get(sign + front) == Some(&b' '));
    // A sign stands before or behind the currency: `-$5`, `$-5`.
    let inner = usize::from(front > 0 && matches!(bytes.get(sign + front + gap), Some(b'-' | b'+')));
    let start = sign + front + gap + inner;
    let Some(number) = Number::at(part(text, start, text.len())) else { return 0 };
    let end = start + number.length;
    let back_gap = usize::from(bytes.get(end) == Some(&b' '));
    let back = if front > 0 { 0 } else { currency(part(text, end + back_gap, text.len())) };
    let end = if back > 0 { end + back_gap + back } else { end };
    if (front > 0 || back > 0 || number.grouped && number.fraction) && !glued(bytes, end) { end } else { 0 }
}

/// Whether a text may begin with an amount: cheap, and right for most runs.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    match bytes {
        [b'0'..=b'9', ..] => number_may_begin(bytes),
        [b'-' | b'+', b'0'..=b'9', rest @ ..] => number_may_begin(rest),
        [b'$', ..] | [b'-' | b'+', b'$' | 0xc2 | 0xe2, ..] => true,
        [b'A'..=b'Z', b'A'..=b'Z', b'A'..=b'Z', b' ' | b'0'..=b'9' | b'-', ..] | [0xc2 | 0xe2, ..] => true,
        _ => false,
    }
}

/// Whether a comma or apostrophe is among the digits, or something that is no small letter stands behind them.
fn number_may_begin(bytes: &[u8]) -> bool {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    match bytes.get(length..).unwrap_or_default() {
        [b',' | b'\'', b'0'..=b'9', ..] => true,
        [b' ', next, ..] | [next, ..] => matches!(next, b'A'..=b'Z' | b'$' | 0xc2 | 0xe2),
        [] => false,
    }
}

/// Length of the currency at the front: a sign, or a code that no letter follows.
fn currency(text: &str) -> usize {
    if !text.as_bytes().first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'$' || !byte.is_ascii()) {
        return 0;
    }
    if let Some(sign) = SIGNS.iter().find(|sign| text.starts_with(**sign)) {
        return sign.len();
    }
    let is_code = CODES.iter().any(|code| text.starts_with(code)) && !text.as_bytes().get(3).is_some_and(u8::is_ascii_alphabetic);
    if is_code { 3 } else { 0 }
}

/// Whether the text goes on as one word: then it is something else that begins like an amount.
fn glued(bytes: &[u8], end: usize) -> bool {
    let goes_on = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'\\' | b'@'));
    goes_on(end) || matches!(bytes.get(end), Some(b'.' | b',' | b'-' | b':')) && goes_on(end + 1)
}

struct Number {
    length: usize,
    grouped: bool,
    fraction: bool,
}

impl Number {
    /// Digits, grouped by thousands or not, with or without a fraction of one or two digits.
    fn at(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits = |from: usize| bytes.get(from..).unwrap_or_default().iter().take(DIGITS_MAX + 1).take_while(|byte| byte.is_ascii_digit()).count();
        let mut length = digits(0);
        if length == 0 || length > DIGITS_MAX {
            return None;
        }
        let separator = bytes.get(length).copied().filter(|byte| matches!(byte, b',' | b'.' | b'\''));
        let mut grouped = false;
        if let Some(separator) = separator.filter(|_| length <= 3) {
            while length < DIGITS_MAX && bytes.get(length) == Some(&separator) && digits(length + 1) == 3 {
                length += 4;
                grouped = true;
            }
        }
        let point = bytes.get(length).copied().filter(|byte| matches!(byte, b',' | b'.') && !(grouped && Some(*byte) == separator));
        let cents = digits(length + 1);
        let fraction = point.is_some() && (1..=2).contains(&cents);
        Some(Self { length: if fraction { length + 1 + cents } else { length }, grouped, fraction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(part(text, 0, amount(text)), expected, "{text}");
        assert!(expected.is_empty() || may_begin(text.as_bytes()), "{text}");
    }

    #[test]
    fn amounts_as_people_write_them() {
        check("$1,234.56 paid", "$1,234.56");
        check("EUR 1.234,56, done", "EUR 1.234,56");
        check("12,50 € left", "12,50 €");
        check("-£5", "-£5");
        check("$-5.00.", "$-5.00");
        check("1,234,567.89 in all", "1,234,567.89");
        check("9'000.00 CHF", "9'000.00 CHF");
        check("100USD", "100USD");
    }

    #[test]
    fn what_is_none() {
        for text in ["1,024", "80,443", "1.5", "10.0.0.1", "USD", "EURO 5", "USDT 5", "$x", "12 items", "1,234.567", "1,2,3", "2026-11-22", "EUR1A"] {
            check(text, "");
        }
    }
}
