//! Telephone numbers by their notation alone, where `phone` needs a cue: `0049 (0)172 / 3436338`, `(0421) 657 27-99`, `07700 900 417`, `02 98 53 14 44`.
//!
//! Format: `00` and a country code (ITU-T E.164 list of assigned codes) in a group of their own, then groups of 7-10 digits together; or a trunk 0 and
//! three groups or more of 9-11 digits together, by one kind of blank or dash; or an area code in parentheses that begins with the trunk 0; or, behind a
//! sign that parts items, an area code and a number by a slash. Lists of numbers, dumps, dates, times and amounts have other lengths, or go on.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, window};
use crate::scan::context::{Cues, look_back};
use crate::scan::run::{GROUPS_MAX, Group};

/// Bytes before a number in which a technical word says that it counts or numbers something.
const NEAR_BYTES: usize = 16;

/// A telephone number in a national or international grouping.
pub(crate) const PHONE_NATIONAL: Detector = Detector {
    id: "phone_national",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 5).first(b"0"),
    find,
    matches: &[
        "input string: \"0064 21 884 117\" at",
        "from 0041 79 202 63 76: ok",
        "mobil 0049 (0)172 / 3436338, abends",
        "0043 664 4188204",
        "0049 30 901820",
        "00353 1 679 2222",
        "001 212 555 0143",
        "Festnetz (0421) 657 27-99, dann",
        "(020) 7946 0958",
        "(030)90182012",
        "tenant Olu on 07700 900 417, key safe",
        "sister Inés 0491 570 156.",
        "contact is 02 98 53 14 44.",
        "CLI 0161 496 0100 verified",
        "on 03 9884 4170\"",
        "070-441 88 20",
        "0171-441-8820 ist",
        "(hgw@example.com, 03341/414859) fehlgeschlagen",
        "status=ESME_ROK dst=0722 418 093 parts=2",
        "089 / 2166 720",
        "07911 261461",
        "belt terug op 06-52938847, graag",
        "0171/4458820",
        "terug te bellen op 0478/31.62.09 na 17u",
        "bureau 02/513.28.40,",
    ],
    misses: &[
        "0000 0001 0002 0003",
        "0020 3032 3030 7238",
        "0020 30 32 30 30 72 30 32 30",
        "0046 12 18",
        "0091 664 4188204 12",
        "0012 345 678 901",
        "00 12 345 678",
        "01 02 2026",
        "01-02-2026",
        "01 02 03 04 05 06 07",
        "06 12 44 18 82",
        "data 06 12 44 18 82 AF",
        "dump 06 12 44 18 82",
        "09 41 03 117",
        "08-30-15 12345678",
        "0.1234 567 890",
        "order 0421 338 771",
        "lot 0421 338 771",
        "04:17:33 0441 123 456 records",
        "invoice no 07700 900 417",
        "(0421) 65727",
        "(0012) 345678 901",
        "code (0421) ok",
        "0417/260311",
        "/0417/260311",
        "(batch, 0417/2603) done",
        "0123 456 789.50",
        "0123 4567 8901",
        "04 2026 1234",
        "a-0123 456 789",
        "0123 456 789 012 345",
        "0815 4711 ms",
        "(0, 03341/414859/2) parts",
        "Beleg 0417/26.03.11",
        "0815/26.03.2011",
        "the length: 06 44 12 08 93",
        "dump 07700 900417",
    ],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    if spot.byte(spot.at) != b'0' || spot.joined != 0 {
        return None;
    }
    let (start, end) =
        international(spot).or_else(|| parenthesised(spot)).or_else(|| grouped(spot)).or_else(|| slashed(spot)).or_else(|| whole(spot))?;
    let goes_on = matches!(spot.byte(end), b'.' | b',' | b':' | b'-' | b'/' | b'_') && spot.byte(end + 1).is_ascii_alphanumeric();
    let parts = matches!(spot.byte(start.wrapping_sub(1)), b'-' | b'/' | b'_' | b'#' | b'.' | b'$' | b'+' | b'*');
    // What counts or numbers something is none; a technical word a few words away says little.
    let ordered = is_counted(spot, start) && !spot.near().nearest.any(Cues::PHONE) || is_numbered(spot, start) || window::is_measured(spot.text, end);
    (!goes_on && !parts && !ordered).then(|| Found::strong(start, end, PiiClass::Phone))?
}

/// Whether a technical word stands right before, or the whole field is one; farther away it is another field's.
fn is_counted(spot: &Spot<'_>, start: usize) -> bool {
    let from = start.saturating_sub(NEAR_BYTES).max(spot.floor.min(start));
    let head = spot.text.get(from..start).unwrap_or_default();
    // The end of a longer word is none: `bellen`, `len`.
    let is_cut = from > 0 && spot.text[from - 1].is_ascii_alphabetic();
    let cut = head.iter().take_while(|byte| is_cut && byte.is_ascii_alphabetic()).count();
    let head = &head[cut..];
    let worded = head.iter().any(u8::is_ascii_alphabetic);
    let nearest = if worded { look_back(head, head.len(), Cues::NONE).nearest } else { spot.near().nearest };
    nearest.any(Cues::MEASURE)
}

