//! Accounts in the notations of payment systems: Czech and Slovak accounts with the bank's code (ČNB decree 169/2011), UK sort code and account in lines about
//! BACS, routing number and account in the columns of a file of wires, the line of magnetic characters of a cheque (ABA
//! X9.100-160: transit, on-us), keys of records of mainframe files.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, date::is_short_day, window};
use crate::scan::context::Cues;

/// `8735979319/0800`, `19-2000145399/0800`.
pub(crate) const CZECH_ACCOUNT: Detector = Detector {
    id: "czech_account",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 10).groups(2).behind(b"-/"),
    find: czech,
    matches: &["protiúčet 8735979319/0800, IBAN", "19-2000145399/0800", "účet 123457/0710", "z účtu 2000145399/5500 na"],
    misses: &[
        "8735979319/0801",
        "123456/0800",
        "735979319/08001",
        "8735979319/0800/1",
        "/8735979319/0800",
        "850101/1234",
        "1-8735979319/08",
        "x 12/0800",
    ],
};

/// `608371 92838132` in lines about BACS.
pub(crate) const BACS: Detector = Detector {
    id: "bacs",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 2).groups(3).or(Needs::len(6, 6)).or(Needs::len(8, 8)),
    find: bacs,
    matches: &[
        "FPS OUT src 404784 10772233 dst 077116 29440018",
        "ChequeImaging MICR read 44219987 sort 60-13-35",
        "BACS AUDDIS advice: 608371 92838132 \"MRS H\"",
        "BACS ARUCS RC 2: dest 201007 / 19650991 orig",
        "DDI 60-83-71 92838132 cancelled",
        "Direct Debit 608371-92838132",
        "20261127;BACS-D2;99;60-83-71;92838132;P",
        "BACS|60-83-71|92838132",
        "AUDDIS|0N|60-83-71|92838132|A",
    ],
    misses: &[
        "608371 92838132",
        "BACS file 041733 20261127 sent",
        "BACS 608371 9283813",
        "BACS total 608371 92838132.00",
        "bacs 6083711 92838132",
        "BACS;26-11-27;9283813;P",
        "BACS batch|26-11-28|00012044|OK",
        "T;60-83-71;92838132;P",
    ],
};

/// `8601.11.17947`: a Norwegian account by its dots and its check digit (Bits, weights 5 4 3 2 7 6 5 4 3 2, mod 11).
pub(crate) const NORWEGIAN_ACCOUNT: Detector = Detector {
    id: "norwegian_account",
    trigger: Trigger::Digits,
    needs: Needs::len(4, 4).groups(2),
    find: norwegian,
    matches: &["konto 8601.11.17947 NOK", "Roe;8601.11.17947;NOK"],
    misses: &[
        "8601.11.17948",
        "8601.11.17947.1",
        "8601-11-17947",
        "v8601.11.17947",
        "1.8601.11.17947",
        "build 2024.11.12358 done",
        "pay:2026.02.17004",
        "8601.11.17947 rows",
    ],
};

/// `2026-03-11,247955442,818577225703,"` in a file of wires.
pub(crate) const ROUTING_COLUMN: Detector = Detector {
    id: "routing_column",
    trigger: Trigger::Digits,
    needs: Needs::len(6, 17).before(b",\" ").behind(b",\"\0\n\r"),
    find: routing_column,
    matches: &["wires_outbound.csv row 417: 2026-03-11,247955442,818577225703,\"E\"", "16,129756785,CKG,9966860330631,BAI 475,15319"],
    misses: &["247955442,818577225703", "wires.csv row 417: 247955443,818577225703", "wires: 247955442, 818577225703 rows", "wires 247955442,8185"],
};

/// `⑆035851428⑆ 2175573025⑈`.
pub(crate) const MICR: Detector = Detector {
    id: "micr",
    trigger: Trigger::Digits,
    needs: Needs::len(9, 9).before(b";").behind(b";"),
    find: micr,
    matches: &["MICR ⑆035851428⑆ 2175573025⑈ 7134 amt", "cheque image ⑆021000021⑆1234567⑈"],
    misses: &["micr ⑆ 17", "a;021000021;1234567;b", "micr ⑆035851429⑆ 2175573025⑈", "check ⑆021000021⑆"],
};

