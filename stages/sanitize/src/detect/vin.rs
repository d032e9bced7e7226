//! Vehicle identification numbers (ISO 3779).
//!
//! Format: 17 letters and digits without I, O and Q. Checksum: in North America the ninth place (49 CFR 565.15), elsewhere free. Context: a word for a
//! vehicle, or the checksum and letters and digits both.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A vehicle identification number.
pub(crate) const VIN: Detector = Detector {
    id: "vin",
    trigger: Trigger::Mixed,
    needs: Needs::named(17, 17),
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
    ],
    misses: &[
        "1HGCM82633A004353",
        "WVWZZZ1JZXW000001",
        "vin IOQ00000000000001",
        "vin 1HGCM82633A00435",
        "vin deadbeefdeadbeefd",
        "vehicle abcdefghijklmnopr",
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
    cue::behind(spot, List::Vehicle).and_then(|_| Found::by_cue(spot.at, spot.end, PiiClass::Device))
}
