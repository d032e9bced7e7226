//! Which field plays which role. Paths are judged once a block (by its name table), records only look roles up.

use std::sync::Arc;

use schemas::record::{CleanRecord, Scalar};

use crate::lex::without_tokens;
use crate::outline::ByName;
use crate::trim::trim;

/// The role of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Names the event.
    Event,
    /// Names the kind of transaction.
    TransactionType,
    /// Identifies the transaction.
    TransactionId,
    /// HTTP method.
    Method,
    /// HTTP path or route.
    Route,
    /// HTTP status.
    Status,
    /// How it ended, in a word or as a truth value.
    Result,
    /// An error code or text: present only when something failed.
    Error,
    /// Latency.
    Latency,
    /// Amount in currency units.
    Amount,
    /// Amount in hundredths.
    AmountMinor,
    /// Who acted.
    Actor,
    /// Why data was accessed.
    Purpose,
}

const ROLES: usize = 13;

/// Names by role, best first. A name is the path in lower snake case without wrapping parts.
const NAMES: [(Role, &[&str]); ROLES] = [
    (Role::Event, &["event", "event_name", "event_type", "eventname", "eventtype", "action", "event_action", "activity", "operation"]),
    (Role::TransactionType, &["transaction_type", "txn_type", "tx_type", "payment_type", "transfer_type"]),
    (
        Role::TransactionId,
        &[
            "transaction_id",
            "txn_id",
            "tx_id",
            "payment_id",
            "transfer_id",
            "order_id",
            "order",
            "order_ref",
            "order_reference",
            "end_to_end_id",
            "reference",
        ],
    ),
    (Role::Method, &["method", "http_method", "request_method", "verb"]),
    (
        Role::Route,
        &["route", "path", "http_path", "http_route", "url_path", "uri", "request_uri", "request_path", "target", "endpoint", "api_endpoint", "url"],
    ),
    (
        Role::Status,
        &["status_code", "statuscode", "http_status", "http_status_code", "http_code", "response_code", "status", "response_status", "code"],
    ),
    (Role::Result, &["result", "outcome", "event_outcome", "status", "transaction_status", "payment_status", "state", "success", "decision"]),
    (Role::Error, &["error_code", "error", "error_type", "failure_reason", "decline_reason", "decline_code", "exception", "exception_type"]),
    (
        Role::Latency,
        &[
            "latency_ms",
            "duration_ms",
            "response_time_ms",
            "elapsed_ms",
            "took_ms",
            "latency_us",
            "duration_us",
            "duration_ns",
            "latency",
            "duration",
            "response_time",
            "elapsed",
            "took",
        ],
    ),
    (Role::Amount, &["amount", "amount_value", "transaction_amount", "payment_amount", "transfer_amount", "total_amount", "sum"]),
    (Role::AmountMinor, &["amount_minor", "amount_cents", "minor_amount", "amount_in_cents"]),
    (
        Role::Actor,
        &[
            "actor",
            "user",
            "user_id",
            "username",
            "user_name",
            "teller_id",
            "teller",
            "employee_id",
            "employee",
            "operator",
            "operator_id",
            "agent_id",
            "principal",
            "account",
            "account_id",
            "account_number",
            "client_id",
        ],
    ),
    (Role::Purpose, &["purpose", "justification", "legal_basis", "access_reason", "reason", "ticket", "case_id"]),
];

/// Path parts that only wrap others.
const WRAPPERS: [&str; 19] = [
    "http",
    "request",
    "req",
    "response",
    "res",
    "metadata",
    "meta",
    "data",
    "details",
    "attributes",
    "attrs",
    "context",
    "payload",
    "labels",
    "fields",
    "body",
    "properties",
    "extra",
    "log",
];

/// Roles of the paths of one block.
pub(crate) struct Roles {
    by_path: Vec<PathRoles>,
}

/// Roles of a path, and the unit of a latency there.
#[derive(Debug, Clone)]
pub(crate) struct PathRoles {
    roles: Arc<[(Role, u8)]>,
    latency_unit_us: f64,
}

impl Roles {
    /// Judges a block's name table.
    pub(crate) fn of_names(names: &[&str], remembered: &mut ByName<PathRoles>) -> Self {
        let of_path = |path: &str| {
            let name = simplify(path);
            PathRoles { roles: roles_of(&name).into(), latency_unit_us: unit_us(&name) }
        };
        Self { by_path: names.iter().map(|name| remembered.of(name, of_path)).collect() }
    }

