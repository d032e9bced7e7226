//! From the steps of a test to the calls and events that it walks.
//!
//! Our own steps are known word by word. In anybody else's, a call is a method, a path and a status, in one step or in several: `When I POST to
//! "/accounts/42/transfers"`, `Then the status code is 201`. A call whose answer nobody checks is none: it tests nothing. Whatever is not
//! recognised is passed over; nothing of a text is kept.

use schemas::limits::TEST_EVENTS_MAX;

use super::feature::Step;
use super::matcher::Matcher;
use crate::model::Method;

/// What comes before a status, by the beginning of the word.
const STATUS_WORDS: [&str; 14] =
    ["status", "statut", "estado", "stato", "code", "código", "http", "receiv", "until", "return", "respond", "answer", "refused", "rejected"];
/// Words between such a word and the number at most.
const WORDS_BETWEEN_MAX: usize = 3;
/// Words before such a word in which a `not` belongs to it (`should not receive 204`).
const WORDS_BEFORE_MAX: usize = 3;
/// What says that a status must not come, in the languages of [`STATUS_WORDS`].
const NEGATIONS: [&str; 19] = [
    "not", "cannot", "no", "never", "other", "except", "unequal", "nicht", "kein", "keine", "keinen", "nie", "pas", "jamais", "nunca", "non", "mai",
    "não", "!=",
];
/// Where what is said before no longer counts.
const CLAUSES: [&str; 10] = ["and", "but", "then", "when", "und", "wenn", "et", "y", "e", "with"];
/// What stands before a number that is an amount or a bound; so do currencies, three capitals.
const AMOUNTS: [&str; 14] =
    ["balance", "amount", "sum", "total", "price", "fee", "limit", "than", "least", "most", "below", "above", "under", "between"];
/// How a text goes on behind a status. Behind any other word it is a number of something (`204 EUR`, `200 rows`).
const CONTINUATIONS: [&str; 44] = [
    "after", "and", "answer", "as", "at", "because", "before", "but", "by", "code", "error", "for", "from", "if", "in", "instead", "on", "reply",
    "response", "since", "status", "then", "to", "until", "via", "when", "while", "with", "within", "auf", "bei", "für", "mit", "nach", "und", "von",
    "wenn", "zurück", "avec", "et", "pour", "con", "para", "per",
];
/// Verbs that may stand behind a status, unless a `not` follows (`429 is received`, `500 must not come`).
const VERBS: [&str; 8] = ["is", "was", "should", "must", "shall", "will", "comes", "wird"];
/// First words of what HTTP calls its statuses; behind a `no` or `not` the second one counts.
const REASONS: [&str; 31] = [
    "ok",
    "created",
    "accepted",
    "content",
    "partial",
    "moved",
    "found",
    "modified",
    "temporary",
    "permanent",
    "bad",
    "unauthorized",
    "unauthorised",
    "payment",
    "forbidden",
    "method",
    "acceptable",
    "conflict",
    "gone",
    "length",
    "precondition",
    "unsupported",
    "expectation",
    "unprocessable",
    "locked",
    "too",
    "internal",
    "implemented",
    "service",
    "gateway",
    "http",
];

/// What a test walks, while its steps are read.
pub(super) struct Walker<'m> {
    matcher: &'m Matcher,
    method: Option<Method>,
    path: Option<String>,
    walk: Walk,
}

/// What a test walked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Walk {
    /// Event numbers in order.
    pub(super) events: Vec<u32>,
    /// Steps that named something of the vocabulary.
    pub(super) known: u32,
    /// Calls that the run has no event type of, or whose answer is not checked.
    pub(super) unknown: u32,
}

impl Walk {
    /// What the steps of a test walk.
    pub(super) fn of<'s>(matcher: &Matcher, steps: impl IntoIterator<Item = &'s Step>) -> Self {
        let mut walker = Walker { matcher, method: None, path: None, walk: Self::default() };
        for step in steps {
            walker.step(step);
        }
        walker.unchecked();
        walker.walk
    }
}

