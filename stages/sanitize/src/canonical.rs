//! Canonical forms: one value is one text, however it is written. Tokens and lexicon digests are made of these alone.

use std::net::{IpAddr, Ipv4Addr};

use schemas::pii::PiiClass;

use crate::fold::cut;

/// Appends the canonical form of a value of a class. The value is folded and decoded already.
pub(crate) fn canonical_into(class: PiiClass, value: &str, out: &mut String) {
    match class {
        PiiClass::Card | PiiClass::Ssn => digits_or_alnum(value, out),
        PiiClass::Iban | PiiClass::NationalId | PiiClass::Account | PiiClass::Mac => alnum(value, out),
        PiiClass::Phone => phone(value, out),
        // Four numbers without leading zeros are their own canonical form.
        PiiClass::Ip if value.parse::<Ipv4Addr>().is_ok() => out.push_str(value),
        PiiClass::Ip => match value.trim().parse::<IpAddr>() {
            Ok(address) => out.push_str(&address.to_canonical().to_string()),
            Err(_) => lower(value.trim(), out),
        },
        PiiClass::Name => match value.split_once(", ").filter(|(_, given)| !given.contains(',')) {
            // Family name first: `Roe, Jane` is `Jane Roe`.
            Some((family, given)) => {
                words(given, out);
                out.push(' ');
                words(family, out);
            }
            None => words(value, out),
        },
        PiiClass::Address => words(value, out),
        PiiClass::BirthDate => date(value, out),
        PiiClass::Email | PiiClass::Customer | PiiClass::Session | PiiClass::User | PiiClass::Device | PiiClass::Geo | PiiClass::Secret => {
            lower(value.trim(), out);
        }
    }
}

/// Appends the form under which the lexicon knows a person's name: lower-case words one blank apart. Returns the number of words.
pub(crate) fn name_form_into(value: &str, out: &mut String) -> u8 {
    let start = out.len();
    words(value, out);
    match out.as_bytes().get(start..) {
        None | Some([]) => 0,
        Some(form) => form.iter().filter(|&&byte| byte == b' ').count().min(254) as u8 + 1,
    }
}

/// Appends the form under which the lexicon knows a number or reference: lower-case letters and digits alone, so that `12-34-56` is `123456` and
/// `CUST-0042` is `cust0042`.
pub(crate) fn reference_form_into(value: &str, out: &mut String) {
    if value.is_ascii() {
        return push_ascii(value, u8::is_ascii_alphanumeric, u8::to_ascii_lowercase, out);
    }
    out.extend(value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
}

/// Appends the upper-cased letters and digits.
fn alnum(value: &str, out: &mut String) {
    if value.is_ascii() {
        return push_ascii(value, u8::is_ascii_alphanumeric, u8::to_ascii_uppercase, out);
    }
    out.extend(value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase));
}

/// Appends the bytes of an ASCII text that are wanted, changed. Values are short: a few pieces on the stack are faster than a push for each byte.
fn push_ascii(value: &str, wanted: impl Fn(&u8) -> bool, changed: impl Fn(&u8) -> u8, out: &mut String) {
    for piece in value.as_bytes().chunks(64) {
        let (mut kept, mut len) = ([0; 64], 0);
        for byte in piece {
            kept[len] = changed(byte);
            len += usize::from(wanted(byte));
        }
        out.push_str(std::str::from_utf8(&kept[..len]).unwrap_or_default());
    }
}

/// Appends the digits; a value with letters (a masked or foreign one) keeps them.
fn digits_or_alnum(value: &str, out: &mut String) {
    if value.chars().any(char::is_alphabetic) { alnum(value, out) } else { out.extend(value.chars().filter(char::is_ascii_digit)) }
}

fn lower(value: &str, out: &mut String) {
    if value.is_ascii() {
        let start = out.len();
        out.push_str(value);
        return out.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
    }
    out.extend(value.chars().flat_map(char::to_lowercase));
}

/// `+` and the digits when the number is international (`+`, `00`), else the digits.
fn phone(value: &str, out: &mut String) {
    let mut digits = value.chars().filter(char::is_ascii_digit).peekable();
    if digits.peek().is_none() {
        return lower(value.trim(), out);
    }
    let international = value.trim_start().trim_start_matches('(').starts_with('+');
    let digits: String = digits.collect();
    match digits.strip_prefix("00").filter(|rest| !international && rest.len() >= 8) {
        Some(rest) => out.extend(['+'].into_iter().chain(rest.chars())),
        None => out.extend(international.then_some('+').into_iter().chain(digits.chars())),
    }
}

