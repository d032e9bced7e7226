//! Reading from borrowed bytes: header, trailer and index are checked on opening, each block when it is used.

use std::marker::PhantomData;

use super::layout::{
    BLOCK_HEADER_LEN, Codec, ContainerError, END_MAGIC, HEADER_LEN, Header, INDEX_ENTRY_LEN, IndexEntry, TRAILER_LEN, block_crc, padding, u32_at,
    u64_at,
};
use crate::codec::{self, Cursor};
use crate::ids::Digest;
use crate::limits::{BLOCK_NAMES_MAX, BLOCK_RATIO_MAX, BLOCK_RAW_BYTES_MAX, BLOCKS_MAX};
use crate::record::{Record, schema_id_of};

/// An opened container over borrowed bytes (a map or a buffer).
#[derive(Clone)]
pub struct Container<'a> {
    bytes: &'a [u8],
    header: Header,
    /// Encoded, as it stands in the file: a long file's would be the largest thing that a step holds.
    index: &'a [u8],
    index_offset: u64,
    records: u64,
    digest: Digest,
}

impl<'a> Container<'a> {
    /// Checks header, trailer and index and opens the file. Blocks are checked by [`Container::block`].
    ///
    /// # Errors
    /// [`ContainerError::Corrupt`] or [`ContainerError::Schema`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, ContainerError> {
        let header = Header::from_bytes(bytes)?;
        let corrupt = |part, offset: usize| ContainerError::Corrupt { part, offset: offset as u64 };
        let trailer_at = bytes.len().checked_sub(TRAILER_LEN).filter(|&at| at >= HEADER_LEN).ok_or(corrupt("the trailer", bytes.len()))?;
        let trailer = &bytes[trailer_at..];
        let sound = trailer[120..128] == END_MAGIC
            && u32_at(trailer, 112) == crc32c::crc32c(&trailer[..112])
            && u32_at(trailer, 116) == 0
            && trailer[96..112] == [0; 16]
            && u64_at(trailer, 24) == bytes.len() as u64
            && trailer[32..64] == header.file_id.0;
        if !sound {
            return Err(corrupt("the trailer", trailer_at));
        }
        let index_offset = u64_at(trailer, 0);
        let blocks = u32_at(trailer, 8);
        let index_len = blocks as usize * INDEX_ENTRY_LEN;
        let index_at =
            usize::try_from(index_offset).ok().filter(|&at| at >= HEADER_LEN && at <= trailer_at).ok_or(corrupt("the trailer", trailer_at))?;
        if blocks > BLOCKS_MAX || trailer_at - index_at != index_len {
            return Err(corrupt("the trailer", trailer_at));
        }
        let index_bytes = &bytes[index_at..trailer_at];
        if crc32c::crc32c(index_bytes) != u32_at(trailer, 12) {
            return Err(corrupt("the index", index_at));
        }
        let records = check_index(index_bytes, index_offset, header.partitions)?;
        if records != u64_at(trailer, 16) {
            return Err(corrupt("the record count", trailer_at + 16));
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(&trailer[64..96]);
        Ok(Self { bytes, header, index: index_bytes, index_offset, records, digest: Digest(digest) })
    }

