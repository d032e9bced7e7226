//! `assign[shard]`: each record becomes an event of a numbered type with a template and typed values, in the partition of its journey;
//! rules over one record look at it on the way, and what rules over sequences need of it is written down. A record without session, trace or customer belongs to no journey: it counts in
//! templates and event types and is not written.

use schemas::container::{Block, BlockBuilder};
use schemas::ids::{RecordRef, StableId, TokenKey};
use schemas::metric::Counter;
use schemas::policy::Policy;
use schemas::record::{
    Clean, CleanRecord, Event, EventCategory, EventCause, EventCauseRecord, EventRecord, EventType, EventValues, EventValuesRecord, Finding,
    FindingRecord, Outcome, Sighting, SightingKind, SightingRecord, Template, TemplateRate, TemplateRateRecord,
};
use schemas::rules::By;
use stage_runtime::{Pool, StepContext, StepError, map_blocks};

use schemas::limits::TEMPLATE_HOURS_MAX;

use crate::attribute::dictionary::{Dictionary, Lookup};
use crate::bounded::Bounded;
use crate::event::amount::amount_minor;
use crate::event::cause::{self, Causes};
use crate::event::field::{PathRoles, Role, Roles};
use crate::event::kind::{Kind, OTHER, Reader, outcome_number, outcome_of_number, write_key};
use crate::hash::FixedMap;
use crate::outline::{ByName, ByOutline};
use crate::pulse::{Lines, of_rate_key, rate_key};
use crate::remember::Remembered;
use crate::rule::nature::Nature;
use crate::rule::own::{Met, OwnRules};
use crate::rule::part::{Parts, PathPart};
use crate::rule::sight::{Keys, sightings};
use crate::rule::{self, COMPLIANCE, Observed, Rule, subject};
use crate::shape::{VARIABLE, shape_with};
use crate::skeleton::shape_of_names;
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
    known: Vec<KnownType>,
    other: Option<u32>,
    attributes: Dictionary,
    lookup: Lookup,
}

/// What is known of a line's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KnownShape {
    /// There is none.
    Empty,
    /// The position of its template.
    OfTemplate(u32),
    /// It went to the overflow.
    Other,
}

/// What rules need to know of an event type.
struct KnownType {
    category: EventCategory,
    nature: Nature,
    name: String,
    route: String,
}

/// The rules that look at single records.
struct Rules<'p> {
    /// All rules of the policy, by number.
    all: Vec<Rule<'p>>,
    /// Numbers of rules over one record, in the order of [`COMPLIANCE`]; none when it is off.
    records: Vec<Option<u32>>,
    own: OwnRules<'p>,
    /// Numbers of own rules, in the order of the policy.
    own_numbers: Vec<Option<u32>>,
    dormant_days: i64,
}

