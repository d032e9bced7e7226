//! People: who they are, where they live, when they were born.

use super::{Class, Fit, PLAIN};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Proof, Split, Value};
use crate::fidelity::words::{COUNTRIES, Country, Culture, LATIN, NATIVE, PARTICLES};

pub(super) const NAMED: Fit = Fit { key: true, typed: true, case: true, prose: true };
const WRITTEN: Fit = Fit { key: false, typed: true, case: true, prose: true };

const ABOUT_PEOPLE: &[&str] = &[
    "{w} {v} signed the mandate at the branch",
    "call from {w} {v}, asked about a pending transfer",
    "payment on behalf of {w} {v} was released",
    "{w} {v} has no power of attorney for this product",
    "letter to {w} {v} came back as undeliverable",
    "{w}: {v}, relationship manager not assigned",
    "der Kunde {v} wurde schriftlich informiert",
    "Kontoinhaber {v} verstorben, Nachlassfall angelegt",
    "le compte de la titulaire {v} est suspendu",
    "se notificó al cliente {v} por correo postal",
    "il cliente {v} ha disdetto il contratto",
    "de rekening van klant {v} is geblokkeerd",
];

const TITLED: &[&str] = &[
    "Dear Mrs {v}, your card is on its way",
    "Mr {v} was called back at 15:40",
    "spoke with Dr {v} about the mortgage offer",
    "Herr {v} wünscht Rückruf bis 17 Uhr",
    "Frau {v} hat die Einwilligung widerrufen",
    "rendez-vous avec Mme {v} reporté",
    "la Sra. {v} solicita un duplicado",
    "il Sig. {v} ha chiesto la chiusura",
    "signed by {v} in the presence of a witness",
    "welcome back {v}, last sign-in three days ago",
];

const ABOUT_PLACES: &[&str] = &[
    "{w} changed to {v} by online banking",
    "card will be sent to {w} {v} within 5 days",
    "{w}: {v}, not found in the postal directory",
    "courier could not deliver, {w} {v}",
    "proof of {w} for {v} expired",
    "neue Anschrift: {v}",
    "livraison impossible, adresse {v}",
    "nuovo indirizzo: {v}",
    "domicilio del titular: {v}",
];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "name",
        title: "Name of a person",
        keys: &["customer_name", "account_holder", "beneficiary_name", "cardholder_name", "full_name", "payee_name"],
        words: &["customer", "beneficiary", "account holder", "payee", "cardholder"],
        frames: ABOUT_PEOPLE,
        bare: TITLED,
        fit: NAMED,
        swift: &[":50K:/DE89370400440532013000\n{v}\nHAMBURG", ":59:/FR1420041010050500013M02606\n{v}", ":50F:/12345678\n1/{v}\n3/DE/HAMBURG"],
        make: name,
        ..PLAIN
    },
    Class {
        id: "address",
        title: "Postal address",
        keys: &["address", "street_address", "billing_address", "home_address", "shipping_address"],
        words: &["address", "billing address", "home address"],
        frames: ABOUT_PLACES,
        bare: &[
            "card will be sent to {v} within 5 days",
            "courier went to {v}, nobody there",
            "branch visit planned at {v}",
            "returned mail from {v}",
        ],
        fit: WRITTEN,
        swift: &[":50K:/DE89370400440532013000\nMARKUS TESTMANN\n{v}", ":50F:/12345678\n1/MARKUS TESTMANN\n2/{v}\n3/DE/HAMBURG"],
        make: address,
        ..PLAIN
    },
    Class {
        id: "birth-date",
        title: "Date of birth",
        keys: &["date_of_birth", "dob", "birth_date", "birthdate"],
        words: &["date of birth", "DOB", "birth date"],
        frames: &[
            "{w} {v} differs from the passport",
            "age check failed, {w}: {v}",
            "customer is a minor ({w} {v})",
            "{w} {v} confirmed by video identification",
            "missing consent of a parent, {w} {v}",
            "Geburtsdatum {v} weicht vom Ausweis ab",
            "date de naissance {v} refusée",
            "fecha de nacimiento: {v}, sin verificar",
        ],
        fit: WRITTEN,
        swift: &[":50F:/12345678\n1/MARKUS TESTMANN\n4/{v}"],
        make: birth_date,
        ..PLAIN
    },
];

/// Words that are part of many streets.
const GENERIC: [&str; 40] = [
    "lane",
    "road",
    "street",
    "close",
    "gardens",
    "crescent",
    "grove",
    "walk",
    "drive",
    "place",
    "terrace",
    "mews",
    "trail",
    "blvd",
    "lake",
    "creek",
    "mill",
    "avenue",
    "boulevard",
    "rue",
    "calle",
    "plaza",
    "corso",
    "viale",
    "piazza",
    "strada",
    "largo",
    "chemin",
    "route",
    "quai",
    "third",
    "cross",
    "main",
    "fort",
    "court",
    "parade",
    "centro",
    "alten",
    "hinter",
    "under",
];