    /// The fields of a record by role.
    pub(crate) fn fields<'a>(&self, record: &CleanRecord<'a>) -> Fields<'a> {
        let mut fields = Fields::default();
        for field in &record.fields {
            let Some(PathRoles { roles, latency_unit_us }) = self.by_path.get(field.path as usize) else { continue };
            for &(role, rank) in &**roles {
                let slot = &mut fields.slots[role as usize];
                if rank < slot.rank && is_present(role, field.value) {
                    *slot = Slot { rank, value: field.value };
                    if role == Role::Latency {
                        fields.latency_unit_us = *latency_unit_us;
                    }
                }
            }
        }
        fields
    }
}

/// Whether a value can play the role at all: `status` may be an HTTP status or a word, and both roles want it.
fn is_present(role: Role, value: Scalar<'_>) -> bool {
    match (role, value) {
        (_, Scalar::Null) => false,
        (Role::Status, Scalar::Int(status)) => (100..600).contains(&status),
        (Role::Status, Scalar::Text(text)) => status_of_text(text).is_some(),
        (Role::Status, _) => false,
        (Role::Result, Scalar::Int(_) | Scalar::Float(_)) => false,
        (Role::Error, Scalar::Bool(error)) => error,
        (Role::Error, Scalar::Int(code)) => code != 0,
        (Role::Event | Role::Method | Role::Route | Role::TransactionType, value) => matches!(value, Scalar::Text(text) if !trim(text).is_empty()),
        (_, Scalar::Text(text)) => !trim(text).is_empty(),
        _ => true,
    }
}

/// A three-digit HTTP status at the front of a text (`201`, `201 Created`).
pub(crate) fn status_of_text(text: &str) -> Option<u16> {
    let digits = trim(text).split_ascii_whitespace().next().filter(|word| word.len() == 3)?;
    digits.parse().ok().filter(|status| (100..600).contains(status))
}

#[derive(Debug, Clone, Copy)]
struct Slot<'a> {
    rank: u8,
    value: Scalar<'a>,
}

/// The fields of one record by role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    slots: [Slot<'a>; ROLES],
    latency_unit_us: f64,
}

impl Default for Fields<'_> {
    fn default() -> Self {
        Self { slots: [Slot { rank: u8::MAX, value: Scalar::Null }; ROLES], latency_unit_us: 1_000.0 }
    }
}

impl<'a> Fields<'a> {
    /// The value that plays the role; null when none does.
    pub(crate) fn value(&self, role: Role) -> Scalar<'a> {
        self.slots[role as usize].value
    }

    /// The text that plays the role.
    pub(crate) fn text(&self, role: Role) -> Option<&'a str> {
        match self.value(role) {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the record has a value for the role.
    pub(crate) fn has(&self, role: Role) -> bool {
        !matches!(self.value(role), Scalar::Null)
    }

    /// HTTP status, when the field is one.
    pub(crate) fn status(&self) -> Option<u16> {
        match self.value(Role::Status) {
            Scalar::Int(status) => u16::try_from(status).ok(),
            Scalar::Text(text) => status_of_text(text),
            _ => None,
        }
    }

    /// Latency in microseconds; negative and unreadable ones are none.
    pub(crate) fn latency_us(&self) -> Option<u64> {
        let number = match self.value(Role::Latency) {
            Scalar::Int(number) => number as f64,
            Scalar::Float(number) => number,
            Scalar::Text(text) => return duration_text_us(text, self.latency_unit_us),
            _ => return None,
        };
        microseconds(number, self.latency_unit_us)
    }
}

fn microseconds(number: f64, unit_us: f64) -> Option<u64> {
    let us = number * unit_us;
    (us.is_finite() && (0.0..1e15).contains(&us)).then_some(us.round() as u64)
}

/// `35`, `35ms`, `0.2 s`.
pub(crate) fn duration_text_us(text: &str, default_unit_us: f64) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, unit) = (text.get(..digits)?.parse::<f64>().ok()?, text.get(digits..)?.trim());
    let unit_us = match unit {
        "" => default_unit_us,
        "ms" | "msec" | "millis" | "milliseconds" => 1e3,
        "us" | "µs" | "micros" | "microseconds" => 1.0,
        "ns" | "nanos" => 1e-3,
        "s" | "sec" | "secs" | "seconds" => 1e6,
        "m" | "min" | "minutes" => 6e7,
        _ => return None,
    };
    microseconds(number, unit_us)
}

fn unit_us(name: &str) -> f64 {
    match name.rsplit_once('_').map(|(_, unit)| unit) {
        Some("us" | "micros") => 1.0,
        Some("ns" | "nanos") => 1e-3,
        Some("s" | "sec" | "secs" | "seconds") => 1e6,
        _ => 1e3,
    }
}

/// The name under which a field is an attribute.
pub(crate) fn attribute_name(path: &str) -> String {
    simplify(path)
}

