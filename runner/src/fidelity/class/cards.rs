//! Payment cards and what is read off them.

use super::{Class, Fit, Need, PLAIN, TYPED};
use crate::fidelity::checks::{luhn, with_luhn};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Proof, Split, Value};

/// First digits and length of card numbers: brands of the reference list.
const BRANDS: &[(&str, usize)] = &[
    ("4", 16),
    ("4", 16),
    ("4", 13),
    ("4", 19),
    ("51", 16),
    ("54", 16),
    ("2221", 16),
    ("2699", 16),
    ("34", 15),
    ("37", 15),
    ("300", 14),
    ("36", 14),
    ("38", 16),
    ("6011", 16),
    ("645", 16),
    ("65", 19),
    ("3530", 16),
    ("3588", 16),
    ("62", 16),
    ("62", 19),
    ("81", 16),
    ("5018", 12),
    ("5612", 14),
    ("6304", 16),
    ("6759", 18),
    ("6761", 19),
    ("2201", 16),
    ("508", 16),
    ("60", 16),
    ("82", 16),
    ("1", 15),
    ("9792", 16),
    ("506110", 16),
];

const SENTENCES: &[&str] = &[
    "{w} {v} was declined by the issuer, response code 51",
    "authorisation request for {w} {v} timed out after 3000 ms",
    "3-D Secure challenge passed, {w} {v}, eci 05",
    "refund of 24.90 EUR queued to {w} {v}",
    "customer reported {w} {v} as stolen at 14:02",
    "cannot tokenise {w} {v}: vault returned HTTP 503",
    "chargeback 4853 opened against {w} {v}",
    "Zahlung mit Kreditkarte {v} abgelehnt, Grund 05",
    "paiement refusé pour la carte {v}, code 57",
    "velocity limit reached for {w} {v} (6 in 10 min)",
];

const BARE: &[&str] = &[
    "authorisation of {v} declined, response code 05",
    "settlement line 118 rejected: {v} not enrolled",
    "refund to {v} completed in 88 ms",
    "no issuer found for {v}, routed to default acquirer",
    "hotlist lookup {v}: miss",
    "retrying capture for {v}, attempt 2",
];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "card",
        title: "Payment card number",
        keys: &["card_number", "pan", "primary_account_number", "credit_card", "card_no", "debit_card"],
        words: &["card", "credit card", "PAN", "Visa card", "debit card"],
        frames: SENTENCES,
        bare: BARE,
        fit: TYPED,
        iso8583: &[
            "MTI=0100 DE002={v} DE003=000000 DE004=000000002490",
            "0200|2:{v}|3:003000|11:004512",
            "<isomsg><field id=\"0\" value=\"0200\"/><field id=\"2\" value=\"{v}\"/></isomsg>",
        ],
        swift: &[":86:/CARD/{v}/PURCHASE 24,90 EUR", ":70:CARD {v} SETTLEMENT"],
        make: card,
        ..PLAIN
    },
    Class {
        id: "card-mistyped",
        title: "Card number with a wrong check digit",
        keys: &["card_number", "pan", "credit_card_number", "card_no"],
        words: &["card number", "credit card", "PAN"],
        frames: SENTENCES,
        fit: TYPED,
        iso8583: &["MTI=0100 DE002={v} DE003=000000 DE004=000000002490"],
        make: mistyped,
        ..PLAIN
    },
    Class {
        id: "track1",
        title: "Magnetic stripe, track 1",
        keys: &["track1", "track_1_data", "magstripe"],
        words: &["track 1", "magstripe", "swipe"],
        frames: &[
            "terminal 0042 sent {w} {v}",
            "fallback swipe, {w}: {v}",
            "reader error after {w} {v} (LRC mismatch)",
            "{w} data {v} received from POS",
        ],
        bare: &["reader returned {v} and no EMV data", "raw input {v} dropped by terminal driver"],
        iso8583: &["MTI=0200 DE022=901 DE045={v}", "0200|45:{v}|41:T0042"],
        make: track1,
        ..PLAIN
    },
    Class {
        id: "track2",
        title: "Magnetic stripe, track 2",
        keys: &["track2", "track_2_data", "de35"],
        words: &["track 2", "DE35", "swipe"],
        frames: &[
            "terminal 0042 sent {w} {v}",
            "fallback swipe, {w}: {v}",
            "reader error after {w} {v} (LRC mismatch)",
            "{w} data {v} received from POS",
        ],
        bare: &["reader returned {v} and no EMV data", "raw input {v} dropped by terminal driver"],
        iso8583: &[
            "MTI=0200 DE022=901 DE035={v}",
            "0200|35:{v}|41:T0042",
            "<isomsg><field id=\"0\" value=\"0200\"/><field id=\"35\" value=\"{v}\"/></isomsg>",
        ],
        make: track2,
        ..PLAIN
    },
    Class {
        id: "cvv",
        title: "Card verification value",
        keys: &["cvv", "cvc", "cvv2", "security_code", "card_security_code"],
        words: &["CVV", "CVC", "CVV2", "security code"],
        frames: &[
            "{w} {v} did not match, issuer said N",
            "shopper entered {w} {v} twice",
            "{w} check failed: {v}",
            "gateway rejected {w} {v} for the card on file",
            "verify {w}: {v}, result M",
        ],
        fit: Fit { key: false, typed: true, case: false, prose: true },
        iso8583: &["MTI=0100 DE003=000000 DE048.CVV2={v}", "0100|48.92:cvv2={v}|49:978"],
        make: |prng| {
            let digits = if prng.once_in(4) { 4 } else { 3 };
            Value::plain(prng.any_digits(digits))
        },
        ..PLAIN
    },
    Class {
        id: "pin",
        title: "PIN",
        keys: &["pin", "card_pin", "pin_code", "atm_pin"],
        words: &["PIN", "card PIN", "ATM PIN"],
        frames: &[
            "customer entered {w} {v} at ATM 0713",
            "wrong {w} {v}, one try left",
            "{w} changed to {v} over IVR",
            "reset {w}: {v} sent by letter",
            "test harness uses {w} {v}",
        ],
        fit: Fit { key: false, typed: true, case: false, prose: true },
        make: |prng| {
            let digits = prng.one(&[4, 4, 4, 5, 6]);
            Value::plain(prng.any_digits(digits))
        },
        ..PLAIN
    },
    Class {
        id: "pin-block",
        title: "PIN block",
        keys: &["pin_block", "encrypted_pin_block", "de52"],
        words: &["PIN block", "pinblock", "DE52"],
        frames: &["HSM could not translate {w} {v}", "{w} {v} has format 0", "{w}: {v} under zone key 3", "sanity error on {w} {v}, code 69"],
        iso8583: &["MTI=0200 DE041=T0042 DE052={v}", "<isomsg><field id=\"0\" value=\"0200\"/><field id=\"52\" value=\"{v}\"/></isomsg>"],
        make: |prng| Value::secret(prng.of("0123456789ABCDEF", 16)),
        ..PLAIN
    },
    Class {
        id: "card-expiry",
        title: "Card expiry date",
        need: Need::Should,
        keys: &["card_expiry", "expiry_date", "expiry", "exp_date"],
        words: &["expiry", "card expiry", "valid thru"],
        frames: &["{w} {v} is in the past", "card renewed, new {w} {v}", "{w}: {v} does not match the vault", "shopper typed {w} {v}"],
        fit: Fit { key: false, typed: true, case: false, prose: true },
        make: expiry,
        ..PLAIN
    },
];