impl Walker<'_> {
    fn step(&mut self, step: &Step) {
        if let Some(name) = event_name(step) {
            let event = self.matcher.event(name);
            return self.known(event);
        }
        if signs_in(&step.text) {
            self.unchecked();
            return self.known(self.matcher.sign_in());
        }
        let (method, path, status) = (method_in(&step.text), path_in(&step.text), status_in(&step.text));
        if method.is_some() && (path.is_some() || self.method.is_some()) || path.is_some() && self.path.is_some() {
            self.unchecked();
        }
        self.method = method.or(self.method);
        self.path = path.map(str::to_owned).or(self.path.take());
        if let (Some(method), Some(path), Some(status)) = (self.method, &self.path, status) {
            let event = self.matcher.call(method, path, status);
            (self.method, self.path) = (None, None);
            if event.is_none() {
                self.walk.unknown += 1;
            }
            self.known(event);
        }
    }

    /// Gives up a call whose answer nobody looked at.
    fn unchecked(&mut self) {
        let (method, path) = (self.method.take(), self.path.take());
        self.walk.unknown += u32::from(method.is_some() && path.is_some());
    }

    fn known(&mut self, event: Option<u32>) {
        let Some(event) = event else { return };
        self.walk.known += 1;
        if self.walk.events.len() < TEST_EVENTS_MAX {
            self.walk.events.push(event);
        }
    }
}

/// The name in one of our steps about events.
fn event_name(step: &Step) -> Option<&str> {
    let text = step.text.as_str();
    if text.starts_with("the event with this JSON name ") {
        return step.doc.as_deref();
    }
    let rest = text.strip_prefix("event \"")?;
    rest.strip_suffix("\" was observed").or_else(|| rest.rsplit_once("\" follows within ").map(|(name, _)| name))
}

fn signs_in(text: &str) -> bool {
    let text = text.to_lowercase();
    ["signed in as", "logged in as"].iter().any(|words| text.contains(words)) && !text.contains("not ")
}

/// Words without the quotes and stops around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(|word| word.trim_matches(|c: char| "\"'`.,;:!()[]".contains(c)))
}

/// A method in capitals, or in any case behind the word `method`.
fn method_in(text: &str) -> Option<Method> {
    let named = |word: &str| Method::new(word).filter(|method| method.name() == word);
    let behind = words(text).skip_while(|word| !word.eq_ignore_ascii_case("method")).nth(1);
    words(text).find_map(named).or_else(|| behind.and_then(Method::new))
}

/// The first word with an address: it begins with a slash, a scheme, or a placeholder with a slash behind it.
fn path_in(text: &str) -> Option<&str> {
    let quoted = text.split(['"', '\'', '`']).skip(1).step_by(2);
    quoted.chain(words(text)).map(str::trim).find(|word| {
        let behind_placeholder = word.starts_with(['$', '{', '<', '#']) && ["}/", ">/", ")/"].iter().any(|end| word.contains(end));
        let is_address = word.starts_with('/') || word.starts_with("http://") || word.starts_with("https://") || behind_placeholder;
        is_address && word.len() > 1 && !word.contains(char::is_whitespace)
    })
}

/// A number from 100 to 599 shortly behind a word that announces a status, where the text says that it comes and not that it must not.
fn status_in(text: &str) -> Option<u16> {
    let raw: Vec<&str> = text.split_whitespace().collect();
    let words: Vec<String> = words(text).map(str::to_lowercase).collect();
    let number = |word: &str| (word.len() == 3).then(|| word.parse::<u16>().ok()).flatten().filter(|status| (100..600).contains(status));
    let announces = |word: &String| STATUS_WORDS.iter().any(|known| word.starts_with(known));
    (0..words.len()).find_map(|place| {
        let status = number(&words[place])?;
        let first = place.saturating_sub(WORDS_BETWEEN_MAX + 1);
        let is_behind = |at: &usize| words[*at] == "response" && matches!(words[*at + 1].as_str(), "is" | "was");
        let ends_there = |at: &usize| place - at == 2 || place - at == 3 && matches!(words[at + 2].as_str(), "a" | "an");
        let response_is = || (first..place).rev().find(|at| is_behind(at) && ends_there(at));
        let announced = (first..place).rev().find(|at| announces(&words[*at])).or_else(response_is)?;
        let is_amount = |at: usize| AMOUNTS.contains(&words[at].as_str()) || is_currency(raw[at]);
        let is_other = is_negated(&raw, &words, announced, place) || (announced + 1..place).any(is_amount);
        (!is_other && goes_on(&raw, &words, place)).then_some(status)
    })
}

/// Three capitals.
fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a `not` stands between the announcing word and the number, or shortly before the former in the same clause.
fn is_negated(raw: &[&str], words: &[String], announced: usize, number: usize) -> bool {
    let ends_clause = |at: &usize| raw[*at].ends_with([',', ';', ':', '.']) || CLAUSES.contains(&words[*at].as_str());
    let before = (announced.saturating_sub(WORDS_BEFORE_MAX)..announced).rev().take_while(|at| !ends_clause(at));
    before.chain(announced..number).any(|at| negates(&words[at]))
}

