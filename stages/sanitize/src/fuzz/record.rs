//! Whole texts and whole records.

use fuzz::shape;
use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::ids::{Digest, RecordRef};
use schemas::record::{Clean, RawFormat, RawRecord, RawText, Severity};

use super::{GATHERER, WORKER, seeded};
use crate::scan::driver::Scope;

/// Hits lie on character boundaries, in order; looking again (with warm caches) gives the same text; a card that stands alone never stays.
#[test]
fn text() {
    const CARD: &str = "4539148803436467";
    seeded("sanitize-text").executions(1_000).check(|input| {
        let text = format!("{}\n{CARD}", String::from_utf8_lossy(input));
        let (hits, out) = scanned(&text);
        assert!(!out.contains(CARD), "a card on a line of its own stays");
        assert_eq!(scanned(&text).1, out, "a second look differs");
        shape(&(hits, out.matches('[').count().min(8)))
    });
}

/// Replacements in a text, which lie on character boundaries in order, and the text with them.
pub(super) fn scanned(text: &str) -> (usize, String) {
    WORKER.with_borrow_mut(|worker| {
        worker.begin_record();
        worker.scan(text, Scope::TEXT);
        let mut end = 0;
        for hit in worker.hits.above_mut(0) {
            assert!(end <= hit.start && hit.start < hit.end && text.is_char_boundary(hit.start) && text.is_char_boundary(hit.end));
            end = hit.end;
        }
        let mut out = String::new();
        let hits = worker.hits.render(text, 0, &mut out);
        (hits, out)
    })
}

/// A record, as JSON and as text: what comes out reads back, and the same record again gives the same one.
#[test]
fn record() {
    seeded("sanitize-record").executions(1_000).check(|input| {
        let text = String::from_utf8_lossy(input);
        let mut seen = 0;
        for format in [RawFormat::Json, RawFormat::Text] {
            let raw = RawRecord {
                at: RecordRef { source: 0, offset: 0 },
                time_ns: (input.len() % 2 == 0).then_some(1),
                severity: Severity::Info,
                format,
                message_path: "message",
                text: RawText::new(&text),
            };
            let first = sanitized(&raw);
            assert!(first == sanitized(&raw), "the same record again differs");
            let Some(bytes) = first else { continue };
            let container = Container::open(&bytes).expect("what was written opens");
            let mut scratch = Vec::new();
            let block = container.block::<Clean>(0, &mut scratch).expect("one block");
            let record = block.records().next().expect("one record").expect("a sound one");
            assert!(record.fields.iter().all(|field| block.name(field.path).is_some()));
            seen = seen * 1_000 + record.fields.len() * 8 + usize::from(record.session.is_empty()) + 2 * usize::from(record.customer.is_empty());
        }
        shape(&seen)
    });
}

fn sanitized(raw: &RawRecord<'_>) -> Option<Vec<u8>> {
    WORKER.with_borrow_mut(|worker| {
        worker.take_in(raw).ok()?;
        let mut block = BlockBuilder::<Clean>::new(0);
        // A block of its own each time: numbers of names are remembered within one.
        worker.put_out(raw, &mut block, fresh_block()).expect("small records are within the limits");
        let mut writer = ContainerWriter::<_, Clean>::new(Vec::new(), Digest::of(b"fuzz"), 1).expect("one partition");
        writer.write(block).expect("a small block");
        Some(writer.finish().expect("memory does not fail").0)
    })
}

fn fresh_block() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The worker of `collect`.
#[test]
fn gather() {
    seeded("sanitize-gather").executions(1_000).check(|input| {
        let text = String::from_utf8_lossy(input);
        GATHERER.with_borrow_mut(|worker| {
            let at = RecordRef { source: 0, offset: 0 };
            let format = if input.len() % 2 == 0 { RawFormat::Json } else { RawFormat::Text };
            let raw = RawRecord { at, time_ns: None, severity: Severity::Info, format, message_path: "", text: RawText::new(&text) };
            let taken = worker.take_in(&raw).is_ok();
            let gathered = worker.take_gathered();
            assert!(gathered.iter().all(|entry| entry.length > 0));
            shape(&(taken, gathered.len().min(32), gathered.first().map(|entry| entry.class)))
        })
    });
}
