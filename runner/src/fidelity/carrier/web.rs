//! URLs, headers, statements.

use super::{Ask, Line, capital, percent_encoded};

pub(super) fn query(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.styled_key(), percent_encoded(&ask.form));
    let text = match ask.prng.below(4) {
        0 => format!("GET /v2/search?lang=en&{key}={value} 200 12ms"),
        1 => format!("\"GET /status?{key}={value}&page=1 HTTP/1.1\" 404"),
        2 => format!("redirect to https://pay.bank.example/start?{key}={value}#top"),
        _ => format!("proxy https://api.bank.example/v1/check?{key}={value} timed out"),
    };
    Some(ask.free(&text, &value))
}

pub(super) fn path(ask: &mut Ask<'_>) -> Option<Line> {
    // Nobody writes a name into a path.
    if !ask.class.fit.key || !ask.form.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (key, value) = (ask.key.replace('_', "-"), percent_encoded(&ask.form));
    let text = match ask.prng.below(3) {
        0 => format!("GET /v1/{key}/{value}/status 200 9ms"),
        1 => format!("DELETE https://api.bank.example/{key}/{value} 204"),
        _ => format!("\"PUT /internal/{key}/{value} HTTP/1.1\" 409"),
    };
    Some(ask.free(&text, &value))
}

pub(super) fn userinfo(ask: &mut Ask<'_>) -> Option<Line> {
    if ask.class.userinfo.is_empty() {
        return None;
    }
    let value = percent_encoded(&ask.form);
    let url = ask.prng.pick(ask.class.userinfo).replace("{v}", &value);
    let text = match ask.prng.below(3) {
        0 => format!("connecting to {url}"),
        1 => format!("upstream {url} answered 401"),
        _ => format!("fetch failed url={url} attempt=3"),
    };
    Some(ask.free(&text, &value))
}

pub(super) fn header(ask: &mut Ask<'_>) -> Option<Line> {
    if ask.form.contains('\n') {
        return None;
    }
    let name: Vec<String> = ask.key.split('_').map(capital).collect();
    let line = match ask.class.headers {
        [] if matches!(ask.class.id, "authorization" | "cookie") => return None,
        [] => format!("X-{}: {}", name.join("-"), ask.form),
        own => ask.prng.pick(own).replace("{v}", &ask.form),
    };
    let text = match ask.prng.below(3) {
        0 => format!("> POST /v1/orders HTTP/1.1\n> Host: api.bank.example\n> {line}\n> Accept: */*"),
        1 => format!("request headers: {line}"),
        _ => format!("sent headers [Host: api.bank.example] [{line}]"),
    };
    let written = ask.form.clone();
    Some(ask.free(&text, &written))
}

pub(super) fn sql(ask: &mut Ask<'_>) -> Option<Line> {
    if ask.form.contains('\n') {
        return None;
    }
    let (key, value) = (ask.key, ask.form.replace('\'', "''"));
    let text = match ask.prng.below(5) {
        0 => format!("slow query (812 ms): SELECT status FROM entries WHERE {key} = '{value}' LIMIT 1"),
        1 => format!("INSERT INTO entries (line, {key}, status) VALUES (17, '{value}', 'NEW')"),
        2 => format!("UPDATE entries SET {key} = '{value}' WHERE line = 17"),
        3 => format!("ERROR: duplicate key value violates unique constraint \"entries_{key}\" DETAIL: Key ({key})=({value}) already exists."),
        _ => format!("deadlock on SELECT 1 FROM entries e WHERE e.{key} IN ('{value}') FOR UPDATE"),
    };
    Some(ask.free(&text, &value))
}
