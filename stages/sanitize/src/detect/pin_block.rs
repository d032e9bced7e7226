//! Encrypted PIN blocks (ISO 9564-1): 16 hexadecimal digits behind the words that name them; data element 52 of ISO 8583. PCI DSS 3.3 forbids to keep
//! them, so they are dropped.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Spot, Trigger,
    cue::{self, List},
};

/// A PIN block with letters in it.
pub(crate) const PIN_BLOCK: Detector = Detector {
    id: "pin_block",
    trigger: Trigger::Mixed,
    find,
    matches: &["pinblock 0412AC89ABCDEF67", "PIN block: 0412ac89abcdef67", "DE52=0412AC89ABCDEF67"],
    misses: &["0412AC89ABCDEF67", "pin 0412AC89ABCDEF6", "block 0412AC89ABCDEF67"],
};

/// One of digits alone.
pub(crate) const PIN_BLOCK_DIGITS: Detector = Detector {
    id: "pin_block_digits",
    trigger: Trigger::Digits,
    find,
    matches: &["pin block 0412345678901234"],
    misses: &["0412345678901234", "pin block 04123"],
};

pub(super) const NAMES: &[&str] = &["pinblock", "pin block", "epb", "de52", "de 52", "field 52", "f52"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    if word.len() != 16 || !word.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    cue::behind(spot, List::PinBlock).and_then(|_| Found::by_cue(spot.at, spot.end, PiiClass::Secret))
}
