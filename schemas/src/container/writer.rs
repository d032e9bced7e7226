//! Writing: blocks are built anywhere (also in worker threads), written in order by one owner.

use std::collections::HashMap;
use std::io::Write;

use super::layout::{
    BLOCK_HEADER_LEN, Codec, ContainerError, END_MAGIC, HEADER_LEN, Header, INDEX_ENTRY_LEN, IndexEntry, NO_TIME_MAX, NO_TIME_MIN, TRAILER_LEN,
    block_crc, padding,
};
use crate::codec;
use crate::ids::Digest;
use crate::limits::{BLOCK_NAMES_MAX, BLOCK_RAW_BYTES_MAX, BLOCK_TARGET_BYTES, BLOCKS_MAX};
use crate::record::Record;

/// One block under construction. Independent of the writer, so that worker threads can fill blocks side by side.
///
/// ```
/// use schemas::container::{BlockBuilder, Container, ContainerWriter};
/// use schemas::record::{Bundle, BundleFile};
/// let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), schemas::ids::Digest::of(b"example"), 1).unwrap();
/// let mut block = BlockBuilder::<Bundle>::new(0);
/// block.push(&BundleFile { path: "a.txt", bytes: b"hello" }, None).unwrap();
/// writer.write(block).unwrap();
/// let (bytes, summary) = writer.finish().unwrap();
/// assert_eq!(summary.records, 1);
/// let container = Container::open(&bytes).unwrap();
/// let mut scratch = Vec::new();
/// let block = container.block::<Bundle>(0, &mut scratch).unwrap();
/// assert_eq!(block.records().next().unwrap().unwrap().path, "a.txt");
/// ```
pub struct BlockBuilder<R: Record> {
    partition: u32,
    codec: Codec,
    names: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    bytes: Vec<u8>,
    records: u32,
    time_min_ns: i64,
    time_max_ns: i64,
    kind: std::marker::PhantomData<fn() -> R>,
}

impl<R: Record> BlockBuilder<R> {
    /// An empty block of a partition (0 when the file has one), stored uncompressed.
    #[must_use]
    pub fn new(partition: u32) -> Self {
        Self {
            partition,
            codec: Codec::None,
            names: Vec::new(),
            numbers: HashMap::new(),
            bytes: Vec::new(),
            records: 0,
            time_min_ns: NO_TIME_MIN,
            time_max_ns: NO_TIME_MAX,
            kind: std::marker::PhantomData,
        }
    }

    /// The same block, with room for `bytes` of records.
    #[must_use]
    pub fn with_room(mut self, bytes: usize) -> Self {
        self.bytes.reserve(bytes);
        self
    }

    /// The same block, stored with `codec`.
    #[must_use]
    pub fn with_codec(mut self, codec: Codec) -> Self {
        self.codec = codec;
        self
    }

    /// The number of a string in this block's name table; added when new.
    pub fn intern(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    /// Appends a record; `time_ns` widens the block's time range.
    ///
    /// # Errors
    /// [`ContainerError::Limit`] when the record is over the size limit.
    pub fn push(&mut self, record: &R::View<'_>, time_ns: Option<i64>) -> Result<(), ContainerError> {
        codec::encode_into(record, &mut self.bytes)?;
        self.records += 1;
        if let Some(time) = time_ns {
            self.time_min_ns = self.time_min_ns.min(time);
            self.time_max_ns = self.time_max_ns.max(time);
        }
        Ok(())
    }

    /// Appends the records of another block of the same kind. Neither may have names: numbers of one table mean nothing in the other.
    ///
    /// # Errors
    /// [`ContainerError::Limit`] when one has names.
    pub fn append(&mut self, other: &Self) -> Result<(), ContainerError> {
        if !self.names.is_empty() || !other.names.is_empty() {
            return Err(ContainerError::Limit("the names of a block that is appended to another"));
        }
        self.bytes.extend_from_slice(&other.bytes);
        self.records += other.records;
        self.time_min_ns = self.time_min_ns.min(other.time_min_ns);
        self.time_max_ns = self.time_max_ns.max(other.time_max_ns);
        Ok(())
    }

    /// Forgets all records; the memory is kept.
    pub fn clear(&mut self) {
        self.names.clear();
        self.numbers.clear();
        self.bytes.clear();
        self.records = 0;
        self.time_min_ns = NO_TIME_MIN;
        self.time_max_ns = NO_TIME_MAX;
    }

    /// The partition the block belongs to.
    #[must_use]
    pub fn partition(&self) -> u32 {
        self.partition
    }

    /// Whether the block holds enough to be written.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= BLOCK_TARGET_BYTES
    }