/// `record key 65229319051`.
pub(crate) const RECORD_KEY: Detector = Detector {
    id: "record_key",
    trigger: Trigger::Digits,
    needs: Needs::len(8, 19),
    find: record_key,
    matches: &[
        "offset +000013AE, record key 65229319051 last read",
        "COMMAREA LEN=02048 KEY=2638885106795 NAME=",
        "VSAM KEY='00417338'",
        "CreateTime = 1795750113207, key = 803256573, value = {",
    ],
    misses: &["key 65229319051", "KEY=1795750113207", "KEY=20261127", "KEY=4417", "key=65229319051 ttl", "CACHEKEY=65229319051", "key = 803256573"],
};

/// Codes of banks in Czechia and Slovakia.
#[rustfmt::skip]
const CZECH_BANKS: &[&[u8; 4]] = &[
    b"0100", b"0200", b"0300", b"0600", b"0710", b"0720", b"0800", b"0900", b"1100", b"1111", b"2010", b"2020", b"2060", b"2070", b"2100", b"2200", b"2220", b"2250", b"2260", b"2275",
    b"2600", b"2700", b"3000", b"3030", b"3050", b"3060", b"3100", b"3500", b"4000", b"4300", b"5200", b"5500", b"5600", b"5800", b"5900", b"6000", b"6100", b"6200", b"6210", b"6300",
    b"6500", b"6700", b"6800", b"7300", b"7500", b"7910", b"7930", b"7950", b"7960", b"7970", b"7990", b"8030", b"8040", b"8050", b"8060", b"8090", b"8100", b"8120", b"8130", b"8150",
    b"8170", b"8180", b"8190", b"8198", b"8199", b"8200", b"8220", b"8230", b"8240", b"8250", b"8255", b"8265", b"8270", b"8280", b"8330", b"8360", b"8370", b"8400", b"8410", b"8420",
];
/// What says near a number that it is of a direct debit or credit of the UK.
const BACS_WORDS: &[&[u8]] =
    &[b"bacs", b"auddis", b"addacs", b"arucs", b"awacs", b"ddi ", b"ddica", b"direct debit", b"sort code", b"faster payment", b"chaps ", b"fps "];
/// What says near a number that its columns are of payments.
const WIRE_WORDS: &[&[u8]] = &[b"wires", b"wire_", b"wire ", b"fedwire", b"nacha", b"bai ", b"bai2", b"payroll", b"benef", b"aba,"];

