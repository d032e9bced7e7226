//! Card verification values, PINs and one-time codes, by the word right before them.
//!
//! Format: 3-8 digits. PCI DSS 3.3 forbids to keep verification values and PINs after authorisation, so they are dropped, never tokenised.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Spot, Trigger,
    cue::{self, List},
};
use crate::scan::context::{Cues, look_back};

/// A short secret number right behind its name.
pub(crate) const CODE: Detector = Detector {
    id: "code",
    trigger: Trigger::Digits,
    find,
    matches: &["cvv 123", "CVC: 1234", "pin=4821", "OTP is 482911", "cvv2 \"321\"", "PIN entered 4821", "security code 123", "OTP code 482911"],
    misses: &["123", "pin verified in 3000 ms", "cvv ok, took 123", "pin attempts: 3", "spinning 123", "code 4821", "status code 500"],
};

/// Words between the name and the number.
const FILLERS: &[&[u8]] = &[b" is", b" was", b" entered", b" code", b" number", b" value", b" of"];
/// Names of two words.
pub(super) const SECURITY_CODES: &[&str] = &["security code", "verification code", "one time password", "one time code", "passcode"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    if !(3..=8).contains(&spot.groups.first()?.len()) {
        return None;
    }
    if cue::behind(spot, List::SecurityCode).is_some() {
        return Found::by_cue(spot.at, spot.end, PiiClass::Secret);
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
    if let Some(filler) = FILLERS.iter().find(|filler| spot.text.get(..at).is_some_and(|head| head.ends_with(filler))) {
        at -= filler.len();
    }
    let from = spot.text.get(..at)?.iter().rposition(|byte| !is_letter(*byte)).map_or(0, |before| before + 1);
    let near = look_back(spot.text.get(from..at)?, at - from, Cues::NONE);
    near.nearest.any(Cues::CODE).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Secret))?
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}