/// Whether the word right before says that the number is a thing's.
fn is_numbered(spot: &Spot<'_>, start: usize) -> bool {
    const THINGS: [&[u8]; 20] = [
        b"lot", b"charge", b"article", b"artikel", b"item", b"part", b"sku", b"form", b"page", b"zone", b"policy", b"row", b"rows", b"sheet",
        b"slot", b"range", b"pages", b"lines", b"values", b"batch",
    ];
    let Some(head) = spot.text.get(..start).and_then(|head| head.strip_suffix(b" ")) else { return false };
    let len = head.iter().rev().take(10).take_while(|byte| byte.is_ascii_alphabetic()).count();
    THINGS.iter().any(|thing| thing.eq_ignore_ascii_case(&head[head.len() - len..]))
}

/// `0064 21 884 117`, `0049 (0)172 / 3436338`.
fn international(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let first = spot.word();
    if !first.starts_with(b"00") || !is_country(&first[2..]) {
        return None;
    }
    let over = spot.text.get(spot.end..)?;
    if over.starts_with(b" (0)") || over.starts_with(b"(0)") {
        return with_trunk(spot.text, spot.end + if over[0] == b' ' { 4 } else { 3 }).map(|end| (spot.at, end));
    }
    let rest = spot.groups.get(1..).filter(|rest| rest.len() >= 2 && spot.groups.len() < GROUPS_MAX)?;
    let total: usize = rest.iter().map(Group::len).sum();
    let telling = rest.iter().any(|group| group.len() >= 3) && rest.iter().all(|group| group.len() <= 8);
    let american = first != b"001" || rest.iter().map(Group::len).eq([3, 3, 4]);
    let signs = rest.iter().all(|group| matches!(group.separator, b' ' | b'-' | b'/'));
    let dump = rest.iter().all(|group| group.len() == 4);
    ((7..=10).contains(&total) && telling && american && signs && !dump).then(|| (spot.at, spot.end_of(spot.groups.len())))
}

/// End of the digits behind `(0)`, 7-11 of them, with single signs and blanks around a slash between them.
fn with_trunk(text: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut end, mut digits) = (from, from, 0);
    while digits <= 11 {
        match text.get(at) {
            Some(byte) if byte.is_ascii_digit() => {
                digits += 1;
                end = at + 1;
            }
            Some(b' ' | b'-' | b'/' | b'.') if at < end + 3 => {}
            _ => break,
        }
        at += 1;
    }
    (7..=11).contains(&digits).then_some(end)
}

/// Country calling codes in use; the one of North America has its own shape.
fn is_country(code: &[u8]) -> bool {
    matches!(
        code,
        b"1" | b"7"
            | [b'2', b'0' | b'7']
            | [b'3', b'0'..=b'4' | b'6' | b'9']
            | [b'4', b'0' | b'1' | b'3'..=b'9']
            | [b'5', b'1'..=b'8']
            | [b'6', b'0'..=b'6']
            | [b'8', b'1' | b'2' | b'4' | b'6']
            | [b'9', b'0'..=b'5' | b'8']
            | [b'2', b'1'..=b'6' | b'9', _]
            | [b'3', b'5' | b'7' | b'8', _]
            | [b'4', b'2', _]
            | [b'5', b'0' | b'9', _]
            | [b'6', b'7'..=b'9', _]
            | [b'8', b'5' | b'8', _]
            | [b'9', b'6' | b'7' | b'9', _]
    )
}

/// `(0421) 657 27-99`.
fn parenthesised(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let area = (3..=5).contains(&(spot.end - spot.at)) && has_trunk(spot.word());
    let rest = spot.groups.get(1..).filter(|rest| area && spot.before() == b'(' && rest.first().is_some_and(|group| group.separator == b')'))?;
    let total: usize = spot.groups.iter().map(Group::len).sum();
    let signs = rest[1..].iter().all(|group| matches!(group.separator, b' ' | b'-' | b'/'));
    let sized = rest.iter().all(|group| (2..=8).contains(&group.len())) && rest.len() <= 4;
    ((10..=12).contains(&total) && signs && sized).then(|| (spot.at - 1, spot.end_of(spot.groups.len())))
}

/// A trunk prefix and an area or an operator: no second 0.
fn has_trunk(digits: &[u8]) -> bool {
    matches!(digits, [b'0', b'1'..=b'9', ..])
}

