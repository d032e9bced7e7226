//! What rules over sequences look at first: transactions that were not refused and sign-ins that failed, each once however many systems log it.
//!
//! Several systems write lines about one payment. Lines of one transaction id are one transaction. Lines without an id belong to the
//! open one when no line of their type is in it yet, the amounts do not contradict, and little time has passed.

use schemas::ids::{RecordRef, TokenKey};
use schemas::limits::JOURNEY_EVENTS_MAX;
use schemas::record::{EventCategory, Outcome, SightingKind, SightingRecord};
use stage_runtime::StepError;

use super::KnownType;
use super::row::{Night, Row};

/// Time within which lines of several systems are about one thing.
const TOGETHER_NS: i64 = 30_000_000_000;
/// Clusters that may still take a line.
const OPEN_MAX: usize = 8;

/// Whose journey it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose {
    /// Key of the journey.
    pub key: TokenKey,
    /// Customer.
    pub customer: Option<TokenKey>,
    /// Session or trace; none when the journey is only the customer's.
    pub session: Option<TokenKey>,
}

/// The activities of one journey.
#[derive(Default)]
pub(super) struct Activities {
    clusters: Vec<Cluster>,
}

struct Cluster {
    kind: SightingKind,
    /// Time of the first event.
    began_ns: i64,
    /// The first event of this night, else of all.
    first: Row,
    transaction: Option<u128>,
    amount_minor: Option<i64>,
    types: Vec<u32>,
    /// What all its lines say.
    state: State,
    /// What its lines of earlier nights alone say, which is what those nights knew: lines come in order of time, not of nights.
    before: State,
    /// Whether earlier nights had a line of it.
    began_before: bool,
}

/// What became of it.
#[derive(Debug, Clone, Copy)]
struct State {
    /// Whether any line says that it was done, not only begun.
    done: bool,
    /// The last outcome that a line states.
    outcome: Outcome,
}

impl State {
    const NOTHING: Self = Self { done: false, outcome: Outcome::Unknown };

    fn add(&mut self, row: &Row, known: &KnownType) {
        self.done |= !known.preliminary || row.outcome == Outcome::Success;
        if row.outcome != Outcome::Unknown {
            self.outcome = row.outcome;
        }
    }
}

impl Activities {
    /// Takes the next event of the journey.
    pub(super) fn add(&mut self, row: &Row, known: &KnownType) {
        let kind = match known.category {
            EventCategory::Transaction => SightingKind::Transaction,
            EventCategory::Login if row.outcome == Outcome::Failure => SightingKind::LoginFailed,
            _ => return,
        };
        let known_cluster = (0..self.clusters.len()).rev().take(OPEN_MAX).find(|&at| self.clusters[at].takes(kind, row));
        let at = known_cluster.unwrap_or(self.clusters.len());
        if at == JOURNEY_EVENTS_MAX {
            return;
        }
        if at == self.clusters.len() {
            self.clusters.push(Cluster::new(kind, row));
        }
        self.clusters[at].add(row, known);
    }

    /// Ends the journey, or its night: hands over what counts and no earlier night told of.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn close(&mut self, whose: Whose, mut sink: impl FnMut(SightingRecord) -> Result<(), StepError>) -> Result<(), StepError> {
        for cluster in self.clusters.drain(..) {
            if cluster.counts(cluster.state) && !cluster.was_told() {
                sink(SightingRecord {
                    subject: whose.customer.unwrap_or(whose.key),
                    customer: whose.customer,
                    session: whose.session,
                    time_ns: cluster.first.has_time.then_some(cluster.first.time_ns),
                    at: RecordRef { source: cluster.first.source, offset: cluster.first.offset },
                    kind: cluster.kind,
                    event: cluster.first.event,
                    amount_minor: cluster.amount_minor,
                    origin: None,
                    party: None,
                    failed: cluster.kind == SightingKind::LoginFailed,
                })?;
            }
        }
        Ok(())
    }
}

impl Cluster {
    fn new(kind: SightingKind, row: &Row) -> Self {
        let began_ns = row.time_ns;
        Self {
            kind,
            began_ns,
            first: *row,
            transaction: None,
            amount_minor: None,
            types: Vec::new(),
            state: State::NOTHING,
            before: State::NOTHING,
            began_before: false,
        }
    }

    fn counts(&self, state: State) -> bool {
        self.kind != SightingKind::Transaction || state.done && state.outcome != Outcome::Failure
    }

    /// Whether an earlier night told of it: what it had of it counted then.
    fn was_told(&self) -> bool {
        self.began_before && self.counts(self.before)
    }

    fn takes(&self, kind: SightingKind, row: &Row) -> bool {
        if kind != self.kind {
            return false;
        }
        match (self.transaction, row.transaction) {
            (Some(a), Some(b)) => a == b,
            _ => {
                let amounts_agree = self.amount_minor.is_none() || row.amount_minor.is_none() || self.amount_minor == row.amount_minor;
                let together = row.time_ns.saturating_sub(self.began_ns) <= TOGETHER_NS;
                amounts_agree && together && !self.types.contains(&row.event)
            }
        }
    }

