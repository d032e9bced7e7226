//! How fast containers are written and read, over the records of real container files.
//!
//! `cargo xtask bench container` runs it, built for release, on the files of a pipeline run. For each file: encoding alone (bincode into a reused
//! buffer), writing (encode, checksums, digest) with each codec, decoding alone, reading (checksums, borrowed decode) with each codec, and reading
//! with the digest; crc32c and BLAKE3 alone over the same bytes. All times are CPU time of the one thread, the best of several rounds, so that
//! a busy machine changes them little. Prints one JSON object a file.

use std::hint::black_box;
use std::io::Write;

use schemas::codec;
use schemas::container::{BlockBuilder, Codec, Container, ContainerWriter};
use schemas::ids::Digest;
use schemas::record::*;

/// Rounds; the best one counts.
const ROUNDS: usize = 15;

fn main() {
    for file in std::env::args_os().skip(1) {
        let bytes = std::fs::read(&file).expect("a file to read");
        let container = Container::open(&bytes).expect("a container");
        if container.records() == 0 {
            continue;
        }
        let row = measure_any(&container);
        writeln!(std::io::stdout(), "{row}").expect("standard output");
    }
}

macro_rules! dispatch {
    ($container:expr, $($kind:ident)*) => {
        match $container.header().kind {
            $(RecordKind::$kind => measure::<$kind>($container),)*
        }
    };
}

fn measure_any(container: &Container<'_>) -> serde_json::Value {
    dispatch!(container, Source Raw Reject Lexicon Clean Skeleton Template EventType Event Journey Variant Edge Activity Anomaly Finding Contribution Release Bundle JourneyScore KnownTemplate KnownScenario Verdict Sighting Assessed KnownFinding KnownSubject Attribute EventValues JourneySteps Sequence RareShape OpenJourney EventCause AnomalyGroup TemplateRate EventAnomaly KnownKey PastNumber VaultEntry TokenLink TestFile Tested ShapePlace TemplatePlace BodyField)
}

/// A block's names and records, borrowed from the file.
struct BlockContent<'a, R: Record> {
    names: Vec<&'a str>,
    records: Vec<R::View<'a>>,
}

fn measure<R: Record>(container: &Container<'_>) -> serde_json::Value {
    let mut scratches: Vec<Vec<u8>> = (0..container.block_count()).map(|_| Vec::new()).collect();
    let sources: Vec<BlockContent<'_, R>> = scratches
        .iter_mut()
        .enumerate()
        .map(|(number, scratch)| {
            let block = container.block::<R>(number, scratch).expect("a sound block");
            BlockContent { names: block.names().to_vec(), records: block.records().collect::<Result<_, _>>().expect("sound records") }
        })
        .collect();
    let records: u64 = sources.iter().map(|source| source.records.len() as u64).sum();
    let plain = write(&sources, Codec::None);
    let packed = write(&sources, Codec::Lz4);
    let mut encoded = Vec::new();
    let encode = best(|| encode_all(&sources, &mut encoded));
    let raw_bytes = encoded.len() as u64;
    let mega = |bytes: u64, seconds: f64| bytes as f64 / 1e6 / seconds;
    let million = |seconds: f64| records as f64 / 1e6 / seconds;
    serde_json::json!({
        "kind": R::KIND.name(),
        "records": records,
        "raw_bytes": raw_bytes,
        "stored_bytes_none": plain.len(),
        "stored_bytes_lz4": packed.len(),
        "encode_mb_s": mega(raw_bytes, encode),
        "write_none_mb_s": mega(raw_bytes, best(|| write(&sources, Codec::None))),
        "write_lz4_mb_s": mega(raw_bytes, best(|| write(&sources, Codec::Lz4))),
        "decode_mrec_s": million(best(|| decode_all::<R>(&encoded))),
        "read_none_mrec_s": million(best(|| read::<R>(&plain, false))),
        "read_lz4_mrec_s": million(best(|| read::<R>(&packed, false))),
        "read_none_verified_mrec_s": million(best(|| read::<R>(&plain, true))),
        "read_none_mb_s": mega(raw_bytes, best(|| read::<R>(&plain, false))),
        "crc32c_mb_s": mega(raw_bytes, best(|| crc32c::crc32c(&encoded))),
        "blake3_mb_s": mega(raw_bytes, best(|| blake3::hash(&encoded))),
    })
}

fn encode_all<R: Record>(sources: &[BlockContent<'_, R>], out: &mut Vec<u8>) {
    out.clear();
    for record in sources.iter().flat_map(|source| &source.records) {
        codec::encode_into(record, out).expect("records within the limit");
    }
}

/// Only the time range is left out: it is two comparisons a record.
fn write<R: Record>(sources: &[BlockContent<'_, R>], codec: Codec) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, R>::new(Vec::with_capacity(1 << 20), Digest::of(b"speed"), 1).expect("one partition");
    let mut block = BlockBuilder::<R>::new(0).with_codec(codec);
    for source in sources {
        for name in &source.names {
            block.intern(name);
        }
        for record in &source.records {
            block.push(record, None).expect("records within the limit");
        }
        writer.write_out(&mut block).expect("memory does not fail");
    }
    writer.finish().expect("memory does not fail").0
}

fn decode_all<R: Record>(bytes: &[u8]) -> u64 {
    let (mut count, mut cursor) = (0, codec::Cursor::new(bytes));
    while !cursor.is_at_end() {
        black_box(&R::read(&mut cursor).expect("what was encoded"));
        count += 1;
    }
    count
}

fn read<R: Record>(bytes: &[u8], verify: bool) -> u64 {
    let container = Container::open(bytes).expect("what was written");
    if verify {
        container.verify().expect("what was written");
    }
    let (mut count, mut scratch) = (0, Vec::new());
    for number in 0..container.block_count() {
        for record in container.block::<R>(number, &mut scratch).expect("what was written").records() {
            black_box(&record.expect("what was written"));
            count += 1;
        }
    }
    count
}

/// CPU time of the quickest of several rounds, seconds.
fn best<T>(mut work: impl FnMut() -> T) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let before = cpu_s();
            black_box(work());
            cpu_s() - before
        })
        .fold(f64::INFINITY, f64::min)
        .max(1e-9)
}

fn cpu_s() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
