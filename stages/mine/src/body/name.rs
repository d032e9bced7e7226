//! What the path of a logged field says of a request's body.

use schemas::limits::BODY_PATH_BYTES_MAX;

use crate::event::field::{Role, roles, snake};

/// What a field of a record may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A field of the body, at this path in it.
    InBody(String),
    /// The whole body, as text.
    Body,
    /// Beside the call: perhaps a field of the body, at this path in it.
    Beside(String),
    /// No part of a body.
    Elsewhere,
}

/// Names that log fields give a request's body, wherever they stand.
const BODIES: [&str; 8] =
    ["request_body", "req_body", "request_payload", "req_payload", "request_json", "post_data", "form_data", "http_request_body"];
/// The same below a part that says that the request is meant. Alone they may be the body of a log record.
const BODIES_OF_REQUESTS: [&str; 3] = ["body", "payload", "json"];
/// Parts that say so.
const REQUESTS: [&str; 4] = ["request", "req", "http_request", "input"];
/// Path parts that stand for the answer, or for what is no body.
#[rustfmt::skip]
const NOT_OF_BODIES: [&str; 15] = [
    "response", "res", "resp", "reply", "answer", "response_body", "response_payload", "headers", "header", "cookies", "query", "params", "query_params", "tags",
    "kubernetes",
];
/// Names of headers, and of what servers and loggers add, where no field of a body is called so.
#[rustfmt::skip]
const NOT_FIELDS: [&str; 56] = [
    "accept", "app", "app_version", "application", "authorization", "build", "caller", "class", "cluster", "commit", "component", "container", "content_length",
    "content_type", "correlation_id", "duration", "env", "environment", "etag", "file", "function", "git_sha", "host", "hostname", "idempotency_key", "if_match",
    "image", "instance", "ip", "line", "logger", "logger_name", "machine", "module", "namespace", "node", "pid", "pod", "process", "referer", "region", "release",
    "replayed", "request_id", "revision", "server", "service", "shard", "span_id", "thread", "thread_id", "thread_name", "trace_id", "user_agent", "version", "zone",
];
/// Roles in which a field tells of the call, not of its body.
const OF_CALLS: [Role; 7] = [Role::Event, Role::Method, Role::Route, Role::Status, Role::Result, Role::Error, Role::Latency];
/// Parts in front that only hold what belongs to the record.
#[rustfmt::skip]
const WRAPPERS: [&str; 14] = [
    "request", "req", "http", "data", "details", "attributes", "attrs", "context", "fields", "extra", "metadata", "properties", "body", "payload",
];
/// Levels of a body.
const DEPTH_MAX: usize = 6;

/// What the field at `path` may be.
pub(crate) fn place(path: &str) -> Place {
    let parts: Vec<&str> = path.split('.').collect();
    let names: Vec<String> = parts.iter().map(|part| snake(part.trim_end_matches("[]"))).collect();
    if !path.split('.').all(is_plain_part) || path.len() > BODY_PATH_BYTES_MAX {
        return Place::Elsewhere;
    }
    let is_no_body = |names: &[String]| names.iter().any(|name| NOT_OF_BODIES.contains(&name.as_str()));
    if let Some(at) = body_at(&names) {
        // ECS: `http.request.body.content`.
        let rest = parts.get(at + 1..).unwrap_or_default();
        let rest = if rest.first() == Some(&"content") { rest.get(1..).unwrap_or_default() } else { rest };
        return match rest {
            _ if is_no_body(names.get(..at).unwrap_or_default()) => Place::Elsewhere,
            [] => Place::Body,
            rest if is_plain(&rest.join(".")) => Place::InBody(rest.join(".")),
            _ => Place::Elsewhere,
        };
    }
    let from = names.iter().position(|name| !WRAPPERS.contains(&name.as_str())).unwrap_or(parts.len());
    let rest = parts.get(from..).unwrap_or_default().join(".");
    let last = names.last().map_or("", String::as_str);
    let roles: Vec<Role> = roles(path).collect();
    let tells_of_call = roles.iter().any(|role| OF_CALLS.contains(role));
    let made_by_server = roles.contains(&Role::TransactionId) && last.ends_with("_id");
    let of_program = names.iter().any(|name| NOT_FIELDS.contains(&name.as_str())) || last.starts_with("x_");
    if is_no_body(&names) || !is_plain(&rest) || path.contains("[]") || tells_of_call || made_by_server || of_program {
        Place::Elsewhere
    } else {
        Place::Beside(rest)
    }
}

/// The part that stands for the whole body.
fn body_at(names: &[String]) -> Option<usize> {
    let of_request = |at: usize| names[..at].last().is_some_and(|before| REQUESTS.contains(&before.as_str()));
    names.iter().enumerate().position(|(at, name)| BODIES.contains(&name.as_str()) || (BODIES_OF_REQUESTS.contains(&name.as_str()) && of_request(at)))
}

/// Whether a path is short, shallow and of plain signs, so that it can be written into a test: a key with a token in it is not.
pub(crate) fn is_plain(path: &str) -> bool {
    path.len() <= BODY_PATH_BYTES_MAX && path.split('.').count() <= DEPTH_MAX && path.split('.').all(is_plain_part)
}

fn is_plain_part(part: &str) -> bool {
    let name = part.strip_suffix("[]").unwrap_or(part);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_a_field_is() {
        let in_body = |path: &str| Place::InBody(path.to_owned());
        let beside = |path: &str| Place::Beside(path.to_owned());
        for (path, expected) in [
            ("request.body.amount", in_body("amount")),
            ("request.body.tags[]", in_body("tags[]")),
            ("request.body.query", in_body("query")),
            ("http.request.body.content.payee.iban", in_body("payee.iban")),
            ("requestBody.items[].sku", in_body("items[].sku")),
            ("request.payload.amount", in_body("amount")),
            ("http.request.body.content", Place::Body),
            ("request_body", Place::Body),
            // The body of a log record, perhaps.
            ("body.amount", beside("amount")),
            ("payload.amount", beside("amount")),
            ("body", Place::Elsewhere),
            ("body.thread", Place::Elsewhere),
            ("response.body.id", Place::Elsewhere),
            ("response.request.body.id", Place::Elsewhere),
            ("responseBody.id", Place::Elsewhere),
            ("amount", beside("amount")),
            ("details.beneficiary_iban", beside("beneficiary_iban")),
            ("payee.name", beside("payee.name")),
            ("reference", beside("reference")),
            ("transfer_id", Place::Elsewhere),
            ("http.method", Place::Elsewhere),
            ("http.latency_ms", Place::Elsewhere),
            ("error", Place::Elsewhere),
            ("http.headers.x", Place::Elsewhere),
            ("xRequestedWith", Place::Elsewhere),
            ("host.name", Place::Elsewhere),
            ("a.[NAME_K1ABC].b", Place::Elsewhere),
            ("a b", Place::Elsewhere),
            ("", Place::Elsewhere),
            ("data", Place::Elsewhere),
            ("request.body.a.b.c.d.e.f.g", Place::Elsewhere),
        ] {
            assert_eq!(place(path), expected, "{path}");
        }
        assert_eq!(place(&"a".repeat(200)), Place::Elsewhere);
    }
}
