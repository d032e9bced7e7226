//! Names in small letters that nothing announces and no lexicon knows: `jane roe was here`. A given name that is no ordinary word, and behind it a word
//! that is a name or of no list.
//!
//! Every word of a text would have to be looked up, so a small filter says first that nearly all of them begin like no given name.

use std::sync::LazyLock;

use schemas::pii::PiiClass;

use super::gazetteer::Known;
use super::hits::Hit;
use super::name_cues::Cue;
use super::name_free::{says, word_before};
use super::name_shape::{has_ending_of_word, is_particle};
use super::words::Lists;
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of the shortest and the longest given name that is looked up.
const GIVEN_BYTES: std::ops::RangeInclusive<usize> = 4..=12;
/// Letters of the shortest surname, and of one that is of no list.
const FAMILY_CHARS_MIN: usize = 3;
const UNLISTED_CHARS_MIN: usize = 4;
/// Bytes of the shortest given name.
const GIVEN_BYTES_MIN: usize = 3;
/// Bytes of the longest.
const FAMILY_BYTES_MAX: usize = 40;
/// Words behind the given name: particles and surnames.
const WORDS_MAX: usize = 4;

/// Titles that are no other word.
const TITLES: &[&str] = &[
    "mr", "mrs", "mme", "monsieur", "madame", "herr", "herrn", "frau", "signor", "signora", "señor", "señora", "meneer", "mevrouw", "mevr", "dhr",
    "pani",
];
/// Titles that a dot must follow: milliseconds, a signature, a debit.
const DOTTED_TITLES: &[&str] = &["ms", "sig", "dr", "sr", "sra", "dott", "avv", "prof", "fam"];
/// Titles behind one another: `herr doktor roe`.
const TITLES_MAX: usize = 3;

/// Bits of the filters, as powers of two.
const OWN_BITS: u32 = 19;
const WIDE_BITS: u32 = 19;

/// A bit for each given name of our own list.
static OWN: LazyLock<Box<[u64; 1 << (OWN_BITS - 6)]>> = LazyLock::new(|| {
    let mut filter = Box::new([0; 1 << (OWN_BITS - 6)]);
    let names = include_str!("gazetteer/given.txt").lines().filter(|line| !line.starts_with('#'));
    for name in names.flat_map(str::split_whitespace).filter(|name| GIVEN_BYTES.contains(&name.len())) {
        let bit = (mixed(name.as_bytes()) >> (64 - OWN_BITS)) as usize;
        filter[bit >> 6] |= 1 << (bit & 63);
    }
    filter
});

/// Two bits of one number for each given name of any list; made by `build.py`.
static WIDE: &[u8; 1 << (WIDE_BITS - 3)] = include_bytes!("gazetteer/given.bin");

/// The bits of a word of at most sixteen bytes, mixed; `build.py` computes the same.
fn mixed(word: &[u8]) -> u64 {
    let mut bytes = [0; 16];
    let len = word.len().min(16);
    bytes[..len].copy_from_slice(&word[..len]);
    let number = u128::from_le_bytes(bytes);
    ((number as u64) ^ ((number >> 64) as u64).rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Whether a word of small ASCII letters may be a given name.
pub(super) fn may_be_given(word: &[u8]) -> bool {
    if !GIVEN_BYTES.contains(&word.len()) {
        return false;
    }
    let mixed = mixed(word);
    let at = 8 * (mixed >> (64 + 6 - WIDE_BITS)) as usize;
    let bits = (1 << (mixed >> 45 & 63)) | (1 << (mixed >> 39 & 63));
    WIDE.get(at..).and_then(|rest| rest.first_chunk()).is_some_and(|&number| u64::from_le_bytes(number) & bits == bits)
}

/// Whether a word is on our own list, or one of a few that are on none.
fn may_be_own(word: &str) -> bool {
    let bit = (mixed(word.as_bytes()) >> (64 - OWN_BITS)) as usize;
    OWN[bit >> 6] >> (bit & 63) & 1 != 0
}

/// Whether a word of small letters is a title, with a dot or without.
pub(super) fn may_be_title(word: &str) -> bool {
    TITLES.contains(&word) || DOTTED_TITLES.contains(&word)
}

impl Worker<'_> {
    /// Replaces the surname in small letters behind the title at `at..end` (`mr roe`, `sig. roe`); returns where it ends.
    #[cold]
    #[inline(never)]
    pub(super) fn small_titled(&mut self, text: &str, at: usize, end: usize, base: usize) -> Option<usize> {
        let (start, last) = titled(text, at, end)?;
        let made = self.make(PiiClass::Name, cut(text, start, last))?;
        self.hits.push(base, Hit { start, end: last, made });
        Some(last)
    }

    /// Replaces the name of which the given name stands at `start..end`; returns where it ends.
    pub(super) fn small_name(&mut self, text: &str, start: usize, end: usize, base: usize) -> Option<usize> {
        let (start, last) = span(text, start, end)?;
        let made = self.make(PiiClass::Name, cut(text, start, last))?;
        self.hits.push(base, Hit { start, end: last, made });
        Some(last)
    }
}

/// What must be known of the surname.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// That it is no ordinary word.
    Open,
    /// That it is a surname and no ordinary word.
    Listed,
    /// That it is a surname.
    Any,
}

