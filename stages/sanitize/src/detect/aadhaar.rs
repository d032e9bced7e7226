//! Indian Aadhaar numbers (UIDAI, Aadhaar numbering scheme).
//!
//! Format: twelve digits in three groups of four. Range: the first digit is 2-9. Checksum: Verhoeff. In one piece a name must stand before it
//! (`national_id`).

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, checksum};

/// An Aadhaar number in groups.
pub(crate) const AADHAAR: Detector = Detector {
    id: "aadhaar",
    trigger: Trigger::Digits,
    needs: Needs::len(4, 4).groups(3),
    find,
    matches: &["2341 2341 2346", "kyc 2341-2341-2346 done"],
    misses: &["234123412346", "2341 2341 2347", "1341 2341 2346", "2341 2341 2346 1111", "2341.2341.2346"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let separator = spot.groups.get(1)?.separator;
    let grouped = spot.shape::<3>() == Some([4, 4, 4]) && matches!(separator, b' ' | b'-') && spot.joined_by(3, separator);
    let goes_on = spot.groups.get(3).is_some_and(|group| group.separator == separator);
    if !grouped || goes_on || spot.joined == separator {
        return None;
    }
    let digits = spot.digits(3)?;
    let sound = digits.as_slice()[0] >= b'2' && checksum::verhoeff(digits.as_slice());
    sound.then(|| Found::strong(spot.at, spot.end_of(3), PiiClass::NationalId))?
}
