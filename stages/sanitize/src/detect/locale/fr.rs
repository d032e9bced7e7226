//! France: social security number (INSEE, NIR: 13 places, the departments of Corsica as `2A` and `2B`, and a key of two digits, 97 - number mod 97).

use schemas::pii::PiiClass::NationalId;

use super::grouped;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&NIR];

const NIR: Detector = Detector {
    id: "fr_nir",
    trigger: Trigger::Digits,
    needs: Needs::len(15, 15).or(Needs::len(13, 13).groups(2)).or(Needs::len(1, 1).groups(3)),
    find,
    matches: &["255081416802538", "2 55 08 14 168 025 38"],
    misses: &["255081416802539", "955081416802538", "255131416802538"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) =
        grouped(spot, &[15], b"").or_else(|| grouped(spot, &[13, 2], b" ")).or_else(|| grouped(spot, &[1, 2, 2, 2, 3, 3, 2], b"      "))?;
    let digits = digits.as_slice();
    let month = checksum::modulo(&digits[3..5], 100);
    let sound = matches!(digits[0], b'1' | b'2' | b'3' | b'4' | b'7' | b'8')
        && (matches!(month, 1..=12) || matches!(month, 20..=42 | 50..=99))
        && 97 - checksum::modulo(&digits[..13], 97) == checksum::modulo(&digits[13..], 100);
    sound.then(|| Found::strong(spot.at, end, NationalId))?
}
