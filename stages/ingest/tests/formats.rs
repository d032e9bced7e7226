//! Every format, plain and compressed, with any number of shards and threads.

mod common;

use common::{gzip, ingest, ingest_all, ingest_shards, ingested, read_shard, survey, survey_records, zstd};
use schemas::exit::Exit;
use schemas::limits::SOURCE_UNIT_BYTES;
use schemas::metric::Counter;
use schemas::record::{Compression, Severity, SourceFormat};

const TIME: i64 = 1_732_090_523_000_000_000;

/// A sample of each format: bytes, extension, texts of its records.
fn samples() -> Vec<(Vec<u8>, &'static str, Vec<&'static str>)> {
    vec![
        (
            b"{\"message\":\"a\",\"ts\":1732090523}\n\n{\"message\":\"b\"}\n".to_vec(),
            "jsonl",
            vec![r#"{"message":"a","ts":1732090523}"#, r#"{"message":"b"}"#],
        ),
        (b"[{\"message\": \"a\"},\n {\"message\":\"b\"}]\n".to_vec(), "json", vec![r#"{"message": "a"}"#, r#"{"message":"b"}"#]),
        (
            b"ts,message\n1732090523,\"a, \"\"x\"\"\"\n,b\n".to_vec(),
            "csv",
            vec![r#"{"ts":"1732090523","message":"a, \"x\""}"#, r#"{"ts":"","message":"b"}"#],
        ),
        (
            b"ts=1732090523 level=info msg=\"a b\"\nts=2 level=warn msg=c\n".to_vec(),
            "log",
            vec![r#"{"ts":"1732090523","level":"info","msg":"a b"}"#, r#"{"ts":"2","level":"warn","msg":"c"}"#],
        ),
        (
            b"2024-11-20 08:15:23 ERROR a\njava.lang.E: b\n\tat c\n2024-11-20 08:15:24 INFO d\n2024-11-20 08:15:25 INFO e\n".to_vec(),
            "log",
            vec!["2024-11-20 08:15:23 ERROR a\njava.lang.E: b\n\tat c", "2024-11-20 08:15:24 INFO d", "2024-11-20 08:15:25 INFO e"],
        ),
    ]
}

#[test]
fn every_format_plain_and_compressed() {
    for (bytes, extension, expected) in samples() {
        let plain = ingest(&bytes, extension);
        assert_eq!(plain.texts(), expected);
        assert_eq!(plain.records[0].time_ns, if extension == "json" { None } else { Some(TIME) });
        for packed in [gzip(&bytes), zstd(&bytes)] {
            assert_eq!(ingest(&packed, extension), plain);
        }
    }
}

#[test]
fn what_the_records_say() {
    let found = ingest(&samples()[3].0, "log");
    assert_eq!((found.records[0].severity, found.records[0].message_path.as_str()), (Severity::Info, "msg"));
    let found = ingest(&samples()[4].0, "log");
    assert_eq!((found.records[0].severity, found.records[0].message_path.as_str()), (Severity::Error, ""));
}

/// Several units of each format divided by lines, with records of all lengths across the borders of units.
fn large() -> Vec<(Vec<u8>, &'static str)> {
    let length = |index: usize| index * 7919 % 3_000;
    let json: Vec<u8> = (0..1_600).flat_map(|index| format!("{{\"message\":\"m{index} {}\"}}\n", "x".repeat(length(index))).into_bytes()).collect();
    let text: Vec<u8> = (0..1_600)
        .flat_map(|index| {
            let trace = "\tat x.y(Z.java:1)\n".repeat(length(index) / 40);
            format!("2024-11-20 08:15:23,{:03} WARN [t{index}] {}\njava.lang.E: b\n{trace}\n", index % 1000, "y".repeat(length(index) / 2))
                .into_bytes()
        })
        .collect();
    let indented: Vec<u8> = (0..1_600).flat_map(|index| format!("event {index}\n  detail {}\n", "z".repeat(length(index))).into_bytes()).collect();
    let giant = [b"{\"message\":\"a\"}\n".as_slice(), b"{\"message\":\"", &vec![b'x'; 3 << 20], b"\"}\n{\"message\":\"b\"}\n"].concat();
    let pairs: Vec<u8> = (0..20_000)
        .flat_map(|index| format!("ts=1732090523 level=info n={index} msg=\"{}\"\n", "k".repeat(length(index) / 20)).into_bytes())
        .collect();
    let exact = [vec![b'a'; SOURCE_UNIT_BYTES as usize / 2 - 1], b"\n".to_vec()].concat().repeat(5);
    vec![(json, "jsonl"), (text, "log"), (indented, "log"), (giant, "jsonl"), (pairs, "log"), (exact, "txt")]
}

#[test]
fn any_number_of_shards_gives_the_same_records() {
    for (bytes, extension) in large() {
        assert!(bytes.len() > 2 << 20);
        let one = ingest_shards(&[(&bytes, extension)], 1);
        assert!(one.records.len() > 1);
        for shards in [3, 7] {
            assert!(ingest_shards(&[(&bytes, extension)], shards) == one, "{extension} of {} bytes in {shards} shards", bytes.len());
        }
        for packed in [gzip(&bytes), zstd(&bytes)] {
            assert!(ingest_shards(&[(&packed, extension)], 3) == one, "{extension} of {} bytes, compressed", bytes.len());
        }
    }
}

#[test]
fn several_sources_keep_their_order_over_shards() {
    let large = large();
    let sources: Vec<(&[u8], &str)> = large.iter().map(|(bytes, extension)| (bytes.as_slice(), *extension)).collect();
    let one = ingest_shards(&sources, 1);
    assert!(ingest_shards(&sources, 3) == one);
    assert!(ingest_shards(&sources, 7) == one);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let large = large();
    let sources: Vec<(&[u8], &str)> = large.iter().map(|(bytes, extension)| (bytes.as_slice(), *extension)).collect();
    let surveyed = survey(&sources, 1);
    assert!(survey(&sources, 2) == surveyed);
    let ranges = vec![0..100; sources.len()];
    let one = read_shard(&sources, &surveyed, &ranges, |job| job.threads = 1);
    for threads in [2, 5] {
        let more = read_shard(&sources, &surveyed, &ranges, |job| job.threads = threads);
        assert!(more.outputs == one.outputs && more.report == one.report);
    }
}

#[test]
fn blocks_are_of_good_size() {
    let lines: Vec<u8> = (0..60_000).flat_map(|index| format!("{{\"message\":\"m{index}\",\"level\":\"info\"}}\n").into_bytes()).collect();
    let surveyed = survey(&[(&lines, "jsonl")], 2);
    let outcome = read_shard(&[(&lines, "jsonl")], &surveyed, std::slice::from_ref(&(0..100)), |_| {});
    let container = schemas::container::Container::open(&outcome.outputs["raw"]).unwrap();
    let mean = container.body_len() as usize / container.block_count();
    assert!((256 << 10..=1 << 20).contains(&mean), "{mean} bytes a block");
}

#[test]
fn the_survey_says_what_a_source_is() {
    let json = b"{\"a\":1}\n".repeat(200_000);
    let packed = gzip(&json);
    let records = survey_records(&survey(&[(&json, "jsonl"), (&packed, "jsonl"), (b"", "")], 2));
    assert_eq!(records.len(), 3);
    assert_eq!((records[0].format, records[0].compression, records[0].splittable), (SourceFormat::JsonLines, Compression::None, true));
    assert_eq!((records[1].format, records[1].compression, records[1].splittable), (SourceFormat::JsonLines, Compression::Gzip, false));
    assert_eq!((records[2].format, records[2].units.len(), records[2].bytes), (SourceFormat::Empty, 0, 0));
    assert_eq!(records[0].units.len(), 2);
    assert_eq!(records[0].units[1], blake3::hash(&json[1 << 20..]).as_bytes()[..16]);
    for (record, bytes) in records.iter().zip([json.as_slice(), &packed, b""]) {
        assert_eq!(record.digest.0, *blake3::hash(bytes).as_bytes());
    }
}

#[test]
fn a_source_that_changed_since_the_survey_is_refused() {
    let json = b"{\"a\":1}\n".repeat(200_000);
    for (name, original) in [("plain", json.clone()), ("gzip", gzip(&json))] {
        let surveyed = survey(&[(b"{}", "jsonl"), (&original, "jsonl")], 2);
        for at in [0, original.len() / 2, original.len() - 1] {
            let mut changed = original.clone();
            changed[at] ^= 1;
            let outcome = read_shard(&[(b"{}", "jsonl"), (&changed, "jsonl")], &surveyed, &[0..9, 0..9], |_| {});
            assert_eq!(outcome.report.exit, Exit::DigestMismatch, "{name} at {at}");
            assert_eq!(outcome.report.error, "read source 1: it changed since the survey");
        }
        let cut = &original[..original.len() - 1];
        let outcome = read_shard(&[(b"{}", "jsonl"), (cut, "jsonl")], &surveyed, &[0..9, 0..9], |_| {});
        assert_eq!(outcome.report.exit, Exit::DigestMismatch, "{name}, cut");
    }
}

#[test]
fn bytes_are_counted_once_over_shards() {
    let json = b"{\"a\":1}\n".repeat(400_000);
    let packed = gzip(&json);
    let sources: [(&[u8], &str); 2] = [(&json, "jsonl"), (&packed, "jsonl")];
    let surveyed = survey(&sources, 2);
    let total: u64 =
        [[0..2, 0..1], [2..4, 1..9]].iter().map(|ranges| read_shard(&sources, &surveyed, ranges, |_| {}).report.get(Counter::BytesIn)).sum();
    assert_eq!(total, (json.len() + packed.len()) as u64);
}

#[test]
fn damage_in_a_compressed_source_keeps_what_was_before() {
    let json: Vec<u8> = (0..50_000).flat_map(|index| format!("{{\"message\":\"m{index}\"}}\n").into_bytes()).collect();
    for packed in [gzip(&json), zstd(&json)] {
        let cut = &packed[..packed.len() * 2 / 3];
        let found = ingest(cut, "jsonl");
        let whole = ingest(&json, "jsonl");
        assert!(found.records.len() > 1_000 && found.records.len() < 50_000);
        assert_eq!(found.records, whole.records[..found.records.len()]);
        assert_eq!(found.reasons(), ["corrupt_stream"]);
        assert!(found.rejects[0].at.offset > found.records.last().unwrap().offset);
    }
    let csv: Vec<u8> =
        std::iter::once("n,message\n".to_owned()).chain((0..50_000).map(|index| format!("{index},m\n"))).collect::<String>().into_bytes();
    let packed = gzip(&csv);
    let found = ingest(&packed[..packed.len() / 2], "csv");
    assert!(found.records.len() > 1_000);
    assert_eq!(found.reasons(), ["corrupt_stream"]);
}

#[test]
fn a_bomb_is_stopped() {
    // A frame of 128 KiB blocks that repeat one byte: four stored bytes a block.
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
    for number in 0..8_000u32 {
        let header = (128 << 10) << 3 | 1 << 1 | u32::from(number == 7_999);
        bomb.extend_from_slice(&header.to_le_bytes()[..3]);
        bomb.push(b'a');
    }
    let found = ingest(&bomb, "log");
    assert_eq!(found.records.len(), 0);
    assert_eq!(found.reasons(), ["decompression_limit"]);
}

#[test]
fn members_and_frames_one_after_the_other_are_one_source() {
    let found = ingest(&[gzip(b"{\"message\":\"a\"}\n{\"mess"), gzip(b"age\":\"b\"}\n")].concat(), "jsonl");
    assert_eq!(found.texts(), [r#"{"message":"a"}"#, r#"{"message":"b"}"#]);
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2];
    let found = ingest(&[skippable.to_vec(), zstd(b"{\"message\":\"a\"}\n"), zstd(b"{\"message\":\"b\"}\n")].concat(), "jsonl");
    assert_eq!(found.texts(), [r#"{"message":"a"}"#, r#"{"message":"b"}"#]);
}

#[test]
fn custom_fields_and_offset_come_from_the_policy() {
    let line = b"{\"message\":\"m\",\"payload\":\"p\",\"when\":\"2024-11-20 09:15:23\",\"grade\":\"error\"}\n{\"a\":1}\n";
    let sources: [(&[u8], &str); 1] = [(line, "jsonl")];
    let surveyed = survey(&sources, 2);
    let outcome = read_shard(&sources, &surveyed, std::slice::from_ref(&(0..1)), |job| {
        let policy = &mut job.policy.ingest;
        policy.timestamp_field = "when".to_owned();
        policy.message_field = "payload".to_owned();
        policy.severity_field = "grade".to_owned();
        policy.utc_offset_minutes = 60;
    });
    let found = ingested(&outcome);
    assert_eq!(found.records[0].time_ns, Some(TIME));
    assert_eq!((found.records[0].message_path.as_str(), found.records[0].severity), ("payload", Severity::Error));
    assert_eq!(outcome.report.get(Counter::RecordsWithoutTime), 1);
}

#[test]
fn failed_tests_get_their_message_and_time() {
    let line = br##"{"error_message":"no such element","selector":"#login","screenshot_path":"/s/login_2024-11-20_08-15-23.png"}"##;
    let found = ingest(line, "jsonl");
    assert_eq!((found.records[0].message_path.as_str(), found.records[0].time_ns), ("error_message", Some(TIME)));
}

#[test]
fn a_stack_trace_without_end_is_refused_whole() {
    let text = format!("2024-11-20 08:15:23 a\n2024-11-20 08:15:24 b\n{}2024-11-20 08:15:25 c\n", "\tat x\n".repeat(3_000));
    let found = ingest(text.as_bytes(), "log");
    assert_eq!((found.texts(), found.reasons()), (vec!["2024-11-20 08:15:23 a", "2024-11-20 08:15:25 c"], vec!["too_long"]));
}

#[test]
fn date_and_time_of_day_in_two_columns() {
    let found = ingest(b"Date,Time,Level,Content\n20.11.2024,08:15:23,Error,a\n2024-11-20,08:15,info,b\n", "csv");
    assert_eq!(found.records[0].time_ns, Some(TIME));
    assert_eq!(found.records[1].time_ns, Some(TIME - 23_000_000_000));
    assert_eq!((found.records[0].message_path.as_str(), found.records[0].severity), ("Content", Severity::Error));
}

#[test]
fn a_source_the_survey_does_not_know_is_refused() {
    let surveyed = survey(&[(b"a\n", "log")], 1);
    let outcome = read_shard(&[(b"a\n", "log"), (b"b\n", "log")], &surveyed, &[0..1, 0..1], |_| {});
    assert_eq!((outcome.report.exit, outcome.report.error.as_str()), (Exit::Internal, "find source 1 in the survey"));
    let longer = read_shard(&[(b"a\nb\n", "log")], &surveyed, std::slice::from_ref(&(0..1)), |_| {});
    assert_eq!(longer.report.exit, Exit::DigestMismatch);
}

#[test]
fn empty_runs_and_unknown_steps() {
    let found = ingest_all(&[]);
    assert_eq!((found.records.len(), found.rejects.len()), (0, 0));
    let outcome = stage_runtime::testing::Harness::new("ingest.other").run(stage_ingest::process);
    assert_eq!(outcome.report.exit, Exit::Usage);
}
