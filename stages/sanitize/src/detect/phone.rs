//! Telephone numbers.
//!
//! Format: E.164 (ITU-T): `+` and 8-15 digits with blanks, dashes, dots, slashes or parentheses. North American numbers (NANP): 3-3-4 by dashes or
//! dots, or with the area code in parentheses, area and exchange not beginning with 0 or 1. Any other shape of 7-15 digits needs a cue right before
//! it: libraries that match national shapes freely take a fifth of all epoch times for telephones. No checksum exists.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    window,
};
use crate::scan::context::{Cues, look_back};
use crate::scan::run::Group;

/// A telephone number.
pub(crate) const PHONE: Detector = Detector {
    id: "phone",
    trigger: Trigger::Digits,
    needs: Needs::len(7, 15).or(Needs::len(1, 15).groups(2)),
    find,
    matches: &[
        "+15551234567",
        "call +44 20 7946 0958 now",
        "+1 (555) 234-5678",
        "+49-30-1234567",
        "(415) 555-2671",
        "415-555-2671",
        "415.555.2671",
        "1-415-555-2671",
        "phone 5552671",
        "mobile: 07911 123456",
        "tel=0301234567",
        "tél. portable 06 12 44 18 82 modifié",
        "電話番号 090-4418-8204 に発信",
        "電話番号090-4418-8204",
        "Anruf mobil 0043 664 4188204 zwischen",
        "Handynummer 0171/4418820",
        "Rufnummer: 030 4418820",
        "teléfono móvil 612 44 18 82",
        "cell. 347 4418820",
        "tel. kom. 601 441 882",
        "телефон 8 (916) 441-88-20",
        "тел. 8 916 441 88 20",
        "puhelin 040 4418820",
        "mobilnummer 070-441 88 20",
        "telefoon 06-44188204",
        "ring 070 441 88 20",
        "téléphone 01.44.18.82.04",
        "GSM 0479 44 18 82",
        "phone (020) 7946 0958",
        "call back on 020 7946 0958",
        "手机号 13844188204",
        "celular 11 94418-8204",
        "telefonisch unter 089/1234567 erreichbar",
        "joignable au 06 12 34 56 78",
        "text sent to 07700 900123",
        "merci, rappel au 02 98 53 14 44.",
        "Terugbellen op 06-44188204 na 17:00",
        "dialler list L0008 rec 57453 best=8085550199 tz=HST",
        "MSISDN 447700900417",
        "my new number is 0161 417 882 3, the old one",
        "OTP nahi aa raha on 98220 41750, ticket",
        "input string '0043 676 / 418 20 44' was not",
        "ANI 4155550143",
    ],
    misses: &[
        "1700000000000",
        "ORD-2024-000123",
        "2024-11-22 02:58:01",
        "115-155-2671",
        "415-555-26711",
        "5552671",
        "10.20.30.40",
        "took 1234567 ms",
        "+1234",
        "3 + 12345678901234567890",
        "06 12 44 18 82",
        "ring buffer 4418820",
        "mobile app 2026.03.02",
        "call id 44188204",
        "phone verified in 1234567 ms",
        "telefon 2026-03-02 12:30",
        "cell 12 34",
        "calling service at 1700000000000",
        "call at 1772442847",
        "alias 12#98005",
        "best=8085550199",
        "alias 46736807288",
        "[main] at 0171 4482093 ms",
        "x (912 441 882)",
    ],
};

/// One behind the code of its country, as wallets of telephones write their users.
pub(crate) const PHONE_ALIAS: Detector = Detector {
    id: "phone_alias",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 3).behind(b"#"),
    find: as_alias,
    matches: &["MB WAY: alias 351#980059592 sem conta", "party alias=49#1701234567 found"],
    misses: &["351#980059592", "alias 351#98005", "alias 3510#980059592"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    international(spot)
        .or_else(|| north_american(spot))
        .or_else(|| by_cue(spot))
        .or_else(|| to_be_dialled(spot))
        .or_else(|| behind_person(spot))
        .or_else(|| behind_zeros(spot))
        .or_else(|| of_caller(spot))
        .or_else(|| five_and_five(spot))
}

