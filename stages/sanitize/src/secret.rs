//! The token secret: refused when weak, then split into sub-keys by role, so that a lexicon digest tells nothing about a token.

use hmac::{Hmac, KeyInit, Mac};
use schemas::exit::Exit;
use schemas::limits::TOKEN_SECRET_BYTES_MIN;
use sha2::Sha256;
use stage_runtime::StepError;

use crate::siphash::SipKey;

/// HMAC-SHA256 with its key already absorbed: cloning it saves two of four compressions a value.
pub(crate) type Keyed = Hmac<Sha256>;

/// Characters of the key's id in a token.
pub(crate) const KEY_ID_LEN: usize = 3;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Distinct byte values a secret must have: 32 random bytes have at least 20 but for one draw in a million.
const DISTINCT_BYTES_MIN: usize = 10;

/// Words that mark a secret somebody typed or copied from an example.
const WEAK_WORDS: [&str; 12] =
    ["secret", "password", "passwd", "changeme", "default", "example", "logminer", "qwerty", "letmein", "admin", "12345678", "abcdefgh"];

/// The sub-keys of the token secret.
pub(crate) struct Keys {
    /// Makes tokens.
    pub(crate) token: Keyed,
    /// Makes lexicon digests.
    lexicon: Keyed,
    /// Makes the part of them that is looked at first.
    lexicon_first: SipKey,
    /// The same two for the digests of replaced values.
    gate: Keyed,
    gate_first: SipKey,
    /// Makes the codes of what operators write.
    pub(crate) written: Keyed,
    /// Draws digits and letters.
    pub(crate) drawn: Keyed,
    /// Moves dates.
    pub(crate) shift: Keyed,
    /// Names the key in every token.
    pub(crate) key_id: [u8; KEY_ID_LEN],
    /// Seeds the tables that are for speed only.
    pub(crate) table_seed: u64,
}

impl Keys {
    /// Checks the secret and derives the sub-keys: HMAC-SHA256(secret, role).
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] for a secret that is too short or weak.
    pub(crate) fn derive(secret: &[u8]) -> Result<Self, StepError> {
        refuse_weak(secret)?;
        let role = |name: &[u8]| -> [u8; 32] { mac(&keyed(secret), &[name]) };
        let id = role(b"logminer/token/key-id/1");
        let seed = role(b"logminer/table-seed/1");
        let mut table_seed = [0; 8];
        table_seed.copy_from_slice(&seed[..8]);
        let mut key_id = [0; KEY_ID_LEN];
        base32(&id, &mut key_id);
        let sip = |name: &[u8]| -> SipKey {
            let mut key = [0; 16];
            key.copy_from_slice(&role(name)[..16]);
            SipKey::new(&key)
        };
        Ok(Self {
            token: keyed(&role(b"logminer/token/1")),
            lexicon: keyed(&role(b"logminer/lexicon/1")),
            lexicon_first: sip(b"logminer/lexicon-first/1"),
            gate: keyed(&role(b"logminer/gate/1")),
            gate_first: sip(b"logminer/gate-first/1"),
            written: keyed(&role(b"logminer/written/1")),
            drawn: keyed(&role(b"logminer/drawn/1")),
            shift: keyed(&role(b"logminer/date-shift/1")),
            key_id,
            table_seed: u64::from_le_bytes(table_seed),
        })
    }

    /// The first four bytes of a form's lexicon digest, which cost little: of SipHash-2-4.
    pub(crate) fn lexicon_first(&self, form: &[u8]) -> u32 {
        (self.lexicon_first.hash(form) >> 32) as u32
    }

    /// The lexicon digest of a form: its first four bytes, then eight of HMAC-SHA256, under keys of their own.
    pub(crate) fn lexicon_digest(&self, form: &[u8]) -> [u8; 12] {
        digest(self.lexicon_first(form), &self.lexicon, form)
    }

    /// A hash whose upper half is the first four bytes of the digest by which the gate knows a form.
    pub(crate) fn gate_hash(&self, form: &[u8]) -> u64 {
        self.gate_first.hash(form)
    }

    /// The digest by which the gate knows a form, made like that of the lexicon.
    pub(crate) fn gate_digest(&self, form: &[u8]) -> [u8; 12] {
        digest((self.gate_hash(form) >> 32) as u32, &self.gate, form)
    }
}

