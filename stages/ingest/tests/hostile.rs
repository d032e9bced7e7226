//! Hostile and random input: never a panic, every record counted, nothing of a text lost, any shard plan the same.

mod common;

use common::{gzip, ingest_shards, ingested, read_shard, survey, survey_records, zstd};
use proptest::prelude::*;
use schemas::record::SourceFormat;

/// Pieces that parsers stumble over.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "\n", "\r\n", "\0", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", " ", "\t", ",", ";", "\"", "\\", "{", "}", "[", "]", ":", "=", "a", "{\"message\":\"x\"}",
            "{\"a\":[1,{\"b\":null}]}", "a=1 b=2", "a,b,c", "2024-11-20 08:15:23 INFO x", "\tat x.y", "Caused by: z", "NaN", "\"x\"", "{\"a\":\"",
            "\u{feff}", "ü", "<34>1 ", "[20/Nov/2024:08:15:23 +0000]", "{\"logs\":[",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn extension() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "log", "jsonl", "json", "csv", "txt"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_survived(bytes in pieces(), extension in extension(), cut in 0usize..200) {
        for stored in [bytes.clone(), gzip(&bytes), zstd(&bytes)] {
            let stored = if cut < 50 { &stored[..stored.len().saturating_sub(cut)] } else { &stored };
            ingest_shards(&[(stored, extension)], 1);
        }
    }

    #[test]
    fn text_is_kept_to_the_last_letter(text in "([a-z{}=:,.\"]{1,5}|\n|\r\n| |\tat |INFO |2024-11-20 08:15:23 ){0,60}") {
        let sources: [(&[u8], &str); 1] = [(text.as_bytes(), "log")];
        let surveyed = survey(&sources, 1);
        prop_assume!(survey_records(&surveyed)[0].format == SourceFormat::Text);
        let found = ingested(&read_shard(&sources, &surveyed, std::slice::from_ref(&(0..1)), |_| {}));
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        // An object without any value is refused, and pairs are written as an object; all else is there.
        prop_assume!(found.rejects.is_empty() && found.records.iter().all(|record| !record.json));
        prop_assert_eq!(letters(&found.texts().concat()), letters(&text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn random_sources_are_the_same_over_shards(blocks in prop::collection::vec(pieces(), 1..5), filler in 0usize..4_000, extension in extension()) {
        let mut bytes = Vec::new();
        while bytes.len() < 2 << 20 {
            for block in &blocks {
                bytes.extend_from_slice(block);
                bytes.resize(bytes.len() + filler, b'x');
            }
            bytes.push(b'\n');
        }
        let one = ingest_shards(&[(&bytes, extension)], 1);
        let three = ingest_shards(&[(&bytes, extension)], 3);
        prop_assert!(one == three);
    }
}
