//! Identifiers and digests that cross process boundaries.

use std::fmt;

use crate::codec::{CodecError, Cursor};

/// Bytes in lower-case hexadecimal. The gate is shown each published id, and formatting one by `fmt` costs more than searching it.
struct Hex<const N: usize>([[u8; 2]; N]);

impl<const N: usize> Hex<N> {
    fn of(bytes: [u8; N]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        Self(bytes.map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]))
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(self.0.as_flattened()).unwrap_or_default()
    }
}

/// A 256-bit BLAKE3 digest; prints as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of several parts, each length-prefixed so that their borders count.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// Parses 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Hex::of(self.0).as_str())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Hex::of(self.0).as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 hexadecimal digits"))
    }
}

/// A 128-bit key made from a token (a session, a customer): the first 16 bytes of its BLAKE3 digest. Prints as hexadecimal.
/// It is only as private as the keyed token it is made from, never a digest of a raw value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
pub struct TokenKey(pub u128);

impl TokenKey {
    /// The key of a keyed token's text.
    #[must_use]
    pub fn of_token(token: &str) -> Self {
        let digest = blake3::hash(token.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.as_bytes()[..16]);
        Self(u128::from_le_bytes(bytes))
    }
}

impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Hex::of(self.0.to_be_bytes()).as_str())
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for TokenKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Hex::of(self.0.to_be_bytes()).as_str())
    }
}

impl TokenKey {
    /// Reads what was encoded.
    #[inline(always)]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        cursor.u128().map(Self)
    }
}

impl RecordRef {
    /// Reads what was encoded.
    #[inline(always)]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        Ok(Self { source: cursor.u32()?, offset: cursor.u64()? })
    }
}

impl StableId {
    /// Reads what was encoded.
    #[inline(always)]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        cursor.u64().map(Self)
    }
}

/// Where a record lies: the index of its source (sources sorted by relative path) and the byte offset in its decoded stream.
/// The order of `RecordRef`s is the input order of a run, whatever the shard plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct RecordRef {
    /// Index of the source.
    pub source: u32,
    /// Byte offset in the decoded source.
    pub offset: u64,
}

/// A stable id of a mined object (template, variant): the first 8 bytes of the BLAKE3 digest of its canonical text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
pub struct StableId(pub u64);

impl StableId {
    /// The id of a canonical text.
    #[must_use]
    pub fn of(canonical: &[u8]) -> Self {
        let digest = blake3::hash(canonical);
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest.as_bytes()[..8]);
        Self(u64::from_le_bytes(bytes))
    }

    /// The id in letters only (a-p), for file names and tags that linters want in kebab case.
    #[must_use]
    pub fn letters(self) -> String {
        (0..16).map(|i| char::from(b'a' + ((self.0 >> (60 - 4 * i)) & 15) as u8)).collect()
    }

    /// The id that [`StableId::letters`] printed.
    #[must_use]
    pub fn from_letters(letters: &str) -> Option<Self> {
        let digits = letters.bytes().map(|byte| byte.checked_sub(b'a').filter(|digit| *digit < 16));
        let number = digits.map(|digit| digit.map(u64::from)).try_fold(0_u64, |number, digit| Some(number << 4 | digit?))?;
        (letters.len() == 16).then_some(Self(number))
    }
}

impl fmt::Display for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Hex::of(self.0.to_be_bytes()).as_str())
    }
}

impl fmt::Debug for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for StableId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Hex::of(self.0.to_be_bytes()).as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_as_hexadecimal_with_leading_zeros() {
        let digest = Digest(std::array::from_fn(|at| (at as u8).wrapping_mul(9)));
        assert_eq!(digest.to_string(), digest.0.map(|byte| format!("{byte:02x}")).concat());
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!((TokenKey(0xab).to_string(), StableId(0xab).to_string()), (format!("{:032x}", 0xab), format!("{:016x}", 0xab)));
        for (json, text) in [
            (serde_json::to_string(&digest), digest.to_string()),
            (serde_json::to_string(&TokenKey(1 << 127)), TokenKey(1 << 127).to_string()),
            (serde_json::to_string(&StableId(u64::MAX)), StableId(u64::MAX).to_string()),
        ] {
            assert_eq!(json.unwrap(), format!("\"{text}\""));
        }
    }
}
