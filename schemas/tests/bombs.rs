//! Bombs (F7): small files that promise much. Each is refused, and all of them together take less than 32 MiB.
//!
//! One test in a process of its own, since it reads the process's peak of memory.

use schemas::container::{Container, ContainerError};
use schemas::ids::Digest;
use schemas::record::{Bundle, BundleFile, Record, write_json_lines};

const MEMORY_BYTES_MAX: u64 = 32 << 20;

/// A block as its index entry describes it, and the payload that is really there.
struct Forged {
    payload: Vec<u8>,
    raw_len: u32,
    records: u32,
    lz4: bool,
    /// How often the index names it.
    times: usize,
}

/// A bundle file with this block under correct checksums, by the layout in `schemas::container`.
fn forge(block: &Forged) -> Vec<u8> {
    let file_id = Digest::of(b"bomb");
    let mut bytes = b"LMQC\r\n\x1a\n".to_vec();
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(Bundle::KIND.number().to_le_bytes());
    bytes.extend(Bundle::VERSION.to_le_bytes());
    bytes.extend(Bundle::schema_id());
    bytes.extend(file_id.0);
    bytes.extend([0, 0, 0, 0, 1, 0, 0, 0]);
    bytes.resize(124, 0);
    bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
    let mut head = [0; 28];
    head[0..4].copy_from_slice(&(block.payload.len() as u32).to_le_bytes());
    head[4..8].copy_from_slice(&block.raw_len.to_le_bytes());
    head[8..12].copy_from_slice(&block.records.to_le_bytes());
    head[12] = u8::from(block.lz4);
    let crc = crc32c::crc32c_append(crc32c::crc32c_append(crc32c::crc32c(&file_id.0), &head), &block.payload);
    bytes.extend(head);
    bytes.extend(crc.to_le_bytes());
    bytes.extend(&block.payload);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let mut entry = 128_u64.to_le_bytes().to_vec();
    entry.extend(&head[0..12]);
    entry.extend([0; 4]);
    entry.extend(i64::MAX.to_le_bytes());
    entry.extend(i64::MIN.to_le_bytes());
    entry.extend(crc.to_le_bytes());
    entry.extend([u8::from(block.lz4), 0, 0, 0]);
    let index = entry.repeat(block.times);
    let mut trailer = (bytes.len() as u64).to_le_bytes().to_vec();
    trailer.extend((block.times as u32).to_le_bytes());
    trailer.extend(crc32c::crc32c(&index).to_le_bytes());
    trailer.extend((u64::from(block.records) * block.times as u64).to_le_bytes());
    trailer.extend(((bytes.len() + index.len() + 128) as u64).to_le_bytes());
    trailer.extend(file_id.0);
    bytes.extend(index);
    trailer.extend(Digest::of(&bytes).0);
    trailer.extend([0; 16]);
    trailer.extend(crc32c::crc32c(&trailer).to_le_bytes());
    trailer.extend([0; 4]);
    trailer.extend(b"LMQE\r\n\x1a\n");
    bytes.extend(trailer);
    bytes
}

fn read(bytes: &[u8]) -> Result<(), ContainerError> {
    write_json_lines(&Container::open(bytes)?, true, &mut std::io::sink())
}

#[test]
fn bombs_are_refused_in_little_memory() {
    let honest = schemas::codec::encode(&BundleFile { path: "a", bytes: b"b" }).unwrap();
    let payload = [&[0][..], &honest].concat();
    let plain = |payload: &[u8]| Forged { payload: payload.to_vec(), raw_len: payload.len() as u32, records: 1, lz4: false, times: 1 };
    assert_eq!(read(&forge(&plain(&payload))), Ok(()), "the forger makes sound files");

    let zeros = |len: usize| lz4_flex::block::compress(&vec![0; len]);
    let kibibyte = vec![0; 1024];
    // A length of 2^40 in 8 bytes, as names, as a path and as a file.
    let length = [253, 0, 0, 0, 0, 0, 1, 0, 0];
    let bombs = [
        ("a block of 1 GiB in 1 KiB", Forged { payload: kibibyte.clone(), raw_len: 1 << 30, records: 1, lz4: true, times: 1 }),
        ("a block of 16 MiB in 1 KiB", Forged { payload: kibibyte, raw_len: 16 << 20, records: 1, lz4: true, times: 1 }),
        ("one block 4,096 times", Forged { payload: zeros(250_000), raw_len: 250_000, records: 1, lz4: true, times: 4_096 }),
        ("less than it says", Forged { payload: zeros(100_000), raw_len: 100_001, records: 1, lz4: true, times: 1 }),
        ("more than it says", Forged { payload: zeros(100_000), raw_len: 99_999, records: 1, lz4: true, times: 1 }),
        ("a million empty names in 4 KiB", {
            let raw = [&[252, 0, 0, 16, 0][..], &vec![0; 1 << 20]].concat();
            Forged { payload: lz4_flex::block::compress(&raw), raw_len: raw.len() as u32, records: 1, lz4: true, times: 1 }
        }),
        ("2^40 names", plain(&length)),
        ("a path of 2^40 bytes", plain(&[&[0][..], &length].concat())),
        ("a file of 2^40 bytes", plain(&[&[0, 1, b'a'][..], &length].concat())),
        ("4 billion records in one", Forged { records: u32::MAX, ..plain(&payload) }),
    ];
    let before = memory_peak_bytes();
    for (name, bomb) in &bombs {
        let bytes = forge(bomb);
        assert!(bytes.len() < 256 << 10);
        assert!(read(&bytes).is_err(), "{name} was read");
    }
    let taken = memory_peak_bytes() - before;
    assert!(taken < MEMORY_BYTES_MAX, "{taken} bytes were taken");
}

/// Hostile lengths in what has no container around it: job, report, secrets.
#[test]
fn hostile_lengths_in_messages_are_refused() {
    use schemas::job::{JobSpec, Secrets};
    use schemas::report::StageReport;
    for length in [[253, 0, 0, 0, 0, 0, 1, 0, 0], [253, 255, 255, 255, 255, 255, 255, 255, 255]] {
        assert!(schemas::codec::decode::<Secrets>(&length).is_err());
        assert!(schemas::codec::decode::<JobSpec>(&length).is_err());
        assert!(schemas::codec::decode::<StageReport>(&[&[0][..], &length].concat()).is_err());
        assert!(schemas::codec::decode::<std::collections::BTreeMap<String, String>>(&length).is_err());
        assert!(schemas::codec::decode::<Vec<u64>>(&length).is_err());
    }
}

fn memory_peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}