    /// What the header says.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Records in the file.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Number of blocks.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.index.len() / INDEX_ENTRY_LEN
    }

    /// The entries of the index, which was checked when the file was opened.
    fn entries(&self) -> impl Iterator<Item = IndexEntry> + '_ {
        self.index.chunks_exact(INDEX_ENTRY_LEN).filter_map(|entry| IndexEntry::from_bytes(entry, self.index_offset).ok())
    }

    /// Numbers of the blocks of one partition, in file order.
    pub fn blocks_of(&self, partition: u32) -> impl Iterator<Item = usize> + '_ {
        self.entries().enumerate().filter(move |(_, entry)| entry.partition == partition).map(|(number, _)| number)
    }

    /// Records of one partition.
    #[must_use]
    pub fn records_of(&self, partition: u32) -> u64 {
        self.entries().filter(|entry| entry.partition == partition).map(|entry| u64::from(entry.records)).sum()
    }

    /// Least and greatest time of the file's records, UTC nanoseconds; none when no record has a time.
    #[must_use]
    pub fn time_range_ns(&self) -> Option<(i64, i64)> {
        let min = self.entries().map(|entry| entry.time_min_ns).min()?;
        let max = self.entries().map(|entry| entry.time_max_ns).max()?;
        (min <= max).then_some((min, max))
    }

    /// Least and greatest time of one block's records; none when no record has a time, or there is no such block. Files that are sorted
    /// by their time column are searched by it.
    #[must_use]
    pub fn time_range_of_block_ns(&self, number: usize) -> Option<(i64, i64)> {
        let entry = self.index.chunks_exact(INDEX_ENTRY_LEN).nth(number)?;
        let entry = IndexEntry::from_bytes(entry, self.index_offset).ok()?;
        (entry.time_min_ns <= entry.time_max_ns).then_some((entry.time_min_ns, entry.time_max_ns))
    }

    /// Checks that the file holds records of kind `R` in a version this program reads.
    ///
    /// # Errors
    /// [`ContainerError::Schema`].
    pub fn expect<R: Record>(&self) -> Result<(), ContainerError> {
        let schema = |what, found: u64, expected: u64| Err(ContainerError::Schema { what, found, expected });
        if self.header.kind != R::KIND {
            return schema("the record kind", self.header.kind.number().into(), R::KIND.number().into());
        }
        if !R::BEFORE.is_empty() && self.header.version.checked_add(1) == Some(R::VERSION) && self.header.schema_id == schema_id_of(R::BEFORE) {
            return Ok(());
        }
        if self.header.version != R::VERSION {
            return schema("the record version", self.header.version.into(), R::VERSION.into());
        }
        if self.header.schema_id != R::schema_id() {
            return schema("the schema id", u64_at(&self.header.schema_id, 0), u64_at(&R::schema_id(), 0));
        }
        Ok(())
    }

    /// Checks the digest of the whole file against the trailer: for trust boundaries.
    ///
    /// # Errors
    /// [`ContainerError::Corrupt`].
    pub fn verify(&self) -> Result<(), ContainerError> {
        let body = &self.bytes[..self.bytes.len() - TRAILER_LEN];
        if Digest::of(body) == self.digest { Ok(()) } else { Err(ContainerError::Corrupt { part: "the file digest", offset: body.len() as u64 }) }
    }

    /// Checks and opens block `number`. A compressed block is unpacked into `scratch`, an uncompressed one is borrowed from the file.
    ///
    /// # Errors
    /// [`ContainerError::Corrupt`] or [`ContainerError::Schema`].
    ///
    /// # Panics
    /// When `number` is not below [`Container::block_count`].
    pub fn block<'b, R: Record>(&self, number: usize, scratch: &'b mut Vec<u8>) -> Result<Block<'b, R>, ContainerError>
    where
        'a: 'b,
    {
        self.expect::<R>()?;
        let entry = IndexEntry::from_bytes(&self.index[number * INDEX_ENTRY_LEN..(number + 1) * INDEX_ENTRY_LEN], self.index_offset)?;
        let corrupt = |part| ContainerError::Corrupt { part, offset: entry.offset };
        // `check_index` has checked that the whole extent lies before the index.
        let at = usize::try_from(entry.offset).map_err(|_| corrupt("a block"))?;
        let head = &self.bytes[at..at + BLOCK_HEADER_LEN];
        let expected_head = entry.block_header(u32::try_from(number).unwrap_or(u32::MAX));
        if head[..28] != expected_head || u32_at(head, 28) != entry.crc {
            return Err(corrupt("a block header"));
        }
        let payload_at = at + BLOCK_HEADER_LEN;
        let payload = &self.bytes[payload_at..payload_at + entry.stored_len as usize];
        let gap = padding(u64::from(entry.stored_len));
        if self.bytes[payload_at + payload.len()..payload_at + payload.len() + gap].iter().any(|&byte| byte != 0) {
            return Err(corrupt("the padding of a block"));
        }
        if block_crc(&self.header.file_id, &expected_head, payload) != entry.crc {
            return Err(corrupt("a block"));
        }
        let raw: &'b [u8] = match entry.codec {
            Codec::None => payload,
            Codec::Lz4 => {
                scratch.clear();
                scratch.resize(entry.raw_len as usize, 0);
                let produced = lz4_flex::block::decompress_into(payload, scratch).map_err(|_| corrupt("a compressed block"))?;
                if produced != entry.raw_len as usize {
                    return Err(corrupt("a compressed block"));
                }
                scratch
            }
        };
        // The count is looked at first: decoding allocates for all names that it promises.
        let (count, _) = codec::decode_prefix::<u64>(raw).map_err(|_| corrupt("the names of a block"))?;
        if count > BLOCK_NAMES_MAX as u64 {
            return Err(corrupt("the names of a block"));
        }
        let (names, used) = codec::decode_prefix::<Vec<&'b str>>(raw).map_err(|_| corrupt("the names of a block"))?;
        Ok(Block { names, bytes: &raw[used..], records: entry.records, offset: entry.offset, partition: entry.partition, kind: PhantomData })
    }

    /// Offset of the index, which is the length of header and blocks.
    #[must_use]
    pub fn body_len(&self) -> u64 {
        self.index_offset
    }
}

