//! Postal addresses: a house number with a street word before or behind it, and what follows up to the town.
//!
//! Format: `168 Marina Road, Unit 1, 500211 Enugu` (number first, a street word behind), `Bahnhofstraße 567/1, 20095 Hamburg` (street first). Street
//! words are the suffixes and kinds of street of the languages listed below (UPU S42 calls them thoroughfare types). No checksum exists.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger, is_word};

/// An address.
pub(crate) const ADDRESS: Detector = Detector {
    id: "address",
    trigger: Trigger::Digits,
    find,
    matches: &[
        "moved to 168 Marina Road, Unit 1, 500211 Enugu, new phone",
        "write to Bahnhofstraße 567/1, 20095 Hamburg",
        "ul. Polna 632/1, 80-001 Gdańsk",
        "address via Verdi 630/1, 00184 Roma",
        "lives at 12 Elm Street, Springfield, 62704",
        "rue de la Paix 12, 75002 Paris",
        "Storgatan 12, 111 22 Stockholm",
        "moved to 301 Hawthorne, Unit 1, 78701 Austin",
        "and 412 rue Voltaire, Unit 1, 75002 Paris",
        "232 rue de la Paix, Unit 1, 75002 Paris",
    ],
    misses: &[
        "took 12 Minutes",
        "error 500 Internal Server Error",
        "retry 3 via proxy 12",
        "12 Road",
        "see Section 4, 12 Items",
        "calling via Gateway 12",
        "3 Way Handshake",
    ],
};

/// An address whose house number has a letter: `221B Baker Street`.
pub(crate) const ADDRESS_LETTER: Detector = Detector {
    id: "address_letter",
    trigger: Trigger::Mixed,
    find: find_letter,
    matches: &["address 221B Baker Street, London NW1 6XE", "Bahnhofstraße 5a, 20095 Hamburg"],
    misses: &["T0042 Street", "2FA Code Street Team", "4K Court", "221B baker"],
};

/// Last words of a street whose number stands first.
const SUFFIXES: &[&str] = &[
    "Street",
    "St",
    "Road",
    "Rd",
    "Avenue",
    "Ave",
    "Lane",
    "Ln",
    "Drive",
    "Boulevard",
    "Blvd",
    "Close",
    "Court",
    "Place",
    "Square",
    "Terrace",
    "Crescent",
    "Highway",
    "Parkway",
    "Gardens",
    "Grove",
    "Hill",
    "Mews",
    "Row",
];
/// Endings of one-word streets.
const ENDINGS: &[&str] = &[
    "straße", "strasse", "str.", "gasse", "weg", "platz", "allee", "damm", "ufer", "laan", "straat", "gracht", "plein", "gatan", "vägen", "gata",
    "vej", "veien", "katu", "tie",
];
/// Kinds of street that stand first.
const KINDS: &[&str] = &[
    "via",
    "viale",
    "corso",
    "piazza",
    "rue",
    "avenue",
    "boulevard",
    "place",
    "quai",
    "calle",
    "avenida",
    "plaza",
    "paseo",
    "rua",
    "travessa",
    "ul.",
    "ulica",
    "al.",
    "aleja",
];
/// Kinds of street that stand last.
const KINDS_LAST: &[&str] = &["Caddesi", "Sokak", "Bulvarı", "utca", "körút", "Street", "Road", "Avenue", "Lane", "Straße", "Platz"];
/// Words of a part of a building.
const PARTS: &[&str] = &["Unit", "Apt", "Apt.", "Flat", "Suite", "Floor", "Apartment", "No."];

const REACH_BACK: usize = 48;

fn find(spot: &Spot<'_>) -> Option<Found> {
    if spot.groups.first()?.len() > 5 || matches!(spot.before(), b'-' | b'.' | b'/' | b':' | b'=') || spot.joined != 0 && spot.joined != b' ' {
        return None;
    }
    let (start, end) = number_first(spot).or_else(|| street_first(spot))?;
    Found::strong(start, tail(spot.text, end), PiiClass::Address)
}

fn find_letter(spot: &Spot<'_>) -> Option<Found> {
    let (letter, digits) = spot.word().split_last()?;
    let house = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && letter.is_ascii_alphabetic();
    let single = house && !matches!(spot.before(), b'-' | b'.' | b'/' | b':' | b'=');
    let (start, end) = if single { number_first(spot).or_else(|| street_first(spot))? } else { return None };
    Found::strong(start, tail(spot.text, end), PiiClass::Address)
}

