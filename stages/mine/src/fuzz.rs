//! Fuzz targets of what reads sanitized text. `cargo xtask fuzz mine` runs them for longer.

use fuzz::{Target, shape};

use crate::event::{field, http, kind, outcome, words};
use crate::lex::{Piece, lex};

const TOKENS: &[&[u8]] = &[
    b"[CARD_k1ABCDEF]",
    b"<*>",
    b"/api/v1/accounts/{id}",
    b"GET ",
    b"POST ",
    b" HTTP/1.1\" 200",
    b"12ms",
    b"1.5 s",
    b"0x1f",
    b"2026-01-02T03:04:05Z",
    b"550e8400-e29b-41d4-a716-446655440000",
    b"10.0.0.1:8080",
    b"a=b",
    b"failed",
    b"succeeded",
    b"?x=1&y=2",
    b"%20",
    b"\\",
    b"/",
    b".",
    b",",
    b"-",
    b"_",
    b":",
    b"\xc3\xa9",
    b"\xe2\x82\xac",
];

fn seeded(name: &'static str) -> Target {
    let seeds = [
        "POST /api/v1/accounts/[ACCOUNT_k1ABCDEFGHIJKLMNOP]/transfers HTTP/1.1\" 201 12ms",
        "payment [TXN_k1QRST] of 12.50 EUR failed: balance too low (code=E42, retry in 1.5 s)",
        "2026-01-02 03:04:05 worker-7 0x1f 550e8400-e29b-41d4-a716-446655440000 10.0.0.1:8080 ok",
        "C:\\logs\\a.txt a.b.C$D@1f2e3d key=value; über 1,234.56 €",
    ];
    seeds.iter().fold(Target::new(name, TOKENS), |target, seed| target.seed(seed.as_bytes()))
}

/// The pieces of a message join to it again, in order and whole.
#[test]
fn lexer() {
    seeded("mine-lexer").check(|input| {
        let text = String::from_utf8_lossy(input);
        let (mut joined, mut variables) = (String::new(), Vec::new());
        lex(&text, &mut |piece| match piece {
            Piece::Text(part) => joined.push_str(part),
            Piece::Variable(class, part) => {
                assert!(!part.is_empty());
                variables.push(std::mem::discriminant(&class));
                joined.push_str(part);
            }
        });
        assert_eq!(joined, *text);
        variables.truncate(4);
        shape(&variables)
    });
}

/// Routes, durations, states and names of events.
#[test]
fn event() {
    seeded("mine-event").check(|input| {
        let text = String::from_utf8_lossy(input);
        let route = http::route(&text);
        assert!(route.as_ref().is_none_or(|route| route.starts_with('/')));
        let words = words::words(&text);
        let normal = kind::normalise(&text);
        let status = field::status_of_text(&text);
        let latency = field::duration_text_us(&text, 1e3);
        shape(&(
            route.map(|route| route.len().min(64)),
            words.len().min(16),
            normal.map(|text| text.len().min(64)),
            status,
            latency.is_some(),
            outcome::of_text(&text),
        ))
    });
}

/// A key of an event kind reads back as it was written; foreign bytes are none or a key.
#[test]
fn event_key() {
    seeded("mine-event-key").check(|input| {
        let read = kind::read_key(input);
        if let Some((name, method, route, status, outcome)) = read {
            let mut again = Vec::new();
            kind::write_key(name, method, route, status, outcome, &mut again);
            assert_eq!(kind::read_key(&again), read);
        }
        shape(
            &read.map(|(name, method, route, status, outcome)| {
                (name.len().min(16), method.len().min(8), route.len().min(16), status.min(600), outcome)
            }),
        )
    });
}
