//! Journeys over midnight. The night in which a journey is closed owns it; the nights before leave it in `open_journey` and count it nowhere
//! but in [`Counter::JourneysOpen`]. Activities are told of in the night of their events.
//!
//! **Open** is a journey whose last event lies within the policy's `journey_gap_minutes` before midnight of the bank's time, or within [`LATE_NS`] behind
//! it. Date and policy alone decide: if an event of somebody else could open or close a journey, one customer would move the numbers of all others,
//! and no noise of the report would cover it.
//!
//! First night: nothing was left, and each journey begins with its first event. Same date again: the same state is given, the same comes
//! out. Missed nights: what was left is closed as it was, and what comes after is another journey, since nothing is known of the days between.

use std::collections::BTreeMap;

use schemas::ids::{StableId, TokenKey};
use schemas::limits::{ATTRIBUTES_MAX, JOURNEY_EVENTS_MAX, OPEN_EVENTS_MAX, OPEN_NIGHTS_MAX};
use schemas::metric::Counter;
use schemas::record::{EventType, EventTypeRecord, OpenJourney, OpenJourneyRecord};
use stage_runtime::{InputBytes, Output, StepContext, StepError};

use super::KnownType;
use super::row::{Night, Row};
use super::values::Slots;
use crate::attribute::dictionary::Dictionary;

const MINUTE_NS: i64 = 60_000_000_000;
const DAY_NS: i64 = 1_440 * MINUTE_NS;
/// Events so long after midnight may come from a late delivery or a clock that is a little wrong; what ends later is of another day, and closed.
const LATE_NS: i64 = 60 * MINUTE_NS;

/// What the night before left.
pub(super) struct Before {
    inputs: Vec<InputBytes>,
    /// Numbers of tonight's event types, by id across nights.
    types: BTreeMap<u64, u32>,
    other: u32,
    dictionary: Dictionary,
    partition: u32,
    partitions: u32,
    day: i32,
}

/// Where journeys go that are open at midnight.
pub(super) struct Midnight {
    output: Output<OpenJourney>,
    /// Times of a last event from and to which a journey is open.
    open_ns: (i64, i64),
    ids: Vec<u64>,
    dictionary: Dictionary,
    day: i32,
    /// Event types of journeys that were left.
    used: Vec<bool>,
    journeys: u64,
    events: u64,
    cut: u64,
}

