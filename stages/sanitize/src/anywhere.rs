//! What is known by itself is hidden wherever it stands: under the name of something else, of a measure, of a thing, in each way of writing a name and
//! its value down. The tables also feed the fuzz target of lines.

/// Values that are known by themselves, and what must be gone of each.
pub(crate) const VALUES: &[(&str, &str)] = &[
    // Cards (ISO/IEC 7812) and tracks (ISO/IEC 7813).
    ("4539148803436467", "8803436467"),
    ("4539 1488 0343 6467", "0343 6467"),
    ("4539-1488-0343-6467", "0343-6467"),
    ("4539.1488.0343.6467", "0343.6467"),
    ("378282246310005", "2246310005"),
    ("3782 822463 10005", "822463"),
    (";4539148803436467=29121011234567890?", "8803436467"),
    // Accounts (ISO 13616).
    ("DE89370400440532013000", "0440532013000"),
    ("de89 3704 0044 0532 0130 00", "0044 0532"),
    ("GB82-WEST-1234-5698-7654-32", "1234-5698"),
    ("NL91ABNA0417164300", "0417164300"),
    // Addresses of mail and machines.
    ("jane.roe@example.com", "jane.roe"),
    ("o.keller+bank@mail.example.co.uk", "o.keller"),
    ("jane.roe%40example.com", "jane.roe"),
    ("203.0.113.61", "203.0.113.61"),
    ("203.0.113.61:51544", "203.0.113.61"),
    ("2001:db8:85a3::8a2e:370:7334", "8a2e:370"),
    ("[2001:db8:85a3::8a2e:370:7334]:443", "8a2e:370"),
    ("00:1B:44:11:3A:B7", "44:11:3A"),
    ("00-1b-44-11-3a-b7", "44-11-3a"),
    // Telephones (ITU-T E.164, North America).
    ("+44 20 7946 0958", "7946 0958"),
    ("+49 (0)171 5532871", "5532871"),
    ("+1-202-555-0143", "555-0143"),
    ("(202) 555-0143", "555-0143"),
    ("+33 6 12 34 56 78", "34 56 78"),
    // Social security, secrets, wallets.
    ("536-22-8145", "22-8145"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "dozjgNryP4J3jVmNHl0w5N"),
    ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "292c6912E7710c"),
    ("https://joe:s3cr3tPw9@db.example.com/x", "s3cr3tPw9"),
    ("Bearer abcDEF123456ghiJKL789", "abcDEF123456ghiJKL789"),
    ("Basic am9lOnB3ZDEyMzQ1Njc=", "am9lOnB3ZDEyMzQ1Njc"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "9b9A09f33669"),
];

/// Names of values: of persons, of things, of measures, and those that say nothing. Not `version`, under which four numbers are one.
#[rustfmt::skip]
pub(crate) const KEYS: &[&str] = &[
    "ref", "status", "amount", "card", "pan", "iban", "email", "customerName", "user", "userId", "accountNo", "phone", "note", "src", "reason", "traceId", "data",
    "value", "payee", "id", "message", "took", "clientIp", "device", "session", "file", "thread", "error", "key", "name", "address", "city", "dob", "postcode",
    "customerId", "orderId", "count", "duration_ms", "level", "url", "path", "code", "branch", "merchant", "bic", "mcc", "currency", "request_id", "host", "logger",
    "type", "comment", "description", "target", "owner", "from", "to",
];

/// Ways to write names and their values down.
pub(crate) const CARRIERS: u8 = 12;

/// A line of the carrier with this number that holds these names and values.
pub(crate) fn written(carrier: u8, fields: &[(&str, &str)]) -> String {
    let joined = |sign: &str, one: &dyn Fn(&str, &str) -> String| fields.iter().map(|(key, value)| one(key, value)).collect::<Vec<_>>().join(sign);
    match carrier {
        0 => format!("{{{}}}", joined(",", &|key, value| format!("\"{key}\":\"{value}\""))),
        1 => joined(" ", &|key, value| format!("{key}=\"{value}\"")),
        2 => format!("Payment{{{}}}", joined(", ", &|key, value| format!("{key}='{value}'"))),
        3 => format!("<p>{}</p>", joined("", &|key, value| format!("<{key}>{value}</{key}>"))),
        4 => format!("\"{{{}}}\"", joined(",", &|key, value| format!("\\\"{key}\\\":\\\"{value}\\\""))),
        5 => joined("; ", &|key, value| format!("{key}: {value}")),
        6 => joined(" ", &|key, value| format!("{key}={value}")),
        7 => format!("Payment({})", joined(", ", &|key, value| format!("{key}={value}"))),
        8 => format!("Payment[{}]", joined(", ", &|key, value| format!("{key}={value}"))),
        9 => {
            format!("GET /x?{} HTTP/1.1", joined("&", &|key, value| format!("{key}={}", value.replace(' ', "%20").replace('+', "%2B"))))
        }
        10 => joined(", ", &|key, value| format!("{key}={value}")),
        _ => joined(" ", &|key, value| format!("{key} {value}")),
    }
}

