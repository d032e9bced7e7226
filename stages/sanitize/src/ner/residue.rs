//! Texts that the model is asked about: what of free text still holds a word that may be a name. Each once, whatever numbers stand in it, and never more than
//! [`NER_TEXTS_MAX`] of a shard.

use std::collections::BTreeMap;

use schemas::limits::{NER_TEXT_BYTES_MAX, NER_TEXTS_MAX};
use schemas::words::{Words, humps};

use crate::scan::names::{is_ordinary, is_word};
use crate::secret::Keys;

/// Letters of the shortest word that may be a name by itself, of the shortest in a script without capitals, and of the shortest in capitals.
const WORD_CHARS_MIN: usize = 3;
const CASELESS_MIN: usize = 2;
const CAPITALS_MIN: usize = 4;
/// Letters of the first hump of a name (`McZorvath`, `DeZorvath`); a longer one begins a word of programs.
const HUMP_CHARS_MAX: usize = 3;
/// Words that make a text: a name alone says nothing of what it is, and fields that hold one alone have names.
const WORDS_MIN: usize = 2;

/// Distinct texts by keyed digest.
pub(crate) type Texts = BTreeMap<[u8; 12], String>;

/// The texts of a block, or of a shard.
pub(crate) struct Residues<'w> {
    /// Ordinary words of bank logs.
    words: &'w Words,
    texts: Texts,
    limit: usize,
    overflow: u64,
}

impl<'w> Residues<'w> {
    pub(crate) fn new(words: &'w Words) -> Self {
        Self { words, texts: BTreeMap::new(), limit: NER_TEXTS_MAX, overflow: 0 }
    }

    /// Takes in what of a text is open.
    pub(crate) fn note(&mut self, text: &str, keys: &Keys) {
        for line in text.lines() {
            let mut rest = line;
            while !rest.is_empty() {
                let piece;
                (piece, rest) = rest.split_at_checked(cut_at(rest)).unwrap_or((rest, ""));
                if is_open(piece, self.words) {
                    let plain = plain(piece);
                    self.texts.entry(keys.lexicon_digest(plain.as_bytes())).or_insert(plain);
                }
            }
        }
    }

    /// Takes in the texts of another, that of a block; what finds no room is counted. Which texts stay does not depend on the order of blocks.
    pub(crate) fn take_in(&mut self, texts: Texts) {
        for (digest, text) in texts {
            self.texts.insert(digest, text);
            if self.texts.len() > self.limit {
                self.texts.pop_last();
                self.overflow += 1;
            }
        }
    }

    /// The texts by digest.
    pub(crate) fn take(&mut self) -> Texts {
        std::mem::take(&mut self.texts)
    }

    /// Texts that found no room.
    pub(crate) fn overflow(&self) -> u64 {
        self.overflow
    }
}

/// Where a line that is too long is cut: behind its last blank that no capital follows, else behind the last one, else anywhere.
fn cut_at(line: &str) -> usize {
    if line.len() <= NER_TEXT_BYTES_MAX {
        return line.len();
    }
    let end = (0..=NER_TEXT_BYTES_MAX).rev().find(|&at| line.is_char_boundary(at)).unwrap_or(line.len());
    let head = line.get(..end).unwrap_or(line);
    let capital = |at: usize| line.get(at + 1..).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase);
    let blanks = || head.match_indices(' ').map(|(at, _)| at).rev();
    blanks().find(|&at| at > 0 && !capital(at)).or_else(|| blanks().find(|&at| at > 0)).map_or(end, |at| at + 1)
}

/// The text without what makes equal ones differ: a digit for every number, a blank for several.
fn plain(piece: &str) -> String {
    let mut plain = String::with_capacity(piece.len());
    for c in piece.trim().chars() {
        let c = if c.is_ascii_digit() {
            '0'
        } else if c.is_whitespace() {
            ' '
        } else {
            c
        };
        if !(matches!(c, '0' | ' ') && plain.ends_with(c)) {
            plain.push(c);
        }
    }
    plain
}

/// Whether a text holds, among other words, one that may be a name and that is ordinary in no language that is known. Names on lists count as well: without a
/// cue the rules leave most of them.
fn is_open(piece: &str, words: &Words) -> bool {
    let (mut count, mut open) = (0, false);
    let mut start = None;
    for (at, c) in piece.char_indices().chain([(piece.len(), ' ')]) {
        match (start, c.is_alphabetic()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                // Where there are no capitals there are often no blanks either.
                count += if piece.get(from..at).is_some_and(is_caseless) { WORDS_MIN } else { 1 };
                open |= may_be_name(piece, from, at, words);
                start = None;
            }
            _ => {}
        }
        if open && count >= WORDS_MIN {
            return true;
        }
    }
    false
}

fn may_be_name(piece: &str, start: usize, end: usize, words: &Words) -> bool {
    let (Some(before), Some(word), Some(behind)) = (piece.get(..start), piece.get(start..end), piece.get(end..)) else { return false };
    shaped(word) && !is_part(before, behind) && !is_word(word) && !is_ordinary(word) && !words.has_all(word)
}

