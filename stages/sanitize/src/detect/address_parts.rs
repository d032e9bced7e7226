//! What belongs to an address beside the street: house numbers, parts of buildings, postcodes and towns.

use super::address_words::{FLOORS, PARTICLES, PARTS, PARTS_BEFORE, SUFFIXES, SUFFIXES_WEAK};
use super::{Spot, is_word};

/// Parts behind the street at most, and those without a digit among them.
const PARTS_MAX: usize = 5;
const NAMED_MAX: usize = 2;

/// `567/1`, `12b`, `12-14`.
pub(super) fn house_end(spot: &Spot<'_>) -> usize {
    // `74-II`, `12-hs`: the floor of a house in Amsterdam.
    let floor = spot.text.get(spot.end..).and_then(|rest| rest.strip_prefix(b"-")).map_or(0, |rest| {
        let len = rest.iter().take(5).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let roman = rest[..len].iter().all(|byte| matches!(byte, b'I' | b'V' | b'X'));
        if (1..=4).contains(&len) && (roman || matches!(&rest[..len], b"hs" | b"HS" | b"huis" | b"bis" | b"bv")) { len + 1 } else { 0 }
    });
    if floor > 0 {
        return spot.end + floor;
    }
    // `via dei Cantieri 8 bis`
    if let Some(bis) = [&b" bis"[..], b" ter", b" quater"].into_iter().find(|bis| spot.text.get(spot.end..).is_some_and(|rest| rest.starts_with(bis)))
        && spot.text.get(spot.end + bis.len()).is_none_or(|&byte| !is_word(byte))
    {
        return spot.end + bis.len();
    }
    match spot.groups.get(1) {
        Some(group) if matches!(group.separator, b'/' | b'-') && group.len() <= 4 => group.end,
        _ => spot.end,
    }
}

/// Extends over `, Unit 1`, `, 20095 Hamburg`, `, Springfield`, ` 20095 Hamburg`.
pub(super) fn tail(text: &[u8], end: usize) -> usize {
    let start = over_door(text, end);
    let mut end = start;
    if let Some(start) = postcode_behind(text, end) {
        return part_end(text, start).unwrap_or(end);
    }
    let mut named = 0;
    for _ in 0..PARTS_MAX {
        if text.get(end..end + 2) != Some(b", ") {
            break;
        }
        // `, Tel. 079 555 01 99` is none of its parts.
        if names_contact(&text[end + 2..]) {
            break;
        }
        let Some(next) = part_end(text, end + 2) else { break };
        named += usize::from(!text[end..next].iter().any(u8::is_ascii_digit));
        if named > NAMED_MAX {
            break;
        }
        end = next;
    }
    if end > start { over_dashed(text, end) } else { end }
}

/// Whether a text begins with a word for a telephone or a mailbox.
fn names_contact(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 14] =
        [b"tel", b"telefon", b"telephone", b"mobil", b"mobile", b"phone", b"fax", b"handy", b"gsm", b"cell", b"email", b"e-mail", b"mail", b"tlf"];
    let len = text.iter().take(12).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
    let rest = text.get(len..).unwrap_or_default();
    let signs = rest.iter().take(3).take_while(|byte| matches!(byte, b'.' | b':' | b' ')).count();
    let numbered = rest.get(signs).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'('));
    numbered && WORDS.iter().any(|word| word.eq_ignore_ascii_case(&text[..len]))
}

/// Extends over ` - 719153` and ` - PB, 44613-621` behind a town: the postcodes of India, and the state and postcode of Brazil.
pub(crate) fn over_dashed(text: &[u8], end: usize) -> usize {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b" - ").or_else(|| rest.strip_prefix(b"/"))) else { return end };
    let gap = if text[end] == b'/' { 1 } else { 3 };
    let code = |from: usize| {
        let rest = rest.get(from..).unwrap_or_default();
        let len = rest.iter().take(11).take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
        let digits = rest[..len].iter().filter(|byte| byte.is_ascii_digit()).count();
        let ends = rest.get(len).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if matches!(digits, 5 | 6 | 8 | 9) && len <= 10 && ends { Some(from + len) } else { None }
    };
    if gap == 3
        && let Some(len) = code(0)
    {
        return end + gap + len;
    }
    let state = rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_uppercase) && rest.get(2).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if !state {
        return end;
    }
    let behind = [&b", CEP "[..], b", ", b" CEP ", b" ", b" - "].into_iter().find(|tie| rest.get(2..).is_some_and(|rest| rest.starts_with(tie)));
    end + gap + behind.and_then(|tie| code(2 + tie.len())).unwrap_or(2)
}

