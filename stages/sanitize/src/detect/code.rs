//! Card verification values, PINs and one-time codes, by the word right before them.
//!
//! Format: 3-8 digits. PCI DSS 3.3 forbids to keep verification values and PINs after authorisation, so they are dropped, never tokenised.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};
use crate::scan::context::{Cues, look_back};

/// A short secret number right behind its name.
pub(crate) const CODE: Detector = Detector {
    id: "code",
    trigger: Trigger::Digits,
    find,
    matches: &["cvv 123", "CVC: 1234", "pin=4821", "OTP is 482911", "cvv2 \"321\""],
    misses: &["123", "pin verified in 3000 ms", "cvv ok, took 123", "pin attempts: 3", "spinning 123"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    if !(3..=8).contains(&spot.groups.first()?.len()) {
        return None;
    }
    let gap = spot.text.get(..spot.at)?.iter().rev().take(6).take_while(|byte| !is_letter(**byte)).count();
    let mut at = spot.at - gap;
    let between = spot.text.get(at..spot.at)?;
    // `cvv2 "321"`: the digit belongs to the word.
    let quiet =
        between.iter().enumerate().all(|(i, byte)| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'#' | b'[') || (i == 0 && *byte == b'2'));
    if gap == 0 || !quiet {
        return None;
    }
    if spot.text.get(..at)?.ends_with(b" is") {
        at -= 3;
    }
    let from = spot.text.get(..at)?.iter().rposition(|byte| !is_letter(*byte)).map_or(0, |before| before + 1);
    let near = look_back(spot.text.get(from..at)?, at - from, Cues::NONE);
    near.nearest.any(Cues::CODE).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Secret))?
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}
