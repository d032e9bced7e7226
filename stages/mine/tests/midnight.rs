//! Journeys over midnight: one journey, owned by the night that closes it, and counted once in whatever is counted.

#[expect(dead_code, reason = "shared with tests that look at other parts")]
mod support;

use std::collections::BTreeMap;

use schemas::record::{JourneyRecord, Metric, SightingKind};
use support::{Day, Line, Mined, Night, mine_night};

const DAY: i32 = 20_000;
const MINUTE_NS: i64 = 60_000_000_000;

/// A record of a session so many minutes after the beginning of the logical day [`DAY`].
fn line(session: &str, minute: i64, name: &str) -> Line {
    let (id, customer) = if session.is_empty() {
        (String::new(), "[CUSTOMER_k1NOSESSION]".to_owned())
    } else {
        (format!("[SESSION_k1{session}]"), format!("[CUSTOMER_k1{session}]"))
    };
    let time_ns = (i64::from(DAY) * 1_440 + minute) * MINUTE_NS;
    Line::new(&id, &customer, Some(time_ns)).event(name, "", "", 0).field("channel", if session.len().is_multiple_of(2) { "web" } else { "mobile" })
}

fn day(lines: Vec<Line>) -> Day {
    Day { lines }
}

/// Journeys of noon, so that the night has ordinary ones, and one record at its end.
fn ordinary(number: i64) -> Vec<Line> {
    let base = number * 1_440;
    let mut lines: Vec<Line> = (0..12)
        .flat_map(|session| ["login", "view_balance", "logout"].into_iter().zip(0..).map(move |(name, at)| (session, name, at)))
        .map(|(session, name, at)| line(&format!("NOON{number}{session}"), base + 720 + session * 3 + at, name))
        .collect();
    lines.push(Line { session: String::new(), customer: String::new(), ..line("x", base + 1_439, "heartbeat") });
    lines.push(line("", base + 600, "view_balance"));
    lines
}

const LAST_MINUTE: i64 = 1_440;

/// The first night, with journeys that are open at midnight.
fn first() -> Day {
    let mut lines = ordinary(0);
    lines.push(line("OVER", LAST_MINUTE - 9, "login"));
    lines.push(line("OVER", LAST_MINUTE - 4, "only_before_midnight"));
    lines.push(line("OVER", LAST_MINUTE - 1, "transfer_completed").field("transaction_id", "t1").field("amount", "10.00"));
    lines.push(line("SILENT", LAST_MINUTE - 20, "login"));
    lines.push(line("DONE", LAST_MINUTE - 50, "login"));
    lines.push(line("DONE", LAST_MINUTE - 31, "logout"));
    lines.push(line("", LAST_MINUTE - 2, "view_balance"));
    day(lines)
}

/// The night after it.
fn second() -> Day {
    let mut lines = ordinary(1);
    lines.push(line("OVER", LAST_MINUTE + 1, "transfer_completed").field("transaction_id", "t1").field("amount", "10.00"));
    lines.push(line("OVER", LAST_MINUTE + 2, "transfer_completed").field("transaction_id", "t2").field("amount", "20.00"));
    lines.push(line("OVER", LAST_MINUTE + 3, "logout"));
    lines.push(line("", LAST_MINUTE + 5, "view_balance"));
    lines.push(line("", LAST_MINUTE + 700, "view_balance"));
    day(lines)
}

fn run(day: &Day, number: i32, shards: usize, before: Option<&Mined>) -> Mined {
    let night = Night { day: DAY + number, before: before.map(|mined| mined.left.clone()).unwrap_or_default(), ..Night::default() };
    mine_night(&day.shards(shards), 3, 2, &night)
}

/// The events of each journey that holds this one, by name.
fn with(mined: &Mined, name: &str) -> Vec<Vec<String>> {
    let named = |journey: &JourneyRecord| journey.events.iter().map(|event| mined.types[*event as usize].clone()).collect::<Vec<String>>();
    mined.journeys.iter().map(named).filter(|events| events.iter().any(|event| event == name)).collect()
}

fn count(mined: &Mined, counter: &str) -> u64 {
    mined.counted.get(counter).copied().unwrap_or(0)
}

#[test]
fn a_journey_over_midnight_is_one_journey_of_the_night_that_closes_it() {
    let one = run(&first(), 0, 2, None);
    let two = run(&second(), 1, 2, Some(&one));
    assert!(with(&one, "only_before_midnight").is_empty(), "the first night leaves it");
    assert_eq!(
        with(&two, "only_before_midnight"),
        [["login", "only_before_midnight", "transfer_completed", "transfer_completed", "transfer_completed", "logout"]]
    );
    let over = two.journeys.iter().find(|journey| journey.events.len() == 6).unwrap();
    assert_eq!(over.duration_ns, 12 * MINUTE_NS.cast_unsigned());
    assert_eq!((over.first.source, over.start_ns), (u32::MAX, Some((i64::from(DAY + 1) * 1_440 - 9) * MINUTE_NS)));
    // Noon 12, morning, DONE; then noon 12, morning and forenoon of the customer, three that were left.
    assert_eq!((count(&one, "journeys"), count(&one, "journeys_open"), count(&one, "events_open")), (14, 3, 5));
    assert_eq!((count(&two, "journeys"), count(&two, "journeys_open"), count(&two, "journeys_taken_over")), (17, 0, 3));
    assert_eq!(two.types.iter().filter(|name| *name == "only_before_midnight").count(), 1, "a type that only the first night has");
}

