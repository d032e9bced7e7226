//! An event as a sortable row of bytes.

use schemas::ids::StableId;
use schemas::limits::ATTRIBUTES_MAX;
use schemas::record::{EventCauseRecord, EventRecord, Outcome, Severity};

use super::values::Slots;
use crate::event::kind::{outcome_number, outcome_of_number};
use crate::sort::{RowReader, RowWriter};

/// Length of a row.
pub(super) const ROW_BYTES: usize = 16 + 8 + 1 + 4 + 8 + 4 + 1 + 17 + 9 + 17 + 1 + ATTRIBUTES_MAX + 4 * 4;

/// The night that an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Night {
    /// One that was not followed by this one: nights between were missed. So many midnights its journey has been open at.
    Missed(u16),
    /// The one before. So many midnights its journey has been open at.
    Before(u16),
    /// This one.
    Tonight,
}

impl Night {
    /// Midnights the journey has been open at.
    pub(super) fn midnights(self) -> u16 {
        match self {
            Self::Missed(nights) | Self::Before(nights) => nights,
            Self::Tonight => 0,
        }
    }

    /// A number that sorts earlier nights first.
    fn number(self) -> u8 {
        match self {
            Self::Missed(nights) => nights.min(99) as u8,
            Self::Before(nights) => 100 + nights.min(99) as u8,
            Self::Tonight => u8::MAX,
        }
    }

    fn of_number(number: u8) -> Self {
        match number {
            u8::MAX => Self::Tonight,
            100.. => Self::Before(u16::from(number) - 100),
            _ => Self::Missed(number.into()),
        }
    }
}

/// An event of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// Key of the journey.
    pub journey: u128,
    /// Time; the time of the event before when it has none of its own, `i64::MIN` when there is none before.
    pub time_ns: i64,
    /// Where it comes from.
    pub night: Night,
    /// Source; `u32::MAX` of an earlier night.
    pub source: u32,
    /// Offset; of an earlier night the place in its journey.
    pub offset: u64,
    /// Event type.
    pub event: u32,
    /// Whether the time is its own.
    pub has_time: bool,
    /// Whether the key is only the customer's.
    pub by_customer: bool,
    /// Outcome.
    pub outcome: Outcome,
    /// Customer.
    pub customer: Option<u128>,
    /// Amount.
    pub amount_minor: Option<i64>,
    /// Transaction.
    pub transaction: Option<u128>,
    /// Marks of a step, as in [`JourneyStepsRecord`].
    ///
    /// [`JourneyStepsRecord`]: schemas::record::JourneyStepsRecord
    pub marks: u8,
    /// Attribute values.
    pub values: Slots,
    /// Hash of the host; 0 for none, as of the next three.
    pub host: u32,
    /// Hash of the span.
    pub span: u32,
    /// Hash of the span that began it.
    pub parent: u32,
    /// Sequence number, from 1.
    pub number: u32,
}

impl Row {
    /// The row of an event; none when it belongs to no journey.
    pub(super) fn of_event(event: &EventRecord, values: Slots, timeout_us: u64) -> Option<Self> {
        Some(Self {
            journey: event.journey?.0,
            time_ns: event.time_ns.unwrap_or(i64::MIN),
            night: Night::Tonight,
            source: event.at.source,
            offset: event.at.offset,
            event: event.event,
            has_time: event.time_ns.is_some(),
            by_customer: event.journey_by_customer,
            outcome: event.outcome,
            customer: event.customer.map(|key| key.0),
            amount_minor: event.amount_minor,
            transaction: event.transaction.map(|id| u128::from(id.0)),
            marks: u8::from(event.severity >= Severity::Error) | u8::from(event.latency_us.is_some_and(|us| us >= timeout_us)) << 1,
            values,
            host: 0,
            span: 0,
            parent: 0,
            number: 0,
        })
    }

    /// Adds what is known beside the time. Hashes of 32 bits: they tell apart the few of one journey.
    pub(super) fn with_cause(mut self, cause: &EventCauseRecord) -> Self {
        let short = |id: Option<StableId>| id.map_or(0, |id| (id.0 as u32).max(1));
        (self.host, self.span, self.parent) = (short(cause.host), short(cause.span), short(cause.parent));
        self.number = cause.number.map_or(0, |number| (number as u32).saturating_add(1));
        self
    }

