//! Shapes of values: what a value must look like where a field's name alone proves nothing (`exp`, `owner`, `sc`), and where an object's keys are values.

use schemas::pii::PiiClass;

use crate::detect::is_no_user;
use crate::fold;
use crate::scan::login_shape::initials_and_family;
use crate::scan::names::{is_common, is_company, is_only_name, is_technical, is_word};

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Two to five words of letters that begin with capitals, none of them ordinary in bank logs.
    FullName,
    /// The same of somebody who may be known by a bare number: `party=302697222`.
    Party,
    /// Ten characters or more of letters and digits, six digits or more, or a person's login: the subject of a token (RFC 7519).
    TokenSubject,
    /// Six digits or more, and little else.
    Digits,
    /// Nine to twenty digits in one piece or joined by dashes, and no clock in milliseconds: times and dates stand behind the same words.
    AccountNumber,
    /// A month and a year of a card: `0829`, `08/29`, `2029-08`. The seconds of a token's `exp` are none.
    Expiry,
    /// Sixteen characters or more of a key or signature.
    Long,
    /// The same in letters of both cases: hexadecimal digests are nobody's secret.
    Signature,
    /// The identifier of a thing: ten characters or more with four digits, in one word. Names of models are shorter.
    Identifier,
    /// Latitude and longitude, or one of them, with three decimals or more.
    Coordinates,
    /// A login: that of a person by its letters, or one word with a digit or a sign in it that is no program's and no comparison.
    Login,
    /// The number of somebody: that of a document, or the identifier of a thing.
    PersonNumber,
    /// Years that people live.
    Age,
    /// A number plate: four to eight letters and digits, both of them.
    Plate,
    /// One to five words of letters with capitals, none of them ordinary in bank logs: what stands behind `given` or `surnm`.
    NameWords,
    /// Who did it: a full name, or one word that is no program's, no state and no number.
    Actor,
    /// The same, or six digits or more.
    ActorNumber,
    /// Whom a token or an event is about: six digits or more, or a user name of two parts by a dot or an underscore.
    Subject,
    /// The same, or the number of a member of staff: a user name that ends with two digits or more, `cc-1182`, `mpatel04`.
    StaffCode,
    /// A letter and four to seven digits.
    StaffNumber,
    /// A day in any notation: six to eight digits, or more than one group.
    Day,
    /// Six to fifteen digits and the signs of a telephone number.
    PhoneNumber,
    /// The number of a message: one word of three digits or more.
    ShortCode,
    /// With an `@`.
    Mailbox,
    /// Four to eight letters and digits, with a digit, or ZIP+4.
    Postcode,
    /// The number of a document: five to twenty-five letters, digits and signs, most of them digits.
    Document,
}

impl Shape {
    /// The class of a value behind the name of somebody that is no name: a number of theirs, or their login.
    pub(crate) fn class_of_no_name(self, value: &str) -> Option<PiiClass> {
        if !matches!(self, Self::FullName | Self::Party) {
            return None;
        }
        if is_party_number(value) || self == Self::Party && is_bare_party_number(value) {
            return Some(PiiClass::Customer);
        }
        is_login_of_person(value).then_some(PiiClass::User)
    }

