//! Customer numbers in text, by a cue.
//!
//! Format: 4-14 digits in one piece, right behind a word for the customer. Site specific: no checksum, no source standard.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};
use crate::scan::context::Cues;

/// A customer number near its cue.
pub(crate) const CUSTOMER: Detector = Detector {
    id: "customer",
    trigger: Trigger::Digits,
    find,
    matches: &["customer 104233", "CIF: 00123456", "customerId=10423", "for client no 778812"],
    misses: &["104233", "customer waited 1700000000000", "customer count 104233", "customer 12"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let fits = (4..=14).contains(&spot.groups.first()?.len()) && spot.groups.first()?.len() != 13 && spot.near().nearest.any(Cues::CUSTOMER);
    let measured = spot.groups.get(1).is_some_and(|group| matches!(group.separator, b'.' | b'/'));
    (fits && !measured).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Customer))?
}
