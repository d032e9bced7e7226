//! Identifiers of the United Kingdom.

use super::{ABOUT_IDS, Class, Fit, Need, PLAIN, TYPED, TYPED_ANY_CASE};
use crate::fidelity::checks::nhs;
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Proof, Value};

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "uk-nino",
        title: "UK national insurance number",
        keys: &["nino", "national_insurance_number", "ni_number"],
        words: &["NINO", "national insurance number", "NI number"],
        frames: ABOUT_IDS,
        bare: &["PAYE submission for {v} rejected", "duplicate entry {v} in onboarding batch", "no contributions found for {v}"],
        fit: TYPED_ANY_CASE,
        swift: &[":50F:NIDN/GB/{v}\n1/ACME TRADING LTD"],
        make: nino,
        ..PLAIN
    },
    Class {
        id: "uk-nhs",
        title: "NHS number",
        need: Need::Should,
        keys: &["nhs_number", "nhs_no", "nhs"],
        words: &["NHS number", "NHS no."],
        frames: ABOUT_IDS,
        fit: TYPED,
        make: |prng| loop {
            let body = prng.digits(9);
            if let Some(check) = nhs(&body) {
                return Value::grouped(&format!("{body}{check}"), &[3, 3, 4], " ", true);
            }
        },
        ..PLAIN
    },
    Class {
        id: "uk-driving-licence",
        title: "UK driving licence",
        need: Need::Should,
        keys: &["driving_licence", "driving_licence_number", "dvla_licence"],
        words: &["driving licence", "driving licence number"],
        frames: ABOUT_IDS,
        fit: TYPED_ANY_CASE,
        make: |prng| {
            let month = prng.between(1, 12) + if prng.once_in(2) { 50 } else { 0 };
            let name = prng.one(&["FAIRW", "AINSW", "DUNMO", "LLEWE", "FOX99", "SEDGW", "PENHA"]);
            let initials = prng.one(&["RA", "B9", "IM", "TJ", "G9"]);
            let text =
                format!("{name}{}{month:02}{:02}{}{initials}{}", prng.between(5, 9), prng.between(1, 28), prng.any_digits(1), prng.of("9ABC", 1));
            Value::plain(format!("{text}{}", prng.of("ABCDEFGHJKLM", 2)))
        },
        ..PLAIN
    },
    Class {
        id: "uk-passport",
        title: "UK passport",
        need: Need::Should,
        keys: &["passport_number", "passport_no", "uk_passport"],
        words: &["passport", "passport number"],
        frames: ABOUT_IDS,
        fit: TYPED_ANY_CASE,
        swift: &[":50F:CCPT/GB/{v}\n1/ACME TRADING LTD"],
        make: |prng| Value::plain(format!("{}{}", prng.of("ABCDEGHJKL", 2), prng.any_digits(7))),
        ..PLAIN
    },
    Class {
        id: "uk-postcode",
        title: "UK postcode",
        need: Need::Should,
        keys: &["postcode", "post_code", "postal_code"],
        words: &["postcode", "post code"],
        frames: &[
            "{w} {v} is not covered by same-day delivery",
            "no branch near {w} {v}",
            "AVS: {w} {v} does not match",
            "{w}: {v} unknown to the gazetteer",
        ],
        fit: Fit { key: false, typed: false, case: true, prose: true },
        make: |prng| {
            let outward = match prng.below(3) {
                0 => format!("{}{}", prng.one(&["M", "B", "G", "L"]), prng.between(1, 99)),
                1 => format!("{}{}", prng.one(&["LS", "EH", "BA", "NR", "SW"]), prng.between(1, 29)),
                _ => format!("{}{}{}", prng.one(&["EC", "W", "SW"]), prng.between(1, 4), prng.of("AEHM", 1)),
            };
            let text = format!("{outward} {}{}", prng.any_digits(1), prng.of("ABDEFGHJLNPQRSTUWXYZ", 2));
            Value { proof: Proof::whole([text.as_str()]), ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "uk-plate",
        title: "UK vehicle registration",
        need: Need::Should,
        keys: &["vehicle_registration", "registration_plate", "number_plate", "vrm"],
        words: &["number plate", "registration plate", "vehicle registration"],
        frames: &["{w} {v} not insured", "parking charge for {w} {v}", "motor loan: {w} {v} has outstanding finance", "{w}: {v} not found at DVLA"],
        fit: Fit { key: true, typed: false, case: true, prose: true },
        make: |prng| {
            let text = format!(
                "{}{} {}",
                prng.of("ABCDEFGHKLMNOPRSTVWY", 2),
                prng.one(&["07", "15", "19", "23", "68", "72"]),
                prng.of("ABCDEFGHJKLMNOPRSTUVWXYZ", 3)
            );
            Value { proof: Proof::whole([text.as_str()]), ..Value::plain(text) }
        },
        ..PLAIN
    },
];

fn nino(prng: &mut Prng) -> Value {
    const NEVER: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];
    let prefix = loop {
        let prefix = format!("{}{}", prng.of("ABCEGHJKLMNOPRSTWXYZ", 1), prng.of("ABCEGHJKLMNPRSTWXYZ", 1));
        if !NEVER.contains(&prefix.as_str()) {
            break prefix;
        }
    };
    let text = format!("{prefix}{}{}", prng.any_digits(6), prng.of("ABCD", 1));
    Value::grouped(&text, &[2, 2, 2, 2, 1], " ", true)
}
