use proptest::prelude::*;

use super::*;
use crate::ids::{Digest, RecordRef};
use crate::record::{Bundle, BundleFile, Reject, RejectReason, RejectRecord};

fn sample(codec: Codec) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, Reject>::new(Vec::new(), Digest::of(b"sample"), 2).unwrap();
    for partition in [0, 1, 0] {
        let mut block = BlockBuilder::<Reject>::new(partition).with_codec(codec);
        block.intern("name");
        for offset in 0..7 {
            let record = RejectRecord { at: RecordRef { source: partition, offset }, bytes: 3, reason: RejectReason::Binary };
            block.push(&record, Some(offset.cast_signed())).unwrap();
        }
        writer.write(block).unwrap();
    }
    writer.finish().unwrap().0
}

/// Reads everything there is; the number of records, or the first error.
fn read_all(bytes: &[u8]) -> Result<u64, ContainerError> {
    let container = Container::open(bytes)?;
    let mut records = 0;
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Reject>(number, &mut scratch)?.records() {
            record?;
            records += 1;
        }
    }
    Ok(records)
}

/// A step that writes more than a block may hold has a bug (70); its input is not corrupt (20).
#[test]
fn what_is_written_over_a_limit_is_a_bug_of_the_writer() {
    let bytes = vec![0; crate::limits::BLOCK_RAW_BYTES_MAX as usize + 1];
    let mut block = BlockBuilder::<Bundle>::new(0);
    block.push(&BundleFile { path: "a", bytes: &bytes }, None).unwrap();
    let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(b"sample"), 1).unwrap();
    let error = writer.write(block).unwrap_err();
    assert_eq!((&error, error.exit()), (&ContainerError::Limit("a block"), crate::exit::Exit::Internal));
}

#[test]
fn blocks_without_names_are_appended_to_each_other() {
    let block = |offsets: std::ops::Range<u64>| {
        let mut block = BlockBuilder::<Reject>::new(1);
        for offset in offsets {
            let record = RejectRecord { at: RecordRef { source: 0, offset }, bytes: 3, reason: RejectReason::Binary };
            block.push(&record, Some(offset.cast_signed())).unwrap();
        }
        block
    };
    let written = |block: BlockBuilder<Reject>| {
        let mut writer = ContainerWriter::<_, Reject>::new(Vec::new(), Digest::of(b"sample"), 2).unwrap();
        writer.write(block).unwrap();
        writer.finish().unwrap().0
    };
    let mut joined = block(0..5);
    joined.append(&block(5..9)).unwrap();
    assert_eq!(written(joined), written(block(0..9)));
    let mut named = block(0..1);
    named.intern("name");
    assert!(block(0..1).append(&named).is_err() && named.append(&block(0..1)).is_err());
}

#[test]
fn round_trip_keeps_records_partitions_and_times() {
    for codec in [Codec::None, Codec::Lz4] {
        let bytes = sample(codec);
        assert_eq!(read_all(&bytes), Ok(21));
        let container = Container::open(&bytes).unwrap();
        container.verify().unwrap();
        assert_eq!(container.blocks_of(1).collect::<Vec<_>>(), [1]);
        assert_eq!(container.records_of(0), 14);
        assert_eq!(container.time_range_ns(), Some((0, 6)));
        assert_eq!(container.block::<Reject>(0, &mut Vec::new()).unwrap().name(0), Some("name"));
    }
}

#[test]
fn same_records_give_the_same_bytes() {
    assert_eq!(sample(Codec::Lz4), sample(Codec::Lz4));
}

