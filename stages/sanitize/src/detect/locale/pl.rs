//! Poland: accounts as they are written inland (NRB), PESEL (Ministry of the Interior: birth date with the century in the month, serial, weights 1 3 7 9), NIP (weights 6 5 7 2 3 4 5 6 7, mod 11).

use schemas::pii::PiiClass::{Account, NationalId};

use super::grouped;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&PESEL, &NIP, &NRB];

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

/// An account without the letters of its country: two check digits and 24 others (Polish standard PN-F-01102, ISO 13616).
const NRB: Detector = Detector {
    id: "pl_nrb",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 2).groups(3).or(Needs::len(26, 26)),
    find: nrb,
    matches: &["WYCH;61 1090 1014 0000 0712 1981 2874;CZYNSZ", "61109010140000071219812874"],
    misses: &["62 1090 1014 0000 0712 1981 2874", "61 1090 1014 0000 0712 1981 2874 11", "61109010140000071219812875"],
};

fn nrb(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[26], b"").or_else(|| grouped(spot, &[2, 4, 4, 4, 4, 4, 4], b"      "))?;
    let digits = digits.as_slice();
    // `PL` is 2521, behind the account together with its check digits.
    let turned: Vec<u8> = digits[2..].iter().copied().chain(*b"2521").chain(digits[..2].iter().copied()).collect();
    (checksum::modulo(&turned, 97) == 1).then(|| Found::strong(spot.at, end, Account))?
}

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
