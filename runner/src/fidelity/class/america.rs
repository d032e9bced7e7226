//! Government identifiers of the Americas.

use schemas::pii::Locale;

use super::{ABOUT_IDS, Class, Fit, Need, PLAIN, TYPED};
use crate::fidelity::checks::{brazilian, with_luhn};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::Value;

const BARE_IDS: &[&str] =
    &["duplicate entry {v} in onboarding batch", "no match for {v} at the bureau", "{v} is on the watch list", "record of {v} was merged"];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "us-ssn",
        title: "US social security number, grouped",
        keys: &["ssn", "social_security_number", "taxpayer_ssn"],
        words: &["SSN", "social security number"],
        frames: ABOUT_IDS,
        bare: BARE_IDS,
        fit: TYPED,
        swift: &[":50F:SOSE/US/{v}\n1/ACME TRADING LLC"],
        make: |prng| Value::grouped(&ssn(prng), &[3, 2, 4], "-", false),
        ..PLAIN
    },
    Class {
        id: "us-ssn-plain",
        title: "US social security number, nine digits",
        keys: &["ssn", "social_security_number", "tax_ssn"],
        words: &["SSN", "social security number"],
        frames: ABOUT_IDS,
        fit: TYPED,
        swift: &[":50F:SOSE/US/{v}\n1/ACME TRADING LLC"],
        make: |prng| Value::plain(ssn(prng)).halved(),
        ..PLAIN
    },
    Class {
        id: "us-itin",
        title: "US individual taxpayer number",
        keys: &["itin", "taxpayer_id", "individual_taxpayer_number"],
        words: &["ITIN", "taxpayer id"],
        frames: ABOUT_IDS,
        bare: BARE_IDS,
        fit: TYPED,
        swift: &[":50F:TXID/US/{v}\n1/ACME TRADING LLC"],
        make: |prng| {
            let (low, high) = prng.one(&[(50, 65), (70, 88), (90, 92), (94, 99)]);
            let text = format!("9{}{}{}", prng.any_digits(2), prng.between(low, high), prng.any_digits(4));
            Value::grouped(&text, &[3, 2, 4], "-", false)
        },
        ..PLAIN
    },
    Class {
        id: "us-ein",
        title: "US employer number",
        need: Need::Should,
        keys: &["ein", "employer_id_number", "federal_tax_id"],
        words: &["EIN", "employer identification number"],
        frames: ABOUT_IDS,
        fit: TYPED,
        make: |prng| Value::grouped(&format!("{}{}", prng.one(&["12", "20", "36", "47", "82", "94"]), prng.any_digits(7)), &[2, 7], "-", false),
        ..PLAIN
    },
    Class {
        id: "us-passport",
        title: "US passport",
        keys: &["passport_number", "passport_no", "passport"],
        words: &["passport", "passport number", "passport no."],
        frames: ABOUT_IDS,
        fit: TYPED,
        swift: &[":50F:CCPT/US/{v}\n1/ACME TRADING LLC"],
        make: |prng| {
            let letter = if prng.once_in(2) { prng.of("ABCDE", 1) } else { prng.digits(1) };
            Value::plain(format!("{letter}{}", prng.any_digits(8)))
        },
        ..PLAIN
    },
    Class {
        id: "us-driver-licence",
        title: "US driver's license",
        keys: &["driver_license", "drivers_license_number", "driver_license_number"],
        words: &["driver's license", "driver license number"],
        frames: ABOUT_IDS,
        fit: TYPED,
        swift: &[":50F:DRLC/US/{v}\n1/ACME TRADING LLC"],
        make: |prng| match prng.below(3) {
            0 => Value::plain(format!("{}{}", prng.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1), prng.any_digits(7))),
            1 => Value::plain(prng.digits(8)),
            _ => Value::plain(format!("{}{}", prng.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1), prng.any_digits(12))),
        },
        ..PLAIN
    },
    Class {
        id: "ca-sin",
        title: "Canadian social insurance number",
        keys: &["sin", "social_insurance_number", "ca_sin"],
        words: &["SIN", "social insurance number", "NAS"],
        frames: ABOUT_IDS,
        bare: BARE_IDS,
        fit: TYPED,
        make: |prng| {
            let text = with_luhn(&format!("{}{}", prng.of("12345679", 1), prng.any_digits(7)));
            let glue = prng.one(&[" ", "-"]);
            Value::grouped(&text, &[3, 3, 3], glue, false)
        },
        ..PLAIN
    },
    Class {
        id: "br-cpf",
        title: "Brazilian CPF",
        need: Need::Locale,
        locale: Some(Locale::Br),
        keys: &["cpf", "cpf_cliente", "numero_cpf"],
        words: &["CPF", "CPF do cliente"],
        frames: ABOUT_IDS,
        bare: BARE_IDS,
        fit: TYPED,
        make: |prng| {
            let text = brazilian(&prng.any_digits(9), 12);
            Value { forms: vec![dotted(&text, &[3, 3, 3, 2], &[".", ".", "-"])], ..Value::grouped(&text, &[3, 3, 3, 2], ".", false) }
        },
        ..PLAIN
    },
    Class {
        id: "br-cnpj",
        title: "Brazilian CNPJ",
        need: Need::Locale,
        locale: Some(Locale::Br),
        keys: &["cnpj", "cnpj_empresa"],
        words: &["CNPJ"],
        frames: ABOUT_IDS,
        bare: BARE_IDS,
        fit: Fit { key: true, typed: true, case: false, prose: true },
        make: |prng| {
            let text = brazilian(&format!("{}0001", prng.digits(8)), 9);
            Value { forms: vec![dotted(&text, &[2, 3, 3, 4, 2], &[".", ".", "/", "-"])], ..Value::grouped(&text, &[2, 3, 3, 4, 2], ".", false) }
        },
        ..PLAIN
    },
];

/// Groups with a glue of their own between each two.
pub(super) fn dotted(text: &str, lengths: &[usize], glue: &[&str]) -> String {
    let groups = crate::fidelity::value::cut(text, lengths);
    let mut out = String::new();
    for (at, group) in groups.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { glue.get(at - 1).copied().unwrap_or_default() });
        out.push_str(group);
    }
    out
}

fn ssn(prng: &mut Prng) -> String {
    loop {
        let area = prng.between(1, 899);
        let text = format!("{area:03}{:02}{:04}", prng.between(1, 99), prng.between(1, 9999));
        if area != 666 && !["078051120", "219099999", "123456789"].contains(&text.as_str()) {
            return text;
        }
    }
}