impl<'p> Rules<'p> {
    fn new(policy: &'p Policy) -> Self {
        let all = rule::all(policy);
        let number = |id: &str| all.iter().position(|rule| rule.id == id).and_then(|at| u32::try_from(at).ok());
        let records = COMPLIANCE.iter().map(|compliance| number(compliance.rule.id)).collect();
        let own_numbers = policy.rules.own.iter().map(|own| number(&own.id)).collect();
        Self { records, own: OwnRules::new(policy), own_numbers, dormant_days: policy.rules.dormant_days.into(), all }
    }
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
    let rules = Rules::new(&job.policy);
    let mut events = context.output::<Event>("event")?;
    let mut findings = context.output::<Finding>("finding_part")?;
    let mut seen = context.output::<Sighting>("sighting")?;
    // An evaluation asks for events alone.
    let mut values = context.has_output("event_values").then(|| context.output::<EventValues>("event_values")).transpose()?;
    let mut causes = context.has_output("event_cause").then(|| context.output::<EventCause>("event_cause")).transpose()?;
    let rates = context.has_output("template_rate").then(|| context.output::<TemplateRate>("template_rate")).transpose()?;
    let mut lines = Bounded::<Lines>::new(TEMPLATE_HOURS_MAX);
    let with = (values.is_some(), causes.is_some());
    let partitions = job.outputs.iter().find(|output| output.name == "event").map_or(1, |output| output.partitions);
    let (memories, parts) = (Pool::default(), Pool::default());
    let (mut written, mut without) = (0, 0);
    map_blocks(
        &clean,
        0..clean.block_count(),
        |block| {
            let mut assigned = parts.take(|| Assigned::new(partitions, with));
            memories.lend(Memory::default, |memory| assign_block(&block, (&knowledge, &rules), memory, job.evaluation, &mut assigned))?;
            Ok(assigned)
        },
        |mut assigned: Assigned| {
            without += std::mem::take(&mut assigned.without);
            for part in assigned.events.iter_mut().filter(|part| !part.is_empty()) {
                written += u64::from(part.len());
                events.append(part)?;
                part.clear();
            }
            assigned.lines.drain().for_each(|((template, hour), count)| lines.add(&rate_key(template, hour), Lines(count)));
            if let Some(values) = &mut values {
                for part in assigned.values.iter_mut().filter(|part| !part.is_empty()) {
                    values.append(part)?;
                    part.clear();
                }
            }
            if let Some(causes) = &mut causes {
                for part in assigned.causes.iter_mut().filter(|part| !part.is_empty()) {
                    causes.append(part)?;
                    part.clear();
                }
            }
            assigned.findings.drain(..).try_for_each(|part| findings.push(0, &finding_part(&rules.all, part), None))?;
            assigned.seen.drain(..).try_for_each(|sighting| seen.push(0, &sighting, sighting.time_ns))?;
            parts.give(assigned);
            Ok(())
        },
    )?;
    context.report.add(Counter::RecordsIn, clean.records());
    context.report.add(Counter::RecordsOut, written);
    context.report.add(Counter::EventsWithoutJourney, without);
    events.finish(context)?;
    seen.finish(context)?;
    if let Some(values) = values {
        values.finish(context)?;
    }
    if let Some(causes) = causes {
        causes.finish(context)?;
    }
    if let Some(mut rates) = rates {
        for (key, Lines(count)) in lines.finish().0 {
            let (template, hour) = of_rate_key(&key);
            rates.push(0, &TemplateRateRecord { template, hour, count }, None)?;
        }
        rates.finish(context)?;
    }
    findings.finish(context)
}

/// Bytes of events of one block and partition, at first.
const PART_BYTES: usize = 8 << 10;

/// Nanoseconds of an hour.
const HOUR_NS: i64 = 3_600_000_000_000;

/// What one thread remembers from block to block; no output depends on it.
#[derive(Default)]
struct Memory {
    reader: Reader,
    roles: ByName<PathRoles>,
    parts: Remembered<PathPart>,
    slots: ByName<Option<u8>>,
    causes: ByName<Option<(cause::Part, u8)>>,
    /// Keys of customers, sessions and traces.
    keys: Remembered<TokenKey>,
    /// Ids of hosts, sources and transactions.
    ids: Remembered<StableId>,
    /// Of messages, and of shapes themselves.
    messages: ByOutline<KnownShape>,
    shapes: Remembered<KnownShape>,
    shape: String,
    key: Vec<u8>,
    text: String,
}

struct Assigned {
    /// Encoded already, by partition: writing is left to one thread, and it is to do nothing else.
    events: Vec<BlockBuilder<Event>>,
    /// Attribute values of these events, in the same order; empty when nobody asks for them.
    values: Vec<BlockBuilder<EventValues>>,
    /// What orders some of them; empty when nobody asks for it.
    causes: Vec<BlockBuilder<EventCause>>,
    /// Lines by template and hour since 1970.
    lines: FixedMap<(StableId, i64), u64>,
    without: u64,
    findings: Vec<Part>,
    seen: Vec<SightingRecord>,
    /// Attribute values of the event at hand.
    codes: Vec<u8>,
}

/// One firing: number of the rule, record, whom it is about.
struct Part(u32, RecordRef, Option<TokenKey>);

