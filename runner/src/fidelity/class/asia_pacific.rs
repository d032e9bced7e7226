//! Identifiers of India, Australia and Singapore.

use schemas::pii::Locale;

use super::{ABOUT_IDS, Class, Fit, Need, PLAIN, TYPED, TYPED_ANY_CASE};
use crate::fidelity::checks::{gstin, nric_letter, to_ten, verhoeff, weighted};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::Value;

const BARE: &[&str] =
    &["duplicate entry {v} in onboarding batch", "no match for {v} at the bureau", "e-KYC of {v} timed out", "record of {v} was merged"];
const LOCAL: Class = Class { need: Need::Locale, frames: ABOUT_IDS, fit: TYPED, ..PLAIN };
const CODE_ANY_CASE: Fit = Fit { key: true, typed: false, case: true, prose: true };

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "in-aadhaar",
        title: "Indian Aadhaar",
        keys: &["aadhaar", "aadhaar_number", "aadhaar_no"],
        words: &["Aadhaar", "Aadhaar number", "UID"],
        frames: ABOUT_IDS,
        fit: TYPED,
        make: |prng| {
            let body = format!("{}{}", prng.of("23456789", 1), prng.any_digits(10));
            Value::grouped(&format!("{body}{}", verhoeff(&body)), &[4, 4, 4], " ", true)
        },
        ..PLAIN
    },
    Class {
        id: "in-pan",
        title: "Indian permanent account number",
        keys: &["pan_number", "income_tax_pan", "permanent_account_number"],
        words: &["PAN", "permanent account number", "income tax PAN"],
        frames: ABOUT_IDS,
        bare: BARE,
        fit: TYPED_ANY_CASE,
        make: |prng| Value::plain(permanent_account(prng)),
        ..PLAIN
    },
    Class {
        id: "in-gstin",
        title: "Indian GSTIN",
        locale: Some(Locale::In),
        keys: &["gstin", "gst_number"],
        words: &["GSTIN", "GST number"],
        bare: BARE,
        fit: CODE_ANY_CASE,
        make: |prng| {
            let body = format!("{:02}{}{}Z", prng.between(1, 37), permanent_account(prng), prng.of("123456789", 1));
            let check = gstin(&body);
            Value::plain(format!("{body}{check}"))
        },
        ..LOCAL
    },
    Class {
        id: "in-voter",
        title: "Indian voter id",
        locale: Some(Locale::In),
        keys: &["voter_id", "epic_number"],
        words: &["voter ID", "EPIC number"],
        fit: CODE_ANY_CASE,
        make: |prng| Value::plain(format!("{}{}", prng.of("ABCDGJKLMNSTWXYZ", 3), prng.digits(7))),
        ..LOCAL
    },
    Class {
        id: "in-passport",
        title: "Indian passport",
        locale: Some(Locale::In),
        keys: &["passport_number", "passport_no", "indian_passport"],
        words: &["passport", "passport number"],
        fit: CODE_ANY_CASE,
        make: |prng| Value::plain(format!("{}{}", prng.of("JKLMNPRSTUVZ", 1), prng.digits(7))),
        ..LOCAL
    },
    Class {
        id: "in-vehicle",
        title: "Indian vehicle registration",
        locale: Some(Locale::In),
        keys: &["vehicle_registration", "vehicle_registration_number", "registration_plate"],
        words: &["vehicle registration", "registration plate", "number plate"],
        fit: CODE_ANY_CASE,
        make: |prng| {
            Value::plain(format!(
                "{}{:02}{}{}",
                prng.one(&["KA", "MH", "DL", "TN", "GJ"]),
                prng.between(1, 55),
                prng.of("ABCDEFGHJKLMNPRSTUVWXYZ", 2),
                prng.digits(4)
            ))
        },
        ..LOCAL
    },
    Class {
        id: "au-tfn",
        title: "Australian tax file number",
        locale: Some(Locale::Au),
        keys: &["tfn", "tax_file_number"],
        words: &["TFN", "tax file number"],
        make: |prng| loop {
            let body = prng.digits(8);
            // The last weight is 10, which is -1 modulo 11: the digit is the sum of the others.
            let check = weighted(&body, &[1, 4, 3, 7, 5, 8, 6, 9]) % 11;
            if check < 10 {
                return Value::grouped(&format!("{body}{check}"), &[3, 3, 3], " ", true);
            }
        },
        ..LOCAL
    },
    Class {
        id: "au-abn",
        title: "Australian business number",
        locale: Some(Locale::Au),
        keys: &["abn", "business_number"],
        words: &["ABN", "Australian business number"],
        make: |prng| {
            // The two leading digits make the sum a multiple of 89 (after one is taken from the first).
            let body = prng.any_digits(9);
            let rest = weighted(&body, &[3, 5, 7, 9, 11, 13, 15, 17, 19]);
            let lead = (10..=99_u32).find(|lead| ((lead / 10 - 1) * 10 + lead % 10 + rest).is_multiple_of(89)).unwrap_or(10);
            Value::grouped(&format!("{lead}{body}"), &[2, 3, 3, 3], " ", true)
        },
        ..LOCAL
    },
    Class {
        id: "au-acn",
        title: "Australian company number",
        locale: Some(Locale::Au),
        keys: &["acn", "company_number"],
        words: &["ACN", "Australian company number"],
        make: |prng| {
            let body = prng.any_digits(8);
            Value::grouped(&format!("{body}{}", to_ten(weighted(&body, &[8, 7, 6, 5, 4, 3, 2, 1]))), &[3, 3, 3], " ", true)
        },
        ..LOCAL
    },
    Class {
        id: "au-medicare",
        title: "Australian Medicare number",
        locale: Some(Locale::Au),
        keys: &["medicare_number", "medicare", "medicare_card"],
        words: &["Medicare number", "Medicare card"],
        make: |prng| {
            let body = format!("{}{}", prng.of("23456", 1), prng.any_digits(7));
            let check = weighted(&body, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
            Value::grouped(&format!("{body}{check}{}", prng.between(1, 9)), &[4, 5, 1], " ", true)
        },
        ..LOCAL
    },
    Class {
        id: "sg-nric",
        title: "Singapore NRIC and FIN",
        locale: Some(Locale::Sg),
        keys: &["nric", "fin_number", "nric_fin"],
        words: &["NRIC", "FIN", "NRIC/FIN"],
        bare: BARE,
        fit: TYPED_ANY_CASE,
        swift: &[":50F:NIDN/SG/{v}\n1/ACME TRADING PTE"],
        make: |prng| {
            let (series, digits) = (prng.one(&['S', 'T', 'F', 'G']), prng.any_digits(7));
            Value::plain(format!("{series}{digits}{}", nric_letter(series, &digits)))
        },
        ..LOCAL
    },
    Class {
        id: "sg-uen",
        title: "Singapore entity number",
        locale: Some(Locale::Sg),
        keys: &["uen", "entity_number"],
        words: &["UEN", "unique entity number"],
        fit: CODE_ANY_CASE,
        make: uen,
        ..LOCAL
    },
];

fn permanent_account(prng: &mut Prng) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    format!("{}{}{}{}{}", prng.of(letters, 3), prng.of("ABCFGHLJPTK", 1), prng.of(letters, 1), prng.any_digits(4), prng.of(letters, 1))
}

/// A local company registered in a year: the year, five digits and a check letter (ACRA).
fn uen(prng: &mut Prng) -> Value {
    let body = format!("{}{}", prng.between(1992, 2024), prng.any_digits(5));
    let sum = weighted(&body, &[10, 8, 6, 4, 9, 7, 5, 3, 1]);
    let letter = char::from(b"ZKCMDNERGWH"[(sum % 11) as usize]);
    Value::plain(format!("{body}{letter}"))
}
