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
    use super::{CARRIERS, KEYS, NAMES, PLAIN, SOMEBODY, THINGS, VALUES, written};
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
