//! Redaction tokens: `[<CLASS>_<keyid><base32>]`, `[<CLASS>]` where nothing of the value was kept, or `[<CLASS>_<keyid><code>:<text>]` where an
//! operator left a part of it.

use schemas::pii::PiiClass;

/// Class and length of the redaction token at the front of `bytes`.
pub(super) fn redaction(bytes: &[u8]) -> Option<(PiiClass, usize)> {
    if bytes.first() != Some(&b'[') || !bytes.get(1).is_some_and(u8::is_ascii_uppercase) {
        return None;
    }
    let close = memchr::memchr(b']', bytes.get(..96).unwrap_or(bytes))?;
    let inner = &bytes[1..close];
    // The label is all of it or ends before a `_`; the longest counts.
    let ends = (1..=inner.len().min(LABEL_BYTES_MAX)).rev().filter(|&end| inner.get(end).is_none_or(|byte| *byte == b'_'));
    let mut classes = ends.filter_map(|end| {
        let (label, rest) = inner.split_at(end);
        let class = PiiClass::from_label(std::str::from_utf8(label).ok()?)?;
        (rest.is_empty() || is_keyed(&rest[1..])).then_some(class)
    });
    classes.next().map(|class| (class, close + 1))
}

/// Letters and digits, and perhaps a colon and what an operator left.
fn is_keyed(rest: &[u8]) -> bool {
    let head = rest.split(|byte| *byte == b':').next().unwrap_or_default();
    !head.is_empty() && head.iter().all(u8::is_ascii_alphanumeric)
}

/// Bytes of a label.
const LABEL_BYTES_MAX: usize = {
    let (mut longest, mut at) = (0, 0);
    while at < PiiClass::ALL.len() {
        let length = PiiClass::ALL[at].label().len();
        longest = if length > longest { length } else { longest };
        at += 1;
    }
    longest
};

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