fn negates(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n't") || word.ends_with("n\u{2019}t")
}

/// Whether a text goes on behind a number as it does behind a status.
fn goes_on(raw: &[&str], words: &[String], number: usize) -> bool {
    let behind = raw[number].trim_end_matches(['"', '\'', '`']);
    let Some(next) = words.get(number + 1).map(String::as_str) else { return true };
    let reason = if matches!(next, "no" | "not" | "non") { words.get(number + 2).map_or("", String::as_str) } else { next };
    let is_verb = VERBS.contains(&next) && !words.get(number + 2).is_some_and(|word| negates(word));
    let is_mark = raw[number + 1].starts_with(|c: char| ",;:.()-".contains(c) || c == '\u{2013}') || next.is_empty();
    behind.ends_with([',', ';', ':', '.', '!', ')', ']']) || is_mark || CONTINUATIONS.contains(&next) || REASONS.contains(&reason) || is_verb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: (Option<&str>, Option<&str>, Option<u16>)) {
        assert_eq!((method_in(text).map(Method::name), path_in(text), status_in(text)), expected, "{text}");
    }

    #[test]
    fn our_own_steps_are_known() {
        check("I have received 201 from a POST request to \"/a/${b}\" with data \"post-a-201\"", (Some("POST"), Some("/a/${b}"), Some(201)));
        check("I send a GET request to \"/a\"", (Some("GET"), Some("/a"), None));
        check("the response status is 422", (None, None, Some(422)));
        check("I send at most 200 POST requests until 429 is received from \"/a\"", (Some("POST"), Some("/a"), Some(429)));
        check("I have received 423 after at most 500 POST requests to \"/a\"", (Some("POST"), Some("/a"), Some(423)));
        check("the response field \"amount\" is \"250\"", (None, None, None));
        check("the response time is below 300 ms", (None, None, None));
        assert!(signs_in("I am signed in as \"customer\"") && !signs_in("I am not signed in as \"customer\""));
    }

    #[test]
    fn others_write_it_otherwise() {
        check("I PUT '/cards/42/limits?dry=1'", (Some("PUT"), Some("/cards/42/limits?dry=1"), None));
        check("the client calls DELETE https://bank.test/api/cards/<id>", (Some("DELETE"), Some("https://bank.test/api/cards/<id>"), None));
        check("url ${base}/accounts", (None, Some("${base}/accounts"), None));
        check("method post", (Some("POST"), None, None));
        check("status 201", (None, None, Some(201)));
        check("the HTTP response code should be 404.", (None, None, Some(404)));
        check("der Statuscode ist 403", (None, None, Some(403)));
        check("it answers with \"409\"", (None, None, Some(409)));
        check("the balance is 200 and the response is shown", (None, None, None));
        check("I post 200 EUR to my friend", (None, None, None));
        check("a status within 200 ms", (None, None, None));
        check("either/or and a / b", (None, None, None));
    }

    #[track_caller]
    fn check_status(expected: Option<u16>, texts: &[&str]) {
        for text in texts {
            assert_eq!(status_in(text), expected, "{text}");
        }
    }

    #[test]
    fn a_status_that_must_not_come_is_none() {
        check_status(
            None,
            &[
                "the response status is not 200",
                "the status code should not be 204",
                "the status isn't 200",
                "the status isn\u{2019}t 200",
                "I should not receive 204",
                "the call never returns 500",
                "a status other than 200 comes",
                "der Statuscode ist nicht 403",
                "no status 500 is shown",
                "the response is not 200",
                "a status 500 must not come",
                "until 429 is never received",
            ],
        );
        check_status(
            Some(401),
            &["when I am not signed in, the status is 401", "I have not signed in and the status is 401", "the status is 401, not 200"],
        );
    }

    #[test]
    fn a_number_of_something_is_no_status() {
        let none = [
            "I receive 204 EUR",
            "it returns 200 rows",
            "I receive EUR 204",
            "it returns a balance of 200",
            "the status 300 ms later",
            "the status is below 500",
            "the response is over 200",
        ];
        check_status(None, &none);
        check_status(
            Some(404),
            &[
                "it returns 404 Not Found",
                "status 404.",
                "the code is \"404\"",
                "the status is 404 (not found)",
                "it returns 404, for \"x\"",
                "I have received 404 from a GET request",
                "404 is not 200 when the status is 404",
                "the response is 404",
                "the response was a 404 for x",
                "HTTP 404 - not found",
            ],
        );
        check_status(Some(204), &["returns 204 No Content", "I receive 204 when I ask", "status 204 within 2 s", "der Status ist 204 mit x"]);
    }
}
