//! A journey as it lies on the scratch disk, in the order of customers.
//!
//! Layout, little endian: length of the rest in bytes (u32), unit (u128), key (u128), part (u32), a bit for each name of a step (u64), then each step: event type (u32), name (u8), flags
//! (u8), time in microseconds (i64), amount (i64), a value number by slot (u8 each).

/// Bytes before the steps, the length included.
pub(super) const HEAD_BYTES: usize = 4 + 16 + 16 + 4 + 8;
/// Bytes of a step without its values.
const STEP_BYTES: usize = 4 + 1 + 1 + 8 + 8;

/// The step was refused or failed.
pub(super) const FAILED: u8 = 1;
/// The step took too long.
pub(super) const TIMED_OUT: u8 = 2;
/// The step has a time of its own.
pub(super) const HAS_TIME: u8 = 4;
/// The step has an amount.
pub(super) const HAS_AMOUNT: u8 = 8;
/// Another journey of the same customer is open.
pub(super) const CONCURRENT: u8 = 16;

/// Where in an encoded step its flags and time lie, for those who change or look at nothing else.
pub(super) const FLAGS_AT: usize = 5;
const TIME_AT: usize = 6;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step<'a> {
    /// Event type number.
    pub event: u32,
    /// Number of its name.
    pub name: u8,
    /// Flags.
    pub flags: u8,
    /// Time, UTC microseconds; meaningless without the flag.
    pub time_us: i64,
    /// Amount in hundredths; meaningless without the flag.
    pub amount_minor: i64,
    /// Value numbers by slot.
    pub values: &'a [u8],
}

impl Step<'_> {
    /// Whether it was refused, failed or took too long.
    pub(super) fn went_wrong(&self) -> bool {
        self.flags & (FAILED | TIMED_OUT) != 0
    }

    /// Its time.
    pub(super) fn time(&self) -> Option<i64> {
        (self.flags & HAS_TIME != 0).then_some(self.time_us)
    }

    /// Its amount.
    pub(super) fn amount(&self) -> Option<i64> {
        (self.flags & HAS_AMOUNT != 0).then_some(self.amount_minor)
    }

    /// Appends its bytes.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.event.to_le_bytes());
        out.extend_from_slice(&[self.name, self.flags]);
        out.extend_from_slice(&self.time_us.to_le_bytes());
        out.extend_from_slice(&self.amount_minor.to_le_bytes());
        out.extend_from_slice(self.values);
    }
}

/// One journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Walk<'a> {
    /// Number in the order of the store.
    pub number: u32,
    /// Whose it is.
    pub head: Head,
    /// Steps in order.
    pub steps: Vec<Step<'a>>,
}

/// What is seen of a journey before its steps are read: most walks need few journeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Customer, else the journey's key.
    pub unit: u128,
    /// Key of the journey.
    pub key: u128,
    /// Part of the key.
    pub part: u32,
    /// A bit for the number of each name that a step has.
    pub names: u64,
}

impl Head {
    /// Appends the head of a journey of `steps` steps.
    pub(super) fn write(&self, steps: usize, slots: usize, out: &mut Vec<u8>) {
        let rest = HEAD_BYTES - 4 + steps * (STEP_BYTES + slots);
        out.extend_from_slice(&(rest as u32).to_le_bytes());
        out.extend_from_slice(&self.unit.to_le_bytes());
        out.extend_from_slice(&self.key.to_le_bytes());
        out.extend_from_slice(&self.part.to_le_bytes());
        out.extend_from_slice(&self.names.to_le_bytes());
    }

    fn read(journey: &[u8]) -> Self {
        let (unit, key) = (u128::from_le_bytes(array(journey, 4)), u128::from_le_bytes(array(journey, 20)));
        Self { unit, key, part: u32::from_le_bytes(array(journey, 36)), names: u64::from_le_bytes(array(journey, 40)) }
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

/// Walks the journeys of a chunk, of which the first has the number `first`; each that is `wanted` is handed over with its steps.
pub(super) fn for_each<'a>(mut bytes: &'a [u8], first: u32, slots: usize, wanted: impl Fn(u32, &Head) -> bool, mut sink: impl FnMut(&Walk<'a>)) {
    let (mut steps, mut next) = (Vec::new(), first);
    while bytes.len() >= HEAD_BYTES {
        let length = u32::from_le_bytes(array(bytes, 0)) as usize;
        let (journey, rest) = bytes.split_at((4 + length).min(bytes.len()));
        bytes = rest;
        let (number, head) = (next, Head::read(journey));
        next = next.saturating_add(1);
        if !wanted(number, &head) {
            continue;
        }
        steps.clear();
        for step in journey[HEAD_BYTES..].chunks_exact(STEP_BYTES + slots) {
            steps.push(Step {
                event: u32::from_le_bytes(array(step, 0)),
                name: step[4],
                flags: step[FLAGS_AT],
                time_us: i64::from_le_bytes(array(step, TIME_AT)),
                amount_minor: i64::from_le_bytes(array(step, TIME_AT + 8)),
                values: &step[STEP_BYTES..],
            });
        }
        let walk = Walk { number, head, steps };
        sink(&walk);
        steps = walk.steps;
    }
}

/// Sets [`CONCURRENT`] on each timed step of an encoded journey for which `open` says so.
pub(super) fn mark_concurrent(journey: &mut [u8], slots: usize, open: impl Fn(i64) -> bool) {
    for step in journey[HEAD_BYTES..].chunks_exact_mut(STEP_BYTES + slots) {
        if step[FLAGS_AT] & HAS_TIME != 0 && open(i64::from_le_bytes(array(step, TIME_AT))) {
            step[FLAGS_AT] |= CONCURRENT;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journeys_round_trip_and_concurrent_steps_are_marked() {
        let step = |event: u32, time_us: i64, flags: u8| Step { event, name: 3, flags, time_us, amount_minor: -7, values: &[1, 2] };
        let mut bytes = Vec::new();
        let head = |unit, part, names| Head { unit, key: 8, part, names };
        head(9, 1, 1 << 3).write(2, 2, &mut bytes);
        step(70_000, -5, HAS_TIME | FAILED).write(&mut bytes);
        step(1, 6, HAS_AMOUNT).write(&mut bytes);
        head(10, 2, 0).write(0, 2, &mut bytes);
        let end = bytes.len() - HEAD_BYTES;
        mark_concurrent(&mut bytes[..end], 2, |time| time == -5);
        let (mut numbers, mut seen) = (Vec::new(), Vec::new());
        let mut walk_those = |wanted: &dyn Fn(u32, &Head) -> bool| {
            for_each(&bytes, 6, 2, wanted, |walk| {
                numbers.push(walk.number);
                seen.push((walk.head, walk.steps.clone()));
            });
        };
        walk_those(&|_, _| true);
        walk_those(&|_, head| head.names == 0);
        let steps = vec![step(70_000, -5, HAS_TIME | FAILED | CONCURRENT), step(1, 6, HAS_AMOUNT)];
        assert_eq!(seen, [(head(9, 1, 1 << 3), steps), (head(10, 2, 0), Vec::new()), (head(10, 2, 0), Vec::new())]);
        assert_eq!(numbers, [6, 7, 7]);
        assert_eq!((seen[0].1[0].went_wrong(), seen[0].1[1].amount()), (true, Some(-7)));
    }
}
