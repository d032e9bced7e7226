//! How an event ended: a result field, an HTTP status, an error field; else the words of its name. The word "error" alone says nothing.

use schemas::record::{Outcome, Scalar};

use super::field::{Fields, Role};
use super::words::words;

const FAILURE: [&str; 28] = [
    "failed",
    "fail",
    "failure",
    "fails",
    "denied",
    "declined",
    "rejected",
    "refused",
    "unauthorized",
    "unauthorised",
    "forbidden",
    "timeout",
    "aborted",
    "blocked",
    "exception",
    "insufficient",
    "unsuccessful",
    "invalid",
    "crashed",
    "unavailable",
    "reversed",
    "incomplete",
    "mismatch",
    "expired",
    "locked",
    "unreachable",
    "bounced",
    "exceeded",
];
const SUCCESS: [&str; 19] = [
    "success",
    "succeeded",
    "successful",
    "successfully",
    "completed",
    "complete",
    "approved",
    "accepted",
    "confirmed",
    "ok",
    "granted",
    "authorized",
    "authorised",
    "posted",
    "settled",
    "executed",
    "done",
    "passed",
    "verified",
];
/// Words before a failure or success that turn it into none of both.
const NEGATIONS: [&str; 7] = ["no", "not", "without", "never", "if", "cannot", "non"];
/// Words before a number that is counted rather than meant: `with <*> failed`, but `user <*> failed`.
const BEFORE_COUNTS: [&str; 7] = ["with", "and", "or", "of", "had", "has", "are"];

/// What fields and status say, and of a result field's word `of_result` ([`of_result`]). Any failure wins.
pub(crate) fn of_fields(fields: &Fields<'_>, status: Option<u16>, of_result: impl FnOnce(&str) -> Outcome) -> Outcome {
    let by_status = match status {
        Some(400..) => Outcome::Failure,
        Some(100..=399) => Outcome::Success,
        _ => Outcome::Unknown,
    };
    let by_error = match fields.value(Role::Error) {
        Scalar::Null => Outcome::Unknown,
        Scalar::Text("none" | "None" | "NONE" | "0" | "false" | "null" | "-" | "ok" | "OK") => Outcome::Unknown,
        _ => Outcome::Failure,
    };
    let by_result = match fields.value(Role::Result) {
        Scalar::Bool(true) => Outcome::Success,
        Scalar::Bool(false) => Outcome::Failure,
        Scalar::Text(text) => of_result(text),
        _ => Outcome::Unknown,
    };
    [by_status, by_error, by_result].into_iter().fold(Outcome::Unknown, worse)
}

/// Failure over success over unknown.
pub(crate) fn worse(a: Outcome, b: Outcome) -> Outcome {
    match (a, b) {
        (Outcome::Failure, _) | (_, Outcome::Failure) => Outcome::Failure,
        (Outcome::Success, _) | (_, Outcome::Success) => Outcome::Success,
        _ => Outcome::Unknown,
    }
}

/// A result field's word; here "error" does mean one.
pub(crate) fn of_result(text: &str) -> Outcome {
    let lower = text.trim().to_ascii_lowercase();
    match lower.as_str() {
        "error" | "err" | "ko" | "nok" | "false" | "n" | "no" | "timed_out" | "timedout" | "cancelled" | "canceled" => Outcome::Failure,
        "true" | "y" | "yes" => Outcome::Success,
        _ => of_text(&lower),
    }
}

/// What the words of an event name or template say. `<*> failed` is a count and says nothing.
pub(crate) fn of_text(text: &str) -> Outcome {
    let words = words(text);
    let mut outcome = Outcome::Unknown;
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |before| words[before].as_str());
        let counted = NEGATIONS.contains(&before) || follows_count(&words, at);
        let found = if FAILURE.contains(&word.as_str()) || word == "out" && before == "timed" {
            Outcome::Failure
        } else if SUCCESS.contains(&word.as_str()) {
            Outcome::Success
        } else {
            continue;
        };
        if !counted {
            outcome = worse(outcome, found);
        } else if found == Outcome::Success && matches!(before, "not" | "never" | "cannot") {
            outcome = Outcome::Failure;
        }
    }
    outcome
}

/// Whether the word at `at` says what the number before it counts.
fn follows_count(words: &[String], at: usize) -> bool {
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let digits = words[..at].iter().rev().take_while(|word| is_number(word)).count();
    let mark = words[..at].ends_with(&["<".to_owned(), "*".to_owned(), ">".to_owned()]);
    let start = if mark { at - 3 } else { at - digits };
    let before = start.checked_sub(1).map_or("", |before| words[before].as_str());
    let named = before.chars().all(char::is_alphabetic) && !before.is_empty() && !BEFORE_COUNTS.contains(&before);
    (mark || digits > 0) && !named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Outcome) {
        assert_eq!(of_text(text), expected, "{text}");
    }

    #[test]
    fn words_state_an_outcome() {
        check("login_failed", Outcome::Failure);
        check("LOGIN_SUCCESS", Outcome::Success);
        check("transferDeclined", Outcome::Failure);
        check("Payment <*> was not accepted", Outcome::Failure);
        check("request timed out after <*>", Outcome::Failure);
        check("transfer_submitted", Outcome::Unknown);
        check("balance read for account <*> failed", Outcome::Failure);
        check("authentication of user <*> accepted by realm", Outcome::Success);
        check("limit of customer <*> exceeded by <*>", Outcome::Failure);
    }

    #[test]
    fn counts_and_the_word_error_do_not() {
        check("failover completed, <*> errors", Outcome::Success);
        check("batch done: <*> failed", Outcome::Success);
        check("batch finished with 0 failed", Outcome::Unknown);
        check("error_page_viewed", Outcome::Unknown);
        check("no failed checks", Outcome::Unknown);
    }

    #[test]
    fn result_fields() {
        assert_eq!(of_result("ERROR"), Outcome::Failure);
        assert_eq!(of_result("COMPLETED"), Outcome::Success);
        assert_eq!(of_result("PENDING"), Outcome::Unknown);
    }
}