pub(super) fn drawn(shape: &str, prng: &mut Prng) -> String {
    let mut first = true;
    shape
        .chars()
        .map(|c| match c {
            '9' if std::mem::take(&mut first) => prng.digits(1),
            '9' => prng.any_digits(1),
            'A' => prng.of("ABDEFGHJLNPQRSTUWXYZ", 1),
            other => other.to_string(),
        })
        .collect()
}

/// Every name of the pool once before any comes again: what one line tells must not help with another.
fn nth(pool: usize, prng: &Prng, stride: usize) -> usize {
    (prng.nth.wrapping_mul(stride).wrapping_add(prng.salt)) % pool.max(1)
}

pub(super) fn drawn_name(prng: &mut Prng) -> (String, String, bool) {
    let cultures = if prng.once_in(9) { NATIVE } else { LATIN };
    let flat = |part: fn(&Culture) -> &'static [&'static str]| -> Vec<(usize, &'static str)> {
        cultures.iter().enumerate().flat_map(|(at, culture)| part(culture).iter().map(move |&name| (at, name))).collect()
    };
    let given = flat(|culture| culture.given);
    let (at, given) = given[nth(given.len(), prng, 7)];
    let family = cultures[at].family;
    (given.to_owned(), family[nth(family.len(), prng, 5)].to_owned(), cultures[at].family_first)
}

/// Words of a name that tell whose it is.
fn telling(name: &str) -> Vec<String> {
    let words = name.split([' ', '-', '\'']).map(str::to_lowercase);
    words.filter(|word| word.chars().count() > 2 && !PARTICLES.contains(&word.as_str())).collect()
}

fn name(prng: &mut Prng) -> Value {
    let (given, family, family_first) = drawn_name(prng);
    let latin = given.bytes().any(|byte| byte.is_ascii_alphabetic());
    let (written, proof) = if family_first && !latin {
        (format!("{family}{given}"), Proof::Contains(vec![format!("{family}{given}"), given.clone()]))
    } else {
        let words: Vec<String> = telling(&given).into_iter().chain(telling(&family)).collect();
        let written = if family_first { format!("{family} {given}") } else { format!("{given} {family}") };
        (written, Proof::Whole(words))
    };
    let forms = match prng.below(5) {
        0 if latin => vec![written.to_uppercase()],
        1 if latin && !family_first => vec![format!("{}, {given}", family.to_uppercase())],
        _ => vec![written.clone()],
    };
    let split = Split::Fields(vec![("first_name", given), ("last_name", family)]);
    Value { canonical: written.to_lowercase(), forms, groups: Vec::new(), split, proof }
}

fn address_in(country: &Country, prng: &mut Prng) -> Value {
    let (street, city) = (prng.pick(country.streets), prng.pick(country.cities));
    let (number, postcode) = (prng.between(1, 189).to_string(), drawn(country.postcode, prng));
    let written = prng.pick(country.layouts).replace("{n}", &number).replace("{s}", street).replace("{p}", &postcode).replace("{c}", city);
    let mut telling: Vec<String> = street
        .split([' ', '-', '.', '/', '\''])
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 3 && !GENERIC.contains(&word.as_str()))
        .collect();
    telling.push(postcode.to_lowercase());
    let split =
        Split::Fields(vec![("street", (*street).to_owned()), ("house_number", number), ("postal_code", postcode), ("city", (*city).to_owned())]);
    Value { canonical: written.to_lowercase(), forms: vec![written], groups: Vec::new(), split, proof: Proof::Whole(telling) }
}

fn address(prng: &mut Prng) -> Value {
    let country = &COUNTRIES[prng.below(COUNTRIES.len())];
    address_in(country, prng)
}

fn birth_date(prng: &mut Prng) -> Value {
    let (year, month, day) = (prng.between(1938, 2007), prng.between(1, 12), prng.between(1, 28));
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month_name = usize::try_from(month - 1).map_or("Jan", |at| MONTHS[at]);
    let all = [
        format!("{year}-{month:02}-{day:02}"),
        format!("{day:02}.{month:02}.{year}"),
        format!("{day:02}/{month:02}/{year}"),
        format!("{day} {month_name} {year}"),
        format!("{year}{month:02}{day:02}"),
    ];
    // Any day, month and year that stand together; the year alone would not tell.
    let proof = Proof::Contains(
        all.iter()
            .map(|form| form.to_lowercase())
            .chain([format!("{month:02}/{day:02}/{year}"), format!("{year}/{month:02}/{day:02}"), format!("{day:02}-{month:02}-{year}")])
            .collect(),
    );
    let split = Split::Fields(vec![("birth_year", year.to_string()), ("birth_month", month.to_string()), ("birth_day", day.to_string())]);
    // The compact form is for SWIFT and numbers; people write one of the others.
    let form = all[prng.below(4)].clone();
    Value { canonical: all[0].clone(), forms: vec![form], groups: Vec::new(), split, proof }
}
