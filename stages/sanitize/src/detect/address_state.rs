//! Addresses of countries that write a state and a postcode behind the town: `3106 Pecan Hollow Ct San Antonio TX 78247`, whatever the street is called.
//!
//! Format: a house number, two to nine words with capitals, the state of the United States (USPS Publication 28), Canada or Australia, its postcode. In a
//! row of cells the town, the state and the postcode stand in cells of their own.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, is_word};

/// A ZIP code behind the town and the state in cells of their own.
pub(crate) const ZIP_IN_ROW: Detector = Detector {
    id: "zip_in_row",
    trigger: Trigger::Digits,
    needs: Needs::len(5, 5).or(Needs::len(9, 9)),
    find: find_zip,
    matches: &[
        "\"915 SYCAMORE BEND\",KNOXVILLE,TN,37919,4",
        "12 Foo,San Antonio,TX,78247",
        "x|Knoxville|TN|37919-1204|y",
        "\"Knoxville\",\"TN\",\"37919\"",
    ],
    misses: &["PAYMENT,OK,12345,1", "Knoxville,XX,37919", "TN,37919", "12,TN,37919", "Knoxville,TN,379191", "KNOXVILLE TN", "status,IN,10115,x"],
};

#[rustfmt::skip]
const STATES: &[&[u8; 2]] = &[
    b"AL", b"AK", b"AZ", b"AR", b"CA", b"CT", b"DC", b"FL", b"GA", b"IA", b"IL", b"KS", b"KY", b"LA", b"MA", b"MD", b"MI", b"MN", b"MO", b"MT", b"NC", b"ND", b"NE", b"NH", b"NJ", b"NM", b"NV", b"NY", b"OH", b"PA", b"PR", b"RI", b"SC", b"SD", b"TN", b"TX", b"UT",
    b"VA", b"VT", b"WA", b"WI", b"WV", b"WY",
];
/// Those that are words or codes of programs as well.
const WORDLIKE: &[&[u8; 2]] = &[b"CO", b"DE", b"HI", b"ID", b"IN", b"ME", b"MS", b"OK", b"OR"];
/// States of Australia and provinces of Canada.
const OTHERS: &[&[u8]] = &[b"NSW", b"VIC", b"QLD", b"TAS", b"ACT", b"ON", b"QC", b"BC", b"AB", b"MB", b"SK", b"NS", b"NB", b"NL", b"PE"];
/// Words between the house number and the state.
const WORDS: std::ops::RangeInclusive<usize> = 2..=9;

/// End of the line that begins with the house number at `spot`, or of the street alone where the town stands in a cell of its own.
pub(super) fn line_end(spot: &Spot<'_>) -> Option<usize> {
    let text = spot.text;
    let (mut at, mut street) = (spot.end, None);
    for count in 0..=*WORDS.end() {
        let (gap, cell) = gap(text.get(at..)?)?;
        let start = at + gap;
        let word = word_at(text, start)?;
        if WORDS.contains(&count)
            && let Some(end) = state_and_code(text, start, word, gap > 1)
        {
            return street.or(Some(end));
        }
        let first = *word.first()?;
        if !(first.is_ascii_uppercase() || first.is_ascii_digit() || first == b'#' || first >= 0xC3) {
            return None;
        }
        if cell && count == 0 {
            return None;
        }
        if cell && street.is_none() {
            street = Some(at);
        }
        at = start + word.len();
    }
    None
}

/// Bytes of what parts two words, and whether it parts two cells of a row.
fn gap(rest: &[u8]) -> Option<(usize, bool)> {
    const CELLS: [&[u8]; 5] = [b"\",\"", b"\",", b",\"", b"|", b";"];
    if let Some(sign) = CELLS.iter().find(|sign| rest.starts_with(sign)) {
        return Some((sign.len(), true));
    }
    match rest {
        [b'.' | b',', b' ', ..] => Some((2, false)),
        [b',', next, ..] if next.is_ascii_alphanumeric() => Some((1, true)),
        [b' ', ..] => Some((1, false)),
        _ => None,
    }
}

fn word_at(text: &[u8], at: usize) -> Option<&[u8]> {
    let len = text.get(at..)?.iter().take(28).take_while(|&&byte| is_word(byte) || matches!(byte, b'-' | b'\'' | b'#')).count();
    text.get(at..at + len).filter(|word| !word.is_empty())
}

/// End of the postcode behind the state that begins at `start`.
fn state_and_code(text: &[u8], start: usize, word: &[u8], behind_sign: bool) -> Option<usize> {
    let known = |states: &[&[u8; 2]]| states.iter().any(|state| state.as_slice() == word);
    let america = known(STATES) || behind_sign && known(WORDLIKE);
    // `12 Jobs Ran ON 1234`: behind a town a sign stands before these, or they have three letters.
    if !america && !(OTHERS.contains(&word) && (behind_sign || word.len() == 3 && word != b"ACT")) {
        return None;
    }
    let behind = start + word.len();
    let from = behind + gap(text.get(behind..)?)?.0;
    let rest = text.get(from..)?;
    let len = if america { zip_len(rest) } else { code_len(rest) }?;
    rest.get(len).is_none_or(|&byte| !is_word(byte) && byte != b'-').then_some(from + len)
}

/// Five digits, and four behind a dash.
fn zip_len(rest: &[u8]) -> Option<usize> {
    let digits = |from: usize| rest.get(from..).map_or(0, |rest| rest.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count());
    match (digits(0), rest.get(5), digits(6)) {
        (5, Some(b'-'), 4) => Some(10),
        (5, ..) => Some(5),
        _ => None,
    }
}

/// Four digits of Australia, or letters and digits by turns of Canada: `M5V 2T6`.
fn code_len(rest: &[u8]) -> Option<usize> {
    let digits = rest.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 4 {
        return Some(4);
    }
    let gap = usize::from(rest.get(3) == Some(&b' '));
    let code = [0, 1, 2, 3 + gap, 4 + gap, 5 + gap].map(|at| rest.get(at).copied().unwrap_or(0));
    let turns = code.iter().enumerate().all(|(at, byte)| if at % 2 == 0 { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() });
    turns.then_some(6 + gap)
}

fn find_zip(spot: &Spot<'_>) -> Option<Found> {
    let head = spot.text.get(..spot.at)?;
    let head = head.strip_suffix(b"\"").unwrap_or(head);
    let (sign, head) = head.split_last().filter(|(sign, _)| matches!(sign, b',' | b'|' | b';'))?;
    let quoted = head.ends_with(b"\"");
    let head = head.strip_suffix(b"\"").unwrap_or(head);
    let (rest, state) = head.split_at_checked(head.len().checked_sub(2)?)?;
    let rest = if quoted { rest.strip_suffix(b"\"")? } else { rest };
    let town = rest.strip_suffix(&[*sign])?;
    let town = town.strip_suffix(b"\"").unwrap_or(town);
    let letters = town.iter().rev().take(32).take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'.' | b'\'' | b'-')).count();
    let named = letters >= 3 && town[town.len() - letters..].trim_ascii_start().first().is_some_and(u8::is_ascii_uppercase);
    let known = STATES.iter().any(|known| known.as_slice() == state);
    let len = zip_len(&spot.text[spot.at..])?;
    let ends = spot.text.get(spot.at + len).is_none_or(|byte| matches!(byte, b',' | b'|' | b';' | b'"' | b'\r' | b'\n'));
    (named && known && ends).then(|| Found::by_cue(spot.at, spot.at + len, PiiClass::Address))?
}
