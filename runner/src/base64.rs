//! Base64 with padding (RFC 4648, section 4), for the envelope of the attestation. Decoding takes the one text that encoding writes and no
//! other: no white space, no missing padding, no bits beyond the last byte.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as text.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

/// Text as bytes; none when it is not what [`encode`] writes.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    if !text.len().is_multiple_of(4) {
        return None;
    }
    for group in text.as_bytes().chunks_exact(4) {
        let padding = group.iter().rev().take_while(|&&byte| byte == b'=').count();
        let mut bits = 0_u32;
        for &byte in group {
            let digit = if byte == b'=' { 0 } else { ALPHABET.iter().position(|&digit| digit == byte)? };
            bits = bits << 6 | u32::try_from(digit).ok()?;
        }
        bytes.extend(bits.to_be_bytes().get(1..4_usize.checked_sub(padding)?)?);
    }
    // Padding in the middle and loose bits are other texts for the same bytes.
    (encode(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&all)), Some(all));
    }

    #[test]
    fn one_text_for_the_same_bytes() {
        for other in ["Zh==", "Zg", "Zg=", "Zg==\n", "Zg==Zg==", "====", "=g==", "Z===", "Zm9-", "Z g=", "\u{e9}g="] {
            assert_eq!(decode(other), None, "{other}");
        }
    }
}
