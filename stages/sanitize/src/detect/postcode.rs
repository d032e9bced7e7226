//! Postcodes by the words that name them: 4-6 digits, ZIP+4, UK (BS 7666), Canada (`K1A 0B1`), Netherlands (`1012 AB`).

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A postcode that begins with digits.
pub(crate) const POSTCODE: Detector = Detector {
    id: "postcode",
    trigger: Trigger::Digits,
    needs: Needs::named(2, 6),
    find,
    matches: &[
        "zip 90210",
        "ZIP code: 90210-1234",
        "PLZ 10115",
        "postcode 1012 AB",
        "code postal 75002",
        "PO Box 441, Springfield",
        "P.O. Box 4410",
        "Postfach 1204",
        "郵便番号 100-0001",
    ],
    misses: &["90210", "zip file 90210", "unzip 90210 bytes", "zip 123", "post box of 44 items", "inbox 441", "postcode took 90210"],
};

/// One that begins with letters.
pub(crate) const POSTCODE_MIXED: Detector = Detector {
    id: "postcode_mixed",
    trigger: Trigger::Mixed,
    needs: Needs::named(2, 8),
    find: find_mixed,
    matches: &["postcode NW1 6XE", "post code: SW1A1AA", "postal code K1A 0B1"],
    misses: &["NW1 6XE", "postcode lookup2", "zip v2"],
};

#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "zip", "zip code", "zipcode", "postcode", "post code", "postal code", "postal", "plz", "postleitzahl", "code postal", "código postal", "codigo postal", "cap", "cep",
    "po box", "p.o box", "p o box", "postfach", "postbus", "boîte postale", "apartado de correos", "apdo correos", "casella postale", "skrytka pocztowa", "postboks", "postbox", "codice postale", "cod postal", "kod poczt", "psč", "irányítószám", "postinumero", "почтовый индекс", "индекс", "郵便番号", "邮编",
    "pin code", "pincode", "kod pocztowy", "postnummer", "eircode",
];

/// Boxes of post offices, which have few digits.
const BOXES: &[&str] = &[
    "po box",
    "p.o box",
    "p o box",
    "postfach",
    "postbus",
    "boîte postale",
    "apartado de correos",
    "apdo correos",
    "casella postale",
    "skrytka pocztowa",
    "postboks",
    "postbox",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let mut end = spot.end;
    if !(2..=6).contains(&(spot.end - spot.at)) {
        return None;
    }
    let name = cue::behind(spot, List::Postcode)?;
    let halves = matches!(spot.shape::<2>(), Some([2, 3] | [3, 4])) && spot.groups[1].separator == b'-';
    if spot.end - spot.at < 4 && !halves && !BOXES.contains(&name) {
        return None;
    }
    if matches!(spot.shape::<2>(), Some([5, 4] | [2, 3] | [3, 4])) && spot.groups[1].separator == b'-' {
        end = spot.end_of(2);
    } else if matches!(spot.text.get(end..end + 3), Some([b' ', a, b]) if a.is_ascii_uppercase() && b.is_ascii_uppercase())
        && !super::is_word(spot.byte(end + 3))
    {
        end += 3;
    }
    Found::by_cue(spot.at, end, PiiClass::Address)
}

fn find_mixed(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    if !(2..=8).contains(&word.len()) || word.iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    cue::behind(spot, List::Postcode)?;
    let inward = spot.text.get(spot.end..spot.end + 4);
    let second = matches!(inward, Some([b' ', digit, a, b]) if digit.is_ascii_digit() && a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric());
    let end = if second && !super::is_word(spot.byte(spot.end + 4)) { spot.end + 4 } else { spot.end };
    (end > spot.end || word.len() >= 5).then(|| Found::by_cue(spot.at, end, PiiClass::Address))?
}