#[test]
fn nothing_of_a_journey_over_midnight_counts_twice() {
    let one = run(&first(), 0, 1, None);
    let two = run(&second(), 1, 1, Some(&one));
    // What customers contribute to the report: each journey's event types once, on one of the nights.
    let mut seen: BTreeMap<(u128, String), u64> = BTreeMap::new();
    for mined in [&one, &two] {
        for record in mined.contributions.iter().filter(|record| record.metric == Metric::EventType) {
            *seen.entry((record.unit.0, mined.types[record.key as usize].clone())).or_default() += 1;
        }
    }
    let total = |name: &str| seen.iter().filter(|((_, of), _)| of == name).map(|(_, count)| count).sum::<u64>();
    assert_eq!(total("only_before_midnight"), 1);
    assert_eq!(total("transfer_completed"), 1);
    assert_eq!(total("login"), 12 + 12 + 3);
    // Transactions are told of where they happened: t1 on the first night, t2 on the second.
    let transactions = |mined: &Mined| {
        let found = mined.activities.iter().filter(|seen| seen.kind == SightingKind::Transaction);
        found.map(|seen| (seen.amount_minor.unwrap(), seen.at.source)).collect::<Vec<_>>()
    };
    assert_eq!((transactions(&one), transactions(&two)), (vec![(1_000, 0)], vec![(2_000, 0)]));
}

#[test]
fn shards_and_a_replay_change_nothing() {
    let one = run(&first(), 0, 1, None);
    let two = run(&second(), 1, 1, Some(&one));
    for shards in [1, 2, 5, 13] {
        let other = run(&first(), 0, shards, None);
        assert_eq!(other.everything, one.everything, "{shards} shards");
        assert_eq!(run(&second(), 1, shards, Some(&other)).everything, two.everything, "{shards} shards");
    }
    let mut reversed = second();
    reversed.reverse();
    assert_eq!(run(&reversed, 1, 2, Some(&one)).everything, two.everything, "records offered in another order");
}

#[test]
fn a_first_night_goes_on_from_nothing_and_a_missed_night_ends_what_was_left() {
    let alone = run(&second(), 1, 2, None);
    assert_eq!(with(&alone, "transfer_completed"), [["transfer_completed", "transfer_completed", "logout"]]);
    assert_eq!(count(&alone, "journeys_taken_over"), 0);
    let one = run(&first(), 0, 2, None);
    let mut late = second();
    late.lines.iter_mut().for_each(|line| line.time_ns = line.time_ns.map(|time| time + 1_440 * MINUTE_NS));
    let three = run(&late, 2, 2, Some(&one));
    let mut found = with(&three, "transfer_completed");
    found.sort();
    assert_eq!(found[0], ["login", "only_before_midnight", "transfer_completed"]);
    assert_eq!(found[1], ["transfer_completed", "transfer_completed", "logout"]);
    assert_eq!(count(&three, "journeys_taken_over"), 3);
}

#[test]
fn a_journey_may_be_open_at_several_midnights_but_not_for_ever() {
    let mut before = run(&first(), 0, 1, None);
    for number in 1..=10_i64 {
        let mut lines = ordinary(number);
        lines.push(line("OVER", number * 1_440 + LAST_MINUTE - 5, "poll"));
        let next = run(&day(lines), number as i32, 1, Some(&before));
        let expected = match number {
            ..=6 => Vec::new(),
            7 => vec![3 + 7],
            // A new journey, as if the session had begun then.
            _ => Vec::new(),
        };
        assert_eq!(with(&next, "poll").iter().map(Vec::len).collect::<Vec<_>>(), expected, "night {number}");
        assert_eq!(count(&next, "journeys_cut_open"), u64::from(number == 7), "night {number}");
        before = next;
    }
}

#[test]
fn a_journey_too_long_to_be_left_is_closed_and_counted() {
    let mut lines = ordinary(0);
    lines.extend((0..1_100).map(|number| {
        let mut line = line("LONG", LAST_MINUTE - 3, "poll");
        line.time_ns = line.time_ns.map(|time| time + number);
        line
    }));
    let one = run(&day(lines), 0, 2, None);
    assert_eq!((count(&one, "journeys_cut_open"), with(&one, "poll").len()), (1, 1));
}

#[test]
fn a_night_that_ends_in_the_evening_leaves_nothing() {
    let mut lines = first().lines;
    lines.iter_mut().for_each(|line| line.time_ns = line.time_ns.map(|time| time - 60 * MINUTE_NS));
    let one = run(&day(lines), 0, 1, None);
    assert_eq!((count(&one, "journeys_open"), count(&one, "journeys")), (0, 17));
}

#[test]
fn midnight_is_that_of_the_bank() {
    // Two hours east of UTC the day ends at 22:00 UTC.
    let mut lines = first().lines;
    lines.iter_mut().for_each(|line| line.time_ns = line.time_ns.map(|time| time - 120 * MINUTE_NS));
    let mut night = Night { day: DAY, ..Night::default() };
    night.policy.ingest.utc_offset_minutes = 120;
    let one = mine_night(&day(lines).shards(2), 3, 2, &night);
    assert_eq!(count(&one, "journeys_open"), 3);
}
