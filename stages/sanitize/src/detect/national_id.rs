//! Government identifiers right behind the words that name them, in any notation.
//!
//! Format: 6-18 letters and digits, four digits at least, in one piece or in groups. Every state has its own checksum, and a mistyped number is
//! still somebody's, so the name alone decides. Those that can be told without a name have detectors of their own, here or in `locale`.
//! Source: the names in the documents themselves and in the administrations' published descriptions.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A government identifier of digits behind its name.
pub(crate) const NATIONAL_ID: Detector = Detector {
    id: "national_id",
    trigger: Trigger::Digits,
    needs: Needs::ANY.before(b"-=# :\"").or(Needs::named(0, Needs::MAX)),
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
        "паспорт 4509 123456",
        "снилс 112-233-445 95",
        "身份证号 110101198001010010",
        "Reisepass-Nr. 441882071",
        "Passport No.: GBR-533380006",
        "cédula 44188207",
        "carte d'identité n° 880692310285",
        "UTR 44188 20715",
        "RRN 900101-1234568",
        "VALUES('PASSPORT','441882071')",
        "organisationsnummer 556016-0680",
        "orgnr=5560160680",
        "Kunde hat LANR 906761403 nachgereicht",
        "Betriebsstättennummer: 021234567",
        "St.-Nr. 181/815/08155",
        "Company number 01234567",
        "partita IVA 12345670017",
        "KvK-nummer 12345678",
        "SIRET 732 829 320 00074",
        "SV-Nummer 15 070649 C 103",
        "SELECT 1 FROM e WHERE company_number IN ('296567916')",
        "doc=passport GBR no=752020114 sub_result",
        "conductor ID DL-TX #91420730, TIN",
        "Tudor-Pritchard, pport 647691658 exp",
        "ppt no 647691658",
        "bsn partner 882274016",
        "BSN-controle 427986953 ok",
        "the employer identification number on file is 47-7671008",
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
        "RRN 606110418820 RC 000",
        "UTR 1234567",
        "pass 441882 of 500000",
        "company 12345678",
        "entity 20261120",
        "registernummer 12",
        "medicare batch 20261120",
        "permis refusé 441882",
        "passport fee GBP 88",
        "tax GBP 1204",
        "DL-TX 4417",
        "passport OK 2026",
    ],
};

/// One that begins with a letter or holds one.
pub(crate) const NATIONAL_ID_MIXED: Detector = Detector {
    id: "national_id_mixed",
    trigger: Trigger::Mixed,
    needs: Needs::ANY,
    find,
    matches: &[
        "passport no X12345678",
        "driver license D1234567",
        "DNI: 12345678Z",
        "voter id ABC1234567",
        "NRIC S1234567D",
        "kvnr A123456780",
        "codice fiscale RSSMRA85T10A562S",
        "INSERT INTO id_docs VALUES(90417,'DRIVERS_LICENSE','WDL4K82041VB','WA')",
        "Personalausweis L01X00T47",
        "Pass-Nr. C01X00T47",
        "dowód osobisty ABC123456",
        "DL# D12345678",
        "Führerscheinnr. B072RRE2I55",
        "paspoort NWR6B1F23",
        "Kimlik no A12B34567",
        "driver's lic. no. D1234567",
        "USt-IdNr. DE136695976",
        "Umsatzsteuer-ID: DE136695976",
        "EPIC no. XGT1234567",
        "UEN 200812345K",
        "Personalausweis: RYYNMKRC7 stimmt",
        "SSN=445323440 DLN=\"J547-339-773-738\" phone",
        "passport (NZL) LK441882",
        "borrower, licence D447-1882-9013, filing",
        "driver licence (Ohio) RK714420 supplied",
    ],
    misses: &["X12345678", "passport office2", "licence v2", "driving T0042", "UTR KKBKN26061004178", "rrn A4410"],
};

