//! The JSON walker and the strings it reads and writes.

use fuzz::{Target, shape};

use super::map;
use crate::fields::Collected;
use crate::json::{JsonError, unescape, walk, write_string};

const TOKENS: &[&[u8]] = &[
    b"{\"",
    b"\":",
    b"\",\"",
    b"{}",
    b"[]",
    b"null",
    b"true",
    b"false",
    b"-0",
    b"1e9",
    b"1E-5",
    b"0.5",
    b"\\u0041",
    b"\\ud83d\\ude00",
    b"\\ud83d",
    b"\\\"",
    b"\\\\",
    b"\\n",
    b"[[[[[[[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":",
    b"timestamp",
    b"message",
    b"msg",
    b"level",
    b"@timestamp",
    b"1763625600",
    b"\xc3\xa9",
    b"\xff",
];

const SEEDS: [&[u8]; 4] = [
    br#"{"timestamp":"2026-01-02T03:04:05.678Z","level":"ERROR","message":"payment failed","account":{"number":"1","open":true},"tags":["a"]}"#,
    br#"{"@timestamp":1763625600123,"log":{"level":"warn"},"msg":"a \"quoted\" \u00e9 \ud83d\ude00","n":-1.5e-3,"x":null,"l":[1,2,[3]]}"#,
    br#" [ {"a":1} , {"b":[{},[]]} ] "#,
    br#"{"test":{"status":"failed","error":{"message":"expected 1, got 2"}},"time":"12:00"}"#,
];

fn seeded(name: &'static str) -> Target {
    SEEDS.iter().fold(Target::new(name, TOKENS), |target, seed| target.seed(seed))
}

/// Fields and values lie in the text; what `serde_json` takes, the walker takes too (or says which bound is passed).
#[test]
fn json() {
    let map = map();
    seeded("ingest-json").check(|input| {
        let mut collected = Collected::new();
        let mut fields = 0;
        let inside =
            |part: &[u8]| part.is_empty() || input.as_ptr_range().contains(&part.as_ptr()) && part.as_ptr_range().end <= input.as_ptr_range().end;
        let walked = walk(input, |field| {
            assert!(inside(field.key) && inside(field.value.text) && field.parent.is_none_or(inside));
            fields += 1;
            collected.take(&map, field);
        });
        if let Ok(value) = walked {
            assert!(inside(value.text));
            let facts = collected.facts(&map);
            return shape(&(fields.min(8), value.is_present(), value.is_scalar(), facts.time_ns.is_some(), facts.severity));
        }
        let strict = std::str::from_utf8(input).is_ok_and(super::is_json);
        assert!(!strict || matches!(walked, Err(JsonError::TooDeep | JsonError::TooManyKeys)), "the walker refuses valid JSON");
        shape(&(fields.min(8), walked.err().map(|error| error as u8)))
    });
}

/// What is written as a JSON string is one, and reads back as it was.
#[test]
fn json_string() {
    seeded("ingest-json-string").check(|input| {
        let text = String::from_utf8_lossy(input);
        let (mut written, mut back) = (String::new(), String::new());
        write_string(&text, &mut written);
        assert_eq!(serde_json::from_str::<String>(&written).ok().as_deref(), Some(&*text));
        unescape(written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("quotes around it"), &mut back);
        assert_eq!(back, *text);
        let mut any = String::new();
        unescape(&text, &mut any);
        assert!(any.len() <= text.len() * 3);
        shape(&((written.len() - text.len()).min(16), (text.len() - any.len().min(text.len())).min(16)))
    });
}
