//! What the path of a logged field says of a request's body.

use schemas::limits::BODY_PATH_BYTES_MAX;

use crate::event::field::{Role, has_role, snake};

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

/// Names that log fields give a request's body.
const BODIES: [&str; 8] = ["body", "request_body", "req_body", "payload", "request_payload", "post_data", "request_json", "form_data"];
/// Path parts that stand for the answer, or for what is no body.
const NOT_OF_BODIES: [&str; 15] = [
    "response",
    "res",
    "resp",
    "reply",
    "answer",
    "response_body",
    "response_payload",
    "headers",
    "header",
    "cookies",
    "query",
    "params",
    "query_params",
    "tags",
    "kubernetes",
];
/// Names of headers and of what servers add, where no field of a body is called so.
const OF_HEADERS: [&str; 12] = [
    "idempotency_key",
    "authorization",
    "user_agent",
    "content_type",
    "content_length",
    "accept",
    "referer",
    "etag",
    "if_match",
    "correlation_id",
    "request_id",
    "replayed",
];
/// Roles in which a field tells of the call, not of its body.
const OF_CALLS: [Role; 7] = [Role::Event, Role::Method, Role::Route, Role::Status, Role::Result, Role::Error, Role::Latency];
/// Parts in front that only hold what belongs to the record.
const WRAPPERS: [&str; 12] =
    ["request", "req", "http", "data", "details", "attributes", "attrs", "context", "fields", "extra", "metadata", "properties"];
/// Levels of a body.
const DEPTH_MAX: usize = 6;

/// What the field at `path` may be.
pub(crate) fn place(path: &str) -> Place {
    let parts: Vec<&str> = path.split('.').collect();
    let names: Vec<String> = parts.iter().map(|part| snake(part.trim_end_matches("[]"))).collect();
    if !is_plain(path) || names.iter().any(|name| NOT_OF_BODIES.contains(&name.as_str())) {
        return Place::Elsewhere;
    }
    if let Some(at) = names.iter().position(|name| BODIES.contains(&name.as_str())) {
        // ECS: `http.request.body.content`.
        let rest = parts.get(at + 1..).unwrap_or_default();
        let rest = if rest.first() == Some(&"content") { rest.get(1..).unwrap_or_default() } else { rest };
        return match rest {
            [] => Place::Body,
            rest if rest.len() <= DEPTH_MAX => Place::InBody(rest.join(".")),
            _ => Place::Elsewhere,
        };
    }
    let from = names.iter().position(|name| !WRAPPERS.contains(&name.as_str())).unwrap_or(parts.len());
    let rest = parts.get(from..).unwrap_or_default();
    let last = names.last().map_or("", String::as_str);
    let tells_of_call = OF_CALLS.into_iter().any(|role| has_role(path, role));
    let made_by_server = has_role(path, Role::TransactionId) && last.ends_with("_id");
    let of_header = OF_HEADERS.contains(&last) || last.starts_with("x_");
    if rest.is_empty() || rest.len() > DEPTH_MAX || path.contains("[]") || tells_of_call || made_by_server || of_header {
        Place::Elsewhere
    } else {
        Place::Beside(rest.join("."))
    }
}

/// Whether a path is short and of plain signs, so that it can be written into a test: a key with a token in it is not.
pub(crate) fn is_plain(path: &str) -> bool {
    let part = |part: &str| {
        let name = part.strip_suffix("[]").unwrap_or(part);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    path.len() <= BODY_PATH_BYTES_MAX && path.split('.').all(part)
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
            ("http.request.body.content.payee.iban", in_body("payee.iban")),
            ("requestBody.items[].sku", in_body("items[].sku")),
            ("payload.amount", in_body("amount")),
            ("http.request.body.content", Place::Body),
            ("request_body", Place::Body),
            ("response.body.id", Place::Elsewhere),
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
            ("x_requested_with", Place::Elsewhere),
            ("a.[NAME_K1ABC].b", Place::Elsewhere),
            ("a b", Place::Elsewhere),
            ("", Place::Elsewhere),
            ("data", Place::Elsewhere),
            ("body.a.b.c.d.e.f.g", Place::Elsewhere),
        ] {
            assert_eq!(place(path), expected, "{path}");
        }
        assert_eq!(place(&"a".repeat(200)), Place::Elsewhere);
    }
}
