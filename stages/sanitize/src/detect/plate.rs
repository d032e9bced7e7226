//! Number plates of vehicles behind the words that name them.
//!
//! Format: four to ten letters and digits, both of them, in up to four groups: `AB12 CDE`, `B-MW 1234`, `MH12AB1234`, `12-GRT-3`. There is no check digit
//! anywhere, so a name must stand before it. Those of a country that has its own shape are found without a name by its pack.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    is_word,
};

/// A plate that begins with a word of letters and digits.
pub(crate) const PLATE_MIXED: Detector = Detector {
    id: "plate_mixed",
    trigger: Trigger::Mixed,
    needs: Needs::named(1, Needs::MAX),
    find: find_mixed,
    matches: &[
        "registration plate: CR72 ZJC not found",
        "number plate on file is MH04JH4202, please",
        "vrm=lk19abc",
        "targa AB123CD",
        "vehicle registration DL3CAB1234",
    ],
    misses: &[
        "AB12 CDE",
        "plate version2 of",
        "registration id 4a5f6c7d8e9f0a1b2c3d",
        "registration step2 done",
        "vehicle no 3 of 5",
        "number plate camera2 offline",
    ],
};

/// One whose letters are words of their own.
pub(crate) const PLATE: Detector = Detector {
    id: "plate",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 4).before(b" -").or(Needs::named(1, 4)),
    find,
    matches: &[
        "Kennzeichen B-MW 1234",
        "Kfz-Kennzeichen: KA-WD 3621",
        "kennzeichen GÖ-ZC 502",
        "license plate ABC-1234",
        "reg. no. KA 05 MJ 1234",
        "kenteken GB-123-X",
        "immatriculation AB-123-CD",
        "kenteken 12-GRT-3",
        "Kennzeichen Hh-uN 6358",
    ],
    misses: &["B-MW 1234", "Kennzeichen 3", "license plate 2026-11-20", "plate 12 of 40", "kennzeichen ok 12345678"],
};

#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "number plate", "numberplate", "registration plate", "licence plate", "license plate", "reg plate", "car plate", "vehicle plate", "plate no", "plate number", "vrm", "vrn", "registration mark",
    "vehicle registration", "vehicle reg", "vehicle no", "vehicle number", "car registration", "car reg", "reg no", "registration no", "registration number",
    "kennzeichen", "kfz kennzeichen", "amtliches kennzeichen", "autokennzeichen", "nummernschild", "kontrollschild", "immatriculation", "plaque d'immatriculation", "numéro d'immatriculation", "targa", "matrícula",
    "placa", "kenteken", "nr rejestracyjny", "numer rejestracyjny", "registreringsnummer", "registreringsnr", "rekisterinumero", "rekisteritunnus",
];

fn find_mixed(spot: &Spot<'_>) -> Option<Found> {
    cue::behind(spot, List::Plate)?;
    whole(spot.text, spot.at)
}

fn find(spot: &Spot<'_>) -> Option<Found> {
    if spot.groups.first()?.len() > 4 || spot.joined != 0 {
        return None;
    }
    if cue::behind(spot, List::Plate).is_some() {
        return whole(spot.text, spot.at);
    }
    if spot.bare {
        return None;
    }
    // `KA-WD 3621`: back over one or two groups of letters.
    let mut start = spot.at;
    for _ in 0..2 {
        let Some(&sign) = spot.text.get(start.wrapping_sub(1)).filter(|sign| matches!(sign, b' ' | b'-')) else { break };
        let letters = spot.text.get(..start - 1)?.iter().rev().take(5).take_while(|&&byte| is_word(byte)).count();
        if !(1..=4).contains(&letters) {
            break;
        }
        start = start - 1 - letters;
        if (sign == b'-' || start < spot.at) && cue::is_behind(spot.text, start, List::Plate) {
            return whole(spot.text, start);
        }
    }
    None
}

/// The plate that begins at `at`.
fn whole(text: &[u8], at: usize) -> Option<Found> {
    let (mut end, mut letters, mut digits) = (at, 0, 0);
    for group in 0..4 {
        let start = if group == 0 { at } else { end + 1 };
        if group > 0 && !matches!(text.get(end), Some(b' ' | b'-')) {
            break;
        }
        let word = text.get(start..)?;
        let word = &word[..word.iter().take(12).take_while(|&&byte| is_word(byte)).count()];
        let (own_digits, own_letters) = (word.iter().filter(|byte| byte.is_ascii_digit()).count(), letter_count(word));
        // The text goes on: a word behind a blank that is no group of capitals.
        let blank = group > 0 && text[end] == b' ';
        let goes_on = blank
            && own_digits == 0
            && (own_letters > 3 || (word.iter().all(u8::is_ascii_lowercase) && !text[at..end].iter().any(u8::is_ascii_lowercase)));
        if word.is_empty() || goes_on || letters + digits + own_letters + own_digits > 10 || (own_letters > 5 && own_digits == 0) {
            break;
        }
        // Enough is there: what follows a blank belongs to it only while it is small.
        if blank && letters + digits >= 6 && letters > 0 && digits > 0 && (own_digits == 0 || letters + digits >= 8) {
            break;
        }
        (end, letters, digits) = (start + word.len(), letters + own_letters, digits + own_digits);
    }
    // `camera2` is a word.
    let small = text[at..end].iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let sound = (small == 0 || digits >= 2 && small <= 5)
        && (4..=10).contains(&(letters + digits))
        && (1..=7).contains(&letters)
        && (1..=6).contains(&digits);
    (sound && !text.get(end).is_some_and(|&byte| is_word(byte))).then(|| Found::by_cue(at, end, PiiClass::Device))?
}

/// Letters, those of two bytes once.
fn letter_count(word: &[u8]) -> usize {
    word.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0xC0).count()
}
