//! Tokens: `[CARD_KEY<16 base32 characters>]`. Equal values of a class have equal tokens under one key; nobody without the key can
//! guess a value and check it. The text `HMAC-SHA256(token key, label || 0 || canonical value)` gives 80 bits of them.

use schemas::pii::{Operator, PiiClass};

use crate::secret::{KEY_ID_LEN, Keys, base32, is_base32, mac};

/// Base32 characters of the HMAC in a token: 80 bits.
pub(crate) const MAC_LEN: usize = 16;
/// Longest label of a class.
const LABEL_LEN_MAX: usize = 16;

/// What a policy does with each class, by class number.
pub(crate) struct Operators([Operator; PiiClass::ALL.len()]);

impl Operators {
    pub(crate) fn new(policy: &schemas::policy::SanitizePolicy) -> Self {
        let mut operators = [Operator::Token; PiiClass::ALL.len()];
        for &class in PiiClass::ALL {
            operators[class as usize] = policy.operator(class);
        }
        Self(operators)
    }

    pub(crate) fn of(&self, class: PiiClass) -> Operator {
        self.0[class as usize]
    }
}

/// Appends `[CLASS]`, which is all that stays of a dropped value.
pub(crate) fn push_dropped(class: PiiClass, out: &mut String) {
    out.push('[');
    out.push_str(class.label());
    out.push(']');
}

/// The characters of the token of a canonical value that stand for the value.
pub(crate) fn token_mac(keys: &Keys, class: PiiClass, canonical: &str) -> [u8; MAC_LEN] {
    let mut text = [0; MAC_LEN];
    base32(&mac(&keys.token, &[class.label().as_bytes(), &[0], canonical.as_bytes()]), &mut text);
    text
}

/// What stands in all tokens of a class before the MAC: `[CARD_KEY`.
pub(crate) struct Heads([String; PiiClass::ALL.len()]);

impl Heads {
    pub(crate) fn new(keys: &Keys) -> Self {
        let key_id: String = keys.key_id.iter().map(|&byte| char::from(byte)).collect();
        Self(std::array::from_fn(|at| format!("[{}_{key_id}", PiiClass::ALL[at].label())))
    }

    /// Appends a token.
    pub(crate) fn push_token(&self, class: PiiClass, text: &[u8; MAC_LEN], out: &mut String) {
        out.push_str(&self.0[class as usize]);
        out.push_str(std::str::from_utf8(text).unwrap_or_default());
        out.push(']');
    }
}

/// Length of the token (or of the `[CLASS]` of a dropped value) at the start of `text`, which begins with `[`. Only tokens of this key
/// count, so that nobody can dress a value up as one.
pub(crate) fn token_len(key_id: &[u8; KEY_ID_LEN], text: &[u8]) -> Option<usize> {
    let label_len = text.get(1..)?.iter().take(LABEL_LEN_MAX + 1).position(|&byte| !byte.is_ascii_uppercase() && byte != b'_')?;
    let head = text.get(1..=label_len)?;
    if text[1 + label_len] == b']' {
        // A dropped value: the label stands alone. Base32 letters of a token without digits also come here, with their label.
        if is_label(head) {
            return Some(label_len + 2);
        }
    }
    let (cut, label) =
        (1..=head.len().min(LABEL_LEN_MAX)).rev().filter(|&cut| text.get(1 + cut) == Some(&b'_')).find_map(|cut| Some((cut, text.get(1..=cut)?)))?;
    if !is_label(label) {
        return None;
    }
    let tail = text.get(cut + 2..cut + 2 + KEY_ID_LEN + MAC_LEN + 1)?;
    let (body, end) = tail.split_at(KEY_ID_LEN + MAC_LEN);
    (end == b"]" && body.starts_with(key_id) && body.iter().all(|&byte| is_base32(byte))).then_some(cut + 2 + tail.len())
}

fn is_label(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|label| PiiClass::from_label(label).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(";

    fn token(secret: &[u8], class: PiiClass, canonical: &str) -> String {
        let keys = Keys::derive(secret).unwrap();
        let mut out = String::new();
        Heads::new(&keys).push_token(class, &token_mac(&keys, class, canonical), &mut out);
        out
    }

    #[test]
    fn every_token_is_recognised_and_nothing_else() {
        let keys = Keys::derive(SECRET).unwrap();
        for &class in PiiClass::ALL {
            for i in 0..200 {
                let mut text = String::new();
                Heads::new(&keys).push_token(class, &token_mac(&keys, class, &i.to_string()), &mut text);
                let len = text.len();
                text.push_str(" tail");
                assert_eq!(token_len(&keys.key_id, text.as_bytes()), Some(len), "{text}");
                assert_eq!(token_len(&keys.key_id, &text.as_bytes()[..len - 1]), None, "{text}");
            }
            let mut text = String::new();
            push_dropped(class, &mut text);
            assert_eq!(token_len(&keys.key_id, text.as_bytes()), Some(text.len()));
        }
        for other in ["[", "[CARD", "[CARD_", "[INFO]", "[main]", "[CARD_AAABBBBBBBBBBBBBBBB]", "[CARD_4111111111111111]"] {
            assert_eq!(token_len(&keys.key_id, other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn classes_and_keys_never_share_a_token() {
        let card = token(SECRET, PiiClass::Card, "1");
        assert_eq!(card, token(SECRET, PiiClass::Card, "1"));
        assert_ne!(card.rsplit('_').next(), token(SECRET, PiiClass::Account, "1").rsplit('_').next());
        assert_ne!(card.rsplit('_').next(), token(b"Z9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(", PiiClass::Card, "1").rsplit('_').next());
    }
}