fn number(prng: &mut Prng) -> String {
    let (first, length) = prng.one(BRANDS);
    let body = prng.any_digits(length - 1 - first.len());
    with_luhn(&format!("{first}{body}"))
}

fn grouped(number: &str, prng: &mut Prng) -> Value {
    let groups: &[usize] = match number.len() {
        15 => &[4, 6, 5],
        14 => &[4, 6, 4],
        _ => &[4, 4, 4, 4, 3],
    };
    let glue = prng.one(&[" ", "-"]);
    Value::grouped(number, groups, glue, true)
}

fn card(prng: &mut Prng) -> Value {
    let number = number(prng);
    grouped(&number, prng)
}

fn mistyped(prng: &mut Prng) -> Value {
    loop {
        let mut number = number(prng);
        // Two neighbours swapped, as fingers do; Luhn sees all such pairs but 09 and 90.
        let at = prng.below(number.len() - 3) + 1;
        let (left, right) = (number.as_bytes()[at], number.as_bytes()[at + 1]);
        number.replace_range(at..at + 2, &format!("{}{}", char::from(right), char::from(left)));
        let (body, last) = number.split_at(number.len() - 1);
        if number.len() > 13 && !last.starts_with(luhn(body)) {
            return grouped(&number, prng);
        }
    }
}

fn on_stripe(prng: &mut Prng) -> (String, String) {
    let body = prng.any_digits(14);
    let pan = with_luhn(&format!("4{body}"));
    let tail = format!("{}{:02}{}{}", prng.between(27, 32), prng.between(1, 12), prng.one(&["101", "201", "226"]), prng.any_digits(10));
    (pan, tail)
}

fn stripe(pan: &str, text: String) -> Value {
    // The number alone, or all that follows it, is what must not stay.
    Value { proof: Proof::of_run(pan), split: Split::Never, ..Value::plain(text) }
}

fn track1(prng: &mut Prng) -> Value {
    let (pan, tail) = on_stripe(prng);
    let family = prng.one(&["KIRCHHOFF", "PEMBERTON", "VILLALOBOS", "OYELARAN", "LINDQVIST", "QUATTROCCHI"]);
    let given = prng.one(&["ANNEGRET", "BARNABY", "LEOCADIA", "FOLASADE", "TORSTEN", "OTTAVIA"]);
    stripe(&pan, format!("%B{pan}^{family}/{given}^{tail}?"))
}

fn track2(prng: &mut Prng) -> Value {
    let (pan, tail) = on_stripe(prng);
    let text = if prng.once_in(3) { format!("{pan}D{tail}F") } else { format!(";{pan}={tail}?") };
    stripe(&pan, text)
}

fn expiry(prng: &mut Prng) -> Value {
    let (month, year) = (prng.between(1, 12), prng.between(27, 34));
    let forms = vec![format!("{month:02}/{year}"), format!("20{year}-{month:02}"), format!("{month:02}/20{year}")];
    let proof = Proof::whole(forms.iter().map(String::as_str));
    let split = Split::Fields(vec![("expiry_month", format!("{month:02}")), ("expiry_year", format!("20{year}"))]);
    Value { canonical: format!("20{year}-{month:02}"), forms, groups: Vec::new(), split, proof }
}
