//! HTTP calls: from fields, or from a message such as `POST /api/v1/transfers -> 201 in 35 ms`; paths become routes.

use std::sync::Arc;

use super::field::{Fields, Role, duration_text_us, status_of_text};
use crate::outline::{ByOutline, Digits};
use crate::trim::trim;

const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];
/// Bytes of a route; longer paths are cut at a segment.
const ROUTE_BYTES_MAX: usize = 160;
/// Segments of a route.
const SEGMENTS_MAX: usize = 16;
/// Collections of people: what stands below one is somebody (`/payees/Hildegard`), unless it is one of [`SUBRESOURCES`].
const PEOPLE: [&str; 18] = [
    "account-holders",
    "beneficiaries",
    "cardholders",
    "clients",
    "contacts",
    "customers",
    "debtors",
    "employees",
    "holders",
    "members",
    "owners",
    "partners",
    "payees",
    "people",
    "persons",
    "profiles",
    "recipients",
    "users",
];
/// Words below a collection that are no one of it.
#[rustfmt::skip]
const SUBRESOURCES: &[&str] = &[
    "accounts", "activate", "active", "all", "approve", "audit", "auth", "batch", "bulk", "cards", "confirm", "count", "create", "current", "delete", "details", "documents",
    "export", "find", "history", "import", "info", "limits", "list", "login", "logout", "lookup", "me", "merge", "new", "password", "pending", "preferences", "profile",
    "query", "recent", "register", "reset", "search", "self", "session", "sessions", "settings", "signup", "status", "summary", "types", "update", "validate", "verify",
];

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// Method in upper case.
    pub method: &'static str,
    /// Route.
    pub route: Arc<str>,
    /// Status, 0 when none is given.
    pub status: u16,
    /// Latency found in the message.
    pub latency_us: Option<u64>,
}

/// The call a record tells of: by its fields, else by its message.
pub(crate) fn call(fields: &Fields<'_>, message: &str, routes: &mut Routes) -> Option<Call> {
    if let Some(method) = fields.text(Role::Method).and_then(method) {
        let path = fields.text(Role::Route)?;
        // `method: transfer, target: queue` is no HTTP call: a path begins with a slash or a scheme.
        let route = routes.of(path)?;
        return Some(Call { method, route, status: fields.status().unwrap_or(0), latency_us: None });
    }
    let mut found = in_message(message, routes)?;
    if found.status == 0 {
        found.status = fields.status().unwrap_or(0);
    }
    Some(found)
}

fn method(text: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(trim(text)))
}

/// `METHOD /path` anywhere in a message, with the status and the latency after it.
fn in_message(message: &str, routes: &mut Routes) -> Option<Call> {
    let bytes = message.as_bytes();
    let slash = memchr::memchr_iter(b'/', bytes)
        .take(8)
        .find(|&at| at >= 4 && bytes[at - 1] == b' ' && bytes[at - 2].is_ascii_uppercase() && method_before(bytes, at - 1).is_some())?;
    let method = method_before(bytes, slash - 1)?;
    let rest = message.get(slash..)?;
    let path = rest.split([' ', '"', ',', ';', '\t']).next()?;
    let route = routes.of(path)?;
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

/// Routes of paths, remembered.
pub(crate) struct Routes(ByOutline<Option<Arc<str>>>);

impl Default for Routes {
    fn default() -> Self {
        Self(ByOutline::new(Digits::Kept))
    }
}

impl Routes {
    /// The route of a path or URL.
    fn of(&mut self, path: &str) -> Option<Arc<str>> {
        let find = |path: &str| route(path).map(Arc::from);
        // With a colon a token may hold anything and a path is perhaps a URL; in braces a token is a name like others. In all other paths a segment
        // with a token is an id, whatever the token says.
        if memchr::memchr2(b':', b'{', path.as_bytes()).is_some() {
            return find(path);
        }
        let end = memchr::memchr2(b'?', b'#', path.as_bytes()).unwrap_or(path.len());
        // A blank there belongs to the segment, at the end of a path it does not.
        let front = path.get(..end).filter(|front| !front.ends_with(char::is_whitespace));
        self.0.of(front.unwrap_or(path), find).clone()
    }
}

/// The route of a path or URL: query and fragment left out, ids as `{account_id}`.
pub(crate) fn route(path: &str) -> Option<String> {
    let path = path.trim();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.get(rest.find('/').unwrap_or(rest.len())..)?,
        None if path.starts_with('/') => path,
        None => return None,
    };
    let path = path.split(['?', '#']).next()?;
    let mut route = String::with_capacity(path.len());
    let mut before = "";
    for (number, segment) in path.split('/').filter(|segment| !segment.is_empty()).enumerate() {
        if number == SEGMENTS_MAX || route.len() + segment.len() > ROUTE_BYTES_MAX {
            route.push_str("/...");
            break;
        }
        route.push('/');
        push_segment(segment, before, &mut route);
        before = segment;
    }
    if route.is_empty() {
        route.push('/');
    }
    Some(route)
}

