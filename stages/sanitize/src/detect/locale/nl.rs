//! Netherlands: burgerservicenummer (RvIG: eleven test). One nine-digit number in eleven passes, so a dotted notation or a word for a person or a tax
//! must help.

use schemas::pii::PiiClass::NationalId;

use super::{grouped, named};
use crate::detect::cue::List;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&BSN];

const BSN: Detector = Detector {
    id: "nl_bsn",
    trigger: Trigger::Digits,
    needs: Needs::named(9, 9).or(Needs::len(4, 4).groups(3)),
    find,
    matches: &["sofinummer 111222333", "klant 1112.22.333", "persoon 123456782"],
    misses: &["111222333", "klant 111222334"],
};

pub(in crate::detect) const NAMES: &[&str] = &["sofinummer", "sofi", "klant", "persoon", "burger", "belasting"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let dotted = grouped(spot, &[4, 2, 3], b"..");
    let certain = dotted.is_some() || named(spot, List::DutchPerson);
    let (digits, end) = dotted.or_else(|| grouped(spot, &[9], b""))?;
    let digits = digits.as_slice();
    let sum = checksum::weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    let last = checksum::value(digits[8]);
    (certain && sum > 0 && sum % 11 == last).then(|| Found::strong(spot.at, end, NationalId))?
}
