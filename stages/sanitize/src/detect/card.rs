//! Payment card numbers.
//!
//! Format: 12-19 digits, in one piece or in groups joined by one kind of blank or dash (4-4-4-4, 4-6-5, ...), the first digits in a
//! range of a scheme (ISO/IEC 7812-1; the schemes' published ranges). Checksum: Luhn. Context: none needed; a number that fails
//! Luhn or has no known range counts only right after a card cue, as a mistyped card is still somebody's.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger, luhn};
use crate::scan::context::Cues;

/// A card number that stands free.
pub(crate) const CARD: Detector = Detector {
    id: "card",
    trigger: Trigger::Digits,
    find,
    matches: &[
        "4111111111111111",
        "paid with 4111 1111 1111 1111 today",
        "4111-1111-1111-1111",
        "amex 3782 822463 10005",
        "378282246310005",
        "5555555555554444,",
        "2223003122003222",
        "6011111111111117",
        "3530111333300000",
        "30569309025904",
        "card_4111111111111111",
        "ref 12 4111 1111 1111 1111 99",
        "6304 0000 0000 0000",
        "card 4111111111111112",
        "4111.1111.1111.1111",
        "x 4111_1111_1111_1111 y",
        "4111/1111/1111/1111",
        "4111:1111:1111:1111",
    ],
    misses: &[
        "4111111111111112",
        "1700000000000",
        "1700000000000000",
        "1700000000000000000",
        "0000000000000000",
        "20261122025801123",
        "44444444444444444444444",
        "41 11 11 11 11 11 11 11",
        "a4111111111111111b",
        "4111.1111.1111.1112",
        "4111.1111.1111.1111.1111",
        "4111.1111/1111.1111",
        "1111111111111111",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
};

/// A card number right behind letters: `PAN4111111111111111`.
pub(crate) const GLUED_CARD: Detector = Detector {
    id: "glued_card",
    trigger: Trigger::Mixed,
    find: find_glued,
    matches: &["x4111111111111111y", "4111111111111111usd", "PAN4111111111111111", "card4111111111111111"],
    misses: &["T0042", "e4111111111111112", "4111111111111111abcdef", "ab12cd34ef56ab12cd34"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let first = spot.groups.first()?.len();
    if !(4..=19).contains(&first) {
        return None;
    }
    let separator = spot.groups.get(1).map_or(0, |group| group.separator);
    let mut total = 0;
    let mut best = None;
    for (i, group) in spot.groups.iter().enumerate().take(7) {
        let grouped = i > 0;
        if grouped && (group.separator != separator || !matches!(separator, b' ' | b'-') || first > 8 || total > 18) {
            break;
        }
        total += group.len();
        if total > 19 {
            break;
        }
        if total >= 12 && (!grouped || total >= 13) {
            let digits = spot.digits(i + 1)?;
            if is_card(digits.as_slice()) {
                best = Some((i + 1, true));
            }
        }
        // Inner groups are no shorter than four digits; only the last may be.
        if group.len() < 4 {
            break;
        }
    }
    if best.is_none() && (13..=19).contains(&first) && spot.near().nearest.any(Cues::CARD) && !is_clock(spot.digits(1)?.as_slice()) {
        best = Some((1, false));
    }
    if best.is_none()
        && let Some(end) = quartets_end(spot)
    {
        return Found::strong(spot.at, end, PiiClass::Card);
    }
    let (groups, strong) = best?;
    Some(Found { start: spot.at, end: spot.end_of(groups), class: Some(PiiClass::Card), strong })
}

/// End of four groups of four digits with one kind of sign between them that is no blank or dash: `4111.1111.1111.1111`.
fn quartets_end(spot: &Spot<'_>) -> Option<usize> {
    let separator = spot.byte(spot.end);
    if spot.end - spot.at != 4 || !matches!(separator, b'.' | b'_' | b'/' | b':') || spot.before() == separator {
        return None;
    }
    let value = spot.text.get(spot.at..spot.at + 19)?;
    let mut digits = [0; 16];
    for (at, &byte) in value.iter().enumerate() {
        match at % 5 {
            4 if byte == separator => {}
            4 => return None,
            _ => digits[at / 5 * 4 + at % 5] = byte,
        }
    }
    let next = spot.byte(spot.at + 19);
    let goes_on = next.is_ascii_digit() || (next == separator && spot.byte(spot.at + 20).is_ascii_digit());
    (!goes_on && is_card(&digits)).then_some(spot.at + 19)
}

fn find_glued(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    // A card's digits and a few letters; most words are shorter, and traces have letters in between.
    if !(14..=43).contains(&word.len()) {
        return None;
    }
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let behind = word.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = word.get(letters..word.len().checked_sub(behind)?)?;
    if letters > 12 || behind > 12 || letters + behind == 0 || !(13..=19).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Hexadecimal digits on both sides are a number of their own kind.
    if (behind > 0 && word.iter().all(u8::is_ascii_hexdigit)) || !is_card(digits) {
        return None;
    }
    Found::strong(spot.at + letters, spot.end - behind, PiiClass::Card)
}

/// Epoch milliseconds, microseconds and nanoseconds of this century so far all begin with 1.
fn is_clock(digits: &[u8]) -> bool {
    matches!(digits.len(), 13 | 16 | 19) && digits[0] == b'1'
}

/// Range of a scheme, length and Luhn.
pub(crate) fn is_card(digits: &[u8]) -> bool {
    in_range(digits) && digits.iter().any(|&digit| digit != digits[0]) && luhn(digits)
}

/// Whether a value's blanks and dashes could group a card (an account `12-34-...` is not one).
pub(crate) fn is_card_grouping(value: &[u8]) -> bool {
    value.split(|byte| matches!(byte, b' ' | b'-')).rev().skip(1).all(|group| group.len() >= 4)
}

fn in_range(digits: &[u8]) -> bool {
    let len = digits.len();
    if !(12..=19).contains(&len) || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let head = |count: usize| digits[..count].iter().fold(0_u32, |value, &digit| value * 10 + u32::from(digit - b'0'));
    let (two, three, four, six) = (head(2), head(3), head(4), head(6));
    match digits[0] {
        b'4' => matches!(len, 13 | 16 | 19),
        b'5' if (51..=55).contains(&two) => len == 16,
        b'5' => two == 50 && six != 0 || (56..=58).contains(&two),
        b'2' => len == 16 && ((2221..=2720).contains(&four) || (2200..=2204).contains(&four)) || ((2200..=2204).contains(&four) && len >= 16),
        b'3' => match two {
            34 | 37 => len == 15,
            35 => (3528..=3589).contains(&four) && len >= 16,
            30 => ((300..=305).contains(&three) || three == 309) && len >= 14,
            36 | 38 | 39 => len >= 14,
            _ => false,
        },
        b'6' => match two {
            60 | 65 => len >= 16,
            64 => (644..=649).contains(&three) && len >= 16,
            62 => len >= 16,
            63 => four == 6304,
            67 => (676..=677).contains(&three),
            _ => false,
        },
        b'8' => (two == 81 || two == 82) && len >= 16,
        b'9' => four == 9792 && len == 16,
        b'1' => len == 15,
        _ => false,
    }
}