/// Names of government identifiers. Short ones that are also words of other trades are left to their locale.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "aadhaar", "aadhar", "abn", "acn", "adhaar", "ahv", "ahvn13", "alien registration", "avs", "ausweis", "ausweisnummer", "bsn", "bvn", "burgerservicenummer",
    "ci", "citizen", "cnp", "cnpj", "codice fiscale", "cpf", "cuit", "cuil", "dni", "drivers license", "driver's license", "driver license",
    "driver licence", "driver's licence", "drivers licence", "driving licence", "driving license", "dl", "dvla", "egn", "ein", "electoral roll",
    "emirates", "fein", "fin", "fiscal code", "fodselsnummer", "fødselsnummer", "führerschein", "führerscheinnummer", "government", "gov", "green card", "gstin", "henkilötunnus",
    "hetu", "hkid", "identity", "identity card", "identification", "idnr", "insee", "itin", "jmbg", "kennitala", "kvnr", "krankenversichertennummer",
    "licencia de conducir", "medicare", "mynumber", "my number", "national", "national id", "national identity", "national insurance",
    "nhs", "ni", "nie", "nif", "nin", "nino", "nip", "nir", "nombre avs", "npi", "mbi", "nric", "numéro de sécurité sociale", "numero fiscal", "nuip", "oib",
    "pan card", "passeport", "passport", "passport scan", "passport copy", "passport photo", "passport image", "passport chip", "passport ocr", "passport page", "passnummer", "pasaporte", "passaporto", "paszport", "paspoort", "patente", "permanent account", "permis de conduire", "personal code", "personalausweis",
    "personennummer", "personnummer", "pesel", "pps", "ppsn", "rc", "reisepass", "registre national", "regon", "residence permit", "rfc", "rijbewijs", "rijksregisternummer",
    "rodne cislo", "rodné číslo", "rrn", "rut", "sécurité sociale", "sécu", "sin", "social insurance", "sozialversicherungsnummer", "steuer", "steueridentifikationsnummer",
    "steuernummer", "svnr", "svn", "tax", "tax file", "tax identification", "tax payer", "taxpayer", "tckn", "tc kimlik", "tfn", "tin", "tax reference", "ust", "utr",
    "pass nr", "passnr", "reisepassnr", "ausweisnr", "personalausweisnr", "führerscheinnr", "führerschein nr", "steuernr", "steuer nr", "reisepassnummer", "reisepass nr", "pass no", "pass number", "ausweis nr", "personalausweisnummer", "personalausweis nr", "perso nr", "perso", "aufenthaltstitel", "carte d'identité", "carte nationale d'identité", "cni", "titre de séjour", "permis", "numéro fiscal",
    "documento de identidad", "documento nacional de identidad", "carnet de conducir", "permiso de conducir", "cédula", "cédula de ciudadanía", "carta d'identità", "patente di guida", "tessera sanitaria", "permesso di soggiorno", "identiteitskaart", "id kaart",
    "identiteitsbewijs", "rijbewijsnummer", "paspoortnummer", "dowód", "dowód osobisty", "dowodu", "dowodu osobistego", "nr dowodu", "prawo jazdy", "paszportu", "nr paszportu", "id kort", "legitimation", "körkort", "førerkort", "kørekort", "henkilökortti", "ajokortti", "passin numero",
    "kimlik", "kimlik no", "tc kimlik no", "pasaport", "pasaport no", "ehliyet", "občanský průkaz", "cestovní pas", "személyi igazolvány", "bilhete de identidade", "cartão de cidadão", "cartão cidadão", "carta de condução", "cnh", "rg", "sa id", "carteira de identidade", "curp", "паспорт", "паспорта",
    "هوية", "رقم الهوية", "الهوية", "серия и номер", "инн", "снилс", "водительское удостоверение", "パスポート", "旅券番号", "マイナンバー", "個人番号", "運転免許証", "身份证", "身份证号", "身份證", "护照", "护照号", "주민등록번호", "여권번호", "id card", "personal id", "identity document", "travel document", "sozialversicherung", "rentenversicherungsnummer",
    "versichertennummer", "krankenversicherungsnummer", "steuerid", "steuer identifikationsnummer", "identifikationsnummer", "employer identification", "license no", "licence no", "driver lic", "driver's lic", "drivers lic", "driver id", "dlno", "dl no",
    "dln", "pport", "ppt", "psprt", "passport num", "passport us", "passport usa", "passport uk", "passport gb", "passport ca", "passport au", "passport de", "passport fr", "passport ie", "driver licence num", "driver license num", "dl num", "dl nbr",
    "vat", "vat reg", "vat registration", "visa permit", "voter", "work permit", "zorgnummer",
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

