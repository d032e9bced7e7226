//! Job, report and secrets: sealed memory between runner and stage, so they carry no checksum; a stage or runner that is handed other bytes must
//! refuse or read them without a panic, in bounded memory.

use std::collections::BTreeMap;

use fuzz::{Target, shape};

use super::assert_round_trip;
use crate::container::Summary;
use crate::exit::Exit;
use crate::ids::Digest;
use crate::job::{InputFile, JobSpec, OutputFile, ScratchFile, Secret, Secrets, SourceFile};
use crate::metric::Counter;
use crate::policy::Policy;
use crate::record::{RecordKind, RejectReason};
use crate::report::{OutputReport, StageReport};

const TOKENS: &[&[u8]] = &[b"\xfb\x05\x00", b"\xfc\xff\xff\xff\xff", b"\xfd\x00\x00\x00\x00\x00\x00\x00\x10", b"\xfe", b"\xff", b"ingest.read"];

pub(crate) fn job_sample() -> JobSpec {
    JobSpec {
        step: "mine.skeleton".to_owned(),
        logical_day: 20_000,
        shard: 1,
        shards: 2,
        partition: 0,
        partitions: 8,
        threads: 2,
        policy: Policy::default(),
        sources: vec![SourceFile { source: 0, fd: 6, bytes: 9, range_start: 0, range_end: 1 << 20, extension: "jsonl".to_owned() }],
        inputs: vec![InputFile { name: "clean".to_owned(), kind: RecordKind::Clean, fd: 7, bytes: 900 }],
        outputs: vec![OutputFile { name: "out".to_owned(), kind: RecordKind::Skeleton, fd: 8, file_id: Digest::of(b"x"), partitions: 1 }],
        scratch: vec![ScratchFile { fd: 9 }],
        parameters: BTreeMap::from([("rho".to_owned(), "1".to_owned())]),
        evaluation: false,
    }
}

pub(crate) fn report_sample() -> StageReport {
    let mut report = StageReport { error: "failed".to_owned(), ..StageReport::default() };
    report.exit = Exit::CorruptInput;
    report.add(Counter::ALL[0], 7);
    report.reject(RejectReason::TooLong, 3);
    report.facts.insert("scale".to_owned(), "1/2".to_owned());
    report.outputs.push(OutputReport { name: "raw".to_owned(), summary: Summary { records: 1, bytes: 2, digest: Digest::of(b"y") } });
    report
}

/// How far a decoder came, in steps of 8 bytes: every single length would flood the pool with inputs that differ in nothing else.
fn places((used, length): (Option<usize>, usize)) -> (Option<usize>, usize) {
    (used.map(|used| used / 8), length / 8)
}

#[test]
fn job() {
    let seed = crate::codec::encode(&job_sample()).unwrap();
    Target::new("job", TOKENS).seed(&seed).bytes_max(640).check(|input| shape(&places(assert_round_trip!(JobSpec, input))));
}

#[test]
fn report() {
    let seed = crate::codec::encode(&report_sample()).unwrap();
    Target::new("report", TOKENS).seed(&seed).check(|input| shape(&places(assert_round_trip!(StageReport, input))));
}

#[test]
fn secrets() {
    let seed = crate::codec::encode(&Secrets(vec![Secret { role: "token".to_owned(), bytes: vec![7; 32] }])).unwrap();
    Target::new("secrets", TOKENS).seed(&seed).check(|input| shape(&places(assert_round_trip!(Secrets, input))));
}
