//! Questions about a published run (`logminer query`): a small grammar that the runner prices and the stage answers.
//!
//! ```text
//! question  = ( "count" "customers" [ "by" key ] | "top" K "customers" "by" key ) [ "where" condition { "and" condition } ]
//! key       = "event_type" | "endpoint" | "route" | "status" | "method" | "status_class" | "outcome" | "category"
//! condition = key op value
//! op        = "=" | "!=" | "<" | "<=" | ">" | ">="        ("<" and its like: status alone)
//! value     = a word, or a text in single quotes ('' is one quote)
//! ```
//!
//! A customer is counted for a key when at least one of the customer's events is of a type that has the key and meets every condition. Counting is
//! of distinct customers, so one customer moves a count by at most 1, and at most [`Question::terms`] counts. Each question is one discrete
//! Gaussian release; questions about the same data add up (sequential composition), whatever they ask.
//!
//! `top K` names the K keys with the most customers, greatest first, and no number. It chooses among public keys ([`Question::candidates`]) by the exponential
//! mechanism ([`crate::privacy::charge_of_ranking`]), at a price that does not grow with how many keys a customer has.
//!
//! [`Question`] prints in one canonical form: conditions sorted, repetitions gone. The same question in other words is the same question, is charged once and
//! is answered the second time with the stored answer.

use std::fmt;

use crate::policy::ReportPolicy;
use crate::privacy::{CATEGORIES, Keys};

/// Longest question, bytes.
pub const QUESTION_BYTES_MAX: usize = 512;
/// Most conditions.
const CONDITIONS_MAX: usize = 16;
/// Most places of a ranking.
const PLACES_MAX: u32 = 50;

/// What is counted by, or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Event type, by its name in the report.
    EventType,
    /// Method and route.
    Endpoint,
    /// Route.
    Route,
    /// HTTP status.
    Status,
    /// HTTP method (public).
    Method,
    /// `2xx` and so on (public).
    StatusClass,
    /// `success`, `failure`, `unknown` (public).
    Outcome,
    /// Kind of activity (public).
    Category,
}

impl Dimension {
    /// All, in the order of the grammar.
    pub const ALL: [Self; 8] =
        [Self::EventType, Self::Endpoint, Self::Route, Self::Status, Self::Method, Self::StatusClass, Self::Outcome, Self::Category];