/// `"Mrs Roe" <01632 960188>`: who calls, as Asterisk writes it.
fn of_caller(spot: &Spot<'_>) -> Option<Found> {
    let quoted = spot.text.get(..spot.at).is_some_and(|head| head.ends_with(b"\" <") || head.ends_with(b"\"<"));
    let end = spot.groups.last()?.end;
    let digits: usize = spot.groups.iter().map(Group::len).sum();
    (quoted && spot.byte(end) == b'>' && (9..=15).contains(&digits)).then(|| Found::by_cue(spot.at, end, PiiClass::Phone))?
}

/// `0043 676 / 418 20 44`: two zeros and the code of a country before a blank and three digits; a dump has groups of two or four.
fn behind_zeros(spot: &Spot<'_>) -> Option<Found> {
    let [country, second, ..] = spot.groups else { return None };
    let head = spot.text.get(country.start..country.end)?;
    if !matches!(head, [b'0', b'0', b'1'..=b'9', _] | [b'0', b'0', b'1'..=b'9', _, _]) || second.len() != 3 || second.separator != b' ' {
        return None;
    }
    let rest = spot.text.get(spot.at..)?;
    let len = rest.iter().take(24).take_while(|&&byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'/' | b'-')).count();
    let len = rest[..len].iter().rposition(u8::is_ascii_digit)? + 1;
    let digits = rest[..len].iter().filter(|byte| byte.is_ascii_digit()).count();
    ((11..=16).contains(&digits) && !window::is_measured(spot.text, spot.at + len)).then(|| Found::by_cue(spot.at, spot.at + len, PiiClass::Phone))?
}

/// `98220 41750`: how India writes mobile numbers, behind a word for where somebody is reached.
fn five_and_five(spot: &Spot<'_>) -> Option<Found> {
    const BEFORE: [&[u8]; 6] = [b" on ", b" at ", b" to ", b" par ", b" pe ", b" no "];
    let [first, second] = spot.groups else { return None };
    let sound = first.len() == 5 && second.len() == 5 && second.separator == b' ' && matches!(spot.byte(spot.at), b'6'..=b'9');
    let said = spot.text.get(..spot.at).is_some_and(|head| BEFORE.iter().any(|word| head.ends_with(word)));
    (sound && said && !window::is_measured(spot.text, second.end)).then(|| Found::by_cue(spot.at, second.end, PiiClass::Phone))?
}

/// `alias 351#980059592`.
fn as_alias(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.end..)?.strip_prefix(b"#")?;
    let len = rest.iter().take(13).take_while(|byte| byte.is_ascii_digit()).count();
    let head = spot.text.get(..spot.at)?;
    let said = [&b"alias "[..], b"alias=", b"alias: ", b"alias\":\""].iter().any(|word| ends_with_ignoring_case(head, word));
    (said && (1..=3).contains(&(spot.end - spot.at)) && (7..=12).contains(&len) && spot.end - spot.at + len >= 10)
        .then(|| Found::by_cue(spot.at, spot.end + 1 + len, PiiClass::Phone))?
}

/// `best=8085550199` of a machine that dials.
fn to_be_dialled(spot: &Spot<'_>) -> Option<Found> {
    let shaped = spot.end - spot.at == 10 && spot.byte(spot.at) >= b'2' && spot.byte(spot.at + 3) >= b'2' && spot.before() == b'=';
    (shaped && window::holds(spot.text, spot.at, spot.at, &[b"dialler", b"dialer"])).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Phone))?
}

