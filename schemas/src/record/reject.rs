//! Quarantined records: reason and place, never content.

use super::record_kind;
use crate::ids::RecordRef;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why a record was quarantined.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
        #[serde(rename_all = "snake_case")]
        pub enum RejectReason { $($(#[$doc])* $name,)* }
        impl RejectReason {
            /// All reasons.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The reason's name in reports and metrics.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}
reasons! {
    /// Over [`crate::limits::RECORD_BYTES_MAX`].
    TooLong = "too_long",
    /// JSON nested deeper than [`crate::limits::JSON_DEPTH_MAX`].
    TooDeep = "too_deep",
    /// More keys than [`crate::limits::JSON_KEYS_MAX`].
    TooManyKeys = "too_many_keys",
    /// In a JSON file, a record that is not JSON.
    InvalidJson = "invalid_json",
    /// A CSV row that cannot be read.
    InvalidCsv = "invalid_csv",
    /// JSON, but neither an object nor a string (a number, null, a list).
    NotARecord = "not_a_record",
    /// No field with a value at all.
    Empty = "empty",
    /// Binary: control bytes that no text has.
    Binary = "binary",
    /// The compressed stream is damaged from here on.
    CorruptStream = "corrupt_stream",
    /// The decompressed stream is over its limit.
    DecompressionLimit = "decompression_limit",
    /// The sanitizer could not process the record safely.
    Unsanitizable = "unsanitizable",
}

/// One quarantined record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct RejectRecord {
    /// Where it lies.
    pub at: RecordRef,
    /// Its length in bytes.
    pub bytes: u64,
    /// Why.
    pub reason: RejectReason,
}

record_kind!(
    /// Quarantined records.
    Reject = Reject, version 1, view RejectRecord,
    schema "reject/1 at{source:u32 offset:u64} bytes:u64 reason:enum11"
);