/// `07700 900 417`, `02 98 53 14 44`.
fn grouped(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let count = spot.groups.len();
    // `07700 900417`: a mobile telephone of the United Kingdom (Ofcom, numbers that begin with 7).
    if let ([first, second], [b'0', b'7', b'1'..=b'9', ..]) = (spot.groups, spot.word())
        && first.len() == 5
        && second.len() == 6
        && second.separator == b' '
        && is_in_prose(spot)
    {
        return Some((spot.at, spot.end_of(2)));
    }
    // `06-52938847`: one of the Netherlands (numbers that begin with 06).
    if let ([first, second], b"06") = (spot.groups, spot.word())
        && first.len() == 2
        && second.len() == 8
        && !matches!(spot.byte(second.start), b'2' if spot.byte(second.start + 1) == b'0')
        && matches!(second.separator, b' ' | b'-')
        && is_in_prose(spot)
    {
        return Some((spot.at, spot.end_of(2)));
    }
    if !(3..=5).contains(&count) || !has_trunk(spot.word()) || !(2..=5).contains(&(spot.end - spot.at)) {
        return None;
    }
    let rest = &spot.groups[1..];
    let total: usize = spot.groups.iter().map(Group::len).sum();
    let signs = rest[1..].iter().all(|group| group.separator == rest[1].separator && matches!(group.separator, b' ' | b'-'));
    let sized = rest.iter().all(|group| (2..=4).contains(&group.len()));
    // Belgium writes dots behind a slash; so are days written behind a number, and only mobile phones have three pairs.
    let dotted = rest[0].separator == b'/' && rest[1..].iter().all(|group| group.separator == b'.');
    if dotted {
        let mobile = matches!(spot.word(), [b'0', b'4', b'5'..=b'9', _]) && rest.iter().map(Group::len).eq([2, 2, 2]);
        let fixed = spot.word().len() == 2 && rest.iter().map(Group::len).eq([3, 2, 2]);
        return (mobile || fixed).then(|| (spot.at, spot.end_of(count)));
    }
    if !(9..=11).contains(&total) || !signs || !sized || !matches!(rest[0].separator, b' ' | b'-' | b'/') {
        return None;
    }
    // The hour, the minute, the second and more, and a date's year.
    let longest = rest.iter().map(Group::len).max()?;
    let pairs = longest == 2;
    let last_alone = rest.last()?.len() > 2 && rest[..rest.len() - 1].iter().all(|group| group.len() == 2) && spot.end - spot.at == 2;
    let year = rest.iter().any(|group| matches!(spot.text.get(group.start..group.start + 2), Some(b"19" | b"20")) && group.len() == 4);
    let even = count == 3 && total == 11 && spot.end - spot.at == 3;
    if pairs && (count != 5 || !is_in_prose(spot)) || last_alone || year && spot.end - spot.at == 2 || even {
        return None;
    }
    Some((spot.at, spot.end_of(count)))
}

/// Whether a word stands before the candidate and no byte of a dump behind it.
fn is_in_prose(spot: &Spot<'_>) -> bool {
    const DUMPS: [&[u8]; 8] = [b"dump", b"hex", b"data", b"bytes", b"raw", b"apdu", b"frame", b"payload"];
    let Some(head) = spot.text.get(..spot.at).and_then(|head| head.strip_suffix(b" ")) else { return false };
    let head = head.strip_suffix(b":").unwrap_or(head);
    // `Mon numéro : 07 82 19 33 40`
    let head = head.strip_suffix(b" ").unwrap_or(head);
    let word = head.iter().rev().take(16).take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    let word = &head[head.len() - word..];
    let end = spot.end_of(spot.groups.len());
    let behind = spot.text.get(end..).unwrap_or_default();
    let dumped =
        matches!(behind, [b' ', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()) && behind.get(3).is_none_or(|&byte| byte == b' ');
    word.len() >= 2 && !dumped && !DUMPS.iter().any(|dump| word.eq_ignore_ascii_case(dump))
}

/// `, 03341/414859)`.
fn slashed(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let [first, second] = spot.shape::<2>()?;
    let head = spot.text.get(..spot.at)?;
    let item = head.ends_with(b", ") || head.ends_with(b"; ") || head.ends_with(b"(") || head.ends_with(b" | ");
    let shaped = spot.groups.len() == 2 && spot.groups[1].separator == b'/' && (4..=5).contains(&first) && (6..=8).contains(&second);
    let closed = matches!(spot.byte(spot.end_of(2)), b')' | b',' | b';' | b' ');
    (item && shaped && closed && has_trunk(spot.word()) && first + second >= 10).then(|| (spot.at, spot.end_of(2)))
}

/// `089 / 2166 720`, `07911 261461` where nothing else stands in the field.
fn whole(spot: &Spot<'_>) -> Option<(usize, usize)> {
    let digits: usize = spot.groups.iter().map(Group::len).sum();
    let all = || spot.text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let signs = || spot.text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'/' | b'-'));
    let sound = spot.at == 0
        && (3..=5).contains(&spot.word().len())
        && has_trunk(spot.word())
        && (9..=14).contains(&spot.text.len())
        && signs()
        && spot.text.windows(2).all(|pair| pair != b"//" && pair != b"--")
        && spot.groups.len() <= 3
        && (digits == all() || spot.groups.len() == 1)
        && (if spot.text.contains(&b' ') { 10 } else { 11 }..=11).contains(&all());
    (sound && spot.text.last().is_some_and(u8::is_ascii_digit)).then_some((0, spot.text.len()))
}
