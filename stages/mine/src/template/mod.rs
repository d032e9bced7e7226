//! Templates from the distinct shapes of a whole batch: statistics over all of it instead of online similarity.
//!
//! 1. Shapes are cut into tokens; those that differ only in the length of a list become one pattern ([`token`]).
//! 2. A word position is variable when enough distinct words occur there with everything else equal; repeated until nothing
//!    changes, since one merge makes other positions comparable ([`merge`]).
//! 3. Rarer shapes that a merged pattern covers are absorbed by it.
//!
//! Everything is decided on the set of shapes, so neither order nor shards matter. There is one configuration.

mod chunk;
mod merge;
mod token;

use token::{Tokens, Vocabulary};

use crate::shape::VARIABLE;

/// One template: its text, and the shapes (by position in the input) that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mined {
    /// Canonical text.
    pub text: String,
    /// Positions of the shapes.
    pub shapes: Vec<u32>,
}

/// Mines the templates of distinct shapes, given in sorted order with their line counts. The result is sorted by text.
pub(crate) fn mine<'a>(shapes: impl IntoIterator<Item = (&'a str, u64)>) -> Vec<Mined> {
    let mut vocabulary = Vocabulary::default();
    let mut patterns: Vec<merge::Pattern> = Vec::new();
    for (number, (shape, lines)) in (0..).zip(shapes) {
        let tokens: Tokens = vocabulary.tokens(shape);
        patterns.push(merge::Pattern { tokens, lines, shapes: vec![number], merged: Vec::new() });
    }
    let patterns = merge::merge(patterns, &vocabulary);
    let mined: Vec<Mined> =
        patterns.into_iter().map(|pattern| Mined { text: canonical(&vocabulary.text(&pattern.tokens)), shapes: pattern.shapes }).collect();
    joined(mined)
}

/// Templates sorted by text; those with the same text are one.
pub(crate) fn joined(mut mined: Vec<Mined>) -> Vec<Mined> {
    mined.sort_by(|a, b| a.text.cmp(&b.text));
    mined.dedup_by(|next, kept| {
        let same = next.text == kept.text;
        if same {
            kept.shapes.append(&mut next.shapes);
        }
        same
    });
    mined.iter_mut().for_each(|template| template.shapes.sort_unstable());
    mined
}