/// Names of documents whose numbers may have more letters than digits.
const GERMAN_DOCUMENTS: &[&str] = &[
    "ausweis",
    "ausweisnummer",
    "ausweisnr",
    "ausweis nr",
    "personalausweis",
    "personalausweisnummer",
    "personalausweisnr",
    "personalausweis nr",
    "perso",
    "perso nr",
    "reisepass",
    "reisepassnummer",
    "reisepassnr",
    "reisepass nr",
    "passnummer",
    "passnr",
    "pass nr",
    "aufenthaltstitel",
    "passport",
    "id card",
    "identity card",
];

/// Letters and digits of an identifier.
const LEN: std::ops::RangeInclusive<usize> = 6..=18;

fn find(spot: &Spot<'_>) -> Option<Found> {
    let Some(name) = cue::behind(spot, List::NationalId) else {
        return behind_country(spot).or_else(|| of_country(spot)).or_else(|| american_licence(spot));
    };
    // `DL#` says it as `DL no` does.
    let numbered = spot.text.get(..spot.at)?.iter().rev().take(3).any(|&byte| byte == b'#');
    if NAMES_WITH_FILLER.contains(&name) && !numbered && ends_with(spot, name) {
        return None;
    }
    // `RG-2025-04418` is an invoice (Rechnung).
    if name == "rg" && spot.before() == b'-' {
        return None;
    }
    let end = reference_end(spot.text, spot.at);
    let body = spot.text.get(spot.at..end)?;
    let (letters, digits) = (count(body, u8::is_ascii_alphabetic), count(body, u8::is_ascii_digit));
    // Banks call references of payments so too: UTR of a transfer (RBI), retrieval reference number (ISO 8583 element 37).
    // `RYYNMKRC7`: German documents hold what is no vowel.
    let document =
        letters + digits == 9 && end == spot.end && digits > 0 && !body.iter().any(u8::is_ascii_lowercase) && GERMAN_DOCUMENTS.contains(&name);
    let other = match name {
        // `host said: 550 5.1.1`
        "sa id" => digits != 13,
        // Nine digits in Canada; a claim of an insurance otherwise: `SIN-240611-03`.
        "sin" => digits != 9 && matches!(spot.before(), b'-' | b'/'),
        "utr" => digits != 10 || letters > 1,
        "rrn" => !matches!(digits, 11 | 13) || letters > 0,
        _ => false,
    };
    (LEN.contains(&(letters + digits)) && (digits >= 4 || document) && letters <= 12 && !other)
        .then(|| Found::by_cue(spot.at, end, PiiClass::NationalId))?
}

/// `GBR-533380006` behind a name: the letters are a word of their own.
fn behind_country(spot: &Spot<'_>) -> Option<Found> {
    if spot.before() != b'-' || !(6..=14).contains(&(spot.end - spot.at)) {
        return None;
    }
    let letters = spot.text.get(..spot.at - 1)?.iter().rev().take(4).take_while(|byte| byte.is_ascii_uppercase()).count();
    let start = spot.at - 1 - letters;
    ((1..=3).contains(&letters) && cue::is_behind(spot.text, start, List::NationalId))
        .then(|| Found::by_cue(start, spot.end, PiiClass::NationalId))?
}

