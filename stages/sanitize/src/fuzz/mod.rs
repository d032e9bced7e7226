//! Fuzz targets of the scanner, the JSON walk, numbers and names of fields. `cargo xtask fuzz sanitize` runs them for longer.

mod lines;
mod parts;
mod record;

use std::cell::RefCell;
use std::sync::LazyLock;

use crate::engine::Engine;
use crate::testing;
use crate::worker::Worker;

static ENGINE: LazyLock<Engine> = LazyLock::new(testing::engine);

thread_local! {
    static WORKER: RefCell<Worker<'static>> = RefCell::new(Worker::new(&ENGINE, false));
    static GATHERER: RefCell<Worker<'static>> = RefCell::new(Worker::new(&ENGINE, true));
}

/// Everything that means something to the scanner.
const TOKENS: &[&[u8]] = &[
    b"4111111111111111",
    b"4111 1111 1111 1111",
    b"DE89370400440532013000",
    b"jane.roe@example.com",
    b"jane%40x.com",
    b"536-22-8145",
    b"+44 20 7946 0958",
    b"203.0.113.7",
    b"2001:db8::1",
    b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig",
    b"Bearer abc123def456",
    b"-----BEGIN PRIVATE KEY-----",
    b"-----END ",
    b"password=",
    b"\"ssn\":\"",
    b"account ",
    b"customer ",
    b"Mr ",
    b"Jane ",
    b"O'Brien",
    b"{\"a\":",
    b"{\"name\":\"Jane\"}",
    b"\"value\":\"",
    b"}",
    b"[",
    b"]",
    b"[CARD_",
    b"\\\"",
    b"\\u0041",
    b"\\ud83d",
    b"=",
    b":",
    b"::",
    b"://",
    b"@",
    b"%25",
    b"%40",
    b"<name>",
    b"</name>",
    b"\n",
    b"2026-11-22",
    b"12:30:45",
    b"\xc3\xa9",
    b"\xc2\xa0",
    b"\xe2\x80\x8b",
    b"\xef\xbc\x94\xef\xbc\x91",
    b"\xf0\x9f\x98\x80",
    b"%B4111111111111111^",
    b"sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    b"user ",
    b"4.111e15",
    b"null",
    b"true",
    b"[[[[[[[[[[[[[[[[[[[[[[",
];

const SEEDS: [&[u8]; 5] = [
    br#"{"timestamp":"2026-01-02T03:04:05Z","customer":{"name":"Jane Roe","id":"CUS-1"},"card":4111111111111111,"amount":12.5,"message":"paid by Jane Roe"}"#,
    br#"{"key":"ssn","value":"536-22-8145","note":"{\"iban\":\"DE89370400440532013000\"}","list":[1,"a",{"b":null}]}"#,
    b"2026-01-02 ERROR user=jane.roe@example.com failed: account 12345678 customer Jane Roe called +44 20 7946 0958 from 203.0.113.7",
    b"GET /a?email=jane%40example.com&card=4111%201111%201111%201111 Authorization: Bearer abc123def456",
    "Überweisung von José Müller an DE89 3704 0044 0532 0130 00 über 12,50 €".as_bytes(),
];

fn seeded(name: &'static str) -> fuzz::Target {
    SEEDS.iter().fold(fuzz::Target::new(name, TOKENS), |target, seed| target.seed(seed))
}
