//! Dates of birth with the month's name, by the words before them: `born 7 July 1949`, `DOB Oct 9, 1986`, `21-MAR-1995`.
//!
//! Format: day, month, year or month, day, year, with ordinals, particles (`9 de marzo de 1980`), dots, commas and dashes; the year has four digits or
//! two behind dashes. Without a word for a birth nothing is looked for: logs are full of such dates.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    month,
};
use crate::scan::context::{Cues, look_back};

/// A date that begins with its day.
pub(crate) const BIRTH: Detector = Detector {
    id: "birth",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 2).behind(b" -./,'"),
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
        "Darf ich Ihr Geburtsdatum haben? [kunde] Ja, das ist der 14. August 1967.",
        "mi DNI y nací el 3 de julio del 72.",
        "Could not parse date '31-FEB-1969' for birthDate",
        "confirm your date of birth please - sure, it's March 9, 1980",
        "votre date de naissance ? c'est le 9 mars 1980",
    ],
    misses: &[
        "7 juillet 1949",
        "on Oct 9, 1986",
        "born 7 minutes 1949",
        "valid from 21-MAR-1995",
        "DOB check 7 March",
        "born 77 March 1980",
        "birth 2 may fail 19",
        "date of birth matched, account opened 14 August 2019",
        "DOB 1967-08-14 checked, called 14 August 2026",
        "Could not parse date '31-FEB-1969' for valueDate",
        "el 3 de julio del 72",
    ],
};

/// One whose day has letters: `9th of March 1980`, `1er juillet 1949`.
pub(crate) const BIRTH_ORDINAL: Detector = Detector {
    id: "birth_ordinal",
    trigger: Trigger::Mixed,
    needs: Needs::len(2, 4).first(Needs::DIGITS),
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
        || is_spoken_of(spot.text, start, end)
        || look_back(spot.text.get(floor..).unwrap_or_default(), start - floor, spot.field).nearest.any(Cues::BIRTH);
    said.then(|| Found::by_cue(start, end, PiiClass::BirthDate))?
}

/// Words for a birth that count anywhere near a date, in small letters.
const BIRTHS: &[&[u8]] = &[
    b"geburt",
    b"birth",
    b" dob ",
    b" dob:",
    b"(dob",
    b"born ",
    b"naissance",
    b"nacimiento",
    b"nac\xc3\xad ",
    b"naci\xc3\xb3 ",
    b"nascita",
    b"nascimento",
    b"nasci ",
    b"geboorte",
    b"geboren",
    b"urodz",
    b"f\xc3\xb8dsel",
    b"f\xc3\xb6delse",
    b"syntym",
    b"do\xc4\x9fum",
    b"narozen",
    b"\xd1\x80\xd0\xbe\xd0\xb6\xd0\xb4\xd0\xb5\xd0\xbd",
    b"\xd1\x80\xd0\xbe\xd0\xb4\xd0\xb8\xd0\xbb",
];
/// Words for the other dates that logs speak of.
const OTHERS: &[&[u8]] = &[
    b"open",
    b"expir",
    b"valid",
    b"issued",
    b"since",
    b"until",
    b"due",
    b"dated",
    b"effective",
    b"created",
    b"registered",
    b"er\xc3\xb6ffnet",
    b"g\xc3\xbcltig",
    b"seit ",
    b"vom ",
    b"ausgestellt",
    b"ouvert",
    b"valable",
    b"d\xc3\xa9livr\xc3\xa9",
    b"vence",
    b"emitid",
    b"desde",
    b"scad",
    b"rilasciat",
    b"geldig",
    b"wa\xc5\xbcn",
    b"verified on",
    b"checked on",
    b"certificate",
];

/// Whether the line speaks of a birth before the date, or names the field of one behind it: `Geburtsdatum haben? - Ja, das ist der 14. August 1967`,
/// `Could not parse date '31-FEB-1969' for birthDate`.
fn is_spoken_of(text: &[u8], start: usize, end: usize) -> bool {
    let before = text.get(start.saturating_sub(72)..start).unwrap_or_default();
    let before = memchr::memrchr(b'\n', before).map_or(before, |line| &before[line + 1..]);
    let lower = before.to_ascii_lowercase();
    let last = |words: &[&[u8]]| words.iter().filter_map(|word| memchr::memmem::rfind(&lower, word)).max();
    let dated = |from: usize| {
        lower[from..].windows(4).any(|year| (year.starts_with(b"19") || year.starts_with(b"20")) && year.iter().all(u8::is_ascii_digit))
    };
    if let Some(birth) = last(BIRTHS).filter(|&birth| !dated(birth)) {
        return last(OTHERS).is_none_or(|other| other < birth);
    }
    let behind = text.get(end..).unwrap_or_default();
    let behind = behind.strip_prefix(b"'").or_else(|| behind.strip_prefix(b"\"")).unwrap_or(behind);
    [&b" for "[..], b" for field ", b" f\xc3\xbcr ", b" in field "].iter().filter_map(|tie| behind.strip_prefix(*tie)).any(|name| {
        let name = name.strip_prefix(b"'").or_else(|| name.strip_prefix(b"\"")).unwrap_or(name);
        let len = name.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')).count();
        cue::is_behind(&[&name[..len], b"="].concat(), len + 1, List::Birth)
    })
}

/// Whether the date at `start` answers a question for a birth: `may I have your date of birth? [08:05] Jane: 23/08/1961`.
pub(super) fn is_asked(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(96)..start).unwrap_or_default();
    let before = memchr::memrchr(b'\n', before).map_or(before, |line| &before[line + 1..]);
    let Some(question) = memchr::memrchr(b'?', before) else { return false };
    let asked = before[..question].to_ascii_lowercase();
    BIRTHS.iter().any(|word| memchr::memmem::find(&asked, word).is_some())
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
    // `el 3 de julio del 72`.
    let shortened = at >= 4 && matches!(&text[at - 4..at], b"del " | b"van ") || at >= 3 && &text[at - 3..at] == b"de ";
    let year = (len == 4 && century) || (len == 2 && (shortened || matches!(sign, b'-' | b'/' | b'\'')));
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
