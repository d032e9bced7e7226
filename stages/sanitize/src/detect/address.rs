//! Postal addresses: a house number with a street word before or behind it, and what follows up to the town.
//!
//! Format: `168 Marina Road, Unit 1, 500211 Enugu` (number first, a street word behind), `Bahnhofstraße 567/1, 20095 Hamburg` (street first). The words
//! are those of `address_words`; weak ones need a town behind the number or a word for an address before the street. No checksum exists.

use schemas::pii::PiiClass;

use super::address_parts::{
    house_end, is_dutch_postcode_next, is_part_next, is_postcode_next, is_town_next, list_before, next_word, over_direction, over_parts, tail,
};
use super::address_words::{
    KINDS, KINDS_LAST, KINDS_LAST_WEAK, KINDS_WEAK, NUMBER_WORDS, PARTICLES, PARTS, PARTS_BEFORE, PREPOSITIONS, SUFFIXES, SUFFIXES_WEAK, ending,
};
use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    window,
};

/// An address.
pub(crate) const ADDRESS: Detector = Detector {
    id: "address",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 5),
    find,
    matches: &[
        "moved to 168 Marina Road, Unit 1, 500211 Enugu, new phone",
        "card to go to 9 heron close, bs17 3re, told 5-7 days",
        "sent to 12 old mill lane, bristol bs17 3re",
        "she moved to 12 oak avenue, will send docs",
        "lives at 12 oak avenue",
        "write to Bahnhofstraße 567/1, 20095 Hamburg",
        "ul. Polna 632/1, 80-001 Gdańsk",
        "address via Verdi 630/1, 00184 Roma",
        "lives at 12 Elm Street, Springfield, 62704",
        "adresa Hurbanova 17, 010 01 Žilina",
        "PLOT 9 KWAME NKRUMAH WAY",
        "rue de la Paix 12, 75002 Paris",
        "Storgatan 12, 111 22 Stockholm",
        "moved to 301 Hawthorne, Unit 1, 78701 Austin",
        "and 412 rue Voltaire, Unit 1, 75002 Paris",
        "232 rue de la Paix, Unit 1, 75002 Paris",
        "domicilio: Calle de la Sierpe 14, 3º izq., 41004 Sevilla verificado",
        "domiciliée 5 allée des Cerisiers, 44300 Nantes - ouverture",
        "12 bis, rue du Bac",
        "want \"6-118 Laurier Ave E\"",
        "at 19/240 Wattle Street, Ultimo NSW 2007",
        "Flat 6, 19 Harcourt Terrace",
        "3 Cavendish Lodge",
        "LORENA AV. PROVIDENCIA 1882 :52A:",
        "STRAS=Wiesengrund 12 PSTLZ=34117",
        "MILICA+ULICA MARTICEVA 18+ZAGREB",
        "Viale Monza 44",
        "Corso Buenos Aires 12, 20124 Milano",
        "Piazza Garibaldi n. 4",
        "Rua das Flores 120",
        "Avenida Paulista, 1578",
        "Prinsengracht 263, 1016 GV Amsterdam",
        "woont Oudekade 7",
        "Mannerheimintie 12",
        "Istiklal Caddesi 44",
        "Kossuth utca 12",
        "ulica Długa 18",
        "ул. Ленина, д. 12",
        "Lange Straße 5 20095 Hamburg",
        "123 N. Main St, Springfield, IL 62704",
        "350 5th Avenue, New York",
        "Am Markt 3, 99084 Erfurt",
        "Vestergade 12, 8000 Aarhus",
        "19 HARCOURT TERRACE",
        "('Flat 6, 19 Harcourt Terrace','Leeds')",
        "Karl Johans gate 22, 0159 Oslo",
        "Anschrift: Am Hang 12, Kassel",
        "200 Park Avenue South, New York, NY 10003",
        "Neue Mainzer Straße 52-58, 60311 Frankfurt am Main",
        "Via Roma, 12 - 10121 Torino",
        "Lange Voorhout 74, 2514 EH Den Haag",
        "Kerkstraat 12 bus 3, 2000 Antwerpen",
        "Hämeenkatu 5 A 12, 33100 Tampere",
        "Hauptstr. 12 in 80331 München",
        "Vodičkova ulice 12, Praha",
        "Prinsengracht 74-II, 8499 KL Roosendaal",
        "38 Sardar Patel Road, Bhubaneswar - 719153",
        "address Travessa do Comércio, 139, Maringá - PR, 18975-401",
        "addr No. 17, Jalan SS 2/24, 47300 Petaling Jaya, bal",
        "resid Flat B, 17/F, Tower 3, 8 Wah Fu Road, Pok Fu Lam;",
        "last known Plot 88, 2nd Cross, Indiranagar, Bengaluru 560038; emp",
        "\"Vandersteen\",\"22 Quarry Bank Cl\",\"Kendal\"",
        "verzonden naar Prins Hendrikkade 21-III 1012 TM Amsterdam, track",
        "Adressabgleich: \"Am Alten Markt 3-5\" vs \"x\"",
        "AddressNormalizer in=\"9, place de l'Hôtel-de-Ville - Bât. C\" out",
        "passeig Maragall 14, 08041 Barcelona",
        "domicilio: 2, THYAGARAYA STREET, BHUBANESWAR 986513",
        "f 3106 Pecan Hollow Ct San Antonio TX 78247 1 Wages 58,204.16",
        "\"915 SYCAMORE BEND\",KNOXVILLE,TN,37919",
        "to 88 Wattlebird Rise Bendigo VIC 3550;",
        "14 Spruce Hollow, Guelph, ON N1G 4T2",
        "ROE JANE//VIA CONTE VERDE 18//10122 TORINO F57A=",
    ],
    misses: &[
        "took 12 Minutes",
        "error 500 Internal Server Error",
        "retry 3 via proxy 12",
        "12 Road",
        "see Section 4, 12 Items",
        "calling via Gateway 12",
        "3 Way Handshake",
        "Am Montag 12",
        "In Version 3, Kapitel",
        "Via Batch 12, retry",
        "Aggregate 12 done",
        "Cascade 4, Level",
        "Nürnberg 12",
        "5 place orders",
        "rue 12",
        "Route Planner 12",
        "Testfeld 3 leer",
        "12 Page View",
        "Brigade 5",
        "Ring 0",
        "av. Response 12 ms",
        "Token Ring 4",
        "Latency Gate 5, then",
        "calle 12",
        "Batch 12, 1000 MB Free",
        "Step 3, 12345 Errors",
        "\"12 Open Cl\"",
        "lot 88, 2nd Attempt, Retry",
        "Plot 88, 2nd Attempt, Retry",
        "normalizing \"x\" Am Montag 3",
        "8 Main",
        "3 Main Thread, Worker",
        "Tower 3, 12 Nodes",
        "200 Request Served OK 12345",
        "2025,549300NLK02621QXZU22,KNOXVILLE,TN,37919",
        "12 Items Read TX 7824",
        "3 Files Loaded By TX 78247x",
    ],
};

