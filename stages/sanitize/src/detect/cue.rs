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

/// Places before a value where a name may end: right before it, and before each filler. Found once for all detectors that are asked about the value;
/// nearly always there is none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Places {
    /// Ends of words in the text.
    ends: [usize; FILLERS_MAX + 1],
    len: usize,
    /// Where the line, or what is looked at of it, begins.
    from: usize,
}

impl Places {
    /// The places before `at`.
    pub(crate) fn of(text: &[u8], at: usize) -> Self {
        let mut places = Self { from: at.saturating_sub(REACH_BYTES), ..Self::default() };
        let Some(window) = text.get(places.from..at) else { return places };
        if let Some(line) = memchr::memrchr(b'\n', window) {
            places.from += line + 1;
        }
        let Some(window) = text.get(places.from..at) else { return places };
        let mut end = window.len();
        for _ in 0..=FILLERS_MAX {
            let Some(before) = before_signs(window, end) else { break };
            if may_end_a_name(&window[..before]) {
                places.ends[places.len] = places.from + before;
                places.len += 1;
            }
            let word = last_word(window, before);
            if !FILLERS.iter().any(|filler| filler.as_bytes().eq_ignore_ascii_case(&window[word..before])) {
                break;
            }
            end = word;
        }
        places
    }

    /// The first of `names` (lower case, one blank between words) that ends at one of the places, the nearest first.
    fn name<'n>(&self, text: &[u8], names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
        self.ends[..self.len].iter().find_map(|&end| {
            let before = text.get(self.from..end)?;
            names.clone().find(|name| ends_with_name(before, name))
        })
    }
}

/// The name, one of `names`, that stands right before the candidate.
pub(crate) fn behind<'n>(spot: &Spot<'_>, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let places = spot.places();
    if places.len == 0 { None } else { places.name(spot.text, names) }
}

/// Keys of the last three letters of all names there are, as bits: a look at it tells nearly every word that ends none.
static ENDINGS: LazyLock<Box<[u64; 512]>> = LazyLock::new(|| {
    let mut bits = Box::new([0; 512]);
    for name in all_names() {
        let bytes = name.as_bytes();
        let last = name.rsplit(' ').next().unwrap_or_default().len();
        let [a, b, c] = [3, 2, 1].map(|back| bytes.len().checked_sub(back).map_or(0, |at| letter(bytes[at])));
        // Before a short last word anything may stand: a sign, another word, nothing.
        let firsts = if last < 3 { 0..32 } else { a..a + 1 };
        for first in firsts {
            let key = first << 10 | b << 5 | c;
            bits[key / 64] |= 1 << (key % 64);
        }
    }
    bits
});

fn may_end_a_name(window: &[u8]) -> bool {
    let [a, b, c] = [3, 2, 1].map(|back| window.len().checked_sub(back).map_or(0, |at| letter(window[at])));
    let key = a << 10 | b << 5 | c;
    ENDINGS[key / 64] >> (key % 64) & 1 == 1
}

/// A letter's number, whatever its case; all signs and digits are 0, all else 31.
fn letter(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => usize::from(byte - b'a') + 1,
        b'A'..=b'Z' => usize::from(byte - b'A') + 1,
        0x80.. => 31,
        _ => 0,
    }
}

/// Every name that a detector asks for.
fn all_names() -> impl Iterator<Item = &'static str> {
    super::CUE_NAMES.iter().flat_map(|names| names.iter().copied())
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

/// Whether the words of `name` stand at the end of `window`, any one sign or none between them, and no letter before.
fn ends_with_name(window: &[u8], name: &str) -> bool {
    // One byte tells nearly all names apart.
    let last = |bytes: &[u8]| bytes.last().map(u8::to_ascii_lowercase);
    if last(window) != last(name.as_bytes()) {
        return false;
    }
    let mut end = window.len();
    for word in name.rsplit(' ') {
        if end < window.len() && end > 0 && is_sign(window[end - 1]) {
            end -= 1;
        }
        let Some(start) = end.checked_sub(word.len()) else { return false };
        if !window[start..end].eq_ignore_ascii_case(word.as_bytes()) {
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

    fn check(text: &str, names: &[&str], expected: Option<&str>) {
        let places = Places::of(text.as_bytes(), text.len());
        assert_eq!(places.name(text.as_bytes(), names.iter().copied()), expected, "{text}");
    }

    #[test]
    fn every_name_that_is_asked_for_is_known_to_the_endings() {
        for name in all_names() {
            for text in [name.to_owned(), name.to_uppercase(), name.replace(' ', "_"), name.replace(' ', ""), format!("x {name}")] {
                assert!(may_end_a_name(text.as_bytes()), "{text}");
            }
        }
    }

    #[test]
    fn a_name_counts_with_fillers_only_between() {
        check("passport no. ", &["passport"], Some("passport"));
        check("NHS number: ", &["nhs"], Some("nhs"));
        check("taxId=", &["tax id"], Some("tax id"));
        check("tax_id is ", &["tax id"], Some("tax id"));
        check("customerPassport: ", &["passport"], Some("passport"));
        check("passport office ", &["passport"], None);
        check("spin ", &["pin"], None);
        check("pin", &["pin"], None);
        check("passport no\n", &["passport"], None);
    }
}
