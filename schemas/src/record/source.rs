//! Sources: what the survey found in each raw input, without its name or content.

use super::record_kind;
use crate::ids::Digest;

/// How a source is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, one or more members.
    Gzip,
    /// Zstandard frames.
    Zstd,
}

/// Character encoding of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Charset {
    /// UTF-8 (bytes that are not are read as Windows-1252, line by line).
    Utf8,
    /// UTF-16, little endian, by its byte-order mark.
    Utf16Le,
    /// UTF-16, big endian, by its byte-order mark.
    Utf16Be,
}

/// How a source is divided into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum SourceFormat {
    /// Nothing in it.
    Empty,
    /// One JSON value a line.
    JsonLines,
    /// One JSON array (or object) for the whole file.
    JsonArray,
    /// Comma-separated values with a header line.
    Csv,
    /// `key=value` pairs, one record a line.
    KeyValue,
    /// Plain text; lines that do not begin a record belong to the one before.
    Text,
    /// Not text.
    Binary,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct SourceRecord {
    /// Index of the source: sources sorted by relative path.
    pub source: u32,
    /// Length in bytes as stored.
    pub bytes: u64,
    /// BLAKE3 digest of the stored bytes.
    pub digest: Digest,
    /// Truncated BLAKE3 digest (first 16 bytes) of each unit of [`crate::limits::SOURCE_UNIT_BYTES`]; the last may be shorter.
    pub units: Vec<[u8; 16]>,
    /// Compression.
    pub compression: Compression,
    /// Character encoding.
    pub charset: Charset,
    /// Format as sniffed from the beginning.
    pub format: SourceFormat,
    /// Whether shards may read ranges of it (uncompressed UTF-8 JSON lines, key=value or text).
    pub splittable: bool,
}

record_kind!(
    /// Sources.
    Source = Source, version 1, view SourceRecord,
    schema "source/1 source:u32 bytes:u64 digest:[u8;32] units:[[u8;16]] compression:enum3 charset:enum3 format:enum7 splittable:bool"
);