/// Lower-case words one blank apart; apostrophes vanish, all other signs part words.
fn words(value: &str, out: &mut String) {
    let start = out.len();
    let mut gap = false;
    if value.is_ascii() {
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() {
                if gap && out.len() > start {
                    out.push(' ');
                }
                gap = false;
                out.push(char::from(byte.to_ascii_lowercase()));
            } else if byte != b'\'' {
                gap = true;
            }
        }
        return;
    }
    for c in value.chars() {
        if c.is_alphanumeric() || is_combining(c) {
            if gap && out.len() > start {
                out.push(' ');
            }
            gap = false;
            out.extend(c.to_lowercase());
        } else if c != '\'' {
            gap = true;
        }
    }
}

/// Accents that follow their letter (Latin, Arabic, Indic) belong to the word.
fn is_combining(c: char) -> bool {
    !c.is_ascii() && matches!(u32::from(c), 0x300..=0x36F | 0x591..=0x5C7 | 0x64B..=0x65F | 0x900..=0xDFF | 0xE31..=0xE4E)
}

/// `YYYY-MM-DD` when the year stands first or last and the rest is clear, else the digits as they stand.
fn date(value: &str, out: &mut String) {
    let value = value.trim();
    let day = value.split(['T', ' ']).next().filter(|day| day.len() >= 8).unwrap_or(value);
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let number = |text: &str| text.parse::<u16>().ok();
    if let &[a, b, c] = parts.as_slice() {
        let ordered = match (a.len(), c.len()) {
            (4, _) => Some((a, b, c)),
            (_, 4) if number(a).is_some_and(|a| a > 12) => Some((c, b, a)),
            (_, 4) if number(b).is_some_and(|b| b > 12) => Some((c, a, b)),
            _ => None,
        };
        if let Some((year, month, day)) = ordered {
            out.push_str(&format!("{year}-{month:0>2}-{day:0>2}"));
            return;
        }
    }
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        out.push_str(&format!("{}-{}-{}", cut(day, 0, 4), cut(day, 4, 6), cut(day, 6, 8)));
        return;
    }
    lower(value, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(class: PiiClass, value: &str, expected: &str) {
        let mut out = String::new();
        canonical_into(class, value, &mut out);
        assert_eq!(out, expected, "{}", class.label());
    }

    #[test]
    fn one_value_has_one_form() {
        check(PiiClass::Card, "4111-1111 1111.1111", "4111111111111111");
        check(PiiClass::Iban, "de89 3704 0044 0532 0130 00", "DE89370400440532013000");
        check(PiiClass::Phone, "+1 (555) 123-4567", "+15551234567");
        check(PiiClass::Phone, "0044 20 7946 0958", "+442079460958");
        check(PiiClass::Phone, "(555) 123-4567", "5551234567");
        check(PiiClass::Email, " Jane.Roe@Example.COM", "jane.roe@example.com");
        check(PiiClass::Name, "O'Brien, Mary-Ann", "mary ann obrien");
        check(PiiClass::Name, "  Mary-Ann  O'Brien", "mary ann obrien");
        check(PiiClass::Ip, "::ffff:10.0.0.1", "10.0.0.1");
        check(PiiClass::Mac, "AA-bb-CC-00-11-22", "AABBCC001122");
        check(PiiClass::BirthDate, "1980-02-03T00:00:00Z", "1980-02-03");
        check(PiiClass::BirthDate, "23/02/1980", "1980-02-23");
        check(PiiClass::BirthDate, "19800223", "1980-02-23");
    }

    #[test]
    fn lexicon_forms_ignore_class_and_separators() {
        let name = |value: &str| {
            let mut out = "x".to_owned();
            let words = name_form_into(value, &mut out);
            (out, words)
        };
        assert_eq!(name("Jane  Roe"), ("xjane roe".to_owned(), 2));
        assert_eq!(name("Zoë"), ("xzoë".to_owned(), 1));
        assert_eq!(name("--"), ("x".to_owned(), 0));
        let reference = |value: &str| {
            let mut out = String::new();
            reference_form_into(value, &mut out);
            out
        };
        assert_eq!(reference("CUST-0042"), "cust0042");
        assert_eq!(reference("12-34 56"), "123456");
    }
}
