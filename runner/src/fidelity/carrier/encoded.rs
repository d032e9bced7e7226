//! Encodings around a value.

use super::{Ask, Line, percent_encoded, quoted};

pub(super) fn percent(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.key, percent_encoded(&ask.form));
    let (text, written) = match ask.prng.below(4) {
        0 => (format!("form body {key}={value}&lang=en"), value),
        1 => (format!("return_to=%2Fpay%3F{key}%3D{twice}%26step%3D2", twice = percent_encoded(&value)), percent_encoded(&value)),
        2 => (format!("body=%7B%22{key}%22%3A%22{value}%22%7D"), value),
        _ => (format!("POST /login 302 {key}={value}"), value),
    };
    Some(ask.free(&text, &written))
}

pub(super) fn base64(ask: &mut Ask<'_>) -> Option<Line> {
    let key = ask.styled_key();
    let json = format!("{{\"{key}\":{},\"v\":1}}", quoted(&ask.form));
    let xml = format!("<Request><{key}>{}</{key}></Request>", ask.form.replace('&', "&amp;"));
    let basic = matches!(ask.class.id, "password" | "user-name");
    let (text, blob) = match ask.prng.below(4) {
        0 if basic => {
            let pair = if ask.class.id == "password" { format!("jdoe:{}", ask.form) } else { format!("{}:x9!Qr7zzT", ask.form) };
            let blob = crate::base64::encode(pair.as_bytes());
            (format!("Authorization: Basic {blob}"), blob)
        }
        1 => {
            let blob = crate::base64::encode(xml.as_bytes());
            (format!("SAMLRequest={blob}"), blob)
        }
        2 => {
            let blob = crate::base64::encode(json.as_bytes()).trim_end_matches('=').replace('+', "-").replace('/', "_");
            (format!("cursor {blob} decoded"), blob)
        }
        _ => {
            let blob = crate::base64::encode(json.as_bytes());
            (format!("payload_b64={blob}"), blob)
        }
    };
    Some(ask.free(&text, &blob))
}