    /// Its word in a question.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EventType => "event_type",
            Self::Endpoint => "endpoint",
            Self::Route => "route",
            Self::Status => "status",
            Self::Method => "method",
            Self::StatusClass => "status_class",
            Self::Outcome => "outcome",
            Self::Category => "category",
        }
    }

    /// The values that everybody knows, all of them; none where they are found in the data.
    #[must_use]
    pub const fn public_values(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Method => Some(&["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]),
            Self::StatusClass => Some(&["1xx", "2xx", "3xx", "4xx", "5xx"]),
            Self::Outcome => Some(&["failure", "success", "unknown"]),
            Self::Category => Some(&["data_access", "error", "login", "other", "transaction"]),
            Self::EventType | Self::Endpoint | Self::Route | Self::Status => None,
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    const ALL: [(&'static str, Self); 6] =
        [("!=", Self::Unequal), ("<=", Self::AtMost), (">=", Self::AtLeast), ("=", Self::Equal), ("<", Self::Less), (">", Self::Greater)];

    /// Whether it holds between two values.
    #[must_use]
    pub fn holds<T: Ord + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// What is compared.
    pub dimension: Dimension,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub value: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// How many of the keys with the most customers are named; none: customers are counted.
    pub top: Option<u32>,
    /// What customers are counted by; none: all together.
    pub by: Option<Dimension>,
    /// What an event type must meet, sorted.
    pub conditions: Vec<Condition>,
}

/// Why a text is no question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// Not in the grammar.
    #[error("understand the question at {at:?}: {expected} is expected; such as: count customers by endpoint where status>=500")]
    Syntax {
        /// The word that is wrong, or nothing at the end.
        at: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// Too long.
    #[error("understand the question: it is longer than {QUESTION_BYTES_MAX} bytes or has more than {CONDITIONS_MAX} conditions")]
    TooLong,
}

impl Question {
    /// Reads a question.
    ///
    /// # Errors
    /// [`QuestionError`].
    ///
    /// ```
    /// let question: schemas::question::Question = "count customers by endpoint where status >= 500".parse().unwrap();
    /// assert_eq!(question.to_string(), "count customers by endpoint where status>=500");
    /// ```
    fn read(text: &str) -> Result<Self, QuestionError> {
        if text.len() > QUESTION_BYTES_MAX {
            return Err(QuestionError::TooLong);
        }
        let mut words = Words(text);
        let top = words.top()?;
        words.keyword("customers")?;
        if top.is_some() && !words.word().eq_ignore_ascii_case("by") {
            return Err(words.wrong("by, and what customers are ranked by"));
        }
        let by = if words.takes("by") { Some(words.dimension()?) } else { None };
        let mut conditions = Vec::new();
        if words.takes("where") {
            loop {
                conditions.push(words.condition()?);
                if !words.takes("and") {
                    break;
                }
            }
        }
        if !words.rest().is_empty() {
            return Err(words.wrong("by, where, and, or the end"));
        }
        conditions.sort_unstable();
        conditions.dedup();
        let question = Self { top, by, conditions };
        // The stage is handed the canonical form, after budget was reserved for it; a space that was left out makes it longer than what was asked.
        let is_long = question.conditions.len() > CONDITIONS_MAX || question.to_string().len() > QUESTION_BYTES_MAX;
        if is_long { Err(QuestionError::TooLong) } else { Ok(question) }
    }

    /// How many keys one customer may count for, and where the keys come from.
    #[must_use]
    pub fn terms(&self, policy: &ReportPolicy) -> (u32, Keys) {
        let count = |dimension: Dimension| dimension.public_values().map_or(0, <[_]>::len);
        let public = |l0: u32, by: Dimension| (l0, Keys::Public(count(by) as u64));
        if let Some(places) = self.top {
            return (places, Keys::Listed);
        }
        match self.by {
            None => (1, Keys::Public(1)),
            Some(Dimension::EventType) => (policy.event_types_max, Keys::Discovered),
            Some(Dimension::Endpoint | Dimension::Route) => (policy.endpoints_max, Keys::Discovered),
            Some(Dimension::Status) => (8, Keys::Discovered),
            Some(by @ Dimension::Category) => public(CATEGORIES, by),
            Some(by @ Dimension::Method) => public(4, by),
            Some(by) => public(u32::try_from(count(by)).unwrap_or(1), by),
        }
    }
}

impl Question {
    /// The keys a ranking chooses among, sorted: all values that everybody knows, or those that the policy lists as public. Empty where there are none.
    #[must_use]
    pub fn candidates(&self, policy: &ReportPolicy) -> Vec<String> {
        // A listed endpoint is `METHOD /route 5xx`; what is public of it is public in part.
        let endpoints = || policy.public_endpoints.iter().map(|name| name.rsplit_once(' ').map_or(name.as_str(), |(endpoint, _)| endpoint));
        let mut names: Vec<String> = match self.by {
            None => Vec::new(),
            Some(Dimension::Status) => (100..600).map(|status: u16| status.to_string()).collect(),
            Some(Dimension::EventType) => policy.public_event_types.clone(),
            Some(Dimension::Endpoint) => endpoints().map(str::to_owned).collect(),
            Some(Dimension::Route) => endpoints().map(|name| name.split_once(' ').map_or(name, |(_, route)| route).to_owned()).collect(),
            Some(by) => by.public_values().unwrap_or_default().iter().map(|&value| value.to_owned()).collect(),
        };
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl std::str::FromStr for Question {
    type Err = QuestionError;

    fn from_str(text: &str) -> Result<Self, QuestionError> {
        Self::read(text)
    }
}

impl fmt::Display for Question {
    /// The canonical form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.top {
            None => f.write_str("count customers")?,
            Some(places) => write!(f, "top {places} customers")?,
        }
        if let Some(by) = self.by {
            write!(f, " by {}", by.name())?;
        }
        for (number, condition) in self.conditions.iter().enumerate() {
            let lead = if number == 0 { "where" } else { "and" };
            let sign = Comparison::ALL.iter().find(|(_, comparison)| *comparison == condition.comparison).map_or("=", |(sign, _)| sign);
            write!(f, " {lead} {}{sign}", condition.dimension.name())?;
            if is_word(&condition.value) {
                f.write_str(&condition.value)?;
            } else {
                write!(f, "'{}'", condition.value.replace('\'', "''"))?;
            }
        }
        Ok(())
    }
}

const fn is_word_byte(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b'\'' | b'=' | b'<' | b'>' | b'!')
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_word_byte)
}

/// What is left of a question.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn rest(&self) -> &'a str {
        self.0.trim_ascii_start()
    }

    fn wrong(&self, expected: &'static str) -> QuestionError {
        let at = self.rest().split_ascii_whitespace().next().unwrap_or_default().to_owned();
        QuestionError::Syntax { at, expected }
    }

    /// The next word, not taken; it ends before a sign.
    fn word(&self) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|&byte| is_word_byte(byte)).count();
        rest.get(..length).unwrap_or(rest)
    }

    fn skip(&mut self, length: usize) {
        self.0 = self.rest().get(length..).unwrap_or("");
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let found = self.word().eq_ignore_ascii_case(keyword);
        if found {
            self.skip(keyword.len());
        }
        found
    }

    fn keyword(&mut self, keyword: &'static str) -> Result<(), QuestionError> {
        if self.takes(keyword) { Ok(()) } else { Err(self.wrong(keyword)) }
    }

    /// How a question begins: `count`, or `top` and how many.
    fn top(&mut self) -> Result<Option<u32>, QuestionError> {
        if !self.takes("top") {
            return if self.takes("count") { Ok(None) } else { Err(self.wrong("count or top")) };
        }
        let word = self.word();
        let places = word.parse().ok().filter(|places| (1..=PLACES_MAX).contains(places));
        let places = places.ok_or_else(|| self.wrong("a number from 1 to 50"))?;
        self.skip(word.len());
        Ok(Some(places))
    }

    fn dimension(&mut self) -> Result<Dimension, QuestionError> {
        let word = self.word();
        let found = Dimension::ALL.into_iter().find(|dimension| dimension.name().eq_ignore_ascii_case(word));
        let expected = "one of event_type, endpoint, route, status, method, status_class, outcome, category";
        let dimension = found.ok_or_else(|| self.wrong(expected))?;
        self.skip(word.len());
        Ok(dimension)
    }

    fn condition(&mut self) -> Result<Condition, QuestionError> {
        let dimension = self.dimension()?;
        let sign = Comparison::ALL.into_iter().find(|(sign, _)| self.rest().starts_with(sign));
        let (sign, comparison) = sign.ok_or_else(|| self.wrong("one of = != < <= > >="))?;
        if dimension != Dimension::Status && !matches!(comparison, Comparison::Equal | Comparison::Unequal) {
            return Err(self.wrong("= or != (only a status is less or greater)"));
        }
        self.skip(sign.len());
        let value = self.value()?;
        if dimension == Dimension::Status && value.parse::<u16>().is_err() {
            return Err(QuestionError::Syntax { at: value, expected: "a status such as 500" });
        }
        // One form of a number, so that 0500 and 500 are one question.
        let value = if dimension == Dimension::Status { value.parse::<u16>().map_or(value, |status| status.to_string()) } else { value };
        Ok(Condition { dimension, comparison, value })
    }

    fn value(&mut self) -> Result<String, QuestionError> {
        let Some(quoted) = self.rest().strip_prefix('\'') else {
            let word = self.word();
            if word.is_empty() {
                return Err(self.wrong("a value"));
            }
            self.skip(word.len());
            return Ok(word.to_owned());
        };
        let mut value = String::new();
        let mut left = quoted;
        loop {
            let Some((before, after)) = left.split_once('\'') else { return Err(self.wrong("a closing quote")) };
            value.push_str(before);
            left = after;
            match after.strip_prefix('\'') {
                Some(after) => {
                    value.push('\'');
                    left = after;
                }
                None => break,
            }
        }
        self.0 = left;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let question: Question = text.parse().unwrap();
        assert_eq!(question.to_string(), canonical);
        assert_eq!(canonical.parse::<Question>().unwrap(), question, "the canonical form is the same question");
    }

    #[test]
    fn questions_have_one_form() {
        check("count customers", "count customers");
        check("  COUNT Customers BY endpoint  where status>=500 ", "count customers by endpoint where status>=500");
        check("count customers where status<0600 and status >= 500 and status>=500", "count customers where status<600 and status>=500");
        check("count customers by outcome where event_type='it''s a pay'", "count customers by outcome where event_type='it''s a pay'");
        check("count customers where route=/api/{id} and method!=GET", "count customers where route=/api/{id} and method!=GET");
        check("TOP 03 customers by endpoint where status>=500", "top 3 customers by endpoint where status>=500");
        check("count customers where event_type=''", "count customers where event_type=''");
    }

    #[test]
    fn what_is_no_question_is_refused_with_what_was_expected() {
        for (text, expected) in [
            ("", "count"),
            ("count", "customers"),
            ("count customers by name", "one of event_type"),
            ("top customers by status", "a number from 1"),
            ("top 0 customers by status", "a number from 1"),
            ("top 51 customers by status", "a number from 1"),
            ("top 3 customers", "what customers are ranked by"),
            ("count customers where status", "one of ="),
            ("count customers where status>=", "a value"),
            ("count customers where status>=high", "a status"),
            ("count customers where route>x", "= or !="),
            ("count customers where route='x", "a closing quote"),
            ("count customers please", "by, where"),
            ("count customers where status=500 or status=200", "by, where"),
        ] {
            let error = text.parse::<Question>().unwrap_err();
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
        assert_eq!("x".repeat(600).parse::<Question>().unwrap_err(), QuestionError::TooLong);
        let many: Vec<String> = (100..140).map(|status| format!("status!={status}")).collect();
        assert_eq!(format!("count customers where {}", many.join(" and ")).parse::<Question>().map(drop), Err(QuestionError::TooLong));
    }

    /// Found by fuzzing: `route=''and` was taken at 512 bytes, its canonical form has 513, and the stage refused it when the budget was spent.
    #[test]
    fn what_is_taken_can_be_handed_on() {
        let asked = |bytes: usize| {
            let lead = "count customers where event_type=''and route=";
            format!("{lead}{}", "x".repeat(bytes - lead.len()))
        };
        assert_eq!(asked(512).parse::<Question>(), Err(QuestionError::TooLong));
        let question: Question = asked(511).parse().unwrap();
        assert_eq!(question.to_string().parse::<Question>(), Ok(question));
    }

    #[test]
    fn terms_are_those_of_the_keys() {
        let terms = |text: &str| text.parse::<Question>().unwrap().terms(&ReportPolicy::default());
        assert_eq!(terms("count customers"), (1, Keys::Public(1)));
        assert_eq!(terms("count customers by status_class"), (5, Keys::Public(5)));
        assert_eq!(terms("count customers by category"), (5, Keys::Public(5)));
        assert_eq!(terms("count customers by endpoint"), (12, Keys::Discovered));
        assert_eq!(terms("top 3 customers by endpoint"), (3, Keys::Listed));
    }

    #[test]
    fn rankings_choose_among_public_keys_alone() {
        let listed = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let policy =
            ReportPolicy { public_endpoints: listed(&["POST /pay/{id} 5xx", "POST /pay/{id} 2xx", "GET /list 2xx"]), ..ReportPolicy::default() };
        let candidates = |by: &str, policy: &ReportPolicy| format!("top 1 customers by {by}").parse::<Question>().unwrap().candidates(policy);
        assert_eq!(candidates("endpoint", &policy), ["GET /list", "POST /pay/{id}"]);
        assert_eq!(candidates("route", &policy), ["/list", "/pay/{id}"]);
        assert_eq!(candidates("status", &policy).len(), 500);
        assert_eq!(candidates("outcome", &policy), ["failure", "success", "unknown"]);
        for by in ["endpoint", "route", "event_type"] {
            assert!(candidates(by, &ReportPolicy::default()).is_empty(), "{by}: names found in the data are no candidates");
        }
    }
}
