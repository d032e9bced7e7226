//! Germany: tax id (BZSt: ISO 7064 MOD 11,10, eleven digits of which none stands more than three times in the first ten), pension insurance number (VKVV:
//! area, birth date, letter, serial, check, in one piece or in five), tax number of an office (ELSTER: three groups between slashes), register of companies
//! (HRA, HRB), number plates, VAT number (ISO 7064 MOD 11,10), health insurance number (GKV: letter, eight digits, check).

use schemas::pii::PiiClass::{Device, NationalId};

use super::{grouped, is_day_month};
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum, is_word, window};

pub(super) const DETECTORS: &[&Detector] = &[&TAX_ID, &TAX_NUMBER, &PLATE, &REGISTER, &PENSION, &PENSION_GROUPED, &HEALTH, &VAT];

const TAX_ID: Detector = Detector {
    id: "de_tax_id",
    trigger: Trigger::Digits,
    needs: Needs::len(11, 11).or(Needs::len(2, 2).groups(3)),
    find: tax_id,
    matches: &["86095742719", "IdNr 86 095 742 719"],
    misses: &["86095742718", "06095742719", "11111111111"],
};

const PENSION: Detector = Detector {
    id: "de_pension",
    trigger: Trigger::Mixed,
    needs: Needs::len(12, 12),
    find: pension,
    matches: &["65180539W001"],
    misses: &["65180539W002", "65181339W001", "651805390001"],
};

const HEALTH: Detector = Detector {
    id: "de_health",
    trigger: Trigger::Mixed,
    needs: Needs::len(10, 10),
    find: health,
    matches: &["A123456780"],
    misses: &["A123456781", "A12345678", "1123456780"],
};

const TAX_NUMBER: Detector = Detector {
    id: "de_tax_number",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 3).groups(3),
    find: tax_number,
    matches: &["181/815/08155", "left over: 669/750/15602"],
    misses: &["181/815/0815", "120/340/12000 ms", "181-815-08155", "1181/815/08155", "181/815/08155/2"],
};

const REGISTER: Detector = Detector {
    id: "de_register",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 6),
    find: register,
    matches: &["HRB 123456", "this was about HRA 3795 again", "HRB 12345 B"],
    misses: &["HRB 12", "hrb 123456", "HRC 123456", "CHRB 123456", "HRB 12345678"],
};

const PENSION_GROUPED: Detector = Detector {
    id: "de_pension_grouped",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 2).groups(2),
    find: pension_grouped,
    matches: &["65 180539 W 001", "this was about 65 180539 W 001 again"],
    misses: &["65 180539 W 002", "65 181339 W 001", "65 180539 001", "65 180539 W 0011"],
};

const VAT: Detector = Detector {
    id: "de_vat",
    trigger: Trigger::Mixed,
    needs: Needs::len(11, 11),
    find: vat,
    matches: &["DE136695976", "see DE136695976"],
    misses: &["DE136695977", "DE13669597", "FR136695976", "DE1366959761"],
};

const PLATE: Detector = Detector {
    id: "de_plate",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 4),
    find: plate,
    matches: &["reconciliation stopped at M-KR 3906", "HH-NM 5932", "see B-VN 4167."],
    misses: &["X-RAY 3906", "ID-AB 1234", "M-KR 39061", "m-kr 3906", "M-KR-3906", "API-M-KR 3906", "B-VN 0417", "S-OK 200", "DE-EN 2024"],
};