fn czech(spot: &Spot<'_>) -> Option<Found> {
    let prefixed = spot.groups.get(1).is_some_and(|group| group.separator == b'-' && group.len() >= 6) && spot.end - spot.at <= 6;
    let number = usize::from(prefixed);
    let (account, bank) = (spot.groups.get(number)?, spot.groups.get(number + 1).filter(|bank| bank.separator == b'/' && bank.len() == 4)?);
    let code: &[u8; 4] = spot.text.get(bank.start..bank.end)?.try_into().ok()?;
    if !(6..=10).contains(&account.len()) || !CZECH_BANKS.contains(&code) || spot.joined != 0 || matches!(spot.before(), b'/' | b'-' | b'.') {
        return None;
    }
    // A birth number has six digits before its slash, and shorter fractions are common: those must pass the account's own check.
    let digits = spot.text.get(account.start..account.end)?;
    let weights = [6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    let sum: u32 = digits.iter().rev().zip(weights.iter().rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let goes_on = matches!(spot.byte(bank.end), b'/' | b'.' | b'-') && spot.byte(bank.end + 1).is_ascii_alphanumeric();
    ((account.len() >= 9 || prefixed || sum.is_multiple_of(11)) && !goes_on).then(|| Found::strong(spot.at, bank.end, PiiClass::Account))?
}

fn bacs(spot: &Spot<'_>) -> Option<Found> {
    if spot.end - spot.at == 8 {
        return before_sort_code(spot).or_else(|| in_cell_behind_sort_code(spot));
    }
    if let Some(found) = sort_code_in_cell(spot) {
        return Some(found);
    }
    let (sort, account) = match spot.shape::<4>() {
        Some([2, 2, 2, 8]) if spot.joined_by(3, b'-') => (3, spot.groups[3]),
        _ if spot.end - spot.at == 6 => match spot.groups.get(1) {
            Some(group) if matches!(group.separator, b' ' | b'-' | b'/') && group.len() == 8 => (1, *group),
            // `201007 / 19650991`.
            _ => {
                let rest = spot.text.get(spot.end..)?.strip_prefix(b" / ")?;
                let len = rest.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
                let start = spot.end + 3;
                (1, (len == 8).then_some(crate::scan::run::Group { start, end: start + 8, separator: b'/' })?)
            }
        },
        _ => return None,
    };
    let digits = spot.text.get(account.start..account.end)?;
    let dated = matches!(digits, [b'1', b'9', _, _, b'0' | b'1', ..] | [b'2', b'0', _, _, b'0' | b'1', ..]) && sort == 1 && account.separator == b' ';
    let fraction = matches!(spot.byte(account.end), b'.' | b',' | b':' | b'-') && spot.byte(account.end + 1).is_ascii_digit();
    (!dated && !fraction && spot.joined == 0 && window::holds(spot.text, spot.at, account.end, BACS_WORDS))
        .then(|| Found::by_cue(spot.at, account.end, PiiClass::Account))?
}

/// `44219987 sort 60-13-35`: the account stands first.
fn before_sort_code(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.end..)?;
    let code = [&b" sort "[..], b" sort code ", b" sc ", b" sort=", b",sort="].iter().find_map(|name| rest.strip_prefix(*name))?;
    let len = code.iter().take(9).take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    let digits = code[..len].iter().filter(|byte| byte.is_ascii_digit()).count();
    (digits == 6 && matches!(len, 6 | 8) && spot.joined == 0).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}

/// What parts the cells of a row.
const CELL_SIGNS: &[u8] = b";|,\t";

/// `;60-83-71;92838132;`: the code in one cell, the account in the next.
fn sort_code_in_cell(spot: &Spot<'_>) -> Option<Found> {
    let sorted = matches!(spot.shape::<3>(), Some([2, 2, 2])) && spot.joined_by(3, b'-') && spot.joined == 0;
    let (end, sign) = (spot.end_of(3), spot.before());
    let account = spot.text.get(end + 1..)?.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let cells = CELL_SIGNS.contains(&sign)
        && spot.byte(end) == sign
        && account == 8
        && matches!(spot.byte(end + 9), byte if byte == sign || byte == 0 || byte == b'\n' || byte == b'"');
    let day = spot.text.get(spot.at..end).is_some_and(is_short_day);
    (sorted && cells && !day && window::holds(spot.text, spot.at, end, BACS_WORDS)).then(|| Found::by_cue(spot.at, end, PiiClass::Account))?
}

/// The account of such a row; its code may have been found before.
fn in_cell_behind_sort_code(spot: &Spot<'_>) -> Option<Found> {
    let sign = spot.before();
    let code = spot.text.get(spot.at.checked_sub(10)?..spot.at - 1)?;
    let sorted =
        matches!(code, [before, a, b, b'-', c, d, b'-', e, f] if *before == sign && [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()));
    let cells = CELL_SIGNS.contains(&sign) && matches!(spot.byte(spot.end), byte if byte == sign || byte == 0 || byte == b'\n' || byte == b'"');
    (sorted && cells && !is_short_day(&code[1..]) && window::holds(spot.text, spot.at, spot.end, BACS_WORDS))
        .then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}

/// The ABA's check digit and the range of the first two digits.
pub(crate) fn is_routing(digits: &[u8]) -> bool {
    let value = |at: usize| u32::from(digits[at] - b'0');
    let head = value(0) * 10 + value(1);
    let sum: u32 = (0..9).map(|at| value(at) * [3, 7, 1][at % 3]).sum();
    matches!(head, 1..=12 | 21..=32 | 61..=72 | 80) && sum.is_multiple_of(10)
}

fn norwegian(spot: &Spot<'_>) -> Option<Found> {
    let (Some([4, 2, 5]), true) = (spot.shape::<3>(), spot.joined_by(3, b'.')) else { return None };
    let tied = spot.joined != 0 || super::is_word(spot.before()) || matches!(spot.before(), b'.' | b'-');
    let goes_on = spot.groups.get(3).is_some_and(|group| matches!(group.separator, b'.' | b'-'));
    let digits = spot.digits(3)?;
    let sum: u32 = digits.as_slice().iter().zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).map(|(&digit, weight)| u32::from(digit - b'0') * weight).sum();
    // Versions by the calendar: `2026.02.17004`.
    let year = spot.text.get(spot.at..spot.at + 2).is_some_and(|century| matches!(century, b"19" | b"20"));
    let month = digits.as_slice()[4] <= b'1';
    let version = year && month || spot.near().nearest.any(Cues::VERSION);
    (sum.is_multiple_of(11) && !tied && !goes_on && !version && !window::is_measured(spot.text, spot.end_of(3)))
        .then(|| Found::strong(spot.at, spot.end_of(3), PiiClass::Account))?
}

