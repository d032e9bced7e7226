//! The order of a journey's events when the clocks of its hosts differ.
//!
//! A span cannot begin before the span that began it, nor, when it was called and waited for, end after it. Where the times of two hosts say
//! otherwise, their clocks differ, and the journey's events of one of them are moved by the least that makes them agree, or into the middle where
//! both ends are known: the estimate of a clock's offset from a round trip (RFC 5905, section 8; the skew adjuster of Jaeger applies it to
//! spans). A span that takes longer than its parent was not waited for, and says nothing of the end. Offsets beyond the policy's
//! `clock_tolerance_ms` are not made: that is another time zone or another day, not a clock that is a little wrong.
//!
//! Of equal times the outer span comes first, then of one host the lower sequence number, then the place in the source. A journey's order depends on its own
//! events alone. Only the first [`JOURNEY_EVENTS_MAX`] events are ordered, which are those a journey keeps.

use std::collections::BTreeMap;

use schemas::limits::JOURNEY_EVENTS_MAX;
use stage_runtime::StepError;

use super::row::Row;

/// Spans inside spans that are told apart.
const DEPTH_MAX: u8 = 32;

/// Buffers the events of a journey and hands them on in order.
pub(super) struct Clocks {
    tolerance_ns: i64,
    journey: Option<u128>,
    rows: Vec<Row>,
    /// Whether more events of the journey came than are ordered.
    full: bool,
    moved: u64,
}

impl Clocks {
    /// No journey yet; a tolerance of 0 moves nothing.
    pub(super) fn new(tolerance_ms: u32) -> Self {
        Self { tolerance_ns: i64::from(tolerance_ms) * 1_000_000, journey: None, rows: Vec::new(), full: false, moved: 0 }
    }

    /// Takes the next event in order of time; `sink` gets those of whole journeys.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn push(&mut self, row: Row, sink: &mut impl FnMut(&Row) -> Result<(), StepError>) -> Result<(), StepError> {
        if self.journey != Some(row.journey) {
            self.hand_on(sink)?;
            (self.journey, self.full) = (Some(row.journey), false);
        }
        if self.full {
            return sink(&row);
        }
        self.rows.push(row);
        if self.rows.len() == JOURNEY_EVENTS_MAX {
            self.hand_on(sink)?;
            self.full = true;
        }
        Ok(())
    }

    /// Ends the input; events whose time was moved.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn finish(mut self, sink: &mut impl FnMut(&Row) -> Result<(), StepError>) -> Result<u64, StepError> {
        self.hand_on(sink)?;
        Ok(self.moved)
    }

    fn hand_on(&mut self, sink: &mut impl FnMut(&Row) -> Result<(), StepError>) -> Result<(), StepError> {
        if self.tolerance_ns > 0 && self.rows.iter().any(|row| row.span != 0 || row.number != 0) {
            self.moved += arrange(&mut self.rows, self.tolerance_ns);
        }
        self.rows.drain(..).try_for_each(|row| sink(&row))
    }
}

/// Orders the events of a journey; how many were given another time.
fn arrange(rows: &mut [Row], tolerance_ns: i64) -> u64 {
    let spans = spans_of(rows);
    let offsets = offsets(&spans, tolerance_ns);
    let mut moved = 0;
    for row in rows.iter_mut() {
        let offset_ns = offsets.get(&row.host).copied().unwrap_or(0);
        if offset_ns != 0 && row.time_ns != i64::MIN {
            row.time_ns = row.time_ns.saturating_add(offset_ns);
            moved += 1;
        }
    }
    // Stable: what is equal stays in the order of places.
    rows.sort_by_key(|row| (row.time_ns, depth(&spans, row.span)));
    let mut from = 0;
    while from < rows.len() {
        let key = (rows[from].time_ns, depth(&spans, rows[from].span));
        let to = from + rows[from..].iter().take_while(|row| (row.time_ns, depth(&spans, row.span)) == key).count();
        by_number(&mut rows[from..to]);
        from = to;
    }
    moved
}

/// Orders those events of each host that have numbers by them, in the places they had.
fn by_number(rows: &mut [Row]) {
    if rows.len() < 2 {
        return;
    }
    let mut places: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.number != 0) {
        places.entry(row.host).or_default().push(at);
    }
    for places in places.into_values() {
        let mut numbered: Vec<Row> = places.iter().map(|&at| rows[at]).collect();
        numbered.sort_by_key(|row| row.number);
        for (at, row) in places.into_iter().zip(numbered) {
            rows[at] = row;
        }
    }
}

