//! Carriers: in what a value stands. Each turns a value into one record of a log, so that the value has a fair context there.

mod bank;
mod encoded;
mod json;
mod markup;
mod notation;
mod spread;
mod text;
mod web;

use super::class::Class;
use super::prng::Prng;
use super::value::{Proof, Value};

/// What is to be planted.
pub struct Ask<'a> {
    /// The class.
    pub class: &'a Class,
    /// The value.
    pub value: &'a Value,
    /// How it is written.
    pub form: String,
    /// Name of its field, in snake case.
    pub key: &'static str,
    /// What people call it.
    pub word: &'static str,
    /// Random source of the cell.
    pub prng: Prng,
    /// When it happens: milliseconds of the day.
    pub at_ms: u64,
}

/// In which file a record goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// JSON lines.
    Json,
    /// Text; a record begins with a time.
    Log,
    /// `key=value` pairs and nothing else.
    Pairs,
    /// Rows behind this header line.
    Csv(String),
}

/// One record with a value in it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it goes.
    pub home: Home,
    /// The record, without the last line end.
    pub text: String,
    /// The value exactly as it stands there.
    pub written: String,
    /// What must not be readable, where it is not what the value says.
    pub proof: Option<Proof>,
    /// A record of the run that is not scored: it tells what the value is.
    pub known_by: Option<String>,
}

