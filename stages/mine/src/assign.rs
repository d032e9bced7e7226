//! `assign[shard]`: each record becomes an event of a numbered type with a template and typed values, in the partition of its journey;
//! compliance rules look at it on the way. A record without session, trace or customer belongs to no journey: it counts in
//! templates and event types and is not written.

use schemas::container::{Block, BlockBuilder};
use schemas::ids::{StableId, TokenKey};
use schemas::metric::Counter;
use schemas::record::{
    Clean, CleanRecord, Event, EventCategory, EventRecord, EventType, EventValues, EventValuesRecord, Finding, FindingRecord, Outcome, Template,
};
use stage_runtime::{Pool, StepContext, StepError, map_blocks};

use crate::attribute::dictionary::{Dictionary, Lookup};
use crate::event::amount::amount_minor;
use crate::event::field::{Role, Roles};
use crate::event::kind::{Kind, OTHER, Reader, outcome_number, outcome_of_number, write_key};
use crate::hash::FixedMap;
use crate::rule::{COMPLIANCE, Observed, subject};
use crate::shape::VARIABLE;
use crate::skeleton::record_shape;
use crate::templates::{template_name, template_outcome};
use schemas::record::Scalar;

/// The run's templates and event types, ready to look up.
struct Knowledge {
    by_skeleton: FixedMap<u64, u32>,
    templates: Vec<KnownTemplate>,
    /// Of lines whose shape went to the overflow.
    variable: KnownTemplate,
    /// Of lines without a shape.
    no_template: StableId,
    types: FixedMap<Box<[u8]>, u32>,
    categories: Vec<EventCategory>,
    other: Option<u32>,
    attributes: Dictionary,
    lookup: Lookup,
}

struct KnownTemplate {
    id: StableId,
    /// Number and outcome of the event type its lines have when nothing else names them, by stated outcome.
    unnamed: [(Option<u32>, Outcome); 3],
}

/// Runs the step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let knowledge = read_knowledge(context)?;
    let clean = context.input("clean")?;
    let clean = clean.open::<Clean>()?;
    let job = context.job();
    let mut events = context.output::<Event>("event")?;
    let mut findings = context.output::<Finding>("finding_part")?;
    // An evaluation asks for events alone.
    let mut values = context.has_output("event_values").then(|| context.output::<EventValues>("event_values")).transpose()?;
    let with_values = values.is_some();
    let partitions = job.outputs.iter().find(|output| output.name == "event").map_or(1, |output| output.partitions);
    let (memories, parts) = (Pool::default(), Pool::default());
    let (mut written, mut without) = (0, 0);
    map_blocks(
        &clean,
        0..clean.block_count(),
        |block| {
            let mut assigned = parts.take(|| Assigned::new(partitions, with_values));
            memories.lend(Memory::default, |memory| assign_block(&block, &knowledge, memory, job.evaluation, &mut assigned))?;
            Ok(assigned)
        },
        |mut assigned: Assigned| {
            without += std::mem::take(&mut assigned.without);
            for part in assigned.events.iter_mut().filter(|part| !part.is_empty()) {
                written += u64::from(part.len());
                events.append(part)?;
                part.clear();
            }
            if let Some(values) = &mut values {
                for part in assigned.values.iter_mut().filter(|part| !part.is_empty()) {
                    values.append(part)?;
                    part.clear();
                }
            }
            assigned.findings.drain(..).try_for_each(|finding| findings.push(0, &finding, None))?;
            parts.give(assigned);
            Ok(())
        },
    )?;
    context.report.add(Counter::RecordsIn, clean.records());
    context.report.add(Counter::RecordsOut, written);
    context.report.add(Counter::EventsWithoutJourney, without);
    events.finish(context)?;
    if let Some(values) = values {
        values.finish(context)?;
    }
    findings.finish(context)
}

/// Bytes of events of one block and partition, at first.
const PART_BYTES: usize = 8 << 10;