/// `Jane Roe at 0171 4482093`, `Jane Roe (912 441 882)`: right behind what was found to be somebody, a trunk 0 and nine digits or more in two groups, or
/// nine or ten in three.
fn behind_person(spot: &Spot<'_>) -> Option<Found> {
    const BETWEEN: [&[u8]; 15] = [
        b" pelo ",
        b" sul ",
        b" en el ",
        " på ".as_bytes(),
        b" at ",
        b" on ",
        b" under ",
        b" unter ",
        b" auf ",
        b" au ",
        b" op ",
        b" al ",
        b" pod ",
        b" tel ",
        b" (",
    ];
    let head = spot.text.get(..spot.at)?;
    let gap = BETWEEN.iter().find_map(|gap| head.strip_suffix(*gap))?;
    if !(gap.len() == spot.floor && spot.floor > 0 || gap.ends_with(b"]")) {
        return None;
    }
    let shaped = match spot.groups {
        [area, number] => {
            spot.byte(spot.at) == b'0'
                && (3..=5).contains(&area.len())
                && (5..=8).contains(&number.len())
                && matches!(number.separator, b' ' | b'-' | b'/')
        }
        [a, b, c] => a.len() == 3 && b.len() == 3 && matches!(c.len(), 3 | 4) && b.separator == c.separator && matches!(c.separator, b' ' | b'-'),
        _ => false,
    };
    let end = spot.end_of(spot.groups.len());
    (shaped && !window::is_measured(spot.text, end)).then(|| Found::by_cue(spot.at, end, PiiClass::Phone))?
}

fn ends_with_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    text.len() >= word.len() && text[text.len() - word.len()..].eq_ignore_ascii_case(word)
}

fn international(spot: &Spot<'_>) -> Option<Found> {
    let plus = match spot.before() {
        b'+' => spot.at - 1,
        b'(' if spot.at >= 2 && spot.byte(spot.at - 2) == b'+' => spot.at - 2,
        _ => return None,
    };
    // `chart-4.17.2+20260311`: the build of a version (Semantic Versioning 2.0.0, 10).
    let head = &spot.text[..plus];
    let version = head.iter().rev().take(16).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    if head[plus - version..].split(|&byte| byte == b'.').filter(|part| !part.is_empty()).count() >= 3 && spot.word().len() <= 8 {
        return None;
    }
    // `Windows+NT+10.0`: a version, behind blanks of a query.
    let letters = spot.text[..plus].iter().rev().take(24).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let queried = letters > 0 && plus.checked_sub(letters + 1).is_some_and(|before| spot.byte(before) == b'+');
    let version = spot.groups.first().is_some_and(|group| group.len() <= 2 && matches!(spot.byte(group.end), b'.' | b')' | b';'));
    if queried && version {
        return None;
    }
    // One number is complete at eleven digits; what follows may be another one.
    let (mut total, mut taken) = (0, 0);
    for (i, group) in spot.groups.iter().enumerate() {
        if i > 0 && (total >= 11 || total + group.len() > 15 || group.separator == b'/') {
            break;
        }
        total += group.len();
        taken = i + 1;
    }
    let zero = spot.byte(spot.at) == b'0';
    let end = spot.end_of(taken);
    let end = if taken == spot.groups.len() { over_mistyped(spot.text, end) } else { end };
    (!zero && (8..=15).contains(&total)).then(|| Found::strong(plus, end, PiiClass::Phone))?
}

/// `'+41 79 555 01 99x'`: past the last group of a quoted number, and the letters that make it none.
fn over_mistyped(text: &[u8], end: usize) -> usize {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"-"))) else { return end };
    let len = rest.iter().take(8).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let digits = rest[..len].iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits > 0 && digits < len && rest[0].is_ascii_digit() && matches!(rest.get(len), Some(b'\'' | b'"')) { end + 1 + len } else { end }
}

fn north_american(spot: &Spot<'_>) -> Option<Found> {
    let skip = usize::from(matches!(spot.shape::<4>(), Some([1, 3, 3, 4])) && spot.byte(spot.at) == b'1');
    let groups = spot.groups.get(skip..skip + 3)?;
    let [area, exchange, line] = groups else { return None };
    if (area.len(), exchange.len(), line.len()) != (3, 3, 4) || spot.byte(area.start) < b'2' || spot.byte(exchange.start) < b'2' {
        return None;
    }
    let parenthesised = area.start > 0 && spot.byte(area.start - 1) == b'(' && exchange.separator == b')';
    let start = if parenthesised && skip == 0 { spot.at - 1 } else { spot.at };
    let plain = matches!(exchange.separator, b'-' | b'.') && exchange.separator == line.separator;
    let goes_on = spot.groups.get(skip + 3).is_some_and(|group| group.separator == line.separator && group.separator != b' ');
    let tied = spot.joined != 0 && spot.joined != b' ';
    if goes_on || tied || !(parenthesised || plain) {
        return None;
    }
    Found::strong(start, line.end, PiiClass::Phone)
}