/// Districts of the larger towns and counties (Fahrzeug-Zulassungsverordnung, annex 1), where most vehicles are.
#[rustfmt::skip]
const DISTRICTS: &[&str] = &[
    "A", "AA", "AB", "AC", "AK", "AM", "AN", "AÖ", "AS", "AW", "AZ", "B", "BA", "BB", "BC", "BI", "BL", "BM", "BN", "BO", "BOR", "BOT", "BRB", "BS", "BT", "BZ", "C", "CB", "CE", "CLP", "CO", "COE", "CUX", "D", "DA", "DAH", "DD", "DE", "DEL", "DH", "DN", "DO", "DU", "DÜW",
    "E", "EBE", "ED", "EF", "EI", "EL", "EM", "EMD", "EN", "ER", "ERB", "ERH", "ES", "ESW", "EU", "F", "FB", "FD", "FDS", "FFB", "FL", "FN", "FO", "FR", "FRG", "FS", "FT", "FÜ", "G", "GAP", "GE", "GER", "GF", "GG", "GI", "GL", "GM", "GÖ", "GP", "GR", "GS", "GT", "GTH", "H", "HA", "HAL", "HAM", "HB",
    "HD", "HDH", "HE", "HEF", "HEI", "HER", "HF", "HG", "HGW", "HH", "HI", "HK", "HL", "HM", "HN", "HO", "HOL", "HOM", "HP", "HR", "HRO", "HS", "HSK", "HST", "HU", "HX", "IGB", "IK", "IN", "IZ", "J", "JL", "K", "KA", "KB", "KC", "KE", "KF", "KI", "KL", "KLE", "KN", "KO", "KR", "KS", "KT", "KU", "KÜN",
    "L", "LA", "LAU", "LB", "LD", "LDK", "LER", "LEV", "LG", "LI", "LIP", "LL", "LM", "LÖ", "LU", "LWL", "M", "MA", "MB", "MD", "ME", "MEI", "MG", "MI", "MIL", "MK", "MKK", "MM", "MN", "MO", "MOS", "MR", "MS", "MTK", "MÜ", "MYK", "MZ", "N", "NB", "ND", "NE", "NEA", "NES", "NEW", "NF", "NI", "NK", "NM", "NMS",
    "NOH", "NOM", "NR", "NU", "NW", "OA", "OAL", "OB", "OD", "OE", "OF", "OG", "OH", "OHZ", "OL", "OS", "P", "PA", "PAF", "PAN", "PB", "PE", "PF", "PI", "PIR", "PLÖ", "PM", "PS", "R", "RA", "RD", "RE", "RO", "RT", "RV", "RW", "RZ", "S", "SB", "SC", "SE", "SG", "SHA", "SI", "SK", "SLS", "SN", "SO", "SP",
    "SR", "ST", "STA", "STD", "SU", "SW", "SZ", "TBB", "TR", "TS", "TÖL", "TÜ", "TUT", "UE", "UL", "UN", "V", "VB", "VEC", "VER", "VIE", "VK", "VR", "VS", "W", "WAF", "WB", "WE", "WES", "WF", "WHV", "WI", "WL", "WM", "WN", "WO", "WOB", "WT", "WTM", "WÜ", "WUN", "WUP", "WW", "Z", "ZW",
];

/// Letters behind a dash that are a word.
const NO_SERIES: &[&[u8]] = &[b"OK", b"ID", b"NO", b"NR", b"EN", b"UN", b"XX", b"ON", b"UP", b"US", b"UK", b"EU", b"TX", b"DB", b"IP", b"KO", b"KU"];

fn plate(spot: &Spot<'_>) -> Option<Found> {
    let digits = spot.groups.first()?.len();
    if !(2..=4).contains(&digits) || spot.joined != 0 || spot.before() != b' ' || spot.byte(spot.at) == b'0' {
        return None;
    }
    let before = spot.text.get(..spot.at - 1)?;
    let letters = before.iter().rev().take(3).take_while(|byte| byte.is_ascii_uppercase()).count();
    if NO_SERIES.iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let head = before.get(..before.len() - letters)?.strip_suffix(b"-")?;
    let start = head.iter().rposition(|byte| !is_word(*byte)).map_or(0, |sign| sign + 1);
    let district = std::str::from_utf8(head.get(start..)?).ok()?;
    let alone = start == 0 || matches!(head[start - 1], b' ' | b'"' | b'\'' | b'(' | b'=' | b',' | b';' | b'>' | b'\n' | b'\t');
    let end = spot.end;
    let goes_on = is_word(spot.byte(end)) || (matches!(spot.byte(end), b'-' | b'.' | b'/' | b':') && is_word(spot.byte(end + 1)));
    ((1..=2).contains(&letters) && alone && !goes_on && DISTRICTS.contains(&district)).then(|| Found::strong(start, end, Device))?
}

