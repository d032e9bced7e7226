//! Customer numbers in text, by a cue.
//!
//! Format: 4-14 digits in one piece, right behind a word for the customer; behind a name for a customer number also in groups. Site specific: no
//! checksum, no source standard.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    window,
};
use crate::scan::context::{Cues, cues_of_name};

/// A customer number near its cue.
pub(crate) const CUSTOMER: Detector = Detector {
    id: "customer",
    trigger: Trigger::Digits,
    needs: Needs::named(2, 14).or(Needs::len(4, 14)),
    find,
    matches: &[
        "CustomerNotFoundException: 46168151",
        "No customer found with id 37629902",
        "customer with id=81494140 not found",
        "customer not found: 93650196",
        "customer 104233",
        "CIF: 00123456",
        "customerId=10423",
        "for client no 778812",
        "Kundennummer 4417 8820: Freistellungsauftrag",
        "Kd.-Nr. 441788",
        "n° client 00441882",
        "numéro de client : 0044 1882",
        "número de cliente 44188207",
        "numero cliente: 4418820",
        "codice cliente 4418820",
        "klantnummer 4418820",
        "numer klienta 4418820",
        "顧客番号：００４４１８８２ 暗証番号エラー 3回",
        "顧客番号4418820",
        "клиент № 4418820",
        "kundnummer 441-882-07",
        "cif number 44188207",
        "Kundennr.: 4418820",
        "Kunde Nr. 8812003 verlangt",
        "cliente n. 8812003",
        "numero di cliente 44 18 82",
        "asiakasnumero 4418820",
        "Partnernummer 4418820",
        "Mitgliedsnummer 44188",
        "relatienummer 4418820",
        "müşteri no 4418820",
    ],
    misses: &[
        "CustomerService - ORA-00001: unique",
        "HttpClient - SQL-10042",
        "customer paid by PAY-100420",
        "customer score 882044",
        "customer_20261127.csv",
        "client-lib-4418200.jar",
        "customer since 2019",
        "104233",
        "customer waited 1700000000000",
        "POST http://customer-profile:8080/search",
        "constraint uk_customer, SQLState: 23505",
        "customer count 104233",
        "customer 12",
        "Kundennummer fehlt in 4418 Zeilen",
        "client timeout 30000 ms",
        "customers 12 34",
        "Kunde hat 4418 Punkte",
        "client v4418",
        "alias=stet-client-2026 provider",
        "client 2026-03-02",
        "customer 12.50",
    ],
};

/// One that says itself what it is.
pub(crate) const CUSTOMER_PREFIXED: Detector = Detector {
    id: "customer_prefixed",
    trigger: Trigger::Mixed,
    needs: Needs::len(8, 24),
    find: find_prefixed,
    matches: &["CIF857591044", "this was about CIF823080830 again", "CUST00012345", "id cus_OXwIXdGx7CiAmc updated"],
    misses: &["CIF12", "CUSTOM12345678", "cif857591044", "CIF857591044X", "CIF2026BATCH"],
};

fn find_prefixed(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    // `cus_OXwIXdGx7CiAmc`: a customer of Stripe.
    if spot.text.get(..spot.at).is_some_and(|head| head.ends_with(b"cus_")) {
        let stripe = (8..=24).contains(&word.len()) && word.iter().all(u8::is_ascii_alphanumeric);
        return stripe.then(|| Found::strong(spot.at - 4, spot.end, PiiClass::Customer))?;
    }
    let digits = word.strip_prefix(b"CIF").or_else(|| word.strip_prefix(b"CUST"))?;
    ((6..=14).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)).then(|| Found::strong(spot.at, spot.end, PiiClass::Customer))?
}

/// Names that a customer number stands right behind.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "customer no", "customer ref", "knr", "crn", "kto inh", "partner nr", "partnernr", "geschäftspartner", "gp nr", "psu id", "abonné", "matricule client", "customer reference", "client ref", "顧客ID", "客户ID", "customer number", "customer id", "cust no", "custno", "cust id", "cif", "cif no", "cif number", "client no", "client number", "member no", "membership number",
    "kundennummer", "kundennr", "kunden nr", "kunden nummer", "kd nr", "kdnr", "kundnr", "kdnummer", "partnernummer", "mitgliedsnummer", "mitglieds nr", "stammnummer", "personenkennung",
    "n° client", "no client", "nº client", "numéro client", "numéro de client", "num client", "code client", "référence client", "identifiant client", "id client", "numéro d'abonné", "sociétaire",
    "número de cliente", "nº de cliente", "nº cliente", "número cliente", "num cliente", "código de cliente", "id de cliente", "número de socio",
    "numero cliente", "numero di cliente", "codice cliente", "cod cliente", "ndg", "número do cliente", "código do cliente",
    "klantnummer", "klantnr", "klant nr", "cliëntnummer", "cliëntnr", "clientnummer", "clientnr", "relatienummer", "numer klienta", "nr klienta", "id klienta", "modulo", "kundnummer", "kundenummer", "kundenr", "asiakasnumero", "asiakasnro",
    "customer with id", "customer found with id", "customer by id", "customer for id", "customer not found", "customernotfoundexception", "client with id", "client not found",
    "party with id", "party not found", "partynotfoundexception", "holder with id", "customer with number", "persons", "parties", "kunden", "clientes", "klanten", "party no", "party number", "party", "bp", "bp nr", "bp no", "n° tiers", "numéro de tiers", "code tiers", "person no", "person id", "person number", "holder no", "cust nbr", "member nbr",
    "partner", "kunde", "kundin", "cliente", "klant", "client", "klient", "asiakas", "müşteri", "kund", "müşteri no", "müşteri numarası", "ügyfélszám", "ügyfélazonosító", "číslo klienta", "číslo zákazníka", "номер клиента", "код клиента", "клиент", "顧客番号", "お客様番号", "会員番号", "客户号", "客户编号", "客戶編號", "고객번호",
];