/// A span of the journey.
#[derive(Debug, Clone, Copy)]
struct Span {
    host: u32,
    parent: u32,
    first_ns: i64,
    last_ns: i64,
}

type Spans = BTreeMap<u32, Span>;

/// The spans with times; of one on several hosts that of the first event.
fn spans_of(rows: &[Row]) -> Spans {
    let mut spans = Spans::new();
    for row in rows.iter().filter(|row| row.span != 0 && row.has_time) {
        let new = Span { host: row.host, parent: row.parent, first_ns: row.time_ns, last_ns: row.time_ns };
        let span = spans.entry(row.span).or_insert(new);
        if span.host == row.host {
            span.last_ns = span.last_ns.max(row.time_ns);
        }
        if span.parent == 0 {
            span.parent = row.parent;
        }
    }
    spans
}

/// Spans around a span.
fn depth(spans: &Spans, span: u32) -> u8 {
    let mut at = span;
    for depth in 0..DEPTH_MAX {
        match spans.get(&at).map(|span| span.parent).filter(|parent| *parent != 0) {
            Some(parent) => at = parent,
            None => return depth,
        }
    }
    DEPTH_MAX
}

/// How far the clock of one host is to be moved against that of another: at least and, if known, at most.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    least_ns: i64,
    most_ns: Option<i64>,
}

/// What is to be added to the times of each host.
fn offsets(spans: &Spans, tolerance_ns: i64) -> BTreeMap<u32, i64> {
    let mut bounds: BTreeMap<(u32, u32), Bounds> = BTreeMap::new();
    for child in spans.values() {
        let Some(parent) = spans.get(&child.parent).filter(|parent| parent.host != child.host && parent.host != 0 && child.host != 0) else {
            continue;
        };
        let least_ns = parent.first_ns.saturating_sub(child.first_ns);
        let most_ns = Some(parent.last_ns.saturating_sub(child.last_ns)).filter(|most| parent.last_ns > parent.first_ns && *most >= least_ns);
        let known = bounds.entry((parent.host, child.host)).or_insert(Bounds { least_ns, most_ns });
        known.least_ns = known.least_ns.max(least_ns);
        known.most_ns = [known.most_ns, most_ns].into_iter().flatten().min();
    }
    let shifts: BTreeMap<(u32, u32), i64> = bounds.into_iter().map(|(hosts, bounds)| (hosts, bounds.shift())).collect();
    if shifts.values().all(|shift| *shift == 0) {
        return BTreeMap::new();
    }
    // From the hosts that began something and were begun by none, outwards.
    let begun: std::collections::BTreeSet<u32> = shifts.keys().map(|(_, child)| *child).collect();
    let mut offsets: BTreeMap<u32, i64> =
        shifts.keys().map(|(parent, _)| *parent).filter(|parent| !begun.contains(parent)).map(|host| (host, 0)).collect();
    if offsets.is_empty() {
        offsets.extend(shifts.keys().next().map(|(parent, _)| (*parent, 0)));
    }
    while let Some((host, offset)) = shifts.iter().find_map(|((parent, child), shift)| match (offsets.get(parent), offsets.get(child)) {
        (Some(known), None) => Some((*child, known.saturating_add(*shift))),
        (None, Some(known)) => Some((*parent, known.saturating_sub(*shift))),
        _ => None,
    }) {
        offsets.insert(host, offset);
    }
    offsets.retain(|_, offset| offset.abs() <= tolerance_ns);
    offsets
}