/// `168 Marina Road`.
fn number_first(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let mut at = spot.end;
    for i in 0..5 {
        let (from, to) = next_word(spot.text, at)?;
        let word = std::str::from_utf8(spot.text.get(from..to)?).ok()?;
        let kind = i == 0 && KINDS.contains(&word);
        let capital = word.chars().next()?.is_uppercase();
        let inside = i > 0 && KINDS.contains(&first_word(spot.text, spot.end));
        if !kind && !capital && !inside {
            return None;
        }
        at = to;
        if !capital {
            continue;
        }
        // `12 Elm Street`, `412 rue Voltaire, ...`, `301 Hawthorne, Unit 1`.
        let named = (i > 0 && SUFFIXES.contains(&word)) || (!kind && is_part_next(spot.text, at));
        if named || (i > 0 && is_town_next(spot.text, at) && KINDS.contains(&first_word(spot.text, spot.end))) {
            return Some((spot.at, at));
        }
    }
    None
}

/// `Bahnhofstraße 567`, `via Verdi 630`, `Gül Sokak 12`.
fn street_first(spot: &Spot<'_>) -> Option<(usize, usize)> {
    if spot.before() != b' ' {
        return None;
    }
    let mut from = spot.at.saturating_sub(REACH_BACK);
    while !is_boundary(spot.byte(from)) {
        from += 1;
    }
    let window = std::str::from_utf8(spot.text.get(from..spot.at - 1)?).ok()?;
    let mut start = window.len();
    for (i, word) in window.rsplit(' ').enumerate().take(5) {
        start = start.checked_sub(word.len() + usize::from(i > 0))?;
        let at = from + start;
        let bare = word.trim_start_matches(['(', '"', '\'']);
        let capital = bare.chars().next().is_some_and(char::is_uppercase);
        let one_word = i == 0 && capital && {
            let lower = bare.to_lowercase();
            ENDINGS.iter().any(|ending| lower.len() > ending.len() + 2 && lower.ends_with(ending))
        };
        let kind = i > 0 && KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(bare));
        if one_word || kind {
            let start = at + (word.len() - bare.len());
            let house = house_end(spot);
            // A kind of street is also a word of prose: a town must follow.
            return (one_word || is_town_next(spot.text, house)).then_some((start, house));
        }
        if i == 0 && KINDS_LAST.contains(&bare) {
            let before = window.get(..start.checked_sub(1)?)?.rsplit(' ').next()?;
            let named = before.chars().next().is_some_and(char::is_uppercase);
            return named.then(|| (from + start - 1 - before.len(), house_end(spot)));
        }
        // Inside `rue de la Paix` small words are fine, signs are not.
        if word.is_empty() || !bare.chars().all(|c| c.is_alphabetic() || c == '.' || c == '\'') {
            return None;
        }
    }
    None
}

/// `567/1`, `12b`.
fn house_end(spot: &Spot<'_>) -> usize {
    match spot.groups.get(1) {
        Some(group) if group.separator == b'/' && group.len() <= 4 => group.end,
        _ => spot.end,
    }
}

/// Extends over `, Unit 1`, `, 20095 Hamburg`, `, Springfield`.
fn tail(text: &[u8], mut end: usize) -> usize {
    for _ in 0..4 {
        if text.get(end..end + 2) != Some(b", ") {
            break;
        }
        let Some(next) = part_end(text, end + 2) else { break };
        end = next;
    }
    end
}

fn is_part_next(text: &[u8], end: usize) -> bool {
    text.get(end..).and_then(|rest| rest.strip_prefix(b", ")).is_some_and(|rest| PARTS.iter().any(|part| rest.starts_with(part.as_bytes())))
}

fn first_word(text: &[u8], at: usize) -> &str {
    next_word(text, at).and_then(|(from, to)| std::str::from_utf8(text.get(from..to)?).ok()).unwrap_or("")
}

fn is_town_next(text: &[u8], end: usize) -> bool {
    text.get(end..end + 2) == Some(b", ") && part_end(text, end + 2).is_some()
}

/// End of one part behind a comma: words with capitals, postcodes.
fn part_end(text: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut end, mut telling) = (start, None, false);
    for _ in 0..4 {
        let len = text.get(at..)?.iter().take(24).take_while(|&&byte| is_word(byte) || matches!(byte, b'-' | b'.' | b'\'')).count();
        let word = std::str::from_utf8(text.get(at..at + len)?).ok()?;
        let word = word.trim_end_matches('.');
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let postcode = (1..=6).contains(&digits) && word.len() <= 8;
        let named = word.chars().next().is_some_and(char::is_uppercase);
        if word.is_empty() || !(postcode || named) || text.get(at + word.len()) == Some(&b':') || text.get(at + word.len()) == Some(&b'=') {
            break;
        }
        telling |= digits >= 3 || PARTS.contains(&word) || named;
        end = Some(at + word.len());
        if text.get(at + word.len()) != Some(&b' ') {
            break;
        }
        at += word.len() + 1;
    }
    end.filter(|_| telling)
}

fn next_word(text: &[u8], at: usize) -> Option<(usize, usize)> {
    if text.get(at) != Some(&b' ') {
        return None;
    }
    let len = text.get(at + 1..)?.iter().take(32).take_while(|&&byte| is_word(byte) || byte == b'\'' || byte == b'-').count();
    (len > 0).then_some((at + 1, at + 1 + len))
}

fn is_boundary(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}
