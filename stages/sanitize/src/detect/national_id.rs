//! National identity numbers right behind the words that name them.
//!
//! Format: 8-15 digits; every state has its own checksum, and a mistyped number is still somebody's, so the words alone decide. Context: `national
//! id`, `nin`, `passport` and the like, with `no`, `number` or a sign between at most.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};

/// A national identity number behind its cue.
pub(crate) const NATIONAL_ID: Detector = Detector {
    id: "national_id",
    trigger: Trigger::Digits,
    find,
    matches: &["National id 176125549638934 of", "nin 176125549638934", "passport no 123456789", "tax id number 12345678901", "NATIONAL ID 12345678"],
    misses: &["id 176125549638934", "national 176125549638934", "nin 1234", "national holiday 20261122", "passport service 12345678", "tax 12345678"],
};

/// The words; in two parts where the second is `id`.
const CUES: &[&[u8]] = &[b"nin", b"nino", b"passport", b"aadhaar", b"pesel", b"bsn", b"cpf", b"curp", b"personnummer"];
const CUES_WITH_ID: &[&[u8]] = &[b"national", b"tax", b"government", b"gov", b"identity", b"citizen"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let len = spot.groups.first()?.len();
    if !(8..=15).contains(&len) {
        return None;
    }
    let mut end = spot.at;
    let mut id = false;
    for _ in 0..4 {
        let (word, start) = word_before(spot.text, end)?;
        let is_one_of = |all: &[&[u8]]| all.iter().any(|known| known.eq_ignore_ascii_case(word));
        if is_one_of(CUES) || (id && is_one_of(CUES_WITH_ID)) {
            return Found::by_cue(spot.at, spot.end, PiiClass::NationalId);
        }
        id |= is_one_of(&[b"id", b"identity", b"identification", b"insurance"]);
        if !id && !is_one_of(&[b"no", b"nr", b"number", b"is"]) {
            return None;
        }
        if id && !is_one_of(&[b"id", b"identity", b"identification", b"insurance", b"card", b"no", b"nr", b"number"]) {
            return None;
        }
        end = start;
    }
    None
}

/// The word before `at`, a few signs or blanks between, and where it begins.
fn word_before(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let head = text.get(..at)?;
    let gap = head.iter().rev().take(3).take_while(|byte| matches!(byte, b' ' | b':' | b'=' | b'#' | b'.' | b'_' | b'-')).count();
    let end = at - gap;
    let len = head.get(..end)?.iter().rev().take(20).take_while(|byte| byte.is_ascii_alphabetic()).count();
    (gap > 0 && len > 0).then(|| (&head[end - len..end], end - len))
}
