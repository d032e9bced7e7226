//! Ages of persons in text, behind the word for one: a birth date without its day.
//!
//! Format: 1-119 and no unit behind it, since caches, files and passwords have ages too: those are named before the word.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    window,
};

/// An age.
pub(crate) const AGE: Detector = Detector {
    id: "age",
    trigger: Trigger::Digits,
    needs: Needs::named(1, 3),
    find,
    matches: &["invalid age 26", "risk class depends on age 48", "customer aged 57 asked", "applicant age is 61,", "age: 33"],
    misses: &[
        "max-age=60",
        "max age 60",
        "cache age 60",
        "Age: 3600",
        "age 30 days",
        "aged 12 h",
        "age 0",
        "age 120",
        "age 12.5",
        "age 18-25 only",
        "password age 45",
        "storage 26",
        "page 26",
        "age 5 weeks",
        "age 26%",
        "average age 45",
        "retention: age 90",
    ],
};

pub(super) const NAMES: &[&str] = &["age", "aged"];

/// Words of things that have an age.
#[rustfmt::skip]
const THINGS: &[&[u8]] = &[
    b"max", b"min", b"cache", b"cached", b"cookie", b"file", b"files", b"log", b"key", b"password", b"token", b"session", b"entry", b"object", b"snapshot", b"backup", b"lag", b"data", b"record", b"certificate", b"cert", b"queue", b"message", b"msg", b"lock",
    b"transaction", b"connection", b"item", b"block", b"thread", b"job", b"heap", b"gc", b"tenuring", b"account", b"card", b"oldest", b"index", b"segment", b"replica", b"image", b"pod", b"response", b"stale", b"event", b"batch", b"order", b"retention", b"average", b"avg", b"commit", b"partition",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let group = spot.groups.first()?;
    if !(1..=3).contains(&group.len()) || spot.joined != 0 {
        return None;
    }
    cue::behind(spot, List::Age)?;
    let years = spot.word().iter().fold(0_u32, |years, &digit| years * 10 + u32::from(digit.wrapping_sub(b'0')));
    let behind = (spot.byte(spot.end), spot.byte(spot.end + 1));
    let goes_on = matches!(behind.0, b'%' | b'/' | b'-' | b'+' | b':') || (matches!(behind.0, b'.' | b',') && behind.1.is_ascii_digit());
    let unit = window::is_measured(spot.text, spot.end)
        || [&b" d"[..], b" day", b" week", b" month", b" year_", b" hour", b" tick", b" block", b" cycle", b" collection", b" gener"].iter().any(
            |unit| {
                spot.text
                    .get(spot.end..)
                    .is_some_and(|rest| rest.starts_with(unit) && (unit.len() > 2 || !rest.get(2).is_some_and(u8::is_ascii_alphabetic)))
            },
        );
    ((1..=119).contains(&years) && !goes_on && !unit && !is_of_thing(spot)).then(|| Found::by_cue(spot.at, spot.end, PiiClass::BirthDate))?
}

/// Whether the word before the name says what is old.
fn is_of_thing(spot: &Spot<'_>) -> bool {
    let before = spot.text.get(spot.at.saturating_sub(super::REACH_BYTES)..spot.at).unwrap_or_default();
    let words: Vec<&[u8]> = before.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let Some(name) = words.iter().rposition(|word| NAMES.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(word))) else { return true };
    words[..name].last().is_some_and(|word| THINGS.iter().any(|thing| thing.eq_ignore_ascii_case(word)))
}
