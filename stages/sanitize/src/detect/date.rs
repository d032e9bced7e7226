//! Dates: of birth by a cue, all others known as harmless so that nothing else looks at them.
//!
//! Format: ISO 8601 `YYYY-MM-DD`, also by slashes or dots, and `DD-MM-YYYY` or `MM-DD-YYYY`; behind words for a birth also with two digits of the year,
//! as `1966, 4, 21`, and `1980年3月9日`. Range: month and day. Dates with the month's name are `birth`'s.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger, birth,
    cue::{self, List},
};
use crate::scan::context::Cues;

/// A date.
pub(crate) const DATE: Detector = Detector {
    id: "date",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 2).or(Needs::len(4, 4)).or(Needs::len(8, 8)),
    find,
    matches: &[
        "born 1980-02-03",
        "may i have your date of birth? [08:05] Customer: 23/08/1961",
        "in parse_dob: time data '05.12.1987' does not match format",
        "time data '05.12.1987' does not match format '%Y' (field=date_of_birth)",
        "dob: 03/02/1980",
        "date of birth 03.02.1980",
        "DOB 19800203",
        "née le 11/09/1999, domiciliée",
        "né le 3.2.1980",
        "né(e) le 3.2.1980",
        "geb. 03.02.80",
        "geboren am 3.2.1980 in Ulm",
        "nato a Roma il 03/02/1980",
        "nata il 3-2-1980",
        "nacido el 03/02/1980",
        "geboren op 03-02-1980",
        "ur. 03.02.1980",
        "data urodzenia: 1980-02-03",
        "född 1980-02-03",
        "doğum tarihi 03.02.1980",
        "дата рождения 03.02.1980",
        "出生日期 1980-02-03",
        "生年月日：1980年3月9日",
        "birth_date 1966, 4, 21",
        "born (1966, 4, 21)",
        "d.o.b. 03/02/80",
        "F. nac. 03/02/1980",
        "syntynyt 3.2.1980",
        "Geb.-Datum: 03.02.1980",
        "datum narození 1. 2. 1990",
        "date naiss. 01/02/1990",
        "születési idő: 1990.02.01.",
        "from String \"07/31/1962\": Text could not be parsed at index 0 (through reference chain: com.bank.Applicant[\"dateOfBirth\"])",
        "date '1969-02-28' for birthDate",
    ],
    misses: &[
        "2026-11-22",
        "is it due? checked on 23/08/2026",
        "in parse_adobe: time data '05.12.1987' does not match format",
        "on 2026-11-22 at 02:58",
        "1.2.2026",
        "20261122",
        "born 12-34-5678",
        "03.02.80",
        "1966, 4, 21",
        "birth certificate issued 66",
        "verified DOB, 3 attempts, 12 left",
        "Gebühr 03.02.80",
        "date '1969-02-28' for valueDate",
        "since '1969-02-28', birthDate changed",
    ],
};

