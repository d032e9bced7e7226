//! Switzerland: AHV number (ZAS: `756`, nine digits, EAN-13 check digit).

use schemas::pii::PiiClass::NationalId;

use super::grouped;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&AHV];

const AHV: Detector = Detector {
    id: "ch_ahv",
    trigger: Trigger::Digits,
    needs: Needs::len(13, 13).or(Needs::len(3, 3).groups(3)),
    find,
    matches: &["756.9217.0769.85", "7569217076985", "756 9217 0769 85"],
    misses: &["756.9217.0769.86", "757.9217.0769.85", "7569217076986"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) =
        grouped(spot, &[13], b"").or_else(|| grouped(spot, &[3, 4, 4, 2], b"...")).or_else(|| grouped(spot, &[3, 4, 4, 2], b"   "))?;
    let digits = digits.as_slice();
    (digits.starts_with(b"756") && checksum::weighted(digits, &[1, 3]).is_multiple_of(10)).then(|| Found::strong(spot.at, end, NationalId))?
}
