//! Poland: PESEL (Ministry of the Interior: birth date with the century in the month, serial, weights 1 3 7 9), NIP (weights 6 5 7 2 3 4 5 6 7, mod 11).

use schemas::pii::PiiClass::NationalId;

use super::grouped;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&PESEL, &NIP];

const PESEL: Detector = Detector {
    id: "pl_pesel",
    trigger: Trigger::Digits,
    needs: Needs::len(11, 11),
    find,
    matches: &["44051401359", "02070803628"],
    misses: &["44051401358", "44131401359", "44054001359"],
};

const NIP: Detector = Detector {
    id: "pl_nip",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 3).groups(3),
    find: nip,
    matches: &["526-104-08-28", "526-10-40-828"],
    misses: &["526-104-08-29", "5261040828"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[11], b"")?;
    let digits = digits.as_slice();
    let (month, day) = (checksum::modulo(&digits[2..4], 20), checksum::modulo(&digits[4..6], 100));
    let sound =
        (1..=12).contains(&month) && (1..=31).contains(&day) && checksum::weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10);
    sound.then(|| Found::strong(spot.at, end, NationalId))?
}

fn nip(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[3, 3, 2, 2], b"---").or_else(|| grouped(spot, &[3, 2, 2, 3], b"---"))?;
    let (body, check) = digits.as_slice().split_at(9);
    (checksum::weighted(body, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == checksum::value(check[0])).then(|| Found::strong(spot.at, end, NationalId))?
}
