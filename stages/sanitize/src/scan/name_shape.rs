//! The parts of what may be a name: words with a capital, initials, particles, and what the lists know of each.

use std::sync::LazyLock;

use super::gazetteer::Known;
use super::words::Lists;
use crate::detect::{WordList, prefix};
use crate::fold::cut;

/// Parts of the longest name.
const PARTS_MAX: usize = 8;
/// Longest word that is looked up.
pub(super) const WORD_BYTES_MAX: usize = 40;

/// What a part of a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `J.`
    Initial,
    /// `van der`
    Particle,
    /// A word of bank logs.
    Common,
    /// An ordinary word and no name.
    Word,
    /// A name; a word as well, maybe.
    Name { given: bool, word: bool },
    /// On no list.
    Unknown,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// All letters are capitals.
    pub(super) capitals: bool,
}

/// The parts that stand one blank apart, the first at a given place.
pub(super) struct Parts {
    list: [Part; PARTS_MAX],
    len: usize,
}

impl Parts {
    /// The parts that begin at `at`.
    pub(super) fn of(text: &str, at: usize) -> Self {
        let none = Part { start: at, end: at, kind: Kind::Unknown, capitals: false };
        let mut parts = Self { list: [none; PARTS_MAX], len: 0 };
        let mut at = at;
        while parts.len < PARTS_MAX {
            let Some(part) = part_at(text, at) else { break };
            // `Jane Roe Ssn=536...`: the last one names what follows.
            if parts.len > 0 && text.as_bytes().get(part.end) == Some(&b'=') {
                break;
            }
            parts.list[parts.len] = part;
            parts.len += 1;
            let rest = &text.as_bytes()[part.end..];
            let joined = part.kind == Kind::Particle && matches!(rest.first(), Some(b'-' | b'\''));
            let blanks = rest.iter().take(3).take_while(|&&byte| byte == b' ').count();
            at = match (joined, blanks) {
                (true, _) => part.end + 1,
                (_, 1 | 2) => part.end + blanks,
                // `J.Roe`
                _ if part.kind == Kind::Initial && blanks == 0 => part.end,
                _ => break,
            };
        }
        parts
    }

    pub(super) fn all(&self) -> &[Part] {
        &self.list[..self.len]
    }
}

fn part_at(text: &str, at: usize) -> Option<Part> {
    let part = |end, kind, capitals| Some(Part { start: at, end, kind, capitals });
    if let Some(end) = initials_end(text, at) {
        return part(end, Kind::Initial, true);
    }
    if let Some(end) = particle_end(text, at) {
        return part(end, Kind::Particle, false);
    }
    let mut end = capitalised_end(text, at)?;
    // `Hyun-woo`, `Hans-Peter`
    while text.as_bytes().get(end) == Some(&b'-')
        && bare_end(text, at, end) == end
        && let Some(next) = letters_end(text, end + 1).filter(|next| next - at <= 2 * WORD_BYTES_MAX)
    {
        end = next;
    }
    end = over_entity(text, bare_end(text, at, end));
    let word = cut(text, at, end);
    part(end, kind_of_joined(word), is_capitals(word))
}

/// What a word is; of one with dashes, what its parts are.
fn kind_of_joined(word: &str) -> Kind {
    if !word.contains('-') {
        return kind_of(word);
    }
    let mut all = [Kind::Unknown; 3];
    let count = word.split('-').zip(&mut all).map(|(part, kind)| *kind = kind_of(part)).count();
    let kinds = &all[..count];
    let whole = Known::of(word);
    if whole.only_name() {
        return Kind::Name { given: whole.is_given(), word: false };
    }
    if kinds.iter().any(|kind| matches!(kind, Kind::Word | Kind::Common)) && !kinds.iter().any(|kind| matches!(kind, Kind::Name { word: false, .. }))
    {
        return Kind::Word;
    }
    // The surest of its parts.
    let rank = |kind: &&Kind| match kind {
        Kind::Name { word: false, .. } => 0,
        Kind::Unknown => 1,
        _ => 2,
    };
    kinds.iter().min_by_key(rank).copied().unwrap_or(Kind::Unknown)
}

