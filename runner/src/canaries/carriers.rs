//! In what a canary stands. Each carrier writes the members of one JSON object, in which the value stands once.

use schemas::pii::PiiClass;

use super::values::Value;

/// A carrier.
pub(super) struct Carrier {
    /// Name, for tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "what tests name it by"))]
    pub(super) id: &'static str,
    /// Keys it writes besides the field's.
    pub(super) keys: &'static [&'static str],
    /// Whether values of a class stand in it.
    pub(super) fits: fn(PiiClass) -> bool,
    /// The members of the object.
    pub(super) write: fn(&Value) -> String,
}

/// Classes whose values the lexicon knows, or that are found by their shape alone.
fn is_found_anywhere(class: PiiClass) -> bool {
    use PiiClass::{Account, Card, Customer, Device, Email, Iban, Ip, Mac, Name, NationalId, Phone, User};
    matches!(class, Account | Card | Customer | Device | Email | Iban | Ip | Mac | Name | NationalId | Phone | User)
}

/// Classes whose values are found inside longer references.
fn is_found_inside(class: PiiClass) -> bool {
    use PiiClass::{Account, Customer, Device};
    matches!(class, Account | Customer | Device)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn message(text: &str) -> String {
    format!("\"message\":{}", quoted(text))
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// All carriers.
pub(super) const CARRIERS: &[Carrier] = &[
    Carrier { id: "field", keys: &[], fits: |_| true, write: |value| format!("\"{}\":{}", value.field, quoted(&value.text)) },
    Carrier {
        id: "nested",
        keys: &["payload", "detail"],
        fits: |_| true,
        write: |value| format!("\"payload\":{{\"detail\":{{\"{}\":{}}}}}", value.field, quoted(&value.text)),
    },
    Carrier { id: "list", keys: &[], fits: |_| true, write: |value| format!("\"{}\":[{}]", value.field, quoted(&value.text)) },
    Carrier {
        id: "number",
        keys: &[],
        fits: |class| matches!(class, PiiClass::Account | PiiClass::Card),
        write: |value| format!("\"{}\":{}", value.field, value.text),
    },
    Carrier {
        id: "json in a message",
        keys: &["message"],
        fits: |_| true,
        write: |value| message(&format!("body {{\"{}\":{}}}", value.field, quoted(&value.text))),
    },
    Carrier { id: "pair", keys: &["message"], fits: |_| true, write: |value| message(&format!("done {}=\"{}\" in 12 ms", value.field, value.text)) },
    Carrier {
        id: "element",
        keys: &["message"],
        fits: |_| true,
        write: |value| message(&format!("<doc><{0}>{1}</{0}></doc>", value.field, value.text)),
    },
    Carrier {
        id: "query of a URL",
        keys: &["message"],
        fits: |_| true,
        write: |value| message(&format!("GET /v1/retry?{}={} 200", value.field, percent(&value.text))),
    },
    Carrier { id: "prose", keys: &["message"], fits: is_found_anywhere, write: |value| message(&format!("retry of {} after 30 s", value.text)) },
    Carrier {
        id: "technical field",
        keys: &["request_id"],
        fits: is_found_inside,
        write: |value| format!("\"request_id\":{}", quoted(&format!("REQ-{}-000017", value.text))),
    },
];
