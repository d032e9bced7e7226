//! Vehicle identification numbers (ISO 3779).
//!
//! Format: 17 letters and digits without I, O and Q. Checksum: in North America the ninth place (49 CFR 565.15), elsewhere free. Context: a word for a
//! vehicle, or the checksum and letters and digits both.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};
use crate::scan::context::Cues;

/// A vehicle identification number.
pub(crate) const VIN: Detector = Detector {
    id: "vin",
    trigger: Trigger::Mixed,
    needs: Needs::len(17, 17),
    find,
    matches: &[
        "VIN 1HGCM82633A004352",
        "vehicle WVWZZZ1JZXW000001",
        "chassis no. WVWZZZ1JZXW000001",
        "VIN '1ftmg9119t1rxtycn' failed",
        "Fahrgestellnummer (VIN) 1FTW9FA24WFGCNDDB",
        "FIN: WVWZZZ1JZXW000001",
        "numéro de châssis WVWZZZ1JZXW000001",
        "bastidor WVWZZZ1JZXW000001",
        "telaio WVWZZZ1JZXW000001",
        "LIEN_ADD|1HGCM82633A004352|2003",
    ],
    misses: &[
        "1HGCM82633A004353",
        "WVWZZZ1JZXW000001",
        "vin IOQ00000000000001",
        "vin 1HGCM82633A00435",
        "vin deadbeefdeadbeefd",
        "vehicle abcdefghijklmnopr",
        "id 11111111111111111",
        "id 1hgcm82633a004352",
        "trace 1HGCM82633A004352 done",
    ],
};

#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "vin", "vehicle", "chassis", "car", "fin", "fahrgestellnummer", "fahrgestell", "fahrgestell nr", "fahrzeugidentnummer", "fahrzeug ident nr", "fahrzeugidentifizierungsnummer", "châssis", "numéro de châssis",
    "numéro de série", "numero de bastidor", "bastidor", "telaio", "numero di telaio", "chassisnummer", "chassi", "numer vin", "numer nadwozia", "chassinummer", "understellsnummer", "runkonumero", "şasi no", "alvázszám", "vehicle identification",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word: &[u8; 17] = spot.word().try_into().ok()?;
    let shaped = word.iter().all(|byte| byte.is_ascii_alphanumeric() && !b"IOQ".contains(&byte.to_ascii_uppercase()));
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    if !shaped || !(3..=15).contains(&digits) {
        return None;
    }
    if cue::behind(spot, List::Vehicle).is_some() {
        return Found::by_cue(spot.at, spot.end, PiiClass::Device);
    }
    (is_north_american(word) && !spot.near().nearest.any(Cues::MEASURE)).then(|| Found::strong(spot.at, spot.end, PiiClass::Device))?
}

/// Whether the number is one of North America by all that 49 CFR 565.15 says: where it was built, the serial number of five digits at least, the check.
fn is_north_american(word: &[u8; 17]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'H' => u32::from(byte - b'A') + 1,
        b'J'..=b'R' => u32::from(byte - b'J') + 1,
        _ => u32::from(byte - b'S') + 2,
    };
    let letters = word.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    // Digests have no other letters than hexadecimal ones.
    let lettered = letters >= 3 && word.iter().any(|byte| *byte > b'F');
    let placed = matches!(word[0], b'1'..=b'5') && lettered && word[12..].iter().all(u8::is_ascii_digit);
    let sum: u32 = word.iter().zip(WEIGHTS).map(|(&byte, weight)| value(byte) * weight).sum();
    let check = if sum % 11 == 10 { b'X' } else { b'0' + (sum % 11) as u8 };
    placed && !word.iter().any(u8::is_ascii_lowercase) && word[8] == check
}