/// A carrier.
pub struct Carrier {
    /// Name in reports.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Whether the value is in one piece there and may be kept as a token, which then must be its one token.
    pub whole: bool,
    /// Whether look-alikes are planted there too.
    pub look_alikes: bool,
    /// Plants; none where class and carrier make no sense together.
    pub plant: fn(&mut Ask<'_>) -> Option<Line>,
}

const fn carrier(id: &'static str, title: &'static str, plant: fn(&mut Ask<'_>) -> Option<Line>) -> Carrier {
    Carrier { id, title, whole: true, look_alikes: false, plant }
}

const fn common(id: &'static str, title: &'static str, plant: fn(&mut Ask<'_>) -> Option<Line>) -> Carrier {
    Carrier { look_alikes: true, ..carrier(id, title, plant) }
}

const fn in_parts(id: &'static str, title: &'static str, plant: fn(&mut Ask<'_>) -> Option<Line>) -> Carrier {
    Carrier { whole: false, ..carrier(id, title, plant) }
}

/// All carriers, in the order of reports.
pub const CARRIERS: &[Carrier] = &[
    common("json-string", "JSON string under its field's name", json::string),
    common("json-number", "JSON number", json::number),
    carrier("json-key", "key of a JSON object", json::object_key),
    common("json-array", "item of a JSON array", json::array),
    common("json-nested", "nested JSON objects", json::nested),
    carrier("json-pair", "name and value in fields of their own", json::pair),
    common("json-in-string", "JSON inside a string", json::in_string),
    carrier("json-broken", "JSON cut off in the middle", json::broken),
    carrier("percent", "percent-encoded", encoded::percent),
    carrier("base64", "base64 of JSON or of credentials", encoded::base64),
    common("xml", "XML element or attribute", markup::xml),
    common("csv", "CSV file", markup::csv),
    carrier("csv-in-text", "CSV inside a message", markup::csv_in_text),
    common("pairs", "key=value file", markup::pairs),
    common("logfmt", "key=value inside a message", markup::logfmt),
    common("object-print", "objects as Java and Python print them", markup::object_print),
    common("url-query", "query of a URL", web::query),
    carrier("url-path", "path of a URL", web::path),
    in_parts("url-userinfo", "user part of a URL", web::userinfo),
    carrier("http-header", "HTTP header", web::header),
    common("sql", "SQL statement", web::sql),
    common("stack-trace", "stack trace", text::stack_trace),
    carrier("iso8583", "ISO 8583 message", bank::iso8583),
    carrier("swift-mt", "SWIFT MT message", bank::swift),
    common("prose", "running text", text::prose),
    carrier("elsewhere", "running text; known from a field elsewhere", text::elsewhere),
    carrier("unicode-digits", "digits of other scripts", notation::unicode_digits),
    carrier("nbsp", "non-breaking blanks", notation::blanks),
    carrier("zero-width", "characters without width", notation::zero_width),
    carrier("dashes", "unusual dashes", notation::dashes),
    carrier("case", "other letter case", notation::case),
    carrier("groups", "other separators between groups", notation::groups),
    in_parts("split-array", "spread over neighbours in an array", spread::array),
    in_parts("split-fields", "spread over several fields", spread::fields),
];

impl Ask<'_> {
    /// The name of the field in one of the ways programs write it.
    pub fn styled_key(&mut self) -> String {
        match self.prng.below(4) {
            0 => camel(self.key),
            1 => self.key.replace('_', "-"),
            _ => self.key.to_owned(),
        }
    }

    /// A time of day as ISO 8601 has it.
    #[must_use]
    pub fn time(&self) -> String {
        let (seconds, ms) = (self.at_ms / 1_000, self.at_ms % 1_000);
        format!("2026-11-20T{:02}:{:02}:{:02}.{ms:03}Z", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
    }

    /// A JSON record around members.
    #[must_use]
    pub fn json_line(&mut self, members: &str, written: &str) -> Line {
        let time = self.time();
        let service = self.prng.one(&["payments-api", "ledger-core", "onboarding", "card-switch", "notify"]);
        let level = self.prng.one(&["INFO", "WARN", "ERROR", "DEBUG"]);
        let text = match self.prng.below(3) {
            0 => format!("{{\"timestamp\":\"{time}\",\"level\":\"{level}\",\"service\":\"{service}\",{members}}}"),
            1 => format!(
                "{{\"@timestamp\":\"{time}\",\"severity\":\"{level}\",{members},\"logger\":\"com.bank.{service}\",\"message\":\"request handled\"}}"
            ),
            _ => format!("{{\"timestamp\":\"{time}\",\"level\":\"{level}\",\"message\":\"step finished\",{members},\"outcome\":\"success\"}}"),
        };
        Line { home: Home::Json, text, written: written.to_owned(), proof: None, known_by: None }
    }

    /// Running text, as the message of a JSON record or as a line of a log.
    #[must_use]
    pub fn free(&mut self, text: &str, written: &str) -> Line {
        if self.prng.once_in(2) {
            let level = self.prng.one(&["INFO", "WARN", "ERROR"]);
            let time = self.time();
            let text = format!("{{\"timestamp\":\"{time}\",\"level\":\"{level}\",\"message\":{}}}", quoted(text));
            return Line { home: Home::Json, text, written: inner(written), proof: None, known_by: None };
        }
        let line = self.log_line(text);
        Line { home: Home::Log, text: line, written: written.to_owned(), proof: None, known_by: None }
    }

    /// A line of a log.
    #[must_use]
    pub fn log_line(&mut self, text: &str) -> String {
        let time = self.time();
        match self.prng.below(3) {
            0 => format!("{time} INFO  [exec-{}] c.b.core.Dispatcher - {text}", self.prng.between(1, 9)),
            1 => format!("{} WARN {text}", time.replace('T', " ").replace('Z', "")),
            _ => format!("{time} ERROR core[{}]: {text}", self.prng.between(100, 999)),
        }
    }
}

/// A JSON string with its quotes.
#[must_use]
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A JSON string without its quotes.
fn inner(text: &str) -> String {
    let quoted = quoted(text);
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// `card_number` as `cardNumber`.
fn camel(key: &str) -> String {
    let mut words = key.split('_');
    words.next().unwrap_or_default().to_owned() + &words.map(capital).collect::<String>()
}

/// `card_number` as `CardNumber`.
fn pascal(key: &str) -> String {
    key.split('_').map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// Percent-encoding of RFC 3986: all but unreserved characters.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
