//! Tokens: `[CARD_KEY<16 base32 characters>]`. Equal values of a class have equal tokens under one key; nobody without the key can
//! guess a value and check it. The text `HMAC-SHA256(token key, label || 0 || canonical value)` gives 80 bits of them.
//!
//! What an operator wrote instead stands behind a colon, with 20 bits of a code of its own: `[CARD_KEYABCD:411111******1111]`.

use schemas::pii::{Operator, PiiClass};

use crate::secret::{KEY_ID_LEN, Keys, base32, is_base32, mac};

/// Base32 characters of the HMAC in a token: 80 bits.
pub(crate) const MAC_LEN: usize = 16;
/// Base32 characters of the code of what an operator wrote.
const CODE_LEN: usize = 4;
/// Bytes of what an operator wrote.
pub(crate) const BODY_BYTES_MAX: usize = 48;
/// Longest label of a class.
const LABEL_LEN_MAX: usize = 16;

/// What a policy does with each class, by class number.
pub(crate) struct Operators {
    by_class: [Operator; PiiClass::ALL.len()],
    /// Whether all that stands for a value in a record can stand for a customer or session, too.
    plain: bool,
}

impl Operators {
    pub(crate) fn new(policy: &schemas::policy::SanitizePolicy) -> Self {
        let mut by_class = [Operator::Token; PiiClass::ALL.len()];
        for &class in PiiClass::ALL {
            by_class[class as usize] = policy.operator(class);
        }
        let units = PiiClass::ALL.iter().filter(|class| **class != PiiClass::Secret);
        let plain = units.into_iter().all(|class| matches!(policy.operator(*class), Operator::Token | Operator::Keep))
            && policy.field_operators.is_empty()
            && policy.token_prefix.is_empty()
            && policy.token_suffix.is_empty();
        Self { by_class, plain }
    }

    pub(crate) fn of(&self, class: PiiClass) -> Operator {
        self.by_class[class as usize]
    }

    /// Whether no replacement needs a look before it stands for a customer or session.
    pub(crate) fn plain(&self) -> bool {
        self.plain
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

/// What stands in all tokens of a class before the MAC: `[CARD_KEY`, and what the policy puts around tokens.
pub(crate) struct Heads {
    by_class: [String; PiiClass::ALL.len()],
    prefix: String,
    end: String,
}

impl Heads {
    pub(crate) fn new(keys: &Keys, policy: &schemas::policy::SanitizePolicy) -> Self {
        let key_id: String = keys.key_id.iter().map(|&byte| char::from(byte)).collect();
        let prefix = policy.token_prefix.clone();
        let by_class = std::array::from_fn(|at| format!("{prefix}[{}_{key_id}", PiiClass::ALL[at].label()));
        Self { by_class, prefix, end: format!("]{}", policy.token_suffix) }
    }

    /// Appends a token.
    pub(crate) fn push_token(&self, class: PiiClass, text: &[u8; MAC_LEN], out: &mut String) {
        out.push_str(&self.by_class[class as usize]);
        out.push_str(std::str::from_utf8(text).unwrap_or_default());
        out.push_str(&self.end);
    }

    /// Appends what an operator wrote.
    pub(crate) fn push_written(&self, keys: &Keys, class: PiiClass, body: &str, out: &mut String) {
        out.push_str(&self.by_class[class as usize]);
        out.push_str(std::str::from_utf8(&code(keys, class.label().as_bytes(), body.as_bytes())).unwrap_or_default());
        out.push(':');
        out.push_str(body);
        out.push_str(&self.end);
    }

    /// A replacement without what the policy puts around it.
    pub(crate) fn bare<'t>(&self, text: &'t str) -> &'t str {
        let text = text.strip_prefix(self.prefix.as_str()).unwrap_or(text);
        self.end.get(1..).and_then(|suffix| text.strip_suffix(suffix)).unwrap_or(text)
    }

    /// What follows a token, from the bracket of the next one on when that touches it.
    pub(crate) fn over_joint<'t>(&self, behind: &'t [u8]) -> &'t [u8] {
        let next = behind.strip_prefix(self.end.get(1..).unwrap_or("").as_bytes()).and_then(|rest| rest.strip_prefix(self.prefix.as_bytes()));
        next.unwrap_or(behind)
    }

    /// Where the bracket of a token opens that begins at `at`, which is `at` itself unless the policy puts something before tokens.
    pub(crate) fn opening(&self, bytes: &[u8], at: usize) -> usize {
        let open = at + self.prefix.len();
        if bytes.get(open) == Some(&b'[') && bytes.get(at..open) == Some(self.prefix.as_bytes()) { open } else { at }
    }
}

fn code(keys: &Keys, label: &[u8], body: &[u8]) -> [u8; CODE_LEN] {
    let mut text = [0; CODE_LEN];
    base32(&mac(&keys.written, &[label, &[0], body]), &mut text);
    text
}