/// What a word without dashes is.
pub(super) fn kind_of(word: &str) -> Kind {
    let lists = Lists::of(word);
    // Most capitalised words of a log are on this list, and need no second look.
    if lists.on(Lists::COMMON) {
        return Kind::Common;
    }
    let known = Known::of(word);
    if known.is_name() {
        return Kind::Name { given: known.is_given(), word: known.is_word() };
    }
    if lists.on(Lists::AMBIGUOUS) {
        return Kind::Name { given: false, word: true };
    }
    if known.is_word() || lists.on(Lists::COMPANY) || has_ending_of_word(word) { Kind::Word } else { Kind::Unknown }
}

/// Endings of ordinary words in the languages whose nouns or sentences begin with a capital; those of `build.py` are among them.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "ing", "ings", "ness", "tion", "tions", "ment", "ments", "ally", "ized", "able", "ible", "ful", "less", "ities", "ously", "ated", "ity", "ology", "ship",
    "ware", "ung", "ungen", "heit", "keit", "schaft", "tät", "konto", "kontos", "karte", "karten", "nummer", "vertrag", "betrag", "kasse",
    "geld", "schein", "zahlung", "auftrag", "stelle", "anlage", "gebühr", "zinsen", "dienst", "versicherung", "ción", "ciones", "dad", "zione", "zioni",
    "ção", "ções", "dade", "ement", "ogie", "ité", "ość", "ości", "nost", "ství", "het", "heter", "else", "elser", "ande", "ende", "ský", "ský", "ismus", "ation", "service", "server", "handler", "manager", "exception", "error", "client",
    "controller", "factory", "listener", "filter", "mapper", "worker", "queue", "proxy", "engine", "app", "bank", "shop", "markt", "store", "pay",
    "card", "net", "soft", "tech", "online", "strasse", "straße", "platz", "weg", "gasse", "street", "burg", "stadt", "straat", "plein",
];

/// The endings by their last byte.
static BY_LAST: LazyLock<[Vec<&'static str>; 256]> = LazyLock::new(|| {
    let mut table = [const { Vec::new() }; 256];
    for ending in ENDINGS {
        if let Some(&last) = ending.as_bytes().last() {
            table[usize::from(last)].push(*ending);
        }
    }
    table
});

pub(crate) fn has_ending_of_word(word: &str) -> bool {
    let last = word.as_bytes().last().map_or(0, u8::to_ascii_lowercase);
    BY_LAST[usize::from(last)].iter().any(|ending| {
        let from = word.len().wrapping_sub(ending.len());
        word.len() > ending.len() + 1 && word.get(from..).is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
    })
}

/// Whether a word is taken for one by its ending alone.
pub(super) fn is_word_by_ending(word: &str) -> bool {
    let lists = Lists::of(word);
    has_ending_of_word(word) && !Known::of(word).is_word() && !lists.on(Lists::COMPANY)
}

fn is_capitals(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase)
}

/// Small words inside names.
const PARTICLES: &[&str] = &[
    "van", "von", "de", "der", "den", "da", "di", "del", "della", "delle", "dei", "degli", "dal", "la", "le", "lo", "li", "bin", "bint", "ibn", "al",
    "el", "dos", "das", "do", "du", "des", "zu", "zum", "zur", "ten", "ter", "te", "vom", "af", "av", "tot", "ap", "mac", "dela", "delos",
];

/// Particles with signs of their own, each with the blank behind it: `van 't Veld`, `Frhr. v. Traun`.
const SHORT_PARTICLES: &[&str] = &["'t ", "v. ", "v.d. ", "v.d.", "Frhr. ", "Frhr ", "Frfr. ", "Freiherr ", "Freifrau "];

/// Whether a word in small letters stands inside names.
pub(crate) fn is_particle(word: &str) -> bool {
    static WORDS: LazyLock<WordList> = LazyLock::new(|| WordList::new(PARTICLES));
    word.len() <= 5 && WORDS.has(word.as_bytes()) && !word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// One capital, then small letters (or an apostrophe and another hump): `McRoe`, `O'Neil`. Words of a script without case have no capital.
pub(super) fn is_name_shaped(word: &str) -> bool {
    word.split('-').all(|part| part.chars().filter(|c| c.is_uppercase()).count() <= 2)
        && word.chars().count() >= 2
        && word.chars().any(|c| c.is_lowercase() || (c.is_alphabetic() && !c.is_uppercase()))
}

/// End of `J.`, `J.P.`, or of a single capital letter before a blank.
fn initials_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = at;
    for _ in 0..4 {
        let Some(first) = text.get(end..).and_then(|rest| rest.chars().next()).filter(|c| c.is_uppercase()) else { break };
        if bytes.get(end + first.len_utf8()) != Some(&b'.') {
            break;
        }
        end += first.len_utf8() + 1;
        // `J.-P.`
        end += usize::from(bytes.get(end) == Some(&b'-') && bytes.get(end + 1).is_some_and(u8::is_ascii_uppercase));
    }
    if end > at {
        return Some(end);
    }
    let single =
        bytes.get(at)?.is_ascii_uppercase() && bytes.get(at + 1) == Some(&b' ') && bytes.get(at + 2).is_some_and(|&byte| byte.is_ascii_uppercase());
    single.then_some(at + 1)
}

