//! Names that stand right before a value: `passport no X1234567`, `NHS number: 943 476 5919`.
//!
//! Unlike the cues of `scan::context`, which count anywhere within forty bytes, these must stand next to the value: only fillers like `no`,
//! `number` or `is` and a few signs may come between.

use std::sync::LazyLock;

use schemas::pii::PiiClass;

use super::word_list::WordList;
use super::{REACH_BYTES, Spot, spelling};

/// Fillers between a name and its value, in the languages of the names.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "no", "nr", "num", "number", "nummer", "numero", "número", "numéro", "nbr", "id", "is", "was", "value", "card", "ref", "code", "document", "holder",
    "n", "nº", "№", "núm", "numer", "номер", "numbers", "nummers", "hash", "digit", "digits",
    "ist", "lautet", "war", "der", "des", "die", "den", "für", "von", "vom", "karte", "kunde", "kunden", "konto",
    "est", "était", "du", "de", "la", "le", "carte", "client", "visuel", "compte", "sur",
    "es", "era", "del", "el", "tarjeta", "cliente", "cuenta", "da", "do", "cartão", "di", "della", "carta", "è", "conto", "il",
    "карты", "карта", "клиента", "счета", "van", "het", "kaart", "klant", "jest", "karty", "klienta", "for", "of", "the", "my", "our", "customer", "entered", "given", "temporal", "temporaire", "temporaneo", "temporário", "provisional", "provisoire", "eingegeben", "saisi", "e", "on", "under", "unter", "auf", "sous", "普通", "当座", "partner", "partners", "beneficiario", "beneficiary", "ordenante", "titular", "titulaire", "debtor", "creditor", "spouse", "controle", "applicant", "som", "är", "er",
];
/// Fillers passed at most.
const FILLERS_MAX: usize = 4;

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
    Account,
    Iban,
    Card,
    Routing,
    Customer,
    Phone,
    Birth,
    Street,
    Plate,
    Age,
}

/// Names that different detectors may find before one value, at most.
const NAMES_MAX: usize = 8;

/// The names that stand right before a value, of all lists there are, the nearest first. Looked for once for all detectors that are asked about the
/// value; nearly always there is none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Names {
    found: [Option<&'static Name>; NAMES_MAX],
    len: usize,
}

impl Names {
    /// The names before `at`: right before it, or with fillers between.
    pub(crate) fn of(text: &[u8], at: usize) -> Self {
        let mut names = Self::none();
        let from = at.saturating_sub(REACH_BYTES);
        let Some(window) =
            text.get(from..at).filter(|window| window.last().is_some_and(|&byte| is_sign(byte) || byte >= 0x80 || matches!(byte, b']' | b';')))
        else {
            return names;
        };
        let window = without_particle(window);
        let mut end = window.len();
        for _ in 0..=FILLERS_MAX {
            let Some(before) = before_signs(window, end) else { break };
            // The line before says nothing of this one.
            if window[before - 1] == b'\n' {
                break;
            }
            names.add(&window[..before]);
            // No filler ends with a digit, and before a digit there is often another number.
            if window[before - 1].is_ascii_digit() {
                break;
            }
            let word = last_word(window, before);
            if !is_filler(&window[word..before]) && !is_aside(window, word, before) {
                break;
            }
            end = word;
        }
        names
    }