#[test]
fn every_flipped_bit_is_noticed() {
    for codec in [Codec::None, Codec::Lz4] {
        let mut bytes = sample(codec);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                assert!(read_all(&bytes).is_err(), "bit {bit} of byte {at} was flipped silently");
                bytes[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn every_cut_and_every_addition_is_noticed() {
    for codec in [Codec::None, Codec::Lz4] {
        let bytes = sample(codec);
        for len in 0..bytes.len() {
            assert!(read_all(&bytes[..len]).is_err(), "cut at {len} was silent");
        }
        for extra in 1..200 {
            let mut longer = bytes.clone();
            longer.resize(bytes.len() + extra, 0);
            assert!(read_all(&longer).is_err());
        }
    }
}

#[test]
fn a_block_of_another_file_is_noticed() {
    let bytes = sample(Codec::None);
    let mut writer = ContainerWriter::<_, Reject>::new(Vec::new(), Digest::of(b"other"), 2).unwrap();
    let container = Container::open(&bytes).unwrap();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        let block = container.block::<Reject>(number, &mut scratch).unwrap();
        let mut copy = BlockBuilder::new(block.partition());
        copy.intern("name");
        for record in block.records() {
            let record = record.unwrap();
            copy.push(&record, Some(record.at.offset.cast_signed())).unwrap();
        }
        writer.write(copy).unwrap();
    }
    let (other, _) = writer.finish().unwrap();
    assert_eq!(other.len(), bytes.len());
    let mut spliced = bytes.clone();
    spliced[128..300].copy_from_slice(&other[128..300]);
    assert!(read_all(&spliced).is_err());
}

#[test]
fn another_kind_is_a_schema_error() {
    let bytes = sample(Codec::None);
    let container = Container::open(&bytes).unwrap();
    assert!(matches!(container.block::<Bundle>(0, &mut Vec::new()).err(), Some(ContainerError::Schema { .. })));
}

#[test]
fn a_later_major_version_is_a_schema_error() {
    let mut bytes = sample(Codec::None);
    bytes[8] = 2;
    let crc = crc32c::crc32c(&bytes[..124]);
    bytes[124..128].copy_from_slice(&crc.to_le_bytes());
    assert!(matches!(Container::open(&bytes).err(), Some(ContainerError::Schema { what: "the major format version", found: 2, expected: 1 })));
}

#[test]
fn an_empty_file_has_no_records() {
    let (bytes, summary) = ContainerWriter::<_, Reject>::new(Vec::new(), Digest::of(b""), 1).unwrap().finish().unwrap();
    assert_eq!((summary.records, read_all(&bytes)), (0, Ok(0)));
}

#[test]
fn hostile_lengths_inside_a_valid_block_do_not_allocate() {
    // A payload that claims 2^60 names, then one that claims a 2^60-byte file, under correct checksums.
    for payload in [&[253, 0, 0, 0, 0, 0, 0, 0, 16][..], &[0, 1, b'a', 253, 0, 0, 0, 0, 0, 0, 0, 16]] {
        let bytes = with_payload(payload, payload.len() as u32, Codec::None);
        let container = Container::open(&bytes).unwrap();
        let mut scratch = Vec::new();
        let failed = match container.block::<Bundle>(0, &mut scratch) {
            Err(_) => true,
            Ok(block) => block.records().any(|record| record.is_err()),
        };
        assert!(failed);
    }
}

#[test]
fn a_compressed_block_may_not_claim_more_than_its_ratio() {
    let bytes = with_payload(&[0; 16], 16 << 20, Codec::Lz4);
    assert!(Container::open(&bytes).is_err());
}

/// A bundle file with one block of chosen payload under correct checksums.
fn with_payload(payload: &[u8], raw_len: u32, codec: Codec) -> Vec<u8> {
    use super::layout::{IndexEntry, TRAILER_LEN, block_crc, padding};
    let mut block = BlockBuilder::<Bundle>::new(0);
    block.push(&BundleFile { path: "a", bytes: b"b" }, None).unwrap();
    let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(b"x"), 1).unwrap();
    writer.write(block).unwrap();
    let template = writer.finish().unwrap().0;
    let file_id = Digest::of(b"x");
    let mut bytes = template[..128].to_vec();
    let mut entry = IndexEntry {
        offset: 128,
        stored_len: payload.len() as u32,
        raw_len,
        records: 1,
        partition: 0,
        time_min_ns: NO_TIME_MIN,
        time_max_ns: NO_TIME_MAX,
        crc: 0,
        codec,
    };
    let head = entry.block_header(0);
    entry.crc = block_crc(&file_id, &head, payload);
    bytes.extend(head);
    bytes.extend(entry.crc.to_le_bytes());
    bytes.extend(payload);
    bytes.extend(&[0; 8][..padding(payload.len() as u64)]);
    let index = entry.to_bytes();
    let mut trailer = [0; TRAILER_LEN];
    trailer[0..8].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
    trailer[8] = 1;
    trailer[12..16].copy_from_slice(&crc32c::crc32c(&index).to_le_bytes());
    trailer[16] = 1;
    trailer[24..32].copy_from_slice(&((bytes.len() + index.len() + TRAILER_LEN) as u64).to_le_bytes());
    trailer[32..64].copy_from_slice(&file_id.0);
    let crc = crc32c::crc32c(&trailer[..112]);
    trailer[112..116].copy_from_slice(&crc.to_le_bytes());
    trailer[120..].copy_from_slice(b"LMQE\r\n\x1a\n");
    bytes.extend(index);
    bytes.extend(trailer);
    bytes
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read_all(&bytes);
    }

    #[test]
    fn a_corrupted_payload_never_panics(payload in proptest::collection::vec(any::<u8>(), 1..200), lz4 in any::<bool>(), raw in 1_u32..2000) {
        let codec = if lz4 { Codec::Lz4 } else { Codec::None };
        let raw_len = if lz4 { raw } else { payload.len() as u32 };
        let bytes = with_payload(&payload, raw_len, codec);
        if let Ok(container) = Container::open(&bytes) {
            let mut scratch = Vec::new();
            if let Ok(block) = container.block::<Bundle>(0, &mut scratch) {
                let _ = block.records().count();
            }
        }
    }
}