    /// Whether the value has the shape.
    pub(crate) fn fits(self, value: &str) -> bool {
        let value = value.trim();
        match self {
            Self::FullName | Self::Party => is_full_name(value),
            Self::Digits => {
                let digits = digits(value);
                (6..=30).contains(&digits)
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -/.".contains(&byte))
                    && value.len() <= 2 * digits
            }
            Self::AccountNumber => {
                let clock = matches!(value.len(), 10 | 13 | 16 | 19) && value.starts_with('1');
                let dashes = value.bytes().filter(|&byte| byte == b'-').count();
                // `004-339182-7`, `7719-3305-018`, and no `2026-03-12-10`.
                let dated = value.as_bytes().get(4) == Some(&b'-') && matches!(value.get(..2), Some("19" | "20"));
                let grouped = (1..=3).contains(&dashes) && !dated;
                (9..=20).contains(&(value.len() - dashes))
                    && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
                    && (dashes == 0 || grouped)
                    && !clock
            }
            Self::Expiry => is_expiry(value) || plain_of(value).is_some_and(|plain| is_expiry(plain.trim())),
            Self::Identifier => {
                (10..=80).contains(&value.len())
                    && digits(value) >= 4
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(&byte))
            }
            Self::Login => {
                let signed = value.bytes().any(|byte| byte.is_ascii_digit() || b"._\\@".contains(&byte));
                is_actor(value) && (signed || is_login_of_person(value))
            }
            Self::PersonNumber => Self::Document.fits(value) || Self::Identifier.fits(value),
            Self::TokenSubject => {
                let number = (6..=12).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
                number || Self::Identifier.fits(value) || is_login_of_person(value) || is_staff_number(value)
            }
            Self::Coordinates => is_coordinates(value) || plain_of(value).is_some_and(|plain| is_coordinates(plain.trim())),
            Self::Long => value.len() >= 16 && !value.contains(' ') && (digits(value) > 0 || value.len() >= 26 && is_base32(value)),
            Self::Signature => {
                Self::Long.fits(value) && value.bytes().any(|byte| byte.is_ascii_lowercase()) && value.bytes().any(|byte| byte.is_ascii_uppercase())
            }
            Self::Age => {
                matches!(value.len(), 1..=3)
                    && value.bytes().all(|byte| byte.is_ascii_digit())
                    && value.parse::<u8>().is_ok_and(|years| (1..=119).contains(&years))
            }
            Self::Plate => is_plate(value),
            Self::NameWords => is_name_words(value) || plain_of(value).is_some_and(|plain| is_name_words(plain.trim())),
            Self::Subject => {
                Self::Digits.fits(value)
                    || is_login_of_person(value)
                    || value.bytes().filter(|byte| matches!(byte, b'.' | b'_')).count() == 1 && is_actor(value)
            }
            Self::StaffNumber => is_staff_number(value),
            Self::StaffCode => Self::Subject.fits(value) || is_staff_code(value) || is_staff_number(value),
            Self::ActorNumber => Self::Actor.fits(value) || Self::Digits.fits(value),
            Self::Actor => is_full_name(value) || is_actor(value) || is_staff_number(value),
            Self::Day => {
                let value = without_midnight(value);
                let digits = digits(value);
                (1..=8).contains(&digits) && value.len() <= 30 && (digits >= 6 || value.bytes().any(|byte| b"-/. ".contains(&byte)))
            }
            Self::PhoneNumber => (6..=15).contains(&digits(value)) && value.bytes().all(|byte| byte.is_ascii_digit() || b"+()-./# ".contains(&byte)),
            Self::ShortCode => (3..=24).contains(&value.len()) && digits(value) >= 3 && !value.contains(' '),
            Self::Mailbox => value.contains('@') || value.contains("%40"),
            Self::Postcode => {
                let zip = value.len() == 10 && value.as_bytes()[5] == b'-' && digits(value) == 9;
                (zip || (4..=8).contains(&value.len()))
                    && !value.starts_with("0x")
                    && digits(value) > 0
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -+".contains(&byte))
            }
            Self::Document => {
                let digits = digits(value);
                (5..=25).contains(&value.len())
                    && digits >= 4
                    && value.len() <= 2 * digits + 2
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -/".contains(&byte))
            }
        }
    }
}

/// A day without the midnight that programs write behind it (ISO 8601): `1984-03-12T00:00:00Z`, `1984-03-12 00:00:00.0`.
fn without_midnight(value: &str) -> &str {
    let Some((day, time)) = value.split_once(['T', ' ']) else { return value };
    let clock = time.split(['Z', '+', '-', '.']).next().unwrap_or(time);
    if day.len() == 10 && matches!(clock, "00:00:00" | "00:00") { day } else { value }
}

/// Whether an object's key can be a value of the class. `explicit`: the object says so (`limitsByUser`), else it is a plural (`users`).
pub(crate) fn is_key_of(class: PiiClass, key: &str, explicit: bool) -> bool {
    let digits = digits(key);
    match class {
        PiiClass::Name => {
            is_full_name(key) || explicit && key.chars().next().is_some_and(char::is_uppercase) && key.chars().any(char::is_lowercase) && digits == 0
        }
        PiiClass::User => digits >= 3 || key.contains(['.', '@', '\\']) || explicit,
        PiiClass::Card | PiiClass::Account | PiiClass::Phone | PiiClass::Iban | PiiClass::Ssn => digits >= 6,
        // Documents may have more letters than digits.
        PiiClass::NationalId => digits >= 6 || digits > 0 && is_document(key),
        PiiClass::Device => digits >= if explicit { 4 } else { 5 } || is_plate(key),
        PiiClass::Customer | PiiClass::Session => digits >= if explicit { 4 } else { 5 },
        _ => false,
    }
}

