//! Every record that killed the tool this project replaces: each must be survived, and counted.

mod common;

use common::{ingest, ingest_all};
use schemas::limits::RECORD_BYTES_MAX;

/// Each odd line stands between two ordinary ones, which must come through.
fn among(odd: &[u8], extension: &str) -> common::Ingested {
    let lines = [b"{\"message\":\"first\"}\n".as_slice(), odd, b"\n{\"message\":\"last\"}\n"].concat();
    let found = ingest(&lines, extension);
    assert_eq!(found.records.first().unwrap().text, r#"{"message":"first"}"#);
    assert_eq!(found.records.last().unwrap().text, r#"{"message":"last"}"#);
    assert_eq!(found.records.len() + found.rejects.len(), 3, "the odd record is counted");
    found
}

fn kept(odd: &str) {
    let found = among(odd.as_bytes(), "jsonl");
    assert_eq!(found.records[1].text, odd, "kept as it is");
    assert!(found.records[1].json);
}

#[test]
fn a_number_as_key_above_a_personal_value() {
    kept(r#"{"message":"x","17":{"account":"4111111111111111"}}"#);
}

#[test]
fn fields_of_our_own_names_that_hold_a_string() {
    kept(r#"{"message":"x","redactions":"none"}"#);
    kept(r#"{"message":"x","hashed_fields":"none"}"#);
    kept(r#"{"message":"x","analysis":"none"}"#);
}

#[test]
fn zulu_and_offset_times_mixed() {
    let text = b"{\"account\":1,\"timestamp\":\"2024-11-20T08:15:23Z\"}\n{\"account\":1,\"timestamp\":\"2024-11-20T08:15:23+00:00\"}\n";
    let found = ingest(text, "jsonl");
    assert_eq!(found.records[0].time_ns, Some(1_732_090_523_000_000_000));
    assert_eq!(found.records[1].time_ns, found.records[0].time_ns);
}

#[test]
fn ten_messages_of_one_letter() {
    let found = ingest("{\"message\":\"a\"}\n".repeat(10).as_bytes(), "jsonl");
    assert_eq!(found.records.len(), 10);
    assert_eq!(ingest("a\n".repeat(10).as_bytes(), "log").records.len(), 10);
}

#[test]
fn one_latin_1_byte() {
    let found = among(b"{\"message\":\"M\xfcller\"}", "jsonl");
    assert_eq!(found.records[1].text, "{\"message\":\"Müller\"}");
    assert_eq!(found.records[1].message_path, "message");
}

#[test]
fn json_nested_2000_deep() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(2_000), "]".repeat(2_000));
    assert_eq!(among(deep.as_bytes(), "jsonl").reasons(), ["too_deep"]);
    let array = format!("[{{\"message\":\"x\"}},{deep}]");
    let found = ingest(array.as_bytes(), "json");
    assert_eq!((found.records.len(), found.reasons()), (1, vec!["too_deep"]));
}

#[test]
fn a_csv_cell_over_131072_characters() {
    let long = "x".repeat(200_000);
    let found = ingest(format!("message,n\n{long},1\ny,2\n").as_bytes(), "csv");
    assert_eq!(found.records[0].text, format!("{{\"message\":\"{long}\",\"n\":\"1\"}}"));
    assert_eq!(found.records[1].text, r#"{"message":"y","n":"2"}"#);
}

#[test]
fn a_byte_order_mark() {
    let found = ingest(b"\xef\xbb\xbf{\"message\":\"a\"}\n{\"message\":\"b\"}\n", "jsonl");
    assert_eq!(found.texts(), [r#"{"message":"a"}"#, r#"{"message":"b"}"#]);
    assert_eq!(found.records[0].offset, 3);
    let found = ingest(b"\xef\xbb\xbfmessage,n\na,1\n", "csv");
    assert_eq!(found.texts(), [r#"{"message":"a","n":"1"}"#]);
    assert_eq!(found.records[0].message_path, "message");
    let found = ingest(b"\xef\xbb\xbfplain\n", "txt");
    assert_eq!(found.texts(), ["plain"]);
    let found = ingest(b"\xef\xbb\xbf[{\"message\":\"a\"}]", "json");
    assert_eq!(found.texts(), [r#"{"message":"a"}"#]);
}

#[test]
fn nan_and_infinity() {
    kept(r#"{"message":"x","amount":NaN,"low":-Infinity,"high":Infinity}"#);
}

#[test]
fn duplicate_keys() {
    kept(r#"{"message":"x","message":"y"}"#);
}

#[test]
fn a_file_in_which_every_record_is_invalid() {
    let found = ingest(b"1\nnull\n[]\ntrue\n{}\n", "jsonl");
    assert_eq!(found.records.len(), 0);
    assert_eq!(found.reasons(), ["not_a_record", "not_a_record", "not_a_record", "not_a_record", "empty"]);
}

#[test]
fn forty_thousand_times_the_letter_a() {
    let letters = "a".repeat(40_000);
    kept(&format!("{{\"message\":\"{letters}\"}}"));
    assert_eq!(ingest(letters.as_bytes(), "log").texts(), [letters.as_str()]);
}

#[test]
fn a_line_that_is_not_json_is_text() {
    let found = among(b"plain words", "jsonl");
    assert_eq!((found.records[1].text.as_str(), found.records[1].json), ("plain words", false));
    let found = among(b"{\"message\":\"cut", "jsonl");
    assert_eq!((found.records[1].text.as_str(), found.records[1].json), ("{\"message\":\"cut", false));
    let found = among(br#""a \u0041 string""#, "jsonl");
    assert_eq!((found.records[1].text.as_str(), found.records[1].json), ("a A string", false));
}

#[test]
fn a_record_over_the_limit() {
    for bytes in [RECORD_BYTES_MAX + 100, 3 << 20] {
        let long = format!("{{\"message\":\"{}\"}}", "x".repeat(bytes));
        let found = among(long.as_bytes(), "jsonl");
        assert_eq!(found.reasons(), ["too_long"]);
        assert_eq!(found.rejects[0].bytes, long.len() as u64 + 1);
        assert_eq!(found.rejects[0].at.offset, 20);
        let array = format!("[{{\"message\":\"a\"}},{long},{{\"message\":\"b\"}}]");
        let found = ingest(array.as_bytes(), "json");
        assert_eq!((found.texts(), found.reasons()), (vec![r#"{"message":"a"}"#, r#"{"message":"b"}"#], vec!["too_long"]));
        let row = format!("message,n\na,1\n{},2\nb,3\n", "x".repeat(bytes));
        let found = ingest(row.as_bytes(), "csv");
        assert_eq!((found.records.len(), found.reasons()), (2, vec!["too_long"]));
    }
    let fits = format!("{{\"message\":\"{}\"}}", "x".repeat(RECORD_BYTES_MAX - 14));
    kept(&fits);
}

#[test]
fn more_keys_than_allowed() {
    let keys = format!("{{{}}}", (0..10_001).map(|index| format!("\"k{index}\":1")).collect::<Vec<_>>().join(","));
    assert_eq!(among(keys.as_bytes(), "jsonl").reasons(), ["too_many_keys"]);
}

#[test]
fn nul_padding_and_carriage_returns() {
    let padded = [b"{\"message\":\"a\"}\r\n".as_slice(), &[0; 3 << 20], b"{\"message\":\"b\"}\r\n\r\n"].concat();
    let found = ingest(&padded, "jsonl");
    assert_eq!(found.texts(), [r#"{"message":"a"}"#, r#"{"message":"b"}"#]);
    let padded = [b"one\r\n".as_slice(), &[0; 3 << 20], b"two\r\n"].concat();
    assert_eq!(ingest(&padded, "log").texts(), ["one", "two"]);
}

#[test]
fn sources_that_are_no_text_or_nothing() {
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let found = ingest_all(&[(&binary, "log"), (b"", "jsonl"), (b"fine\n", "log"), (b" \n \n", "log")]);
    assert_eq!(found.texts(), ["fine"]);
    assert_eq!(found.reasons(), ["binary"]);
    assert_eq!(found.rejects[0].bytes, 100_000);
}

#[test]
fn utf_16() {
    for big_endian in [false, true] {
        let text = "\u{feff}{\"message\":\"Zoë\"}\r\n{\"message\":\"b\"}\r\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        let found = ingest(&bytes, "jsonl");
        assert_eq!(found.texts(), ["{\"message\":\"Zoë\"}", "{\"message\":\"b\"}"]);
        assert_eq!(found.records[1].offset, 20);
    }
}