    /// Whether the block holds no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Records so far.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.records
    }

    /// Bytes of records so far.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }
}

/// What a finished file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
pub struct Summary {
    /// Records in all blocks.
    pub records: u64,
    /// Length of the file.
    pub bytes: u64,
    /// BLAKE3 digest of the whole file, trailer included.
    pub digest: Digest,
}

/// Entries of the index that are written at once.
const INDEX_ENTRIES_AT_ONCE: usize = 128;

/// Writes one container to `W`. Nothing is readable before [`ContainerWriter::finish`].
pub struct ContainerWriter<W: Write, R: Record> {
    out: W,
    header: Header,
    hasher: blake3::Hasher,
    position: u64,
    records: u64,
    index: Vec<IndexEntry>,
    kind: std::marker::PhantomData<fn() -> R>,
}

impl<W: Write, R: Record> ContainerWriter<W, R> {
    /// Starts a file with its content-derived id and its number of partitions (at least 1).
    ///
    /// # Errors
    /// [`ContainerError::Io`] when the header cannot be written, [`ContainerError::Limit`] for a bad partition count.
    pub fn new(out: W, file_id: Digest, partitions: u32) -> Result<Self, ContainerError> {
        if partitions == 0 || partitions > crate::limits::PARTITIONS_MAX {
            return Err(ContainerError::Limit("the partition count"));
        }
        let header = Header { kind: R::KIND, version: R::VERSION, schema_id: R::schema_id(), file_id, partitions };
        let mut writer =
            Self { out, header, hasher: blake3::Hasher::new(), position: 0, records: 0, index: Vec::new(), kind: std::marker::PhantomData };
        writer.emit(&header.to_bytes())?;
        Ok(writer)
    }

    /// Writes a block; an empty one is left out.
    ///
    /// # Errors
    /// [`ContainerError::Io`], or [`ContainerError::Limit`] for a block that is too large or in no partition.
    pub fn write(&mut self, mut block: BlockBuilder<R>) -> Result<(), ContainerError> {
        self.write_out(&mut block)
    }