/// Whether a word is written as names are.
fn shaped(word: &str) -> bool {
    let chars = word.chars().count();
    if is_caseless(word) {
        return chars >= CASELESS_MIN;
    }
    if chars < WORD_CHARS_MIN || word.chars().next().is_none_or(char::is_lowercase) {
        return false;
    }
    if !word.chars().any(char::is_lowercase) {
        // Abbreviations: `HTTP`, `SEPA`, `TXN`.
        let vowel = |c: char| !c.is_ascii() || matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y');
        return chars >= CAPITALS_MIN && word.chars().any(vowel);
    }
    let mut humps = humps(word);
    let first = humps.next().map_or(0, |hump| hump.chars().count());
    match humps.count() {
        0 => true,
        1 => first <= HUMP_CHARS_MAX,
        _ => false,
    }
}

fn is_caseless(word: &str) -> bool {
    !word.chars().any(|c| c.is_uppercase() || c.is_lowercase())
}

/// Whether a word is a part of a path, a class, a code or an address.
fn is_part(before: &str, behind: &str) -> bool {
    const JOINTS: [char; 7] = ['_', '/', '\\', '$', '@', '#', '%'];
    let joint = |c: char| JOINTS.contains(&c) || c.is_numeric();
    let mut back = before.chars().rev();
    let left = match (back.next(), back.next()) {
        // `com.bank.Ledger`, but `J.Zorvath`.
        (Some('.'), Some(c)) => c.is_lowercase() || c.is_numeric(),
        (Some(c), _) => joint(c),
        (None, _) => false,
    };
    let mut on = behind.chars();
    let right = match (on.next(), on.next()) {
        (Some('.' | ':'), Some(c)) => c.is_alphanumeric() || c == ':',
        (Some('('), Some(')')) => true,
        (Some(c), _) => joint(c),
        (None, _) => false,
    };
    left || right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::engine;

    fn words() -> Words {
        Words::with([])
    }

    #[test]
    fn a_text_is_open_while_it_holds_a_word_that_may_be_a_name() {
        let words = words();
        for open in [
            "callback agreed with Zorvath tomorrow",
            "note: Zorvath",
            "spoke to ZORVATH again",
            "McZorvath called",
            "Zorvath's fee was waived",
            "agent=Zorvath reason=late",
            "J.Zorvath called",
            "met 佐藤 today",
            "佐藤さんに電話しました",
            "Kowalski called", // on a list of names, and nobody's word
        ] {
            assert!(is_open(open, &words), "{open}");
        }
        for closed in [
            "Zorvath",                           // alone it says nothing
            "payment declined for customer",     // no capital
            "Payment Declined For The Customer", // ordinary words
            "HTTP SEPA TXN sent",                // abbreviations
            "PaymentLedgerServiceImpl started",  // a class
            "at com.bank.Zorvath.run (line 12)", // a path
            "GET /v1/Zorvath/list done",         // a route
            "code Zorvath_12 sent to zorvath9",  // parts of codes
            "mail to Zorvath@host done",         // an address, which has a detector
            "in Zo",                             // too short
        ] {
            assert!(!is_open(closed, &words), "{closed}");
        }
    }

    #[test]
    fn texts_that_differ_in_numbers_are_one() {
        let (engine, words) = (engine(), words());
        let mut residues = Residues::new(&words);
        residues.note("call 4711 with Zorvath\n\nno name here\ncall  9 with Zorvath", &engine.keys);
        assert_eq!(residues.take().into_values().collect::<Vec<_>>(), ["call 0 with Zorvath"]);
    }

    #[test]
    fn long_lines_are_cut_between_words_and_none_of_them_is_lost() {
        let line = "we spoke with Ilka Zorvath ".repeat(120);
        let mut rest = line.as_str();
        let mut whole = String::new();
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(cut_at(rest));
            assert!(piece.len() <= NER_TEXT_BYTES_MAX && !piece.trim_end().ends_with("Ilka"));
            whole.push_str(piece);
            rest = behind;
        }
        assert_eq!(whole, line);
        assert_eq!(cut_at(&"é".repeat(2_000)), NER_TEXT_BYTES_MAX);
    }

    #[test]
    fn of_too_many_texts_the_same_stay_in_any_order() {
        let words = words();
        let texts: Vec<([u8; 12], String)> = (0..50_u8).map(|number| ([number.wrapping_mul(37); 12], number.to_string())).collect();
        let kept = |order: &[usize]| {
            let mut residues = Residues { limit: 10, ..Residues::new(&words) };
            for &at in order {
                residues.take_in(BTreeMap::from([texts[at].clone()]));
            }
            assert_eq!(residues.overflow(), 40);
            residues.take()
        };
        let forwards: Vec<usize> = (0..50).collect();
        let backwards: Vec<usize> = (0..50).rev().collect();
        assert_eq!(kept(&forwards), kept(&backwards));
        assert_eq!(kept(&forwards).len(), 10);
    }
}
