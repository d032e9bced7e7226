//! India: number plates (Central Motor Vehicles Rules: state, office, series, four digits), GSTIN (GST Council: state, PAN, entity, `Z`, check by modulus 36). Aadhaar and PAN are found without this pack.

use schemas::pii::PiiClass::{Device, NationalId};

use crate::detect::{Detector, Found, Needs, Spot, Trigger};

pub(super) const DETECTORS: &[&Detector] = &[&GSTIN, &PLATE];

const GSTIN: Detector = Detector {
    id: "in_gstin",
    trigger: Trigger::Mixed,
    needs: Needs::len(15, 15),
    find,
    matches: &["27AAPFU0939F1ZV", "gstin 27AAPFU0939F1ZV"],
    misses: &["27AAPFU0939F1ZW", "99AAPFU0939F1ZV", "27AAPFU0939F1Z"],
};

const PLATE: Detector = Detector {
    id: "in_plate",
    trigger: Trigger::Mixed,
    needs: Needs::len(9, 11),
    find: plate,
    matches: &["MH12AB1234", "this was about DL26TL7802 again", "KA05M1234"],
    misses: &["XX12AB1234", "mh12ab1234", "MH12AB123", "MH12ABCD1234", "KA0512345"],
};

/// Codes of the states and territories on plates.
const STATES: &[&[u8; 2]] = &[
    b"AN", b"AP", b"AR", b"AS", b"BR", b"CG", b"CH", b"DD", b"DL", b"DN", b"GA", b"GJ", b"HP", b"HR", b"JH", b"JK", b"KA", b"KL", b"LA", b"LD",
    b"MH", b"ML", b"MN", b"MP", b"MZ", b"NL", b"OD", b"OR", b"PB", b"PY", b"RJ", b"SK", b"TN", b"TR", b"TS", b"UK", b"UP", b"WB",
];

fn plate(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    let state = STATES.iter().any(|state| word.starts_with(*state));
    let series = word.get(4..word.len().checked_sub(4)?)?;
    let shaped = word.get(2..4)?.iter().chain(&word[word.len() - 4..]).all(u8::is_ascii_digit)
        && (1..=3).contains(&series.len())
        && series.iter().all(u8::is_ascii_uppercase);
    (state && shaped).then(|| Found::strong(spot.at, spot.end, Device))?
}

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 15] = super::capitals(spot)?;
    let state = word[..2].iter().all(u8::is_ascii_digit) && (b"01".as_slice()..=b"38".as_slice()).contains(&&word[..2]);
    let shaped = word[2..7].iter().all(u8::is_ascii_uppercase) && word[7..11].iter().all(u8::is_ascii_digit) && word[11].is_ascii_uppercase();
    let sum: u32 = word[..14]
        .iter()
        .enumerate()
        .map(|(place, &byte)| {
            let product = number(byte) * if place % 2 == 0 { 1 } else { 2 };
            product / 36 + product % 36
        })
        .sum();
    (state && shaped && number(word[14]) == (36 - sum % 36) % 36).then(|| Found::strong(spot.at, spot.end, NationalId))?
}

fn number(byte: u8) -> u32 {
    u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 })
}
