//! Redaction tokens: `[<CLASS>_<keyid><base32>]`, `[<CLASS>]` where nothing of the value was kept, or `[<CLASS>_<keyid><code>:<text>]` where an
//! operator left a part of it.

use schemas::pii::PiiClass;

/// Class and length of the redaction token at the front of `bytes`.
pub(super) fn redaction(bytes: &[u8]) -> Option<(PiiClass, usize)> {
    if bytes.first() != Some(&b'[') || !bytes.get(1).is_some_and(u8::is_ascii_uppercase) {
        return None;
    }
    let close = memchr::memchr(b']', bytes.get(..96).unwrap_or(bytes))?;
    let inner = std::str::from_utf8(&bytes[1..close]).ok()?;
    let class = PiiClass::ALL.iter().copied().filter(|class| {
        inner.strip_prefix(class.label()).is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('_').is_some_and(|rest| is_alphanumeric(rest.split_once(':').map_or(rest, |(head, _)| head)))
        })
    });
    class.max_by_key(|class| class.label().len()).map(|class| (class, close + 1))
}

fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(PiiClass, usize)>) {
        assert_eq!(redaction(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn tokens_of_known_classes_only() {
        check("[CARD_k1ABC] rest", Some((PiiClass::Card, 12)));
        check("[CARD]", Some((PiiClass::Card, 6)));
        check("[NATIONAL_ID_k1ABC]", Some((PiiClass::NationalId, 19)));
        check("[BIRTH_DATE]", Some((PiiClass::BirthDate, 12)));
        check("[CARD_K7QABCD:411111** ****1111] rest", Some((PiiClass::Card, 32)));
        check("[CARD_:4111]", None);
        check("[CARDS]", None);
        check("[CARD_]", None);
        check("[CARD_a b]", None);
        check("[INFO]", None);
        check("[CARD", None);
    }
}
