//! Where an unquoted value behind a name ends when it is written in groups: `card=4539 6613 1860 9139`, `iban=GB82 WEST 1234 5698 7654 32`,
//! `mac=AA BB CC DD EE FF`, `dob=12 March 1980`. Taking the first group alone would leave the rest readable.

use schemas::pii::PiiClass;

/// Groups of one value at most.
const GROUPS_MAX: usize = 12;
/// English, German, French, Spanish and Italian names of months by their first three letters.
#[rustfmt::skip]
const MONTHS: &[&[u8; 3]] = &[
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec", b"mai", b"okt", b"dez", b"avr", b"jui", b"ene", b"abr", b"ago", b"dic",
    b"gen", b"mag", b"giu", b"lug", b"set", b"ott",
];

/// What the groups of a class are made of, and how many characters they have together.
struct Shape {
    is: fn(u8) -> bool,
    group: std::ops::RangeInclusive<usize>,
    total: usize,
}

/// The end of the value of `class` that begins at `start` and whose first group ends at `end`.
pub(super) fn grouped_end(bytes: &[u8], start: usize, end: usize, class: PiiClass) -> usize {
    let digit: fn(u8) -> bool = |byte| byte.is_ascii_digit();
    let shape = match class {
        PiiClass::Card => Shape { is: digit, group: 2..=7, total: 19 },
        PiiClass::Iban => Shape { is: |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit(), group: 1..=4, total: 34 },
        PiiClass::Ssn => Shape { is: digit, group: 2..=4, total: 9 },
        PiiClass::Phone => Shape { is: |byte| byte.is_ascii_digit() || matches!(byte, b'(' | b')' | b'-' | b'/'), group: 2..=8, total: 18 },
        PiiClass::Account => Shape { is: digit, group: 2..=10, total: 18 },
        PiiClass::NationalId => Shape { is: |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-', group: 1..=6, total: 18 },
        PiiClass::Mac => Shape { is: |byte| byte.is_ascii_hexdigit(), group: 2..=2, total: 12 },
        PiiClass::BirthDate => return date_end(bytes, start, end),
        PiiClass::Geo => return place_end(bytes, start, end),
        _ => return end,
    };
    let first = &bytes[start..end];
    let body = |group: &[u8]| group.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    if !first.iter().any(u8::is_ascii_alphanumeric) || !first.iter().all(|&byte| (shape.is)(byte) || matches!(byte, b'+' | b'(' | b')' | b'-')) {
        return end;
    }
    let (mut end, mut total) = (end, body(first));
    for _ in 0..GROUPS_MAX {
        let Some(group) = next_group(bytes, end) else { break };
        let text = &bytes[end + 1..group];
        let telling = class == PiiClass::Mac || text.iter().any(u8::is_ascii_digit) || class == PiiClass::Iban;
        // `+33 6 12 88 40 71`: one digit says which net it is.
        let net = class == PiiClass::Phone && (first[0] == b'+' && total <= 4 || first.starts_with(b"00") && total <= 6) && body(text) == 1;
        // `acct=0048217204 443` ended before the port.
        if class == PiiClass::Account && total >= 10 && body(text) < 4 && end == start + first.len() {
            break;
        }
        if !text.iter().all(|&byte| (shape.is)(byte)) || !telling || !(net || shape.group.contains(&body(text))) || total + body(text) > shape.total {
            break;
        }
        (end, total) = (group, total + body(text));
        // A whole social security number or address of a card is complete.
        if total == shape.total {
            break;
        }
    }
    end
}

/// `51.501364, -0.141890`: the second number of a place.
fn place_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let is_number = |number: &[u8]| {
        let digits = number.strip_prefix(b"-").or_else(|| number.strip_prefix(b"+")).unwrap_or(number);
        digits.len() >= 3
            && digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
            && memchr::memchr(b'.', digits).is_some_and(|dot| (1..=3).contains(&dot) && digits.len() - dot > 2)
    };
    let rest = bytes.get(end..).unwrap_or_default();
    let gap = [&b", "[..], b",%20", b"%2C%20", b"%2C", b",", b"; ", b";", b" "].iter().find(|gap| rest.starts_with(gap)).map_or(0, |gap| gap.len());
    let second = rest.get(gap..).unwrap_or_default();
    let len = second.iter().take(24).take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+')).count();
    if gap > 0 && is_number(&bytes[start..end]) && is_number(&second[..len]) { end + gap + len } else { end }
}

