//! Segments: containers of vault entries, sorted, written once and never changed.
//!
//! Entries are sorted by the first 63 bits of the digest of their token, then by token and owner; those bits stand in the container's time column, so its
//! index says which blocks may hold a token. A look-up reads the index and one block of each segment.

use std::cmp::Ordering;
use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sandbox::files::Map;
use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::record::{VaultEntry, VaultEntryRecord};

use super::journal::Named;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;

/// Bytes of payload of a block: what a look-up has to read.
const BLOCK_BYTES: usize = 32 << 10;
/// Bytes that are written at once.
const WRITE_BYTES: usize = 1 << 20;

/// One entry in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where the token sorts.
    pub key: i64,
    /// Token.
    pub token: Box<str>,
    /// Owner, or group.
    pub owner: Box<str>,
    /// The value under two layers: `nonce [24] | outer ciphertext | tag [16]`.
    pub sealed: Box<[u8]>,
}

impl Entry {
    /// An entry of this token.
    #[must_use]
    pub fn new(token: &str, owner: &str, sealed: &[u8]) -> Self {
        Self { key: sort_key(token), token: token.into(), owner: owner.into(), sealed: sealed.into() }
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.key, &self.token, &self.owner).cmp(&(other.key, &other.token, &other.owner))
    }
}

/// Where a token sorts: 63 bits of its digest, so that tokens of all classes spread evenly.
#[must_use]
pub fn sort_key(token: &str) -> i64 {
    let digest = blake3::hash(token.as_bytes());
    let first = digest.as_bytes().first_chunk::<8>().copied().unwrap_or_default();
    (u64::from_be_bytes(first) >> 1).cast_signed()
}

/// A segment being written.
pub struct Writing {
    path: PathBuf,
    name: String,
    writer: ContainerWriter<BufWriter<File>, VaultEntry>,
    block: BlockBuilder<VaultEntry>,
}

impl Writing {
    /// Begins a file of this name; one that a dead process left is replaced.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(folder: &Path, name: String, vault: &str) -> Result<Self, Failure> {
        disk::make_dir(folder, disk::RAW_DIR_MODE)?;
        let path = folder.join(&name);
        let _ = std::fs::remove_file(&path);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(disk::RAW_FILE_MODE)
            .open(&path)
            .map_err(|error| Failure::io(format!("make the segment {}", shown(&path)), error))?;
        let id = Digest::of_parts([b"logminer vault segment 1".as_slice(), vault.as_bytes(), name.as_bytes()]);
        let writer =
            ContainerWriter::new(BufWriter::with_capacity(WRITE_BYTES, file), id, 1).map_err(|error| Failure::container(&shown(&path), error))?;
        Ok(Self { path, name, writer, block: BlockBuilder::new(0).with_room(BLOCK_BYTES * 2) })
    }

    /// Appends an entry; they come sorted.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Failure> {
        let wrong = |path: &Path| {
            let name = shown(path);
            move |error| Failure::container(&name, error)
        };
        let record = VaultEntryRecord { token: &entry.token, owner: &entry.owner, sealed: &entry.sealed };
        self.block.push(&record, Some(entry.key)).map_err(wrong(&self.path))?;
        if self.block.byte_len() >= BLOCK_BYTES {
            self.writer.write_out(&mut self.block).map_err(wrong(&self.path))?;
        }
        Ok(())
    }

    /// Ends the file and makes it durable; none, and no file, when it has no entry.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<Option<Named>, Failure> {
        let name = shown(&self.path);
        let wrong = |error| Failure::container(&name, error);
        if !self.block.is_empty() {
            self.writer.write_out(&mut self.block).map_err(wrong)?;
        }
        let records = self.writer.records();
        let (out, summary) = self.writer.finish().map_err(wrong)?;
        if records == 0 {
            let _ = std::fs::remove_file(&self.path);
            return Ok(None);
        }
        let synced = out.into_inner().map_err(std::io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        synced.map_err(|error| Failure::io(format!("sync {name}"), error))?;
        self.path.parent().map_or(Ok(()), disk::sync_dir)?;
        Ok(Some(Named { file: self.name, digest: summary.digest, records }))
    }
}

/// A segment that is read.
pub struct Segment {
    name: String,
    map: Map,
}

impl Segment {
    /// Maps a segment; header, index and trailer are checked, blocks when they are used.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it is missing or damaged.
    pub fn open(folder: &Path, named: &Named) -> Result<Self, Failure> {
        let path = folder.join(&named.file);
        let name = shown(&path);
        let file = crate::session::open_published(&path).map_err(|_| {
            Failure::new(Exit::DigestMismatch, format!("open the segment {name}: it is missing; restore the newest copy of the vault"))
        })?;
        let map = sandbox::files::map(&file).map_err(|error| Failure::io(format!("map {name}"), error))?;
        let segment = Self { name, map };
        if segment.container()?.records() != named.records {
            return Err(segment.damaged("is not the one that the journal names"));
        }
        Ok(segment)
    }

