//! JSON in all its places.

use super::{Ask, Home, Line, inner, quoted};

pub(super) fn string(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.styled_key(), quoted(&ask.form));
    let members = match ask.prng.below(4) {
        0 => format!("\"{key}\":{value}"),
        1 => format!("\"request_id\":\"r-81\",\"{key}\":{value},\"status\":\"OK\""),
        2 => format!("\"{key}\":{value},\"attempt\":2"),
        _ => format!("\"event\":\"lookup\",\"{key}\": {value}"),
    };
    Some(ask.json_line(&members, &inner(&ask.form.clone())))
}

pub(super) fn number(ask: &mut Ask<'_>) -> Option<Line> {
    let number = ask.value.number()?.to_owned();
    let key = ask.styled_key();
    let members = match ask.prng.below(4) {
        0 => format!("\"{key}\":{number}"),
        1 => format!("\"data\":{{\"{key}\":{number},\"status\":\"OK\"}}"),
        2 => format!("\"{key}\" : {number} ,\"attempt\":2"),
        _ => format!("\"{key}\":[{number}]"),
    };
    Some(ask.json_line(&members, &number))
}

pub(super) fn object_key(ask: &mut Ask<'_>) -> Option<Line> {
    if !ask.class.fit.key {
        return None;
    }
    let (key, value) = (ask.key, quoted(&ask.form));
    let members = match ask.prng.below(4) {
        0 => format!("\"by_{key}\":{{{value}:{{\"status\":\"OK\"}}}}"),
        1 => format!("\"{key}\":{{{value}:true}}"),
        2 => format!("\"{key}_map\":{{{value}:\"retry\"}}"),
        _ => format!("\"results\":{{\"{key}\":{{{value}:{{\"score\":0.7}}}}}}"),
    };
    Some(ask.json_line(&members, &inner(&ask.form.clone())))
}

pub(super) fn array(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.key, quoted(&ask.form));
    let members = match ask.prng.below(4) {
        0 => format!("\"{key}\":[{value}]"),
        1 if key.ends_with('s') => format!("\"{key}es\":[{value}]"),
        1 => format!("\"{key}s\":[{value}]"),
        2 => format!("\"items\":[{{\"{key}\":{value}}},{{\"status\":\"open\"}}]"),
        _ => format!("\"{key}_list\":[{value}]"),
    };
    Some(ask.json_line(&members, &inner(&ask.form.clone())))
}

pub(super) fn nested(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.styled_key(), quoted(&ask.form));
    let members = match ask.prng.below(4) {
        0 => format!("\"request\":{{\"body\":{{\"{key}\":{value}}}}}"),
        1 => format!("\"payload\":{{\"data\":{{\"attributes\":{{\"{key}\":{value},\"state\":\"new\"}}}}}}"),
        2 => format!("\"{key}\":{{\"value\":{value}}}"),
        _ => format!("\"ctx\":{{\"before\":{{\"{key}\":{value}}},\"after\":null}}"),
    };
    Some(ask.json_line(&members, &inner(&ask.form.clone())))
}

pub(super) fn pair(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.key, quoted(&ask.form));
    let members = match ask.prng.below(4) {
        0 => format!("\"fields\":[{{\"name\":\"{key}\",\"value\":{value}}}]"),
        1 => format!("\"attributes\":[{{\"key\":\"{key}\",\"value\":{value}}},{{\"key\":\"state\",\"value\":\"new\"}}]"),
        2 => format!("\"changed\":{{\"field\":\"{key}\",\"value\":{value}}}"),
        _ => format!("\"identifier\":{{\"type\":\"{key}\",\"value\":{value}}}"),
    };
    Some(ask.json_line(&members, &inner(&ask.form.clone())))
}

pub(super) fn in_string(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.styled_key(), quoted(&ask.form));
    let json = format!("{{\"{key}\":{value},\"channel\":\"web\"}}");
    if ask.prng.once_in(3) {
        // A queue's envelope around a program's: escaped twice.
        let envelope = format!("{{\"topic\":\"audit\",\"body\":{}}}", quoted(&json));
        let members = format!("\"record\":{}", quoted(&envelope));
        let written = inner(&inner(&inner(&ask.form)));
        return Some(ask.json_line(&members, &written));
    }
    let text = match ask.prng.below(3) {
        0 => format!("request body: {json}"),
        1 => json,
        _ => format!("POST /v1/check -> 422 {json}"),
    };
    let written = inner(&ask.form);
    let mut line = ask.free(&text, &written);
    if line.home == Home::Log {
        line.written = written;
    }
    Some(line)
}

pub(super) fn broken(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.styled_key(), quoted(&ask.form));
    let text = match ask.prng.below(3) {
        0 => format!("cannot parse {{\"{key}\":{value},\"status\":\"PEN"),
        1 => format!("payload cut after 4096 bytes: {{\"data\":{{\"{key}\":{value},\"ite"),
        _ => format!("unexpected end of input: {{\"trace\":true,\"{key}\":{value}"),
    };
    let (text, written) = (ask.log_line(&text), inner(&ask.form));
    Some(Line { home: Home::Log, text, written, proof: None, known_by: None })
}
