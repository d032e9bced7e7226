//! Golden cases: `testdata/ingest/<case>/in.<extension>` gives `out.jsonl`. `UPDATE=1` writes what comes out.

#![expect(clippy::disallowed_methods, reason = "a test reads its cases from files; the stage never opens a path")]

mod common;

use std::path::Path;

fn lines_of(found: &common::Ingested) -> String {
    let records = found.records.iter().map(|record| {
        let line = serde_json::json!({
            "offset": record.offset, "time_ns": record.time_ns, "severity": record.severity, "json": record.json,
            "message_path": record.message_path, "text": record.text,
        });
        (record.offset, line)
    });
    let rejects = found
        .rejects
        .iter()
        .map(|reject| (reject.at.offset, serde_json::json!({ "offset": reject.at.offset, "bytes": reject.bytes, "rejected": reject.reason })));
    let mut lines: Vec<(u64, serde_json::Value)> = records.chain(rejects).collect();
    lines.sort_by_key(|(offset, _)| *offset);
    lines.into_iter().map(|(_, line)| format!("{line}\n")).collect()
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/ingest");
    let update = std::env::var("UPDATE").is_ok();
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        let input = std::fs::read_dir(&case).unwrap().map(|file| file.unwrap().path()).find(|path| path.file_stem().is_some_and(|stem| stem == "in"));
        let input = input.unwrap_or_else(|| panic!("{} has no in.*", case.display()));
        let extension = input.extension().unwrap().to_str().unwrap();
        let found = common::ingest(&std::fs::read(&input).unwrap(), extension);
        let output = case.join("out.jsonl");
        if update {
            std::fs::write(&output, lines_of(&found)).unwrap();
        }
        assert_eq!(lines_of(&found), std::fs::read_to_string(&output).unwrap(), "{}", case.display());
        cases += 1;
    }
    assert!(cases >= 8, "the cases are there");
}