    /// None.
    pub(crate) const fn none() -> Self {
        Self { found: [None; NAMES_MAX], len: 0 }
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn all(&self) -> impl Iterator<Item = &'static Name> + '_ {
        self.found[..self.len].iter().flatten().copied()
    }

    /// Whether a name is known already, in another spelling.
    fn has(&self, name: &Name) -> bool {
        self.all().any(|known| known.list == name.list && known.text == name.text)
    }

    /// Adds the names that end with `window`, those of one list in its order.
    fn add(&mut self, window: &[u8]) {
        // Nearly all words end like no name.
        for name in ENDINGS.of(ending(window)) {
            if self.len < NAMES_MAX && !self.has(name) && ends_with_name(window, &name.words) {
                self.found[self.len] = Some(name);
                self.len += 1;
            }
        }
    }
}

/// The words right before an offset that are names of a list, when the candidate's own [`Spot::names`] do not reach there.
pub(crate) fn is_behind(text: &[u8], at: usize, list: List) -> bool {
    Names::of(text, at).all().any(|name| name.list == list)
}

/// The class of a number with letters before it, when the name of a customer's or an account's number stands right before it.
pub(crate) fn class_of_number(text: &[u8], at: usize) -> Option<PiiClass> {
    Names::of(text, at).all().find_map(|name| match name.list {
        List::Account => Some(PiiClass::Account),
        List::Customer => Some(PiiClass::Customer),
        _ => None,
    })
}

/// The name, one of a list, that stands right before the candidate.
pub(crate) fn behind(spot: &Spot<'_>, list: List) -> Option<&'static str> {
    spot.names().all().find(|name| name.list == list).map(|name| name.text)
}

/// A name of a list.
#[derive(Debug)]
struct Name {
    list: List,
    text: &'static str,
    /// Its words in one spelling, the last one first.
    words: Vec<Box<[u8]>>,
}

/// All names, in all spellings and in their order, and which of them end with the same three letters.
struct Endings {
    names: Vec<Name>,
    /// A bit for each ending that some name has: one look at a small table sends nearly all words away.
    bits: [u64; ENDINGS_MAX / 64],
    /// Where the names of each ending begin in `numbers`; the next one begins where they end.
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

/// Numbers of endings.
const ENDINGS_MAX: usize = 1 << 15;

static ENDINGS: LazyLock<Endings> = LazyLock::new(|| {
    let mut names = Vec::new();
    for (list, all) in super::CUE_NAMES {
        for &text in all {
            for spelling in spelling::all(text) {
                names.push(Name { list, text, words: spelling.rsplit(' ').map(|word| word.as_bytes().into()).collect() });
            }
        }
    }
    let mut of_ending: Vec<(usize, u32)> = Vec::new();
    for (number, name) in (0..).zip(&names) {
        let last = name.words.first().map_or(&[][..], |word| word);
        // Shorter names stand behind any letter, as in `userId`, or behind the blank of a name of two words, where there may be another sign or none.
        let thirds = if last.len() < 3 { 0..32 } else { letter(last[last.len() - 3])..letter(last[last.len() - 3]) + 1 };
        of_ending.extend(thirds.map(|third| (third << 10 | ending(last) & 0x3FF, number)));
    }
    let (mut bits, mut starts) = ([0; ENDINGS_MAX / 64], vec![0; ENDINGS_MAX + 1]);
    for (ending, _) in &of_ending {
        bits[ending / 64] |= 1 << (ending % 64);
        starts[ending + 1] += 1;
    }
    (0..ENDINGS_MAX).for_each(|ending| starts[ending + 1] += starts[ending]);
    let (mut next, mut numbers) = (starts.clone(), vec![0; of_ending.len()]);
    for (ending, number) in of_ending {
        numbers[next[ending] as usize] = number;
        next[ending] += 1;
    }
    Endings { names, bits, starts, numbers }
});

impl Endings {
    /// The names with an ending, in their order.
    fn of(&'static self, ending: usize) -> impl Iterator<Item = &'static Name> {
        let numbers = if self.bits[ending / 64] >> (ending % 64) & 1 == 0 {
            &[][..]
        } else {
            &self.numbers[self.starts[ending] as usize..self.starts[ending + 1] as usize]
        };
        numbers.iter().map(|&number| &self.names[number as usize])
    }
}

/// A number of the last three letters, whatever their case.
fn ending(bytes: &[u8]) -> usize {
    let back = |back: usize| bytes.len().checked_sub(back).map_or(0, |at| letter(bytes[at]));
    back(3) << 10 | back(2) << 5 | back(1)
}

/// A number of a letter; signs and digits are 0, all else 31.
fn letter(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => usize::from(byte - b'a') + 1,
        b'A'..=b'Z' => usize::from(byte - b'A') + 1,
        0x80.. => 31,
        _ => 0,
    }
}

static FILLER_LIST: LazyLock<WordList> = LazyLock::new(|| WordList::new(FILLERS));

/// Whether a word stands between a name and its value as a filler only where it does: `SSN IN ('...')`, `passport on file is`.
fn is_aside(window: &[u8], start: usize, end: usize) -> bool {
    match &window[start..end] {
        b"IN" | b"in" => window[end..].starts_with(b" ("),
        b"file" | b"record" => window[..start].ends_with(b" on "),
        _ => false,
    }
}

fn is_filler(word: &[u8]) -> bool {
    FILLER_LIST.has(word)
}

/// Where the word before `end` ends, at most four signs and blanks passed, one at least; none is needed behind scripts without blanks.
fn before_signs(window: &[u8], end: usize) -> Option<usize> {
    let mut at = end;
    while at > 0 && end - at < 5 && (is_sign(window[at - 1]) || is_odd_sign(window, at - 1)) {
        at -= 1;
    }
    let signs = end - at;
    let unspaced = signs == 0 && is_unspaced(&window[..end]);
    ((signs > 0 || unspaced) && signs < 5 && at > 0).then_some(at)
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b' ' | b':' | b'=' | b'#' | b'"' | b'\'' | b'(' | b')' | b'[' | b'.' | b'-' | b'_' | b'>' | b'/' | b'\\')
}

/// Signs that part a name from its value only where they cannot mean anything else: `]` behind the number of a data element, `;` in a folded `n°`,
/// `,` between quotes.
fn is_odd_sign(window: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(0, |before| window[before]);
    match window[at] {
        b']' => before.is_ascii_digit(),
        // `'DRIVERS_LICENSE','D1234567'`.
        b',' => matches!(before, b'\'' | b'"') && window.get(at + 1).is_some_and(|&next| next == before || next == b' '),
        b';' => matches!(before, b'n' | b'N'),
        _ => false,
    }
}

/// Whether the text ends with a character of a script that is written without blanks: such names touch their value.
fn is_unspaced(text: &[u8]) -> bool {
    text.len() >= 3 && matches!(text[text.len() - 3], 0xE3..=0xED) && text[text.len() - 2] >= 0x80
}

/// The text without the particle that binds a name to its value: `口座番号は`.
fn without_particle(window: &[u8]) -> &[u8] {
    const PARTICLES: [&str; 5] = ["は", "が", "为", "是", "："];
    if window.last().is_none_or(u8::is_ascii) {
        return window;
    }
    PARTICLES.iter().find_map(|particle| window.strip_suffix(particle.as_bytes())).unwrap_or(window)
}

fn last_word(window: &[u8], end: usize) -> usize {
    window[..end].iter().rposition(|&byte| !is_name_byte(byte)).map_or(0, |before| before + 1)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether the words of a name, the last one first, stand at the end of `window`, up to two signs between them, and no letter before.
fn ends_with_name(window: &[u8], words: &[Box<[u8]>]) -> bool {
    let mut end = window.len();
    for word in words {
        // `Geb.-Datum`, `F. nac`.
        for _ in 0..2 {
            end -= usize::from(end < window.len() && end > 0 && is_sign(window[end - 1]));
        }
        let Some(start) = end.checked_sub(word.len()) else { return false };
        if !window[start..end].eq_ignore_ascii_case(word) {
            return false;
        }
        end = start;
    }
    let camel = end > 0 && window[end - 1].is_ascii_lowercase() && window[end].is_ascii_uppercase();
    end == 0 || !is_name_byte(window[end - 1]) || camel || matches!(window[end], 0xE3..=0xED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let names = Names::of(text.as_bytes(), text.len());
        assert_eq!((names.len > 0).then(|| names.found[0].unwrap().text), expected, "{text}");
    }

    #[test]
    fn every_name_is_found_in_any_joining() {
        for name in super::super::CUE_NAMES.iter().flat_map(|(_, names)| names.iter()) {
            for text in [name.to_ascii_uppercase(), name.replace(' ', "_"), name.replace(' ', ""), format!("x {name}")] {
                let text = format!("{text}: ");
                let names = Names::of(text.as_bytes(), text.len());
                assert!(names.all().any(|found| found.text == *name), "{text}");
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
        check("WHERE e.passport IN ('", Some("passport"));
        check("the passport on file is ", Some("passport"));
        check("passport file is ", None);
        check("passport in ", None);
        check("passport office ", None);
        check("spin ", None);
        check("pin", None);
        check("passport no\n", None);
    }
}
