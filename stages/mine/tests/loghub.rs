//! Template accuracy on labelled logs of eight systems, where they are present. One configuration for all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemas::container::Container;
use schemas::ids::{RecordRef, StableId};
use schemas::record::{Clean, CleanRecord, Event, RecordKind, Severity, Template};
use stage_runtime::testing::{Harness, Outcome, container_of};

fn clean_of(lines: &[String]) -> Vec<u8> {
    container_of::<Clean>(|block| {
        for (line, offset) in lines.iter().zip(0..) {
            let at = RecordRef { source: 0, offset };
            let record =
                CleanRecord { at, time_ns: None, severity: Severity::Info, session: "", customer: "", trace: "", message: line, fields: Vec::new() };
            block.push(&record, None).unwrap();
        }
    })
}

fn step(name: &str, inputs: &[(&str, &[u8])], outputs: &[(&str, RecordKind)]) -> Outcome {
    let mut harness = Harness::new(name).job(|job| job.evaluation = true);
    for (input, bytes) in inputs {
        harness = harness.input(input, bytes.to_vec());
    }
    for (output, kind) in outputs {
        harness = harness.output(output, *kind);
    }
    let outcome = harness.run(stage_mine::process);
    assert_eq!(outcome.report.error, "");
    outcome
}

/// The template of each line.
fn templates_of(lines: &[String]) -> Vec<String> {
    let clean = clean_of(lines);
    let shapes = step("mine.skeleton", &[("clean", &clean)], &[("skeleton", RecordKind::Skeleton), ("event_type_part", RecordKind::EventType)]);
    let inputs = [("skeleton", &*shapes.outputs["skeleton"]), ("event_type_part", &*shapes.outputs["event_type_part"])];
    let mined = step("mine.templates", &inputs, &[("template", RecordKind::Template), ("event_type", RecordKind::EventType)]);
    let inputs = [("clean", &*clean), ("template", &*mined.outputs["template"]), ("event_type", &*mined.outputs["event_type"])];
    let assigned =
        step("mine.assign", &inputs, &[("event", RecordKind::Event), ("sighting", RecordKind::Sighting), ("finding_part", RecordKind::Finding)]);
    let mut texts = BTreeMap::new();
    let container = Container::open(&mined.outputs["template"]).unwrap();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Template>(number, &mut scratch).unwrap().records() {
            let record = record.unwrap();
            texts.insert(record.id, record.text.to_owned());
        }
    }
    let mut lines = BTreeMap::new();
    let container = Container::open(&assigned.outputs["event"]).unwrap();
    for number in 0..container.block_count() {
        for record in container.block::<Event>(number, &mut scratch).unwrap().records() {
            let record = record.unwrap();
            let text = if record.template == StableId::of(b"") { String::new() } else { texts[&record.template].clone() };
            lines.insert(record.at.offset, text);
        }
    }
    lines.into_values().collect()
}

/// Rows of a CSV text; cells may be quoted and hold commas, quotes and line breaks.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', true) if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            ('\r', false) => {}
            _ => cell.push(letter),
        }
    }
    rows
}

/// Grouping accuracy: lines whose predicted group is exactly the true one; parsing accuracy: lines whose template is right.
fn accuracy(truth: &[String], predicted: &[String]) -> (f64, f64) {
    let mut groups: BTreeMap<&String, (u64, BTreeSet<&String>)> = BTreeMap::new();
    let mut sizes: BTreeMap<&String, u64> = BTreeMap::new();
    for (truth, predicted) in truth.iter().zip(predicted) {
        let group = groups.entry(truth).or_default();
        group.0 += 1;
        group.1.insert(predicted);
        *sizes.entry(predicted).or_default() += 1;
    }
    let whole = groups.values().filter(|(lines, predicted)| predicted.len() == 1 && predicted.iter().all(|text| sizes[*text] == *lines));
    let grouped: u64 = whole.map(|(lines, _)| lines).sum();
    let right = truth.iter().zip(predicted).filter(|(truth, predicted)| truth == predicted).count();
    (grouped as f64 / truth.len() as f64, right as f64 / truth.len() as f64)
}

fn data() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loghub-dev");
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/loghub-dev");
    [data, other].into_iter().find(|path| path.is_dir())
}

#[test]
#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test reads its data and says where there is none")]
fn labelled_logs_are_parsed_with_one_configuration() {
    let Some(data) = data() else {
        eprintln!("skipped: no labelled logs beside the workspace");
        return;
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut sums = (0.0, 0.0);
    for file in &files {
        let rows = csv_rows(&std::fs::read_to_string(file).unwrap());
        let content: Vec<String> = rows[1..].iter().map(|row| row[1].clone()).collect();
        let truth: Vec<String> = rows[1..].iter().map(|row| row[2].clone()).collect();
        let predicted = templates_of(&content);
        assert_eq!(predicted.len(), content.len());
        let (grouping, parsing) = accuracy(&truth, &predicted);
        eprintln!("{:24} GA {grouping:.3} PA {parsing:.3}", file.file_stem().unwrap().to_string_lossy());
        if let Some(out) = std::env::var_os("MINE_EVAL_OUT") {
            let lines: String = predicted.iter().map(|text| format!("0\t{text}\n")).collect();
            std::fs::write(Path::new(&out).join(file.with_extension("tsv").file_name().unwrap()), lines).unwrap();
        }
        sums = (sums.0 + grouping, sums.1 + parsing);
    }
    let (grouping, parsing) = (sums.0 / files.len() as f64, sums.1 / files.len() as f64);
    eprintln!("mean GA {grouping:.3} PA {parsing:.3}");
    assert!(grouping >= 0.96 && parsing >= 0.88, "grouping {grouping:.3}, parsing {parsing:.3}");
}