/// An address whose house number has a letter: `221B Baker Street`.
pub(crate) const ADDRESS_LETTER: Detector = Detector {
    id: "address_letter",
    trigger: Trigger::Mixed,
    needs: Needs::len(2, 5).first(Needs::DIGITS),
    find: find_letter,
    matches: &[
        "address 221B Baker Street, London NW1 6XE",
        "Bahnhofstraße 5a, 20095 Hamburg",
        "\"Am Alten Güterbahnhof 7a, 79106 Freiburg\"",
        "/ Am Hohen Rain 7a / 34131 Kassel",
        "rue du Bac 12b, 1000 Bruxelles",
        "wohnhaft Wiesengrund 12c",
    ],
    misses: &["T0042 Street", "2FA Code Street Team", "4K Court", "221B baker", "Am Alten 7a", "In Teil 3b, siehe"],
};

/// One without a number, by its postcode.
pub(crate) const ADDRESS_POSTCODE: Detector = Detector {
    id: "address_postcode",
    trigger: Trigger::Mixed,
    needs: Needs::len(2, 4).first(Needs::CAPITALS),
    find: find_by_postcode,
    matches: &[
        "moved to Rose Cottage, Tan-y-Bryn Lane, Llanrwst LL26 0HL in",
        "The Old Rectory, Church Lane, Ashby LE65 1AB",
        "at Elm House, Mill Road, Leeds, LS1 4AP",
    ],
    misses: &["LL26 0HL", "Llanrwst LL26 0HL", "Visa, Mastercard, Amex NW1 6XE", "see Lane, X1 2AB", "Main Road LL26 0HLX"],
};