/// Entries must follow each other without gap or overlap from the header to the index: no byte lies outside a checksum. Returns their records.
fn check_index(bytes: &[u8], index_offset: u64, partitions: u32) -> Result<u64, ContainerError> {
    let mut records = 0;
    let mut expected = HEADER_LEN as u64;
    for (number, chunk) in bytes.chunks_exact(INDEX_ENTRY_LEN).enumerate() {
        let at = index_offset + (number * INDEX_ENTRY_LEN) as u64;
        let entry = IndexEntry::from_bytes(chunk, at)?;
        let ratio_ok = match entry.codec {
            Codec::None => entry.raw_len == entry.stored_len,
            Codec::Lz4 => entry.raw_len / BLOCK_RATIO_MAX <= entry.stored_len,
        };
        let sound = entry.offset == expected && entry.raw_len <= BLOCK_RAW_BYTES_MAX && ratio_ok && entry.records > 0 && entry.partition < partitions;
        let stored = u64::from(entry.stored_len);
        expected = expected.saturating_add(BLOCK_HEADER_LEN as u64 + stored + padding(stored) as u64);
        if !sound || expected > index_offset {
            return Err(ContainerError::Corrupt { part: "the index", offset: at });
        }
        records += u64::from(entry.records);
    }
    if expected == index_offset { Ok(records) } else { Err(ContainerError::Corrupt { part: "the index", offset: index_offset }) }
}

/// One checked block.
pub struct Block<'b, R: Record> {
    names: Vec<&'b str>,
    bytes: &'b [u8],
    records: u32,
    offset: u64,
    partition: u32,
    kind: PhantomData<fn() -> R>,
}

impl<'b, R: Record> Block<'b, R> {
    /// The name with this number in the block's name table.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<&'b str> {
        self.names.get(number as usize).copied()
    }

    /// The name table.
    #[must_use]
    pub fn names(&self) -> &[&'b str] {
        &self.names
    }

    /// Records in the block.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.records
    }

    /// Never true for a block that was read; here for completeness.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// The partition of the block.
    #[must_use]
    pub fn partition(&self) -> u32 {
        self.partition
    }

    /// The records in order. The last item is an error when bytes are left over.
    #[must_use]
    pub fn records(&self) -> RecordIter<'b, R> {
        RecordIter { cursor: Cursor::new(self.bytes), left: self.records, offset: self.offset, failed: false, kind: PhantomData }
    }
}

/// Iterates over the records of a block; fused after the first error.
pub struct RecordIter<'b, R: Record> {
    cursor: Cursor<'b>,
    left: u32,
    offset: u64,
    failed: bool,
    kind: PhantomData<fn() -> R>,
}

impl<'b, R: Record> Iterator for RecordIter<'b, R> {
    type Item = Result<R::View<'b>, ContainerError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        if self.left == 0 {
            if self.cursor.is_at_end() {
                return None;
            }
            self.failed = true;
            return Some(Err(ContainerError::Corrupt { part: "the end of a block", offset: self.offset }));
        }
        match R::read(&mut self.cursor) {
            Ok(record) => {
                self.left -= 1;
                Some(Ok(record))
            }
            Err(_) => {
                self.failed = true;
                Some(Err(ContainerError::Corrupt { part: "a record", offset: self.offset }))
            }
        }
    }
}