    /// Writes a block and empties it; its memory is kept for the next one.
    ///
    /// # Errors
    /// As [`ContainerWriter::write`].
    pub fn write_out(&mut self, block: &mut BlockBuilder<R>) -> Result<(), ContainerError> {
        if block.is_empty() {
            // It may have names all the same.
            block.clear();
            return Ok(());
        }
        if self.index.len() >= BLOCKS_MAX as usize {
            return Err(ContainerError::Limit("the number of blocks"));
        }
        if block.partition >= self.header.partitions {
            return Err(ContainerError::Limit("a partition number"));
        }
        if block.names.len() > BLOCK_NAMES_MAX {
            return Err(ContainerError::Limit("the names of a block"));
        }
        let mut names = codec::encode(&block.names)?;
        let raw_len = u32::try_from(names.len() + block.bytes.len()).ok().filter(|&len| len <= BLOCK_RAW_BYTES_MAX);
        let raw_len = raw_len.ok_or(ContainerError::Limit("a block"))?;
        // Names and records of an uncompressed block are written one after the other; together they would be another copy of it.
        let payload: [&[u8]; 2] = match block.codec {
            Codec::None => [&names, &block.bytes],
            Codec::Lz4 => {
                names.extend_from_slice(&block.bytes);
                names = lz4_flex::block::compress(&names);
                [&names, &[]]
            }
        };
        let stored_len = payload[0].len() + payload[1].len();
        let mut entry = IndexEntry {
            offset: self.position,
            stored_len: u32::try_from(stored_len).map_err(|_| ContainerError::Limit("a block"))?,
            raw_len,
            records: block.records,
            partition: block.partition,
            time_min_ns: block.time_min_ns,
            time_max_ns: block.time_max_ns,
            crc: 0,
            codec: block.codec,
        };
        let head = entry.block_header(u32::try_from(self.index.len()).unwrap_or(u32::MAX));
        entry.crc = crc32c::crc32c_append(block_crc(&self.header.file_id, &head, payload[0]), payload[1]);
        self.emit(&head)?;
        self.emit(&entry.crc.to_le_bytes())?;
        self.emit(payload[0])?;
        self.emit(payload[1])?;
        self.emit(&[0; 8][..padding(stored_len as u64)])?;
        self.records += u64::from(entry.records);
        self.index.push(entry);
        block.clear();
        Ok(())
    }

    /// Records written so far.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Where the file goes.
    pub fn sink(&self) -> &W {
        &self.out
    }

    /// Writes index and trailer and returns the sink with the file's summary. The caller syncs and publishes.
    ///
    /// # Errors
    /// [`ContainerError::Io`].
    pub fn finish(mut self) -> Result<(W, Summary), ContainerError> {
        let index_offset = self.position;
        debug_assert!(index_offset as usize >= HEADER_LEN && BLOCK_HEADER_LEN == 32);
        // A few entries at a time: a second copy of a long file's index would be the step's peak.
        let (index, mut index_crc) = (std::mem::take(&mut self.index), 0);
        for entries in index.chunks(INDEX_ENTRIES_AT_ONCE) {
            let mut bytes = [0; INDEX_ENTRIES_AT_ONCE * INDEX_ENTRY_LEN];
            entries.iter().zip(bytes.as_chunks_mut::<INDEX_ENTRY_LEN>().0).for_each(|(entry, bytes)| *bytes = entry.to_bytes());
            let bytes = &bytes[..entries.len() * INDEX_ENTRY_LEN];
            index_crc = crc32c::crc32c_append(index_crc, bytes);
            self.emit(bytes)?;
        }
        let mut trailer = [0; TRAILER_LEN];
        trailer[0..8].copy_from_slice(&index_offset.to_le_bytes());
        trailer[8..12].copy_from_slice(&u32::try_from(index.len()).unwrap_or(u32::MAX).to_le_bytes());
        trailer[12..16].copy_from_slice(&index_crc.to_le_bytes());
        trailer[16..24].copy_from_slice(&self.records.to_le_bytes());
        trailer[24..32].copy_from_slice(&(self.position + TRAILER_LEN as u64).to_le_bytes());
        trailer[32..64].copy_from_slice(&self.header.file_id.0);
        trailer[64..96].copy_from_slice(self.hasher.finalize().as_bytes());
        let crc = crc32c::crc32c(&trailer[..112]);
        trailer[112..116].copy_from_slice(&crc.to_le_bytes());
        trailer[120..128].copy_from_slice(&END_MAGIC);
        self.emit(&trailer)?;
        self.out.flush()?;
        let summary = Summary { records: self.records, bytes: self.position, digest: Digest(*self.hasher.finalize().as_bytes()) };
        Ok((self.out, summary))
    }

    fn emit(&mut self, bytes: &[u8]) -> Result<(), ContainerError> {
        self.out.write_all(bytes)?;
        self.hasher.update(bytes);
        self.position += bytes.len() as u64;
        Ok(())
    }
}
