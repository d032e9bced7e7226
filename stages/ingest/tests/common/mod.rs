//! Runs the two steps over sources in memory and shows what came out.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::Write;

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::job::JobSpec;
use schemas::limits::SOURCE_UNIT_BYTES;
use schemas::metric::Counter;
use schemas::record::{Raw, RawFormat, RecordKind, Reject, RejectRecord, Severity, Source, SourceRecord};
use stage_ingest::process;
use stage_runtime::testing::{Harness, Outcome};

/// One record, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) source: u32,
    pub(crate) offset: u64,
    pub(crate) time_ns: Option<i64>,
    pub(crate) severity: Severity,
    pub(crate) json: bool,
    pub(crate) message_path: String,
    pub(crate) text: String,
}

/// What reading gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ingested {
    pub(crate) records: Vec<Found>,
    pub(crate) rejects: Vec<RejectRecord>,
}

impl Ingested {
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.records.iter().map(|record| record.text.as_str()).collect()
    }
    pub(crate) fn reasons(&self) -> Vec<&'static str> {
        self.rejects.iter().map(|reject| reject.reason.name()).collect()
    }
}

/// Surveys sources (bytes and extension).
pub(crate) fn survey(sources: &[(&[u8], &str)], threads: u16) -> Vec<u8> {
    let mut harness = Harness::new("ingest.survey").job(|job| job.threads = threads).output("source", RecordKind::Source);
    for (bytes, extension) in sources {
        harness = harness.source(bytes, extension);
    }
    let mut outcome = harness.run(process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    outcome.outputs.remove("source").unwrap()
}

pub(crate) fn survey_records(bytes: &[u8]) -> Vec<SourceRecord> {
    let container = Container::open(bytes).unwrap();
    let mut scratch = Vec::new();
    let mut found = Vec::new();
    for number in 0..container.block_count() {
        found.extend(container.block::<Source>(number, &mut scratch).unwrap().records().map(Result::unwrap));
    }
    found
}

/// Reads one shard: ranges in units.
pub(crate) fn read_shard(sources: &[(&[u8], &str)], survey: &[u8], ranges: &[std::ops::Range<u64>], change: impl FnOnce(&mut JobSpec)) -> Outcome {
    let mut harness = Harness::new("ingest.read")
        .job(change)
        .input("source", survey.to_vec())
        .output("raw", RecordKind::Raw)
        .output("reject_read", RecordKind::Reject);
    for ((bytes, extension), range) in sources.iter().zip(ranges) {
        harness = harness.source_range(bytes, extension, range.start * SOURCE_UNIT_BYTES..range.end * SOURCE_UNIT_BYTES);
    }
    harness.run(process)
}

/// The outputs of a finished read; checks that the counters add up.
pub(crate) fn ingested(outcome: &Outcome) -> Ingested {
    let report = &outcome.report;
    assert_eq!(report.exit, Exit::Done, "{}", report.error);
    let mut found = Ingested::default();
    let mut scratch = Vec::new();
    let raw = Container::open(&outcome.outputs["raw"]).unwrap();
    for number in 0..raw.block_count() {
        for record in raw.block::<Raw>(number, &mut scratch).unwrap().records() {
            let record = record.unwrap();
            found.records.push(Found {
                source: record.at.source,
                offset: record.at.offset,
                time_ns: record.time_ns,
                severity: record.severity,
                json: record.format == RawFormat::Json,
                message_path: record.message_path.to_owned(),
                text: record.text.reveal().to_owned(),
            });
        }
    }
    let rejects = Container::open(&outcome.outputs["reject_read"]).unwrap();
    for number in 0..rejects.block_count() {
        found.rejects.extend(rejects.block::<Reject>(number, &mut scratch).unwrap().records().map(Result::unwrap));
    }
    assert_eq!(report.get(Counter::RecordsOut), found.records.len() as u64);
    assert_eq!(report.get(Counter::RecordsQuarantined), found.rejects.len() as u64);
    assert_eq!(report.get(Counter::RecordsIn), (found.records.len() + found.rejects.len()) as u64);
    assert_eq!(report.rejects.values().sum::<u64>(), found.rejects.len() as u64);
    let places: Vec<_> = found.records.iter().map(|record| (record.source, record.offset)).collect();
    assert!(places.is_sorted_by(|a, b| a < b), "records are in the order of their places");
    assert!(found.rejects.is_sorted_by(|a, b| a.at < b.at), "rejects are in the order of their places");
    found
}

/// Surveys and reads sources whole.
pub(crate) fn ingest_all(sources: &[(&[u8], &str)]) -> Ingested {
    ingest_shards(sources, 1)
}

/// Surveys and reads sources with a number of shards, each source divided evenly in units.
pub(crate) fn ingest_shards(sources: &[(&[u8], &str)], shards: u64) -> Ingested {
    let surveyed = survey(sources, 2);
    let mut all = Ingested::default();
    for shard in 0..shards {
        let ranges: Vec<_> = sources
            .iter()
            .map(|(bytes, _)| {
                let units = (bytes.len() as u64).div_ceil(SOURCE_UNIT_BYTES).max(1);
                units * shard / shards..units * (shard + 1) / shards
            })
            .collect();
        let part = ingested(&read_shard(sources, &surveyed, &ranges, |job| (job.shard, job.shards) = (shard as u32, shards as u32)));
        all.records.extend(part.records);
        all.rejects.extend(part.rejects);
    }
    all.records.sort_by_key(|record| (record.source, record.offset));
    all.rejects.sort_by_key(|reject| reject.at);
    all
}

/// Surveys and reads one source.
pub(crate) fn ingest(bytes: &[u8], extension: &str) -> Ingested {
    ingest_all(&[(bytes, extension)])
}

/// One gzip member.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One Zstandard frame.
pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}
