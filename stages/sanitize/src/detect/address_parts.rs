//! What belongs to an address beside the street: house numbers, parts of buildings, postcodes and towns.

use super::address_words::{FLOORS, PARTS};
use super::{Spot, is_word};

/// Parts behind the street at most, and those without a digit among them.
const PARTS_MAX: usize = 5;
const NAMED_MAX: usize = 2;

/// `567/1`, `12b`, `12-14`.
pub(super) fn house_end(spot: &Spot<'_>) -> usize {
    match spot.groups.get(1) {
        Some(group) if matches!(group.separator, b'/' | b'-') && group.len() <= 4 => group.end,
        _ => spot.end,
    }
}

/// Extends over `, Unit 1`, `, 20095 Hamburg`, `, Springfield`, ` 20095 Hamburg`.
pub(super) fn tail(text: &[u8], mut end: usize) -> usize {
    if is_bare_postcode(text, end) {
        return part_end(text, end + 1).unwrap_or(end);
    }
    let mut named = 0;
    for _ in 0..PARTS_MAX {
        if text.get(end..end + 2) != Some(b", ") {
            break;
        }
        let Some(next) = part_end(text, end + 2) else { break };
        named += usize::from(!text[end..next].iter().any(u8::is_ascii_digit));
        if named > NAMED_MAX {
            break;
        }
        end = next;
    }
    end
}

/// Extends the start over `Flat 6, `.
pub(super) fn over_parts(text: &[u8], start: usize) -> usize {
    let Some(head) = text.get(..start).and_then(|head| head.strip_suffix(b", ").or_else(|| head.strip_suffix(b" "))) else { return start };
    let number = head.iter().rev().take(5).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let Some(head) = head.get(..head.len() - number).filter(|_| (1..=4).contains(&number)).and_then(|head| head.strip_suffix(b" ")) else {
        return start;
    };
    let word = head.iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'.').count();
    if PARTS.has(&head[head.len() - word..]) { head.len() - word } else { start }
}

pub(super) fn is_part_next(text: &[u8], end: usize) -> bool {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b", ")) else { return false };
    let len = rest.iter().take(16).take_while(|&&byte| is_word(byte)).count();
    // What is a word of prose too needs its number.
    PARTS.has(&rest[..len]) && rest.get(len) == Some(&b' ') && rest.get(len + 1).is_some_and(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

pub(super) fn is_town_next(text: &[u8], end: usize) -> bool {
    (text.get(end..end + 2) == Some(b", ") && part_end(text, end + 2).is_some()) || is_bare_postcode(text, end)
}

/// A postcode and a town behind a comma or a blank: `, 79106 Freiburg`.
pub(super) fn is_postcode_next(text: &[u8], end: usize) -> bool {
    is_bare_postcode(text, end) || (text.get(end) == Some(&b',') && is_bare_postcode(text, end + 1))
}

/// ` 20095 Hamburg`.
fn is_bare_postcode(text: &[u8], end: usize) -> bool {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b" ")) else { return false };
    let digits = rest.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    let town = rest.get(digits..).and_then(|rest| rest.strip_prefix(b" ")).unwrap_or_default();
    // A capital, and a small letter behind it or a capital outside ASCII.
    let capital = town.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0xC3);
    (4..=5).contains(&digits) && capital && town.get(1).is_some_and(|byte| byte.is_ascii_lowercase() || *byte >= 0x80)
}

/// End of one part behind a comma: words with capitals, postcodes, floors.
fn part_end(text: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut end, mut telling) = (start, None, false);
    for _ in 0..4 {
        let len = text.get(at..)?.iter().take(24).take_while(|&&byte| is_word(byte) || matches!(byte, b'-' | b'.' | b'\'')).count();
        let word = std::str::from_utf8(text.get(at..at + len)?).ok()?;
        let word = word.trim_end_matches('.');
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let dashed = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && word.len() <= 10;
        let postcode = (1..=6).contains(&digits) && word.len() <= 8 || (digits > 0 && dashed);
        let named = word.chars().next().is_some_and(char::is_uppercase);
        let floor = FLOORS.has(word.as_bytes());
        if word.is_empty() || !(postcode || named || floor) || matches!(text.get(at + word.len()), Some(b':' | b'=')) {
            break;
        }
        telling |= digits >= 3 || floor || named;
        // The dot of a shortened word is its own.
        let stop = at + word.len() + usize::from((floor || word.len() <= 3) && text.get(at + word.len()) == Some(&b'.') && text.get(at + word.len() + 1).is_some_and(|&byte| matches!(byte, b' ' | b',')));
        end = Some(stop);
        if text.get(stop) != Some(&b' ') {
            break;
        }
        at = stop + 1;
    }
    end.filter(|_| telling)
}

/// The word behind one blank.
pub(super) fn next_word(text: &[u8], at: usize) -> Option<(usize, usize)> {
    if text.get(at) != Some(&b' ') {
        return None;
    }
    let len = text.get(at + 1..)?.iter().take(32).take_while(|&&byte| is_word(byte) || byte == b'\'' || byte == b'-').count();
    (len > 0).then_some((at + 1, at + 1 + len))
}
