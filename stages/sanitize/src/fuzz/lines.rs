//! Lines as systems print them: the bytes of an input choose a head, carriers, keys and values, so that each is well formed.

use fuzz::{Target, shape};

use super::record::scanned;
use crate::anywhere::{CARRIERS, KEYS, NAMED, VALUES, spelled, written};

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
const HEADS: &[&str] = &[
    "",
    "2026-01-02 03:04:05.678 INFO [main] c.b.pay.Ledger - ",
    "<34>1 2026-01-02T03:04:05Z node7 pay 4711 - - ",
    "Jan  2 03:04:05 node7 pay[4711]: ",
    "ERROR c.b.pay.Ledger: ",
    "level=warn msg=refused ",
];
const WORDS: &[&str] = &["refused", "for", "payment of", "from", "sent to", "with", "called", "retry", "at", "no match:"];

/// The last carrier, in which a word stands before a value.
const PROSE: u8 = CARRIERS - 1;
/// The one of elements, whose names have no dots.
const ELEMENTS: u8 = 3;

struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or_default()
    }

    fn next(&mut self) -> usize {
        self.byte().into()
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
    let carrier = choices.byte() % CARRIERS;
    let count = 1 + choices.next() % 4;
    let fields: Vec<(String, &str)> = (0..count)
        .map(|_| {
            let key = choices.of(if carrier == PROSE { WORDS } else { KEYS });
            let value = match choices.next() {
                pick if pick % 2 == 0 => {
                    let (value, secret) = VALUES[pick / 2 % VALUES.len()];
                    gone.push(secret);
                    value
                }
                pick if pick % 4 == 1 && carrier != PROSE => {
                    let (key, (value, secret)) = named(&mut choices, carrier);
                    gone.push(secret);
                    return (key, value);
                }
                pick => OTHER[pick / 2 % OTHER.len()],
            };
            (key.to_owned(), value)
        })
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    line.push_str(&written(carrier, &fields));
    (line, gone)
}

/// A name that says whose its value is, in one of its spellings, and a value with what of it must be gone.
fn named(choices: &mut Choices<'_>, carrier: u8) -> (String, (&'static str, &'static str)) {
    let named = &NAMED[choices.next() % NAMED.len()];
    let words = format!("{} {}", choices.of(named.before), choices.of(named.names));
    let key = spelled(words.trim_start(), choices.next());
    let key = if carrier == ELEMENTS { key.replace('.', "_") } else { key };
    (key, named.values[choices.next() % named.values.len()])
}

/// What is known by itself goes wherever a line has it, and what comes out, searched again, is left as it is.
#[test]
fn lines() {
    Target::new("sanitize-lines", &[]).seed(&[1, 0, 3, 3, 0, 4, 2, 6, 6]).seed(&[0, 6, 2, 1, 0, 3, 8, 5, 19]).executions(1_000).check(|input| {
        let (text, gone) = line(input);
        let (hits, out) = scanned(&text);
        for secret in gone {
            assert!(!out.contains(secret), "{secret} of {text} stays in {out}");
        }
        assert_eq!(scanned(&out).1, out, "sanitizing twice changes something");
        shape(&(hits, input.get(1).map(|carrier| carrier % CARRIERS)))
    });
}