/// The routing number, or the account in the column behind it, maybe with a code of letters between them.
fn routing_column(spot: &Spot<'_>) -> Option<Found> {
    if !matches!(spot.before(), b',' | b'"' | b' ') || !matches!(spot.byte(spot.end), b',' | b'"' | 0 | b'\n' | b'\r') {
        return None;
    }
    let (routing, account) = if spot.end - spot.at == 9 && is_routing(spot.word()) && spot.byte(spot.end) == b',' {
        let start = over_letters(spot.text, spot.end + 1);
        let len = spot.text.get(start..)?.iter().take(18).take_while(|byte| byte.is_ascii_digit()).count();
        (spot.at, (start, start + len))
    } else {
        let head = spot.text.get(..spot.at)?.strip_suffix(b",")?;
        let letters = head.iter().rev().take(5).take_while(|byte| byte.is_ascii_uppercase()).count();
        let head = if (2..=4).contains(&letters) { head[..head.len() - letters].strip_suffix(b",")? } else { head };
        (head.len().checked_sub(9)?, (spot.at, spot.end))
    };
    let digits = spot.text.get(routing..routing + 9)?;
    let apart = routing == 0 || matches!(spot.byte(routing - 1), b',' | b'"' | b' ');
    let ends = matches!(spot.byte(account.1), b',' | b'"' | 0 | b'\n' | b'\r');
    let sound = apart && ends && digits.iter().all(u8::is_ascii_digit) && is_routing(digits) && (6..=17).contains(&(account.1 - account.0));
    (sound && window::holds(spot.text, routing, account.1, WIRE_WORDS)).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}

/// Past `CKG,`.
fn over_letters(text: &[u8], at: usize) -> usize {
    let letters = text.get(at..).unwrap_or_default().iter().take(5).take_while(|byte| byte.is_ascii_uppercase()).count();
    if (2..=4).contains(&letters) && text.get(at + letters) == Some(&b',') { at + letters + 1 } else { at }
}

/// The signs of the line (`⑆`, `⑈`) are read as `;`, as all signs outside ASCII are.
fn micr(spot: &Spot<'_>) -> Option<Found> {
    if spot.end - spot.at != 9 || spot.before() != b';' || spot.byte(spot.end) != b';' || !is_routing(spot.word()) {
        return None;
    }
    let start = spot.end + 1 + usize::from(spot.byte(spot.end + 1) == b' ');
    let len = spot.text.get(start..)?.iter().take(20).take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b' ')).count();
    let digits = spot.text.get(start..start + len)?.iter().filter(|byte| byte.is_ascii_digit()).count();
    let said = (4..=17).contains(&digits) && spot.byte(start + len) == b';';
    (said && window::holds(spot.text, spot.at, start + len, &[b"micr", b"cheque", b"check", b"image"]))
        .then(|| Found::by_cue(spot.at, start + len, PiiClass::Account))?
}

fn record_key(spot: &Spot<'_>) -> Option<Found> {
    let len = spot.end - spot.at;
    if !(8..=19).contains(&len) || spot.groups.len() > 1 && spot.groups[1].separator != b' ' {
        return None;
    }
    let digits = spot.word();
    let clock = matches!(len, 10 | 13 | 16 | 19) && digits[0] == b'1';
    let day = len == 8 && (digits.starts_with(b"19") || digits.starts_with(b"20"));
    let head = spot.text.get(spot.at.saturating_sub(24)..spot.at)?;
    let head = head.strip_suffix(b"'").or_else(|| head.strip_suffix(b"\"")).unwrap_or(head);
    let spoken = head.len() >= 11 && head[head.len() - 11..].eq_ignore_ascii_case(b"record key ")
        || head.ends_with(b"RECORD KEY=")
        || head.ends_with(b"RECORD KEY: ");
    let file = head.ends_with(b" KEY=") || head.ends_with(b" RIDFLD=") || head.ends_with(b" KEY(");
    // The key of a message of Kafka, whose value is an object.
    let message = head.ends_with(b", key = ") && spot.text.get(spot.end..)?.starts_with(b", value = {");
    (!clock && !day && (spoken || file || message))
        .then(|| Found::by_cue(spot.at, spot.end, if message { PiiClass::Customer } else { PiiClass::Account }))?
}
