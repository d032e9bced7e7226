//! Germany: tax id (BZSt: ISO 7064 MOD 11,10, eleven digits of which none stands more than three times in the first ten), pension insurance number (VKVV:
//! area, birth date, letter, serial, check), health insurance number (GKV: letter, eight digits, check).

use schemas::pii::PiiClass::NationalId;

use super::{grouped, is_day_month};
use crate::detect::{Detector, Found, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&TAX_ID, &PENSION, &HEALTH];

const TAX_ID: Detector = Detector {
    id: "de_tax_id",
    trigger: Trigger::Digits,
    find: tax_id,
    matches: &["86095742719", "IdNr 86 095 742 719"],
    misses: &["86095742718", "06095742719", "11111111111"],
};

const PENSION: Detector = Detector {
    id: "de_pension",
    trigger: Trigger::Mixed,
    find: pension,
    matches: &["65180539W001"],
    misses: &["65180539W002", "65181339W001", "651805390001"],
};

const HEALTH: Detector =
    Detector { id: "de_health", trigger: Trigger::Mixed, find: health, matches: &["A123456780"], misses: &["A123456781", "A12345678", "1123456780"] };

fn tax_id(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[11], b"").or_else(|| grouped(spot, &[2, 3, 3, 3], b"   "))?;
    let digits = digits.as_slice();
    let most = (b'0'..=b'9').map(|digit| digits[..10].iter().filter(|&&other| other == digit).count()).max()?;
    (digits[0] != b'0' && (2..=3).contains(&most) && checksum::iso_7064_11_10(digits)).then(|| Found::strong(spot.at, end, NationalId))?
}

fn pension(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 12] = super::capitals(spot)?;
    if !word[..8].iter().chain(&word[9..]).all(u8::is_ascii_digit) || !word[8].is_ascii_uppercase() || !is_day_month(&word[2..4], &word[4..6]) {
        return None;
    }
    let letter = word[8] - b'A' + 1;
    let mut digits = [0; 12];
    digits[..8].copy_from_slice(&word[..8]);
    (digits[8], digits[9]) = (b'0' + letter / 10, b'0' + letter % 10);
    digits[10..].copy_from_slice(&word[9..11]);
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sum: u32 =
        digits.iter().zip(weights).map(|(&digit, weight)| checksum::value(digit) * weight).map(|product| product / 10 + product % 10).sum();
    (sum % 10 == checksum::value(word[11])).then(|| Found::strong(spot.at, spot.end, NationalId))?
}

fn health(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 10] = super::capitals(spot)?;
    if !word[0].is_ascii_uppercase() || !word[1..].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let letter = word[0] - b'A' + 1;
    let mut digits = [b'0' + letter / 10, b'0' + letter % 10, 0, 0, 0, 0, 0, 0, 0, 0];
    digits[2..].copy_from_slice(&word[1..9]);
    let sum: u32 =
        digits.iter().zip([1, 2].into_iter().cycle()).map(|(&digit, weight)| checksum::value(digit) * weight).map(|p| p / 10 + p % 10).sum();
    (sum % 10 == checksum::value(word[9])).then(|| Found::strong(spot.at, spot.end, NationalId))?
}
