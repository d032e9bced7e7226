//! Identifiers of Germany.

use schemas::pii::Locale;

use super::{ABOUT_IDS, Class, Fit, Need, PLAIN, TYPED};
use crate::fidelity::checks::{cross_sums, icao, mod11_10, to_ten};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Proof, Value};

const GERMAN: Class = Class { need: Need::Locale, locale: Some(Locale::De), frames: ABOUT_IDS, fit: TYPED, ..PLAIN };
const FORMS: &[&str] = &[
    "{w} {v} konnte nicht geprüft werden",
    "Kunde hat {w} {v} nachgereicht",
    "{w}: {v} stimmt nicht mit dem Register überein",
    "doppelte {w} {v} im Bestand",
    "{w} {v} rejected by upstream with HTTP 422 (unprocessable entity)",
];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "de-tax-id",
        title: "German tax id",
        keys: &["steuer_id", "tax_id", "steueridentifikationsnummer", "idnr"],
        words: &["Steuer-ID", "Steueridentifikationsnummer", "tax ID"],
        swift: &[":50F:TXID/DE/{v}\n1/ACME TRADING GMBH"],
        make: |prng| loop {
            let body = prng.digits(10);
            let most = (b'0'..=b'9').map(|digit| body.bytes().filter(|&c| c == digit).count()).max();
            if matches!(most, Some(2 | 3)) {
                return Value::grouped(&format!("{body}{}", mod11_10(&body)), &[2, 3, 3, 3], " ", true);
            }
        },
        ..GERMAN
    },
    Class {
        id: "de-vat-id",
        title: "German VAT id",
        keys: &["ust_id", "vat_id", "umsatzsteuer_id"],
        words: &["USt-IdNr.", "VAT ID", "Umsatzsteuer-ID"],
        make: |prng| {
            let body = prng.digits(8);
            Value::plain(format!("DE{body}{}", mod11_10(&body)))
        },
        ..GERMAN
    },
    Class {
        id: "de-social-security",
        title: "German social security number",
        keys: &["sozialversicherungsnummer", "rentenversicherungsnummer", "sv_nummer"],
        words: &["Sozialversicherungsnummer", "Rentenversicherungsnummer", "SV-Nummer"],
        make: social,
        ..GERMAN
    },
    Class {
        id: "de-id-card",
        title: "German identity card",
        keys: &["personalausweis", "ausweisnummer", "personalausweisnummer"],
        words: &["Personalausweis", "Ausweisnummer", "Personalausweisnummer"],
        frames: FORMS,
        make: |prng| document(prng, "LMNPRTVWXY"),
        ..GERMAN
    },
    Class {
        id: "de-passport",
        title: "German passport",
        keys: &["reisepass", "reisepassnummer", "passnummer"],
        words: &["Reisepass", "Reisepassnummer", "Passnummer"],
        frames: FORMS,
        make: |prng| document(prng, "CFGHJK"),
        ..GERMAN
    },
    Class {
        id: "de-health-insurance",
        title: "German health insurance number",
        keys: &["krankenversicherungsnummer", "kvnr", "versichertennummer"],
        words: &["Krankenversicherungsnummer", "KVNR", "Versichertennummer"],
        frames: FORMS,
        make: |prng| {
            let letter = prng.between(1, 26);
            let digits = prng.any_digits(8);
            let check = cross_sums(&format!("{letter:02}{digits}"), &[1, 2].repeat(5)) % 10;
            let letter = char::from(b'A' + u8::try_from(letter - 1).unwrap_or_default());
            Value::plain(format!("{letter}{digits}{check}"))
        },
        ..GERMAN
    },
    Class {
        id: "de-doctor",
        title: "German doctor's number (LANR)",
        keys: &["lanr", "arztnummer"],
        words: &["LANR", "Arztnummer"],
        frames: FORMS,
        make: |prng| {
            let body = prng.digits(6);
            let check = to_ten(body.bytes().zip([4, 9].repeat(3)).map(|(c, weight)| u32::from(c - b'0') * weight).sum());
            Value::plain(format!("{body}{check}{}", prng.one(&["01", "03", "34", "66"])))
        },
        ..GERMAN
    },
    Class {
        id: "de-tax-number",
        title: "German tax number",
        keys: &["steuernummer", "st_nr"],
        words: &["Steuernummer", "St.-Nr."],
        frames: FORMS,
        make: |prng| Value::grouped(&prng.digits(11), &[3, 3, 5], "/", false),
        ..GERMAN
    },
    Class {
        id: "de-register",
        title: "German company register",
        keys: &["handelsregister", "handelsregisternummer", "hrb"],
        words: &["Handelsregister", "Handelsregisternummer"],
        frames: FORMS,
        fit: Fit { key: true, typed: false, case: false, prose: true },
        make: |prng| {
            let text = format!("{} {}", prng.one(&["HRB", "HRB", "HRA"]), prng.digits(6));
            Value { proof: Proof::of_run(text.split(' ').next_back().unwrap_or_default()), ..Value::plain(text) }
        },
        ..GERMAN
    },
    Class {
        id: "de-plate",
        title: "German vehicle registration",
        keys: &["kfz_kennzeichen", "kennzeichen"],
        words: &["Kennzeichen", "Kfz-Kennzeichen"],
        frames: FORMS,
        fit: Fit { key: true, typed: false, case: true, prose: true },
        make: |prng| {
            let text =
                format!("{}-{} {}", prng.one(&["M", "HH", "KA", "WUP", "GÖ", "B"]), prng.of("ABCDEFGHKLMNPRSTUVWXYZ", 2), prng.between(10, 9_999));
            Value { proof: Proof::whole([text.as_str()]), ..Value::plain(text) }
        },
        ..GERMAN
    },
    Class {
        id: "de-postcode",
        title: "German postcode",
        keys: &["plz", "postleitzahl"],
        words: &["PLZ", "Postleitzahl"],
        frames: &["keine Filiale in {w} {v}", "{w} {v} nicht im Verzeichnis", "{w}: {v} außerhalb des Liefergebiets"],
        fit: Fit { key: false, typed: false, case: false, prose: true },
        make: |prng| Value::plain(prng.digits(5)),
        ..GERMAN
    },
    Class {
        id: "de-driving-licence",
        title: "German driving licence",
        keys: &["fuehrerschein", "fuehrerscheinnummer"],
        words: &["Führerschein", "Führerscheinnummer"],
        frames: FORMS,
        make: |prng| {
            let (authority, serial, check) = (prng.of("BCDEFGHJKLMN", 1), prng.any_digits(2), prng.any_digits(1));
            Value::plain(format!("{authority}0{serial}{}{check}{}", prng.of("ACDEFGHJKLMNPRTUVWXYZ0123456789", 5), prng.digits(1)))
        },
        ..GERMAN
    },
];

/// Area, date of birth, first letter of the surname, serial, check (VKVV, section 2).
fn social(prng: &mut Prng) -> Value {
    let letter = prng.between(1, 26);
    let front =
        format!("{}{:02}{:02}{:02}", prng.one(&["12", "15", "28", "53", "65"]), prng.between(1, 28), prng.between(1, 12), prng.between(40, 99));
    let serial = prng.any_digits(2);
    let check = cross_sums(&format!("{front}{letter:02}{serial}"), &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10;
    let letter = char::from(b'A' + u8::try_from(letter - 1).unwrap_or_default());
    Value::grouped(&format!("{front}{letter}{serial}{check}"), &[2, 6, 1, 3], " ", true)
}

fn document(prng: &mut Prng, first: &str) -> Value {
    let body = format!("{}{}", prng.of(first, 1), prng.of("CFGHJKLMNPRTVWXYZ0123456789", 7));
    // Eight characters, and the ninth their check; a tenth would be the check of the number as a machine reads it.
    Value::plain(format!("{body}{}", icao(&body)))
}
