//! US social security numbers (SSA, Program Operations Manual RM 10201.035) and taxpayer numbers of the same shape (ITIN, IRS).
//!
//! Format: 3-2-4 digits joined by dashes; by blanks or dots, or nine digits in one piece, with a cue. Range: area 001-665, 667-899, group 01-99,
//! serial 0001-9999, not the numbers of advertisements; ITIN 9xx with group 50-65, 70-88, 90-92, 94-99. No checksum exists.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, window};
use crate::scan::context::Cues;

/// A social security number.
pub(crate) const SSN: Detector = Detector {
    id: "ssn",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 3).groups(3).or(Needs::len(9, 9)),
    find,
    matches: &[
        "536-22-8145",
        "SSN 536 22 8145",
        "ssn=536228145",
        "912-70-1234",
        "ssn: 536.22.8145",
        "1 validation error for Applicant ssn: string does not match regex, input_value='536 22 8145'",
    ],
    misses: &[
        "666-12-3456",
        "000-12-3456",
        "123-00-4567",
        "536-22-0000",
        "536228145",
        "536 22 8145",
        "078-05-1120",
        "912-10-1234",
        "536-22-81456",
        "1-536-22-8145",
    ],
};

/// Words that speak of one anywhere near blanks or dots of its shape.
const SPOKEN_OF: &[&[u8]] = &[b"ssn", b"social sec", b"itin"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    if let Some([3, 2, 4]) = spot.shape::<3>() {
        let separator = spot.groups[1].separator;
        let followed = spot.groups.get(3).is_some_and(|group| group.separator == separator && separator != b' ');
        if !spot.joined_by(3, separator) || followed || (spot.joined == separator && separator != b' ') {
            return None;
        }
        let sound = is_ssn(spot.digits(3)?.as_slice());
        return match separator {
            b'-' if sound => Found::strong(spot.at, spot.end_of(3), PiiClass::Ssn),
            b' ' | b'.' if sound && (spot.near().all.any(Cues::SSN) || window::holds(spot.text, spot.at, spot.end_of(3), SPOKEN_OF)) => {
                Found::by_cue(spot.at, spot.end_of(3), PiiClass::Ssn)
            }
            _ => None,
        };
    }
    let alone = spot.groups.first()?.len() == 9 && spot.near().nearest.any(Cues::SSN) && is_ssn(spot.digits(1)?.as_slice());
    alone.then(|| Found::by_cue(spot.at, spot.end, PiiClass::Ssn))?
}

/// Whether a value is `123-45-6789` and may be somebody's.
pub(crate) fn is_dashed(value: &[u8]) -> bool {
    if value.len() != 11 || value[3] != b'-' || value[6] != b'-' {
        return false;
    }
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    digits.len() == 9 && is_ssn(&digits)
}

fn is_ssn(digits: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| digits[range].iter().fold(0_u32, |value, &digit| value * 10 + u32::from(digit - b'0'));
    let (area, group, serial) = (number(0..3), number(3..5), number(5..9));
    if area >= 900 {
        return matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    }
    let advertised = matches!(digits, b"078051120" | b"219099999" | b"123456789");
    area != 0 && area != 666 && group != 0 && serial != 0 && !advertised
}