/// `C01X00T47`, `RYYNMKRC7`: one word of capitals and digits.
fn is_document(value: &str) -> bool {
    (8..=12).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// `B-MW 1234`, `SS23 EAY`, `MH12AB1234`: a few capitals and digits, both of them, in up to four groups.
fn is_plate(value: &str) -> bool {
    let (mut letters, mut digits, mut signs) = (0, 0, 0);
    for c in value.chars() {
        match c {
            ' ' | '-' | '\u{a0}' => signs += 1,
            '0'..='9' => digits += 1,
            c if c.is_uppercase() => letters += 1,
            _ => return false,
        }
    }
    (5..=10).contains(&(letters + digits)) && (1..=6).contains(&letters) && (1..=6).contains(&digits) && signs <= 3
}

/// The value without percent signs and other writings of its characters; none when it has none.
fn plain_of(value: &str) -> Option<String> {
    if (value.is_ascii() && !value.contains('%')) || value.len() > 64 {
        return None;
    }
    let mut plain = String::new();
    fold::percent_decode_into(value, &mut plain);
    if fold::needs_fold(&plain) {
        let mut folded = String::new();
        fold::fold_into(&plain, &mut folded, &mut Vec::new());
        plain = folded;
    }
    Some(plain)
}

/// `51.501364, -0.141890`, `POINT(-0.1419 51.5014)`, `51.5014` or `51.5014N`.
fn is_coordinates(value: &str) -> bool {
    let inner = value.strip_prefix("POINT").unwrap_or(value).trim_matches(['(', ')', '[', ']', ' ']);
    let mut numbers = 0;
    for part in inner.split([',', ';', ' ', '/']).filter(|part| !part.is_empty()) {
        let part = part.trim_end_matches(['N', 'S', 'E', 'W', '\u{b0}']).trim_start_matches(['+', '-']);
        let Some((whole, decimals)) = part.split_once('.') else { return false };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let sound = (1..=3).contains(&whole.len()) && digits(whole) && (3..=16).contains(&decimals.len()) && digits(decimals);
        if !sound || whole.parse::<u32>().is_ok_and(|degrees| degrees > 180) {
            return false;
        }
        numbers += 1;
    }
    numbers == 2 || (numbers == 1 && inner.len() >= 7)
}

fn digits(value: &str) -> usize {
    value.bytes().filter(u8::is_ascii_digit).count()
}

/// Words of letters with capitals: `Jane Roe`, `VAN DER BERG, PIET`, `Łucja Piotrowska`. Particles may be small.
pub(crate) fn is_full_name(value: &str) -> bool {
    let (mut words, mut capitals) = (0, 0);
    if value.len() > 80 {
        return false;
    }
    for word in value.split([' ', '\u{a0}', '+']) {
        let word = word.trim_end_matches([',', '.']);
        let mut chars = word.chars();
        let Some(first) = chars.next() else { return false };
        let letters = chars.all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'));
        if !first.is_alphabetic() || !letters || (first.is_lowercase() && word.len() > 5) {
            return false;
        }
        words += 1;
        capitals += usize::from(!first.is_lowercase() && word.chars().count() > 1);
    }
    (2..=6).contains(&words) && capitals >= 2 && !is_common(value) && !is_company(&value.to_lowercase())
}

/// Words of a name, one or more: `Saoirse`, `Nic Giolla Phádraig`, `DE LA CRUZ`. A word with a hump is a program's.
fn is_name_words(value: &str) -> bool {
    let (mut words, mut capitals) = (0, 0);
    if value.len() > 60 {
        return false;
    }
    for word in value.split([' ', '\u{a0}', '+']) {
        let Some(first) = word.chars().next() else { return false };
        let letters = word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'));
        let hump = word.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()) && !word.starts_with("Mc");
        if !first.is_alphabetic() || !letters || hump && !word.contains('-') {
            return false;
        }
        words += 1;
        capitals += usize::from(!first.is_lowercase());
    }
    (1..=5).contains(&words)
        && capitals > 0
        && !is_common(&value.to_lowercase())
        && !is_company(&value.to_lowercase())
        && !(value.len() > 3 && is_technical(value))
}