/// Full names, and the words of each that must be gone.
const NAMES: &[(&str, &[&str])] = &[
    ("Thomas Keller", &["Thomas", "Keller"]),
    ("Keller, Thomas", &["Keller", "Thomas"]),
    ("Jane van der Berg", &["Jane", "Berg"]),
    ("José Müller-Lüdenscheidt", &["José", "Müller", "Lüdenscheidt"]),
    ("Ms. Priya Natarajan", &["Priya", "Natarajan"]),
    ("Tran Van Minh", &["Tran", "Minh"]),
    ("Dr. Anna-Lena Schmidt", &["Anna", "Lena", "Schmidt"]),
    ("Mohammed Al-Rashid", &["Mohammed", "Rashid"]),
    ("J. Kowalczyk", &["Kowalczyk"]),
    ("Grzegorz Brzęczyszczykiewicz", &["Grzegorz", "Brzęczyszczykiewicz"]),
    ("Kim Min-jun", &["Min-jun"]),
    ("SMITH JOHN", &["SMITH", "JOHN"]),
    ("maria lopez", &["maria", "lopez"]),
];

/// Names of values that are somebody's name.
#[rustfmt::skip]
const SOMEBODY: &[&str] = &[
    "customer", "customerName", "customer_name", "user", "username", "owner", "accountOwner", "approver", "approvedBy", "holder", "cardholder", "account_holder", "agent",
    "client", "clientName", "payee", "payer", "beneficiary", "beneficiary_name", "contact", "contactPerson", "signer", "employee", "employeeName", "teller",
    "relationshipManager", "applicant", "borrower", "debtor", "creditor", "recipient", "sender", "fullName", "full_name", "displayName", "name", "kunde", "kundenname",
    "auftraggeber", "titular", "intestatario", "reviewer", "assignee", "createdBy", "modified_by", "requestedBy", "operator", "guarantor", "spouse", "insured",
    "policyHolder", "nameOnCard", "legalName", "personName", "remitter", "ultimateDebtor",
];

/// What is somebody's by its name alone: values and what must be gone of each, names for them in words, and words that stand before these.
pub(crate) struct Named {
    pub(crate) values: &'static [(&'static str, &'static str)],
    pub(crate) names: &'static [&'static str],
    pub(crate) before: &'static [&'static str],
}

