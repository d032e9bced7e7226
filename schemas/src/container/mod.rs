//! The container file: the one format in which steps hand records to each other.
//!
//! ```text
//! header   128 bytes   at 0
//! blocks               each at a multiple of 8; 32-byte block header, payload, zero padding to 8
//! index                48 bytes a block, at a multiple of 8
//! trailer  128 bytes   the last bytes of the file
//! ```
//! All integers are little endian.
//!
//! ```text
//! header          block header                 index entry           trailer
//!   0  8 magic      0 4 stored length            0 8 offset            0 8 index offset
//!   8  2 major      4 4 raw length               8 4 stored length     8 4 blocks
//!  10  2 minor      8 4 records                 12 4 raw length       12 4 crc32c of the index
//!  12  2 kind      12 1 codec (0 none, 1 lz4)   16 4 records          16 8 records
//!  14  2 version   13 3 zero                    20 4 partition        24 8 file length
//!  16 16 schema id 16 4 partition               24 8 least time       32 32 file id
//!  32 32 file id   20 4 sequence (from 0)       32 8 greatest time    64 32 BLAKE3 of all bytes before the trailer
//!  64  4 flags (0) 24 4 zero                    40 4 block crc32c     96 16 zero
//!  68  4 partitions 28 4 crc32c of file id,     44 1 codec           112 4 crc32c of trailer bytes 0..112
//!  72 52 zero          bytes 0..28, payload     45 3 zero            116 4 zero
//! 124  4 crc32c of                                                   120 8 end magic
//!        bytes 0..124
//! ```
//! A payload is a name table (bincode `Vec<&str>`: the strings its records refer to by number) and then the records, one after
//! the other, bincode by [`crate::codec`]. The file id is derived from content (step, policy and input digests), never from time
//! or chance, so a replay writes the same bytes. A file without its trailer does not exist. Times are UTC nanoseconds;
//! `i64::MAX`/`i64::MIN` mean that no record of the block has one.
//!
//! Every byte is covered: header by its crc, blocks by theirs (file id included, so a block spliced in from another file fails),
//! padding must be zero, index and trailer by theirs. [`Container::verify`] also checks the digest, for trust boundaries.

mod layout;
mod reader;
mod writer;

pub use layout::{Codec, ContainerError, Header, NO_TIME_MAX, NO_TIME_MIN};
pub use reader::{Block, Container, RecordIter};
pub use writer::{BlockBuilder, ContainerWriter, Summary};

#[cfg(test)]
mod tests;