/// Length of the token (or of the `[CLASS]` of a dropped value) at the start of `text`, which begins with `[`. Only tokens of this key
/// count, so that nobody can dress a value up as one.
pub(crate) fn token_len(keys: &Keys, text: &[u8]) -> Option<usize> {
    let inner = text.get(1..)?;
    for (cut, &byte) in inner.iter().enumerate().take(LABEL_LEN_MAX + 1) {
        match byte {
            b'A'..=b'Z' => {}
            // A dropped value: the label stands alone.
            b']' => return is_label(&inner[..cut]).then_some(cut + 2),
            b'_' => {
                let tail = &inner[cut + 1..];
                if tail.starts_with(&keys.key_id) && is_label(&inner[..cut]) {
                    return tail_len(keys, &inner[..cut], tail).map(|len| cut + 2 + len);
                }
            }
            _ => return None,
        }
    }
    None
}

/// Length of a token behind its label, from the key's id on.
fn tail_len(keys: &Keys, label: &[u8], tail: &[u8]) -> Option<usize> {
    if tail.get(KEY_ID_LEN + CODE_LEN) == Some(&b':') {
        return written_len(keys, label, tail);
    }
    let (body, end) = tail.get(KEY_ID_LEN..=KEY_ID_LEN + MAC_LEN)?.split_at(MAC_LEN);
    (end == b"]" && body.iter().all(|&byte| is_base32(byte))).then_some(KEY_ID_LEN + MAC_LEN + 1)
}

/// Length of what an operator wrote, from the key's id to the bracket, when its code is right.
fn written_len(keys: &Keys, label: &[u8], tail: &[u8]) -> Option<usize> {
    let (head, rest) = tail.split_at(KEY_ID_LEN + CODE_LEN + 1);
    let len = rest.iter().take(BODY_BYTES_MAX + 1).position(|&byte| byte == b']')?;
    let body = &rest[..len];
    let known = head.starts_with(&keys.key_id) && head[KEY_ID_LEN..KEY_ID_LEN + CODE_LEN] == code(keys, label, body);
    known.then_some(head.len() + len + 1)
}

/// Whether a token stands for one value: not only for its class, nor for a part of it. The text is a token as a whole.
pub(crate) fn is_of_one_value(token: &str) -> bool {
    token.len() > KEY_ID_LEN + MAC_LEN + 2 && !token.contains(':')
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
        Heads::new(&keys, &Default::default()).push_token(class, &token_mac(&keys, class, canonical), &mut out);
        out
    }

    #[test]
    fn every_token_is_recognised_and_nothing_else() {
        let keys = Keys::derive(SECRET).unwrap();
        for &class in PiiClass::ALL {
            for i in 0..200 {
                let mut text = String::new();
                Heads::new(&keys, &Default::default()).push_token(class, &token_mac(&keys, class, &i.to_string()), &mut text);
                let len = text.len();
                text.push_str(" tail");
                assert_eq!(token_len(&keys, text.as_bytes()), Some(len), "{text}");
                assert_eq!(token_len(&keys, &text.as_bytes()[..len - 1]), None, "{text}");
            }
            let mut text = String::new();
            push_dropped(class, &mut text);
            assert_eq!(token_len(&keys, text.as_bytes()), Some(text.len()));
        }
        for other in ["[", "[CARD", "[CARD_", "[INFO]", "[main]", "[CARD_AAABBBBBBBBBBBBBBBB]", "[CARD_4111111111111111]"] {
            assert_eq!(token_len(&keys, other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn what_was_written_is_known_by_its_code_alone() {
        let keys = Keys::derive(SECRET).unwrap();
        let mut text = String::new();
        Heads::new(&keys, &Default::default()).push_written(&keys, PiiClass::NationalId, "AB***** 7", &mut text);
        assert_eq!(token_len(&keys, format!("{text} tail").as_bytes()), Some(text.len()));
        assert_eq!(token_len(&keys, text.replace("AB", "AC").as_bytes()), None);
        assert_eq!(token_len(&keys, text.replace("NATIONAL_ID", "ACCOUNT").as_bytes()), None);
        assert_eq!(token_len(&keys, b"[CARD_ABCDEFG:4111111111111111]"), None);
        assert_eq!(token_len(&keys, &text.as_bytes()[..text.len() - 1]), None);
        assert!(!is_of_one_value(&text) && !is_of_one_value("[NATIONAL_ID]") && is_of_one_value(&token(SECRET, PiiClass::Ip, "1")));
    }

    #[test]
    fn what_stands_around_tokens_comes_off_again() {
        let keys = Keys::derive(SECRET).unwrap();
        let policy = schemas::policy::SanitizePolicy { token_prefix: "tok.".to_owned(), token_suffix: "|".to_owned(), ..Default::default() };
        let heads = Heads::new(&keys, &policy);
        let mut text = String::new();
        heads.push_token(PiiClass::Card, &token_mac(&keys, PiiClass::Card, "1"), &mut text);
        assert!(text.starts_with("tok.[CARD_") && text.ends_with("]|"));
        assert_eq!(heads.bare(&text), token(SECRET, PiiClass::Card, "1"));
        assert_eq!((heads.opening(text.as_bytes(), 0), heads.opening(b"tok.x", 0)), (4, 0));
    }

    #[test]
    fn classes_and_keys_never_share_a_token() {
        let card = token(SECRET, PiiClass::Card, "1");
        assert_eq!(card, token(SECRET, PiiClass::Card, "1"));
        assert_ne!(card.rsplit('_').next(), token(SECRET, PiiClass::Account, "1").rsplit('_').next());
        assert_ne!(card.rsplit('_').next(), token(b"Z9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(", PiiClass::Card, "1").rsplit('_').next());
    }
}
