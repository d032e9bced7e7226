//! Vehicle identification numbers (ISO 3779).
//!
//! Format: 17 letters and digits without I, O and Q. Checksum: in North America the ninth place (49 CFR 565.15), elsewhere free. Context: a word for a
//! vehicle, or the checksum and letters and digits both.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Spot, Trigger,
    cue::{self, List},
};

/// A vehicle identification number.
pub(crate) const VIN: Detector = Detector {
    id: "vin",
    trigger: Trigger::Mixed,
    find,
    matches: &["VIN 1HGCM82633A004352", "vehicle WVWZZZ1JZXW000001", "chassis no. WVWZZZ1JZXW000001"],
    misses: &["1HGCM82633A004353", "WVWZZZ1JZXW000001", "vin IOQ00000000000001", "vin 1HGCM82633A00435"],
};

pub(super) const NAMES: &[&str] = &["vin", "vehicle", "chassis", "car"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word: &[u8; 17] = spot.word().try_into().ok()?;
    let shaped = word.iter().all(|byte| (byte.is_ascii_uppercase() || byte.is_ascii_digit()) && !b"IOQ".contains(byte));
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    if !shaped || !(4..=15).contains(&digits) {
        return None;
    }
    cue::behind(spot, List::Vehicle).and_then(|_| Found::by_cue(spot.at, spot.end, PiiClass::Device))
}