impl Bounds {
    fn shift(self) -> i64 {
        match self.most_ns {
            // Both ends are known, and the times agree as they are.
            Some(most) if self.least_ns <= 0 && most >= 0 => 0,
            Some(most) if most >= self.least_ns => i64::midpoint(self.least_ns, most),
            // That nothing begins before it was begun is certain; that it was waited for is not.
            _ => self.least_ns.max(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journeys::row::Night;
    use proptest::prelude::*;
    use schemas::limits::ATTRIBUTES_MAX;
    use schemas::record::Outcome;

    const MS_NS: i64 = 1_000_000;

    /// Milliseconds, host, span, parent; the event is the place among the rows.
    type Short = (i64, u32, u32, u32);

    fn rows(events: &[Short]) -> Vec<Row> {
        let mut rows: Vec<Row> = events
            .iter()
            .zip(0..)
            .map(|(&(ms, host, span, parent), event)| Row {
                journey: 1,
                time_ns: ms * MS_NS,
                night: Night::Tonight,
                source: host,
                offset: u64::from(event),
                event,
                has_time: true,
                by_customer: false,
                outcome: Outcome::Unknown,
                customer: None,
                amount_minor: None,
                transaction: None,
                marks: 0,
                values: [0; ATTRIBUTES_MAX],
                host,
                span,
                parent,
                number: 0,
            })
            .collect();
        rows.sort_by_key(|row| (row.time_ns, row.source, row.offset));
        rows
    }

    fn ordered(mut rows: Vec<Row>, tolerance_ms: i64) -> Vec<u32> {
        arrange(&mut rows, tolerance_ms * MS_NS);
        assert!(rows.is_sorted_by_key(|row| row.time_ns));
        rows.iter().map(|row| row.event).collect()
    }

    /// A call from host 1 to host 2 and on to host 3, and another call, in true order, with the clocks of 2 and 3 off by so much.
    fn calls(two_ms: i64, three_ms: i64) -> Vec<Short> {
        vec![
            (0, 1, 10, 0),
            (20 + two_ms, 2, 20, 10),
            (40 + three_ms, 3, 30, 20),
            (60 + three_ms, 3, 30, 20),
            (80 + two_ms, 2, 20, 10),
            (100, 1, 10, 0),
            (200, 1, 11, 0),
            (220 + two_ms, 2, 21, 11),
            (240 + two_ms, 2, 21, 11),
            (260, 1, 11, 0),
        ]
    }

    #[test]
    fn two_hosts_that_differ_by_300_ms() {
        for two_ms in [-300, 300, -1_900, 1_900, -7, 0] {
            for three_ms in [0, 300, -300] {
                assert_eq!(ordered(rows(&calls(two_ms, three_ms)), 2_000), (0..10).collect::<Vec<u32>>(), "{two_ms} {three_ms}");
            }
        }
    }

    #[test]
    fn clocks_that_agree_are_left_alone() {
        let mut agreeing = rows(&calls(0, 0));
        assert_eq!(arrange(&mut agreeing, 2_000 * MS_NS), 0);
        assert_eq!(agreeing, rows(&calls(0, 0)));
    }

    #[test]
    fn more_than_the_tolerance_is_another_matter() {
        let far = rows(&calls(-5_000, 0));
        let as_written: Vec<u32> = far.iter().map(|row| row.event).collect();
        assert_eq!(ordered(far, 2_000)[..2], as_written[..2]);
    }

    #[test]
    fn what_was_not_waited_for_may_come_later() {
        // The child takes longer than its parent: a message that was handled afterwards.
        assert_eq!(ordered(rows(&[(0, 1, 10, 0), (5, 1, 10, 0), (50, 2, 20, 10), (90, 2, 20, 10)]), 2_000), [0, 1, 2, 3]);
    }

    #[test]
    fn of_equal_times_the_outer_span_and_the_lower_number_come_first() {
        assert_eq!(ordered(rows(&[(0, 2, 20, 10), (0, 3, 10, 0)]), 2_000), [1, 0]);
        let mut numbered = rows(&[(0, 1, 10, 0), (0, 1, 10, 0), (0, 2, 11, 0), (0, 1, 10, 0)]);
        numbered.iter_mut().for_each(|row| row.number = [9, 7, 0, 3][row.event as usize]);
        assert_eq!(ordered(numbered, 2_000), [3, 1, 0, 2]);
    }

    proptest! {
        /// Spans that begin each other in a circle, on any hosts, at any times: an order comes out, the same however the rows are offered.
        #[test]
        fn any_spans_are_ordered(events in prop::collection::vec((0_i64..5_000, 0_u32..4, 0_u32..6, 0_u32..6), 0..40)) {
            let order = ordered(rows(&events), 2_000);
            prop_assert_eq!(order.len(), events.len());
            let mut sorted = order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..events.len() as u32).collect::<Vec<_>>());
            prop_assert_eq!(ordered(rows(&events), 2_000), order);
        }
    }
}
