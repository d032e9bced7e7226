//! All journeys on the scratch disk, a customer's together and in the order of time, to be walked again and again.
//!
//! Customers are the unit of dependency: with a customer's journeys side by side distinct customers are counted exactly, and whether another
//! journey of the same customer is open is seen at once. Nothing in memory follows the number of journeys but a place for each chunk.

use std::sync::Arc;

use schemas::container::Block;
use schemas::record::{JourneySteps, JourneyStepsRecord};
use stage_runtime::{InputBytes, Scratch, ScratchMap, StepContext, StepError, map_ordered};

use super::names::Names;
use super::walk::{self, FAILED, HAS_AMOUNT, HAS_TIME, Head, Step, TIMED_OUT, Walk};
use crate::sort::{RowReader, RowWriter, Sorted, Sorter};

/// Length of a journey's row: unit, start, key, part, end, place.
const ROW_BYTES: usize = 16 + 8 + 16 + 4 + 8 + 8 + 4;
/// Bytes after which a chunk ends with its journey.
const CHUNK_BYTES: usize = 128 << 10;
/// Journeys of one customer that are looked at together; a customer with more counts as several.
const TOGETHER_MAX: usize = 4_096;
/// Chunks that are filled together.
const BATCHES_MAX: usize = 16;

/// The journeys of a night.
pub(super) struct Store {
    bytes: ScratchMap,
    chunks: Vec<Extent>,
    /// Slots of the attribute dictionary.
    pub slots: usize,
    /// Latest time of all steps, UTC microseconds.
    pub last_us: i64,
}

/// A chunk on the scratch disk.
#[derive(Clone, Copy)]
struct Extent {
    offset: usize,
    length: usize,
    /// Number of its first journey.
    first: u32,
}

#[derive(Clone, Copy)]
struct Place {
    unit: u128,
    start_us: i64,
    end_us: i64,
    offset: u64,
    length: u32,
}

impl Store {
    /// Reads the journeys of all partitions. With them comes a scratch file that is not needed any more.
    ///
    /// # Errors
    /// When an input is damaged or the scratch disk is full.
    pub(super) fn build(context: &mut StepContext, names: &Names, slots: usize) -> Result<(Self, Scratch), StepError> {
        let read = Read::of(context, names, slots)?;
        let (scratch, mut chunks) = (context.take_scratch()?, Vec::new());
        let mut batches = Batches::default();
        let mut together: Vec<Place> = Vec::new();
        read.sorted.for_each(|bytes| {
            let place = read_place(bytes);
            if together.first().is_some_and(|first| first.unit != place.unit) || together.len() == TOGETHER_MAX {
                batches.close_customer(&mut together);
                if batches.closed.len() >= BATCHES_MAX {
                    read.write(&mut batches, slots, &scratch, &mut chunks)?;
                }
            }
            together.push(place);
            Ok(())
        })?;
        batches.close_customer(&mut together);
        batches.close();
        read.write(&mut batches, slots, &scratch, &mut chunks)?;
        Ok((Self { bytes: scratch.into_map()?, chunks, slots, last_us: read.last_us }, read.sorted.into_scratch()))
    }

