//! Sweden: personnummer (Skatteverket SKV 704: six or eight digits of birth, `-` or `+`, serial, Luhn over the last ten), organisation numbers of companies
//! and associations (Bolagsverket: the same check, the group of the register first).

use schemas::pii::PiiClass::NationalId;

use super::{grouped, is_day_month};
use crate::detect::{Detector, Found, Needs, Spot, Trigger, luhn};

pub(super) const DETECTORS: &[&Detector] = &[&PERSONNUMMER, &ORGANISATION];

const PERSONNUMMER: Detector = Detector {
    id: "se_personnummer",
    trigger: Trigger::Digits,
    needs: Needs::len(12, 12).or(Needs::len(6, 8).groups(2)),
    find,
    matches: &["811228-9874", "19811228-9874", "198112289874"],
    misses: &["811228-9875", "811328-9874", "8112289874", "811228-98741", "SDD-20260318-0015"],
};

const ORGANISATION: Detector = Detector {
    id: "se_organisation",
    trigger: Trigger::Digits,
    needs: Needs::len(12, 12).or(Needs::len(6, 6).groups(2)),
    find: organisation,
    matches: &["556016-0680", "no match for 559016-0684", "165560160680"],
    misses: &["556016-0681", "5560160680", "126016-0680", "556016-06801", "STMT-202603-0417"],
};

fn organisation(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[6, 4], b"-").or_else(|| grouped(spot, &[12], b""))?;
    let digits = digits.as_slice();
    let last = &digits[digits.len() - 10..];
    // Groups of the register: limited companies, housing associations, partnerships, societies, the state and its towns.
    let group = matches!(&last[..2], b"55") || matches!(&last[..3], b"769" | b"802" | b"916" | b"969" | b"202" | b"212");
    (group && !is_numbered(spot, digits) && last[2] >= b'2' && (digits.len() == 10 || digits.starts_with(b"16")) && luhn(last))
        .then(|| Found::strong(spot.at, end, NationalId))?
}

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[6, 4], b"-").or_else(|| grouped(spot, &[8, 4], b"-")).or_else(|| grouped(spot, &[12], b""))?;
    let digits = digits.as_slice();
    let century = digits.len() == 10 || digits.starts_with(b"19") || digits.starts_with(b"20");
    let last = &digits[digits.len() - 10..];
    // Coordination numbers have 60 more in the day.
    let day = [last[4] - if last[4] >= b'6' { 6 } else { 0 }, last[5]];
    (century && !is_numbered(spot, digits) && is_day_month(&day, &last[2..4]) && luhn(last)).then(|| Found::strong(spot.at, end, NationalId))?
}

/// `SDD-20260318-0017` is the seventeenth of a day, `STMT-202603-0417` of a month.
fn is_numbered(spot: &Spot<'_>, digits: &[u8]) -> bool {
    digits.starts_with(b"202") && spot.before() == b'-'
}
