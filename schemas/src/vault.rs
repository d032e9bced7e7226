//! How a value is sealed for the token vault.
//!
//! [`Layer`] is XChaCha20-Poly1305 (RFC 8439 with the 192-bit nonce of draft-irtf-cfrg-xchacha-03). [`VaultKey`] is the inner layer: the key that
//! `sanitize` closes with and a reveal opens with. Its nonce is synthetic: the first 24 bytes of BLAKE3, keyed, over token and value. So equal values have
//! equal bytes, which keeps a step's output reproducible and lets the vault see what it has already; and two different values share a nonce with
//! probability 2^-192 times the pairs. What a reader of the bytes learns is which entries are equal, which the token says already, and the length of the
//! value in steps of 16 bytes.
//!
//! The runner puts a second [`Layer`] around what it gets, under a key of the value's owner that can be destroyed, and never opens the inner one but for a
//! reveal.
//!
//! # Bytes
//!
//! `nonce [24] | ciphertext of (value | 0x80 | zeros up to a multiple of 16) | tag [16]`; the token is authenticated with it.

use chacha20poly1305::{AeadInOut, Key, KeyInit, Tag, XChaCha20Poly1305, XNonce};

use crate::limits::VAULT_VALUE_BYTES_MAX;

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 24;
/// Bytes of a tag.
pub const TAG_LEN: usize = 16;
const PAD_TO: usize = 16;

/// Authenticated encryption under one key.
#[derive(Clone)]
pub struct Layer(XChaCha20Poly1305);

impl Layer {
    /// A layer under a key of 32 bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// Appends ciphertext and tag of `text` to `out`. A nonce must not serve two texts under one key.
    pub fn close(&self, nonce: &[u8; NONCE_LEN], bound_to: &[&[u8]], text: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        out.extend_from_slice(text);
        let body = out.get_mut(from..).unwrap_or_default();
        let tag = self.0.encrypt_inout_detached(&XNonce::from(*nonce), &joined(bound_to), body.into()).expect("texts are shorter than 256 GiB");
        out.extend_from_slice(&tag);
    }

    /// Opens what [`Layer::close`] wrote; none when a bit of it, the nonce, what it is bound to, or the key is another.
    #[must_use]
    pub fn open(&self, nonce: &[u8; NONCE_LEN], bound_to: &[&[u8]], sealed: &[u8]) -> Option<Vec<u8>> {
        let (body, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG_LEN)?)?;
        let tag: [u8; TAG_LEN] = tag.try_into().ok()?;
        let mut text = body.to_vec();
        let opened = self.0.decrypt_inout_detached(&XNonce::from(*nonce), &joined(bound_to), text.as_mut_slice().into(), &Tag::from(tag));
        opened.ok().map(|()| text)
    }
}

/// Parts with their lengths, so that no two lists are one text.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut text = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        text.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        text.extend_from_slice(part);
    }
    text
}

/// The key of the inner layer.
pub struct VaultKey {
    layer: Layer,
    nonces: [u8; 32],
}

impl VaultKey {
    /// Splits the vault's secret into the key that seals and the one that makes nonces.
    #[must_use]
    pub fn derive(secret: &[u8]) -> Self {
        Self {
            layer: Layer::new(&blake3::derive_key("logminer 2026 vault values v1", secret)),
            nonces: blake3::derive_key("logminer 2026 vault nonces v1", secret),
        }
    }

    /// Seals a value for its token; none when it is over [`VAULT_VALUE_BYTES_MAX`].
    #[must_use]
    pub fn seal(&self, token: &str, value: &str) -> Option<Vec<u8>> {
        if value.len() > VAULT_VALUE_BYTES_MAX {
            return None;
        }
        let mut hasher = blake3::Hasher::new_keyed(&self.nonces);
        hasher.update(&joined(&[token.as_bytes(), value.as_bytes()]));
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&hasher.finalize().as_bytes()[..NONCE_LEN]);
        let mut text = value.as_bytes().to_vec();
        text.push(0x80);
        text.resize(text.len().next_multiple_of(PAD_TO), 0);
        let mut sealed = nonce.to_vec();
        self.layer.close(&nonce, &[token.as_bytes()], &text, &mut sealed);
        Some(sealed)
    }

    /// Opens a sealed value; none when it was changed, is of another token, or of another key.
    #[must_use]
    pub fn open(&self, token: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = self.layer.open(nonce, &[token.as_bytes()], sealed)?;
        let end = text.iter().rposition(|&byte| byte != 0).filter(|&end| text.get(end) == Some(&0x80))?;
        text.truncate(end);
        String::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(";
    const TOKEN: &str = "[CARD_ABCDEFGHIJKLMNOPQRS]";

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().map(|digit| char::from(digit).to_digit(16).unwrap() as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    /// The example of draft-irtf-cfrg-xchacha-03, appendix A.3.1, with its additional data; the parts here carry their length, so the cipher is asked below.
    #[test]
    fn the_vector_of_the_draft_holds() {
        let key: [u8; 32] = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f").try_into().unwrap();
        let nonce: [u8; 24] = hex("404142434445464748494a4b4c4d4e4f5051525354555657").try_into().unwrap();
        let mut text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.".to_vec();
        let tag = Layer::new(&key).0.encrypt_inout_detached(&XNonce::from(nonce), &hex("50515253c0c1c2c3c4c5c6c7"), text.as_mut_slice().into());
        assert_eq!(tag.unwrap().to_vec(), hex("c0875924c1c7987947deafd8780acf49"));
        assert_eq!(text[..16].to_vec(), hex("bd6d179d3e83d43b9576579493c0e939"));
    }

    #[test]
    fn a_value_comes_back_for_its_token_and_key_alone() {
        let key = VaultKey::derive(SECRET);
        for value in ["", "4111111111111111", "exactly sixteen!", "Jürgen\u{0}\u{0}", &"x".repeat(VAULT_VALUE_BYTES_MAX)] {
            let sealed = key.seal(TOKEN, value).unwrap();
            assert_eq!(sealed, key.seal(TOKEN, value).unwrap(), "the same bytes each time");
            assert_eq!(key.open(TOKEN, &sealed).as_deref(), Some(value));
            assert_eq!(key.open("[CARD_ABCDEFGHIJKLMNOPQRT]", &sealed), None);
            assert_eq!(VaultKey::derive(b"another").open(TOKEN, &sealed), None);
        }
        assert_eq!(key.seal(TOKEN, &"x".repeat(VAULT_VALUE_BYTES_MAX + 1)), None);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let key = VaultKey::derive(SECRET);
        let sealed = key.seal(TOKEN, "4111111111111111").unwrap();
        for bit in 0..8 * sealed.len() {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(TOKEN, &changed), None, "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(key.open(TOKEN, &sealed[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn lengths_show_in_steps() {
        let key = VaultKey::derive(SECRET);
        let lengths: Vec<usize> = (0..40).map(|length| key.seal(TOKEN, &"x".repeat(length)).unwrap().len()).collect();
        assert_eq!(lengths.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    }
}
