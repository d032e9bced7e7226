//! `skeleton[shard]`: the distinct message shapes and kinds of event of a shard, with their counts.

use std::sync::Arc;

use schemas::container::Block;
use schemas::ids::{RecordRef, StableId};
use schemas::limits::{EVENT_TYPES_SHARD_MAX, PLACED_SHAPES_MAX, SKELETONS_MAX};
use schemas::metric::Counter;
use schemas::record::{Clean, CleanRecord, EventCategory, EventType, EventTypeRecord, Severity, Skeleton, SkeletonRecord};
use stage_runtime::{Pool, StepContext, StepError, map_blocks};

use crate::attribute::census::{self, Census, OfBlock};
use crate::body;
use crate::bounded::{Bounded, Merge};
use crate::event::field::{PathRoles, Roles};
use crate::event::kind::{self, OTHER, Reader, outcome_number, read_key};
use crate::hash::FixedMap;
use crate::lex::without_tokens;
use crate::outline::{ByName, ByOutline};
use crate::place::{self, LinePlaces, Places};
use crate::rare::{self, Units};
use crate::shape::{VARIABLE, shape_with};

/// What is known about a shape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ShapeCount {
    /// Lines.
    pub count: u64,
    /// First line.
    pub first: Option<RecordRef>,
    /// Greatest severity.
    pub severity: Severity,
    /// Lines that only the template names, by outcome.
    pub unnamed: [u64; 3],
}

impl Merge for ShapeCount {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.severity = self.severity.max(other.severity);
        self.unnamed.iter_mut().zip(other.unnamed).for_each(|(sum, count)| *sum += count);
    }
}

/// The same, and who has it.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Its count.
    pub count: ShapeCount,
    /// Who has it.
    pub units: Units,
}

impl Merge for Shape {
    fn merge(&mut self, other: Self) {
        self.count.merge(other.count);
        self.units.merge(other.units);
    }
}

/// What is known about a kind of event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct KindCount {
    /// Events.
    pub count: u64,
    /// Greatest severity.
    pub severity: Severity,
}

impl Merge for KindCount {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.severity = self.severity.max(other.severity);
    }
}

/// The shape of a record without a message for its template: the names of its fields, if nothing else names it.
pub(crate) fn shape_of_names(record: &CleanRecord<'_>, names: &[&str], named: bool, out: &mut String) {
    out.clear();
    if named {
        return;
    }
    out.push('{');
    for (number, field) in record.fields.iter().enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        out.push_str(&without_tokens(names.get(field.path as usize).copied().unwrap_or("")));
        if out.len() > crate::shape::SHAPE_BYTES_MAX {
            break;
        }
    }
    out.push('}');
}

/// The shape of a message, and what stands at its places.
#[derive(Default)]
struct Message {
    shape: String,
    places: LinePlaces,
}

impl Message {
    fn of(message: &str) -> Self {
        let mut read = Self::default();
        shape_with(message, &mut read.shape, &mut |value| read.places.push(value));
        read
    }
}

/// Runs the step.
///
/// # Errors
/// When the input is damaged or an output cannot be written.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let clean = context.input("clean")?;
    let clean = clean.open::<Clean>()?;
    let mut shapes = Bounded::<Shape>::new(SKELETONS_MAX);
    let mut kinds = Bounded::<KindCount>::new(EVENT_TYPES_SHARD_MAX);
    let mut places = context.has_output("shape_place").then(|| Bounded::<Places>::new(PLACED_SHAPES_MAX));
    let mut census = Census::new();
    let mut bodies = context.has_output("body_part").then(body::census::Census::new);
    let with_bodies = bodies.is_some();
    // An evaluation of templates alone asks for neither words nor attributes.
    let enough = if context.has_output("rare_shape") { context.policy().mine.word_customers_min } else { 1 };
    let memories = Pool::default();
    map_blocks(
        &clean,
        0..clean.block_count(),
        |block| memories.lend(Memory::default, |memory| count_block(&block, enough, with_bodies, memory)),
        |block| {
            census.add(block.values);
            if let (Some(bodies), Some(of_block)) = (bodies.as_mut(), block.bodies) {
                of_block.add_to(bodies);
            }
            for (shape, (count, of_shape)) in block.shapes {
                if let Some(places) = places.as_mut().filter(|_| !of_shape.is_empty()) {
                    places.add(shape.as_bytes(), of_shape);
                }
                shapes.add(shape.as_bytes(), count);
            }
            block.kinds.into_iter().for_each(|(key, count)| kinds.add(&key, count));
            Ok(())
        },
    )?;
    context.report.add(Counter::RecordsIn, clean.records());
    write_shapes(context, shapes)?;
    write_kinds(context, kinds)?;
    if let Some(places) = places {
        place::write_shapes(context, places)?;
    }
    if let Some(bodies) = bodies {
        bodies.write(context)?;
    }
    if context.has_output("attribute_part") { census.write(context) } else { Ok(()) }
}