/// `licence D447-1882-9013`: a letter and groups of digits, as many states of the USA number driving licences; a program's licence has no such number.
fn american_licence(spot: &Spot<'_>) -> Option<Found> {
    if spot.before() != b' ' || !matches!(spot.word(), [b'A'..=b'Z', digits @ ..] if digits.len() == 3 && digits.iter().all(u8::is_ascii_digit)) {
        return None;
    }
    let head = spot.text.get(..spot.at - 1)?;
    let said = [&b"licence"[..], b"license", b"lic."]
        .iter()
        .any(|word| head.len() >= word.len() && head[head.len() - word.len()..].eq_ignore_ascii_case(word));
    let end = reference_end(spot.text, spot.at);
    let body = spot.text.get(spot.at..end)?;
    let (letters, digits) = (count(body, u8::is_ascii_alphabetic), count(body, u8::is_ascii_digit));
    (said && letters == 1 && (11..=13).contains(&digits)).then(|| Found::by_cue(spot.at, end, PiiClass::NationalId))?
}

/// `passport GBR no=752020114`, `DL-TX #91420730`: a code of a country or a state stands between the name and the value.
fn of_country(spot: &Spot<'_>) -> Option<Found> {
    let before = spot.before();
    if spot.bare || !matches!(before, b'=' | b'#' | b' ' | b':' | b'"') {
        return None;
    }
    if spot.text[..spot.at].ends_with(b") ")
        && let Some(found) = of_state(spot)
    {
        return Some(found);
    }
    let head = spot.text.get(spot.at.saturating_sub(16)..spot.at)?;
    // Most numbers have no capital before them.
    if !head.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let head = head.trim_ascii_end();
    let head = head.strip_suffix(b")").unwrap_or(head);
    let (head, signed) =
        [&b"="[..], b"#", b":", b"=\"", b"no.", b"No."].iter().find_map(|sign| head.strip_suffix(*sign)).map_or((head, false), |head| (head, true));
    let word = [&b" no"[..], b" No", b" number", b" nr", b" No."].iter().find_map(|word| head.strip_suffix(*word));
    let (head, signed) = (word.unwrap_or(head).trim_ascii_end(), signed || word.is_some());
    let letters = head.iter().rev().take(4).take_while(|byte| byte.is_ascii_uppercase()).count();
    let parted = head.len() > letters && matches!(head[head.len() - letters - 1], b' ' | b'-' | b'(' | b'_');
    let start = spot.at.saturating_sub(16) + head.len() - letters;
    if !(2..=3).contains(&letters) || !parted || !cue::is_behind(spot.text, start, List::NationalId) {
        return None;
    }
    let end = reference_end(spot.text, spot.at);
    let body = spot.text.get(spot.at..end)?;
    let (letters, digits) = (count(body, u8::is_ascii_alphabetic), count(body, u8::is_ascii_digit));
    // Without a sign or a word for a number, what stands there is none of an amount's length.
    (LEN.contains(&(letters + digits)) && (digits >= if signed { 4 } else { 7 } || letters > 0 && digits >= 5) && letters <= 4)
        .then(|| Found::by_cue(spot.at, end, PiiClass::NationalId))?
}

/// `driving licence (Ohio) RK417703`: the name of a country or a state in brackets, and a number of six digits or more.
fn of_state(spot: &Spot<'_>) -> Option<Found> {
    const STATE_BYTES_MAX: usize = 24;
    let head = spot.text.get(..spot.at - 2)?;
    let open = head.iter().rev().take(STATE_BYTES_MAX).position(|&byte| byte == b'(')?;
    let (head, state) = head.split_at(head.len() - open);
    let named = state.first().is_some_and(u8::is_ascii_uppercase) && state.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ');
    let end = reference_end(spot.text, spot.at);
    let body = spot.text.get(spot.at..end)?;
    let digits = count(body, u8::is_ascii_digit);
    let dated = body.starts_with(b"20") && matches!(body.len(), 8 | 14);
    (named && LEN.contains(&body.len()) && digits >= 6 && !dated && cue::is_behind(spot.text, head.len() - 1, List::NationalId))
        .then(|| Found::by_cue(spot.at, end, PiiClass::NationalId))?
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
