//! Builds one journey after the other from rows in order.

use schemas::ids::{RecordRef, StableId, TokenKey};
use schemas::limits::JOURNEY_EVENTS_MAX;
use schemas::policy::MinePolicy;
use schemas::record::{Contribution, ContributionRecord, Journey, JourneyRecord, JourneySteps, JourneyStepsRecord, Metric, Outcome, Sighting};
use stage_runtime::{Output, StepError};

use super::KnownType;
use super::activity::{Activities, Whose};
use super::open::Midnight;
use super::row::{Night, Row};

const HOUR_NS: i64 = 3_600_000_000_000;
const MINUTE_NS: i64 = 60_000_000_000;

/// Where finished journeys go.
pub(super) struct Sinks {
    /// Journeys.
    pub journey: Output<Journey>,
    /// Activities.
    pub activity: Output<Sighting>,
    /// Contributions.
    pub contribution: Output<Contribution>,
    /// Journeys with the details of their steps, when asked for.
    pub steps: Option<Output<JourneySteps>>,
    /// Journeys written.
    pub journeys: u64,
    /// Where journeys go that are open at midnight; none when they are closed as they are.
    pub midnight: Option<Midnight>,
    /// Journeys of earlier nights that were met.
    pub taken_over: u64,
}

/// The journey under construction.
pub(super) struct Builder<'a> {
    types: &'a [KnownType],
    gap_ns: i64,
    /// Slots of the attribute dictionary.
    slots: usize,
    open: Option<Open>,
    /// Lists of a journey that is closed, empty: the next one's.
    spare: Lists,
    /// Events of the journey under construction, when it may be left to the next night.
    rows: Vec<Row>,
    activities: Activities,
}

struct Open {
    key: u128,
    /// The night of the event before.
    night: Night,
    /// Whether an earlier night left it.
    from_before: bool,
    part: u32,
    by_customer: bool,
    customer: Option<u128>,
    first: RecordRef,
    start_ns: Option<i64>,
    /// Greatest own time so far.
    end_ns: Option<i64>,
    /// Own time of the event before.
    last_ns: Option<i64>,
    outcome: Outcome,
    left_out: u32,
    hours: u32,
    lists: Lists,
}

/// What a journey has of each event.
#[derive(Default)]
struct Lists {
    events: Vec<u32>,
    gaps_us: Vec<Option<u64>>,
    times_us: Vec<Option<i64>>,
    marks: Vec<u8>,
    amounts_minor: Vec<Option<i64>>,
    values: Vec<u8>,
}

impl<'a> Builder<'a> {
    /// No journey yet.
    pub(super) fn new(types: &'a [KnownType], policy: &MinePolicy, slots: usize) -> Self {
        let gap_ns = i64::from(policy.journey_gap_minutes) * MINUTE_NS;
        Self { types, gap_ns, slots, open: None, spare: Lists::default(), rows: Vec::new(), activities: Activities::default() }
    }

    /// Takes the next event in order.
    ///
    /// # Errors
    /// When an output cannot be written.
    pub(super) fn push(&mut self, row: &Row, sinks: &mut Sinks) -> Result<(), StepError> {
        let part = match &self.open {
            Some(open) if open.key == row.journey && !self.divides(open, row) => None,
            Some(open) if open.key == row.journey => Some(open.part.saturating_add(1)),
            _ => Some(0),
        };
        if let Some(part) = part {
            self.close(sinks)?;
            self.open = Some(Open::new(row, part, std::mem::take(&mut self.spare)));
        }
        if let Some(open) = &mut self.open {
            open.add(row);
            if sinks.steps.is_some() {
                open.add_details(row, self.slots);
            }
            if sinks.midnight.is_some() && self.rows.len() < open.lists.events.len() {
                self.rows.push(*row);
            }
        }
        if let Some(kind) = self.types.get(row.event as usize) {
            self.activities.add(row, kind);
        }
        Ok(())
    }

    /// Ends the input.
    ///
    /// # Errors
    /// When an output cannot be written.
    pub(super) fn finish(mut self, sinks: &mut Sinks) -> Result<(), StepError> {
        self.close(sinks)
    }

    fn divides(&self, open: &Open, row: &Row) -> bool {
        let gap = open.end_ns.filter(|_| row.has_time).map_or(0, |end| row.time_ns.saturating_sub(end));
        // Between a night and the next but one lies a night of which nothing is known.
        let missed = matches!(open.night, Night::Missed(_)) != matches!(row.night, Night::Missed(_));
        missed || row.by_customer && gap > self.gap_ns
    }

    fn close(&mut self, sinks: &mut Sinks) -> Result<(), StepError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let unit = TokenKey(open.customer.unwrap_or(open.key));
        let (key, customer) = (TokenKey(open.key), open.customer.map(TokenKey));
        let whose = Whose { key, customer, session: (!open.by_customer).then_some(key) };
        self.activities.close(whose, |activity| sinks.activity.push(0, &activity, activity.time_ns))?;
        sinks.taken_over += u64::from(open.from_before);
        let rows = std::mem::take(&mut self.rows);
        let left = match &mut sinks.midnight {
            Some(midnight) => midnight.leave(&rows, customer, open.end_ns, open.left_out)?,
            None => false,
        };
        self.rows = rows;
        self.rows.clear();
        if !left {
            open.contribute(unit, |contribution| sinks.contribution.push(0, &contribution, None))?;
            if let Some(steps) = &mut sinks.steps {
                open.write_steps(self.slots, steps)?;
            }
            open.write(self.types, &mut sinks.journey)?;
            sinks.journeys += 1;
        }
        self.spare = open.lists;
        self.spare.clear();
        Ok(())
    }
}

