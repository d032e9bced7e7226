//! Tokens of one value, told from other text at a glance: most of what is published is tokens.

use schemas::pii::PiiClass;

use crate::secret::{KEY_ID_LEN, Keys, is_base32};
use crate::token::MAC_LEN;

/// Bytes of the longest label, and of what is read to compare one.
const LABEL_BYTES_MAX: usize = 16;
/// What follows the label: `_`, the key's id, what stands for the value, `]`.
const TAIL: usize = 1 + KEY_ID_LEN + MAC_LEN + 1;
/// Bytes of the longest token of one value.
pub(super) const TOKEN_BYTES_USUAL: usize = 1 + LABEL_BYTES_MAX + TAIL;
/// Places of labels. Two may want the same one: the second is then found by reading the token from its beginning.
const PLACES: usize = 128;

/// The labels of classes, each in its place.
pub(super) struct Labels([u128; PLACES]);

impl Default for Labels {
    fn default() -> Self {
        let mut labels = [0; PLACES];
        for class in PiiClass::ALL {
            let mut bytes = [0; LABEL_BYTES_MAX];
            let label = class.label().as_bytes();
            bytes[..label.len()].copy_from_slice(label);
            let label = u128::from_le_bytes(bytes);
            labels[place(label)] = label;
        }
        Self(labels)
    }
}

impl Labels {
    /// Whether a text is a token of one value, from bracket to bracket. When it is not, it may still be another token.
    #[inline]
    pub(super) fn is_usual(&self, keys: &Keys, text: &[u8]) -> bool {
        let Some((rest, tail)) = text.split_last_chunk::<TAIL>() else { return false };
        let Some(length) = rest.len().checked_sub(1).filter(|length| (1..=LABEL_BYTES_MAX).contains(length)) else { return false };
        let Some(bytes) = text[1..].first_chunk::<LABEL_BYTES_MAX>() else { return false };
        let label = u128::from_le_bytes(*bytes) & u128::MAX >> (8 * (LABEL_BYTES_MAX - length));
        text[0] == b'['
            && rest[length] != 0
            && tail[0] == b'_'
            && tail[1..=KEY_ID_LEN] == keys.key_id
            && tail[TAIL - 1] == b']'
            && self.0[place(label)] == label
            && tail[1 + KEY_ID_LEN..TAIL - 1].iter().fold(true, |all, &byte| all & is_base32(byte))
    }
}

fn place(label: u128) -> usize {
    let mixed = (label as u64 ^ (label >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 57) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SECRET;
    use crate::token::token_len;

    #[test]
    fn what_is_usual_is_a_token() {
        let (keys, labels) = (Keys::derive(SECRET).unwrap(), Labels::default());
        let id = std::str::from_utf8(&keys.key_id).unwrap();
        let mut usual = 0;
        for label in PiiClass::ALL.iter().map(|class| class.label()).chain(["", "CARDS", "Card", "X", "\0", "CARD\0"]) {
            for body in ["ABCDEFGHIJKL2345", "ABCDEFGHIJKL234", "ABCDEFGHIJKL23456", "ABCDEFGHIJKL2341", "abcdefghijkl2345"] {
                for text in
                    [format!("[{label}_{id}{body}]"), format!("[{label}_{id}{body}"), format!("[{label}_XY{body}]"), format!("{label}_{id}{body}]")]
                {
                    if labels.is_usual(&keys, text.as_bytes()) {
                        assert_eq!(token_len(&keys, text.as_bytes()), Some(text.len()), "{text}");
                        assert!(text.len() <= TOKEN_BYTES_USUAL);
                        usual += 1;
                    }
                }
            }
        }
        assert!(usual > PiiClass::ALL.len() / 2);
    }
}
