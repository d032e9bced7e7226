//! Canada: social insurance numbers in one piece (Luhn) near a word for a person or an employer, health numbers of Ontario (ten digits, Luhn) by
//! grouping, postcodes (Canada Post: letter digit letter, digit letter digit). Grouped social insurance numbers are found without this pack.

use schemas::pii::PiiClass::{Address, NationalId};

use super::{grouped, named};
use crate::detect::cue::List;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, is_word, luhn};

pub(super) const DETECTORS: &[&Detector] = &[&SIN, &HEALTH, &POSTCODE];

const SIN: Detector = Detector {
    id: "ca_sin",
    trigger: Trigger::Digits,
    needs: Needs::named(9, 9),
    find: sin,
    matches: &["employee 130692544", "NAS 130692544"],
    misses: &["130692544", "employee 130692545"],
};

const HEALTH: Detector = Detector {
    id: "ca_health",
    trigger: Trigger::Digits,
    needs: Needs::len(4, 4).groups(3),
    find: health,
    matches: &["9876-543-217"],
    misses: &["9876-543-218", "9876543217"],
};

const POSTCODE: Detector = Detector {
    id: "ca_postcode",
    trigger: Trigger::Mixed,
    needs: Needs::len(3, 3),
    find: postcode,
    matches: &["/ H2J 4K7; fallback", "Ottawa K1A 0B1", "Toronto, ON M5V 2T6."],
    misses: &["H2J 4K7X", "D1A 0B1", "H2J4K7", "h2j 4k7", "Z1A 0B1", "H2D 4K7", "x-H2J 4K7"],
};

pub(in crate::detect) const NAMES: &[&str] = &["nas", "employee", "employé", "person", "taxpayer"];

fn sin(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[9], b"")?;
    (luhn(digits.as_slice()) && named(spot, List::CanadianPerson)).then(|| Found::strong(spot.at, end, NationalId))?
}

fn postcode(spot: &Spot<'_>) -> Option<Found> {
    let &[first, a, second] = spot.word() else { return None };
    let &[b' ', b, third, c] = spot.text.get(spot.end..spot.end + 4)? else { return None };
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"DFIOQU".contains(&byte);
    let shaped = [first, second, third].into_iter().all(letter) && [a, b, c].iter().all(u8::is_ascii_digit) && !b"WZ".contains(&first);
    let next = spot.byte(spot.end + 4);
    let apart = !is_word(next) && (!matches!(next, b'-' | b'_' | b'.') || spot.byte(spot.end + 5) <= b' ');
    (shaped && apart && !matches!(spot.before(), b'-' | b'_' | b'.' | b'/')).then(|| Found::strong(spot.at, spot.end + 4, Address))?
}

fn health(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[4, 3, 3], b"--")?;
    luhn(digits.as_slice()).then(|| Found::strong(spot.at, end, NationalId))?
}