/// Those that do not say that a number follows.
const MERE_WORDS: &[&str] = &[
    "kunden",
    "clientes",
    "klanten",
    "persons",
    "parties",
    "party",
    "partner",
    "kunde",
    "kundin",
    "cliente",
    "klant",
    "client",
    "klient",
    "asiakas",
    "müşteri",
    "kund",
    "клиент",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let first = spot.groups.first()?.len();
    if !(2..=14).contains(&first) || first == 13 {
        return None;
    }
    if let Some(name) = cue::behind(spot, List::Customer)
        && let Some(end) = group_end(spot)
        // Behind the mere word a short number may count anything, and dots are of a version.
        && (!MERE_WORDS.contains(&name) || end - spot.at >= 5 && spot.groups.get(1).is_none_or(|group| group.separator != b'.'))
        // `third party 10-20-30000`
        && (name != "party" || spot.groups.len() == 1 && first >= 6 && matches!(spot.before(), b' ' | b':' | b'='))
        // `BP 1.084.552`: points are counted in fewer digits.
        && (name != "bp" || spot.shape::<3>().is_some() && spot.joined_by(3, b'.'))
        && !window::is_measured(spot.text, end)
    {
        return Found::by_cue(spot.at, end, PiiClass::Customer);
    }
    if first < 4 || !spot.near().nearest.any(Cues::CUSTOMER) {
        return None;
    }
    let measured = window::is_measured(spot.text, spot.end) || spot.groups.get(1).is_some_and(|group| matches!(group.separator, b'.' | b'/'));
    // `customer-profile:8080` is a port.
    let port = first <= 5 && spot.before() == b':' && spot.at >= 2 && spot.byte(spot.at - 2).is_ascii_alphanumeric();
    // `/var/cache/nginx/client_temp/0000004692`
    let temporary = spot.before() == b'/' && spot.text.get(..spot.at).is_some_and(|head| head.ends_with(b"temp/") || head.ends_with(b"tmp/"));
    let another =
        !spot.field.any(Cues::CUSTOMER) && window::is_of_another(spot.text, spot.at, spot.end, |word| cues_of_name(word).any(Cues::CUSTOMER));
    (!measured && !temporary && !another && !port && !has_label(spot) && !is_year_of_date(spot))
        .then(|| Found::by_cue(spot.at, spot.end, PiiClass::Customer))?
}

/// Whether a label of its own says what the number is: `customer locked, SQLState: 23505`.
fn has_label(spot: &Spot<'_>) -> bool {
    let head = spot.text.get(..spot.at).unwrap_or_default().trim_ascii_end();
    let Some(head) = head.strip_suffix(b":").or_else(|| head.strip_suffix(b"=")) else { return false };
    head.last().is_some_and(u8::is_ascii_alphabetic)
}

/// End of a number in one piece or in groups by blanks or dashes.
fn group_end(spot: &Spot<'_>) -> Option<usize> {
    let first = spot.groups.first()?;
    let separator = spot.groups.get(1).map_or(0, |group| group.separator);
    // `4100.27.663`
    if separator == b'.' && spot.shape::<3>().is_some_and(|lens| (7..=12).contains(&lens.iter().sum::<usize>())) && spot.joined_by(3, b'.') {
        return spot.groups.get(3).is_none_or(|group| group.separator != b'.').then(|| spot.end_of(3));
    }
    if first.len() >= 5 && separator != b'-' {
        return (!matches!(separator, b'.' | b'/')).then_some(first.end);
    }
    if is_year_of_date(spot) {
        return None;
    }
    let joined = 1 + spot.groups.iter().skip(1).take_while(|group| group.separator == separator && matches!(separator, b' ' | b'-')).count();
    let mut total = 0;
    let count = spot.groups.iter().take(joined).take_while(|group| {
        total += group.len();
        total <= 14
    });
    let last = count.last()?;
    let digits = last.end - first.start;
    let clock = spot.byte(last.end) == b':' && spot.byte(last.end + 1).is_ascii_digit();
    (digits >= 4 && !clock).then_some(last.end)
}

/// `2026-03-02`, `stet-client-2026`.
fn is_year_of_date(spot: &Spot<'_>) -> bool {
    let year = spot.before() == b'-' && matches!(spot.word(), [b'2', b'0', _, _]) && spot.groups.len() == 1;
    year || matches!(spot.shape::<3>(), Some([4, 2, 2])) && spot.joined_by(3, b'-')
}
