//! Lines as systems print them: the bytes of an input choose a head, carriers, keys and values, so that each is well formed.

use fuzz::{Target, shape};

use super::record::scanned;

/// Values of classes that are known by themselves, with what must be gone of each.
const STRONG: &[(&str, &str)] = &[
    ("4539148803436467", "4539148803436467"),
    ("4111 1111 1111 1111", "1111 1111"),
    ("5500-0055-5555-5559", "0055-5555"),
    ("DE89370400440532013000", "370400440532013000"),
    ("GB82 WEST 1234 5698 7654 32", "1234 5698"),
    ("jane.roe@example.com", "jane.roe"),
    ("o.keller+bank@mail.example.co.uk", "o.keller"),
    ("536-22-8145", "536-22-8145"),
    ("203.0.113.61", "203.0.113.61"),
    ("2001:db8:85a3::8a2e:370:7334", "8a2e:370"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "dozjgNryP4J3jVmNHl0w5N"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F292c6912E7710c838347Ae178B4a"),
    ("+44 20 7946 0958", "7946 0958"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
];
/// Values that say nothing, or something only behind a key that names it.
const OTHER: &[&str] = &[
    "OK",
    "12.50",
    "EUR 1,204.00",
    "ord-5512",
    "17",
    "PT0.4S",
    "2026-01-02",
    "c.b.pay.Ledger",
    "true",
    "Jane Roe",
    "roe.jane",
    "8841207733",
    "a b",
    "/v1/pay",
    "GET",
    "R03",
    "5f2b7c1e-0d8f-4c1b-9a51-2f7e3c9d1b10",
    "1767323045678",
    "Acme Ltd",
];
const KEYS: &[&str] = &[
    "ref",
    "status",
    "amount",
    "card",
    "iban",
    "email",
    "customerName",
    "user",
    "accountNo",
    "phone",
    "note",
    "src",
    "reason",
    "traceId",
    "data",
    "value",
    "payee",
    "id",
    "message",
    "took",
];
const HEADS: &[&str] = &[
    "",
    "2026-01-02 03:04:05.678 INFO [main] c.b.pay.Ledger - ",
    "<34>1 2026-01-02T03:04:05Z node7 pay 4711 - - ",
    "Jan  2 03:04:05 node7 pay[4711]: ",
    "ERROR c.b.pay.Ledger: ",
    "level=warn msg=refused ",
];
const WORDS: &[&str] = &["refused", "for", "payment of", "from", "sent to", "with", "called", "retry", "at", "no match:"];

/// Seven ways to write one key and its value.
const CARRIERS: u8 = 7;

struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl Choices<'_> {
    fn next(&mut self) -> usize {
        self.bytes.next().copied().unwrap_or_default().into()
    }

    fn of(&mut self, list: &[&'static str]) -> &'static str {
        list[self.next() % list.len()]
    }
}

/// The line that the bytes choose, and what of it must be gone.
fn line(input: &[u8]) -> (String, Vec<&'static str>) {
    let mut choices = Choices { bytes: input.iter() };
    let mut gone = Vec::new();
    let mut line = choices.of(HEADS).to_owned();
    let carrier = choices.next() % usize::from(CARRIERS);
    let count = 1 + choices.next() % 4;
    let fields: Vec<(&str, &str)> = (0..count)
        .map(|_| {
            let key = choices.of(if carrier == 6 { WORDS } else { KEYS });
            let value = match choices.next() {
                pick if pick % 2 == 0 => {
                    let (value, secret) = STRONG[pick / 2 % STRONG.len()];
                    gone.push(secret);
                    value
                }
                pick => OTHER[pick / 2 % OTHER.len()],
            };
            (key, value)
        })
        .collect();
    let joined = |sign: &str, one: &dyn Fn(&str, &str) -> String| fields.iter().map(|(key, value)| one(key, value)).collect::<Vec<_>>().join(sign);
    line.push_str(&match carrier {
        0 => format!("{{{}}}", joined(",", &|key, value| format!("\"{key}\":\"{value}\""))),
        1 => joined(" ", &|key, value| format!("{key}=\"{value}\"")),
        2 => format!("Payment{{{}}}", joined(", ", &|key, value| format!("{key}='{value}'"))),
        3 => format!("<p>{}</p>", joined("", &|key, value| format!("<{key}>{value}</{key}>"))),
        4 => format!("\"{{{}}}\"", joined(",", &|key, value| format!("\\\"{key}\\\":\\\"{value}\\\""))),
        5 => joined("; ", &|key, value| format!("{key}: {value}")),
        _ => joined(" ", &|word, value| format!("{word} {value}")),
    });
    (line, gone)
}

/// What is known by itself goes wherever a line has it, and what comes out, searched again, is left as it is.
#[test]
fn lines() {
    Target::new("sanitize-lines", &[]).seed(&[1, 0, 3, 3, 0, 4, 2, 6, 6]).seed(&[0, 6, 2, 1, 0, 3, 8, 5, 19]).executions(1_000).check(|input| {
        let (text, gone) = line(input);
        let (hits, out) = scanned(&text);
        for secret in gone {
            assert!(!out.contains(secret), "{secret} stays in {out}");
        }
        assert_eq!(scanned(&out).1, out, "sanitizing twice changes something");
        shape(&(hits, input.get(1).map(|carrier| carrier % CARRIERS)))
    });
}