/// Joins variables that touch; blanks were squeezed by the tokens.
fn canonical(text: &str) -> String {
    let mut text = text.trim().to_owned();
    let doubled = [VARIABLE, VARIABLE].concat();
    while text.contains(&doubled) {
        text = text.replace(&doubled, VARIABLE);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::shape_of;
    use proptest::prelude::*;

    fn templates(messages: &[&str]) -> Vec<String> {
        let mut shapes = std::collections::BTreeMap::<String, u64>::new();
        for message in messages {
            let mut shape = String::new();
            shape_of(message, &mut shape);
            *shapes.entry(shape).or_default() += 1;
        }
        mine(shapes.iter().map(|(shape, lines)| (shape.as_str(), *lines))).into_iter().map(|template| template.text).collect()
    }

    #[track_caller]
    fn check(messages: &[&str], expected: &[&str]) {
        assert_eq!(templates(messages), expected);
    }

    #[test]
    fn words_that_vary_are_variables() {
        let users = ["root", "admin", "guest", "oracle", "test"];
        let lines: Vec<String> = users.iter().map(|user| format!("Failed password for invalid user {user} from 10.0.0.1 port 22")).collect();
        let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        check(&lines, &["Failed password for invalid user <*> from <*> port <*>"]);
        lines.truncate(3);
        assert_eq!(templates(&lines).len(), 3, "three words are too few to call it a variable");
    }

    #[test]
    fn traces_are_told_apart_by_what_was_thrown_and_not_by_their_depth() {
        let java = |error: &str, depth: usize, end: &str| {
            let calls = (0..depth).map(|line| format!("\tat com.bank.Call{line}.run(Call{line}.java:{line}){end}"));
            format!(
                "payment 7 failed{end}{end}com.bank.{error}: declined 12{end}\tat com.bank.Pay.charge(Pay.java:{depth}){end}{}",
                calls.collect::<String>()
            )
        };
        let python = |error: &str, depth: usize| {
            let calls = (0..depth).map(|line| format!("  File \"/srv/{line}.py\", line {line}, in call_{line}\n    call()\n"));
            format!(
                "Traceback (most recent call last):\n{}  File \"/srv/pay.py\", line 9, in charge\n    raise it\n{error}: 12\n",
                calls.collect::<String>()
            )
        };
        let rust = |what: &str, depth: usize| {
            let calls = (2..depth + 2).map(|line| format!("   {line}: bank::call_{line}\n             at ./src/a.rs:{line}:5\n"));
            format!(
                "thread 'main' panicked at src/ledger.rs:{depth}:5:\n{what}\nstack backtrace:\n   0: core::panicking::panic_fmt\n   1: bank::ledger::post\n             at ./src/ledger.rs:3:5\n{}",
                calls.collect::<String>()
            )
        };
        let node = |error: &str, depth: usize| {
            let calls = (0..depth).map(|line| format!("    at call{line} (/srv/a.js:{line}:2)\n"));
            format!(
                "{error}: no rate for 12\n    at Object.charge (/srv/pay.js:10:{depth})\n{}    at /srv/main.js:1:{depth}\n",
                calls.collect::<String>()
            )
        };
        let mut records = Vec::new();
        for depth in [1, 2, 5, 30] {
            records.extend(["IoException", "RateException"].map(|error| java(error, depth, "\n")));
            records.extend(["IoException", "RateException"].map(|error| java(error, depth, "\r\n")));
            records.extend(["bank.Declined", "bank.Late"].map(|error| python(error, depth)));
            records.extend(["index out of bounds: 7", "attempt to divide by zero"].map(|what| rust(what, depth)));
            records.extend(["TypeError", "RangeError"].map(|error| node(error, depth)));
        }
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        check(
            &records,
            &[
                "RangeError: no rate for <*> \u{23ce} RangeError at Object.charge",
                "Traceback (most recent call last): \u{23ce} bank.Declined: <*> \u{23ce} at charge",
                "Traceback (most recent call last): \u{23ce} bank.Late: <*> \u{23ce} at charge",
                "TypeError: no rate for <*> \u{23ce} TypeError at Object.charge",
                "payment <*> failed \u{23ce} com.bank.IoException: declined <*> \u{23ce} at com.bank.Pay.charge",
                "payment <*> failed \u{23ce} com.bank.RateException: declined <*> \u{23ce} at com.bank.Pay.charge",
                "thread 'main' panicked at <*>:<*>:<*>: \u{23ce} attempt to divide by zero \u{23ce} at bank::ledger::post",
                "thread 'main' panicked at <*>:<*>:<*>: \u{23ce} index out of bounds: <*> \u{23ce} at bank::ledger::post",
            ],
        );
    }

    #[test]
    fn two_values_after_an_equals_sign_are_enough() {
        check(&["session opened tty=ssh here", "session opened tty=cron here"], &["session opened tty=<*> here"]);
    }

    #[test]
    fn values_known_elsewhere_need_less() {
        let known = ["alice", "bob", "carol", "dave"].map(|user| format!("failed sign in of {user} at the counter"));
        let mut lines: Vec<&str> = known.iter().map(String::as_str).collect();
        lines.extend(["door opened by alice today", "door opened by bob today", "door opened by nobody today"]);
        check(&lines, &["door opened by <*> today", "failed sign in of <*> at the counter"]);
        check(&["door opened by 12 today", "door opened by nobody today"], &["door opened by <*> today"]);
    }

    #[test]
    fn short_states_stay_apart() {
        check(&["Link error", "Link ok", "Link down", "Link up", "Link reset"], &["Link down", "Link error", "Link ok", "Link reset", "Link up"]);
    }

    #[test]
    fn lists_of_any_length_are_one() {
        check(
            &["deleting blocks 1, 2, 3 from disk", "deleting blocks 4 from disk", "deleting blocks 5, 6 from disk"],
            &["deleting blocks <*> from disk"],
        );
        check(&["rect at 1, 2 - 3, 4 drawn"], &["rect at <*>, <*> - <*>, <*> drawn"]);
    }

    #[test]
    fn a_second_form_of_a_quantity_is_no_other_event() {
        check(&["7 bytes sent to peer", "2048 bytes (2 KB) sent to peer"], &["<*> sent to peer"]);
        check(&["2048 bytes (2 KB) sent to peer"], &["<*> bytes (<*>) sent to peer"]);
    }

    #[test]
    fn items_of_several_tokens_make_a_list_too() {
        check(
            &["set node-1 0x1 <ok> node-2 0x2 <ok> now", "set node-1 0x1 <ok> node-2 0x2 <ok> node-3 0x3 <ok> now"],
            &["set node-<*> <*> <ok> now"],
        );
        check(&["stack @0x1f @0x2f ends", "stack @0x1f ends"], &["stack @<*> ends"]);
    }

    #[test]
    fn words_of_a_record_are_values_but_not_its_first() {
        let line = |first: &str, state: &str| format!("{first}: 2 (leader), 3 (round), {state} (state), 4 (id), 5 (peer), 6 (epoch)");
        let lines = [line("Vote", "LOOKING"), line("Vote", "LEADING"), line("Note", "LEADING")];
        let expected = [
            "Note: <*> (leader), <*> (round), LEADING (state), <*> (id), <*> (peer), <*> (epoch)",
            "Vote: <*> (leader), <*> (round), <*> (state), <*> (id), <*> (peer), <*> (epoch)",
        ];
        check(&lines.each_ref().map(String::as_str), &expected);
    }

    #[test]
    fn outcomes_stay() {
        let lines = ["accepted", "declined", "pending", "reversed", "settled"].map(|end| format!("payment 12 of [CUSTOMER_k1A] was {end}"));
        assert_eq!(templates(&lines.each_ref().map(String::as_str)).len(), 5);
        let lines = ["alice", "bob", "declined", "erin", "frank"].map(|user| format!("payment 12 of {user} was booked"));
        check(&lines.each_ref().map(String::as_str), &["payment <*> of <*> was booked"]);
    }

    #[test]
    fn methods_of_calls_stay() {
        let lines = ["GET", "POST", "PUT", "DELETE", "PATCH"].map(|method| format!("call {method} /a/b took 3 ms there"));
        assert_eq!(templates(&lines.each_ref().map(String::as_str)).len(), 5);
    }

    #[test]
    fn decorated_values_are_values() {
        check(&["owner of lock is null today", "owner of lock is Source{12} today"], &["owner of lock is <*> today"]);
        check(&["copied from node-1 today", "copied from node-2 today"], &["copied from node-<*> today"]);
        check(&["copied from node-1 today", "copied from rack-2 today"], &["copied from <*> today"]);
    }

    #[test]
    fn two_qualified_names_are_values() {
        check(&["received broadcast a.b.tick now", "received broadcast a.b.tock now"], &["received broadcast <*> now"]);
        check(&["received broadcast tick now", "received broadcast tock now"], &["received broadcast tick now", "received broadcast tock now"]);
    }

    #[test]
    fn spacing_is_squeezed_and_punctuation_kept() {
        check(&["boot  (command 1911)"], &["boot (command <*>)"]);
    }

    proptest! {
        #[test]
        fn order_does_not_matter(picks in prop::collection::vec((0_usize..6, 0_usize..6, 0_u8..4), 1..60), seed in any::<u64>()) {
            let names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
            let lines: Vec<String> = picks.iter().map(|(a, b, form)| match form {
                0 => format!("user {} opened the door", names[*a]),
                1 => format!("user {} closed the door of {}", names[*a], names[*b]),
                2 => format!("moved {a}, {b} to shelf {}", names[*b]),
                _ => format!("moved {a} to shelf {}", names[*b]),
            }).collect();
            let forward: Vec<&str> = lines.iter().map(String::as_str).collect();
            let mut shuffled = forward.clone();
            shuffled.sort_by_key(|line| crate::hash::hash_bytes(format!("{seed}{line}").as_bytes()));
            prop_assert_eq!(templates(&forward), templates(&shuffled));
        }
    }
}
