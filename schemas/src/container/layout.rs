//! Fixed-size parts of the file: their bytes, and what can be wrong with them.

use crate::ids::Digest;
use crate::record::RecordKind;

pub(super) const MAGIC: [u8; 8] = *b"LMQC\r\n\x1a\n";
pub(super) const END_MAGIC: [u8; 8] = *b"LMQE\r\n\x1a\n";
pub(super) const HEADER_LEN: usize = 128;
pub(super) const BLOCK_HEADER_LEN: usize = 32;
pub(super) const INDEX_ENTRY_LEN: usize = 48;
pub(super) const TRAILER_LEN: usize = 128;
pub(super) const MAJOR: u16 = 1;
pub(super) const MINOR: u16 = 0;

/// Least-time value of a block without times.
pub const NO_TIME_MIN: i64 = i64::MAX;
/// Greatest-time value of a block without times.
pub const NO_TIME_MAX: i64 = i64::MIN;

/// Why a container cannot be read or written. Names the part and the place, never content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// Not a container, or cut: the named part is damaged.
    #[error("read a container: {part} is damaged at byte {offset}; restore the file or run the step again")]
    Corrupt {
        /// The damaged part.
        part: &'static str,
        /// Byte offset in the file.
        offset: u64,
    },
    /// A version or kind this program does not read.
    #[error("read a container: {what} is {found}, expected {expected}")]
    Schema {
        /// What differs.
        what: &'static str,
        /// The value in the file.
        found: u64,
        /// The value expected.
        expected: u64,
    },
    /// A bound of [`crate::limits`] would be exceeded by what is written. A reader calls what is over a bound damaged.
    #[error("use a container: {0} is over its limit")]
    Limit(&'static str),
    /// Writing failed.
    #[error("write a container: {0}")]
    Io(std::io::ErrorKind),
}

impl From<std::io::Error> for ContainerError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.kind())
    }
}

impl From<crate::codec::CodecError> for ContainerError {
    fn from(_: crate::codec::CodecError) -> Self {
        Self::Limit("a record")
    }
}

impl ContainerError {
    /// The exit code of this error.
    #[must_use]
    pub fn exit(&self) -> crate::exit::Exit {
        use crate::exit::Exit;
        match self {
            Self::Corrupt { .. } => Exit::CorruptInput,
            // Steps keep to the limits by themselves, so whoever would exceed one has a bug, and no input is to blame.
            Self::Limit(_) => Exit::Internal,
            Self::Schema { .. } => Exit::SchemaMismatch,
            Self::Io(std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge) => Exit::DiskFull,
            Self::Io(_) => Exit::TransientIo,
        }
    }
}

/// How a block's payload is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Codec {
    /// As is.
    #[default]
    None,
    /// LZ4 block format, raw length in the block header.
    Lz4,
}

impl Codec {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Lz4 => 1,
        }
    }
    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::None),
            1 => Some(Self::Lz4),
            _ => None,
        }
    }
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Kind of the records.
    pub kind: RecordKind,
    /// Version of the record kind.
    pub version: u16,
    /// First 16 bytes of the digest of the record's canonical schema text.
    pub schema_id: [u8; 16],
    /// Content-derived id of the file.
    pub file_id: Digest,
    /// Number of partitions, at least 1.
    pub partitions: u32,
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&MAJOR.to_le_bytes());
        bytes[10..12].copy_from_slice(&MINOR.to_le_bytes());
        bytes[12..14].copy_from_slice(&self.kind.number().to_le_bytes());
        bytes[14..16].copy_from_slice(&self.version.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.schema_id);
        bytes[32..64].copy_from_slice(&self.file_id.0);
        bytes[68..72].copy_from_slice(&self.partitions.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..124]);
        bytes[124..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(file: &[u8]) -> Result<Self, ContainerError> {
        let corrupt = |part, offset| ContainerError::Corrupt { part, offset };
        let bytes = file.get(..HEADER_LEN).ok_or(corrupt("the header", 0))?;
        if bytes[0..8] != MAGIC {
            return Err(corrupt("the magic number", 0));
        }
        if u32_at(bytes, 124) != crc32c::crc32c(&bytes[..124]) {
            return Err(corrupt("the header", 124));
        }
        let schema = |what, found: u64, expected: u64| ContainerError::Schema { what, found, expected };
        if u16_at(bytes, 8) != MAJOR {
            return Err(schema("the major format version", u16_at(bytes, 8).into(), MAJOR.into()));
        }
        let kind = RecordKind::from_number(u16_at(bytes, 12)).ok_or(schema("the record kind", u16_at(bytes, 12).into(), 0))?;
        let partitions = u32_at(bytes, 68);
        if u32_at(bytes, 64) != 0 || bytes[72..124].iter().any(|&byte| byte != 0) {
            return Err(corrupt("the reserved part of the header", 64));
        }
        if partitions == 0 || partitions > crate::limits::PARTITIONS_MAX {
            return Err(corrupt("the partition count", 68));
        }
        let (mut schema_id, mut file_id) = ([0; 16], [0; 32]);
        schema_id.copy_from_slice(&bytes[16..32]);
        file_id.copy_from_slice(&bytes[32..64]);
        Ok(Self { kind, version: u16_at(bytes, 14), schema_id, file_id: Digest(file_id), partitions })
    }
}

/// One entry of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IndexEntry {
    pub(super) offset: u64,
    pub(super) stored_len: u32,
    pub(super) raw_len: u32,
    pub(super) records: u32,
    pub(super) partition: u32,
    pub(super) time_min_ns: i64,
    pub(super) time_max_ns: i64,
    pub(super) crc: u32,
    pub(super) codec: Codec,
}

impl IndexEntry {
    pub(super) fn block_header(&self, sequence: u32) -> [u8; 28] {
        let mut bytes = [0; 28];
        bytes[0..4].copy_from_slice(&self.stored_len.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.raw_len.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.records.to_le_bytes());
        bytes[12] = self.codec.byte();
        bytes[16..20].copy_from_slice(&self.partition.to_le_bytes());
        bytes[20..24].copy_from_slice(&sequence.to_le_bytes());
        bytes
    }

    pub(super) fn to_bytes(self) -> [u8; INDEX_ENTRY_LEN] {
        let mut bytes = [0; INDEX_ENTRY_LEN];
        bytes[0..8].copy_from_slice(&self.offset.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.stored_len.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.raw_len.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.records.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.partition.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.time_min_ns.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.time_max_ns.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.crc.to_le_bytes());
        bytes[44] = self.codec.byte();
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8], offset: u64) -> Result<Self, ContainerError> {
        let codec = Codec::from_byte(bytes[44]).filter(|_| bytes[45..48] == [0; 3]);
        Ok(Self {
            offset: u64_at(bytes, 0),
            stored_len: u32_at(bytes, 8),
            raw_len: u32_at(bytes, 12),
            records: u32_at(bytes, 16),
            partition: u32_at(bytes, 20),
            time_min_ns: u64_at(bytes, 24).cast_signed(),
            time_max_ns: u64_at(bytes, 32).cast_signed(),
            crc: u32_at(bytes, 40),
            codec: codec.ok_or(ContainerError::Corrupt { part: "the index", offset })?,
        })
    }
}

pub(super) fn block_crc(file_id: &Digest, header: &[u8; 28], payload: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&file_id.0);
    crc32c::crc32c_append(crc32c::crc32c_append(crc, header), payload)
}

pub(super) const fn padding(len: u64) -> usize {
    (len.wrapping_neg() & 7) as usize
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(four)
}
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(eight)
}
