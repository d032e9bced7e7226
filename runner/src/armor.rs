//! The forms in which keys and signatures arrive from other tools: PEM (RFC 7468), base64 (RFC 4648) and hexadecimal, besides plain bytes.

use crate::hex;

/// DER of an ed25519 SubjectPublicKeyInfo up to the key's 32 bytes (RFC 8410, section 4).
const PUBLIC_KEY_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The 32 bytes of an ed25519 public key in hexadecimal, PEM or DER.
#[must_use]
pub fn public_key(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok().map(str::trim);
    let key = match text {
        Some(text) if text.starts_with("-----") => {
            unwrap(text, "PUBLIC KEY").and_then(|der| der.strip_prefix(&PUBLIC_KEY_PREFIX).map(<[u8]>::to_vec))
        }
        Some(text) if text.len() == 64 => hex::decode(text),
        _ => bytes.strip_prefix(&PUBLIC_KEY_PREFIX).map(<[u8]>::to_vec),
    };
    key.filter(|key| key.len() == 32)
}

/// The PKCS #8 document of a private key in PEM or DER.
#[must_use]
pub fn private_key(bytes: &[u8]) -> Option<Vec<u8>> {
    match std::str::from_utf8(bytes).ok().map(str::trim) {
        Some(text) if text.starts_with("-----") => unwrap(text, "PRIVATE KEY"),
        _ => Some(bytes.to_vec()),
    }
}

/// The 64 bytes of a signature: as they are, in hexadecimal, or in base64.
#[must_use]
pub fn signature(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() == 64 {
        return Some(bytes.to_vec());
    }
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let signature = if text.len() == 128 { hex::decode(text) } else { base64(text) };
    signature.filter(|signature| signature.len() == 64)
}

/// The content of a PEM block that is alone in its text.
fn unwrap(text: &str, label: &str) -> Option<Vec<u8>> {
    let body = text.strip_prefix(&format!("-----BEGIN {label}-----"))?.strip_suffix(&format!("-----END {label}-----"))?;
    base64(body)
}

/// Standard base64 with padding; white space is passed over, since tools break its lines.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let padding = digits.iter().rev().take_while(|&&byte| byte == b'=').count();
    if digits.is_empty() || !digits.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for group in digits[..digits.len() - padding].chunks(4) {
        let bits = group.iter().try_fold(0_u32, |bits, &digit| Some(bits << 6 | u32::from(value(digit)?)))? << (6 * (4 - group.len()));
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[u8]>) {
        assert_eq!(base64(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in [(&b"f"[..], "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"foob", "Zm9vYg=="), (b"fooba", "Zm9v\nYmE=\n")] {
            check(text, Some(bytes));
        }
        for wrong in ["", "Zg", "Zg=", "Z===", "Zm9!", "====", "=Zm9"] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_public_key_is_read_in_every_form() {
        // RFC 8410, section 10.1.
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let hexadecimal = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
        let key = hex::decode(hexadecimal).unwrap();
        assert_eq!(public_key(pem.as_bytes()), Some(key.clone()));
        assert_eq!(public_key(format!("{hexadecimal}\n").as_bytes()), Some(key.clone()));
        assert_eq!(public_key(&[&PUBLIC_KEY_PREFIX[..], &key].concat()), Some(key.clone()));
        for wrong in [&key[..], b"", b"-----BEGIN PUBLIC KEY-----", &pem.as_bytes()[1..], pem.replace("MCow", "MCox").as_bytes()] {
            assert_eq!(public_key(wrong), None);
        }
    }

    #[test]
    fn a_signature_is_read_in_every_form() {
        let bytes: Vec<u8> = (0..64).collect();
        let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v\nMDEyMzQ1Njc4OTo7PD0+Pw==\n";
        assert_eq!(signature(&bytes), Some(bytes.clone()));
        assert_eq!(signature(text.as_bytes()), Some(bytes.clone()));
        assert_eq!(signature(format!("{}\n", hex::encode(&bytes)).as_bytes()), Some(bytes.clone()));
        assert_eq!(signature(&bytes[1..]), None);
        assert_eq!(signature(b""), None);
    }
}
