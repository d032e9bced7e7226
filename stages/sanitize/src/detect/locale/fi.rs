//! Finland: henkilötunnus (DVV: birth date, century sign, serial, check character by mod 31).

use schemas::pii::PiiClass::NationalId;

use super::is_day_month;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum, is_word};

pub(super) const DETECTORS: &[&Detector] = &[&HETU, &HETU_LETTER];

const HETU: Detector = Detector {
    id: "fi_hetu",
    trigger: Trigger::Digits,
    needs: Needs::len(6, 6),
    find,
    matches: &["131052-308T", "hetu 131052+308T"],
    misses: &["131052-308U", "131352-308T", "131052-308TT"],
};

const HETU_LETTER: Detector = Detector {
    id: "fi_hetu_letter",
    trigger: Trigger::Mixed,
    needs: Needs::len(11, 11),
    find,
    matches: &["131052A308T"],
    misses: &["131052A308U", "131052G308T"],
};

const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

fn find(spot: &Spot<'_>) -> Option<Found> {
    let text = spot.text.get(spot.at..spot.at + 11)?;
    let (birth, sign, serial, check) = (&text[..6], text[6], &text[7..10], text[10]);
    if !birth.iter().chain(serial).all(u8::is_ascii_digit) || !b"+-ABCDEFUVWXY".contains(&sign) || is_word(spot.byte(spot.at + 11)) {
        return None;
    }
    let mut number = [0; 9];
    number[..6].copy_from_slice(birth);
    number[6..].copy_from_slice(serial);
    let rest = usize::try_from(checksum::modulo(&number, 31)).ok()?;
    (is_day_month(&birth[..2], &birth[2..4]) && CHECKS[rest] == check.to_ascii_uppercase())
        .then(|| Found::strong(spot.at, spot.at + 11, NationalId))?
}
