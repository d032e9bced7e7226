//! Canadian social insurance numbers (Service Canada, SIN code of practice).
//!
//! Format: nine digits in three groups of three. Range: the first digit is 1-7 or 9. Checksum: Luhn. Three groups of three are also how numbers are
//! written in some countries, so what stands behind a word of measuring is left alone; in one piece a name must stand before it (`national_id`).

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, luhn};
use crate::scan::context::Cues;

/// A social insurance number in groups.
pub(crate) const CANADA_SIN: Detector = Detector {
    id: "canada_sin",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 3).groups(3),
    find,
    matches: &["130 692 544", "given 130-692-544 today"],
    misses: &["130692544", "130 692 545", "amount 130 692 544", "046 454 286", "130 692 544 000", "130.692.544", "130 692 544.10"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let separator = spot.groups.get(1)?.separator;
    let grouped = spot.shape::<3>() == Some([3, 3, 3]) && matches!(separator, b' ' | b'-') && spot.joined_by(3, separator);
    let goes_on = spot.groups.get(3).is_some_and(|group| group.separator == separator || group.separator == b'.');
    let follows = spot.before() == separator && spot.at > 1 && spot.byte(spot.at - 2).is_ascii_digit();
    if !grouped || goes_on || follows || matches!(spot.byte(spot.end_of(3)), b',' | b'.') && spot.byte(spot.end_of(3) + 1).is_ascii_digit() {
        return None;
    }
    let digits = spot.digits(3)?;
    let sound = matches!(digits.as_slice()[0], b'1'..=b'7' | b'9') && luhn(digits.as_slice()) && !spot.near().nearest.any(Cues::MEASURE);
    sound.then(|| Found::strong(spot.at, spot.end_of(3), PiiClass::NationalId))?
}
