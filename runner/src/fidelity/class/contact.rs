//! How people are reached, and what else a form asks of them.

use super::people::{NAMED, drawn, drawn_name};
use super::{Class, Fit, Need, PLAIN, TYPED};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Proof, Value};
use crate::fidelity::words::COUNTRIES;

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "email",
        title: "E-mail address",
        keys: &["email", "email_address", "contact_email", "customer_email"],
        words: &["email", "e-mail", "mail address"],
        frames: &[
            "{w} {v} bounced with 550 5.1.1",
            "statement sent to {w} {v}",
            "{w} changed to {v}, confirmation pending",
            "two customers share the {w} {v}",
            "no DKIM for replies from {w} {v}",
        ],
        bare: &[
            "mail to {v} bounced with 550 5.1.1",
            "sign-in link sent to {v}",
            "{v} unsubscribed from the newsletter",
            "sender {v} is on the allow list",
            "delivery to <{v}> deferred",
        ],
        fit: NAMED,
        userinfo: &["https://{v}@webmail.bank.example/inbox", "imaps://{v}:993@mail.bank.example"],
        make: email,
        ..PLAIN
    },
    Class {
        id: "phone",
        title: "Telephone number, international",
        keys: &["phone", "phone_number", "mobile", "mobile_number", "msisdn"],
        words: &["phone", "mobile", "telephone"],
        frames: CALLS,
        bare: &["one-time code sent to {v}", "call to {v} was not answered", "SMS to {v} rejected by carrier, code 21", "WhatsApp opt-in from {v}"],
        fit: TYPED,
        make: international,
        ..PLAIN
    },
    Class {
        id: "phone-national",
        title: "Telephone number, national form",
        keys: &["phone", "phone_number", "mobile", "home_phone", "contact_number"],
        words: &["phone", "mobile", "tel.", "phone number"],
        frames: CALLS,
        fit: TYPED,
        make: national,
        ..PLAIN
    },
    Class {
        id: "zip",
        title: "Postcode, by its name",
        need: Need::Should,
        keys: &["zip", "zip_code", "postal_code", "postcode"],
        words: &["ZIP", "postcode", "postal code"],
        frames: &["AVS mismatch on {w} {v}", "{w} {v} is outside the delivery area", "{w}: {v} not in the directory", "no branch near {w} {v}"],
        fit: Fit { key: false, typed: false, case: false, prose: true },
        make: |prng| {
            let country = prng.one(&["US", "DE", "GB", "NL", "BR"]);
            let shape = COUNTRIES.iter().find(|it| it.code == country).map_or("99999", |it| it.postcode);
            let text = drawn(shape, prng);
            Value { proof: Proof::whole([text.as_str()]), ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "age",
        title: "Age, by its name",
        need: Need::Should,
        keys: &["age", "customer_age", "age_years"],
        words: &["age"],
        frames: &["customer {w} {v} is below the limit", "{w}: {v}, product not suitable", "risk class depends on {w} {v}"],
        fit: Fit { key: false, typed: false, case: false, prose: true },
        make: |prng| Value::plain(prng.between(21, 94).to_string()),
        ..PLAIN
    },
];

const CALLS: &[&str] = &[
    "{w} {v} could not be reached",
    "one-time code sent to {w} {v}",
    "{w} changed to {v}",
    "{w}: {v} is already used by another profile",
    "call back requested, {w} {v}",
    "please ring the customer on {w} {v} after 6 pm",
];

fn email(prng: &mut Prng) -> Value {
    let (given, family, _) = loop {
        let (given, family, first) = drawn_name(prng);
        let plain = |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
        let (given, family) = (plain(&given), plain(&family));
        if given.len() > 2 && family.len() > 3 {
            break (given, family, first);
        }
        prng.nth += 1;
    };
    let initial = given.chars().take(1).collect::<String>();
    let local = match prng.below(5) {
        0 => format!("{given}.{family}"),
        1 => format!("{initial}{family}{}", prng.between(10, 99)),
        2 => format!("{family}_{given}"),
        3 => format!("{given}.{family}+bank"),
        _ => format!("{given}{}", prng.between(1950, 2009)),
    };
    let domain = prng.one(&[
        "posteo.example",
        "mail.example.org",
        "example.com",
        "fastpost.example.net",
        "uni-halle.example",
        "example.co.uk",
        "correo.example.es",
    ]);
    let text = format!("{local}@{domain}");
    Value { proof: Proof::whole([local.as_str(), text.as_str()]), ..Value::plain(text) }
}

/// Country code, and the lengths of the groups of a mobile number there.
const PHONES: &[(&str, &str, &[usize])] = &[
    ("49", "15", &[3, 4, 4]),
    ("44", "7", &[4, 6]),
    ("1", "2", &[3, 3, 4]),
    ("33", "6", &[1, 2, 2, 2, 2]),
    ("34", "6", &[3, 3, 3]),
    ("39", "34", &[3, 7]),
    ("31", "6", &[1, 8]),
    ("48", "6", &[3, 3, 3]),
    ("91", "98", &[5, 5]),
    ("65", "9", &[4, 4]),
    ("55", "11", &[2, 5, 4]),
    ("971", "50", &[2, 3, 4]),
];

fn international(prng: &mut Prng) -> Value {
    let (code, first, lengths) = prng.one(PHONES);
    let subscriber = format!("{first}{}", prng.any_digits(lengths.iter().sum::<usize>() - first.len()));
    let groups = Value::grouped(&subscriber, lengths, " ", true).groups;
    let canonical = format!("+{code}{subscriber}");
    let written = match prng.below(3) {
        0 => canonical.clone(),
        1 => format!("+{code} {}", groups.join(" ")),
        _ => format!("+{code}-{}", groups.join("-")),
    };
    let all = std::iter::once(format!("+{code}")).chain(groups).collect();
    Value { forms: vec![written], groups: all, proof: Proof::of_run(&subscriber), ..Value::plain(canonical) }
}

fn national(prng: &mut Prng) -> Value {
    let area = prng.between(201, 989);
    let (exchange, line) = (prng.between(200, 999), prng.any_digits(4));
    let (text, written) = match prng.below(4) {
        0 => (format!("{area}{exchange}{line}"), format!("({area}) {exchange}-{line}")),
        1 => (format!("{area}{exchange}{line}"), format!("{area}-{exchange}-{line}")),
        2 => (format!("0{area}{exchange}{line}"), format!("0{area} {exchange}{line}")),
        _ => (format!("0{area}{exchange}{line}"), format!("0{area}/{exchange}{line}")),
    };
    Value { forms: vec![written], ..Value::plain(text) }.halved()
}