/// Shapes that one thread remembers.
const SHAPES_MAX: usize = 1 << 12;

/// What one thread remembers from block to block; no output depends on it.
#[derive(Default)]
struct Memory {
    reader: Reader,
    shapes: FixedMap<String, u32>,
    shape: String,
    key: Vec<u8>,
    text: String,
}

struct Assigned {
    /// Encoded already, by partition: writing is left to one thread, and it is to do nothing else.
    events: Vec<BlockBuilder<Event>>,
    /// Attribute values of these events, in the same order; empty when nobody asks for them.
    values: Vec<BlockBuilder<EventValues>>,
    without: u64,
    findings: Vec<FindingRecord<'static>>,
}

impl Assigned {
    fn new(partitions: u32, with_values: bool) -> Self {
        Self {
            events: (0..partitions).map(|number| BlockBuilder::new(number).with_room(PART_BYTES)).collect(),
            values: (0..if with_values { partitions } else { 0 }).map(BlockBuilder::new).collect(),
            without: 0,
            findings: Vec::new(),
        }
    }

    /// For `eval templates` every line counts, also one without a journey.
    fn add(&mut self, event: &EventRecord, evaluation: bool, values: impl FnOnce() -> Vec<u8>) -> Result<(), StepError> {
        let Some(key) = event.journey.or(evaluation.then_some(TokenKey(0))) else {
            self.without += 1;
            return Ok(());
        };
        let partition = (key.0 % self.events.len() as u128) as usize;
        if let Some(part) = self.values.get_mut(partition) {
            part.push(&EventValuesRecord { at: event.at, values: values() }, event.time_ns)?;
        }
        Ok(self.events[partition].push(event, event.time_ns)?)
    }
}

fn assign_block(
    block: &Block<'_, Clean>,
    knowledge: &Knowledge,
    memory: &mut Memory,
    evaluation: bool,
    assigned: &mut Assigned,
) -> Result<(), StepError> {
    let roles = Roles::of_names(block.names());
    let slots = knowledge.attributes.of_names(block.names());
    let Memory { reader, shapes, shape, key, text } = memory;
    if shapes.len() > SHAPES_MAX {
        shapes.clear();
    }
    reader.trim();
    for record in block.records() {
        let record = record?;
        let fields = roles.fields(&record);
        let kind = reader.kind(&record, &fields);
        record_shape(&record, block.names(), !kind.name.is_empty(), shape);
        let template = knowledge.template(shape, shapes);
        let (number, outcome) = knowledge.event(&kind, template, key);
        let category = knowledge.categories.get(number as usize).copied().unwrap_or(EventCategory::Other);
        for compliance in &COMPLIANCE {
            if (compliance.fires)(&Observed { record: &record, fields: &fields, category }) {
                assigned.findings.push(finding_part(compliance.rule.id, &record));
            }
        }
        let customer = (!record.customer.is_empty()).then(|| TokenKey::of_token(record.customer));
        let (journey, journey_by_customer) = journey_key(&record, customer);
        let event = EventRecord {
            at: record.at,
            journey,
            journey_by_customer,
            customer,
            time_ns: record.time_ns,
            event: number,
            template: if shape.is_empty() { knowledge.no_template } else { template.id },
            severity: record.severity,
            outcome,
            latency_us: fields.latency_us().or(kind.latency_us),
            amount_minor: amount_minor(&fields, if category == EventCategory::Transaction { record.message } else { "" }),
            transaction: transaction(fields.value(Role::TransactionId)),
        };
        assigned.add(&event, evaluation, || knowledge.lookup.values(&record, &slots, text))?;
    }
    Ok(())
}

/// Session, else trace, else customer; and whether it is only the customer.
fn journey_key(record: &CleanRecord<'_>, customer: Option<TokenKey>) -> (Option<TokenKey>, bool) {
    match [record.session, record.trace].into_iter().find(|token| !token.is_empty()) {
        Some(token) => (Some(TokenKey::of_token(token)), false),
        None => (customer, customer.is_some()),
    }
}