/// Names that a telephone number stands right behind, beside the cues of `scan::context`.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "tél", "téléphone", "tél portable", "portable", "gsm", "fixe", "numéro de téléphone", "mobil", "mobilnummer", "mobiltelefon", "mobilfunk", "mobilfunknummer", "telefonisch", "telefonisch unter", "erreichbar", "erreichbar unter", "joignable", "joignable au", "joindre au", "à joindre au", "rappeler au", "appeler le", "contacto", "raggiungibile al", "bereikbaar op", "gebeld", "text sent to", "sms to", "sms an", "reached on", "reachable on", "reachable at", "handynummer", "handynr", "rufnummer", "telefonnummer", "telefonnr", "rückruf",
    "rückrufnummer", "anruf", "anrufer", "festnetz", "durchwahl", "teléfono", "telefono", "telf", "tfno", "móvil", "celular", "cel", "cellulare", "recapito", "telefone", "telemóvel", "telefoon", "telefoonnummer", "telnr",
    "mobiel", "mobiele nummer", "komórka", "kom", "numer telefonu", "telefonu", "nr tel", "ring", "ringde", "ringt", "tlf", "tlfnr", "puhelin", "puh", "puhelinnumero", "matkapuhelin", "cep", "cep telefonu", "telefon no",
    "mobilszám", "telefonszám", "mobilní", "тел", "телефон", "телефона", "моб", "мобильный", "номер телефона", "電話番号", "電話", "携帯", "携帯電話", "携帯番号", "电话", "手机", "手机号", "手机号码", "電話號碼", "전화번호", "휴대폰",
    "phone number", "ph", "ph no", "contact no", "mob no", "cell phone", "mobile number", "call back on", "callback", "rang", "phoned", "dialled", "reach me on", "reach me at", "number for callback",
    "cli", "ani", "caller id", "callerid", "calling party", "called party", "a number", "b number", "contact number", "daytime", "daytime number", "ring back", "ring back on", "ring him on", "ring her on", "call him on", "call her on", "call me on", "call on", "ring me on",
    "rappel", "rappel au", "rappelez", "rappelez moi au", "merci de rappeler au", "terugbellen", "terugbellen op", "terugbelnummer", "terugbelverzoek", "bellen op", "te bereiken op", "ringa", "ring upp", "nås på", "kan nås på", "ring tilbake på", "treffes på", "træffes på",
    "rückruf unter", "zurückrufen unter", "anrufen unter", "unter der nummer", "unter der rufnummer", "richiamare", "richiamare al", "richiamare il", "chiamare al", "llamar al", "llamarme al", "llame al", "devolver llamada al", "ligar para", "contactar pelo",
    "oddzwonić", "oddzwonić na", "oddzwonić pod", "kontakt tel", "pod numerem", "soita", "soitto", "tavoittaa", "arayın", "перезвонить", "перезвонить на", "звонить",
    "טלפון", "נייד", "هاتف", "جوال", "điện thoại", "sđt", "σταθερό", "κινητό", "τηλέφωνο", "τηλ",
    "my number", "new number", "old number", "his number", "her number", "their number", "destination addr", "dest addr", "called number", "calling number",
    "payeralias", "payer alias", "payid", "pay id", "voicemail from", "missed call from", "call from", "message from", "text from", "numerosta", "numeroon", "z čísla", "na čísle", "wa", "viber", "sms", "sms from", "sms mo from", "sms mt to",
];

/// Names of numbers of banks, which stand beside the kind of a key.
const OF_BANKS: [&[u8]; 6] = [b"ispb=", b"agencia=", b"branch=", b"banco=", b"bank=", b"compe="];

