//! Amounts in hundredths of the currency unit, from a field or from a message.

use schemas::record::Scalar;

use super::field::{Fields, Role};

const CURRENCIES: [&str; 14] = ["USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "INR", "SGD", "CNY"];

/// The amount a record names.
pub(crate) fn amount_minor(fields: &Fields<'_>, message: &str) -> Option<i64> {
    match fields.value(Role::AmountMinor) {
        Scalar::Int(minor) => return Some(minor),
        Scalar::Text(text) => {
            if let Ok(minor) = text.trim().parse() {
                return Some(minor);
            }
        }
        _ => {}
    }
    match fields.value(Role::Amount) {
        Scalar::Int(units) => units.checked_mul(100),
        Scalar::Float(units) => hundredths(units),
        Scalar::Text(text) => parse(text),
        _ => in_message(message),
    }
}

fn hundredths(units: f64) -> Option<i64> {
    let minor = (units * 100.0).round();
    (minor.is_finite() && minor.abs() < 9e17).then_some(minor as i64)
}

/// `1234`, `$9,000,000.00`, `EUR 12.50`, `12,50 €`, `1.234,56`, `-5`.
fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let number: &str = text.trim_matches(|letter: char| !letter.is_ascii_digit() && letter != '-' && letter != '.');
    let around = text.len() - number.len();
    if number.is_empty()
        || around > 8
        || !number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b'-' | b'\'' | b'_' | b' '))
    {
        return None;
    }
    let negative = number.starts_with('-');
    if number.bytes().skip(1).any(|byte| byte == b'-') {
        return None;
    }
    let cut = number.rfind([',', '.']).filter(|&at| {
        let separator = number.as_bytes()[at];
        let after = number.len() - at - 1;
        let alone = number.bytes().filter(|byte| *byte == separator).count() == 1;
        // `1,234` groups thousands; `1.234` is as likely to; `12.5` and `12.50` are fractions.
        alone && after != 3 || alone && separator == b'.' && number.contains(',')
    });
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    let (units, fraction) = match cut {
        Some(at) => (digits(number.get(..at)?), digits(number.get(at + 1..)?)),
        None => (digits(number), Vec::new()),
    };
    let number_of = |digits: &[u8]| digits.iter().try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')));
    let cents = match fraction[..] {
        [] => 0,
        [tens] => i64::from(tens - b'0') * 10,
        [tens, ones, ..] => i64::from(tens - b'0') * 10 + i64::from(ones - b'0'),
    };
    let minor = number_of(&units)?.checked_mul(100)?.checked_add(cents)?;
    Some(if negative { -minor } else { minor })
}

/// A number beside a currency sign or code. Any other number of a message is no amount.
fn in_message(message: &str) -> Option<i64> {
    let mut before = "";
    let mut words = message.split([' ', '=', ':', '(', ')', ';', '\t', '"']).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let word = word.trim_end_matches([',', '.']);
        let signed = word.starts_with(['$', '€', '£']) || word.ends_with(['€', '£', '$']);
        let next = words.peek().copied().unwrap_or("").trim_end_matches([',', '.']);
        let beside = CURRENCIES.contains(&before) || CURRENCIES.contains(&next);
        let glued = CURRENCIES.iter().any(|code| word.len() > 3 && (word.starts_with(code) || word.ends_with(code)));
        let is_money = signed || glued || beside && word.as_bytes().first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        if let Some(minor) = is_money.then(|| parse(word)).flatten() {
            return Some(minor);
        }
        before = word;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(parse(text), expected, "{text}");
        check("1234", Some(123_400));
        check("$9,000,000.00", Some(900_000_000));
        check("EUR 12.50", Some(1_250));
        check("12,50 €", Some(1_250));
        check("1.234,56", Some(123_456));
        check("1,234", Some(123_400));
        check("12.5", Some(1_250));
        check("-5", Some(-500));
        check("0.99", Some(99));
        check("abc", None);
        check("2026-11-22x", None);
        check("99999999999999999999", None);
    }

    #[test]
    fn only_money_in_messages() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(in_message(text), expected, "{text}");
        check("transfer of $9,000.00 done", Some(900_000));
        check("paid 12.50 EUR, thanks", Some(1_250));
        check("amount=USD 77", Some(7_700));
        check("took 35 ms on 8 cores", None);
    }
}