/// End of a particle in small letters or capitals that a blank, a dash or an apostrophe parts from a word with a capital, or from another particle.
fn particle_end(text: &str, at: usize) -> Option<usize> {
    particle_within(text, at, PARTS_MAX)
}

/// The same, with so many particles in a row at most.
fn particle_within(text: &str, at: usize, left: usize) -> Option<usize> {
    let left = left.checked_sub(1)?;
    let bytes = text.as_bytes();
    let short = SHORT_PARTICLES.iter().find(|particle| bytes.get(at..).is_some_and(|rest| rest.starts_with(particle.as_bytes())));
    if let Some(short) = short {
        let next = at + short.len();
        let goes_on = text.get(next..).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase);
        return (goes_on || particle_within(text, next, left).is_some()).then_some(next - 1);
    }
    let len = bytes.get(at..)?.iter().take(6).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let parted = matches!(bytes.get(at + len), Some(b' ' | b'-' | b'\''));
    if !parted {
        return None;
    }
    let mut small = [0; 6];
    small[..len].copy_from_slice(&bytes[at..at + len]);
    small.make_ascii_lowercase();
    let one = len == 1 && matches!(small[0], b'd' | b'o') && bytes.get(at + 1) == Some(&b'\'');
    let elided = one && small[0] == bytes[at];
    if !elided && !std::str::from_utf8(&small[..len]).is_ok_and(is_particle) {
        return None;
    }
    let next = at + len + 1;
    let goes_on = text.get(next..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.is_uppercase());
    (goes_on || (bytes.get(at + len) == Some(&b' ') && particle_within(text, next, left).is_some())).then_some(at + len)
}

/// End of the word of letters that begins at `at` with a capital, apostrophes inside it included.
pub(super) fn capitalised_end(text: &str, at: usize) -> Option<usize> {
    let first = text.get(at..)?.chars().next()?;
    // Scripts without case have no capitals: every word of theirs may be a name.
    let capital = first.is_uppercase() || (first.is_alphabetic() && !first.is_lowercase());
    if capital { letters_end(text, at) } else { None }
}

/// End of the word of letters that begins at `at`.
fn letters_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let bytes = rest.as_bytes();
    let mut len = 0;
    while let Some(&byte) = bytes.get(len) {
        let inside = byte.is_ascii_alphabetic() || byte >= 0x80 || (byte == b'\'' && joins(bytes, len));
        if !inside {
            break;
        }
        len += 1;
    }
    let glued = bytes.get(len).is_some_and(u8::is_ascii_digit);
    let credential = bytes.get(len) == Some(&b' ') && rest.get(..len).is_some_and(|word| prefix::ends_run(word.as_bytes()));
    (len > 0 && len <= WORD_BYTES_MAX && !glued && !credential).then_some(at + len)
}

/// Whether the apostrophe at `at` is inside a word: `O'Neil`, `DELL'ACQUA`, `Jane's`, but not the end of a segment as in `KRISTOFFERSEN'MOA`.
fn joins(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() && (at <= 4 || next.is_ascii_lowercase()))
}

/// A possessive is the name's, and no part of it.
pub(super) fn bare_end(text: &str, at: usize, end: usize) -> usize {
    if end - at > 3 && matches!(cut(text, end - 2, end), "'s" | "'S") { end - 2 } else { end }
}

/// Passes `&ouml;` and the letters behind it.
fn over_entity(text: &str, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = end;
    while bytes.get(end) == Some(&b'&') {
        let len = bytes[end + 1..].iter().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
        if len < 3 || bytes.get(end + 1 + len) != Some(&b';') || text.get(end + 1..end + 1 + len) == Some("nbsp") {
            break;
        }
        end += len + 2;
        end = letters_end(text, end).unwrap_or(end);
    }
    end
}
