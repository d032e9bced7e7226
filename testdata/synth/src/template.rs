//! The language in which the records are written down: text with slots in angle brackets.
//!
//! `<card.grouped>` is the customer's card in groups, `<payee.name>` the name of the payment's payee, `<card:number>` the card as a
//! JSON number (the part after the colon says what holds the value, for the truth; without it: free text). Slots that are no personal
//! data: `<ts> <level> <event> <trace> <amount> ...`, see [`Slot`]. Templates are parsed once; a wrong slot is a bug and panics there.

use crate::customer::{Form, Kind};
use crate::ledger::Shape;
use crate::secrets::SecretKind;

/// A piece of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece {
    Text(&'static str),
    Person(Kind, Form, Shape),
    Payee(Kind, Form, Shape),
    Secret(SecretKind, Shape),
    Session(Shape),
    /// The address that the session comes from.
    Ip(Shape),
    Slot(Slot),
    /// A number from a range.
    Number(u32, u32),
}

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident $label:literal)*) => {
        /// A slot that holds no personal data.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Slot { $($(#[$doc])* $name,)* }
        fn slot(label: &str) -> Option<Slot> { match label { $($label => Some(Slot::$name),)* _ => None } }
    };
}

slots! {
    /// Time in the notation of the system.
    Ts "ts"
    /// Milliseconds since 1970.
    Epoch "epoch"
    Level "level"
    Event "event"
    Status "status"
    Latency "latency"
    Attempt "attempt"
    /// Name of the service.
    Service "service"
    /// W3C trace id.
    Trace "trace"
    /// Request id, a UUID.
    Request "request"
    /// Idempotency key of the payment, a UUID.
    Idempotency "idempotency"
    /// Order reference of the payment.
    Order "order"
    /// Number of the transfer.
    Transfer "transfer"
    /// `1234.56`.
    Amount "amount"
    /// `1,234.56`.
    AmountText "amount_text"
    Currency "currency"
    /// Byte count of 7 digits.
    Bytes "bytes"
    /// Version of the app.
    Version "version"
    UserAgent "user_agent"
    Pod "pod"
    Thread "thread"
    Teller "teller"
    Branch "branch"
    Terminal "terminal"
    /// Type of the teller's transaction.
    Transaction "transaction"
    /// SHA-256 digest.
    Digest "digest"
}

/// A parsed template.
pub(crate) type Template = Vec<Piece>;

/// Parses templates that lie one behind the other.
pub(crate) fn parse(parts: &[&'static str]) -> Template {
    let mut pieces = Vec::new();
    for part in parts {
        let mut rest: &'static str = part;
        while let Some((text, after)) = rest.split_once('<') {
            push_text(&mut pieces, text);
            let (name, after) = after.split_once('>').unwrap_or_else(|| panic!("unclosed slot in template: {part}"));
            pieces.push(piece(name).unwrap_or_else(|| panic!("unknown slot {name} in template: {part}")));
            rest = after;
        }
        push_text(&mut pieces, rest);
    }
    pieces
}

fn push_text(pieces: &mut Template, text: &'static str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

fn piece(name: &str) -> Option<Piece> {
    if let Some(slot) = slot(name) {
        return Some(Piece::Slot(slot));
    }
    if let Some((low, high)) = name.split_once("..") {
        return Some(Piece::Number(low.parse().ok()?, high.parse().ok()?));
    }
    let (value, shape) = name.split_once(':').unwrap_or((name, "text"));
    let shape = self::shape(shape)?;
    let secret = match value {
        "jwt" => Some(SecretKind::Jwt),
        "bearer" => Some(SecretKind::Bearer),
        "password" => Some(SecretKind::Password),
        "api_key" => Some(SecretKind::ApiKey),
        "basic" => Some(SecretKind::Basic),
        _ => None,
    };
    match (value, secret) {
        (_, Some(kind)) => return Some(Piece::Secret(kind, shape)),
        ("session", _) => return Some(Piece::Session(shape)),
        ("ip", _) => return Some(Piece::Ip(shape)),
        _ => {}
    }
    let (payee, value) = value.strip_prefix("payee.").map_or((false, value), |value| (true, value));
    let (kind, form) = value.split_once('.').unwrap_or((value, "plain"));
    let (kind, form) = (self::kind(kind)?, self::form(form)?);
    Some(if payee { Piece::Payee(kind, form, shape) } else { Piece::Person(kind, form, shape) })
}

fn kind(label: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| snake(&format!("{kind:?}")) == label)
}

fn form(label: &str) -> Option<Form> {
    Form::ALL.iter().copied().find(|form| snake(&format!("{form:?}")) == label)
}

fn shape(label: &str) -> Option<Shape> {
    Some(match label {
        "text" => Shape::Text,
        "field" => Shape::Field,
        "number" => Shape::Number,
        "key" => Shape::Key,
        "array" => Shape::Array,
        "json" => Shape::JsonInString,
        "query" => Shape::Query,
        "path" => Shape::Path,
        "header" => Shape::Header,
        "trace" => Shape::Trace,
        "mdc" => Shape::Mdc,
        _ => return None,
    })
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_found() {
        let pieces = parse(&["a <card.grouped> ", "<payee.home_ip:field><3..5>"]);
        assert!(matches!(
            pieces[..],
            [
                Piece::Text("a "),
                Piece::Person(Kind::Card, Form::Grouped, Shape::Text),
                Piece::Text(" "),
                Piece::Payee(Kind::HomeIp, Form::Plain, Shape::Field),
                Piece::Number(3, 5)
            ]
        ));
    }

    #[test]
    #[should_panic(expected = "unknown slot cards")]
    fn a_wrong_slot_is_a_bug() {
        parse(&["<cards>"]);
    }
}