impl Lists {
    fn clear(&mut self) {
        self.events.clear();
        self.gaps_us.clear();
        self.times_us.clear();
        self.marks.clear();
        self.amounts_minor.clear();
        self.values.clear();
    }
}

impl Open {
    fn new(row: &Row, part: u32, lists: Lists) -> Self {
        Self {
            key: row.journey,
            night: row.night,
            from_before: false,
            part,
            by_customer: row.by_customer,
            customer: None,
            first: RecordRef { source: row.source, offset: row.offset },
            start_ns: None,
            end_ns: None,
            last_ns: None,
            outcome: Outcome::Unknown,
            left_out: 0,
            hours: 0,
            lists,
        }
    }

    fn add(&mut self, row: &Row) {
        let own_ns = row.has_time.then_some(row.time_ns);
        if self.lists.events.len() < JOURNEY_EVENTS_MAX {
            if !self.lists.events.is_empty() {
                let gap_ns = own_ns.zip(self.last_ns).map(|(now, last)| now.saturating_sub(last).max(0).cast_unsigned());
                self.lists.gaps_us.push(gap_ns.map(|ns| ns / 1_000));
            }
            self.lists.events.push(row.event);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
        self.night = row.night;
        self.from_before |= row.night != Night::Tonight;
        self.customer = self.customer.or(row.customer);
        self.start_ns = self.start_ns.or(own_ns);
        self.end_ns = self.end_ns.max(own_ns);
        self.last_ns = own_ns;
        if row.outcome != Outcome::Unknown {
            self.outcome = row.outcome;
        }
        if let Some(time_ns) = own_ns {
            self.hours |= 1 << time_ns.div_euclid(HOUR_NS).rem_euclid(24);
        }
    }

    /// Keeps the details of the event just added, unless it was left out.
    fn add_details(&mut self, row: &Row, slots: usize) {
        let lists = &mut self.lists;
        if lists.times_us.len() < lists.events.len() {
            lists.times_us.push(row.has_time.then_some(row.time_ns.div_euclid(1_000)));
            lists.marks.push(row.marks);
            lists.amounts_minor.push(row.amount_minor);
            lists.values.extend(row.values.iter().take(slots));
        }
    }

    fn write_steps(&mut self, slots: usize, output: &mut Output<JourneySteps>) -> Result<(), StepError> {
        let lists = &mut self.lists;
        let record = JourneyStepsRecord {
            key: TokenKey(self.key),
            part: self.part,
            customer: self.customer.map(TokenKey),
            events: std::mem::take(&mut lists.events),
            times_us: std::mem::take(&mut lists.times_us),
            marks: &lists.marks,
            amounts_minor: std::mem::take(&mut lists.amounts_minor),
            values: &lists.values,
            slots: slots as u32,
        };
        output.push(0, &record, self.start_ns)?;
        // Lent to the record.
        (lists.events, lists.times_us, lists.amounts_minor) = (record.events, record.times_us, record.amounts_minor);
        Ok(())
    }

    /// What the customer contributes to the report, each key once a journey. Start and end are no edges here: every journey has
    /// them, and they would use up the bound on what one customer may contribute.
    fn contribute(&self, unit: TokenKey, mut sink: impl FnMut(ContributionRecord) -> Result<(), StepError>) -> Result<(), StepError> {
        let mut events = self.lists.events.clone();
        events.sort_unstable();
        events.dedup();
        for event in events {
            sink(ContributionRecord { unit, metric: Metric::EventType, key: event.into() })?;
        }
        for hour in (0..24).filter(|hour| self.hours >> hour & 1 == 1) {
            sink(ContributionRecord { unit, metric: Metric::Hour, key: hour })?;
        }
        let mut edges: Vec<u64> = self.lists.events.windows(2).map(|two| u64::from(two[0]) << 32 | u64::from(two[1])).collect();
        edges.sort_unstable();
        edges.dedup();
        for key in edges {
            sink(ContributionRecord { unit, metric: Metric::Edge, key })?;
        }
        Ok(())
    }

    fn write(&mut self, types: &[KnownType], output: &mut Output<Journey>) -> Result<(), StepError> {
        let lists = &mut self.lists;
        let record = JourneyRecord {
            key: TokenKey(self.key),
            part: self.part,
            customer: self.customer.map(TokenKey),
            first: self.first,
            start_ns: self.start_ns,
            duration_ns: self.end_ns.zip(self.start_ns).map_or(0, |(end, start)| end.saturating_sub(start).max(0).cast_unsigned()),
            variant: variant_of(&lists.events, types),
            outcome: self.outcome,
            events: std::mem::take(&mut lists.events),
            gaps_us: std::mem::take(&mut lists.gaps_us),
            events_left_out: self.left_out,
        };
        output.push(0, &record, self.start_ns)?;
        // Lent to the record.
        (lists.events, lists.gaps_us) = (record.events, record.gaps_us);
        Ok(())
    }
}

/// The events of a variant: immediate repetitions count once.
pub(crate) fn without_repetitions(events: &[u32]) -> Vec<u32> {
    let mut events = events.to_vec();
    events.dedup();
    events
}

fn variant_of(events: &[u32], types: &[KnownType]) -> StableId {
    let ids = without_repetitions(events);
    let bytes: Vec<u8> = ids.iter().flat_map(|event| types.get(*event as usize).map_or(0, |known| known.id).to_le_bytes()).collect();
    StableId::of(&bytes)
}