#[rustfmt::skip]
pub(crate) const NAMED: &[Named] = &[
    Named {
        values: &[("0044182907", "44182907"), ("44182907", "44182907"), ("3192681944", "92681944"), ("12-345678-9", "345678")],
        names: &["account", "account number", "account no", "acct", "acct no", "acct nbr", "account id", "konto", "kontonummer", "compte", "numero compte", "cuenta", "rekeningnummer", "bank account", "loan account", "settlement account"],
        before: &["", "from", "to", "debit", "credit", "source", "target", "beneficiary", "debtor", "creditor", "payer", "payee", "customer", "old", "new", "linked"],
    },
    Named {
        values: &[("88120447", "88120447"), ("C-8812044", "8812044")],
        names: &["customer id", "customer no", "customer number", "cust id", "cust no", "cif no", "cif number", "client no", "party id", "kundennummer", "klantnummer", "numero cliente", "member number", "customer ref"],
        before: &["", "primary", "old", "new", "related", "parent", "joint"],
    },
    Named {
        values: &[("mkeller82", "mkeller82"), ("kowalczyk.anna", "kowalczyk")],
        names: &["user", "username", "user name", "user id", "login", "login name", "operator id", "teller id", "employee id", "created by", "modified by", "approved by", "benutzername", "utilisateur", "usuario", "utente", "gebruiker", "db user"],
        before: &["", "target", "source", "old", "new", "last"],
    },
    Named {
        values: &[("020 7946 0958", "7946 0958"), ("07700 900123", "900123"), ("2025550143", "5550143"), ("06 12 34 56 78", "34 56 78")],
        names: &["phone", "phone number", "phone no", "mobile", "mobile number", "tel", "telephone number", "msisdn", "cell phone", "telefonnummer", "handynummer", "telefono", "movil", "fax", "callback number"],
        before: &["", "customer", "home", "work", "primary", "new", "old", "emergency", "contact"],
    },
    Named {
        values: &[("1984-03-12", "1984-03"), ("12.03.1984", "03.1984"), ("03/12/1984", "12/1984"), ("19840312", "840312"), ("1984-03-12T00:00:00Z", "1984-03")],
        names: &["dob", "date of birth", "birth date", "birthdate", "birthday", "geburtsdatum", "date naissance", "fecha nacimiento", "data nascita", "geboortedatum"],
        before: &["", "customer", "applicant", "spouse", "holder", "new", "old", "child"],
    },
    Named { values: &[("482193", "482193")], names: &["pin", "card pin", "tpin", "mpin", "atm pin", "otp", "otp code", "one time password", "sms code", "tan", "mtan", "totp", "passcode"], before: &["", "user", "new"] },
    Named { values: &[("482", "482")], names: &["cvv", "cvc", "card verification value", "security code", "card security code", "csc"], before: &["", "card", "new"] },
    Named { values: &[("536228145", "228145"), ("536 22 8145", "22 8145")], names: &["ssn", "social security number", "tax id", "tin"], before: &["", "customer", "applicant", "spouse", "owner"] },
    Named {
        values: &[("12 High Street", "High Street"), ("Hauptstr. 5", "Hauptstr"), ("14 rue de la Paix", "rue de la Paix"), ("Calle Mayor 15, 3B", "Mayor")],
        names: &["address", "street", "address line 1", "addr1", "street address", "strasse", "adresse", "direccion", "indirizzo"],
        before: &["", "customer", "billing", "shipping", "new", "old", "permanent"],
    },
    Named { values: &[("533401278", "533401278"), ("C01X00T47", "C01X00T47")], names: &["passport", "passport no", "passport number", "reisepass", "passeport", "pasaporte"], before: &["", "customer", "applicant", "new"] },
    Named {
        values: &[("Winter2024!", "Winter2024"), ("hunter22", "hunter22"), ("Xy7$kk2#q", "kk2")],
        names: &["password", "passwd", "pwd", "secret", "api key", "client secret", "passphrase", "db password", "access key", "secret key", "passwort", "kennwort", "mot de passe", "encryption key", "memorable word", "security answer"],
        before: &["", "new", "old", "current", "confirm", "admin"],
    },
    Named {
        values: &[("Thomas Keller", "Keller"), ("Keller, Thomas", "Thomas"), ("Priya Natarajan", "Natarajan"), ("Jane van der Berg", "Berg")],
        names: &["full name", "customer name", "account holder", "holder name", "beneficiary name", "payee name", "name on card", "contact person", "kontoinhaber", "nom client", "titular", "intestatario", "debtor name"],
        before: &["", "customer", "new", "old", "primary", "joint", "ultimate"],
    },
    Named {
        values: &[("Keller", "Keller"), ("Brzezinska", "Brzezinska"), ("OKAFOR", "OKAFOR")],
        names: &["first name", "last name", "surname", "given name", "family name", "forename", "nachname", "vorname", "prenom", "apellido", "cognome", "achternaam"],
        before: &["", "customer", "old", "spouse", "applicant", "ultimate"],
    },
    Named { values: &[("9f8e7d6c5b4a39281706f5e4d3c2b1a0", "7d6c5b4a"), ("b7Qx2mLp9RtVw4Zk", "Qx2mLp9R")], names: &["session id", "jsessionid", "access token", "refresh token", "session token", "csrf token", "session key"], before: &["", "user", "old", "http"] },
];

/// A name in words as programs write it, by its number: with humps, joined by signs, in capitals, without borders, as a path or a parameter.
pub(crate) fn spelled(words: &str, number: usize) -> String {
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    let humps: String = words.split(' ').map(capital).collect();
    match number % 10 {
        0 => humps,
        1 => words.split(' ').take(1).map(str::to_owned).chain(words.split(' ').skip(1).map(capital)).collect(),
        2 => words.replace(' ', "_"),
        3 => words.replace(' ', "-"),
        4 => words.replace(' ', "_").to_uppercase(),
        5 => words.replace(' ', ""),
        6 => words.replace(' ', "").to_uppercase(),
        7 => words.replace(' ', "."),
        8 => format!("req.{}", words.replace(' ', "_")),
        _ => format!("p_{}", words.replace(' ', "_")),
    }
}

/// Values that testers need, and names of theirs that tell nothing of a person.
const PLAIN: &[&str] = &[
    "OK",
    "12.50",
    "EUR-1204.00",
    "ord-5512",
    "17",
    "PT0.4S",
    "2026-01-02",
    "2026-01-02T03:04:05Z",
    "c.b.pay.Ledger",
    "true",
    "/v1/pay",
    "GET",
    "R03",
    "5f2b7c1e-0d8f-4c1b-9a51-2f7e3c9d1b10",
    "1767323045678",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "3.11.20",
];
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "ref", "status", "amount", "reason", "traceId", "data", "took", "file", "thread", "error", "orderId", "count", "duration_ms", "level", "path", "code", "mcc",
    "currency", "request_id", "logger", "type", "step", "queue", "batch",
];

