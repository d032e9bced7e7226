//! Two hosts whose clocks differ: the journeys are those of equal clocks, whatever the shards and the order of the records.

#[expect(dead_code, reason = "shared with tests that look at other parts")]
mod support;

use schemas::ids::RecordRef;
use support::{Day, Line, Mined, Night, Value, mine, mine_night};

const MS_NS: i64 = 1_000_000;

/// Sessions of a gateway that calls a payment service twice; the clock of the service is off by so much.
fn day(off_ms: i64, traced: bool) -> Day {
    let mut lines = Vec::new();
    for session in 0..20_i64 {
        let begin = session * 60_000;
        let mut event = |ms: i64, host: &str, span: &str, parent: &str, name: &str| {
            let off = if host == "pay-1" { off_ms } else { 0 };
            let line = Line::new(&format!("[SESSION_k1{session:02}]"), "", Some((begin + ms + off) * MS_NS)).event(name, "", "", 0);
            let line = if traced {
                line.field("host.name", host)
                    .field("span_id", &format!("{session}{span}"))
                    .field("parent_span_id", &if parent.is_empty() { String::new() } else { format!("{session}{parent}") })
            } else {
                line
            };
            lines.push(line);
        };
        event(0, "gateway-1", "a", "", "transfer_requested");
        event(40, "pay-1", "b", "a", "funds_checked");
        event(90, "pay-1", "b", "a", "transfer_booked");
        event(130, "gateway-1", "a", "", "transfer_answered");
        event(1_000, "gateway-1", "c", "", "receipt_requested");
        event(1_060, "pay-1", "d", "c", "receipt_written");
        event(1_090, "gateway-1", "c", "", "receipt_answered");
    }
    for (offset, line) in (0..).zip(&mut lines) {
        line.at = Some(RecordRef { source: 0, offset });
    }
    Day { lines }
}

fn names(mined: &Mined) -> Vec<Vec<&str>> {
    mined.journeys.iter().map(|journey| journey.events.iter().map(|event| mined.types[*event as usize].as_str()).collect()).collect()
}

const TRUE_ORDER: [&str; 7] =
    ["transfer_requested", "funds_checked", "transfer_booked", "transfer_answered", "receipt_requested", "receipt_written", "receipt_answered"];

#[test]
fn journeys_are_those_of_clocks_that_agree() {
    for off_ms in [0, -300, 300] {
        let mined = mine(&day(off_ms, true), 2, 3, 2);
        assert_eq!(names(&mined), vec![TRUE_ORDER.to_vec(); 20], "{off_ms} ms");
        assert_eq!(mined.variants.len(), 1);
        assert!(mined.journeys.iter().all(|journey| journey.duration_ns == 1_090 * MS_NS.cast_unsigned()), "{off_ms} ms");
        // Where one clock is behind, both of the service's calls are known from both ends.
        assert_eq!(mined.counted.get("events_moved").copied().unwrap_or(0), if off_ms == 0 { 0 } else { 60 });
    }
    assert_ne!(names(&mine(&day(-300, false), 2, 3, 2))[0], TRUE_ORDER, "without spans there is nothing to go by");
}

#[test]
fn a_tolerance_of_nothing_takes_times_as_they_are() {
    let mut night = Night::default();
    night.policy.mine.clock_tolerance_ms = 0;
    assert_ne!(names(&mine_night(&day(-300, true).shards(2), 3, 2, &night))[0], TRUE_ORDER);
    night.policy.mine.clock_tolerance_ms = 100;
    assert_ne!(names(&mine_night(&day(-300, true).shards(2), 3, 2, &night))[0], TRUE_ORDER, "300 ms are beyond 100");
}

#[test]
fn shards_and_order_change_nothing() {
    let mut offered = day(-300, true);
    let base = mine(&offered, 1, 3, 1);
    for shards in [2, 5, 13] {
        assert_eq!(mine(&offered, shards, 3, 2).everything, base.everything, "{shards} shards");
    }
    offered.lines.sort_by_key(|line| (line.at.unwrap().offset + 1).wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(23));
    assert_eq!(mine(&offered, 5, 3, 2).everything, base.everything, "records in random order");
}

#[test]
fn coarse_times_are_ordered_by_sequence_number() {
    let mut lines = Vec::new();
    for (name, number) in [("third", 12), ("first", 10), ("second", 11)] {
        let mut line = Line::new("[SESSION_k1A]", "", Some(0)).event(name, "", "", 0).field("host", "a");
        line.fields.push(("seq".to_owned(), Value::Int(number)));
        lines.push(line);
    }
    assert_eq!(names(&mine(&Day { lines }, 1, 1, 1)), [["first", "second", "third"]]);
}
