//! Identifiers of other countries of Europe.

use schemas::pii::Locale;

use super::{ABOUT_IDS, Class, Need, PLAIN, TYPED, TYPED_ANY_CASE};
use crate::fidelity::checks::{ean13, fiscal_code, hetu, luhn, nif_letter, to_ten, weighted, with_luhn};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::Value;

use super::america::dotted;

const EUROPEAN: Class = Class { need: Need::Locale, frames: ABOUT_IDS, fit: TYPED, ..PLAIN };
const BARE: &[&str] =
    &["duplicate entry {v} in onboarding batch", "no match for {v} at the bureau", "record of {v} was merged", "screening of {v} cleared"];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "es-nif",
        title: "Spanish NIF",
        locale: Some(Locale::Es),
        keys: &["nif", "dni", "nif_cliente"],
        words: &["NIF", "DNI", "documento"],
        bare: BARE,
        fit: TYPED_ANY_CASE,
        swift: &[":50F:NIDN/ES/{v}\n1/ACME TRADING SL"],
        make: |prng| {
            let number = prng.between(1_000_000, 99_999_999);
            let letter = nif_letter(u32::try_from(number).unwrap_or_default());
            Value { forms: vec![format!("{number:08}{letter}"), format!("{number:08}-{letter}")], ..Value::plain(format!("{number:08}{letter}")) }
        },
        ..EUROPEAN
    },
    Class {
        id: "es-nie",
        title: "Spanish NIE",
        locale: Some(Locale::Es),
        keys: &["nie", "nie_cliente"],
        words: &["NIE", "documento de extranjero"],
        bare: BARE,
        fit: TYPED_ANY_CASE,
        make: |prng| {
            let (series, number) = (prng.below(3), prng.between(100_000, 9_999_999));
            let letter = nif_letter(u32::try_from(series as u64 * 10_000_000 + number).unwrap_or_default());
            Value::plain(format!("{}{number:07}{letter}", ["X", "Y", "Z"][series]))
        },
        ..EUROPEAN
    },
    Class {
        id: "it-fiscal-code",
        title: "Italian fiscal code",
        locale: Some(Locale::It),
        keys: &["codice_fiscale", "fiscal_code", "cf"],
        words: &["codice fiscale", "CF", "fiscal code"],
        bare: BARE,
        fit: TYPED_ANY_CASE,
        swift: &[":50F:TXID/IT/{v}\n1/ACME TRADING SPA"],
        make: |prng| {
            let day = prng.between(1, 28) + if prng.once_in(2) { 40 } else { 0 };
            let names = format!("{}{}", prng.of("BCDFGLMNPRSTVZ", 3), prng.of("BCDFGLMNPRSTVZ", 3));
            let body = format!("{names}{:02}{}{day:02}{}{}", prng.between(40, 99), prng.of("ABCDEHLMPRST", 1), prng.of("ADFGHL", 1), prng.digits(3));
            let check = fiscal_code(&body);
            Value::plain(format!("{body}{check}"))
        },
        ..EUROPEAN
    },
    Class {
        id: "it-vat",
        title: "Italian VAT number",
        locale: Some(Locale::It),
        keys: &["partita_iva", "piva"],
        words: &["partita IVA", "P.IVA"],
        make: |prng| Value::plain(with_luhn(&format!("{}{}", prng.digits(7), prng.one(&["001", "015", "058", "063"])))).halved(),
        ..EUROPEAN
    },
    Class {
        id: "fr-nir",
        title: "French social security number",
        locale: Some(Locale::Fr),
        keys: &["nir", "numero_secu", "numero_securite_sociale"],
        words: &["NIR", "numéro de sécurité sociale", "n° de sécu"],
        bare: BARE,
        make: |prng| {
            let department = prng.between(1, 95);
            let (text, number) = if department == 20 {
                let tail = prng.digits(6);
                let front = format!("{}{:02}{:02}", prng.between(1, 2), prng.between(30, 99), prng.between(1, 12));
                (format!("{front}2A{tail}"), format!("{front}19{tail}"))
            } else {
                let text = format!("{}{:02}{:02}{department:02}{}", prng.between(1, 2), prng.between(30, 99), prng.between(1, 12), prng.digits(6));
                (text.clone(), text)
            };
            let key = 97 - number.parse::<u64>().unwrap_or_default() % 97;
            Value::grouped(&format!("{text}{key:02}"), &[1, 2, 2, 2, 3, 3, 2], " ", true)
        },
        ..EUROPEAN
    },
    Class {
        id: "nl-bsn",
        title: "Dutch BSN",
        locale: Some(Locale::Nl),
        keys: &["bsn", "burgerservicenummer"],
        words: &["BSN", "burgerservicenummer"],
        make: |prng| loop {
            let body = prng.digits(8);
            let check = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            if check < 10 {
                return Value::plain(format!("{body}{check}")).halved();
            }
        },
        ..EUROPEAN
    },
    Class {
        id: "be-rrn",
        title: "Belgian national number",
        locale: Some(Locale::Be),
        keys: &["rijksregisternummer", "rrn", "numero_national"],
        words: &["rijksregisternummer", "numéro national", "INSZ"],
        bare: BARE,
        make: |prng| {
            let young = prng.once_in(4);
            let year = if young { prng.between(0, 9) } else { prng.between(40, 99) };
            let body = format!("{year:02}{:02}{:02}{:03}", prng.between(1, 12), prng.between(1, 28), prng.between(1, 997));
            let number = format!("{}{body}", if young { "2" } else { "" }).parse::<u64>().unwrap_or_default();
            let text = format!("{body}{:02}", 97 - number % 97);
            Value { forms: vec![dotted(&text, &[2, 2, 2, 3, 2], &[".", ".", "-", "."])], ..Value::grouped(&text, &[2, 2, 2, 3, 2], ".", true) }
        },
        ..EUROPEAN
    },
    Class {
        id: "ch-ahv",
        title: "Swiss AHV number",
        locale: Some(Locale::Ch),
        keys: &["ahv_nummer", "ahv", "numero_avs"],
        words: &["AHV-Nummer", "AHV", "numéro AVS"],
        bare: BARE,
        make: |prng| {
            let body = format!("756{}", prng.any_digits(9));
            Value::grouped(&format!("{body}{}", ean13(&body)), &[3, 4, 4, 2], ".", true)
        },
        ..EUROPEAN
    },
    Class {
        id: "pl-pesel",
        title: "Polish PESEL",
        locale: Some(Locale::Pl),
        keys: &["pesel", "numer_pesel"],
        words: &["PESEL", "numer PESEL"],
        swift: &[":50F:NIDN/PL/{v}\n1/ACME TRADING SA"],
        make: |prng| {
            let body = format!("{:02}{:02}{:02}{}", prng.between(40, 99), prng.between(1, 12), prng.between(1, 28), prng.any_digits(4));
            Value::plain(format!("{body}{}", to_ten(weighted(&body, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3])))).halved()
        },
        ..EUROPEAN
    },
    Class {
        id: "pl-nip",
        title: "Polish NIP",
        locale: Some(Locale::Pl),
        keys: &["nip", "numer_nip"],
        words: &["NIP", "numer NIP"],
        make: |prng| loop {
            let body = prng.digits(9);
            let check = weighted(&body, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11;
            if check < 10 {
                return Value::grouped(&format!("{body}{check}"), &[3, 3, 2, 2], "-", true);
            }
        },
        ..EUROPEAN
    },
    Class {
        id: "fi-hetu",
        title: "Finnish personal identity code",
        locale: Some(Locale::Fi),
        keys: &["hetu", "henkilotunnus"],
        words: &["HETU", "henkilötunnus"],
        bare: BARE,
        make: |prng| {
            let (date, serial) = (format!("{:02}{:02}{:02}", prng.between(1, 28), prng.between(1, 12), prng.between(40, 99)), prng.between(2, 899));
            let check = hetu(&format!("{date}{serial:03}"));
            Value::plain(format!("{date}-{serial:03}{check}"))
        },
        ..EUROPEAN
    },
    Class {
        id: "se-personnummer",
        title: "Swedish personal number",
        locale: Some(Locale::Se),
        keys: &["personnummer", "person_nr"],
        words: &["personnummer", "personnr"],
        bare: BARE,
        make: swedish,
        ..EUROPEAN
    },
    Class {
        id: "se-orgnr",
        title: "Swedish organisation number",
        locale: Some(Locale::Se),
        keys: &["organisationsnummer", "orgnr"],
        words: &["organisationsnummer", "orgnr"],
        bare: BARE,
        make: |prng| {
            let text = with_luhn(&format!("55{}{}", prng.between(2, 9), prng.any_digits(6)));
            Value::grouped(&text, &[6, 4], "-", false)
        },
        ..EUROPEAN
    },
];

fn swedish(prng: &mut Prng) -> Value {
    let date = format!("{:02}{:02}{:02}", prng.between(40, 99), prng.between(1, 12), prng.between(1, 28));
    let serial = prng.any_digits(3);
    let check = luhn(&format!("{date}{serial}"));
    Value {
        forms: vec![format!("{date}-{serial}{check}"), format!("19{date}-{serial}{check}")],
        ..Value::grouped(&format!("{date}{serial}{check}"), &[6, 4], "-", false)
    }
}
