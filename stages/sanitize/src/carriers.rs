//! The lines of `tests/carriers.txt`: names of fields and carriers in text, each scanned alone, without a lexicon.

use crate::testing::{engine, scan_text};

const LINES: &str = include_str!("../tests/carriers.txt");

#[test]
fn carriers_hide_what_they_hold_and_keep_the_rest() {
    let engine = engine();
    let (mut text, mut out, mut failures) = (String::new(), String::new(), Vec::new());
    for line in LINES.lines().skip(2) {
        let value = line.get(2..).unwrap_or("").replace('⏎', "\n").replace('⇥', "\t").replace('␍', "\r").replace('␁', "\u{1}");
        match line.as_bytes().first() {
            Some(b'=') => {
                (text, out) = (value.clone(), scan_text(&engine, &value));
                if scan_text(&engine, &out) != out {
                    failures.push(format!("twice: {text:?} -> {out:?} -> {:?}", scan_text(&engine, &out)));
                }
            }
            Some(b'-') if out.contains(&value) => failures.push(format!("left: {value:?} in {out:?}")),
            Some(b'+') if !out.contains(&value) => failures.push(format!("gone: {value:?} from {text:?}: {out:?}")),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