fn transaction(id: Scalar<'_>) -> Option<StableId> {
    match id {
        Scalar::Text(text) => Some(StableId::of(text.as_bytes())),
        Scalar::Int(number) => Some(StableId::of(&number.to_le_bytes())),
        _ => None,
    }
}

/// One firing; `score` adds them up. Descriptions follow there, so that a part is small.
fn finding_part(rule: &'static str, record: &CleanRecord<'_>) -> FindingRecord<'static> {
    let known = COMPLIANCE.iter().map(|compliance| compliance.rule).find(|known| known.id == rule).expect("the rule is in the list");
    let subject_keys: Vec<TokenKey> = subject(record).into_iter().collect();
    FindingRecord {
        rule,
        kind: known.kind,
        severity: known.severity,
        clause: "",
        description: "",
        count: 1,
        subjects: subject_keys.len() as u64,
        evidence: vec![record.at],
        subject_keys,
    }
}

impl Knowledge {
    fn template(&self, shape: &str, known_shapes: &mut FixedMap<String, u32>) -> &KnownTemplate {
        let number = match known_shapes.get(shape) {
            Some(number) => *number,
            None => {
                let number = self.by_skeleton.get(&StableId::of(shape.as_bytes()).0).copied().unwrap_or(u32::MAX);
                known_shapes.insert(shape.to_owned(), number);
                number
            }
        };
        self.templates.get(number as usize).unwrap_or(&self.variable)
    }

    /// Number and outcome of an event.
    fn event(&self, kind: &Kind, template: &KnownTemplate, key: &mut Vec<u8>) -> (u32, Outcome) {
        let (number, outcome) = if kind.name.is_empty() {
            template.unnamed[usize::from(outcome_number(kind.outcome))]
        } else {
            kind.key(key);
            (self.types.get(key.as_slice()).copied(), kind.outcome)
        };
        (number.or(self.other).unwrap_or(u32::MAX), outcome)
    }
}

fn read_knowledge(context: &StepContext) -> Result<Knowledge, StepError> {
    let mut types = FixedMap::default();
    let mut categories = Vec::new();
    let (mut other, mut key) = (None, Vec::new());
    let input = context.input("event_type")?;
    let container = input.open::<EventType>()?;
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<EventType>(number, &mut scratch)?.records() {
            let record = record?;
            write_key(record.name, record.method, record.route, record.status, record.outcome, &mut key);
            types.insert(key.clone().into_boxed_slice(), record.number);
            categories.push(record.category);
            if record.name == OTHER {
                other = Some(record.number);
            }
        }
    }
    let attributes = Dictionary::read(&context.inputs("attribute"))?;
    let mut knowledge = Knowledge {
        lookup: Lookup::new(&attributes),
        attributes,
        by_skeleton: FixedMap::default(),
        templates: Vec::new(),
        variable: known_template(VARIABLE, &types),
        no_template: StableId::of(b""),
        types,
        categories,
        other,
    };
    let input = context.input("template")?;
    let container = input.open::<Template>()?;
    for number in 0..container.block_count() {
        for record in container.block::<Template>(number, &mut scratch)?.records() {
            let record = record?;
            let position = knowledge.templates.len() as u32;
            knowledge.by_skeleton.extend(record.skeletons.iter().map(|digest| (*digest, position)));
            knowledge.templates.push(known_template(record.text, &knowledge.types));
        }
    }
    Ok(knowledge)
}

fn known_template(text: &str, types: &FixedMap<Box<[u8]>, u32>) -> KnownTemplate {
    let mut key = Vec::new();
    let unnamed = [0, 1, 2].map(|stated| {
        let outcome = template_outcome(outcome_of_number(stated), text);
        write_key(template_name(text), "", "", 0, outcome, &mut key);
        (types.get(key.as_slice()).copied(), outcome)
    });
    KnownTemplate { id: StableId::of(text.as_bytes()), unnamed }
}
