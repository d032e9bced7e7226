//! Dates of birth with the month's name, by the words before them: `born 7 July 1949`, `DOB Oct 9, 1986`, `21-MAR-1995`.
//!
//! Format: day, month, year or month, day, year, with ordinals, particles (`9 de marzo de 1980`), dots, commas and dashes; the year has four digits or
//! two behind dashes. Without a word for a birth nothing is looked for: logs are full of such dates.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Spot, Trigger,
    cue::{self, List},
    month,
};
use crate::scan::context::{Cues, look_back};

/// A date that begins with its day.
pub(crate) const BIRTH: Detector = Detector {
    id: "birth",
    trigger: Trigger::Digits,
    find,
    matches: &[
        "née le 7 juillet 1949 à Nantes",
        "DOB Oct 9, 1986",
        "date_of_birth = to_date('21-MAR-1995','DD-MON-YYYY')",
        "geboren am 9. März 1980",
        "born 9 March 1980",
        "nacido el 9 de marzo de 1980",
        "nata a Roma il 9 marzo 1980",
        "geboren op 9 maart 1980",
        "ur. 9 marca 1980",
        "född 9 mars 1980",
        "syntynyt 9. maaliskuuta 1980",
        "doğum tarihi 9 Mart 1980",
        "дата рождения 9 марта 1980",
        "birthday: March 9 1980",
        "d.o.b. 09-Mar-80",
        "date of birth: 9/Mar/1980",
    ],
    misses: &[
        "7 juillet 1949",
        "on Oct 9, 1986",
        "born 7 minutes 1949",
        "valid from 21-MAR-1995",
        "DOB check 7 March",
        "born 77 March 1980",
        "birth 2 may fail 19",
    ],
};

/// One whose day has letters: `9th of March 1980`, `1er juillet 1949`.
pub(crate) const BIRTH_ORDINAL: Detector = Detector {
    id: "birth_ordinal",
    trigger: Trigger::Mixed,
    find,
    matches: &["born on the 9th of March 1980", "née le 1er juillet 1949", "DOB March 9th, 1980", "nacido el 1º de marzo de 1980"],
    misses: &["9th of March 1980", "born 9x March 1980", "DOB check 9th attempt"],
};

/// Small words between the day, the month and the year.
const PARTICLES: &[&str] = &["of ", "de ", "del ", "di ", "do ", "den "];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let digits = spot.word().iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=2).contains(&digits) || !is_ordinal(spot.word().get(digits..)?) {
        return None;
    }
    let day = spot.word().get(..digits)?.iter().fold(0_u32, |value, &digit| value * 10 + u32::from(digit - b'0'));
    if !(1..=31).contains(&day) {
        return None;
    }
    let (start, end) = day_first(spot.text, spot.end).map(|end| (spot.at, end)).or_else(|| month_first(spot))?;
    // What stands before the month is none of the candidate's own names.
    let floor = spot.floor.min(start);
    let said = cue::is_behind(spot.text, start, List::Birth)
        || look_back(spot.text.get(floor..).unwrap_or_default(), start - floor, spot.field).nearest.any(Cues::BIRTH);
    said.then(|| Found::by_cue(start, end, PiiClass::BirthDate))?
}

fn is_ordinal(tail: &[u8]) -> bool {
    tail.is_empty() || ["st", "nd", "rd", "th", "er", "e", "º", "°", "ª"].iter().any(|ordinal| ordinal.as_bytes().eq_ignore_ascii_case(tail))
}

/// End of `. March 1980`, `-MAR-1995`, ` de marzo de 1980` behind the day.
fn day_first(text: &[u8], end: usize) -> Option<usize> {
    let at = past_particle(text, past_signs(text, end)?);
    let behind = month::end_at(text, at)?;
    year_end(text, behind)
}

/// `Oct 9, 1986`.
fn month_first(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let blank = spot.at.checked_sub(1).filter(|_| matches!(spot.before(), b' ' | b'-' | b'/'))?;
    let end = year_end(spot.text, spot.end)?;
    Some((month::start_before(spot.text, blank)?, end))
}

/// End of the year behind signs and particles.
fn year_end(text: &[u8], end: usize) -> Option<usize> {
    let sign = text.get(end).copied()?;
    let at = past_particle(text, past_signs(text, end).unwrap_or(end));
    let len = text.get(at..)?.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let century = matches!(text.get(at..at + 2), Some(b"19" | b"20"));
    let year = (len == 4 && century) || (len == 2 && matches!(sign, b'-' | b'/' | b'\''));
    (year && text.get(at + len).is_none_or(|&byte| byte != b':')).then_some(at + len)
}

/// Past up to two of the signs between the parts of a date; one is needed.
fn past_signs(text: &[u8], end: usize) -> Option<usize> {
    let len = text.get(end..)?.iter().take(2).take_while(|byte| matches!(byte, b' ' | b'-' | b'.' | b'/' | b',' | b'\'')).count();
    (len > 0).then_some(end + len)
}

fn past_particle(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    PARTICLES.iter().find(|particle| rest.starts_with(particle.as_bytes())).map_or(at, |particle| at + particle.len())
}