/// Words that a date of birth stands right behind, beside the cues of `scan::context`.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "dob", "d.o.b", "born", "born on", "birth", "birth date", "birthdate", "date of birth", "birthday", "date birth", "b day", "bday",
    "geb", "geb am", "geboren", "geboren am", "geburtsdatum", "geburtstag", "geb datum", "gebdat", "gebdatum", "né", "né le", "née", "née le", "nés le", "date de naissance", "naissance", "ddn", "date naiss", "naiss", "d.n",
    "nacido", "nacida", "nacido el", "nacida el", "fecha de nacimiento", "fecha nacimiento", "f nac", "f nacimiento", "fec nac", "nacimiento", "nato", "nata", "nato il", "nata il", "data di nascita", "nascita",
    "nascido em", "nascida em", "nascido", "nascida", "data de nascimento", "data nascimento", "nascimento", "geboren op", "geboortedatum", "geb dat", "ur", "urodzony", "urodzona", "data urodzenia", "urodzenia", "data ur",
    "född", "fødd", "født", "födelsedatum", "fødselsdato", "fødselsdag", "syntynyt", "syntymäaika", "s aika", "doğum tarihi", "doğum", "d tarihi", "született", "születési idő", "szül", "születési dátum", "datum narození", "narozen", "narozena",
    "дата рождения", "рождения", "родился", "родилась", "г р", "д р", "出生日期", "出生年月日", "出生", "生年月日", "生日", "誕生日", "생년월일",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let first = spot.groups.first()?.len();
    let end = match spot.shape::<3>() {
        Some([4, 1 | 2, 1 | 2]) if same(spot) && month_day(spot, 1, 2) => spot.end_of(3),
        Some([1 | 2, 1 | 2, 4]) if same(spot) && (month_day(spot, 0, 1) || month_day(spot, 1, 0)) => spot.end_of(3),
        // What is no date without a word for a birth is left to the others.
        Some([1 | 2, 1 | 2, 2]) if same(spot) && (month_day(spot, 0, 1) || month_day(spot, 1, 0)) => return by_name(spot, spot.end_of(3)),
        _ if first == 8 && is_birth(spot) => spot.end,
        _ if first <= 2 => return spaced(spot).and_then(|end| by_name(spot, end)),
        _ if first == 4 => return listed(spot).or_else(|| east_asian(spot)).and_then(|end| by_name(spot, end)),
        _ => return None,
    };
    if is_birth(spot) || is_for_birth(spot.text, end) || birth::is_asked(spot.text, spot.at) {
        Found::by_cue(spot.at, end, PiiClass::BirthDate)
    } else {
        Found::harmless(spot.at, end)
    }
}

/// `String "07/31/1962": Text could not be parsed ... ["dateOfBirth"]`, `'1969-02-31' for birthDate`: a field of a birth named behind a value that failed.
fn is_for_birth(text: &[u8], end: usize) -> bool {
    if !matches!(text.get(end..end + 2), Some([b'"' | b'\'', b' ' | b':'])) {
        return false;
    }
    let behind = text.get(end + 1..text.len().min(end + 200)).unwrap_or_default();
    let behind = memchr::memchr(b'\n', behind).map_or(behind, |line| &behind[..line]);
    const FAILED: [&[u8]; 8] = [b" for ", b": field ", b"could not be parsed", b"parse", b"invalid", b"not a valid", b"cannot", b"does not match"];
    const FIELDS: [&[u8]; 9] = [
        b"\"dateofbirth\"",
        b"\"birthdate\"",
        b"birthdate",
        b"dateofbirth",
        b"\"dob\"",
        b"field='dob'",
        b"field=dob",
        b"geburtsdatum",
        b"birth_date",
    ];
    let lower = behind.to_ascii_lowercase();
    let field = FIELDS.iter().filter_map(|name| memchr::memmem::find(&lower, name)).min();
    field.is_some_and(|field| FAILED.iter().any(|word| memchr::memmem::find(&lower[..field], word).is_some()))
        || SAID.iter().any(|words| lower.starts_with(words)) && (names_birth(&lower) || names_birth(&before(text, end)))
}

/// Behind the quote of a value that a parser refused.
const SAID: [&[u8]; 6] =
    [b" does not match", b" could not be parsed", b" is not a valid date", b": could not parse", b" is not a date", b" is invalid"];

/// What stands before a value in its line, in small letters.
fn before(text: &[u8], end: usize) -> Vec<u8> {
    let head = &text[end.saturating_sub(160)..end];
    memchr::memrchr(b'\n', head).map_or(head, |line| &head[line + 1..]).to_ascii_lowercase()
}