/// Where the name begins and ends whose given name is at `start..end`; none when it is none.
fn span(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let word = cut(text, start, end);
    let given = Known::of(word);
    if !given.is_given() || is_particle(word) {
        return None;
    }
    let from = before_dash(text, start)?;
    let before = word_before(text, from);
    let cue = if AND.contains(&before) { Cue::NONE } else { Cue::of(before) };
    // A word announces as much as the lists lack.
    // `my name is grace fisher`
    let told = ["name is ", "name's "].iter().any(|words| cut(text, 0, from).ends_with(words));
    let (asked, announced) = match () {
        () if told => (if given.is_word() { Asked::Any } else { Asked::Open }, true),
        () if !given.is_word() && may_be_own(word) => (Asked::Open, true),
        () if Lists::of(word).on(Lists::COMMON) => return None,
        () if cue.any(Cue::ROLE.with(Cue::TITLE)) => (if given.is_word() { Asked::Any } else { Asked::Open }, true),
        () if cue.any(Cue::WEAK.with(Cue::HINT)) => (Asked::Listed, true),
        () if !given.is_word() && before.is_empty() => (Asked::Listed, false),
        () => return None,
    };
    let last = family_end(text, end, asked)?;
    (announced || says(text, last)).then_some((from, last))
}

/// Where the full name in small letters ends that begins at `start`, behind the name of somebody: `approver=maria lopez`.
pub(super) fn small_name_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let len = rest.find(|c: char| !c.is_lowercase()).unwrap_or(rest.len());
    let word = cut(rest, 0, len);
    if len < GIVEN_BYTES_MIN
        || rest.as_bytes().get(len) != Some(&b' ')
        || is_particle(word)
        || Lists::of(word).on(Lists::COMMON)
        || !Known::of(word).is_given()
    {
        return None;
    }
    family_end(text, start + len, Asked::Listed)
}

/// The surname behind a title at `at..end`.
fn titled(text: &str, at: usize, end: usize) -> Option<(usize, usize)> {
    if is_glued(cut(text, 0, at)) {
        return None;
    }
    let (mut from, mut to) = (at, end);
    for _ in 0..TITLES_MAX {
        let title = cut(text, from, to);
        let dotted = text.as_bytes().get(to) == Some(&b'.');
        if !(TITLES.contains(&title) || dotted && DOTTED_TITLES.contains(&title) || from > at && Cue::of(title).any(Cue::TITLE)) {
            break;
        }
        let blank = to + usize::from(dotted);
        let rest = text.get(blank..)?.strip_prefix(' ')?;
        let len = rest.find(|c: char| !c.is_lowercase()).unwrap_or(rest.len());
        if let Some(last) = family_end(text, blank, Asked::Open).or_else(|| family_end(text, blank, Asked::Any)) {
            return Some((blank + 1, last));
        }
        (from, to) = (blank + 1, blank + 1 + len);
    }
    None
}

/// Whether something is glued to what follows this text.
fn is_glued(head: &str) -> bool {
    head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | '#' | '$' | '=' | '\''))
}

