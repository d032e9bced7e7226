//! Messages between banks.

use super::{Ask, Line};

pub(super) fn iso8583(ask: &mut Ask<'_>) -> Option<Line> {
    if ask.class.iso8583.is_empty() {
        return None;
    }
    // Fields of fixed form hold no blanks and dashes, but for track data, which is as it is.
    let value = if ask.class.id.starts_with("track") { ask.form.clone() } else { ask.value.canonical.clone() };
    let message = ask.prng.pick(ask.class.iso8583).replace("{v}", &value);
    let text = match ask.prng.below(3) {
        0 => format!("switch <- {message}"),
        1 => format!("host reply RC=05 for {message}"),
        _ => format!("dump of message: {message}"),
    };
    Some(ask.free(&text, &value))
}

pub(super) fn swift(ask: &mut Ask<'_>) -> Option<Line> {
    if ask.class.swift.is_empty() {
        return None;
    }
    let value = match ask.class.id {
        "birth-date" => ask.value.canonical.replace('-', ""),
        "iban" | "account" | "card" => ask.value.canonical.clone(),
        _ => ask.form.clone(),
    };
    let field = ask.prng.pick(ask.class.swift).replace("{v}", &value);
    let message = format!(
        "{{1:F01BANKDEFFAXXX0000000000}}{{2:I103BANKFRPPXXXXN}}{{4:\n:20:REF{}\n:23B:CRED\n:32A:261120EUR1250,00\n{field}\n:71A:SHA\n-}}",
        ask.prng.between(100, 999)
    );
    let text = match ask.prng.below(2) {
        0 => format!("MT103 out {message}"),
        _ => format!("NAK received for {message}"),
    };
    Some(ask.free(&text, &value))
}
