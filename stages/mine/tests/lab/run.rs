//! Runs `mine.failures` over a night of the bank.

use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::ids::{Digest, StableId, TokenKey};
use schemas::record::{
    Attribute, AttributeRecord, Bundle, EventCategory, EventType, EventTypeRecord, JourneySteps, JourneyStepsRecord, Outcome, RecordKind, Sequence,
    Severity, write_json_lines,
};
use serde_json::Value;
use stage_runtime::testing::Harness;

use super::Journey;
use super::bank::{FIELDS, STEPS};

/// What the step gave.
pub(crate) struct Mined {
    pub(crate) items: Vec<Value>,
    /// Records as JSON lines, and the file.
    pub(crate) everything: (String, Vec<u8>),
}

/// Names of steps, those of faults included.
fn names() -> Vec<&'static str> {
    STEPS.iter().map(|(name, _)| *name).chain(["transfer_reversal"]).collect()
}

fn event_types() -> Vec<u8> {
    let mut writer = ContainerWriter::<_, EventType>::new(Vec::new(), Digest::of(b"types"), 1).unwrap();
    let mut block = BlockBuilder::new(0);
    for (number, (name, outcome)) in (0..).zip(names().iter().flat_map(|name| [(name, Outcome::Success), (name, Outcome::Failure)])) {
        let record = EventTypeRecord {
            number,
            id: StableId(number.into()),
            name,
            category: EventCategory::Other,
            method: "",
            route: "",
            status: 0,
            severity: Severity::Info,
            outcome,
            count: 100 - u64::from(number),
        };
        block.push(&record, None).unwrap();
    }
    writer.write(block).unwrap();
    writer.finish().unwrap().0
}

fn attributes() -> Vec<u8> {
    let mut writer = ContainerWriter::<_, Attribute>::new(Vec::new(), Digest::of(b"attributes"), 1).unwrap();
    let mut block = BlockBuilder::new(0);
    for (slot, (name, values)) in (0..).zip(FIELDS) {
        for (code, value) in (1..).zip(values) {
            block.push(&AttributeRecord { name, value, count: 100, slot, code }, None).unwrap();
        }
    }
    writer.write(block).unwrap();
    writer.finish().unwrap().0
}

/// The journeys of one partition.
fn journey_steps(night: &[Journey], partition: usize, partitions: usize) -> Vec<u8> {
    let names = names();
    let mut writer = ContainerWriter::<_, JourneySteps>::new(Vec::new(), Digest::of(b"journeys"), 1).unwrap();
    let mut sorted: Vec<&Journey> = night.iter().filter(|journey| (journey.key >> 32) as usize % partitions == partition).collect();
    sorted.sort_by_key(|journey| journey.key);
    for chunk in sorted.chunks(2_000) {
        let mut block = BlockBuilder::new(0);
        for journey in chunk {
            let number = |name: &str| names.iter().position(|known| *known == name).unwrap() as u32;
            let marks: Vec<u8> = journey.steps.iter().map(|did| u8::from(did.slow) * 2).collect();
            let values: Vec<u8> = journey.steps.iter().flat_map(|did| did.values).collect();
            let record = JourneyStepsRecord {
                key: TokenKey(journey.key),
                part: 0,
                customer: Some(TokenKey(journey.customer)),
                events: journey.steps.iter().map(|did| number(did.name) * 2 + u32::from(did.failed)).collect(),
                times_us: journey.steps.iter().map(|did| Some(did.time_s * 1_000_000)).collect(),
                marks: &marks,
                amounts_minor: journey.steps.iter().map(|did| did.amount_minor).collect(),
                values: &values,
                slots: FIELDS.len() as u32,
            };
            block.push(&record, None).unwrap();
        }
        writer.write(block).unwrap();
    }
    writer.finish().unwrap().0
}

/// The inputs of the step by name.
pub(crate) fn inputs(night: &[Journey], partitions: usize) -> Vec<(&'static str, Vec<u8>)> {
    let mut inputs = vec![("event_type", event_types()), ("attribute", attributes())];
    inputs.extend((0..partitions).map(|partition| ("journey_steps", journey_steps(night, partition, partitions))));
    inputs
}

/// Mines a night.
pub(crate) fn mine(night: &[Journey], partitions: usize, threads: u16) -> Mined {
    mine_inputs(inputs(night, partitions), threads)
}

/// Mines a night given as the step's inputs.
pub(crate) fn mine_inputs(inputs: Vec<(&'static str, Vec<u8>)>, threads: u16) -> Mined {
    let mut harness = Harness::new("mine.failures").job(|job| job.threads = threads);
    for (name, bytes) in inputs {
        harness = harness.input(name, bytes);
    }
    let outcome = harness.output("sequence", RecordKind::Sequence).output("failures", RecordKind::Bundle).run(stage_mine::process);
    assert_eq!(outcome.report.error, "");
    let mut lines = Vec::new();
    let sequences = Container::open(&outcome.outputs["sequence"]).unwrap();
    sequences.expect::<Sequence>().unwrap();
    write_json_lines(&sequences, false, &mut lines).unwrap();
    let bundle = Container::open(&outcome.outputs["failures"]).unwrap();
    let mut scratch = Vec::new();
    let block = bundle.block::<Bundle>(0, &mut scratch).unwrap();
    let file = block.records().next().unwrap().unwrap();
    assert_eq!(file.path, "failures.json");
    let json: Value = serde_json::from_slice(file.bytes).unwrap();
    Mined { items: json["failures"].as_array().unwrap().clone(), everything: (String::from_utf8(lines).unwrap(), file.bytes.to_vec()) }
}
