//! The container: whatever the bytes, every read ends in records or an error; what is read twice is the same.

use fuzz::{Target, shape};

use super::repair::repair;
use crate::container::{Container, ContainerError};
use crate::record::{RecordKind, write_json_lines};

const TOKENS: &[&[u8]] = &[
    b"LMQC\r\n\x1a\n",
    b"LMQE\r\n\x1a\n",
    b"\xfb\x05\x00",
    b"\xfc\xff\xff\xff\xff",
    b"\xfd\x00\x00\x00\x00\x00\x00\x00\x10",
    // A literal run and a match of offset 1 in LZ4, then lengths that go on.
    b"\x1f\x00\x01\x00\xff\xff\xff\xff",
    b"\xf0\xff\xff",
];

/// What a reader did: blocks, records, and how it ended.
fn read(bytes: &[u8]) -> (usize, usize, u64, u8) {
    let container = match Container::open(bytes) {
        Ok(container) => container,
        Err(error) => return (0, part(&error), 0, 1),
    };
    let sound = container.verify().is_ok();
    let mut lines = Vec::new();
    let end = match write_json_lines(&container, true, &mut lines) {
        Ok(()) => 0,
        Err(error) => part(&error) + 1,
    };
    if end == 0 {
        // A lexicon may hold any number of records a line, every other kind one.
        assert_eq!(lines.iter().filter(|&&byte| byte == b'\n').count() as u64, container.records());
    }
    assert!((0..container.header().partitions).map(|partition| container.records_of(partition)).sum::<u64>() == container.records());
    (container.block_count(), end, container.records(), 2 + u8::from(sound))
}

fn part(error: &ContainerError) -> usize {
    match error {
        ContainerError::Corrupt { part, .. } => part.len() << 2,
        ContainerError::Schema { what, .. } => what.len() << 2 | 1,
        ContainerError::Limit(what) => what.len() << 2 | 2,
        ContainerError::Io(_) => 3,
    }
}

#[test]
fn container() {
    let mut target = Target::new("container", TOKENS).bytes_max(2_048).executions(6_000).repair(repair);
    for kind in RecordKind::ALL {
        let path = format!("{}/../testdata/golden/{}/v1/records.lmq", env!("CARGO_MANIFEST_DIR"), kind.name());
        target = target.seed(&std::fs::read(path).expect("a golden file of every kind"));
    }
    target.check(|input| {
        let first = read(input);
        assert_eq!(read(input), first, "two reads differ");
        shape(&(first, input.get(12)))
    });
}

mod checks {
    use super::*;

    #[test]
    fn repaired_golden_files_still_read() {
        for kind in RecordKind::ALL {
            let path = format!("{}/../testdata/golden/{}/v1/records.lmq", env!("CARGO_MANIFEST_DIR"), kind.name());
            let sound = std::fs::read(path).unwrap();
            let mut repaired = sound.clone();
            repair(&mut repaired);
            assert!(repaired == sound, "{}: repairing a sound file changed it", kind.name());
            let mut changed = sound.clone();
            // The first byte of the first record, behind the name table.
            let at = 128 + 32 + 1;
            changed[at] ^= 1;
            assert!(Container::open(&changed).is_ok_and(|container| container.verify().is_err()));
            repair(&mut changed);
            assert!(Container::open(&changed).unwrap().verify().is_ok(), "{}: the repair left a wrong checksum", kind.name());
        }
    }
}