impl Before {
    /// Of the step's inputs; nothing on a first night.
    pub(super) fn of(context: &StepContext, types: &[KnownType], dictionary: &Dictionary) -> Self {
        let job = context.job();
        let known: BTreeMap<u64, u32> = types.iter().map(|known| known.id).zip(0..).collect();
        let other = types.iter().position(|known| known.other).and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX);
        Self {
            inputs: context.inputs("open_before"),
            types: known,
            other,
            dictionary: dictionary.clone(),
            partition: job.partition,
            partitions: job.partitions.max(1),
            day: job.logical_day,
        }
    }

    /// Hands over the events of the partition's journeys.
    ///
    /// # Errors
    /// When an input is damaged, or the first error of `sink`.
    pub(super) fn read(&self, sink: &mut impl FnMut(Row) -> Result<(), StepError>) -> Result<(), StepError> {
        let mut scratch = Vec::new();
        for input in &self.inputs {
            let container = input.open::<OpenJourney>()?;
            for number in 0..container.block_count() {
                for journey in container.block::<OpenJourney>(number, &mut scratch)?.records() {
                    let journey = journey?;
                    if journey.key.0 % u128::from(self.partitions) == u128::from(self.partition) {
                        self.rows(&journey).try_for_each(&mut *sink)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn rows<'a>(&'a self, journey: &'a OpenJourneyRecord<'_>) -> impl Iterator<Item = Row> + 'a {
        let night = if journey.day.saturating_add(1) == self.day { Night::Before(journey.nights) } else { Night::Missed(journey.nights) };
        let codes = self.codes(journey);
        let width = journey.fields.len();
        // A list that is too short says nothing of the events beyond it.
        (0..journey.events.len()).map(move |at| {
            let mut values: Slots = [0; ATTRIBUTES_MAX];
            for (field, &text) in journey.values.iter().skip(at * width).take(width).enumerate() {
                let code = usize::from(text).checked_sub(1).and_then(|text| codes.get(&(field, text)));
                if let Some(&(slot, code)) = code {
                    values[slot] = code;
                }
            }
            let time_ns = journey.times_ns.get(at).copied().unwrap_or(i64::MIN);
            Row {
                journey: journey.key.0,
                time_ns,
                night,
                source: u32::MAX,
                offset: at as u64,
                event: self.types.get(&journey.events[at].0).copied().unwrap_or(self.other),
                has_time: journey.timed.get(at).copied().unwrap_or(false) && time_ns != i64::MIN,
                by_customer: journey.by_customer,
                outcome: journey.outcomes.get(at).copied().unwrap_or(schemas::record::Outcome::Unknown),
                customer: journey.customer.map(|key| key.0),
                amount_minor: journey.amounts_minor.get(at).copied().flatten(),
                transaction: journey.transactions.get(at).copied().flatten().map(|id| u128::from(id.0)),
                marks: journey.marks.get(at).copied().unwrap_or(0),
                values,
                // Their order is settled.
                host: 0,
                span: 0,
                parent: 0,
                number: 0,
            }
        })
    }

    /// Slot and number in tonight's dictionary of the journey's values, by field and text; those tonight has not are left out.
    fn codes(&self, journey: &OpenJourneyRecord<'_>) -> BTreeMap<(usize, usize), (usize, u8)> {
        let mut codes = BTreeMap::new();
        for (field, name) in journey.fields.iter().enumerate() {
            let Some(slot) = self.dictionary.slots.iter().position(|(known, _)| known == name) else { continue };
            for (text, value) in journey.texts.iter().enumerate() {
                let code = self.dictionary.slots[slot].1.iter().position(|known| known == value);
                if let Some(code) = code.and_then(|code| u8::try_from(code + 1).ok()) {
                    codes.insert((field, text), (slot, code));
                }
            }
        }
        codes
    }
}

impl Midnight {
    /// Of the step's outputs; none when it is not asked for journeys that are open.
    ///
    /// # Errors
    /// When an input is damaged.
    pub(super) fn of(context: &mut StepContext, types: &[KnownType], dictionary: &Dictionary) -> Result<Option<Self>, StepError> {
        if !context.has_output("open_journey") {
            return Ok(None);
        }
        let job = context.job();
        let midnight_ns = (i64::from(job.logical_day) + 1) * DAY_NS - i64::from(job.policy.ingest.utc_offset_minutes) * MINUTE_NS;
        let gap_ns = i64::from(job.policy.mine.journey_gap_minutes) * MINUTE_NS;
        Ok(Some(Self {
            output: context.output::<OpenJourney>("open_journey")?,
            open_ns: (midnight_ns - gap_ns, midnight_ns + LATE_NS),
            ids: types.iter().map(|known| known.id).collect(),
            dictionary: dictionary.clone(),
            day: job.logical_day,
            used: vec![false; types.len()],
            journeys: 0,
            events: 0,
            cut: 0,
        }))
    }

    /// Leaves a journey to the next night, if it is open; says whether it did. `rows` are its events as far as they were kept.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub(super) fn leave(&mut self, rows: &[Row], customer: Option<TokenKey>, end_ns: Option<i64>, left_out: u32) -> Result<bool, StepError> {
        let is_open = end_ns.is_some_and(|end| (self.open_ns.0..=self.open_ns.1).contains(&end));
        let Some(first) = rows.first().filter(|_| is_open) else { return Ok(false) };
        let nights = rows.iter().map(|row| row.night.midnights()).max().unwrap_or(0) + 1;
        let fits = self.events as usize + rows.len() <= OPEN_EVENTS_MAX;
        if left_out > 0 || rows.len() >= JOURNEY_EVENTS_MAX || nights > OPEN_NIGHTS_MAX || !fits {
            self.cut += 1;
            return Ok(false);
        }
        for row in rows {
            if let Some(used) = self.used.get_mut(row.event as usize) {
                *used = true;
            }
        }
        let (texts, values) = values_of(rows, &self.dictionary);
        let record = OpenJourneyRecord {
            key: TokenKey(first.journey),
            by_customer: first.by_customer,
            customer,
            day: self.day,
            nights,
            events: rows.iter().map(|row| StableId(self.ids.get(row.event as usize).copied().unwrap_or(0))).collect(),
            times_ns: rows.iter().map(|row| row.time_ns).collect(),
            timed: rows.iter().map(|row| row.has_time).collect(),
            outcomes: rows.iter().map(|row| row.outcome).collect(),
            marks: rows.iter().map(|row| row.marks).collect(),
            amounts_minor: rows.iter().map(|row| row.amount_minor).collect(),
            transactions: rows.iter().map(|row| row.transaction.map(|id| StableId(id as u64))).collect(),
            fields: self.dictionary.slots.iter().map(|(name, _)| name.as_str()).collect(),
            texts,
            values,
        };
        self.output.push(0, &record, end_ns)?;
        self.journeys += 1;
        self.events += rows.len() as u64;
        Ok(true)
    }

    /// Ends the night: writes the event types that the next one has to know.
    ///
    /// # Errors
    /// When an input is damaged or an output cannot be written.
    pub(super) fn finish(self, context: &mut StepContext) -> Result<(), StepError> {
        for (counter, value) in [(Counter::JourneysOpen, self.journeys), (Counter::EventsOpen, self.events), (Counter::JourneysCutOpen, self.cut)] {
            context.report.add(counter, value);
        }
        self.output.finish(context)?;
        let mut output = context.output::<EventType>("open_type")?;
        let input = context.input("event_type")?;
        let container = input.open::<EventType>()?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<EventType>(number, &mut scratch)?.records() {
                let record = record?;
                if self.used.get(record.number as usize) == Some(&true) {
                    output.push(0, &EventTypeRecord { count: 0, ..record }, None)?;
                }
            }
        }
        output.finish(context)
    }
}

/// The distinct values of a journey, and for each event and slot the place among them, from 1.
fn values_of<'d>(rows: &[Row], dictionary: &'d Dictionary) -> (Vec<&'d str>, Vec<u16>) {
    let (mut texts, mut values, mut places) = (Vec::new(), Vec::new(), BTreeMap::new());
    for row in rows {
        for (slot, (_, known)) in dictionary.slots.iter().enumerate() {
            let text = usize::from(row.values[slot]).checked_sub(1).and_then(|code| known.get(code));
            values.push(text.map_or(0, |text| {
                *places.entry(text.as_str()).or_insert_with(|| {
                    texts.push(text.as_str());
                    texts.len() as u16
                })
            }));
        }
    }
    (texts, values)
}