impl Assigned {
    fn new(partitions: u32, (with_values, with_causes): (bool, bool)) -> Self {
        Self {
            events: (0..partitions).map(|number| BlockBuilder::new(number).with_room(PART_BYTES)).collect(),
            values: (0..if with_values { partitions } else { 0 }).map(BlockBuilder::new).collect(),
            causes: (0..if with_causes { partitions } else { 0 }).map(BlockBuilder::new).collect(),
            lines: FixedMap::default(),
            without: 0,
            findings: Vec::new(),
            seen: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// For `eval templates` every line counts, also one without a journey.
    fn add(
        &mut self,
        event: &EventRecord,
        evaluation: bool,
        values: impl FnOnce(&mut Vec<u8>),
        cause: impl FnOnce() -> Option<EventCauseRecord>,
    ) -> Result<(), StepError> {
        let Some(key) = event.journey.or(evaluation.then_some(TokenKey(0))) else {
            self.without += 1;
            return Ok(());
        };
        let partition = (key.0 % self.events.len() as u128) as usize;
        if let Some(part) = self.values.get_mut(partition) {
            values(&mut self.codes);
            part.push(&EventValuesRecord { at: event.at, values: &self.codes }, event.time_ns)?;
        }
        if let Some((part, cause)) = self.causes.get_mut(partition).and_then(|part| Some((part, cause()?))) {
            part.push(&cause, event.time_ns)?;
        }
        Ok(self.events[partition].push(event, event.time_ns)?)
    }
}

fn assign_block(
    block: &Block<'_, Clean>,
    (knowledge, rules): (&Knowledge, &Rules<'_>),
    memory: &mut Memory,
    evaluation: bool,
    assigned: &mut Assigned,
) -> Result<(), StepError> {
    let Memory { reader, roles, parts, slots, causes, keys, ids, messages, shapes, shape, key, text } = memory;
    let (roles, parts) = (Roles::of_names(block.names(), roles), Parts::of_names(block.names(), parts));
    let slots = knowledge.attributes.of_names(block.names(), slots);
    let causes = Causes::of_names(block.names(), causes);
    for record in block.records() {
        let record = record?;
        let fields = roles.fields(&record);
        let kind = reader.kind(&record, &fields);
        let shape = if record.message.is_empty() {
            shape_of_names(&record, block.names(), !kind.name.is_empty(), shape);
            shapes.of(shape, |shape| knowledge.shape(shape))
        } else {
            *messages.of(record.message, |message| {
                shape_with(message, shape, &mut |_| {});
                shapes.of(shape, |shape| knowledge.shape(shape))
            })
        };
        let template = knowledge.template(shape);
        let (number, outcome) = knowledge.event(&kind, template, key);
        let known = knowledge.known.get(number as usize);
        let category = known.map_or(EventCategory::Other, |known| known.category);
        let customer = (!record.customer.is_empty()).then(|| keys.of(record.customer, TokenKey::of_token));
        let (journey, journey_by_customer) = journey_key(&record, customer, keys);
        let event = EventRecord {
            at: record.at,
            journey,
            journey_by_customer,
            customer,
            time_ns: record.time_ns,
            event: number,
            template: if shape == KnownShape::Empty { knowledge.no_template } else { template.id },
            severity: record.severity,
            outcome,
            latency_us: fields.latency_us().or(kind.latency_us),
            amount_minor: amount_minor(&fields, if category == EventCategory::Transaction { record.message } else { "" }),
            transaction: transaction(fields.value(Role::TransactionId), ids),
        };
        assigned.add(&event, evaluation, |codes| knowledge.lookup.values(&record, &slots, text, codes), || causes.of_record(&record, ids))?;
        if let Some(time_ns) = event.time_ns.filter(|_| shape != KnownShape::Empty) {
            *assigned.lines.entry((event.template, time_ns.div_euclid(HOUR_NS))).or_default() += 1;
        }
        let observed = Observed {
            record: &record,
            names: block.names(),
            fields: &fields,
            parts: &parts.of_record(&record),
            category,
            outcome,
            nature: known.map(|known| known.nature).unwrap_or_default(),
            name: known.map_or("", |known| known.name.as_str()),
            route: known.map_or("", |known| known.route.as_str()),
            amount_minor: event.amount_minor,
            dormant_days: rules.dormant_days,
        };
        look(&observed, &event, rules, ids, assigned)?;
    }
    Ok(())
}

/// Shows a record to the rules.
fn look(
    observed: &Observed<'_>,
    event: &EventRecord,
    rules: &Rules<'_>,
    ids: &mut Remembered<StableId>,
    assigned: &mut Assigned,
) -> Result<(), StepError> {
    let Assigned { findings, seen, .. } = assigned;
    let whom = || subject(observed.record);
    for (compliance, number) in COMPLIANCE.iter().zip(&rules.records) {
        if let Some(number) = number.filter(|_| (compliance.fires)(observed)) {
            findings.push(Part(number, event.at, whom()));
        }
    }
    let session = event.journey.filter(|_| !event.journey_by_customer);
    let (at, customer, amount_minor) = (event.at, event.customer, event.amount_minor);
    let keys = Keys { at, customer, session, origin: observed.origin(ids), event: event.event, amount_minor };
    sightings(observed, keys, |sighting| {
        seen.push(sighting);
        Ok::<(), StepError>(())
    })?;
    if rules.own.is_empty() {
        return Ok(());
    }
    rules.own.look(observed, |met: Met| {
        if met.is_finding {
            findings.extend(rules.own_numbers[met.number].map(|number| Part(number, event.at, whom())));
        } else if let Some(sighting) = own_sighting(&met, keys, event.time_ns) {
            seen.push(sighting);
        }
        Ok(())
    })
}

/// A step of an own rule that a record met; none when the record has nobody to group it by.
fn own_sighting(met: &Met, keys: Keys, time_ns: Option<i64>) -> Option<SightingRecord> {
    let Keys { at, customer, session, origin, amount_minor, .. } = keys;
    let subject = match met.by {
        By::Customer => customer.or(session),
        // A key of its own: it is the session that counts, whosever it is.
        By::Session => session.map(|session| TokenKey::of_token(&format!("session {}", session.0))),
    }?;
    let event = u32::try_from(met.number).ok()?.checked_mul(4)?.checked_add(met.step as u32)?;
    let kind = SightingKind::Own;
    Some(SightingRecord { subject, customer, session, time_ns, at, kind, event, amount_minor, origin, party: None, failed: false })
}

/// Session, else trace, else customer; and whether it is only the customer.
fn journey_key(record: &CleanRecord<'_>, customer: Option<TokenKey>, keys: &mut Remembered<TokenKey>) -> (Option<TokenKey>, bool) {
    match [record.session, record.trace].into_iter().find(|token| !token.is_empty()) {
        Some(token) => (Some(keys.of(token, TokenKey::of_token)), false),
        None => (customer, customer.is_some()),
    }
}

fn transaction(id: Scalar<'_>, ids: &mut Remembered<StableId>) -> Option<StableId> {
    match id {
        Scalar::Text(text) => Some(ids.of(text, |text| StableId::of(text.as_bytes()))),
        Scalar::Int(number) => Some(StableId::of(&number.to_le_bytes())),
        _ => None,
    }
}

/// One firing; `score` adds them up. Descriptions follow there, so that a part is small.
fn finding_part<'p>(rules: &[Rule<'p>], Part(number, at, subject): Part) -> FindingRecord<'p> {
    let rule = rules[number as usize];
    let subject_keys: Vec<TokenKey> = subject.into_iter().collect();
    FindingRecord {
        rule: rule.id,
        kind: rule.kind,
        severity: rule.severity,
        clause: "",
        description: "",
        count: 1,
        subjects: subject_keys.len() as u64,
        evidence: vec![at],
        subject_keys,
    }
}

impl Knowledge {
    fn shape(&self, shape: &str) -> KnownShape {
        if shape.is_empty() {
            return KnownShape::Empty;
        }
        let template = self.by_skeleton.get(&StableId::of(shape.as_bytes()).0);
        template.map_or(KnownShape::Other, |position| KnownShape::OfTemplate(*position))
    }

    fn template(&self, shape: KnownShape) -> &KnownTemplate {
        let position = if let KnownShape::OfTemplate(position) = shape { self.templates.get(position as usize) } else { None };
        position.unwrap_or(&self.variable)
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
    let mut known = Vec::new();
    let (mut other, mut key) = (None, Vec::new());
    let input = context.input("event_type")?;
    let container = input.open::<EventType>()?;
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<EventType>(number, &mut scratch)?.records() {
            let record = record?;
            write_key(record.name, record.method, record.route, record.status, record.outcome, &mut key);
            types.insert(key.clone().into_boxed_slice(), record.number);
            let (name, route) = (record.name.to_owned(), record.route.to_owned());
            known.push(KnownType { category: record.category, nature: Nature::of(&record), name, route });
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
        known,
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
