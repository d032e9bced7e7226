//! Canada: social insurance numbers in one piece (Luhn) near a word for a person or an employer, health numbers of Ontario (ten digits, Luhn) by
//! grouping. Grouped social insurance numbers are found without this pack.

use schemas::pii::PiiClass::NationalId;

use super::{grouped, named};
use crate::detect::cue::List;
use crate::detect::{Detector, Found, Spot, Trigger, luhn};

pub(super) const DETECTORS: &[&Detector] = &[&SIN, &HEALTH];

const SIN: Detector = Detector {
    id: "ca_sin",
    trigger: Trigger::Digits,
    find: sin,
    matches: &["employee 130692544", "NAS 130692544"],
    misses: &["130692544", "employee 130692545"],
};

const HEALTH: Detector =
    Detector { id: "ca_health", trigger: Trigger::Digits, find: health, matches: &["9876-543-217"], misses: &["9876-543-218", "9876543217"] };

pub(in crate::detect) const NAMES: &[&str] = &["nas", "employee", "employé", "person", "taxpayer"];

fn sin(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[9], b"")?;
    (luhn(digits.as_slice()) && named(spot, List::CanadianPerson)).then(|| Found::strong(spot.at, end, NationalId))?
}

fn health(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[4, 3, 3], b"--")?;
    luhn(digits.as_slice()).then(|| Found::strong(spot.at, end, NationalId))?
}