/// `parse_dob`, `field=date_of_birth`.
fn names_birth(lower: &[u8]) -> bool {
    let letter = |at: Option<usize>| at.and_then(|at| lower.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let dob = || memchr::memmem::find_iter(lower, b"dob").any(|at| !letter(at.checked_sub(1)) && !letter(Some(at + 3)));
    [&b"date_of_birth"[..], b"dateofbirth", b"birthdate", b"birth_date", b"birthday", b"geburtsdatum"]
        .iter()
        .any(|name| memchr::memmem::find(lower, name).is_some())
        || dob()
}

/// `time data '07-10-86' does not match format`: what else has three short numbers is a version.
fn is_format_refused(text: &[u8], end: usize) -> bool {
    text.get(end + 1..).is_some_and(|behind| behind.starts_with(b" does not match format"))
}

fn is_birth(spot: &Spot<'_>) -> bool {
    spot.near().nearest.any(Cues::BIRTH) || cue::behind(spot, List::Birth).is_some()
}

fn by_name(spot: &Spot<'_>, end: usize) -> Option<Found> {
    (is_birth(spot) || is_format_refused(spot.text, end) && is_for_birth(spot.text, end)).then(|| Found::by_cue(spot.at, end, PiiClass::BirthDate))?
}

/// End of `1966, 4, 21`.
fn listed(spot: &Spot<'_>) -> Option<usize> {
    let mut at = spot.end;
    for limit in [12, 31] {
        let rest = spot.text.get(at..)?.strip_prefix(b",")?;
        let blank = usize::from(rest.first() == Some(&b' '));
        at = number_end(spot.text, at + 1 + blank, limit)?;
    }
    Some(at)
}

/// End of `1. 2. 1990`.
fn spaced(spot: &Spot<'_>) -> Option<usize> {
    let month = spot.text.get(spot.end..)?.starts_with(b". ").then_some(spot.end + 2)?;
    let year = number_end(spot.text, month, 12).filter(|&end| spot.text.get(end..).is_some_and(|rest| rest.starts_with(b". ")))? + 2;
    let digits = spot.text.get(year..)?.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    (digits == 4).then_some(year + 4)
}

/// End of `1980年3月9日`.
fn east_asian(spot: &Spot<'_>) -> Option<usize> {
    let after = |at: usize, signs: [&str; 2]| {
        let rest = spot.text.get(at..)?;
        signs.iter().find_map(|sign| rest.starts_with(sign.as_bytes()).then_some(at + sign.len()))
    };
    let month = number_end(spot.text, after(spot.end, ["年", "년 "])?, 12)?;
    let day = number_end(spot.text, after(month, ["月", "월 "])?, 31)?;
    Some(after(day, ["日", "일"]).unwrap_or(day))
}

/// End of a number from 1 to `limit` with one or two digits.
fn number_end(text: &[u8], at: usize, limit: u32) -> Option<usize> {
    let len = text.get(at..)?.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let value = text.get(at..at + len)?.iter().fold(0, |value, &digit| value * 10 + u32::from(digit - b'0'));
    ((1..=2).contains(&len) && (1..=limit).contains(&value)).then_some(at + len)
}

/// Whether three pairs of digits by dashes are a day of these years, in any order that is in use: `26-11-28`, `28-11-26`, `11-28-26`. A sort code looks alike.
pub(super) fn is_short_day(pairs: &[u8]) -> bool {
    let pair = |at: usize| pairs.get(at..at + 2).and_then(|pair| std::str::from_utf8(pair).ok()?.parse::<u8>().ok()).unwrap_or(99);
    let (year, month, day) = (20..=40, 1..=12, 1..=31);
    let (first, middle, last) = (pair(0), pair(3), pair(6));
    let year_first = year.contains(&first) && month.contains(&middle) && day.contains(&last);
    let month_or_day_first = month.contains(&first) && day.contains(&middle) || day.contains(&first) && month.contains(&middle);
    year_first || month_or_day_first && year.contains(&last)
}

fn same(spot: &Spot<'_>) -> bool {
    let separator = spot.groups[1].separator;
    matches!(separator, b'-' | b'/' | b'.') && spot.groups[2].separator == separator
}

fn month_day(spot: &Spot<'_>, month: usize, day: usize) -> bool {
    let number = |group: usize| {
        let group = spot.groups[group];
        spot.text.get(group.start..group.end).unwrap_or_default().iter().fold(0_u32, |value, &digit| value * 10 + u32::from(digit - b'0'))
    };
    (1..=12).contains(&number(month)) && (1..=31).contains(&number(day))
}
