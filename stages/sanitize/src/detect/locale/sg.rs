//! Singapore: NRIC and FIN (ICA: a letter for the kind, seven digits, a check letter; the tables are widely published).

use schemas::pii::PiiClass::NationalId;

use crate::detect::{Detector, Found, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&NRIC];

const NRIC: Detector = Detector {
    id: "sg_nric",
    trigger: Trigger::Mixed,
    find,
    matches: &["S1234567D", "t1234567j", "F1234567N"],
    misses: &["S1234567E", "A1234567D", "S12345678"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 9] = super::capitals(spot)?;
    if !word[1..8].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (more, letters): (u32, &[u8; 11]) = match word[0] {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"KLJNPQRTUWX"),
        _ => return None,
    };
    let rest = (checksum::weighted(&word[1..8], &[2, 7, 6, 5, 4, 3, 2]) + more) % 11;
    let rest = if word[0] == b'M' { 10 - rest } else { rest };
    (letters.get(rest as usize) == Some(&word[8])).then(|| Found::strong(spot.at, spot.end, NationalId))?
}
