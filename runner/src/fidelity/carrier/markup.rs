//! Markup and pairs.

use super::{Ask, Home, Line, pascal, quoted};

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) fn xml(ask: &mut Ask<'_>) -> Option<Line> {
    let (tag, value) = (pascal(ask.key), escaped(&ask.form));
    let text = match ask.prng.below(4) {
        0 => format!("<Request><{tag}>{value}</{tag}><Lang>en</Lang></Request>"),
        1 => format!("<ns2:{tag} xmlns:ns2=\"urn:bank:v1\">{value}</ns2:{tag}>"),
        2 => format!("sent <Entry id=\"7\" {key}=\"{value}\"/>", key = ask.key),
        _ => format!("soap fault for <soap:Body><{tag}> {value} </{tag}></soap:Body>"),
    };
    Some(ask.free(&text, &value))
}

pub(super) fn csv(ask: &mut Ask<'_>) -> Option<Line> {
    let cell = cell(&ask.form, ',');
    // One header a class: the rows of a file must agree.
    let header = format!("timestamp,level,entry,{},status", ask.class.keys.first()?);
    let text = format!("{},INFO,{},{cell},{}", ask.time(), ask.prng.between(1, 99), ask.prng.one(&["BOOKED", "PENDING", "REJECTED"]));
    Some(Line { home: Home::Csv(header), text, written: cell, proof: None, known_by: None })
}

pub(super) fn csv_in_text(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, delimiter) = (ask.key, ask.prng.one(&[',', ';']));
    let cell = cell(&ask.form, delimiter);
    let text = match ask.prng.below(2) {
        0 => format!("import rejected row 2\nline{delimiter}{key}{delimiter}status\n2{delimiter}{cell}{delimiter}NEW"),
        _ => format!("batch head:\n  {key}{delimiter}status\n  {cell}{delimiter}NEW"),
    };
    let written = cell.clone();
    Some(ask.free(&text, &written))
}

fn cell(text: &str, delimiter: char) -> String {
    if text.contains([delimiter, '"', '\n', ' ']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// A value behind `key=`: in quotes where it has blanks or would end early.
fn pair_value(text: &str) -> String {
    if text.contains([' ', '"', '\n', '=', '\\', ';', ',']) || !text.is_ascii() { quoted(text) } else { text.to_owned() }
}

pub(super) fn pairs(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.key, pair_value(&ask.form));
    let time = ask.time();
    let text = match ask.prng.below(3) {
        0 => format!("time={time} level=info {key}={value} status=ok"),
        1 => format!("time={time} level=warn msg=\"retry later\" attempt=2 {key}={value}"),
        _ => format!("time={time} level=error component=gateway {key}={value} result=refused"),
    };
    Some(Line { home: Home::Pairs, text, written: value, proof: None, known_by: None })
}

pub(super) fn logfmt(ask: &mut Ask<'_>) -> Option<Line> {
    let (key, value) = (ask.styled_key(), pair_value(&ask.form));
    let text = match ask.prng.below(4) {
        0 => format!("lookup done {key}={value} status=ok"),
        1 => format!("retry later, {key}={value}, attempt=2"),
        2 => format!("[{key}={value}] not found"),
        _ => format!("op=check {key}: {value} result=refused"),
    };
    Some(ask.free(&text, &value))
}

pub(super) fn object_print(ask: &mut Ask<'_>) -> Option<Line> {
    let key = super::camel(ask.key);
    let text = match ask.prng.below(4) {
        0 => format!("handling Request{{{key}={}, channel=WEB}}", ask.form),
        1 => format!("handling Request({key}={}, retries=0)", ask.form),
        2 => format!("params {{'{}': '{}', 'channel': 'web'}}", ask.key, ask.form),
        _ => format!("dto [{key}={}, state=NEW]", ask.form),
    };
    let written = ask.form.clone();
    Some(ask.free(&text, &written))
}