struct BlockCounts {
    shapes: FixedMap<String, (Shape, Places)>,
    kinds: FixedMap<Vec<u8>, KindCount>,
    values: OfBlock,
    bodies: Option<body::OfBlock>,
}

/// What one thread remembers from block to block; no output depends on it.
#[derive(Default)]
struct Memory {
    reader: Reader,
    roles: ByName<PathRoles>,
    attributes: ByName<Arc<census::Name>>,
    bodies: ByName<body::Path>,
    messages: ByOutline<Message>,
}

fn count_block(block: &Block<'_, Clean>, enough: u32, with_bodies: bool, memory: &mut Memory) -> Result<BlockCounts, StepError> {
    let Memory { reader, roles, attributes, bodies, messages } = memory;
    let roles = Roles::of_names(block.names(), roles);
    let mut counts = BlockCounts {
        shapes: FixedMap::default(),
        kinds: FixedMap::default(),
        values: OfBlock::new(block, attributes),
        bodies: with_bodies.then(|| body::OfBlock::new(block, enough, bodies)),
    };
    let (mut key, mut of_names) = (Vec::new(), Message::default());
    for record in block.records() {
        let record = record?;
        counts.values.add(&record);
        let kind = reader.kind(&record, &roles.fields(&record));
        if let Some(bodies) = &mut counts.bodies {
            bodies.add(&record, &kind);
        }
        let named = !kind.name.is_empty();
        if named {
            kind.key(&mut key);
            let count = KindCount { count: 1, severity: record.severity };
            match counts.kinds.get_mut(key.as_slice()) {
                Some(known) => known.merge(count),
                None => drop(counts.kinds.insert(key.clone(), count)),
            }
        }
        let Message { shape, places: line } = if record.message.is_empty() {
            shape_of_names(&record, block.names(), named, &mut of_names.shape);
            &of_names
        } else {
            messages.of(record.message, Message::of)
        };
        if !shape.is_empty() {
            let mut count = ShapeCount { count: 1, first: Some(record.at), severity: record.severity, unnamed: [0; 3] };
            count.unnamed[usize::from(outcome_number(kind.outcome))] = u64::from(!named);
            match counts.shapes.get_mut(shape.as_str()) {
                Some((known, places)) => {
                    known.count.merge(count);
                    known.units.add(&record);
                    places.add(line, record.at);
                }
                None => {
                    let (mut units, mut places) = (Units::none(enough), Places::of_shape(shape));
                    units.add(&record);
                    places.add(line, record.at);
                    counts.shapes.insert(shape.clone(), (Shape { count, units }, places));
                }
            }
        }
    }
    Ok(counts)
}

fn write_shapes(context: &mut StepContext, shapes: Bounded<Shape>) -> Result<(), StepError> {
    let (mut kept, overflow) = shapes.finish();
    if let Some(overflow) = overflow {
        match kept.binary_search_by(|(text, _)| (**text).cmp(VARIABLE.as_bytes())) {
            Ok(at) => kept[at].1.merge(overflow),
            Err(at) => kept.insert(at, (VARIABLE.as_bytes().into(), overflow)),
        }
    }
    context.report.add(Counter::Skeletons, kept.len() as u64);
    let mut output = context.output::<Skeleton>("skeleton")?;
    for (text, Shape { count, .. }) in &kept {
        let text = std::str::from_utf8(text).unwrap_or(VARIABLE);
        let first = count.first.unwrap_or(RecordRef { source: 0, offset: 0 });
        output.push(0, &SkeletonRecord { text, count: count.count, first, severity: count.severity, unnamed: count.unnamed }, None)?;
    }
    output.finish(context)?;
    if context.has_output("rare_shape") {
        rare::write(context, kept.iter().filter_map(|(text, shape)| Some((std::str::from_utf8(text).ok()?, &shape.units))))?;
    }
    Ok(())
}

fn write_kinds(context: &mut StepContext, kinds: Bounded<KindCount>) -> Result<(), StepError> {
    let (mut kept, overflow) = kinds.finish();
    if let Some(overflow) = overflow {
        let mut key = Vec::new();
        kind::write_key(OTHER, "", "", 0, schemas::record::Outcome::Unknown, &mut key);
        match kept.binary_search_by(|(known, _)| (**known).cmp(&key)) {
            Ok(at) => kept[at].1.merge(overflow),
            Err(at) => kept.insert(at, (key.into(), overflow)),
        }
    }
    context.report.add(Counter::EventTypes, kept.len() as u64);
    let mut output = context.output::<EventType>("event_type_part")?;
    for (number, (key, count)) in (0..).zip(&kept) {
        let (name, method, route, status, outcome) = read_key(key).expect("keys are written by write_key");
        let id = StableId::of(key);
        let (severity, category, count) = (count.severity, EventCategory::Other, count.count);
        output.push(0, &EventTypeRecord { number, id, name, category, method, route, status, severity, outcome, count }, None)?;
    }
    output.finish(context)
}