    /// Hands the journeys of each chunk that are `wanted` (by number and head) to a state made for it, in parallel; the states come to `sink` in order.
    ///
    /// # Errors
    /// The first error, in order.
    pub(super) fn scan<U: Send>(
        &self,
        wanted: impl Fn(u32, &Head) -> bool + Sync,
        make: impl Fn() -> U + Sync,
        work: impl Fn(&mut U, &Walk<'_>) + Sync,
        sink: impl FnMut(U) -> Result<(), StepError>,
    ) -> Result<(), StepError> {
        map_ordered(
            self.chunks.iter(),
            |extent| {
                let bytes = &self.bytes[extent.offset..extent.offset + extent.length];
                let mut state = make();
                walk::for_each(bytes, extent.first, self.slots, &wanted, |walk| work(&mut state, walk));
                Ok(state)
            },
            sink,
        )
    }
}

/// Journeys as they were read, and the order in which they are wanted.
struct Read {
    bytes: ScratchMap,
    sorted: Sorted<ROW_BYTES>,
    last_us: i64,
}

impl Read {
    fn of(context: &mut StepContext, names: &Names, slots: usize) -> Result<Self, StepError> {
        let inputs = context.inputs("journey_steps");
        let (scratch, mut sorter) = (context.take_scratch()?, Sorter::new(context.take_scratch()?, false));
        let containers = inputs.iter().map(InputBytes::open::<JourneySteps>).collect::<Result<Vec<_>, StepError>>()?;
        let blocks = containers.iter().flat_map(|container| (0..container.block_count()).map(move |number| (container, number)));
        let (mut last_us, mut end) = (i64::MIN, 0);
        map_ordered(
            blocks,
            |(container, number)| encode_block(&container.block::<JourneySteps>(number, &mut Vec::new())?, names, slots),
            |encoded: Encoded| {
                scratch.write_all_at(&encoded.bytes, end)?;
                last_us = last_us.max(encoded.last_us);
                for row in encoded.rows {
                    let mut bytes = [0; ROW_BYTES];
                    let mut writer = RowWriter::new(&mut bytes);
                    writer.u128(row.place.unit).i64(row.place.start_us).u128(row.key).u32(row.part).i64(row.place.end_us);
                    writer.u64(end + row.place.offset).u32(row.place.length);
                    sorter.push(bytes)?;
                }
                end += encoded.bytes.len() as u64;
                Ok(())
            },
        )?;
        Ok(Self { bytes: scratch.into_map()?, sorted: sorter.finish()?, last_us })
    }

    /// Writes the journeys of batches, each a chunk, marked with whether others of their customer are open.
    fn write(&self, batches: &mut Batches, slots: usize, scratch: &Scratch, chunks: &mut Vec<Extent>) -> Result<(), StepError> {
        map_ordered(
            batches.closed.drain(..),
            |batch: Batch| {
                let mut bytes = Vec::with_capacity(batch.length);
                for (place, opens) in &batch.journeys {
                    let begin = bytes.len();
                    bytes.extend_from_slice(&self.bytes[place.offset as usize..][..place.length as usize]);
                    if let Some(opens) = opens {
                        walk::mark_concurrent(&mut bytes[begin..], slots, |time| opens.others(place, time));
                    }
                }
                Ok((bytes, batch.first))
            },
            |(bytes, first)| {
                let offset = chunks.last().map_or(0, |last: &Extent| last.offset + last.length);
                scratch.write_all_at(&bytes, offset as u64)?;
                chunks.push(Extent { offset, length: bytes.len(), first });
                Ok(())
            },
        )
    }
}

/// When the journeys of a customer begin and end, each sorted; those without times left out.
struct Opens {
    starts_us: Vec<i64>,
    ends_us: Vec<i64>,
}

impl Opens {
    fn of(together: &[Place]) -> Self {
        let timed = || together.iter().filter(|place| place.start_us <= place.end_us);
        let (mut starts_us, mut ends_us): (Vec<i64>, Vec<i64>) = timed().map(|place| (place.start_us, place.end_us)).unzip();
        starts_us.sort_unstable();
        ends_us.sort_unstable();
        Self { starts_us, ends_us }
    }

    /// Whether another journey than this one is open: has begun before, and does not end before.
    fn others(&self, own: &Place, time_us: i64) -> bool {
        let before = |times: &[i64]| times.partition_point(|time| *time < time_us);
        let open = before(&self.starts_us) - before(&self.ends_us);
        open > usize::from(own.start_us < time_us && own.end_us >= time_us)
    }
}

/// Journeys that will be one chunk, each with those of its customer if there are others.
#[derive(Default)]
struct Batch {
    journeys: Vec<(Place, Option<Arc<Opens>>)>,
    length: usize,
    /// Number of the first journey in it.
    first: u32,
}

/// Batches that are whole, and the one that is filled.
#[derive(Default)]
struct Batches {
    closed: Vec<Batch>,
    open: Batch,
}

impl Batches {
    /// Adds a customer's journeys.
    fn close_customer(&mut self, together: &mut Vec<Place>) {
        let opens = (together.len() > 1).then(|| Arc::new(Opens::of(together)));
        for place in together.drain(..) {
            if self.open.length >= CHUNK_BYTES {
                self.close();
            }
            self.open.length += place.length as usize;
            self.open.journeys.push((place, opens.clone()));
        }
    }

