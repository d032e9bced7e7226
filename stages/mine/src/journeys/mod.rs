//! `journeys[partition]`: the events of all shards in time order, one journey at a time.
//!
//! Events are sorted on disk by journey, time and place. An event without time belongs after the one before it in its source: when a
//! partition has any, a first sort by place gives them that time. A journey is streamed: what is kept of it is bounded, however
//! long it is.
//!
//! Clocks of hosts that differ are put right within a journey ([`clocks`]).
//!
//! A journey that is open at midnight is left to the next night ([`open`]), which closes and owns it: it is no journey of this one.

mod activity;
pub(crate) mod builder;
mod causes;
mod clocks;
mod open;
mod row;
mod values;

use schemas::limits::ATTRIBUTES_MAX;
use schemas::metric::Counter;
use schemas::record::{Contribution, Event, EventCategory, EventType, Journey, JourneySteps, Sighting};
use stage_runtime::{InputBytes, StepContext, StepError};

use crate::attribute::dictionary::Dictionary;
use crate::event::category::is_preliminary;
use crate::event::kind::OTHER;
use crate::sort::Sorter;
use builder::{Builder, Sinks};
use causes::CausesReader;
use clocks::Clocks;
use row::{Night, ROW_BYTES, Row};
use values::ValuesReader;

/// What is known about an event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownType {
    /// Id across nights.
    pub id: u64,
    /// Category.
    pub category: EventCategory,
    /// Whether it is the type of events beyond the limits.
    pub other: bool,
    /// Whether a transaction of this type is only its beginning.
    pub preliminary: bool,
}

/// Runs the step.
///
/// # Errors
/// When an input is damaged, an output cannot be written or the scratch disk is full.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let job = context.job();
    let types = read_types(context)?;
    let dictionary = Dictionary::read(&context.inputs("attribute"))?;
    let before = open::Before::of(context, &types, &dictionary);
    let sorted = sort_events(context, before)?;
    let midnight = open::Midnight::of(context, &types, &dictionary)?;
    let mut sinks = Sinks {
        journey: context.output::<Journey>("journey")?,
        activity: context.output::<Sighting>("activity")?,
        contribution: context.output::<Contribution>("contribution")?,
        steps: context.has_output("journey_steps").then(|| context.output::<JourneySteps>("journey_steps")).transpose()?,
        journeys: 0,
        midnight,
        taken_over: 0,
    };
    let mut builder = Builder::new(&types, &job.policy.mine, dictionary.slots.len());
    let mut clocks = Clocks::new(job.policy.mine.clock_tolerance_ms);
    let mut build = |row: &Row| builder.push(row, &mut sinks);
    sorted.for_each(|bytes| clocks.push(Row::from_time_order(bytes), &mut build))?;
    context.report.add(Counter::EventsMoved, clocks.finish(&mut build)?);
    builder.finish(&mut sinks)?;
    context.report.add(Counter::Journeys, sinks.journeys);
    context.report.add(Counter::JourneysTakenOver, sinks.taken_over);
    if let Some(midnight) = sinks.midnight {
        midnight.finish(context)?;
    }
    sinks.journey.finish(context)?;
    if let Some(steps) = sinks.steps {
        steps.finish(context)?;
    }
    sinks.activity.finish(context)?;
    sinks.contribution.finish(context)
}

fn read_types(context: &StepContext) -> Result<Vec<KnownType>, StepError> {
    let input = context.input("event_type")?;
    let container = input.open::<EventType>()?;
    let mut types = Vec::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<EventType>(number, &mut scratch)?.records() {
            let record = record?;
            types.push(KnownType {
                id: record.id.0,
                category: record.category,
                other: record.name == OTHER,
                preliminary: is_preliminary(record.name),
            });
        }
    }
    Ok(types)
}

/// The partition's events in journey and time order.
fn sort_events(context: &mut StepContext, before: open::Before) -> Result<crate::sort::Sorted<ROW_BYTES>, StepError> {
    let mut by_time = Sorter::new(context.take_scratch()?, false);
    let inputs = Inputs {
        events: context.inputs("event"),
        values: context.inputs("event_values"),
        causes: context.inputs("event_cause"),
        partition: context.job().partition,
        before,
        timeout_us: u64::from(context.job().policy.mine.timeout_seconds) * 1_000_000,
    };
    let timeless = read_events(&inputs, |row| if row.has_time { by_time.push(row.to_time_order()) } else { Ok(()) })?;
    if timeless == 0 {
        return by_time.finish();
    }
    // Begin again, by place this time, so that each event without time follows the one before it.
    let scratch = by_time.finish()?.into_scratch();
    let mut by_place = Sorter::new(context.take_scratch()?, false);
    read_events(&inputs, |row| by_place.push(row.to_place_order()))?;
    let by_place = by_place.finish()?;
    let mut by_time = Sorter::new(scratch, false);
    let mut last: Option<Row> = None;
    by_place.for_each(|bytes| {
        let mut row = Row::from_place_order(bytes);
        if !row.has_time && row.night == Night::Tonight {
            row.time_ns = last
                .filter(|last| (last.journey, last.night, last.source) == (row.journey, row.night, row.source))
                .map_or(i64::MIN, |last| last.time_ns);
        }
        last = Some(row);
        by_time.push(row.to_time_order())
    })?;
    by_time.finish()
}

struct Inputs {
    events: Vec<InputBytes>,
    /// Of the same shards; none when nobody asked for them.
    values: Vec<InputBytes>,
    /// The same.
    causes: Vec<InputBytes>,
    partition: u32,
    before: open::Before,
    timeout_us: u64,
}

/// Hands the partition's events with a journey to `sink`; says how many of them have no time.
fn read_events(inputs: &Inputs, mut sink: impl FnMut(Row) -> Result<(), StepError>) -> Result<u64, StepError> {
    let mut timeless = 0;
    inputs.before.read(&mut sink)?;
    for (shard, input) in inputs.events.iter().enumerate() {
        let container = input.open::<Event>()?;
        let mut values = inputs.values.get(shard).map(|input| ValuesReader::new(input, inputs.partition)).transpose()?;
        let mut causes = inputs.causes.get(shard).map(|input| CausesReader::new(input, inputs.partition)).transpose()?;
        let mut scratch = Vec::new();
        // Row by row: a decoded block is several times the size of its bytes.
        for number in container.blocks_of(inputs.partition) {
            for event in container.block::<Event>(number, &mut scratch)?.records() {
                let event = event?;
                let values = values.as_mut().map_or(Ok([0; ATTRIBUTES_MAX]), |values| values.next(event.at))?;
                let cause = causes.as_mut().map_or(Ok(None), |causes| causes.next(event.at))?;
                if let Some(row) = Row::of_event(&event, values, inputs.timeout_us) {
                    let row = cause.map_or(row, |cause| row.with_cause(&cause));
                    timeless += u64::from(!row.has_time);
                    sink(row)?;
                }
            }
        }
    }
    Ok(timeless)
}