/// One word of letters and digits that may be somebody's login: `nowickip`, `uwe.stahlhut`, `INPUTT07`.
fn is_actor(value: &str) -> bool {
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    // `org.postgresql.util.PSQLException` did nothing.
    let dots = value.split('@').next().unwrap_or_default().bytes().filter(|&byte| byte == b'.').count();
    (4..=64).contains(&value.len())
        && dots <= 1
        && letters >= 3
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"._-@\\+/".contains(&byte))
        && !value.split(['.', '_', '-', '@']).any(|word| is_no_user(word.as_bytes()) || is_common(&word.to_lowercase()) || is_numbered_job(word))
}

/// `BATCH07`: one of several of a kind that is nobody.
fn is_numbered_job(word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.len() < word.len() && ["batch", "job", "cron", "daemon", "robot", "sched", "worker"].iter().any(|known| known.eq_ignore_ascii_case(stem))
}

/// Capitals and the digits of base32 (RFC 4648).
fn is_base32(value: &str) -> bool {
    value.trim_end_matches('=').bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
}

/// The number of somebody where a name may stand, `PTY0088120`, `P-00933817`: one to four capitals and six to ten digits.
pub(crate) fn is_party_number(value: &str) -> bool {
    let letters = value.bytes().take_while(u8::is_ascii_uppercase).count();
    let number = value.get(letters..).map_or("", |rest| rest.strip_prefix('-').unwrap_or(rest));
    (1..=4).contains(&letters) && (6..=10).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seven to ten digits that are no seconds since 1970.
fn is_bare_party_number(value: &str) -> bool {
    let clock = value.len() == 10 && value.starts_with('1');
    (7..=10).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit()) && !clock
}

/// The login of a person where a name may stand, with or without its domain: `a.varga`, `sgops_tanwl`, `corp\\aszulc`. The last part is a name or no word at all.
pub(crate) fn is_login_of_person(value: &str) -> bool {
    if initials_and_family(value).is_some() {
        return true;
    }
    let (domain, login) = value.rsplit_once('\\').unwrap_or(("", value));
    let Some((first, last)) = login.split_once(['.', '_']).or((!domain.is_empty()).then_some(("", login))) else { return false };
    let small = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
    let domain = domain.trim_end_matches('\\').bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    domain
        && value.len() <= 40
        && last.len() >= 4
        && small(first)
        && small(last)
        && !is_no_user(login.as_bytes())
        && (!is_word(last) || is_only_name(last))
}

