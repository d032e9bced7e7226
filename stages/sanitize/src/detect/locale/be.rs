//! Belgium: national register number (Rijksregister): birth date, serial, 97 - number mod 97, with a 2 before the number for births since 2000.

use schemas::pii::PiiClass::NationalId;

use super::{grouped, is_day_month};
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&REGISTER];

const REGISTER: Detector = Detector {
    id: "be_register",
    trigger: Trigger::Digits,
    needs: Needs::len(11, 11).or(Needs::len(2, 2).groups(3)),
    find,
    matches: &["85073003328", "85.07.30-033.28"],
    misses: &["85073003329", "85133003328", "85.07.30.033.28"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[11], b"").or_else(|| grouped(spot, &[2, 2, 2, 3, 2], b"..-."))?;
    let digits = digits.as_slice();
    let (number, key) = (checksum::modulo(&digits[..9], 97), checksum::modulo(&digits[9..], 100));
    // 2,000,000,000 mod 97 is 75.
    let sound = 97 - number == key || 97 - (number + 2_000_000_000) % 97 == key;
    (sound && is_day_month(&digits[4..6], &digits[2..4])).then(|| Found::strong(spot.at, end, NationalId))?
}