/// Extends over the door behind the house: `12 bus 3`, `15/17 m. 4`, `5 A 12`.
fn over_door(text: &[u8], end: usize) -> usize {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b" ")) else { return end };
    let word = rest.iter().take(12).take_while(|&&byte| is_word(byte)).count();
    let dot = usize::from(rest.get(word) == Some(&b'.'));
    let Some(number) = rest.get(word + dot..).and_then(|rest| rest.strip_prefix(b" ")) else { return end };
    let digits = number.iter().take(5).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let numbered = (1..=4).contains(&digits) && number[0].is_ascii_digit();
    let stair = word == 1 && rest[0].is_ascii_uppercase() && number.get(digits) == Some(&b',');
    if numbered && (stair || FLOORS.has(&rest[..word]) || PARTS.has(&rest[..word + dot])) { end + 1 + word + dot + 1 + digits } else { end }
}

/// Extends over the direction behind a street: `Park Avenue South`.
pub(super) fn over_direction(text: &[u8], end: usize) -> usize {
    const DIRECTIONS: [&[u8]; 12] = [b"North", b"South", b"East", b"West", b"NW", b"NE", b"SW", b"SE", b"N", b"S", b"E", b"W"];
    next_word(text, end).filter(|&(from, to)| DIRECTIONS.contains(&&text[from..to])).map_or(end, |(_, to)| to)
}

/// Extends the start over `Flat 6, ` and `Flat B, 17/F, Tower 3, `.
pub(super) fn over_parts(text: &[u8], mut start: usize) -> usize {
    for _ in 0..PARTS_MAX {
        let before = over_part(text, start);
        if before == start {
            break;
        }
        start = before;
    }
    start
}

fn over_part(text: &[u8], start: usize) -> usize {
    // The floor of a house in Hong Kong: `17/F, `.
    if let Some(head) = text.get(..start).and_then(|head| head.strip_suffix(b"/F, ")) {
        let floor = head.iter().rev().take(4).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        return if (1..=3).contains(&floor) { head.len() - floor } else { start };
    }
    let Some(head) = text.get(..start).and_then(|head| head.strip_suffix(b", ").or_else(|| head.strip_suffix(b" "))) else { return start };
    let number = head.iter().rev().take(5).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let Some(head) = head.get(..head.len() - number).filter(|_| (1..=4).contains(&number)).and_then(|head| head.strip_suffix(b" ")) else {
        return start;
    };
    let word = head.iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'.').count();
    let word_of_part = &head[head.len() - word..];
    if PARTS.has(word_of_part) || PARTS_BEFORE.has(word_of_part) { head.len() - word } else { start }
}

pub(super) fn is_part_next(text: &[u8], end: usize) -> bool {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b", ")) else { return false };
    let len = rest.iter().take(16).take_while(|&&byte| is_word(byte)).count();
    // What is a word of prose too needs its number.
    PARTS.has(&rest[..len])
        && rest.get(len) == Some(&b' ')
        && rest.get(len + 1).is_some_and(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

pub(super) fn is_town_next(text: &[u8], end: usize) -> bool {
    (text.get(end..end + 2) == Some(b", ") && part_end(text, end + 2).is_some()) || postcode_behind(text, end).is_some()
}

/// A postcode and a town behind a comma or a blank: `, 79106 Freiburg`.
pub(super) fn is_postcode_next(text: &[u8], end: usize) -> bool {
    postcode_behind(text, end).is_some() || (text.get(end) == Some(&b',') && is_bare_postcode(text, end + 1))
}

/// `, 2514 EH Den Haag`: four digits, two capitals and a town are no other thing but units.
pub(super) fn is_dutch_postcode_next(text: &[u8], end: usize) -> bool {
    const UNITS: [&[u8; 2]; 8] = [b"MB", b"GB", b"KB", b"TB", b"MS", b"US", b"NS", b"HZ"];
    match text.get(end..end + 11) {
        Some([b',', b' ', digits @ .., b' ', a, b, b' ', town]) => {
            digits.len() == 4
                && digits.iter().all(u8::is_ascii_digit)
                && [a, b, town].iter().all(|byte| byte.is_ascii_uppercase())
                && !UNITS.contains(&&[*a, *b])
        }
        _ => false,
    }
}

/// Whether the words before a postcode at `start` are a list of places with a street among them, `Rose Cottage, Tan-y-Bryn Lane, Llanrwst `: where it begins.
pub(super) fn list_before(text: &[u8], start: usize) -> Option<usize> {
    const REACH_BYTES: usize = 96;
    let floor = start.saturating_sub(REACH_BYTES);
    let (mut at, mut commas, mut street, mut words_of_part) = (start, 0, false, 0);
    let mut begin = None;
    loop {
        let head = text.get(floor..at)?;
        let comma = head.ends_with(b", ");
        let Some(head) = head.strip_suffix(b", ").or_else(|| head.strip_suffix(b" ")) else { break };
        let len = head.iter().rev().take(28).take_while(|&&byte| is_word(byte) || matches!(byte, b'-' | b'\'')).count();
        let word = &head[head.len() - len..];
        let named = std::str::from_utf8(word).ok().and_then(|word| word.chars().next()).is_some_and(char::is_uppercase);
        if !named || word.iter().any(u8::is_ascii_digit) {
            break;
        }
        commas += usize::from(comma && at < start);
        words_of_part = if comma { 1 } else { words_of_part + 1 };
        // The last word of a part is its kind.
        street |= comma && (SUFFIXES.has(word) && word.len() > 2 || SUFFIXES_WEAK.has(word));
        at = floor + head.len() - len;
        begin = Some(at);
        if words_of_part > 4 || commas > 3 {
            return None;
        }
    }
    begin.filter(|_| street && commas >= 1)
}

/// Where the postcode begins that follows without a comma: ` 20095 Hamburg`, ` - 10121 Torino`, ` in 80331 München`.
fn postcode_behind(text: &[u8], end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    [&b""[..], b" -", b" /", b" in", b" te", b" a", " à".as_bytes(), b" w", b" i"]
        .iter()
        .find(|tie| rest.starts_with(tie) && is_bare_postcode(text, end + tie.len()))
        .map(|tie| end + tie.len() + 1)
        .or_else(|| rest.strip_prefix(b"//").filter(|line| is_postcode_and_town(line) || is_embossed_town(line)).map(|_| end + 2))
}

/// `10122 TORINO`: at the beginning of a line, nothing else in capitals stands so.
fn is_embossed_town(line: &[u8]) -> bool {
    let digits = line.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    let town = line.get(digits..).and_then(|rest| rest.strip_prefix(b" ")).unwrap_or_default();
    (4..=5).contains(&digits) && town.iter().take_while(|byte| byte.is_ascii_uppercase()).count() >= 3
}

/// ` 20095 Hamburg`.
fn is_bare_postcode(text: &[u8], end: usize) -> bool {
    text.get(end..).and_then(|rest| rest.strip_prefix(b" ")).is_some_and(is_postcode_and_town)
}

/// `20095 Hamburg`, `10122 TORINO`.
fn is_postcode_and_town(rest: &[u8]) -> bool {
    let digits = rest.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    let town = rest.get(digits..).and_then(|rest| rest.strip_prefix(b" ")).unwrap_or_default();
    // The letters of the Netherlands: ` 1012 TM Amsterdam`.
    let town = match town {
        [a, b, b' ', behind @ ..] if digits == 4 && a.is_ascii_uppercase() && b.is_ascii_uppercase() => behind,
        _ => town,
    };
    // A capital, and a small letter behind it or a capital outside ASCII.
    let capital = town.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0xC3);
    (4..=5).contains(&digits) && capital && town.get(1).is_some_and(|byte| byte.is_ascii_lowercase() || *byte >= 0x80)
}

