//! Identifiers and digests that cross process boundaries.

use std::fmt;

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
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for TokenKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for StableId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