/// Bytes of a street before its number.
const REACH_BACK: usize = 48;
/// Words of a street.
const WORDS_MAX: usize = 6;

fn find(spot: &Spot<'_>) -> Option<Found> {
    if spot.groups.first()?.len() > 5 || matches!(spot.before(), b'-' | b'.' | b'/' | b':') || spot.joined != 0 && spot.joined != b' ' {
        return None;
    }
    found(spot)
}

fn find_letter(spot: &Spot<'_>) -> Option<Found> {
    let (letter, digits) = spot.word().split_last()?;
    let house = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && letter.is_ascii_alphabetic();
    if house && !matches!(spot.before(), b'-' | b'.' | b'/' | b':') { found(spot) } else { None }
}

fn found(spot: &Spot<'_>) -> Option<Found> {
    // The street stands behind the number or before it.
    if spot.before() != b' ' && !matches!(spot.byte(spot.end), b' ' | b',' | b'/' | b'-') {
        return None;
    }
    let line = super::address_state::line_end(spot);
    let (start, end) = number_first(spot).or_else(|| street_first(spot)).or(line.map(|end| (spot.at, end)))?;
    Found::strong(over_parts(spot.text, start), tail(spot.text, end).max(line.unwrap_or(0)), PiiClass::Address)
}

/// Whether a word for an address stands before `start`: right before it, or in the name of what compares or looks for addresses.
fn is_spoken_of(spot: &Spot<'_>, start: usize) -> bool {
    if cue::is_behind(spot.text, start, List::Street) {
        return true;
    }
    const SEARCHES: [&[u8]; 8] = [b"adressab", b"adresspr", b"addressn", b"addressm", b"addressv", b"geocod", b"normali", b"address match"];
    let before = spot.text.get(start.saturating_sub(48)..start).unwrap_or_default();
    let before = memchr::memrchr(b'\n', before).map_or(before, |line| &before[line + 1..]);
    // What is looked for is quoted.
    let lower = before.to_ascii_lowercase();
    before.last().is_some_and(|byte| matches!(byte, b'"' | b'\'')) && SEARCHES.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// Whether a word for a part of a building, or for a number, stands right before the number: `Plot 88`.
fn is_part(spot: &Spot<'_>) -> bool {
    let head = spot.text.get(..spot.at).and_then(|head| head.strip_suffix(b" ")).unwrap_or_default();
    let word = head.iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'.').count();
    let word = &head[head.len() - word..];
    PARTS.has(word) || PARTS_BEFORE.has(word)
}

/// `Rose Cottage, Tan-y-Bryn Lane, Llanrwst LL26 0HL`: no number, but a postcode of the UK behind a list of places with a street.
fn find_by_postcode(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    let letters = word.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let outward = (2..=4).contains(&word.len())
        && (1..=2).contains(&letters)
        && word.get(letters).is_some_and(u8::is_ascii_digit)
        && !word.iter().any(u8::is_ascii_lowercase);
    let inward = spot.text.get(spot.end..spot.end + 4)?;
    let shaped = matches!(inward, [b' ', digit, a, b] if digit.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase());
    if !outward || !shaped || super::is_word(spot.byte(spot.end + 4)) {
        return None;
    }
    Found::strong(list_before(spot.text, spot.at)?, spot.end + 4, PiiClass::Address)
}

/// `168 Marina Road`, `5 allée des Cerisiers`.
fn number_first(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let text = spot.text;
    let after = ["bis", "ter", "quater"].iter().find_map(|bis| {
        let rest = text.get(spot.end..)?.strip_prefix(b" ")?.strip_prefix(bis.as_bytes())?;
        matches!(rest.first(), Some(b' ' | b',')).then_some(spot.end + 1 + bis.len())
    });
    // `19/240 Wattle Street`: the flat before the house, in Australia.
    let house = spot
        .groups
        .get(1)
        .filter(|group| matches!(group.separator, b'/' | b'-') && group.len() <= 4 && spot.byte(group.end) == b' ')
        .map(|group| group.end);
    let from = after.or(house).unwrap_or(spot.end);
    let comma = usize::from(text.get(from..from + 2) == Some(b", "));
    let (start, end) = next_word(text, from + comma)?;
    let first = text.get(start..end)?;
    if first.last()?.is_ascii_digit() {
        return None;
    }
    if KINDS.has(first) || KINDS_WEAK.has(first) {
        let named = named_end(text, end)?;
        let certain = KINDS.has(first) || is_town_next(text, named) || is_part_next(text, named) || is_spoken_of(spot, spot.at);
        return certain.then_some((spot.at, named));
    }
    if comma == 0 && first[0].is_ascii_lowercase() {
        return small_street(spot, from);
    }
    if comma > 0 && !is_part(spot) && !is_spoken_of(spot, spot.at) { None } else { with_suffix(spot, from + comma) }
}

