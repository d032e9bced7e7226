//! Numbers spelled out by a caller: `my account number is four four one eight eight two zero seven`.
//!
//! Format: words for single digits, seven in a row or more, or four behind a name for an account, a card, a customer or a telephone, three behind one for
//! a secret code. No standard exists; transcripts of calls are full of them.

use std::sync::LazyLock;

use schemas::pii::PiiClass;

use super::word_list::WordList;
use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A number in words.
pub(crate) const SPOKEN: Detector = Detector {
    id: "spoken",
    trigger: Trigger::Prefix,
    needs: Needs::ANY,
    find,
    matches: &[
        "my account number is four four one eight eight two zero seven",
        "card four one one one, one one one one",
        "Kontonummer vier vier eins acht acht zwei null sieben",
        "compte quatre quatre un huit huit deux zero sept",
        "cuenta cuatro cuatro uno ocho ocho dos",
        "security code nine two one",
        "oh seven seven double zero nine one two three four five six",
        "conto quattro quattro uno otto",
    ],
    misses: &["one two three", "one of two", "three retries for seven", "account one", "six sigma", "five nine availability", "nine one one call"],
};

/// Words for digits in English, German, French, Spanish, Italian, Dutch and Portuguese.
#[rustfmt::skip]
pub(super) const DIGITS: &[&str] = &[
    "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple", "null", "eins", "zwei", "zwo", "drei", "vier", "sechs", "sieben", "acht", "neun", "un", "deux", "trois", "quatre",
    "cinq", "sept", "huit", "neuf", "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "nul", "een", "twee", "drie", "vijf",
    "zes", "zeven", "negen", "um", "dois", "quatro", "sete", "oito",
];
/// Inside a number also these, which are too short or not ASCII to begin one.
const INSIDE: &[&str] = &["o", "fünf", "fuenf", "zéro", "três"];
const WORDS_MAX: usize = 40;

fn find(spot: &Spot<'_>) -> Option<Found> {
    let is_digit = |word: &[u8], lists: &[&[&str]]| lists.iter().any(|list| list.iter().any(|digit| digit.as_bytes().eq_ignore_ascii_case(word)));
    static LIST: LazyLock<WordList> = LazyLock::new(|| WordList::new(DIGITS));
    if !LIST.has(spot.word()) {
        return None;
    }
    let (mut end, mut count) = (spot.end, 1);
    while count < WORDS_MAX {
        let gap = spot.text.get(end..)?.iter().take(2).take_while(|byte| matches!(byte, b' ' | b',' | b'-' | b'.')).count();
        let start = end + gap;
        let len = spot.text.get(start..)?.iter().take(9).take_while(|&&byte| super::is_word(byte)).count();
        if gap == 0 || !is_digit(&spot.text[start..start + len], &[DIGITS, INSIDE]) {
            break;
        }
        (end, count) = (start + len, count + 1);
    }
    let named = |list| cue::behind(spot, list).is_some();
    let class = match count {
        3.. if named(List::SecurityCode) => PiiClass::Secret,
        4.. if named(List::Card) => PiiClass::Card,
        4.. if named(List::Phone) => PiiClass::Phone,
        4.. if named(List::Customer) => PiiClass::Customer,
        4.. if named(List::Account) => PiiClass::Account,
        13.. => PiiClass::Card,
        7.. => PiiClass::Account,
        _ => return None,
    };
    Found::by_cue(spot.at, end, class)
}