/// Words between two of anything.
const AND: &[&str] = &["and", "und", "et", "y", "e", "i", "u", "en", "och", "og", "ja", "ve", "w"];

/// Where a name begins whose second half of a given name stands at `start`: `eeva-liisa`; none when something else is glued to it.
fn before_dash(text: &str, start: usize) -> Option<usize> {
    let head = cut(text, 0, start);
    let Some(head) = head.strip_suffix('-') else { return (!is_glued(head)).then_some(start) };
    let len: usize = head.chars().rev().take_while(|c| c.is_lowercase()).map(char::len_utf8).sum();
    let first = cut(head, head.len() - len, head.len());
    let given = Known::of(first);
    (len > 0 && !is_glued(cut(head, 0, head.len() - len)) && given.is_given() && !given.is_word()).then_some(head.len() - len)
}

/// Where the surname behind a given name ends.
fn family_end(text: &str, end: usize, asked: Asked) -> Option<usize> {
    let (mut at, mut found) = (end, None);
    for _ in 0..WORDS_MAX {
        let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(' ')) else { break };
        let len = rest.find(|c: char| !c.is_lowercase() && c != '\'' && c != '-').unwrap_or(rest.len());
        let word = cut(rest, 0, len).trim_end_matches(['\'', '-']);
        let glued = rest.get(len..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '=' | '(' | '/' | '@')));
        if word.is_empty() || word.len() > FAMILY_BYTES_MAX || glued {
            break;
        }
        at = text.len() - rest.len() + word.len();
        if is_particle(word) && found.is_none() {
            continue;
        }
        if !is_family(word, if found.is_some() { Asked::Listed } else { asked }) {
            break;
        }
        found = Some(at);
    }
    found
}

/// Whether a word is a surname.
fn is_family(word: &str, asked: Asked) -> bool {
    let (known, lists) = (Known::of(word), Lists::of(word));
    let chars = word.chars().count();
    if chars < FAMILY_CHARS_MIN || lists.on(Lists::COMMON) || lists.on(Lists::COMPANY) {
        return false;
    }
    let listed = known.only_name() && !lists.is_ordinary();
    match asked {
        Asked::Listed => listed,
        Asked::Any => listed || known.is_name() || lists.on(Lists::AMBIGUOUS),
        Asked::Open => {
            let unlisted = !known.is_name() && !known.is_word() && !lists.is_ordinary();
            listed || unlisted && chars >= UNLISTED_CHARS_MIN && !has_ending_of_word(word)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_given;
    use crate::testing::{engine, scan_text};

    #[test]
    fn the_filter_takes_given_names_and_few_others() {
        assert!(["ingeborg", "thandiwe", "zeynep"].iter().all(|name| may_be_given(name.as_bytes())));
        let words = include_str!("gazetteer/ordinary.txt").split_whitespace();
        let (taken, all) = words.fold((0, 0), |(taken, all), word| (taken + usize::from(may_be_given(word.as_bytes())), all + 1));
        assert!(taken * 8 < all, "{taken} of {all}");
    }

    #[test]
    fn names_in_small_letters_need_a_given_name_and_a_surname() {
        for (text, gone) in [
            ("please call ingeborg larkspurton back", "ingeborg larkspurton"),
            ("thandiwe van der wexcombe was here", "thandiwe van der wexcombe"),
            ("cc zeynep yilmaz, too", "zeynep yilmaz"),
            ("letter for keisuke yamamoto came back", "keisuke yamamoto"),
            ("customer shanice zorvath has moved", "shanice zorvath"),
            ("customer grace fisher has moved", "grace fisher"),
            ("hello my name is grace fisher uh", "grace fisher"),
            ("spoke with rose okonkwo at noon", "rose okonkwo"),
            ("call étienne okonkwo back", "étienne okonkwo"),
            ("mail to eeva-liisa okonkwo bounced", "eeva-liisa okonkwo"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(gone) && gone.split(' ').all(|word| !out.contains(word)), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
        for text in [
            "ask ingeborg about the file",
            "grace period of three days",
            "ingeborg/larkspurton.pdf",
            "zeynep is away",
            "customer grace period over",
            "sorted and grace fisher scale",
            "meer dan twee bestanden",
            "den andre filen finnes",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