/// `9 heron close, bs17 3re`, `9 heron close, bristol bs17 3re`: as people type, up to a postcode of the UK that proves it. `moved to 12 oak
/// avenue`: or without one, where a word says so.
fn small_street(spot: &Spot<'_>, at: usize) -> Option<(usize, usize)> {
    let mut street = None;
    up_to_postcode(spot, at, &mut street)
        .map(|end| (spot.at, end))
        .or_else(|| street.filter(|&end| is_street_alone(spot, end)).map(|end| (spot.at, end)))
}

/// Whether a word for an address stands before a street in small letters, whose kind is no thing of machines as well (`moved to 2 hard drive`).
fn is_street_alone(spot: &Spot<'_>, end: usize) -> bool {
    const STREETS: [&[u8]; 10] = [b"street", b"road", b"avenue", b"lane", b"crescent", b"terrace", b"gardens", b"grove", b"mews", b"boulevard"];
    let street = &spot.text[spot.end..end];
    STREETS.iter().any(|kind| street.ends_with(kind)) && is_spoken_of(spot, spot.at)
}

/// End of the postcode of the UK behind a street in small letters; leaves where the street itself ends.
fn up_to_postcode(spot: &Spot<'_>, mut at: usize, street: &mut Option<usize>) -> Option<usize> {
    for i in 0..2 * WORDS_MAX {
        let comma = usize::from(spot.byte(at) == b',' && i > 1);
        let rest = spot.text.get(at + comma..)?.strip_prefix(b" ")?;
        if let Some(len) = uk_postcode(rest).filter(|_| street.is_some()) {
            return Some(at + comma + 1 + len);
        }
        let len = rest.iter().take(20).take_while(|byte| byte.is_ascii_lowercase()).count();
        let word = rest.get(..len).filter(|word| word.len() >= 2)?;
        at += comma + 1 + len;
        if i > 0 && (SUFFIXES.has(word) || SUFFIXES_WEAK.has(word)) {
            *street = street.or(Some(at));
        }
    }
    None
}