/// `call back Mr Keller on 0795550199`: the word for a call stands before somebody's name, which was found and ends the surroundings.
fn is_behind_person(spot: &Spot<'_>, start: usize) -> bool {
    #[rustfmt::skip]
    const TIES: [&[u8]; 21] = [
        b" on ", b" at ", b" unter ", b" au ", b" op ", b" al ", b" pod ", b" p\xc3\xa5 ", b" em ", b" sur ", b" under ", b" no ", b" from ", b" von ", b" du ",
        b" depuis ", b" dal ", b" vanaf ", b" desde ", b" z ", b" od ",
    ];
    let Some(head) = spot.text.get(..start) else { return false };
    // `Herr Keller ruft von 0171 5532871 an`
    const CALLS: [&str; 9] = ["ruft", "rief", "appelle", "appelait", "chiama", "belt", "belde", "dzwoni", "llama"];
    let calls = || {
        let behind_name = std::str::from_utf8(head.get(spot.floor..).unwrap_or_default()).unwrap_or_default();
        let mut words = behind_name.split(' ').filter(|word| !word.is_empty());
        words.next().is_some_and(|verb| CALLS.contains(&verb)) && words.count() == 1
    };
    spot.floor > 0 && TIES.iter().any(|tie| head.ends_with(tie)) && (calls() || look_back(head, head.len(), Cues::NONE).all.any(Cues::PHONE))
}

/// `submit_sm msgid=7B41 dest=5215542018847`: an address of the short message protocol (SMPP 3.4, 5.2.8).
fn is_of_message(spot: &Spot<'_>, start: usize) -> bool {
    const ENDS: [&[u8]; 10] = [b"dest=", b"dst=", b"src=", b"da=", b"oa=", b"to=", b"from=", b"source=", b"destination=", b"sender="];
    const MESSAGES: [&[u8]; 5] = [b"submit_sm", b"deliver_sm", b"SMSC", b"SMPP", b"smpp"];
    let Some(head) = spot.text.get(..start) else { return false };
    let near = &head[head.len().saturating_sub(200)..];
    ENDS.iter().any(|end| head.ends_with(end)) && MESSAGES.iter().any(|word| memchr::memmem::find(near, word).is_some())
}

fn by_cue(spot: &Spot<'_>) -> Option<Found> {
    // `be_mobile/mob-04`, `CALL-2025-884120`: names of hosts and references.
    let short = spot.groups.first().is_none_or(|group| group.len() < 6);
    // `CALL-260312-000417`, `wa-20260312-00381`: dated, with a dash again.
    let dated =
        spot.groups.first().is_some_and(|group| matches!(group.len(), 6 | 8)) && spot.groups.get(1).is_some_and(|group| group.separator == b'-');
    if (short || dated) && spot.before() == b'-' && spot.at >= 2 && spot.byte(spot.at - 2).is_ascii_alphabetic() {
        return None;
    }
    let first = spot.groups.first()?.len();
    // Epochs in milliseconds and seconds.
    let clock = matches!(spot.text.get(spot.at..spot.end), Some([b'1', b'5'..=b'9', rest @ ..]) if matches!(rest.len(), 8 | 11));
    if first > 15 || (clock && spot.before() != b'+') {
        return None;
    }
    let (mut total, mut taken) = (0, 0);
    for (i, group) in spot.groups.iter().enumerate() {
        // The last digits may stand apart: `0161 417 882 3`.
        let tail = i >= 3 && i + 1 == spot.groups.len() && group.len() <= 2 && group.separator == spot.groups[i - 1].separator && total <= 11;
        if i > 0 && (total >= 10 && !tail || total + group.len() > 15) {
            break;
        }
        total += group.len();
        taken = i + 1;
    }
    let day = matches!(spot.shape::<3>(), Some([4, 2, 2])) && spot.groups[1].separator != b' ';
    let start = if spot.before() == b'(' { spot.at - 1 } else { spot.at };
    // `type=PHONE ispb=60746948`: another name stands right before it.
    let named = spot.text.get(..spot.at).is_some_and(|head| OF_BANKS.iter().any(|name| head.ends_with(name)));
    let said = (7..=15).contains(&total)
        && !named
        && !day
        && !window::is_measured(spot.text, spot.end_of(taken))
        && (spot.near().nearest.any(Cues::PHONE)
            || cue::behind(spot, List::Phone).is_some()
            || total >= 9 && (is_behind_person(spot, start) || is_of_message(spot, start)));
    said.then(|| Found::by_cue(start, spot.end_of(taken), PiiClass::Phone))?
}
