//! Bank account numbers and routing numbers, by a cue.
//!
//! Format: 6-18 digits in one piece; UK sort code and account (2-2-2 and 8 digits); ABA routing numbers (9 digits, American Bankers Association, weights
//! 3 7 1). There is no common checksum for accounts, so the nearest cue word must speak of one.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};
use crate::scan::context::Cues;

/// An account number near its cue.
pub(crate) const ACCOUNT: Detector = Detector {
    id: "account",
    trigger: Trigger::Digits,
    find,
    matches: &[
        "account 12345678",
        "acct no. 000123456789",
        "accountNumber=1234567890",
        "account 12-34-56 12345678",
        "from account 1234567 to account 7654321",
        "/accounts/12345678/balance",
    ],
    misses: &[
        "12345678",
        "account opened at 1700000000000 ms",
        "account offset 12345678",
        "account 12345",
        "order 12345678",
        "accounts: total 1234567",
    ],
};

/// A US routing number near its cue.
pub(crate) const ROUTING: Detector = Detector {
    id: "routing",
    trigger: Trigger::Digits,
    find: find_routing,
    matches: &["routing number 021000021", "ABA 011401533"],
    misses: &["021000021", "routing number 021000022", "routing took 1000021 ms"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let sorted = matches!(spot.shape::<4>(), Some([2, 2, 2, 8])) && spot.joined_by(3, b'-');
    let first = spot.groups.first()?.len();
    if !(sorted || (6..=18).contains(&first)) || !spot.near().nearest.any(Cues::ACCOUNT) || spot.near().nearest.any(Cues::MEASURE) {
        return None;
    }
    let clock = matches!(first, 13 | 16 | 19) && spot.byte(spot.at) == b'1';
    (!clock).then(|| Found::by_cue(spot.at, if sorted { spot.end_of(4) } else { spot.end }, PiiClass::Account))?
}

fn find_routing(spot: &Spot<'_>) -> Option<Found> {
    if spot.groups.first()?.len() != 9 || !spot.near().nearest.any(Cues::ROUTING) {
        return None;
    }
    let digits = spot.digits(1)?;
    let digits = digits.as_slice();
    let head = u32::from(digits[0] - b'0') * 10 + u32::from(digits[1] - b'0');
    let sum: u32 = digits.iter().zip([3, 7, 1].into_iter().cycle()).map(|(&digit, weight)| u32::from(digit - b'0') * weight).sum();
    let sound = matches!(head, 0..=12 | 21..=32 | 61..=72 | 80) && sum.is_multiple_of(10);
    sound.then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}