fn digest(first: u32, key: &Keyed, form: &[u8]) -> [u8; 12] {
    let mut digest = [0; 12];
    digest[..4].copy_from_slice(&first.to_be_bytes());
    digest[4..].copy_from_slice(&mac(key, &[form])[..8]);
    digest
}

/// HMAC of several parts, which the caller makes unambiguous.
pub(crate) fn mac(key: &Keyed, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = key.clone();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Fills `out` with base32 characters (RFC 4648) of the leading bits of `bytes`.
pub(crate) fn base32(bytes: &[u8; 32], out: &mut [u8]) {
    let (mut bits, mut held, mut source) = (0_u32, 0_u32, bytes.iter());
    for slot in out {
        if held < 5 {
            bits = (bits << 8) | u32::from(source.next().copied().unwrap_or(0));
            held += 8;
        }
        held -= 5;
        *slot = BASE32[(bits >> held) as usize & 31];
    }
}

/// Whether a byte may stand in a token after its class.
pub(crate) fn is_base32(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'2'..=b'7')
}

fn keyed(key: &[u8]) -> Keyed {
    Keyed::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn refuse_weak(secret: &[u8]) -> Result<(), StepError> {
    let refuse = |why: String| Err(StepError::new(Exit::KeyRefused, format!("accept the token key: {why}; make one with `logminer keygen`")));
    if secret.len() < TOKEN_SECRET_BYTES_MIN {
        return refuse(format!("it has {} bytes, the least is {TOKEN_SECRET_BYTES_MIN}", secret.len()));
    }
    let mut seen = [false; 256];
    secret.iter().for_each(|&byte| seen[usize::from(byte)] = true);
    let distinct = seen.iter().filter(|&&seen| seen).count();
    if distinct < DISTINCT_BYTES_MIN {
        return refuse(format!("it has only {distinct} different bytes"));
    }
    if (1..=secret.len() / 2).any(|period| secret.iter().zip(&secret[period..]).all(|(a, b)| a == b)) {
        return refuse("it repeats itself".to_owned());
    }
    let step = secret[1].wrapping_sub(secret[0]);
    if secret.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step) {
        return refuse("its bytes are a plain sequence".to_owned());
    }
    let folded = secret.to_ascii_lowercase();
    if WEAK_WORDS.iter().any(|word| memchr::memmem::find(&folded, word.as_bytes()).is_some()) {
        return refuse("it contains a common word".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_secrets_are_refused_with_exit_32() {
        let sequence: Vec<u8> = (0..40).collect();
        for weak in [
            &b"short"[..],
            &[7; 64],
            b"abcabcabcabcabcabcabcabcabcabcabcabc",
            b"0123456789abcdefg0123456789abcdefg",
            &sequence,
            b"logminer-default-secret-0f1e2d3c4b",
            b"8f3Kq!my-Password-is-long-enough-99",
        ] {
            let error = Keys::derive(weak).err().expect("a refusal");
            assert_eq!(error.exit, Exit::KeyRefused);
        }
        assert!(Keys::derive(b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(").is_ok());
    }

    #[test]
    fn base32_follows_rfc_4648() {
        let mut bytes = [0; 32];
        bytes[..6].copy_from_slice(b"foobar");
        let mut out = [0; 9];
        base32(&bytes, &mut out);
        assert_eq!(&out, b"MZXW6YTBO");
    }

    #[test]
    fn roles_have_unrelated_keys() {
        let keys = Keys::derive(b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(").unwrap();
        assert_ne!(mac(&keys.token, &[b"x"])[..8], keys.lexicon_digest(b"x")[4..]);
        assert_ne!(keys.lexicon_digest(b"x")[..4], keys.gate_digest(b"x")[..4]);
        assert_ne!(keys.lexicon_digest(b"x")[4..], keys.gate_digest(b"x")[4..]);
    }
}
