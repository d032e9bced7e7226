//! India: GSTIN (GST Council: state, PAN, entity, `Z`, check by modulus 36). Aadhaar and PAN are found without this pack.

use schemas::pii::PiiClass::NationalId;

use crate::detect::{Detector, Found, Spot, Trigger};

pub(super) const DETECTORS: &[&Detector] = &[&GSTIN];

const GSTIN: Detector = Detector {
    id: "in_gstin",
    trigger: Trigger::Mixed,
    find,
    matches: &["27AAPFU0939F1ZV", "gstin 27AAPFU0939F1ZV"],
    misses: &["27AAPFU0939F1ZW", "99AAPFU0939F1ZV", "27AAPFU0939F1Z"],
};

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