    fn close(&mut self) {
        if !self.open.journeys.is_empty() {
            let first = self.open.first.saturating_add(u32::try_from(self.open.journeys.len()).unwrap_or(u32::MAX));
            self.closed.push(std::mem::replace(&mut self.open, Batch { first, ..Batch::default() }));
        }
    }
}

struct Row {
    place: Place,
    key: u128,
    part: u32,
}

struct Encoded {
    bytes: Vec<u8>,
    rows: Vec<Row>,
    last_us: i64,
}

fn encode_block(block: &Block<'_, JourneySteps>, names: &Names, slots: usize) -> Result<Encoded, StepError> {
    let mut encoded = Encoded { bytes: Vec::new(), rows: Vec::new(), last_us: i64::MIN };
    let none = vec![0; slots];
    for journey in block.records() {
        let journey: JourneyStepsRecord<'_> = journey?;
        let unit = journey.customer.unwrap_or(journey.key).0;
        let begin = encoded.bytes.len();
        let names_of = journey.events.iter().fold(0_u64, |all, event| all | 1 << names.of_event(*event).name);
        Head { unit, key: journey.key.0, part: journey.part, names: names_of }.write(journey.events.len(), slots, &mut encoded.bytes);
        let (mut start_us, mut end_us) = (None, None);
        for (at, event) in journey.events.iter().enumerate() {
            let kind = names.of_event(*event);
            let time_us = journey.times_us.get(at).copied().flatten();
            let amount_minor = journey.amounts_minor.get(at).copied().flatten();
            let marks = journey.marks.get(at).copied().unwrap_or(0);
            let failed = kind.failed || marks & 1 != 0 && !kind.stated;
            let mut flags = 0;
            for (flag, set) in
                [(FAILED, failed), (TIMED_OUT, kind.timed_out || marks & 2 != 0), (HAS_TIME, time_us.is_some()), (HAS_AMOUNT, amount_minor.is_some())]
            {
                flags |= if set { flag } else { 0 };
            }
            let values = journey.values.get(at * slots..(at + 1) * slots).unwrap_or(&none);
            let (time_us, amount_minor) = (time_us.unwrap_or(0), amount_minor.unwrap_or(0));
            Step { event: *event, name: kind.name, flags, time_us, amount_minor, values }.write(&mut encoded.bytes);
            if flags & HAS_TIME != 0 {
                start_us = Some(start_us.map_or(time_us, |start: i64| start.min(time_us)));
                end_us = Some(end_us.map_or(time_us, |end: i64| end.max(time_us)));
            }
        }
        encoded.last_us = encoded.last_us.max(end_us.unwrap_or(i64::MIN));
        let length = (encoded.bytes.len() - begin) as u32;
        // A journey without times is open at none.
        let (start_us, end_us) = (start_us.unwrap_or(i64::MAX), end_us.unwrap_or(i64::MIN));
        let place = Place { unit, start_us, end_us, offset: begin as u64, length };
        encoded.rows.push(Row { place, key: journey.key.0, part: journey.part });
    }
    Ok(encoded)
}

fn read_place(bytes: &[u8; ROW_BYTES]) -> Place {
    let mut row = RowReader::new(bytes);
    let (unit, start_us) = (row.u128(), row.i64());
    let _ = (row.u128(), row.u32());
    Place { unit, start_us, end_us: row.i64(), offset: row.u64(), length: row.u32() }
}