/// Length of the postcode of the UK that a text begins with, in capitals or small letters (BS 7666).
fn uk_postcode(text: &[u8]) -> Option<usize> {
    let letters = text.iter().take(3).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let outward = letters + text.get(letters..)?.iter().take(3).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let shaped = (1..=2).contains(&letters) && (letters + 1..=letters + 2).contains(&outward) && text[letters].is_ascii_digit();
    let inward =
        matches!(text.get(outward..)?, [b' ', digit, a, b, ..] if digit.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
    (shaped && inward && text.get(outward + 4).is_none_or(|&byte| !super::is_word(byte))).then_some(outward + 4)
}

/// End of the capitalised words behind a kind of street, small ones between them.
fn named_end(text: &[u8], mut at: usize) -> Option<usize> {
    let mut named = None;
    for _ in 0..WORDS_MAX {
        let Some((start, end)) = next_word(text, at) else { break };
        // `14 rue de la Paix Phone=020 ...`: the next key.
        if matches!(text.get(end), Some(b'=' | b'_')) {
            break;
        }
        let word = std::str::from_utf8(text.get(start..end)?).ok()?;
        let bare = word.trim_start_matches(['l', 'd', 'L', 'D']).strip_prefix('\'').unwrap_or(word);
        if bare.chars().next().is_some_and(char::is_uppercase) {
            named = Some(end);
        } else if !PARTICLES.has(word.as_bytes()) {
            break;
        }
        at = end;
    }
    // `Jalan SS 2/24`.
    let named = named?;
    let rest = text.get(named + 1..).unwrap_or_default();
    let first = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let second = rest.get(first + 1..).map_or(0, |rest| rest.iter().take(4).take_while(|byte| byte.is_ascii_alphanumeric()).count());
    let numbered = text.get(named) == Some(&b' ') && first > 0 && rest.get(first) == Some(&b'/') && (1..=3).contains(&second);
    Some(if numbered { named + 2 + first + second } else { named })
}

/// `12 Elm Street`, `301 Hawthorne, Unit 1`.
fn with_suffix(spot: &Spot<'_>, mut at: usize) -> Option<(usize, usize)> {
    for i in 0..WORDS_MAX {
        let (start, end) = next_word(spot.text, at)?;
        let word = spot.text.get(start..end)?;
        let capital = std::str::from_utf8(word).ok()?.chars().next()?.is_uppercase();
        let ordinal = word[0].is_ascii_digit() && word.len() <= 5 && word.last().is_some_and(u8::is_ascii_lowercase);
        let inside = i > 0 && PARTICLES.has(word);
        if !(capital || ordinal || inside) {
            return None;
        }
        // `123 N. Main St`.
        at = end + usize::from(word.len() <= 2 && spot.byte(end) == b'.');
        if !capital {
            continue;
        }
        // A cell of a row that is nothing else.
        let whole = i > 1 && spot.before() == b'"' && spot.byte(end) == b'"';
        let certain = || whole || is_town_next(spot.text, end) || is_spoken_of(spot, spot.at) || is_part(spot);
        let weak = i > 0 && SUFFIXES_WEAK.has(word) && certain();
        if (i > 0 && SUFFIXES.has(word)) || weak || is_part_next(spot.text, end) {
            return Some((spot.at, over_direction(spot.text, end)));
        }
    }
    None
}

/// `Bahnhofstraße 567`, `via Verdi 630`, `Gül Sokak 12`.
fn street_first(spot: &Spot<'_>) -> Option<(usize, usize)> {
    if spot.bare || spot.before() != b' ' || is_behind_small_word(spot) {
        return None;
    }
    let mut from = spot.at.saturating_sub(REACH_BACK);
    while spot.byte(from) & 0xC0 == 0x80 {
        from += 1;
    }
    let window = std::str::from_utf8(spot.text.get(from..spot.at - 1)?).ok()?;
    let (mut end, house) = (window.trim_end_matches(',').len(), house_end(spot));
    if let Some(blank) = window.rfind(' ').filter(|blank| NUMBER_WORDS.has(&window.as_bytes()[blank + 1..])) {
        end = window.get(..blank)?.trim_end_matches(',').len();
    }
    let mut last_capital = false;
    for i in 0..WORDS_MAX {
        let head = window.get(..end)?;
        let word_start = head.rfind(' ').map_or(0, |blank| blank + 1);
        // What a sign parts from the street is none of it: `STRAS=Wiesengrund`.
        let cut = head.get(word_start..)?.rfind(|c: char| "+|;,>=:\"([{<\t".contains(c)).map_or(word_start, |sign| word_start + sign + 1);
        // Two strokes are where a line ended.
        let cut = head.get(cut..)?.rfind("//").map_or(cut, |strokes| cut + strokes + 2);
        let word = head.get(cut..)?.trim_start_matches('\'');
        let start = end - word.len();
        let at = from + start;
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        if i == 0
            && let Some(named) = behind_name(spot, window, (start, word), from, house)
        {
            return Some(named);
        }
        if i == 0
            && capital
            && let Some(weak) = ending(word)
        {
            let certain = !weak && !window::is_measured(spot.text, house) || is_town_next(spot.text, house) || is_spoken_of(spot, at);
            if certain || !is_in_cell(spot.text, house) {
                return certain.then_some((at, house));
            }
        }
        // `adresa Hurbanova 17, 010 01 Žilina`
        if i == 0 && capital && is_town_next(spot.text, house) && is_spoken_of(spot, at) {
            return Some((at, house));
        }
        if capital && is_dutch_postcode_next(spot.text, house) && i == 0 {
            let first =
                head.get(..start.saturating_sub(1))?.rsplit([' ', ',']).next().filter(|word| word.len() > 2 && word.starts_with(char::is_uppercase));
            return Some((at - first.map_or(0, |first| first.len() + 1), house));
        }
        if i > 0 && last_capital && is_street(spot, word, capital, at, house) {
            return Some((at, house));
        }
        let inside = word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '-')) || (i > 0 && word.len() <= 3);
        if word.is_empty()
            || !inside
            || cut > word_start
            || !(capital || PARTICLES.has(word.as_bytes()) || (i > 0 && word.as_bytes()[0].is_ascii_digit()))
        {
            return None;
        }
        last_capital |= capital;
        end = start.checked_sub(1)?;
    }
    None
}

