//! Indian permanent account numbers (Income Tax Department, structure of PAN).
//!
//! Format: five capitals, four digits, a capital. Range: the fourth letter is the kind of holder, one of A B C F G H J L P T K E. No public checksum.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// A permanent account number.
pub(crate) const INDIA_PAN: Detector = Detector {
    id: "india_pan",
    trigger: Trigger::Mixed,
    needs: Needs::len(10, 10).first(Needs::CAPITALS),
    find,
    matches: &["ABCPE1234F", "PAN: AFZPK7190K."],
    misses: &["ABCDE1234F", "abcpe1234f", "ABCPE12345", "ABCPE1234FX"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word: &[u8; 10] = spot.word().try_into().ok()?;
    let (letters, rest) = word.split_at(5);
    let (digits, last) = rest.split_at(4);
    let shaped = letters.iter().chain(last).all(u8::is_ascii_uppercase) && digits.iter().all(u8::is_ascii_digit);
    (shaped && b"ABCFGHJLPTKE".contains(&word[3])).then(|| Found::strong(spot.at, spot.end, PiiClass::NationalId))?
}
