//! Payment card numbers.
//!
//! Format: 12-19 digits, in one piece or in groups joined by one kind of blank or dash (4-4-4-4, 4-6-5, ...), the first digits in a
//! range of a scheme (ISO/IEC 7812-1; the schemes' published ranges). Checksum: Luhn. Context: none needed; a number that fails
//! Luhn or has no known range counts only right after a card cue, as a mistyped card is still somebody's.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    luhn, window,
};
use crate::scan::context::{Cues, cues_of_name};

/// A card number that stands free.
pub(crate) const CARD: Detector = Detector {
    id: "card",
    trigger: Trigger::Digits,
    needs: Needs::len(4, 4).or(Needs::len(12, 19)).or(Needs::len(4, 19).groups(2)),
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
        "card no. 5425 0695 9151 1203 twice",
        "Kartennummer 4111-1111-1111-1112",
        "carte n° 3782 822463 10006",
        "tarjeta 4111 1111 1111 1112 rechazada",
        "luhn check failed for '4177254756623240'",
        "PAN check failed: 4716 9912 0034 1180",
        "got '4177254756623240' (card number mistyped at POS)",
        "PAN: 9999 8888 7777 6666",
        "kaartnummer 4111 1111 1111 1112",
        "numer karty 4111111111111112",
        "Kartendaten durch: 5412 7501 2345 6789, Verfall",
        "номер карты 4111 1111 1111 1112",
        "カード番号 4111-1111-1111-1112",
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
        "4111 1111 1111 1112",
        "order 4177254756623240 paid by visa",
        "order 4177 2547 5662 3240 shipped",
        "card 2026 0302 1200",
        "card fee 1200 1300 1400 1500",
        "luhn 1700000000000",
    ],
};

/// A card number right behind letters: `PAN4111111111111111`.
pub(crate) const GLUED_CARD: Detector = Detector {
    id: "glued_card",
    trigger: Trigger::Mixed,
    needs: Needs::len(14, 43),
    find: find_glued,
    matches: &["x4111111111111111y", "4111111111111111usd", "PAN4111111111111111", "card4111111111111111"],
    misses: &["T0042", "e4111111111111112", "4111111111111111abcdef", "ab12cd34ef56ab12cd34"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let first = spot.groups.first()?.len();
    if !(4..=19).contains(&first) {
        return None;
    }
    // `blk_4553790855855864497`: longer than the cards of most, and the number of a thing.
    if first >= 17 && spot.before() == b'_' && window::is_of_another(spot.text, spot.at, spot.end, |word| cues_of_name(word).any(Cues::CARD)) {
        return None;
    }
    let (groups, strong) = checked(spot, first).or_else(|| mistyped(spot, first))?;
    Some(Found { start: spot.at, end: groups, class: Some(PiiClass::Card), strong })
}

/// The longest number of a scheme's range that passes Luhn: where it ends, and that nothing else is needed.
fn checked(spot: &Spot<'_>, first: usize) -> Option<(usize, bool)> {
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
    best.map(|(groups, strong)| (spot.end_of(groups), strong)).or_else(|| quartets_end(spot).map(|end| (end, true)))
}

/// Names right behind which any number of a card's length and grouping is one.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "card", "cards", "cardno", "card num", "pan", "pans", "cc", "ccn", "ccnum", "credit card", "debit card", "visa", "mastercard", "amex", "maestro", "card number", "luhn", "luhn check failed for", "primary account",
    "karte", "kartennummer", "kartennr", "karten nr", "kreditkarte", "kreditkartennummer", "girocard", "bankkarte", "carte", "carte bancaire", "carte de crédit", "carte bleue", "numéro de carte", "cb",
    "tarjeta", "tarjeta de crédito", "número de tarjeta", "carta", "carta di credito", "numero carta", "cartão", "cartão de crédito", "kaart", "kaartnummer", "creditcard", "creditcardnummer",
    "karty", "karta", "numer karty", "nr karty", "kort", "kortnummer", "kreditkort", "bankkort", "betalkort", "debitcard", "bankcard", "bankpas", "pinpas", "kortti", "luottokortti", "kart", "kart no", "kart numarası", "карта", "карты", "карте", "номер карты", "カード番号", "カード", "卡号", "信用卡", "카드번호",
];
/// What says near a number that it was to be a card's.
const MISTYPED: &[&[u8]] = &[
    b"card number",
    b"card no",
    b"(card",
    b"luhn",
    b"not a valid card",
    b"invalid pan",
    b"pan check",
    b"kartennummer",
    b"mistyped",
    b"card rejected",
    b"pan rejected",
    b"pan failed",
    b"num\xc3\xa9ro de carte",
    b"tarjeta",
];

/// What speaks of cards anywhere near a number that is grouped like one.
const CARDS: &[&[u8]] = &[
    b"card",
    b"karte",
    b"carte",
    b"carta",
    b"tarjeta",
    b"kaart",
    b"kort",
    b"kart ",
    b"visa",
    b"amex",
    b"maestro",
    b"cvv",
    b"cvc",
    b"luhn",
    b"checksum",
    b"pan ",
    b"pan:",
    b"mistyped",
    b"\xd0\xba\xd0\xb0\xd1\x80\xd1\x82",
];

/// A number that fails the check, beside words that say it is a card's.
fn mistyped(spot: &Spot<'_>, first: usize) -> Option<(usize, bool)> {
    if (13..=19).contains(&first) {
        let said = spot.near().nearest.any(Cues::CARD)
            || cue::behind(spot, List::Card).is_some()
            || (in_range(spot.digits(1)?.as_slice()) && window::holds(spot.text, spot.at, spot.end, MISTYPED));
        return (said && !is_clock(spot.digits(1)?.as_slice())).then_some((spot.end, false));
    }
    let separator = spot.groups.get(1)?.separator;
    let count = match (spot.shape::<4>(), spot.shape::<3>()) {
        (Some([4, 4, 4, 4]), _) => 4,
        (_, Some([4, 6, 4 | 5])) => 3,
        _ => return None,
    };
    if !matches!(separator, b' ' | b'-') || !spot.joined_by(count, separator) || spot.groups.get(count).is_some_and(|group| group.separator != b' ') {
        return None;
    }
    let said = cue::behind(spot, List::Card).is_some()
        || (in_range(spot.digits(count)?.as_slice()) && window::holds(spot.text, spot.at, spot.end_of(count), CARDS));
    said.then(|| (spot.end_of(count), false))
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
        b'2' => len == 16 && ((2221..=2720).contains(&four) || (2200..=2205).contains(&four)) || ((2200..=2204).contains(&four) && len >= 16),
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
            63 => matches!(four, 6304 | 6390) || (637..=639).contains(&three) && len == 16,
            // Maestro, and Bancontact and Laser in its range.
            67 => (676..=677).contains(&three) || matches!(four, 6703 | 6706 | 6709 | 6759) || len == 16,
            _ => false,
        },
        // Uzcard, UnionPay and RuPay.
        b'8' if four == 8600 => len == 16,
        b'8' => (two == 81 || two == 82) && len >= 16,
        // Troy, Humo, Napas, Belkart.
        b'9' => matches!(four, 9792 | 9860 | 9112) && len == 16 || four == 9704 && matches!(len, 16 | 19),
        b'1' => len == 15,
        _ => false,
    }
}
