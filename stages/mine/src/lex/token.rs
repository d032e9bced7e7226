//! Redaction tokens: `[<CLASS>_<keyid><base32>]`, `[<CLASS>]` where nothing of the value was kept, or `[<CLASS>_<keyid><code>:<text>]` where an
//! operator left a part of it.

use std::borrow::Cow;

use schemas::pii::PiiClass;

/// Class and length of the redaction token at the front of `bytes`.
pub(crate) fn redaction(bytes: &[u8]) -> Option<(PiiClass, usize)> {
    if bytes.first() != Some(&b'[') || !bytes.get(1).is_some_and(u8::is_ascii_uppercase) {
        return None;
    }
    let bytes = bytes.get(..TOKEN_BYTES_MAX).unwrap_or(bytes);
    // The label is all of it or ends before a `_`; the longest counts.
    let mut ends = 0_u32;
    let letters = bytes[1..].iter().take(LABEL_BYTES_MAX + 1).take_while(|byte| SIGNS[usize::from(**byte)] & LABEL != 0);
    let mut length = 0;
    for byte in letters {
        ends |= u32::from(*byte == b'_') << length;
        length += 1;
    }
    if bytes.get(length + 1) != Some(&b']')
        && let Some(token) = with_key(bytes, ends)
    {
        return Some(token);
    }
    let close = memchr::memchr(b']', bytes)?;
    let inner = &bytes[1..close];
    if length == inner.len() && length <= LABEL_BYTES_MAX {
        ends |= 1 << length;
    }
    while let Some(end) = ends.checked_ilog2().filter(|end| *end > 0) {
        let (label, rest) = inner.split_at(end as usize);
        if let Some(class) = class_of_label(label).filter(|_| rest.is_empty() || is_keyed(&rest[1..])) {
            return Some((class, close + 1));
        }
        ends &= !(1 << end);
    }
    None
}

/// A token as nearly all are: a label that ends before the last of `ends`, letters and digits, the bracket.
#[inline]
fn with_key(bytes: &[u8], ends: u32) -> Option<(PiiClass, usize)> {
    let end = 1 + ends.checked_ilog2()? as usize;
    let key = &bytes[end + 1..];
    let length = key.iter().position(|byte| SIGNS[usize::from(*byte)] & KEY == 0).filter(|length| *length > 0 && key[*length] == b']')?;
    Some((class_of_label(&bytes[1..end])?, end + length + 2))
}

/// A field's path in which each token has become its class: `balances.[ACCOUNT_K7QABCD].open` is `balances.[ACCOUNT].open`, one field for all
/// accounts that were names of it.
pub(crate) fn without_tokens(path: &str) -> Cow<'_, str> {
    let (mut out, mut done) = (String::new(), 0);
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'[', &path.as_bytes()[from..]).map(|at| from + at) {
        from = at + 1;
        if let Some((class, length)) = redaction(&path.as_bytes()[at..]) {
            out.extend([path.get(done..at).unwrap_or_default(), "[", class.label(), "]"]);
            from = at + length;
            done = from;
        }
    }
    if done == 0 {
        return Cow::Borrowed(path);
    }
    out.push_str(path.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// Classes by where their labels are looked for: it is done for nearly every token of a night, and there are many labels to compare with.
const BY_LABEL: [Option<PiiClass>; 256] = {
    let mut table = [None; 256];
    let mut number = 0;
    while number < PiiClass::ALL.len() {
        let class = PiiClass::ALL[number];
        let mut at = place_of_label(class.label().as_bytes());
        while table[at].is_some() {
            at = (at + 1) % 256;
        }
        table[at] = Some(class);
        number += 1;
    }
    table
};

/// Where a label is looked for first; it is not empty.
const fn place_of_label(label: &[u8]) -> usize {
    let (first, middle, last) = (label[0] as usize, label[label.len() / 2] as usize, label[label.len() - 1] as usize);
    (first * 7 + middle * 31 + last * 3 + label.len() * 17) % 256
}

/// The class with this label.
fn class_of_label(label: &[u8]) -> Option<PiiClass> {
    let first = place_of_label(label);
    let places = (first..first + BY_LABEL.len()).map_while(|at| BY_LABEL[at % 256]);
    places.into_iter().find(|class| class.label().as_bytes() == label)
}

/// Letters and digits, and perhaps a colon and what an operator left.
fn is_keyed(rest: &[u8]) -> bool {
    let end = rest.iter().position(|byte| SIGNS[usize::from(*byte)] & KEY == 0);
    end.map_or(!rest.is_empty(), |end| end > 0 && rest[end] == b':')
}

/// What a byte may be part of, as bits.
const SIGNS: [u8; 256] = {
    let mut signs = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let is_label = byte.is_ascii_uppercase() || byte == b'_';
        signs[byte as usize] = if is_label { LABEL } else { 0 } | if byte.is_ascii_alphanumeric() { KEY } else { 0 };
        byte += 1;
    }
    signs
};
/// Of a label.
const LABEL: u8 = 1;
/// Of a key.
const KEY: u8 = 2;

/// Bytes of a token.
const TOKEN_BYTES_MAX: usize = 96;

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

const _: () = assert!(LABEL_BYTES_MAX < 32, "an end of a label is a bit");

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(PiiClass, usize)>) {
        assert_eq!(redaction(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn all_labels_are_found() {
        for class in PiiClass::ALL {
            assert_eq!(class_of_label(class.label().as_bytes()), Some(*class));
            check(&format!("[{}_K7QABCD]", class.label()), Some((*class, class.label().len() + 10)));
        }
        assert_eq!(class_of_label(b"X"), None);
    }

    #[test]
    fn a_path_has_classes_for_tokens() {
        let check = |path: &str, expected: &str| assert_eq!(without_tokens(path), expected, "{path}");
        check("balances.[ACCOUNT_K7QABCD].open", "balances.[ACCOUNT].open");
        check("[NAME_K7QABCD]-[IBAN_K7QABCD:GB** 1]é[]", "[NAME]-[IBAN]é[]");
        check("[NAME_K7QABCD]", "[NAME]");
        check("accounts[].[ ]é[INFO_1]", "accounts[].[ ]é[INFO_1]");
        assert!(matches!(without_tokens("accounts[].type"), Cow::Borrowed(_)));
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
        check("[_k1A]", None);
        check("[CARD_k1é]", None);
        check(&format!("[CARD_{}]", "k".repeat(89)), Some((PiiClass::Card, 96)));
        check(&format!("[CARD_{}]", "k".repeat(90)), None);
    }
}
