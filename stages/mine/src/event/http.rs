//! HTTP calls: from fields, or from a message such as `POST /api/v1/transfers -> 201 in 35 ms`; paths become routes.

use super::field::{Fields, Role, duration_text_us, status_of_text};
use crate::lex::redaction_class;

const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];
/// Bytes of a route; longer paths are cut at a segment.
const ROUTE_BYTES_MAX: usize = 160;
/// Segments of a route.
const SEGMENTS_MAX: usize = 16;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Call {
    /// Method in upper case.
    pub method: &'static str,
    /// Route.
    pub route: String,
    /// Status, 0 when none is given.
    pub status: u16,
    /// Latency found in the message.
    pub latency_us: Option<u64>,
}

/// The call a record tells of: by its fields, else by its message.
pub(crate) fn call(fields: &Fields<'_>, message: &str) -> Option<Call> {
    if let Some(method) = fields.text(Role::Method).and_then(method) {
        let path = fields.text(Role::Route)?;
        // `method: transfer, target: queue` is no HTTP call: a path begins with a slash or a scheme.
        let route = route(path)?;
        return Some(Call { method, route, status: fields.status().unwrap_or(0), latency_us: None });
    }
    let mut found = in_message(message)?;
    if found.status == 0 {
        found.status = fields.status().unwrap_or(0);
    }
    Some(found)
}

fn method(text: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(text.trim()))
}

/// `METHOD /path` anywhere in a message, with the status and the latency after it.
fn in_message(message: &str) -> Option<Call> {
    let bytes = message.as_bytes();
    let slash = memchr::memchr_iter(b'/', bytes)
        .take(8)
        .find(|&at| at >= 4 && bytes[at - 1] == b' ' && bytes[at - 2].is_ascii_uppercase() && method_before(bytes, at - 1).is_some())?;
    let method = method_before(bytes, slash - 1)?;
    let rest = message.get(slash..)?;
    let path = rest.split([' ', '"', ',', ';', '\t']).next()?;
    let route = route(path)?;
    let mut call = Call { method, route, status: 0, latency_us: None };
    let words: Vec<&str> =
        rest.get(path.len()..)?.split([' ', '"', ',', ';', '\t', '=', ':', '(', ')']).filter(|word| !word.is_empty()).take(12).collect();
    for (at, word) in words.iter().enumerate() {
        if call.status == 0 {
            call.status = status_of_text(word).unwrap_or(0);
            if call.status != 0 {
                continue;
            }
        }
        if call.latency_us.is_none() && word.as_bytes()[0].is_ascii_digit() {
            let unit = words.get(at + 1).copied().unwrap_or("");
            call.latency_us = duration_text_us(&format!("{word}{unit}"), f64::NAN).or_else(|| duration_text_us(word, f64::NAN));
        }
    }
    Some(call)
}

fn method_before(bytes: &[u8], end: usize) -> Option<&'static str> {
    METHODS.into_iter().find(|method| {
        bytes[..end].ends_with(method.as_bytes())
            && end.checked_sub(method.len() + 1).is_none_or(|before| !bytes[before].is_ascii_alphanumeric() && bytes[before] != b'_')
    })
}

/// The route of a path or URL: query and fragment left out, ids as `{id}`, redaction tokens as `{class}`.
pub(crate) fn route(path: &str) -> Option<String> {
    let path = path.trim();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.get(rest.find('/').unwrap_or(rest.len())..)?,
        None if path.starts_with('/') => path,
        None => return None,
    };
    let path = path.split(['?', '#']).next()?;
    let mut route = String::with_capacity(path.len());
    for (number, segment) in path.split('/').filter(|segment| !segment.is_empty()).enumerate() {
        if number == SEGMENTS_MAX || route.len() + segment.len() > ROUTE_BYTES_MAX {
            route.push_str("/...");
            break;
        }
        route.push('/');
        push_segment(segment, &mut route);
    }
    if route.is_empty() {
        route.push('/');
    }
    Some(route)
}

fn push_segment(segment: &str, route: &mut String) {
    if let Some((class, _)) = redaction_class(segment.as_bytes()).filter(|(_, length)| *length == segment.len()) {
        route.push('{');
        route.push_str(&class.label().to_ascii_lowercase());
        route.push('}');
        return;
    }
    let placeholder = segment.starts_with('{') && segment.ends_with('}') || segment.starts_with(':') && segment.len() > 1;
    let version =
        segment.strip_prefix(['v', 'V']).is_some_and(|rest| !rest.is_empty() && rest.len() <= 3 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let word = segment.len() <= 40 && segment.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'*'));
    let file = segment.rsplit_once('.').is_some_and(|(stem, extension)| {
        (1..=4).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphabetic())
            && stem.bytes().filter(u8::is_ascii_digit).count() <= 1
    });
    let short = segment.len() <= 12
        && segment.bytes().filter(u8::is_ascii_digit).count() == 1
        && segment.bytes().filter(u8::is_ascii_alphabetic).count() >= 2;
    let plain = segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'*'));
    if placeholder {
        let name = segment.trim_matches(['{', '}', ':']);
        route.push('{');
        route.extend(name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(32));
        route.push('}');
    } else if version || word || plain && (file || short) {
        route.push_str(segment);
    } else {
        route.push_str("{id}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_route(path: &str, expected: Option<&str>) {
        assert_eq!(route(path).as_deref(), expected, "{path}");
    }

    #[test]
    fn ids_become_placeholders() {
        check_route("/api/v1/accounts/12345/transfers", Some("/api/v1/accounts/{id}/transfers"));
        check_route("/accounts/[ACCOUNT_k1ABCDEF]/balance?full=1", Some("/accounts/{account}/balance"));
        check_route("https://bank.example/login#top", Some("/login"));
        check_route("/users/123e4567-e89b-12d3-a456-426614174000", Some("/users/{id}"));
        check_route("/users/{userId}/x", Some("/users/{userId}/x"));
        check_route("/oauth2/token", Some("/oauth2/token"));
        check_route("/", Some("/"));
        check_route("queue.name", None);
        check_route("/Jörg/x", Some("/{id}/x"));
    }

    #[track_caller]
    fn check_message(message: &str, expected: Option<(&str, &str, u16, Option<u64>)>) {
        let found = in_message(message);
        assert_eq!(found.as_ref().map(|call| (call.method, call.route.as_str(), call.status, call.latency_us)), expected, "{message}");
    }

    #[test]
    fn calls_in_messages() {
        check_message("POST /api/v1/transfers -> 201 in 35 ms", Some(("POST", "/api/v1/transfers", 201, Some(35_000))));
        check_message("\"GET /a/7 HTTP/1.1\" 404 12ms", Some(("GET", "/a/{id}", 404, Some(12_000))));
        check_message("handled GET /health", Some(("GET", "/health", 0, None)));
        check_message("TARGET /x is gone", None);
        check_message("open /var/log/x", None);
        check_message("WIDGET /x", None);
    }
}
