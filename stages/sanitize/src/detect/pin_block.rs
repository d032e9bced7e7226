//! Encrypted PIN blocks (ISO 9564-1): 16 hexadecimal digits behind the words that name them; data element 52 of ISO 8583. PCI DSS 3.3 forbids to keep
//! them, so they are dropped.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A PIN block with letters in it.
pub(crate) const PIN_BLOCK: Detector = Detector {
    id: "pin_block",
    trigger: Trigger::Mixed,
    needs: Needs::len(16, 21),
    find,
    matches: &[
        "pinblock 0412AC89ABCDEF67",
        "PIN block: 0412ac89abcdef67",
        "DE52=0412AC89ABCDEF67",
        "[052] AD5E47BE0F39B9EA",
        "{\"mti\":\"0200\",\"52\":\"18C9581FB44720D3\"",
        "PIN data (DE 52) 18C9581FB44720D3",
        "encrypted PIN: 18C9581FB44720D3",
        "F052: 18C9581FB44720D3",
        "003:011000 052:AD5E47BE0F39B9EA 060:017",
        "<field id=\"52\">18C9581FB44720D3</field>",
        "AAB \\1c00015000\\1c7EAED1006ADDF863",
        "00015000\\x1C7EAED1006ADDF863\\x1c",
        "00015000<FS>7EAED1006ADDF863",
    ],
    misses: &[
        "0412AC89ABCDEF67",
        "pin 0412AC89ABCDEF6",
        "block 0412AC89ABCDEF67",
        "[053] AD5E47BE0F39B9EA",
        "003:011000 053:AD5E47BE0F39B9EA 060:017",
        "trace 52 AD5E47BE0F39B9EA",
        "mac 052F AD5E47BE0F39B9EA",
        "\\1c7EAED1006ADDF86",
        "\\1c7eaed1006addf863",
    ],
};

/// One of digits alone.
pub(crate) const PIN_BLOCK_DIGITS: Detector = Detector {
    id: "pin_block_digits",
    trigger: Trigger::Digits,
    needs: Needs::named(16, 16),
    find,
    matches: &["pin block 0412345678901234"],
    misses: &["0412345678901234", "pin block 04123"],
};

pub(super) const NAMES: &[&str] = &[
    "pinblock",
    "pin block",
    "epb",
    "de52",
    "de 52",
    "field 52",
    "f52",
    "052",
    "f052",
    "de052",
    "bit 52",
    "p52",
    "p 52",
    "element 52",
    "pin data",
    "encrypted pin",
    "pin",
    "pinblk",
    "pin blk",
    "epin",
    "pblk",
    "52",
];

/// A block behind the separator of fields of an NDC or DDC message: the byte 1C, or how logs write it.
fn behind_separator(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    let head = spot.text.get(..spot.at)?;
    // The code of the separator is read as a part of the word: `\\1c7EAE...`.
    let code = match word.len() {
        16 if head.ends_with(b"\x1c") || head.ends_with(b"<FS>") || head.ends_with(b"[FS]") => 0,
        18 if head.ends_with(b"\\") && word[..2].eq_ignore_ascii_case(b"1c") => 2,
        19 if head.ends_with(b"\\") && word[..3].eq_ignore_ascii_case(b"x1c") => 3,
        21 if head.ends_with(b"\\") && word[..5].eq_ignore_ascii_case(b"u001c") => 5,
        _ => return None,
    };
    let block = &word[code..];
    let hex = block.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'));
    (hex && block.iter().any(u8::is_ascii_uppercase)).then(|| Found::strong(spot.at + code, spot.end, PiiClass::Secret))?
}

/// Whether the number of the element stands alone before its colon: `003:011000 052:`, one to a line maybe.
fn is_element(before: &[u8]) -> bool {
    before.strip_suffix(b"052:").is_some_and(|head| head.last().is_none_or(|&byte| byte <= b' ' || b";,{[|".contains(&byte)))
}

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    if let Some(found) = behind_separator(spot) {
        return Some(found);
    }
    if word.len() != 16 || !word.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let name = cue::behind(spot, List::PinBlock)?;
    // Numbers alone are names only where they are written as those of data elements.
    let before = spot.text.get(..spot.at)?;
    let element = match name {
        "052" => before.ends_with(b"] ") || before.ends_with(b"]") || before.ends_with(b"=") || before.ends_with(b": ") || is_element(before),
        "52" => [&b"\"52\":\""[..], b"\"52\": \"", b"\\\"52\\\":\\\"", b"[52] ", b"[52]", b"'52': '", b"\"52\">", b"\"52\" value=\"", b"'52'>"]
            .iter()
            .any(|shape| before.ends_with(shape)),
        _ => true,
    };
    element.then(|| Found::by_cue(spot.at, spot.end, PiiClass::Secret))?
}
