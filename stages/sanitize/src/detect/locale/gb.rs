//! United Kingdom: number plates since 2001 (DVLA: two letters, age, three letters), sort code and account side by side, NHS numbers (NHS Data Model: modulus 11), driving licences (DVLA), passports by name, postcodes (BS 7666).

use schemas::pii::PiiClass::{Account, Address, Device, NationalId};

use super::{grouped, is_day_month, named};
use crate::detect::cue::List;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum, is_word, list_before};

pub(super) const DETECTORS: &[&Detector] = &[&NHS, &SORT_CODE_AND_ACCOUNT, &DRIVING_LICENCE, &PLATE, &POSTCODE];

const NHS: Detector = Detector {
    id: "gb_nhs",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 3).groups(3),
    find: nhs,
    matches: &["943 476 5919", "patient 943-476-5919"],
    misses: &["943 476 5918", "9434765919", "943.476.5919"],
};

const DRIVING_LICENCE: Detector = Detector {
    id: "gb_driving_licence",
    trigger: Trigger::Mixed,
    needs: Needs::len(16, 16),
    find: driving_licence,
    matches: &["MORGA657054SM9IJ", "SMITH912311AB9CD"],
    misses: &["MORGA697054SM9IJ", "MORGA657994SM9IJ", "MORGA657054SM9I"],
};

const POSTCODE: Detector = Detector {
    id: "gb_postcode",
    trigger: Trigger::Mixed,
    needs: Needs::len(2, 4),
    find: postcode,
    matches: &["NW1 6XE", "London SW1A 1AA.", "M1 1AE"],
    misses: &["NW1 6XEX", "T0042 6XE", "h2 6XE", "EC1 6CI"],
};

const SORT_CODE_AND_ACCOUNT: Detector = Detector {
    id: "gb_sort_code_and_account",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 2).groups(3),
    find: sort_code_and_account,
    matches: &["25-66-87 95976965", "RECON  48-11-22 61264789  CR", "credit to 20-45-77 00112233"],
    misses: &["26-11-20 20261120", "20-11-26 95976965", "25-66-87 959769651", "25-66-87", "25 66 87 95976965"],
};

const PLATE: Detector = Detector {
    id: "gb_plate",
    trigger: Trigger::Mixed,
    needs: Needs::len(4, 4),
    find: plate,
    matches: &["DL15 YLX", "left over from yesterday: LY68 NCG"],
    misses: &["ID15 AND", "TX15 GBP", "EU25 EUR 14", "dl15 ylx", "DL15 YLXA", "ticket AB12CDE", "DL45 YLX", "PO12 EUR", "AB12 THE"],
};

fn sort_code_and_account(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[2, 2, 2, 8], b"-- ")?;
    let digits = digits.as_slice();
    // A date before a number.
    let near = |year: &[u8]| matches!(year, [b'1'..=b'3', _]);
    let dated = is_day_month(&digits[..2], &digits[2..4]) && near(&digits[4..6]) || is_day_month(&digits[4..6], &digits[2..4]) && near(&digits[..2]);
    (!dated).then(|| Found::strong(spot.at, end, Account))?
}

/// Letters behind a code that are no plate's: currencies and words.
const NO_PLATES: &[&[u8; 3]] = &[
    b"GBP", b"EUR", b"USD", b"CHF", b"SEK", b"NOK", b"DKK", b"PLN", b"JPY", b"AUD", b"CAD", b"SGD", b"AND", b"THE", b"FOR", b"NOT", b"HAS", b"WAS",
    b"ERR", b"NEW", b"SET", b"GET", b"PUT", b"ALL", b"BUT",
];

/// `AA00 AAA`: the first letter is none of I J Q T U X Z, the age is the year's or the year's and fifty.
fn plate(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    // In one piece it is like any code of a ticket.
    if word.len() != 4 || spot.byte(spot.end) != b' ' {
        return None;
    }
    let (area, tail, end) = (word, spot.text.get(spot.end + 1..spot.end + 4)?, spot.end + 4);
    let letters = area[..2].iter().chain(tail).all(|byte| byte.is_ascii_uppercase() && !b"IQ".contains(byte)) && !b"JTUXZ".contains(&area[0]);
    let digits = area[2..].iter().all(u8::is_ascii_digit);
    let age = checksum::modulo(&area[2..], 100);
    let sound = letters && digits && matches!(age, 2..=29 | 51..=79) && !NO_PLATES.iter().any(|other| tail == *other);
    (sound && !is_word(spot.byte(end)) && !matches!(spot.before(), b'-' | b'_')).then(|| Found::strong(spot.at, end, Device))?
}

fn nhs(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[3, 3, 4], b"  ").or_else(|| grouped(spot, &[3, 3, 4], b"--"))?;
    let (body, check) = digits.as_slice().split_at(9);
    let rest = 11 - checksum::weighted(body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    (rest != 10 && rest % 11 == checksum::value(check[0])).then(|| Found::strong(spot.at, end, NationalId))?
}

/// Five of the surname filled with 9, decade, month (50 more for women), day, year, two initials, two digits or letters, two check letters.
fn driving_licence(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 16] = super::capitals(spot)?;
    let surname = word[..5].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'9') && word[0].is_ascii_uppercase();
    let digits = word[5..11].iter().all(u8::is_ascii_digit);
    let month = (checksum::value(word[6]) % 5) * 10 + checksum::value(word[7]);
    let day = checksum::value(word[8]) * 10 + checksum::value(word[9]);
    let tail = word[11..13].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'9') && word[14..].iter().all(u8::is_ascii_uppercase);
    let gendered = matches!(word[6], b'0' | b'1' | b'5' | b'6');
    let sound = surname && digits && gendered && (1..=12).contains(&month) && (1..=31).contains(&day) && tail;
    sound.then(|| Found::strong(spot.at, spot.end, NationalId))?
}

fn postcode(spot: &Spot<'_>) -> Option<Found> {
    let outward = spot.word();
    let letters = outward.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let shaped = (1..=2).contains(&letters)
        && matches!(&outward[letters..], [d] | [d, _] if d.is_ascii_digit())
        && outward.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let inward = spot.text.get(spot.end..spot.end + 4)?;
    let inner = matches!(inward, [b' ', d, a, b] if d.is_ascii_digit() && is_unit(*a) && is_unit(*b));
    let certain = outward.len() > 2 || named(spot, List::Postcode) || letters == 1;
    (shaped && inner && certain && !is_word(spot.byte(spot.end + 4)))
        .then(|| Found::strong(list_before(spot.text, spot.at).unwrap_or(spot.at), spot.end + 4, Address))?
}

/// Letters of the inward part: none of C I K M O V.
fn is_unit(byte: u8) -> bool {
    byte.is_ascii_uppercase() && !b"CIKMOV".contains(&byte)
}
