//! Government identifiers right behind the words that name them, in any notation.
//!
//! Format: 6-18 letters and digits, four digits at least, in one piece or in groups. Every state has its own checksum, and a mistyped number is
//! still somebody's, so the name alone decides. Those that can be told without a name have detectors of their own, here or in `locale`.
//! Source: the names in the documents themselves and in the administrations' published descriptions.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Spot, Trigger,
    cue::{self, List},
};

/// A government identifier of digits behind its name.
pub(crate) const NATIONAL_ID: Detector = Detector {
    id: "national_id",
    trigger: Trigger::Digits,
    find,
    matches: &[
        "National id 176125549638934 of",
        "nin 176125549638934",
        "passport no 123456789",
        "tax id number 12345678901",
        "NATIONAL ID 12345678",
        "NHS number 943 476 5919",
        "SIN 046 454 286",
        "aadhaar: 2341 2341 2346",
        "EIN 12-3456789",
        "Steuer-ID 86095742719",
        "AHV 756.9217.0769.85",
        "hetu 131052-308T",
        "cpf=529.982.247-25",
        "DNI 12345678-Z",
    ],
    misses: &[
        "id 176125549638934",
        "national 176125549638934",
        "nin 1234",
        "national holiday 20261122",
        "passport service 12345678",
        "tax 12345678",
        "sin wave 123456",
        "dni",
    ],
};

/// One that begins with a letter or holds one.
pub(crate) const NATIONAL_ID_MIXED: Detector = Detector {
    id: "national_id_mixed",
    trigger: Trigger::Mixed,
    find,
    matches: &[
        "passport no X12345678",
        "driver license D1234567",
        "DNI: 12345678Z",
        "voter id ABC1234567",
        "NRIC S1234567D",
        "kvnr A123456780",
        "codice fiscale RSSMRA85T10A562S",
    ],
    misses: &["X12345678", "passport office2", "licence v2", "driving T0042"],
};

/// Names of government identifiers. Short ones that are also words of other trades are left to their locale.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "aadhaar", "aadhar", "abn", "acn", "adhaar", "ahv", "ahvn13", "alien registration", "avs", "ausweis", "ausweisnummer", "bsn", "burgerservicenummer",
    "ci", "citizen", "cnp", "cnpj", "codice fiscale", "cpf", "cuit", "cuil", "curp", "dni", "drivers license", "driver's license", "driver license",
    "driver licence", "driver's licence", "drivers licence", "driving licence", "driving license", "dl", "dvla", "egn", "ein", "electoral roll",
    "emirates", "fein", "fin", "fiscal code", "fodselsnummer", "fødselsnummer", "führerschein", "führerscheinnummer", "government", "gov", "green card", "gstin", "henkilötunnus",
    "hetu", "hkid", "identity", "identity card", "identification", "idnr", "insee", "itin", "jmbg", "kennitala", "kvnr", "krankenversichertennummer",
    "licencia de conducir", "licence plate", "license plate", "medicare", "mynumber", "my number", "national", "national id", "national identity", "national insurance",
    "nhs", "ni", "nie", "nif", "nin", "nino", "nip", "nir", "nombre avs", "npi", "mbi", "nric", "numéro de sécurité sociale", "numero fiscal", "nuip", "oib",
    "pan card", "passeport", "passport", "passnummer", "pasaporte", "passaporto", "paszport", "paspoort", "patente", "permanent account", "permis de conduire", "personal code", "personalausweis",
    "personennummer", "personnummer", "pesel", "pps", "ppsn", "rc", "reisepass", "registre national", "regon", "residence permit", "rfc", "rijbewijs", "rijksregisternummer",
    "rodne cislo", "rodné číslo", "rrn", "rut", "sécurité sociale", "sécu", "sin", "social insurance", "sozialversicherungsnummer", "steuer", "steueridentifikationsnummer",
    "steuernummer", "svnr", "svn", "tax", "tax file", "tax identification", "tax payer", "taxpayer", "tckn", "tc kimlik", "tfn", "tin", "tax reference", "ust", "utr",
    "vat", "vat registration", "visa permit", "voter", "work permit", "zorgnummer",
];
/// Names that say it only together with `id`, `number` or the like between them and the value.
const NAMES_WITH_FILLER: &[&str] = &[
    "citizen",
    "ci",
    "dl",
    "fin",
    "gov",
    "government",
    "identity",
    "identification",
    "national",
    "ni",
    "rc",
    "tax",
    "voter",
    "ust",
    "permanent account",
];

/// Letters and digits of an identifier.
const LEN: std::ops::RangeInclusive<usize> = 6..=18;

fn find(spot: &Spot<'_>) -> Option<Found> {
    let name = cue::behind(spot, List::NationalId)?;
    if NAMES_WITH_FILLER.contains(&name) && ends_with(spot, name) {
        return None;
    }
    let end = reference_end(spot.text, spot.at);
    let body = spot.text.get(spot.at..end)?;
    let (letters, digits) = (count(body, u8::is_ascii_alphabetic), count(body, u8::is_ascii_digit));
    (LEN.contains(&(letters + digits)) && digits >= 4 && letters <= 12).then(|| Found::by_cue(spot.at, end, PiiClass::NationalId))?
}

/// Whether `name` itself, no filler, stands before the value.
fn ends_with(spot: &Spot<'_>, name: &str) -> bool {
    let before = spot.text.get(..spot.at).unwrap_or_default();
    let signs = before.iter().rev().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
    before
        .get(..before.len() - signs)
        .is_some_and(|before| before.len() >= name.len() && before[before.len() - name.len()..].eq_ignore_ascii_case(name.as_bytes()))
}

fn count(bytes: &[u8], is: fn(&u8) -> bool) -> usize {
    bytes.iter().filter(|byte| is(byte)).count()
}

/// End of the identifier that begins at `at`: letters and digits with single signs between them, and groups of digits or capitals behind a blank
/// until there are enough.
pub(super) fn reference_end(text: &[u8], at: usize) -> usize {
    let run = |from: usize| text.get(from..).unwrap_or_default().iter().take(20).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (mut end, mut total) = (at + run(at), run(at));
    loop {
        let sign = text.get(end).copied().unwrap_or(0);
        let len = run(end + 1);
        let group = text.get(end + 1..end + 1 + len).unwrap_or_default();
        let numeric = !group.is_empty() && group.iter().any(u8::is_ascii_digit) && group.iter().all(|byte| !byte.is_ascii_lowercase());
        let single = len == 1 && group[0].is_ascii_uppercase();
        let joined = match sign {
            b'-' | b'.' | b'/' => numeric || single,
            b' ' => {
                total < 9 && (numeric || (single && total >= 8)) && len <= 6 || total < 13 && numeric && len <= 4 && total >= 9 && total + len <= 15
            }
            _ => false,
        };
        if !joined || total + len > *LEN.end() {
            return end;
        }
        (end, total) = (end + 1 + len, total + len);
    }
}