/// Whether a field names the event, says how it ended, or identifies who or what: such a field is no attribute.
pub(crate) fn says_what_or_who(path: &str) -> bool {
    let name = simplify(path);
    let roles = roles_of(&name);
    let words =
        ["error", "fail", "exception", "status", "result", "outcome", "reason", "decline", "message", "severity", "level", "retry", "timeout"];
    !roles.is_empty() || words.iter().any(|word| name.contains(word))
}

/// The roles that the field at a path may have.
pub(crate) fn roles(path: &str) -> impl Iterator<Item = Role> {
    roles_of(&simplify(path)).into_iter().map(|(role, _)| role)
}

fn roles_of(name: &str) -> Vec<(Role, u8)> {
    let rank = |names: &[&str]| names.iter().position(|known| *known == name).and_then(|at| u8::try_from(at).ok());
    NAMES.iter().filter_map(|(role, names)| rank(names).map(|rank| (*role, rank))).collect()
}

/// Lower snake case, wrapping parts and list marks left out, tokens by their class: `http.request.Method` is `method`, `statusCode` is
/// `status_code`, `limits.[ACCOUNT_K7QABCD].daily` is `limits_account_daily`.
pub(crate) fn simplify(path: &str) -> String {
    let path = without_tokens(path);
    let parts: Vec<String> = path.split('.').map(|part| snake(part.trim_end_matches("[]"))).filter(|part| !part.is_empty()).collect();
    let last = parts.len().saturating_sub(1);
    let kept: Vec<&str> =
        parts.iter().enumerate().filter(|(at, part)| *at == last || !WRAPPERS.contains(&part.as_str())).map(|(_, part)| part.as_str()).collect();
    kept.join("_")
}

pub(crate) fn snake(part: &str) -> String {
    let mut out = String::with_capacity(part.len() + 4);
    let mut lower_before = false;
    for letter in part.chars() {
        if letter.is_ascii_uppercase() && lower_before {
            out.push('_');
        }
        lower_before = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        match letter {
            '-' | ' ' | '@' | '/' | '[' | ']' => out.push('_'),
            _ => out.push(letter.to_ascii_lowercase()),
        }
    }
    out.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_name(path: &str, expected: &[Role]) {
        let roles: Vec<Role> = roles_of(&simplify(path)).into_iter().map(|(role, _)| role).collect();
        assert_eq!(roles, expected, "{path}");
    }

    #[test]
    fn names_in_many_spellings() {
        check_name("event", &[Role::Event]);
        check_name("eventType", &[Role::Event]);
        check_name("event.action", &[Role::Event]);
        check_name("http.request.method", &[Role::Method]);
        check_name("httpMethod", &[Role::Method]);
        check_name("http.response.status_code", &[Role::Status]);
        check_name("metadata.statusCode", &[Role::Status]);
        check_name("status", &[Role::Status, Role::Result]);
        check_name("url.path", &[Role::Route]);
        check_name("payment.amount", &[Role::Amount]);
        check_name("events[]", &[]);
        check_name("branch", &[]);
    }

    #[test]
    fn tokens_in_a_path_are_one_field() {
        for (path, expected) in [
            ("balances.[ACCOUNT_K7QABCD].Open", "balances_account_open"),
            ("balances.[ACCOUNT_K7QZZZZ].Open", "balances_account_open"),
            ("kyc.accounts.[IBAN_K7QABCD][].limit", "kyc_accounts_iban_limit"),
            ("user[name]", "user_name"),
        ] {
            assert_eq!(simplify(path), expected, "{path}");
        }
    }

    #[test]
    fn the_better_name_wins_and_words_are_no_status() {
        use schemas::record::Field;
        let roles = Roles::of_names(&["action", "event", "status"], &mut ByName::default());
        let record = CleanRecord {
            at: schemas::ids::RecordRef { source: 0, offset: 0 },
            time_ns: None,
            severity: schemas::record::Severity::Info,
            session: "",
            customer: "",
            trace: "",
            message: "",
            fields: vec![
                Field { path: 0, value: Scalar::Text("click") },
                Field { path: 1, value: Scalar::Text("login") },
                Field { path: 2, value: Scalar::Text("SUCCESS") },
            ],
        };
        let fields = roles.fields(&record);
        assert_eq!(fields.text(Role::Event), Some("login"));
        assert_eq!(fields.status(), None);
        assert_eq!(fields.text(Role::Result), Some("SUCCESS"));
    }

    #[test]
    fn durations() {
        let check = |text: &str, expected: Option<u64>| assert_eq!(duration_text_us(text, 1e3), expected, "{text}");
        check("35", Some(35_000));
        check("35ms", Some(35_000));
        check("0.2 s", Some(200_000));
        check("soon", None);
        check("-1", None);
    }
}