mod tests {
    use super::{CARRIERS, KEYS, NAMED, NAMES, PLAIN, SOMEBODY, THINGS, VALUES, spelled, written};
    use crate::testing::{engine, scan_by};
    use crate::worker::Worker;

    #[test]
    fn what_is_known_by_itself_goes_under_any_name_and_stays_gone() {
        let engine = engine();
        let mut worker = Worker::new(&engine, false);
        let mut wrong = Vec::new();
        for (number, &(value, secret)) in VALUES.iter().enumerate() {
            for (other, key) in KEYS.iter().enumerate() {
                for carrier in 0..CARRIERS {
                    let text = match (number + other + usize::from(carrier)) % 3 {
                        0 => written(carrier, &[(key, value), ("n", "1")]),
                        1 => written(carrier, &[("n", "1"), (key, value)]),
                        _ => format!("done {}", written(carrier, &[(key, value), ("step", "lookup")])),
                    };
                    let out = scan_by(&mut worker, &text);
                    if out.contains(secret) {
                        wrong.push(format!("{text} -> {out}"));
                    }
                    let again = scan_by(&mut worker, &out);
                    if again != out {
                        wrong.push(format!("{text} -> {out} -> {again}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn what_a_name_says_goes_in_each_spelling_of_it() {
        // In the last carrier no sign says where a value ends.
        const SIGNED: u8 = CARRIERS - 1;
        let engine = engine();
        let mut worker = Worker::new(&engine, false);
        let (mut wrong, mut turn) = (Vec::new(), 0_usize);
        for named in NAMED {
            let names = named.names.iter().flat_map(|name| named.before.iter().map(move |before| format!("{before} {name}").trim_start().to_owned()));
            for name in names {
                // Each spelling, with a value and in a carrier by turns: all of each meet in the end.
                for spelling in 0..10 {
                    turn += 1;
                    let (value, secret) = named.values[turn % named.values.len()];
                    let key = spelled(&name, spelling);
                    let carrier = (turn * 7 % usize::from(SIGNED)) as u8;
                    // The name of an element has no dots (XML 1.0 2.3 allows them, nobody writes them).
                    let carrier = if carrier == 3 && key.contains('.') { 6 } else { carrier };
                    let text = match turn % 3 {
                        0 => written(carrier, &[(&key, value), ("n", "1")]),
                        1 => written(carrier, &[("status", "OK"), (&key, value)]),
                        _ => format!("done {}", written(carrier, &[(&key, value), ("step", "lookup")])),
                    };
                    let out = scan_by(&mut worker, &text);
                    if out.contains(secret) || scan_by(&mut worker, &out) != out {
                        wrong.push(format!("{text} -> {out}"));
                    }
                }
            }
        }
        assert!(turn > 9_000 && wrong.is_empty(), "{} of {turn}:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn names_of_persons_go_whole_under_any_name_for_somebody() {
        // In the last carrier no sign says where a name begins.
        const PROSE: u8 = CARRIERS - 1;
        let engine = engine();
        let mut worker = Worker::new(&engine, false);
        let mut wrong = Vec::new();
        for &(name, words) in NAMES {
            for key in SOMEBODY {
                let mut lines: Vec<String> = (0..PROSE).map(|carrier| written(carrier, &[(key, name), ("status", "OK")])).collect();
                lines.push(format!("done {key}={name} failed after 3 attempts"));
                lines.push(format!("[{key}={name}] request rejected"));
                lines.push(format!("2026-01-02 INFO c.b.Pay - {key}: {name}"));
                for line in lines {
                    let out = scan_by(&mut worker, &line);
                    if words.iter().any(|word| out.contains(word)) || scan_by(&mut worker, &out) != out {
                        wrong.push(format!("{line} -> {out}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn what_is_nobodys_stays_under_the_names_of_things() {
        let engine = engine();
        let mut worker = Worker::new(&engine, false);
        let lines = PLAIN.iter().flat_map(|value| {
            THINGS.iter().flat_map(move |key| (0..CARRIERS).map(move |carrier| written(carrier, &[(key, value), ("step", "lookup")])))
        });
        let changed: Vec<String> = lines.filter_map(|line| Some(scan_by(&mut worker, &line)).filter(|out| *out != line)).collect();
        assert!(changed.is_empty(), "{} of them:\n{}", changed.len(), changed.join("\n"));
    }
}
