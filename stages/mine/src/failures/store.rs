//! All journeys on the scratch disk, a customer's together and in the order of time, to be walked again and again.
//!
//! Customers are the unit of dependency: with a customer's journeys side by side distinct customers are counted exactly, and whether another
//! journey of the same customer is open is seen at once. Nothing in memory follows the number of journeys but a place for each chunk.

use schemas::container::Block;
use schemas::record::{JourneySteps, JourneyStepsRecord};
use stage_runtime::{InputBytes, Pool, Scratch, StepContext, StepError, map_ordered};

use super::names::Names;
use super::walk::{self, FAILED, HAS_AMOUNT, HAS_TIME, Head, Step, TIMED_OUT, Walk};
use crate::sort::{RowReader, RowWriter, Sorter};

/// Length of a journey's row: unit, start, key, part, end, place.
const ROW_BYTES: usize = 16 + 8 + 16 + 4 + 8 + 8 + 4;
/// Bytes after which a chunk ends with its journey.
const CHUNK_BYTES: usize = 128 << 10;
/// Journeys of one customer that are looked at together; a customer with more counts as several.
const TOGETHER_MAX: usize = 4_096;

/// The journeys of a night.
pub(super) struct Store {
    scratch: Scratch,
    chunks: Vec<Extent>,
    /// For chunks that are read.
    buffers: Pool<Vec<u8>>,
    /// Slots of the attribute dictionary.
    pub slots: usize,
    /// Journeys.
    pub journeys: u64,
    /// Latest time of all steps, UTC microseconds.
    pub last_us: i64,
}

/// A chunk on the scratch disk.
#[derive(Clone, Copy)]
struct Extent {
    offset: u64,
    length: u32,
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
        let inputs = context.inputs("journey_steps");
        let (unsorted, sorter) = (context.take_scratch()?, Sorter::new(context.take_scratch()?, false));
        let mut store =
            Self { scratch: context.take_scratch()?, chunks: Vec::new(), buffers: Pool::default(), slots, journeys: 0, last_us: i64::MIN };
        let sorted = store.write_unsorted(&inputs, names, &unsorted, sorter)?;
        let mut chunk = Chunk { bytes: Vec::new(), offset: 0, first: 0, journeys: 0 };
        let mut together: Vec<Place> = Vec::new();
        sorted.for_each(|bytes| {
            let place = read_place(bytes);
            if together.first().is_some_and(|first| first.unit != place.unit) || together.len() == TOGETHER_MAX {
                store.close_customer(&mut together, &unsorted, &mut chunk)?;
            }
            together.push(place);
            Ok(())
        })?;
        store.close_customer(&mut together, &unsorted, &mut chunk)?;
        store.close_chunk(&mut chunk)?;
        Ok((store, sorted.into_scratch()))
    }

    fn write_unsorted(
        &mut self,
        inputs: &[InputBytes],
        names: &Names,
        unsorted: &Scratch,
        mut sorter: Sorter<ROW_BYTES>,
    ) -> Result<crate::sort::Sorted<ROW_BYTES>, StepError> {
        let containers = inputs.iter().map(InputBytes::open::<JourneySteps>).collect::<Result<Vec<_>, StepError>>()?;
        let blocks = containers.iter().flat_map(|container| (0..container.block_count()).map(move |number| (container, number)));
        let slots = self.slots;
        let mut end = 0;
        map_ordered(
            blocks,
            |(container, number)| encode_block(&container.block::<JourneySteps>(number, &mut Vec::new())?, names, slots),
            |encoded: Encoded| {
                unsorted.write_all_at(&encoded.bytes, end)?;
                self.last_us = self.last_us.max(encoded.last_us);
                self.journeys += encoded.rows.len() as u64;
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
        sorter.finish()
    }

    /// Appends a customer's journeys, marked with whether others of theirs are open.
    fn close_customer(&mut self, together: &mut Vec<Place>, unsorted: &Scratch, chunk: &mut Chunk) -> Result<(), StepError> {
        let opens = Opens::of(together);
        for place in together.iter() {
            if chunk.bytes.len() >= CHUNK_BYTES {
                self.close_chunk(chunk)?;
            }
            let begin = chunk.bytes.len();
            chunk.journeys = chunk.journeys.saturating_add(1);
            chunk.bytes.resize(begin + place.length as usize, 0);
            unsorted.read_exact_at(&mut chunk.bytes[begin..], place.offset)?;
            if together.len() > 1 {
                walk::mark_concurrent(&mut chunk.bytes[begin..], self.slots, |time| opens.others(place, time));
            }
        }
        together.clear();
        Ok(())
    }

    fn close_chunk(&mut self, chunk: &mut Chunk) -> Result<(), StepError> {
        if !chunk.bytes.is_empty() {
            self.scratch.write_all_at(&chunk.bytes, chunk.offset)?;
            self.chunks.push(Extent { offset: chunk.offset, length: chunk.bytes.len() as u32, first: chunk.first });
            chunk.first = chunk.journeys;
            chunk.offset += chunk.bytes.len() as u64;
            chunk.bytes.clear();
        }
        Ok(())
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
            self.chunks.iter().copied(),
            |extent| {
                let mut bytes = self.buffers.take(Vec::new);
                bytes.resize(extent.length as usize, 0);
                self.scratch.read_exact_at(&mut bytes, extent.offset)?;
                let mut state = make();
                walk::for_each(&bytes, extent.first, self.slots, &wanted, |walk| work(&mut state, walk));
                self.buffers.give(bytes);
                Ok(state)
            },
            sink,
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

struct Chunk {
    bytes: Vec<u8>,
    offset: u64,
    /// Number of the first journey in it, and of the next that comes.
    first: u32,
    journeys: u32,
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