/// `12 March 1980`, `March 12, 1980`.
fn date_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let is_month = |word: &[u8]| {
        let head: Option<[u8; 3]> = word.get(..3).and_then(|head| head.try_into().ok());
        head.is_some_and(|head| MONTHS.contains(&&head.map(|byte| byte.to_ascii_lowercase())))
    };
    let is_day = |word: &[u8]| (1..=2).contains(&word.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let is_year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let first = &bytes[start..end];
    let Some(second) = next_group(bytes, end) else { return end };
    let between = &bytes[end + 1..second];
    if !(is_day(first) && is_month(between) || is_month(first) && is_day(between)) {
        return end;
    }
    let comma = second + usize::from(bytes.get(second) == Some(&b','));
    match next_group(bytes, comma) {
        Some(third) if is_year(&bytes[comma + 1..third]) => third,
        _ => second,
    }
}

/// End of the group behind the single blank at `at`, when nothing but a sign that parts values follows it.
fn next_group(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b' ') {
        return None;
    }
    let rest = bytes.get(at + 1..)?;
    let len = rest.iter().take(24).take_while(|&&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'(' | b')' | b'-' | b'/')).count();
    let behind = rest.get(len).copied().unwrap_or(b' ');
    let ends = matches!(behind, b' ' | b',' | b';' | b'.' | b'&' | b'|' | b']' | b'}' | b'"' | b'\'' | b'<') || behind < b' ';
    (len > 0 && ends).then_some(at + 1 + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(class: PiiClass, text: &str, expected: &str) {
        let first = text.find(' ').unwrap_or(text.len());
        let end = grouped_end(text.as_bytes(), 0, first, class);
        assert_eq!(text.get(..end), Some(expected), "{text}");
    }

    #[test]
    fn groups_belong_to_the_value() {
        check(PiiClass::Card, "4539 6613 1860 9139 at 12", "4539 6613 1860 9139");
        check(PiiClass::Iban, "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32");
        check(PiiClass::Ssn, "649 75 9103 3000 ms", "649 75 9103");
        check(PiiClass::Phone, "+44 7474 020429 sent", "+44 7474 020429");
        check(PiiClass::Phone, "(212) 555-0187, x", "(212) 555-0187");
        check(PiiClass::Phone, "+33 6 12 88 40 71 ok", "+33 6 12 88 40 71");
        check(PiiClass::Phone, "0033 6 12 88 40 71 ok", "0033 6 12 88 40 71");
        check(PiiClass::Account, "1234 5678 9012 closed", "1234 5678 9012");
        check(PiiClass::Mac, "AA BB CC DD EE FF 00", "AA BB CC DD EE FF");
        check(PiiClass::BirthDate, "12 March 1980 ok", "12 March 1980");
        check(PiiClass::BirthDate, "March 12, 1980 ok", "March 12, 1980");
    }

    #[test]
    fn what_follows_stays() {
        check(PiiClass::Card, "4539661318609139 took 12 ms", "4539661318609139");
        check(PiiClass::Account, "12345678 ok", "12345678");
        check(PiiClass::Account, "0048217204 443 x", "0048217204");
        check(PiiClass::Customer, "1234 5678", "1234");
        check(PiiClass::Phone, "+441234567890 user=5", "+441234567890");
        check(PiiClass::BirthDate, "1980-02-03 12 retries", "1980-02-03");
    }
}
