//! Helpers of the unit tests.

use schemas::ids::RecordRef;
use schemas::policy::Policy;
use schemas::record::{RawFormat, RawRecord, RawText, Severity};

use crate::detect::Detector;
use crate::engine::{Detectors, Engine};
use crate::lexicon::{Gathered, Lexicon};
use crate::scan::driver::Scope;
use crate::worker::Worker;

/// A secret that is good enough for tests.
pub(crate) const SECRET: &[u8] = b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(";

pub(crate) fn engine() -> Engine {
    Engine::new(SECRET, &Policy::default(), Lexicon::default()).unwrap()
}

/// An engine whose lexicon learned from these records.
pub(crate) fn engine_after(records: &[&str]) -> Engine {
    let first = engine();
    let mut worker = Worker::new(&first, true);
    for text in records {
        let raw = RawRecord {
            at: RecordRef { source: 0, offset: 0 },
            time_ns: None,
            severity: Severity::Info,
            format: RawFormat::Json,
            message_path: "",
            text: RawText::new(text),
        };
        assert!(worker.take_in(&raw).is_ok());
    }
    let mut gathered = Gathered::new();
    gathered.add(&worker.take_gathered());
    let (entries, _) = gathered.finish();
    let mut lexicon = Lexicon::with_room(entries.len() as u64);
    entries.iter().for_each(|entry| lexicon.push(entry));
    Engine::new(SECRET, &Policy::default(), lexicon.indexed()).unwrap()
}

/// Scans a text with these detectors alone.
pub(crate) fn scan_with(detectors: &[&'static Detector], text: &str) -> String {
    let mut engine = engine();
    engine.detectors = Detectors::new(detectors);
    scan_text(&engine, text)
}

/// Scans a text.
pub(crate) fn scan_text(engine: &Engine, text: &str) -> String {
    scan_by(&mut Worker::new(engine, false), text)
}

/// Scans a text as a record of its own, with what the worker remembers of those before.
pub(crate) fn scan_by(worker: &mut Worker<'_>, text: &str) -> String {
    worker.begin_record();
    worker.scan(text, Scope::TEXT);
    let mut out = String::new();
    worker.hits.render(text, 0, &mut out);
    out
}

/// Scans a text: these values must be gone from it, those must stay, and a second scan changes nothing.
pub(crate) fn check(text: &str, gone: &[&str], kept: &[&str]) {
    let engine = engine();
    let out = scan_text(&engine, text);
    for value in gone {
        assert!(!out.contains(value), "{value} in {out}");
    }
    for value in kept {
        assert!(out.contains(value), "{value} not in {out}");
    }
    assert_eq!(scan_text(&engine, &out), out);
}

/// Checks that the names in braces of these lines go and all else stays, and that scanning again changes nothing.
pub(crate) fn check_marked(engine: &Engine, lines: &[&str]) {
    for line in lines {
        let out = scan_text(engine, &line.replace(['{', '}'], ""));
        let mut rest = out.as_str();
        for (number, piece) in line.split(['{', '}']).enumerate().filter(|(_, piece)| !piece.is_empty()) {
            match number % 2 {
                0 => rest = rest.split_once(piece).unwrap_or_else(|| panic!("{piece} not left in {out}")).1,
                _ => assert!(!out.contains(piece), "{piece} left in {out}"),
            }
        }
        assert_eq!(scan_text(engine, &out), out);
    }
}