/// End of one part behind a comma: words with capitals, postcodes, floors.
fn part_end(text: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut end, mut telling) = (start, None, false);
    for _ in 0..4 {
        let len = text.get(at..)?.iter().take(24).take_while(|&&byte| is_word(byte) || matches!(byte, b'-' | b'.' | b'\'')).count();
        // No word of a place goes on so long: `SpouseSocialSecurityNumber=`.
        if len == 24 && text.get(at + len).is_some_and(|&byte| is_word(byte) || byte == b'=') {
            break;
        }
        let word = std::str::from_utf8(text.get(at..at + len)?).ok()?;
        let word = word.trim_end_matches('.');
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        // `, Rückstand 2.316,04 EUR`: an amount is of no place.
        let cents = matches!(text.get(at + len..at + len + 3), Some([b',', a, b]) if a.is_ascii_digit() && b.is_ascii_digit());
        if digits > 0 && (cents || word.contains('.')) && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        }
        let dashed = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && word.len() <= 10;
        let postcode = (1..=6).contains(&digits) && word.len() <= 8 || (digits > 0 && dashed);
        let named = word.chars().next().is_some_and(char::is_uppercase);
        let floor = FLOORS.has(word.as_bytes());
        // `Frankfurt am Main`: a small word between two of the town.
        let tie = end.is_some()
            && PARTICLES.has(word.as_bytes())
            && text.get(at + word.len()) == Some(&b' ')
            && text.get(at + word.len() + 1).is_some_and(u8::is_ascii_uppercase);
        if tie {
            at += word.len() + 1;
            continue;
        }
        if word.is_empty() || !(postcode || named || floor) || matches!(text.get(at + word.len()), Some(b':' | b'=' | b'_')) {
            break;
        }
        telling |= digits >= 3 || floor || named;
        // The dot of a shortened word is its own.
        let stop = at
            + word.len()
            + usize::from(
                (floor || word.len() <= 3)
                    && text.get(at + word.len()) == Some(&b'.')
                    && text.get(at + word.len() + 1).is_some_and(|&byte| matches!(byte, b' ' | b',')),
            );
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
    // A closing quote is no apostrophe.
    let quotes = text.get(at + 1..at + 1 + len)?.iter().rev().take_while(|&&byte| byte == b'\'').count();
    (len > quotes).then_some((at + 1, at + 1 + len - quotes))
}