    /// Bytes that sort by journey, time, night, source, offset.
    pub(super) fn to_time_order(self) -> [u8; ROW_BYTES] {
        let mut row = [0; ROW_BYTES];
        self.write_rest(RowWriter::new(&mut row).u128(self.journey).i64(self.time_ns).u8(self.night.number()).u32(self.source).u64(self.offset));
        row
    }

    /// Bytes that sort by journey, night, source, offset.
    pub(super) fn to_place_order(self) -> [u8; ROW_BYTES] {
        let mut row = [0; ROW_BYTES];
        self.write_rest(RowWriter::new(&mut row).u128(self.journey).u8(self.night.number()).u32(self.source).u64(self.offset).i64(self.time_ns));
        row
    }

    fn write_rest(self, row: &mut RowWriter<'_>) {
        let flags = u8::from(self.has_time) | u8::from(self.by_customer) << 1 | outcome_number(self.outcome) << 2;
        row.u32(self.event)
            .u8(flags)
            .option_u128(self.customer)
            .option_i64(self.amount_minor)
            .option_u128(self.transaction)
            .u8(self.marks)
            .bytes(&self.values)
            .u32(self.host)
            .u32(self.span)
            .u32(self.parent)
            .u32(self.number);
    }

    /// The row of [`Row::to_time_order`].
    pub(super) fn from_time_order(bytes: &[u8; ROW_BYTES]) -> Self {
        let mut row = RowReader::new(bytes);
        let (journey, time_ns, place) = (row.u128(), row.i64(), Place::read(&mut row));
        Self::read_rest(journey, time_ns, place, &mut row)
    }

    /// The row of [`Row::to_place_order`].
    pub(super) fn from_place_order(bytes: &[u8; ROW_BYTES]) -> Self {
        let mut row = RowReader::new(bytes);
        let (journey, place, time_ns) = (row.u128(), Place::read(&mut row), row.i64());
        Self::read_rest(journey, time_ns, place, &mut row)
    }

    fn read_rest(journey: u128, time_ns: i64, Place(night, source, offset): Place, row: &mut RowReader<'_>) -> Self {
        let (event, flags) = (row.u32(), row.u8());
        Self {
            journey,
            time_ns,
            night,
            source,
            offset,
            event,
            has_time: flags & 1 != 0,
            by_customer: flags & 2 != 0,
            outcome: outcome_of_number(flags >> 2),
            customer: row.option_u128(),
            amount_minor: row.option_i64(),
            transaction: row.option_u128(),
            marks: row.u8(),
            values: row.bytes(),
            host: row.u32(),
            span: row.u32(),
            parent: row.u32(),
            number: row.u32(),
        }
    }
}

struct Place(Night, u32, u64);

impl Place {
    fn read(row: &mut RowReader<'_>) -> Self {
        Self(Night::of_number(row.u8()), row.u32(), row.u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_round_trip_and_sort() {
        let row = Row {
            journey: 7 << 100,
            time_ns: -5,
            night: Night::Tonight,
            source: 3,
            offset: 1 << 40,
            event: 9,
            has_time: true,
            by_customer: true,
            outcome: Outcome::Failure,
            customer: Some(1),
            amount_minor: Some(-4),
            transaction: None,
            marks: 2,
            values: [7; ATTRIBUTES_MAX],
            host: 1,
            span: 2,
            parent: 3,
            number: u32::MAX,
        };
        assert_eq!(Row::from_time_order(&row.to_time_order()), row);
        assert_eq!(Row::from_place_order(&row.to_place_order()), row);
        let earlier = Row { night: Night::Before(2), source: u32::MAX, ..row };
        let missed = Row { night: Night::Missed(7), ..earlier };
        assert_eq!([earlier, missed].map(|row| Row::from_time_order(&row.to_time_order())), [earlier, missed]);
        assert!(missed.to_time_order() < earlier.to_time_order() && earlier.to_time_order() < row.to_time_order());
        let later = Row { time_ns: 4, source: 0, offset: 0, ..row };
        assert!(row.to_time_order() < later.to_time_order());
        assert!(row.to_place_order() > later.to_place_order());
    }
}