/// Whether the word before the number is one of small letters that ends no street: nearly all numbers in logs stand so.
fn is_behind_small_word(spot: &Spot<'_>) -> bool {
    let head = spot.text.get(..spot.at.saturating_sub(1)).unwrap_or_default();
    let len = head.iter().rev().take(REACH_BACK).take_while(|byte| byte.is_ascii_lowercase()).count();
    let word = &head[head.len() - len..];
    let whole = head.len() == len || head[head.len() - len - 1] == b' ';
    whole && (1..REACH_BACK).contains(&len) && ![&KINDS_LAST, &KINDS_LAST_WEAK, &PARTICLES, &NUMBER_WORDS].iter().any(|list| list.has(word))
}

/// Whether a word begins the street whose name ends before the number.
fn is_street(spot: &Spot<'_>, word: &str, capital: bool, at: usize, house: usize) -> bool {
    let word = word.as_bytes();
    let weak = || is_town_next(spot.text, house) || is_spoken_of(spot, at) || is_cell(spot.text, at, house);
    let abbreviated = word.eq_ignore_ascii_case(b"av.") && !capital;
    (KINDS.has(word) && (!abbreviated || weak()) && !window::is_measured(spot.text, house))
        || (KINDS_WEAK.has(word) && weak())
        || (capital && PREPOSITIONS.has(word) && (is_postcode_next(spot.text, house) || is_spoken_of(spot, at) || is_cell(spot.text, at, house)))
}

/// Whether a cell of a row, quotes or the text ends here.
fn is_in_cell(text: &[u8], end: usize) -> bool {
    matches!(text[end..].trim_ascii_start().first(), None | Some(b'"' | b'|'))
}

/// Whether nothing else stands in the cell of a row, in the quotes, or in the text: a street of three words and its number.
fn is_cell(text: &[u8], start: usize, end: usize) -> bool {
    if text[start..end].iter().filter(|&&byte| byte == b' ').count() < 3 {
        return false;
    }
    let opens = text[..start].trim_ascii_end().last().copied();
    let closes = text[end..].trim_ascii_start().first().copied();
    match (opens, closes) {
        (None, None) => true,
        (Some(open @ (b'"' | b'|')), Some(close)) => open == close && (open == b'|' || start > 0 && text[start - 1] == b'"'),
        _ => false,
    }
}

/// `Gül Sokak 12`, `Lange Straße 5`: the name stands before the kind.
fn behind_name(spot: &Spot<'_>, window: &str, (start, kind): (usize, &str), from: usize, house: usize) -> Option<(usize, usize)> {
    let weak = KINDS_LAST_WEAK.has(kind.as_bytes());
    if !weak && !KINDS_LAST.has(kind.as_bytes()) {
        return None;
    }
    let head = window.get(..start.checked_sub(1)?)?;
    let name = head.rsplit(|c: char| " +|;,>=:\"'([{<\t".contains(c)).next()?;
    let mut at = from + head.len() - name.len();
    // `Neue Mainzer Straße`: names that end so have one word before them at times.
    let adjective = head.strip_suffix(name).and_then(|head| head.strip_suffix(' ')).and_then(|head| head.rsplit(' ').next());
    if let Some(first) = adjective.filter(|first| PREPOSITIONS.has(first.as_bytes()) && first.starts_with(char::is_uppercase)) {
        at -= first.len() + 1;
    }
    // `Karl Johans gate`: only a kind in small letters tells that all before it is the name.
    if kind.starts_with(char::is_lowercase)
        && let Some(first) = head.strip_suffix(name).and_then(|head| head.strip_suffix(' ')).and_then(|head| head.rsplit(' ').next())
        && first.chars().next().is_some_and(char::is_uppercase)
        && first.chars().all(char::is_alphabetic)
    {
        at -= first.len() + 1;
    }
    let named = name.chars().next().is_some_and(char::is_uppercase) && name.chars().count() > 2;
    let certain = if weak { is_town_next(spot.text, house) || is_spoken_of(spot, at) } else { !window::is_measured(spot.text, house) };
    (named && certain).then_some((at, house))
}
