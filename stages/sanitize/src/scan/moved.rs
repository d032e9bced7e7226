//! What takes the place of a value: `owner=rsingh -> tlarsson`, `dob 1980-04-12 => 1980-12-04`, `sessionId 'A3F20071' → 'B3F20071'`, and who else is on a list:
//! `approvers: rsingh, tlarsson and mkowalska`. What a word said of the first it says of the other, where the other can be such a value.

use schemas::pii::PiiClass;

use super::login_shape::{initials_and_family, is_two_names};
use super::names::is_only_name;
use crate::detect::{is_measured, is_no_user, is_staff_number};
use crate::fields::is_full_name;
use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// What stands between the two.
const ARROWS: &[&str] = &["-> target ", "->", "=>", "-->", "<->", "→", ">>"];
/// The same between numbers.
const MOVES: &[&str] = &[" to ", " into "];
/// Digits of a number there.
const WORD_DIGITS_MIN: usize = 8;
/// The same where a value is compared with what it should be.
const COMPARED: &[&str] = &[" vs ", " vs. ", " != ", " <> ", " got ", " instead of "];
/// What stands between those of a list.
const JOINERS: &[&str] = &[", ", " and ", " & ", ", and ", ",", " und ", " et ", " y "];
/// Bytes of a value.
const VALUE_BYTES_MAX: usize = 64;
/// Classes that are carried.
const CLASSES: &[PiiClass] = &[
    PiiClass::User,
    PiiClass::BirthDate,
    PiiClass::Name,
    PiiClass::Session,
    PiiClass::Secret,
    PiiClass::Phone,
    PiiClass::NationalId,
    PiiClass::Customer,
    PiiClass::Account,
    PiiClass::Card,
    PiiClass::Device,
];

impl Worker<'_> {
    /// Notes what stands behind the values above `base` in their place.
    #[cold]
    #[inline(never)]
    pub(super) fn moved(&mut self, text: &str, base: usize) {
        let mut index = 0;
        while let Some(hit) = self.hits.get(base, index) {
            index += 1;
            let next = self.hits.get(base, index).map_or(text.len(), |next| next.start);
            let (mut old, mut from) = (cut(text, hit.start, hit.end), hit.end);
            while let Some((start, listed)) = behind(text, from).filter(|&(start, _)| start < next)
                && let Some(class) = self.class_of_made(hit.made)
                && let Some(end) = value_end(text, start).filter(|&end| end <= next)
            {
                let new = cut(text, start, end);
                // `'familyName' changed: 'Roe' -> 'Qwax'`: in quotes as the one before it.
                let quoted =
                    start > 0 && matches!(text.as_bytes()[start - 1], b'"' | b'\'') && text.as_bytes().get(end) == text.as_bytes().get(start - 1);
                let renamed = class == PiiClass::Name
                    && quoted
                    && !listed
                    && new.starts_with(char::is_uppercase)
                    && new.chars().all(|c| c.is_alphabetic() || " -'.".contains(c));
                let fits = renamed
                    || if listed { class == PiiClass::User && is_person(new) } else { is_of(class, old, new) && !is_measured(text.as_bytes(), end) };
                if !fits || is_placeholder(new) || self.is_token(new) {
                    break;
                }
                self.note_cell(class, text, (start, end));
                (old, from) = (new, end);
            }
        }
    }

    fn class_of_made(&self, made: (usize, usize)) -> Option<PiiClass> {
        let made = self.engine.heads.bare(cut(&self.hits.made, made.0, made.1));
        let label = made.strip_prefix('[')?;
        CLASSES.iter().copied().find(|class| label.strip_prefix(class.label()).is_some_and(|rest| rest.starts_with(['_', ']'])))
    }
}

/// Where the other value begins, and whether it is the next of a list.
fn behind(text: &str, end: usize) -> Option<(usize, bool)> {
    let rest = text.get(end..)?;
    let bare = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let trimmed = bare.trim_start_matches(' ');
    let opened = |rest: &str| text.len() - rest.strip_prefix(['"', '\'']).unwrap_or(rest).len();
    if let Some(rest) = ARROWS.iter().find_map(|arrow| trimmed.strip_prefix(arrow)).filter(|_| bare.len() - trimmed.len() <= 1) {
        return Some((opened(rest.strip_prefix(' ').unwrap_or(rest)), false));
    }
    let number = |rest: &&str| rest.bytes().take_while(u8::is_ascii_digit).count() >= WORD_DIGITS_MIN;
    if let Some(rest) = MOVES.iter().find_map(|word| bare.strip_prefix(word)).filter(number) {
        return Some((opened(rest), false));
    }
    if let Some(rest) = COMPARED.iter().find_map(|sign| bare.strip_prefix(sign)) {
        return Some((opened(rest), false));
    }
    JOINERS.iter().find_map(|joiner| bare.strip_prefix(joiner)).map(|rest| (opened(rest), true))
}

/// Where the value that begins at `start` ends: at its quote, or at a sign that ends a word.
fn value_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = bytes.get(start.checked_sub(1)?).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let reach = &bytes[start..bytes.len().min(start + VALUE_BYTES_MAX)];
    let stops = |&byte: &u8| match quote {
        Some(quote) => byte == quote || byte < b' ',
        None => byte <= b' ' || matches!(byte, b',' | b';' | b')' | b']' | b'}' | b'"' | b'\'' | b'<' | b'|' | b'(' | b'[' | b'='),
    };
    let mut len = reach.iter().position(stops).unwrap_or(reach.len());
    while len > 0 && matches!(reach[len - 1], b'.' | b':') {
        len -= 1;
    }
    (len > 0 && text.is_char_boundary(start + len)).then_some(start + len)
}

/// Whether `new` can take the place of `old`, which is of the class.
fn is_of(class: PiiClass, old: &str, new: &str) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let signs = |text: &str| text.bytes().filter(|byte| !byte.is_ascii_alphanumeric()).collect::<Vec<_>>();
    match class {
        PiiClass::User => is_person(new) || digits(new) >= 2 && digits(old) >= 2 && (4..=32).contains(&new.len()) && signs(old) == signs(new),
        PiiClass::Name => is_full_name(new) || is_only_name(new) && new.starts_with(char::is_uppercase),
        PiiClass::BirthDate => digits(new) >= 6 && digits(new) == digits(old) && signs(new) == signs(old),
        PiiClass::Secret => new.len() >= 3 && digits(new) > 0 && new.len().abs_diff(old.len()) <= 8,
        PiiClass::Session | PiiClass::Device => new.len() == old.len() && digits(new) > 0,
        PiiClass::Phone => digits(new) >= 6 && new.starts_with(['0', '+']),
        // Amounts, limits and days stand there too.
        _ => {
            digits(new) >= 6
                && digits(new) == digits(old)
                && signs(new) == signs(old)
                && !(new.len() == 8 && matches!(new.get(..2), Some("19" | "20")))
        }
    }
}

/// Whether a word is somebody's login by its letters, or the number of staff.
fn is_person(word: &str) -> bool {
    let login = initials_and_family(word).is_some() || is_two_names(word) || is_staff_number(word.as_bytes()) && word.len() > 5;
    login && !is_no_user(word.as_bytes())
}