/// Counters stand so too, but for the unit behind them.
fn tax_number(spot: &Spot<'_>) -> Option<Found> {
    let (_, end) = grouped(spot, &[3, 3, 5], b"//")?;
    (spot.before() != b'/' && spot.byte(end) != b'/' && !window::is_measured(spot.text, end)).then(|| Found::strong(spot.at, end, NationalId))?
}

fn register(spot: &Spot<'_>) -> Option<Found> {
    let (_, end) = [3, 4, 5, 6].iter().find_map(|&len| grouped(spot, &[len], b""))?;
    let before = spot.text.get(..spot.at)?;
    let start = spot.at.checked_sub(4)?;
    let named = before.ends_with(b"HRB ") || before.ends_with(b"HRA ");
    let whole = start == 0 || !is_word(spot.byte(start - 1));
    (named && whole).then(|| Found::strong(start, end, NationalId))?
}

fn pension_grouped(spot: &Spot<'_>) -> Option<Found> {
    if spot.shape::<2>() != Some([2, 6]) || !spot.joined_by(2, b' ') {
        return None;
    }
    let end = spot.end_of(2);
    let &[b' ', letter, b' ', first, second, third] = spot.text.get(end..end + 6)? else { return None };
    let mut word = [0; 12];
    word[..8].copy_from_slice(spot.digits(2)?.as_slice());
    word[8..].copy_from_slice(&[letter.to_ascii_uppercase(), first, second, third]);
    (is_pension(&word) && !is_word(spot.byte(end + 6))).then(|| Found::strong(spot.at, end + 6, NationalId))?
}

fn vat(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 11] = super::capitals(spot)?;
    (word.starts_with(b"DE") && word[2..].iter().all(u8::is_ascii_digit) && checksum::iso_7064_11_10(&word[2..]))
        .then(|| Found::strong(spot.at, spot.end, NationalId))?
}

fn tax_id(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[11], b"").or_else(|| grouped(spot, &[2, 3, 3, 3], b"   "))?;
    let digits = digits.as_slice();
    let most = (b'0'..=b'9').map(|digit| digits[..10].iter().filter(|&&other| other == digit).count()).max()?;
    (digits[0] != b'0' && (2..=3).contains(&most) && checksum::iso_7064_11_10(digits)).then(|| Found::strong(spot.at, end, NationalId))?
}

fn pension(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 12] = super::capitals(spot)?;
    is_pension(&word).then(|| Found::strong(spot.at, spot.end, NationalId))?
}

/// Area, day, month and year, letter, serial and check.
fn is_pension(word: &[u8; 12]) -> bool {
    if !word[..8].iter().chain(&word[9..]).all(u8::is_ascii_digit) || !word[8].is_ascii_uppercase() || !is_day_month(&word[2..4], &word[4..6]) {
        return false;
    }
    let letter = word[8] - b'A' + 1;
    let mut digits = [0; 12];
    digits[..8].copy_from_slice(&word[..8]);
    (digits[8], digits[9]) = (b'0' + letter / 10, b'0' + letter % 10);
    digits[10..].copy_from_slice(&word[9..11]);
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sum: u32 =
        digits.iter().zip(weights).map(|(&digit, weight)| checksum::value(digit) * weight).map(|product| product / 10 + product % 10).sum();
    sum % 10 == checksum::value(word[11])
}

fn health(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 10] = super::capitals(spot)?;
    if !word[0].is_ascii_uppercase() || !word[1..].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let letter = word[0] - b'A' + 1;
    let mut digits = [b'0' + letter / 10, b'0' + letter % 10, 0, 0, 0, 0, 0, 0, 0, 0];
    digits[2..].copy_from_slice(&word[1..9]);
    let sum: u32 =
        digits.iter().zip([1, 2].into_iter().cycle()).map(|(&digit, weight)| checksum::value(digit) * weight).map(|p| p / 10 + p % 10).sum();
    (sum % 10 == checksum::value(word[9])).then(|| Found::strong(spot.at, spot.end, NationalId))?
}
