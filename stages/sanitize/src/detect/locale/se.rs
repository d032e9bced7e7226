//! Sweden: personnummer (Skatteverket SKV 704: six or eight digits of birth, `-` or `+`, serial, Luhn over the last ten).

use schemas::pii::PiiClass::NationalId;

use super::{grouped, is_day_month};
use crate::detect::{Detector, Found, Spot, Trigger, luhn};

pub(super) const DETECTORS: &[&Detector] = &[&PERSONNUMMER];

const PERSONNUMMER: Detector = Detector {
    id: "se_personnummer",
    trigger: Trigger::Digits,
    find,
    matches: &["811228-9874", "19811228-9874", "198112289874"],
    misses: &["811228-9875", "811328-9874", "8112289874", "811228-98741"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[6, 4], b"-").or_else(|| grouped(spot, &[8, 4], b"-")).or_else(|| grouped(spot, &[12], b""))?;
    let digits = digits.as_slice();
    let century = digits.len() == 10 || digits.starts_with(b"19") || digits.starts_with(b"20");
    let last = &digits[digits.len() - 10..];
    // Coordination numbers have 60 more in the day.
    let day = [last[4] - if last[4] >= b'6' { 6 } else { 0 }, last[5]];
    (century && is_day_month(&day, &last[2..4]) && luhn(last)).then(|| Found::strong(spot.at, end, NationalId))?
}
