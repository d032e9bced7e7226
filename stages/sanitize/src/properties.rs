//! Properties of the scanner over texts put together from everything that matters to it.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;

use crate::detect;
use crate::engine::Engine;
use crate::scan::driver::Scope;
use crate::testing;
use crate::worker::Worker;

static ENGINE: LazyLock<Engine> = LazyLock::new(testing::engine);

thread_local! {
    static WORKER: RefCell<Worker<'static>> = RefCell::new(Worker::new(&ENGINE, false));
}

/// Scans a text with a worker that has scanned others before.
fn scanned(text: &str) -> String {
    WORKER.with_borrow_mut(|worker| {
        worker.hits.clear();
        (worker.wasted, worker.searched, worker.bound_searched) = (0, 0, 0);
        worker.named_binds.clear();
        worker.scan(text, Scope::TEXT);
        let mut out = String::new();
        worker.hits.render(text, 0, &mut out);
        out
    })
}

const PIECES: &[&str] = &[
    "4111111111111111",
    "4111 1111 1111 1111",
    "DE89370400440532013000",
    "jane.roe@example.com",
    "jane%40x.com",
    "536-22-8145",
    "+44 20 7946 0958",
    "(415) 555-2671",
    "203.0.113.7",
    "2001:db8::1",
    "00:1a:2b:3c:4d:5e",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig",
    "Bearer abc123def456",
    "-----BEGIN PRIVATE KEY-----",
    "-----END ",
    "password=",
    "\"ssn\":\"",
    "cvv",
    "account ",
    "customer ",
    "Mr ",
    "Jane ",
    "Roe",
    "O'Brien",
    "{\"a\":",
    "{\"name\":\"Jane\"}",
    "}",
    "[",
    "]",
    "[CARD_",
    "\\\"",
    "\\u0041",
    "=",
    ":",
    "::",
    "://",
    "@",
    "%",
    "%4",
    "%40",
    "%25",
    "<name>",
    "</name>",
    "\n",
    " ",
    "-",
    ".",
    "/",
    "1",
    "12",
    "123",
    "2026-11-22",
    "12:30:45",
    "é",
    "日本",
    "\u{a0}",
    "\u{200b}",
    "４１１１",
    "\u{2011}",
    "😀",
    "ORD-2024-000123",
    "a",
    "Z",
    "via Roma 12, ",
    "38.37746, 2.04416",
    ";4111111111111111=3012",
    "%B4111111111111111^",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "postgres://a:b@c/",
    "authorization: ",
    "user ",
    "jdoe42",
    "value\":\"",
    "'",
];

/// Pieces of segments, of messages and of dumps, in which the place of a value says what it is.
const SEGMENTS: &[&str] = &[
    "NM1*IL*1*ROE*JANE*",
    "NM1*85*2*",
    "~N3*12 MILL LANE~N4*DAYTON*OH*45402",
    "PER*IC*",
    "*EM*",
    "ISA|",
    "BPR*C*1.00*C*ACH*CTX*01*",
    "~",
    "*",
    "|",
    "ROE",
    "é",
    "0048217733",
    "jane.roe@example.com",
];
const MESSAGES: &[&str] = &[
    "ACCOUNT,/I/PROCESS,",
    "ENQUIRY.SELECT,,",
    "OPER03/Tz77kq,0048217733,",
    "SHORT.NAME:1:1=",
    "CUSTOMER.NO:EQ=",
    "Quince",
    "\"",
    ",",
    "é",
    "0048217733",
];
const DUMPS: &[&str] = &["WS-CUST-NM X(20) DISP ", "LK-ACCT-NO PIC 9(10) VALUE '", "LK-ADDR X(30)", "'", "\n", "JANE", "ROE", "é", "0048217733"];

fn placed() -> impl Strategy<Value = String> {
    let pieces = |list: &'static [&'static str]| proptest::collection::vec(proptest::sample::select(list), 0..10);
    prop_oneof![pieces(SEGMENTS), pieces(MESSAGES), pieces(DUMPS)].prop_map(|pieces| pieces.join(" "))
}

fn text(glue: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    proptest::collection::vec(piece, 0..14).prop_map(move |pieces| pieces.join(glue))
}

// Values glued to each other have no border of their own: there, a second look may find what the first replacement laid open.
proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(2), ..ProptestConfig::default() })]

    #[test]
    fn sanitizing_twice_is_sanitizing_once(text in text(" ")) {
        let once = scanned(&text);
        prop_assert_eq!(scanned(&once), once);
    }

    #[test]
    fn placed_values_are_replaced_once(text in placed()) {
        let once = scanned(&text);
        prop_assert_eq!(scanned(&once), once);
    }

    #[test]
    fn no_planted_value_is_left(before in text(""), after in text("")) {
        for value in ["4539148803436467", "hans.meier@bank.example", "GB29NWBK60161331926819"] {
            let planted = format!("{before} {value} {after}");
            prop_assert!(!scanned(&planted).contains(value), "{}", planted);
        }
    }
}

#[test]
fn the_time_is_linear() {
    let mut units: Vec<String> = (b' '..=b'~').map(|byte| char::from(byte).to_string()).collect();
    units.extend(
        [
            "1 ",
            "1-",
            "1.",
            "a=",
            "a:",
            "a.",
            "A ",
            "Ab ",
            "%4",
            "%41",
            "{\"",
            "{\"a\":",
            "=\"",
            "::",
            "a:a",
            "@a",
            "a@",
            "4111 ",
            "é",
            "\u{a0}",
            "[CARD_",
            "\\\"",
            "12-",
            "eyJ",
            "<a>",
            "insert into t (a) values ('",
            "insert into t(a) values (x(",
            "NM1*IL*1*a*",
            "N1*",
            "A*B ",
            "PER*IC*a ",
            "A:1:1=",
            "AB,/I/PROCESS,",
            "A/I,",
            "AB-NM X(9) A ",
            "AB PIC 9 ",
            "X(1",
            "insert into t (a) values ('b','c'), ",
        ]
        .map(str::to_owned),
    );
    for unit in units {
        // Eight times the text: eight times the time is fair, sixty-four would be quadratic. A busy machine disturbs one look, not five.
        let linear = (0..5).any(|_| time_of(&unit, 64 << 10) < time_of(&unit, 8 << 10) * 32 + Duration::from_millis(100));
        assert!(linear, "{unit:?}: 64 KiB take far more than eight times the time of 8 KiB");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test of speed needs a clock; stages have none")]
fn time_of(unit: &str, bytes: usize) -> Duration {
    let text = unit.repeat(bytes / unit.len());
    let timed = || {
        let start = std::time::Instant::now();
        scanned(&text);
        start.elapsed()
    };
    (0..2).map(|_| timed()).min().expect("two runs")
}

#[test]
fn every_listed_value_goes_in_the_whole_scanner_too() {
    for detector in detect::ALL.iter().filter(|detector| detector.id != "uuid") {
        for text in detector.matches {
            assert_ne!(scanned(text), **text, "{}", detector.id);
        }
    }
}