/// The number of somebody's own: one to three letters and four to seven digits, `u417732`, `B42158`.
fn is_staff_number(value: &str) -> bool {
    let number = value.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    (1..=3).contains(&(value.len() - number.len())) && (4..=7).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// One word that ends with two digits or more, a sign before them or not: `cc-1182`, `mpatel04`.
fn is_staff_code(value: &str) -> bool {
    let stem = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let word = stem.trim_end_matches(['-', '_']);
    let letters = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let sound = (4..=24).contains(&value.len()) && word.len() >= 2 && value.len() - stem.len() >= 2;
    sound && letters && !is_no_user(word.as_bytes()) && !is_common(&word.to_lowercase())
}

/// `MMYY`, `YYMM`, `MM/YY`, `MM-YYYY`, `YYYY-MM`, `YYYYMM`, with years that cards have.
fn is_expiry(value: &str) -> bool {
    let value = &value.replace("%2F", "/").replace("%2f", "/");
    let groups: Vec<&str> = value.split(['/', '-', '.', ' ']).filter(|group| !group.is_empty()).collect();
    let number = |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<u32>().ok() } else { None };
    let month = |text: &str| text.len() <= 2 && number(text).is_some_and(|month| (1..=12).contains(&month));
    let year = |text: &str| match text.len() {
        2 => number(text).is_some_and(|year| (15..=49).contains(&year)),
        4 => number(text).is_some_and(|year| (2015..=2049).contains(&year)),
        _ => false,
    };
    match groups.as_slice() {
        [first, second] => (month(first) && year(second)) || (year(first) && first.len() == 4 && month(second)),
        [one] if one.is_ascii() && matches!(one.len(), 4 | 6) => {
            let (head, tail) = one.split_at(2);
            let (long_head, long_tail) = one.split_at(one.len() - 2);
            // YYMMDD of chips (EMV 4.3, tag 5F24).
            let (middle, day) = tail.split_at(2);
            let dated = one.len() == 6 && year(head) && month(middle) && number(day).is_some_and(|day| (1..=31).contains(&day));
            (month(head) && year(tail)) || (year(long_head) && month(long_tail)) || dated
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_things_and_places() {
        for value in ["dev-cf7dd36d8450", "c86913a3-0a3d-056d-9d85-3cc2a8c730bc", "354358054218692"] {
            assert!(Shape::Identifier.fits(value), "{value}");
        }
        for value in ["iPhone14,5", "SM-G991B", "M2101K6G", "mobile-app", "Windows 10.0.19045", "Pixel 8", "0123"] {
            assert!(!Shape::Identifier.fits(value), "{value}");
        }
        for value in ["51.501364,-0.141890", "-60.508353, 33.891653", "POINT(-0.1419 51.5014)", "10%2E675964%2C-63.685252", "48.2081743"] {
            assert!(Shape::Coordinates.fits(value), "{value}");
        }
        for value in ["17", "3.5", "1024.000", "top", "12.50, 13.50", "4711,4712", "191.5000,0.0001", "", "1.234"] {
            assert!(!Shape::Coordinates.fits(value), "{value}");
        }
        assert!(
            Shape::Expiry.fits("08%2F2028")
                && Shape::Expiry.fits("\u{967}\u{967}/\u{968}\u{966}\u{969}\u{966}")
                && Shape::Expiry.fits("2027\u{2012}05")
        );
    }

    #[test]
    fn shapes() {
        for value in ["0829", "2908", "08/29", "8/29", "2029-08", "202908", "082029", "12-2027", "04 / 30", "06%2F2030"] {
            assert!(Shape::Expiry.fits(value), "{value}");
        }
        for value in ["1772442847", "3600", "1800", "2026-03-03", "1345", "9999", "never", "", "13/29", "60", "2026"] {
            assert!(!Shape::Expiry.fits(value), "{value}");
        }
        for value in
            ["Jane Roe", "NGUYEN THI THANH HUONG", "Ludwig van Beethoven", "O'Neil, Sean", "Łucja Piotrowska", "J. Roe-Smith Jr", "欧阳 思远"]
        {
            assert!(Shape::FullName.fits(value), "{value}");
        }
        for value in ["Jane", "Payment Service", "ACME Holding Ltd", "core banking", "Jane Roe 2", "T0417", "", "Standing Order"] {
            assert!(!Shape::FullName.fits(value), "{value}");
        }
        assert!(
            Shape::AccountNumber.fits("20881177345")
                && Shape::AccountNumber.fits("7719-3305-018")
                && ["1772446512345", "20260302", "2026-03-02", "1772446512", "queue"].iter().all(|value| !Shape::AccountNumber.fits(value))
        );
        assert!(
            Shape::Digits.fits("60-83-71") && Shape::Digits.fits("20114783920174") && !Shape::Digits.fits("name_asc") && !Shape::Digits.fits("12")
        );
        for value in ["1", "57", "119", " 26 "] {
            assert!(Shape::Age.fits(value), "{value}");
        }
        for value in ["0", "120", "3600", "+7", "57s", "1.5", "", "P30D"] {
            assert!(!Shape::Age.fits(value), "{value}");
        }
        assert!(Shape::Coordinates.fits("10.517919,40.516559") && Shape::Coordinates.fits("-5.0374, 151.7360"));
        assert!(!Shape::Coordinates.fits("12") && !Shape::Coordinates.fits("12,40") && !Shape::Coordinates.fits("191.5179,40.5165"));
        for value in ["B-MW 1234", "GÖ-ZC 502", "SS23 EAY", "MH12AB1234", "WUP-GA 2537H"] {
            assert!(Shape::Plate.fits(value), "{value}");
        }
        for value in ["open", "ACTIVE", "2026-11-20", "reg-1204", "A1", "1234567"] {
            assert!(!Shape::Plate.fits(value), "{value}");
        }
        assert!(
            Shape::StaffCode.fits("j.roe")
                && !Shape::StaffCode.fits("EQUALS")
                && Shape::Long.fits("9BaZe_pZs7c2-7MbD9wUs3")
                && !Shape::Long.fits("11")
        );
    }
}