    /// The container.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it is damaged.
    pub fn container(&self) -> Result<Container<'_>, Failure> {
        let container = Container::open(&self.map).map_err(|_| self.damaged("is damaged"))?;
        container.expect::<VaultEntry>().map_err(|error| Failure::container(&self.name, error))?;
        Ok(container)
    }

    fn damaged(&self, what: &str) -> Failure {
        Failure::new(Exit::DigestMismatch, format!("trust the token vault: {} {what}; restore the newest copy", self.name))
    }

    /// Whether the whole file has this digest.
    #[must_use]
    pub fn is(&self, digest: Digest) -> bool {
        Digest::of(&self.map) == digest
    }

    /// Shows each entry of a block.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when the block is damaged.
    pub fn block(&self, container: &Container<'_>, number: usize, mut each: impl FnMut(VaultEntryRecord<'_>)) -> Result<(), Failure> {
        let mut scratch = Vec::new();
        let block = container.block::<VaultEntry>(number, &mut scratch).map_err(|_| self.damaged("is damaged"))?;
        for record in block.records() {
            each(record.map_err(|_| self.damaged("is damaged"))?);
        }
        Ok(())
    }

    /// Appends the entries of a token to `found`.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when a block is damaged.
    pub fn find(&self, token: &str, found: &mut Vec<Entry>) -> Result<(), Failure> {
        let key = sort_key(token);
        let container = self.container()?;
        let first = first_block(&container, key);
        for number in first..container.block_count() {
            if container.time_range_of_block_ns(number).is_none_or(|(min, _)| min > key) {
                break;
            }
            self.block(&container, number, |entry| {
                if entry.token == token {
                    found.push(Entry::new(entry.token, entry.owner, entry.sealed));
                }
            })?;
        }
        Ok(())
    }
}

/// The first block that may hold a key.
fn first_block(container: &Container<'_>, key: i64) -> usize {
    let (mut low, mut high) = (0, container.block_count());
    while low < high {
        let middle = usize::midpoint(low, high);
        if container.time_range_of_block_ns(middle).is_some_and(|(_, max)| max < key) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The entries of several segments in order, each (token, owner) once.
pub struct Merged<'s> {
    cursors: Vec<Cursor<'s>>,
    heap: std::collections::BinaryHeap<std::cmp::Reverse<(Entry, usize)>>,
}

struct Cursor<'s> {
    segment: &'s Segment,
    container: Container<'s>,
    next_block: usize,
    entries: std::vec::IntoIter<Entry>,
}

impl Cursor<'_> {
    fn next(&mut self) -> Result<Option<Entry>, Failure> {
        loop {
            if let Some(entry) = self.entries.next() {
                return Ok(Some(entry));
            }
            if self.next_block == self.container.block_count() {
                return Ok(None);
            }
            let mut entries = Vec::new();
            self.segment.block(&self.container, self.next_block, |entry| entries.push(Entry::new(entry.token, entry.owner, entry.sealed)))?;
            self.next_block += 1;
            self.entries = entries.into_iter();
        }
    }
}

impl<'s> Merged<'s> {
    /// Begins at the first entry of each.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when a segment is damaged.
    pub fn of(segments: impl IntoIterator<Item = &'s Segment>) -> Result<Self, Failure> {
        let mut merged = Self { cursors: Vec::new(), heap: std::collections::BinaryHeap::new() };
        for segment in segments {
            let number = merged.cursors.len();
            merged.cursors.push(Cursor { segment, container: segment.container()?, next_block: 0, entries: Vec::new().into_iter() });
            merged.advance(number)?;
        }
        Ok(merged)
    }

    fn advance(&mut self, number: usize) -> Result<(), Failure> {
        if let Some(entry) = self.cursors[number].next()? {
            self.heap.push(std::cmp::Reverse((entry, number)));
        }
        Ok(())
    }

    /// The next entry.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when a block is damaged, or out of order.
    pub fn take(&mut self) -> Result<Option<Entry>, Failure> {
        let Some(std::cmp::Reverse((entry, number))) = self.heap.pop() else { return Ok(None) };
        self.advance(number)?;
        while let Some(std::cmp::Reverse((other, number))) = self.heap.peek()
            && other.cmp(&entry) != Ordering::Greater
        {
            if other.cmp(&entry) == Ordering::Less {
                return Err(self.cursors[*number].segment.damaged("is not sorted"));
            }
            let number = *number;
            self.heap.pop();
            self.advance(number)?;
        }
        Ok(Some(entry))
    }
}
