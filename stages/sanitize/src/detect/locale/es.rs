//! Spain: NIF of citizens and NIE of foreigners (Orden INT/2058/2008): number mod 23 names the letter.

use schemas::pii::PiiClass::NationalId;

use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&NIF, &NIF_DASHED];

const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

const NIF: Detector = Detector {
    id: "es_nif",
    trigger: Trigger::Mixed,
    needs: Needs::len(9, 9),
    find,
    matches: &["12345678Z", "X1234567L", "y1234567x"],
    misses: &["12345678A", "X1234567A", "W1234567L", "123456789Z"],
};

const NIF_DASHED: Detector = Detector {
    id: "es_nif_dashed",
    trigger: Trigger::Digits,
    needs: Needs::len(8, 8),
    find: find_dashed,
    matches: &["12345678-Z"],
    misses: &["12345678-A", "12345678-Zx", "12345678"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let mut word: [u8; 9] = super::capitals(spot)?;
    // X, Y and Z stand for 0, 1 and 2.
    if matches!(word[0], b'X'..=b'Z') {
        word[0] = word[0] - b'X' + b'0';
    }
    is_nif(&word[..8], word[8]).then(|| Found::strong(spot.at, spot.end, NationalId))?
}

fn find_dashed(spot: &Spot<'_>) -> Option<Found> {
    let letter = spot.byte(spot.end + 1).to_ascii_uppercase();
    let dashed = spot.groups.first()?.len() == 8 && spot.byte(spot.end) == b'-' && !crate::detect::is_word(spot.byte(spot.end + 2));
    (dashed && is_nif(spot.word(), letter)).then(|| Found::strong(spot.at, spot.end + 2, NationalId))?
}

fn is_nif(digits: &[u8], letter: u8) -> bool {
    digits.iter().all(u8::is_ascii_digit) && usize::try_from(checksum::modulo(digits, 23)).is_ok_and(|rest| LETTERS[rest] == letter)
}
