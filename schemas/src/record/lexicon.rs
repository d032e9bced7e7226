//! The lexicon: keyed digests of values (and name parts) seen in sensitive fields of the run. It holds no value.

use super::record_kind;
use crate::pii::PiiClass;

/// One digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct LexiconRecord {
    /// First 12 bytes of HMAC-SHA256(lexicon key, canonical form).
    pub digest: [u8; 12],
    /// Class of the fields it was seen in (the least in enum order when several).
    pub class: PiiClass,
    /// Length of the canonical form in bytes, so that a scanner can skip most words without a digest.
    pub length: u16,
    /// Number of words in the canonical form; 0 for a single word that was never seen with a capital, which may be an ordinary one.
    pub words: u8,
}

record_kind!(
    /// Lexicon entries, sorted by digest.
    Lexicon = Lexicon, version 1, view LexiconRecord,
    schema "lexicon/1 digest:[u8;12] class:enum length:u16 words:u8"
);
