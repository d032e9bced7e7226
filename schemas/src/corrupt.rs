//! Corruption of containers of every kind and codec, and of what has no checksum by design. `cargo xtask corrupt` runs more cases.
//!
//! Containers are read without the digest of the whole file: the checksums of header, blocks, index and trailer must do alone.

use fuzz::corrupt::{Subject, campaign};
use fuzz::shape;

use crate::container::{BlockBuilder, Codec, Container, ContainerWriter};
use crate::fuzz::{message, repair::repair};
use crate::ids::Digest;
use crate::job::JobSpec;
use crate::record::*;
use crate::report::StageReport;

fn golden<R: Record>() -> Vec<u8> {
    let path = format!("{}/../testdata/golden/{}/v{}/records.lmq", env!("CARGO_MANIFEST_DIR"), R::KIND.name(), R::VERSION);
    std::fs::read(path).expect("a golden file of every kind")
}

/// A file of three blocks in two partitions, made of the golden record.
fn file<R: Record>(codec: Codec, id: &[u8], records: [usize; 3]) -> Vec<u8> {
    let golden = golden::<R>();
    let container = Container::open(&golden).expect("golden files open");
    let mut scratch = Vec::new();
    let source = container.block::<R>(0, &mut scratch).expect("golden files are sound");
    let mut writer = ContainerWriter::<_, R>::new(Vec::new(), Digest::of(id), 2).expect("two partitions");
    for (number, count) in records.into_iter().enumerate() {
        let mut block = BlockBuilder::<R>::new(number as u32 % 2).with_codec(codec);
        for name in source.names() {
            block.intern(name);
        }
        for at in 0..count {
            let record = source.records().next().expect("a record").expect("golden files are sound");
            block.push(&record, Some(at as i64)).expect("small");
        }
        writer.write(block).expect("small");
    }
    writer.finish().expect("memory does not fail").0
}

/// Everything a step can read.
fn read(bytes: &[u8]) -> Option<u64> {
    let container = Container::open(bytes).ok()?;
    let mut lines = Vec::new();
    write_json_lines(&container, true, &mut lines).ok()?;
    let header = container.header();
    let partitions: Vec<u64> = (0..header.partitions).map(|partition| container.records_of(partition)).collect();
    Some(shape(&(lines, partitions, container.time_range_ns(), header.version, header.schema_id, header.file_id)))
}

fn container<R: Record>(codec: Codec) -> Subject<'static> {
    let sound = file::<R>(codec, b"sound", [3, 9, 5]);
    let siblings = vec![file::<R>(codec, b"sibling", [3, 9, 5]), file::<R>(codec, b"another", [9, 2, 4])];
    let number = |at: usize, width: usize| sound[at..at + width].iter().rev().fold(0, |value, &byte| value << 8 | usize::from(byte));
    let trailer = sound.len() - 128;
    let first = number(trailer, 8);
    let index: Vec<_> = (0..number(trailer + 8, 4)).map(|block| first + 48 * block..first + 48 * (block + 1)).collect();
    let starts: Vec<usize> = index.iter().map(|entry| number(entry.start, 8)).chain([first]).collect();
    let blocks = starts.windows(2).map(|pair| pair[0]..pair[1]);
    let fields = |at: usize, fields: &[(usize, usize)]| fields.iter().map(|&(offset, width)| at + offset..at + offset + width).collect::<Vec<_>>();
    let mut lengths = fields(trailer, &[(0, 8), (8, 4), (16, 8), (24, 8)]);
    lengths.extend(index.iter().flat_map(|entry| fields(entry.start, &[(0, 8), (8, 4), (12, 4), (16, 4)])));
    lengths.extend(starts.iter().take(index.len()).flat_map(|&block| fields(block, &[(0, 4), (4, 4), (8, 4), (20, 4)])));
    let name = if codec == Codec::Lz4 { "lz4" } else { "none" };
    Subject {
        kind: format!("container {} {name}", R::KIND.name()),
        parts: blocks.chain(index.iter().cloned()).collect(),
        sound,
        siblings,
        lengths,
        index,
        repair: Some(repair),
        unprotected: false,
        read: Box::new(read),
    }
}

macro_rules! of_every_kind {
    ($($kind:ident)*) => { vec![$(container::<$kind>(Codec::None), container::<$kind>(Codec::Lz4),)*] };
}

#[test]
fn containers() {
    let subjects = of_every_kind!(
        Source Raw Reject Lexicon Clean Skeleton Template EventType Event Journey Variant Edge Activity Anomaly Finding Contribution Release Bundle JourneyScore KnownTemplate KnownScenario Verdict Sighting Assessed KnownFinding KnownSubject Attribute EventValues JourneySteps Sequence RareShape OpenJourney EventCause AnomalyGroup TemplateRate EventAnomaly KnownKey PastNumber VaultEntry TokenLink TestFile Tested ShapePlace TemplatePlace BodyField
    );
    assert_eq!(subjects.len(), 2 * RecordKind::ALL.len());
    campaign(subjects);
}

/// Sealed memory between two processes has no checksum: other values may come out, a panic may not.
#[test]
fn messages() {
    let subject = |kind: &str, sound: Vec<u8>, read: fn(&[u8]) -> Option<u64>| Subject {
        unprotected: true,
        ..Subject::of_lines(kind, sound, Vec::new(), read)
    };
    let job = crate::codec::encode(&message::job_sample()).expect("small");
    let report = crate::codec::encode(&message::report_sample()).expect("small");
    campaign(vec![
        subject("job", job, |bytes| Some(shape(&crate::codec::encode(&crate::codec::decode::<JobSpec>(bytes).ok()?).ok()?))),
        subject("report", report, |bytes| Some(shape(&crate::codec::encode(&crate::codec::decode::<StageReport>(bytes).ok()?).ok()?))),
    ]);
}
