//! Names that stand right before a value: `passport no X1234567`, `NHS number: 943 476 5919`.
//!
//! Unlike the cues of `scan::context`, which count anywhere within forty bytes, these must stand next to the value: only fillers like `no`,
//! `number` or `is` and a few signs may come between.

use std::sync::LazyLock;

use super::Spot;

/// Fillers between a name and its value.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "no", "nr", "num", "number", "nummer", "numero", "número", "numéro", "nbr", "id", "is", "was", "value", "card", "ref", "code", "document", "holder",
];
/// Fillers passed at most.
const FILLERS_MAX: usize = 3;
/// Bytes looked back at most.
const REACH_BYTES: usize = 64;

/// A list of names in [`super::CUE_NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum List {
    #[default]
    NationalId,
    Ifsc,
    Clearing,
    SecurityCode,
    Expiry,
    Handset,
    CanadianPerson,
    DutchPerson,
    Key,
    Password,
    PinBlock,
    Postcode,
    Device,
    Vehicle,
}

/// Names that different detectors may find before one value, at most.
const NAMES_MAX: usize = 8;

/// The names that stand right before a value, of all lists there are, the nearest first. Looked for once for all detectors that are asked about the
/// value; nearly always there is none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Names {
    found: [(List, &'static str); NAMES_MAX],
    len: usize,
}

impl Names {
    /// The names before `at`: right before it, or with fillers between.
    pub(crate) fn of(text: &[u8], at: usize) -> Self {
        let mut names = Self::default();
        let from = at.saturating_sub(REACH_BYTES);
        let Some(window) = text.get(from..at).filter(|window| window.last().is_some_and(|&byte| is_sign(byte))) else { return names };
        let window = memchr::memrchr(b'\n', window).map_or(window, |line| &window[line + 1..]);
        let mut end = window.len();
        for _ in 0..=FILLERS_MAX {
            let Some(before) = before_signs(window, end) else { break };
            names.add(&window[..before]);
            let word = last_word(window, before);
            if !is_filler(&window[word..before]) {
                break;
            }
            end = word;
        }
        names
    }

    /// Adds the names that end with `window`, those of one list in its order.
    fn add(&mut self, window: &[u8]) {
        let ending = ending(window);
        // Nearly all words end like no name, and one look at a small table says so.
        if ENDINGS[ending / 64] >> (ending % 64) & 1 == 0 {
            return;
        }
        for name in &BY_ENDING[ending] {
            if self.len < NAMES_MAX && ends_with_name(window, &name.words) {
                self.found[self.len] = (name.list, name.text);
                self.len += 1;
            }
        }
    }
}

/// The name, one of a list, that stands right before the candidate.
pub(crate) fn behind(spot: &Spot<'_>, list: List) -> Option<&'static str> {
    let names = spot.names();
    names.found[..names.len].iter().find(|(found, _)| *found == list).map(|(_, name)| *name)
}

/// A name of a list.
struct Name {
    list: List,
    text: &'static str,
    /// Its words, the last one first.
    words: Vec<&'static [u8]>,
}

/// All names by their last two letters.
static BY_ENDING: LazyLock<Vec<Vec<Name>>> = LazyLock::new(|| {
    let mut table: Vec<Vec<Name>> = (0..1 << 10).map(|_| Vec::new()).collect();
    for (list, names) in super::CUE_NAMES {
        for &text in names {
            table[ending(text.as_bytes())].push(Name { list, text, words: text.rsplit(' ').map(str::as_bytes).collect() });
        }
    }
    table
});

/// A bit for each ending that some name has.
static ENDINGS: LazyLock<[u64; 16]> = LazyLock::new(|| {
    let mut bits = [0; 16];
    for (at, _) in BY_ENDING.iter().enumerate().filter(|(_, names)| !names.is_empty()) {
        bits[at / 64] |= 1 << (at % 64);
    }
    bits
});

/// A number of the last two letters, whatever their case; signs and digits are 0, all else 31.
fn ending(bytes: &[u8]) -> usize {
    let letter = |back: usize| match bytes.len().checked_sub(back).map_or(b' ', |at| bytes[at]) {
        byte @ b'a'..=b'z' => usize::from(byte - b'a') + 1,
        byte @ b'A'..=b'Z' => usize::from(byte - b'A') + 1,
        0x80.. => 31,
        _ => 0,
    };
    letter(2) << 5 | letter(1)
}

fn is_filler(word: &[u8]) -> bool {
    (2..=8).contains(&word.len()) && FILLERS.iter().any(|filler| filler.as_bytes().eq_ignore_ascii_case(word))
}

/// Where the word before `end` ends, at most four signs and blanks passed, one at least.
fn before_signs(window: &[u8], end: usize) -> Option<usize> {
    let signs = window[..end].iter().rev().take(5).take_while(|&&byte| is_sign(byte)).count();
    (signs > 0 && signs < 5 && signs < end).then_some(end - signs)
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b' ' | b':' | b'=' | b'#' | b'"' | b'\'' | b'(' | b'[' | b'.' | b'-' | b'_' | b'>' | b'/')
}

fn last_word(window: &[u8], end: usize) -> usize {
    window[..end].iter().rposition(|&byte| !is_name_byte(byte)).map_or(0, |before| before + 1)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether the words of a name, the last one first, stand at the end of `window`, any one sign or none between them, and no letter before.
fn ends_with_name(window: &[u8], words: &[&[u8]]) -> bool {
    let mut end = window.len();
    for word in words {
        if end < window.len() && end > 0 && is_sign(window[end - 1]) {
            end -= 1;
        }
        let Some(start) = end.checked_sub(word.len()) else { return false };
        if !window[start..end].eq_ignore_ascii_case(word) {
            return false;
        }
        end = start;
    }
    let camel = end > 0 && window[end - 1].is_ascii_lowercase() && window[end].is_ascii_uppercase();
    end == 0 || !is_name_byte(window[end - 1]) || camel
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let names = Names::of(text.as_bytes(), text.len());
        assert_eq!((names.len > 0).then(|| names.found[0].1), expected, "{text}");
    }

    #[test]
    fn every_name_is_found_in_any_joining() {
        for name in super::super::CUE_NAMES.iter().flat_map(|(_, names)| names.iter()) {
            for text in [name.to_ascii_uppercase(), name.replace(' ', "_"), name.replace(' ', ""), format!("x {name}")] {
                let text = format!("{text}: ");
                let names = Names::of(text.as_bytes(), text.len());
                assert!(names.found[..names.len].iter().any(|(_, found)| found == name), "{text}");
            }
        }
    }

    #[test]
    fn a_name_counts_with_fillers_only_between() {
        check("passport no. ", Some("passport"));
        check("NHS number: ", Some("nhs"));
        check("taxFile=", Some("tax file"));
        check("tax_file no is ", Some("tax file"));
        check("customerPassport: ", Some("passport"));
        check("passport office ", None);
        check("spin ", None);
        check("pin", None);
        check("passport no\n", None);
    }
}