/// Appends a segment: a word as it is, anything else as a parameter named after the collection before it. How a value was redacted does
/// not show, so that one endpoint is one route whatever kind of id its callers use.
fn push_segment(segment: &str, before: &str, route: &mut String) {
    let named = is_person(before) && !SUBRESOURCES.iter().any(|known| known.eq_ignore_ascii_case(segment));
    let placeholder = segment.starts_with('{') && segment.ends_with('}') || segment.starts_with(':') && segment.len() > 1;
    if !named && (is_word(segment) || is_version(segment) || is_file(segment)) {
        route.push_str(segment);
        return;
    }
    route.push('{');
    if placeholder {
        let name = segment.trim_matches(['{', '}', ':']);
        route.extend(name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(32));
    } else {
        if is_word(before) {
            push_singular(before, route);
            route.push('_');
        }
        route.push_str("id");
    }
    route.push('}');
}

/// Whether a segment is a collection of people.
fn is_person(segment: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    PEOPLE.iter().any(|known| known.len() == segment.len() && known.bytes().eq(segment.bytes().map(plain)))
}

/// A word of an API: small letters, or camel case; at most one digit. `CUS-RMULVMPX` is an id.
fn is_word(segment: &str) -> bool {
    let (mut small, mut digits, mut capital_before) = (0, 0, false);
    for byte in segment.bytes() {
        if capital_before && !byte.is_ascii_lowercase() {
            return false;
        }
        match byte {
            b'a'..=b'z' => small += 1,
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' | b'-' | b'_' | b'.' | b'~' | b'*' => {}
            _ => return false,
        }
        capital_before = byte.is_ascii_uppercase();
    }
    segment.len() <= 40 && !capital_before && (digits == 0 && small > 0 || digits == 1 && small >= 2 && segment.len() <= 12)
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix(['v', 'V']).is_some_and(|rest| (1..=3).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A page or script; `2026-10.pdf` is a document of a month.
fn is_file(segment: &str) -> bool {
    segment.rsplit_once('.').is_some_and(|(stem, extension)| {
        (1..=4).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_lowercase()) && is_word(stem)
    })
}

/// Appends the singular: `accounts` -> `account`, `bulk-entries` -> `bulk_entry`.
fn push_singular(word: &str, out: &mut String) {
    out.extend(word.chars().map(|letter| if matches!(letter, '-' | '.' | '~' | '*') { '_' } else { letter.to_ascii_lowercase() }));
    if word.len() > 3 && out.ends_with("ies") {
        out.truncate(out.len() - 3);
        out.push('y');
    } else if word.len() > 1 && out.ends_with('s') && !out.ends_with("ss") {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_route(path: &str, expected: Option<&str>) {
        assert_eq!(route(path).as_deref(), expected, "{path}");
        let mut routes = Routes::default();
        for _ in 0..2 {
            assert_eq!(routes.of(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn ids_become_placeholders() {
        check_route("/api/v1/accounts/12345/transfers", Some("/api/v1/accounts/{account_id}/transfers"));
        check_route("/accounts/[ACCOUNT_k1ABCDEF]/balance?full=1", Some("/accounts/{account_id}/balance"));
        check_route("https://bank.example/login#top", Some("/login"));
        check_route("/users/123e4567-e89b-12d3-a456-426614174000", Some("/users/{user_id}"));
        check_route("/users/{userId}/x", Some("/users/{userId}/x"));
        check_route("/oauth2/token", Some("/oauth2/token"));
        check_route("/", Some("/"));
        check_route("/a ?b", Some("/{id}"));
        check_route(" /a ", Some("/a"));
        check_route("/x?u=http://y/z", Some("/z"));
        check_route("queue.name", None);
        check_route("/Jörg/x", Some("/{id}/x"));
        check_route("/customers/CUS-RMULVMPX/bulk-entries/A1B2C3", Some("/customers/{customer_id}/bulk-entries/{bulk_entry_id}"));
        check_route("/statements/2026-10.pdf", Some("/statements/{statement_id}"));
        check_route("/app/index.html", Some("/app/index.html"));
        check_route("/getUserInfo", Some("/getUserInfo"));
    }

    #[test]
    fn what_stands_below_people_is_somebody() {
        check_route("/payees/Hildegard", Some("/payees/{payee_id}"));
        check_route("/api/customers/maria-muster/accounts", Some("/api/customers/{customer_id}/accounts"));
        check_route("/customers/search", Some("/customers/search"));
        check_route("/users/me/settings", Some("/users/me/settings"));
        check_route("/transfers/validate", Some("/transfers/validate"));
    }

    #[track_caller]
    fn check_message(message: &str, expected: Option<(&str, &str, u16, Option<u64>)>) {
        let found = in_message(message, &mut Routes::default());
        assert_eq!(found.as_ref().map(|call| (call.method, &*call.route, call.status, call.latency_us)), expected, "{message}");
    }

    #[test]
    fn calls_in_messages() {
        check_message("POST /api/v1/transfers -> 201 in 35 ms", Some(("POST", "/api/v1/transfers", 201, Some(35_000))));
        check_message("\"GET /a/7 HTTP/1.1\" 404 12ms", Some(("GET", "/a/{a_id}", 404, Some(12_000))));
        check_message("handled GET /health", Some(("GET", "/health", 0, None)));
        check_message("TARGET /x is gone", None);
        check_message("open /var/log/x", None);
        check_message("WIDGET /x", None);
    }
}