    fn add(&mut self, row: &Row, known: &KnownType) {
        self.transaction = self.transaction.or(row.transaction);
        self.amount_minor = self.amount_minor.max(row.amount_minor);
        if !self.types.contains(&row.event) {
            self.types.push(row.event);
        }
        self.state.add(row, known);
        if row.night == Night::Tonight {
            // The first of this night is where it is found.
            if self.first.night != Night::Tonight {
                self.first = *row;
            }
        } else {
            self.before.add(row, known);
            self.began_before = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_NS: i64 = 1_000_000_000;

    fn row(second: i64, event: u32, outcome: Outcome, amount_minor: Option<i64>, transaction: Option<u128>) -> Row {
        let offset = second.cast_unsigned();
        Row {
            journey: 1,
            time_ns: second * SECOND_NS,
            night: Night::Tonight,
            source: 0,
            offset,
            event,
            has_time: true,
            by_customer: false,
            outcome,
            customer: None,
            amount_minor,
            transaction,
            marks: 0,
            values: [0; schemas::limits::ATTRIBUTES_MAX],
            host: 0,
            span: 0,
            parent: 0,
            number: 0,
        }
    }

    /// Types 0..=4 are transactions (4 only a beginning), 5 and 6 sign-ins.
    #[track_caller]
    fn check(rows: &[Row], expected: &[(i64, Option<i64>)]) {
        let mut activities = Activities::default();
        for row in rows {
            let category = if row.event < 5 { EventCategory::Transaction } else { EventCategory::Login };
            activities.add(row, &KnownType { id: row.event.into(), category, other: false, preliminary: row.event == 4 });
        }
        let mut found = Vec::new();
        activities
            .close(Whose { key: TokenKey(1), customer: None, session: None }, |activity| {
                found.push((activity.time_ns.unwrap() / SECOND_NS, activity.amount_minor));
                Ok(())
            })
            .unwrap();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_of_one_transaction_count_once() {
        let ok = Outcome::Success;
        check(&[row(0, 0, ok, Some(5), Some(1)), row(9, 1, ok, Some(5), Some(1)), row(90, 2, ok, None, Some(1))], &[(0, Some(5))]);
        check(&[row(0, 0, ok, Some(5), None), row(9, 1, ok, Some(5), None), row(12, 0, ok, Some(5), None)], &[(0, Some(5)), (12, Some(5))]);
        check(&[row(0, 0, ok, Some(5), None), row(9, 1, ok, Some(6), None)], &[(0, Some(5)), (9, Some(6))]);
        check(&[row(0, 0, ok, None, None), row(60, 1, ok, None, None)], &[(0, None), (60, None)]);
    }

    #[test]
    fn refused_and_merely_begun_ones_do_not_count() {
        check(&[row(0, 0, Outcome::Success, None, Some(1)), row(1, 1, Outcome::Failure, None, Some(1))], &[]);
        check(&[row(0, 4, Outcome::Unknown, None, None)], &[]);
        check(&[row(0, 4, Outcome::Success, None, None)], &[(0, None)]);
    }

    /// A line that comes a night late is in its place by time. What the night before knew is what it told of: it had the beginning alone, or all but a refusal.
    #[test]
    fn lines_that_cross_midnight_in_either_order_are_told_of_by_one_night() {
        let before = |row: Row| Row { night: Night::Before(1), ..row };
        let (ok, no) = (Outcome::Success, Outcome::Failure);
        let (begun, done) = (|second| row(second, 4, Outcome::Unknown, Some(5), Some(1)), |second| row(second, 0, ok, Some(5), Some(1)));
        let refused = |second| row(second, 1, no, Some(5), Some(1));
        // The night before had the beginning alone, which counts for nothing: this night tells, whichever line is the later one.
        check(&[before(begun(0)), done(1)], &[(1, Some(5))]);
        check(&[done(0), before(begun(1))], &[(0, Some(5))]);
        // It had the end, and has told.
        check(&[before(done(0)), begun(1)], &[]);
        check(&[begun(0), before(done(1))], &[]);
        // It had a refusal, which this night's line overtakes, or not.
        check(&[before(refused(0)), done(1)], &[(1, Some(5))]);
        check(&[done(0), before(refused(1))], &[]);
        check(&[before(begun(0)), refused(1)], &[]);
        // A failed sign-in always counts: the night before told of it if it had any line.
        let failed = |second, event| row(second, event, no, None, None);
        check(&[failed(0, 5), before(failed(1, 6))], &[]);
        check(&[before(failed(0, 5)), failed(1, 6)], &[]);
    }

    #[test]
    fn failed_sign_ins_count_once_an_attempt() {
        let no = Outcome::Failure;
        check(
            &[row(0, 5, no, None, None), row(1, 6, no, None, None), row(9, 5, no, None, None), row(10, 6, no, None, None)],
            &[(0, None), (9, None)],
        );
        check(&[row(0, 5, Outcome::Success, None, None)], &[]);
    }
}
