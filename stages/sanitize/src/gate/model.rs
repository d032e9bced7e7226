//! What the search must find, written down the slow way, and texts made of values and what looks like them.

use std::collections::BTreeMap;

use schemas::pii::PiiClass;

use super::form::{Form, LOWER, PIECES_MAX};
use super::search::{Searcher, tests::known};
use crate::secret::Keys;
use crate::testing::SECRET;
use crate::token::token_len;

/// Values, the last of which ends like ordinary words and numbers do.
const VALUES: [(PiiClass, &str); 8] = [
    (PiiClass::Card, "4111111111111111"),
    (PiiClass::Card, "4539 6613 1860 9139"),
    (PiiClass::Email, "jane.roe@example.com"),
    (PiiClass::Name, "Thandiwe Okonkwo"),
    (PiiClass::Name, "Jean-Luc d'Aubigny"),
    (PiiClass::Iban, "DE89370400440532013000"),
    (PiiClass::Customer, "CUST-00418822-AB"),
    (PiiClass::User, "jane_roe_0041_88"),
];

/// Parts of texts.
#[rustfmt::skip]
const PARTS: [&str; 44] = [
    "4111", "1111", "111111111111", "4111111111111111", "4539", "6613", "1860", "9139", "jane", "Roe", "roe@example", "jane.roe@example", "com", "COM",
    "Thandiwe", "OKONKWO", "ThandiweOkonkwo", "jean", "luc", "d", "aubigny", "DE89", "3704", "0044", "0532", "0130", "00", "de89370400440532013000", "CUST",
    "00418822", "ab", "cust00418822ab", "0041", "88", "x", "account in", "2026-11-20T18:03:44.394", "65d3b18fd9a4c0e7f1234567890abcde", "[TOKEN]", "[", "]",
    "a rather long word that is in no value at all, twice: a rather long word that is in no value at all", "\"", ">",
];
const JOINTS: [&str; 14] = ["", "", " ", " ", "-", ".", "_", "'", ", ", "  ", ",", "/", "- ", "\n"];

/// Whether a text holds a value.
fn holds(keys: &Keys, values: &BTreeMap<Vec<u8>, PiiClass>, ends: &[Vec<u8>], text: &[u8]) -> bool {
    // Pieces, and what stands before each; none where no value goes on.
    let (mut pieces, mut at, mut before) = (Vec::new(), 0, Some(Vec::new()));
    while at < text.len() {
        if let Some(len) = token_len(keys, &text[at..]).filter(|_| text[at] == b'[') {
            (at, before) = (at + len, None);
        } else if LOWER[usize::from(text[at])] == 0 {
            before.iter_mut().for_each(|signs| signs.push(text[at]));
            at += 1;
        } else {
            let len = text[at..].iter().take_while(|byte| LOWER[usize::from(**byte)] != 0).count();
            pieces.push((before, text[at..at + len].to_ascii_lowercase()));
            (at, before) = (at + len, Some(Vec::new()));
        }
    }
    let joins = |class, number: bool, signs: &[u8]| {
        let blanks = !signs.is_empty() && signs.iter().all(|sign| matches!(sign, b' ' | b'\t'));
        let sign = matches!(signs, [b'.' | b'_' | b'+' | b'\'']);
        match class {
            PiiClass::Name => signs == b"-" || blanks || sign || signs == b", ",
            PiiClass::Iban => signs == b"-" || blanks,
            _ => signs == b"-" || if number { blanks } else { sign },
        }
    };
    (0..pieces.len()).any(|last| {
        (0..=last).rev().take(PIECES_MAX).any(|first| {
            let form = pieces[first..=last].iter().flat_map(|(_, piece)| piece.clone()).collect::<Vec<_>>();
            let number = form.iter().all(u8::is_ascii_digit);
            values.get(&form).is_some_and(|&class| {
                let joined = pieces[first + 1..=last].iter().all(|(signs, _)| signs.as_ref().is_some_and(|signs| joins(class, number, signs)));
                first == last || joined && (number || ends.contains(&pieces[last].1))
            })
        })
    })
}

#[test]
fn what_is_found_is_what_the_model_says() {
    let keys = Keys::derive(SECRET).unwrap();
    let lexicon = known(&keys, &VALUES);
    let (mut values, mut ends) = (BTreeMap::new(), Vec::new());
    for (class, value) in VALUES {
        let mut form = Form::default();
        form.of(value).unwrap();
        values.insert(form.text.clone(), class);
        ends.extend(form.ends(class).map(<[u8]>::to_vec));
    }
    let mut token = String::from("[CARD_");
    token.push_str(std::str::from_utf8(&keys.key_id).unwrap());
    token.push_str("ABCDEFGHIJKL2345]");
    let mut searcher = Searcher::new(&keys, &lexicon);
    let (mut state, mut found) = (7_u64, 0);
    let mut draw = |from: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % from
    };
    for round in 0..60_000 {
        let mut text = String::new();
        for _ in 0..1 + draw(9) {
            // Values as they are, their pieces in order, and anything else.
            match draw(8) {
                0 => text.push_str(VALUES[draw(VALUES.len())].1),
                1 | 2 => {
                    let (from, joint) = (draw(PARTS.len() - 6), JOINTS[draw(JOINTS.len())]);
                    text.push_str(&PARTS[from..from + 2 + draw(5)].join(joint));
                }
                _ => text.push_str(PARTS[draw(PARTS.len())]),
            }
            text.push_str(JOINTS[draw(JOINTS.len())]);
        }
        let text = text.replace("[TOKEN]", &token);
        let expected = holds(&keys, &values, &ends, text.as_bytes());
        assert_eq!(searcher.find(text.as_bytes()).is_some(), expected, "round {round}: {text}");
        found += usize::from(expected);
    }
    assert!((10_000..50_000).contains(&found), "{found}");
}
