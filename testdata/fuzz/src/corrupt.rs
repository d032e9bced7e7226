//! Corruption: what a disk, a copy or a crash does to a file, and whether its reader notices.
//!
//! A [`Subject`] is a file with its reader. A case changes the file by one [`Fault`]; the reader must refuse it, or read what it read before. A
//! reader that gives something else without an error has been silent: the one outcome, beside a panic, that fails a campaign. A subject may say
//! that it has no checksum by design; then something else is counted as such, and only panics and memory matter.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::process;
use crate::random::Random;

/// Cases under `cargo test`.
const SHORT: u64 = 4_000;
/// Memory a reader may take over the size of its file, bytes.
const MEMORY_BYTES: u64 = 64 << 20;
const SECTOR: usize = 512;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// One to eight bits.
    BitFlip,
    /// A run of random bytes.
    Garbage,
    /// The end is missing.
    Cut,
    /// A range is missing.
    Hole,
    /// A range of another file of the kind, at the same or another place.
    Splice,
    /// Zeros at the end.
    AppendedZeros,
    /// A sector of zeros.
    ZeroedSector,
    /// Two parts of the file (blocks, index entries, lines) changed places.
    SwappedParts,
    /// A part is there twice.
    RepeatedPart,
    /// A length or offset holds a border value.
    HostileLength,
    /// As before, with checksums made right: the reader's own rules must see it.
    ForgedLength,
    /// An index entry points where another does, with checksums made right.
    OverlappingIndex,
}

impl Fault {
    const ALL: [Self; 12] = [
        Self::BitFlip,
        Self::Garbage,
        Self::Cut,
        Self::Hole,
        Self::Splice,
        Self::AppendedZeros,
        Self::ZeroedSector,
        Self::SwappedParts,
        Self::RepeatedPart,
        Self::HostileLength,
        Self::ForgedLength,
        Self::OverlappingIndex,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::BitFlip => "bit_flip",
            Self::Garbage => "garbage",
            Self::Cut => "cut",
            Self::Hole => "hole",
            Self::Splice => "splice",
            Self::AppendedZeros => "appended_zeros",
            Self::ZeroedSector => "zeroed_sector",
            Self::SwappedParts => "swapped_parts",
            Self::RepeatedPart => "repeated_part",
            Self::HostileLength => "hostile_length",
            Self::ForgedLength => "forged_length",
            Self::OverlappingIndex => "overlapping_index",
        }
    }
}

/// Reads a file's bytes; a number for everything that was read, or none when it was refused.
pub type Reader<'r> = Box<dyn FnMut(&[u8]) -> Option<u64> + 'r>;

/// A file that is corrupted, and who reads it.
pub struct Subject<'r> {
    /// Name in the table.
    pub kind: String,
    /// The sound file.
    pub sound: Vec<u8>,
    /// Other sound files of the kind, to splice from.
    pub siblings: Vec<Vec<u8>>,
    /// Parts that can change places.
    pub parts: Vec<Range<usize>>,
    /// Little-endian lengths and offsets.
    pub lengths: Vec<Range<usize>>,
    /// Parts of which each holds an offset in its first 8 bytes.
    pub index: Vec<Range<usize>>,
    /// Makes checksums right.
    pub repair: Option<fn(&mut Vec<u8>)>,
    /// Whether something else may be read without an error, since the bytes have no checksum by design.
    pub unprotected: bool,
    /// The reader.
    pub read: Reader<'r>,
}

impl<'r> Subject<'r> {
    /// A subject whose parts are its lines.
    #[must_use]
    pub fn of_lines(kind: &str, sound: Vec<u8>, siblings: Vec<Vec<u8>>, read: impl FnMut(&[u8]) -> Option<u64> + 'r) -> Self {
        let mut parts = Vec::new();
        let mut at = 0;
        for line in sound.split_inclusive(|&byte| byte == b'\n') {
            parts.push(at..at + line.len());
            at += line.len();
        }
        let read = Box::new(read);
        Self { kind: kind.to_owned(), sound, siblings, parts, lengths: Vec::new(), index: Vec::new(), repair: None, unprotected: false, read }
    }

    /// The file with a fault; none when the fault cannot be or changes nothing.
    fn with(&self, fault: Fault, random: &mut Random) -> Option<Vec<u8>> {
        let mut bytes = self.sound.clone();
        match fault {
            Fault::BitFlip => (0..=random.below(8) * random.below(2)).for_each(|_| {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }),
            Fault::Garbage => {
                for byte in &mut bytes[some_range(random, self.sound.len(), 64)] {
                    *byte = random.bits().to_le_bytes()[0];
                }
            }
            Fault::Cut => bytes.truncate(random.below(self.sound.len())),
            Fault::Hole => drop(bytes.drain(some_range(random, self.sound.len(), self.sound.len()))),
            Fault::Splice => self.splice(random, &mut bytes)?,
            Fault::AppendedZeros => bytes.resize(self.sound.len() + 1 + random.below(4 * SECTOR), 0),
            Fault::ZeroedSector => {
                let sector = random.below(self.sound.len().div_ceil(SECTOR)) * SECTOR;
                bytes[sector..self.sound.len().min(sector + SECTOR)].fill(0);
            }
            Fault::SwappedParts => swap(&mut bytes, random.pick(&self.parts)?, random.pick(&self.parts)?),
            Fault::RepeatedPart => {
                let part = random.pick(&self.parts)?.clone();
                let at = random.pick(&self.parts)?.start;
                bytes.splice(at..at, self.sound[part].iter().copied());
            }
            Fault::HostileLength => set_length(random, &mut bytes, &self.lengths)?,
            Fault::ForgedLength => {
                set_length(random, &mut bytes, &self.lengths)?;
                self.repair?(&mut bytes);
            }
            Fault::OverlappingIndex => {
                let from = random.pick(&self.index)?.start;
                let to = random.pick(&self.index)?.start;
                bytes[to..to + 8].copy_from_slice(&self.sound[from..from + 8]);
                self.repair?(&mut bytes);
            }
        }
        // A whole sibling in the file's place is no corruption: it is a sound file, and the manifest's digest is what tells the two apart.
        (bytes != self.sound && !self.siblings.contains(&bytes)).then_some(bytes)
    }

    fn splice(&self, random: &mut Random, bytes: &mut Vec<u8>) -> Option<()> {
        let sibling = random.pick(&self.siblings)?;
        let from = some_range(random, sibling.len(), sibling.len());
        let at = if random.once_in(4) { random.below(bytes.len()) } else { from.start.min(bytes.len()) };
        let over = at..bytes.len().min(at + from.len());
        bytes.splice(over, sibling[from].iter().copied());
        Some(())
    }
}

fn some_range(random: &mut Random, len: usize, most: usize) -> Range<usize> {
    let at = random.below(len);
    at..len.min(at + 1 + random.below(most.min(len - at)))
}

fn swap(bytes: &mut Vec<u8>, a: &Range<usize>, b: &Range<usize>) {
    let (first, second) = if a.start <= b.start { (a, b) } else { (b, a) };
    if first.end > second.start {
        return;
    }
    let swapped = [&bytes[second.clone()], &bytes[first.end..second.start], &bytes[first.clone()]].concat();
    bytes.splice(first.start..second.end, swapped);
}

fn set_length(random: &mut Random, bytes: &mut [u8], lengths: &[Range<usize>]) -> Option<()> {
    let field = &mut bytes[random.pick(lengths)?.clone()];
    let mut wide = [0; 8];
    wide[..field.len()].copy_from_slice(field);
    let old = u64::from_le_bytes(wide);
    let new = match random.below(8) {
        0 => 0,
        1 => u64::MAX,
        2 => i64::MAX as u64,
        3 => 1 << random.below(64),
        4 => old.wrapping_add(8),
        5 => old.wrapping_sub(8),
        6 => old ^ 1,
        _ => random.bits(),
    };
    let width = field.len();
    field.copy_from_slice(&new.to_le_bytes()[..width]);
    Some(())
}

/// How often each outcome was seen, by kind and fault.
type Table = BTreeMap<(String, Fault), [u64; 5]>;

const OUTCOMES: [&str; 5] = ["refused", "same", "other", "silent", "panic"];
const OTHER: usize = 2;
const SILENT: usize = 3;
const PANIC: usize = 4;

/// Runs a campaign over the subjects in turn. `CORRUPT_CASES`, `CORRUPT_SEED` and `CORRUPT_REPORT` come from the environment.
///
/// # Panics
/// When a reader was silent or panicked; the message holds the first such cases.
pub fn campaign(mut subjects: Vec<Subject<'_>>) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (cases, seed) = (number("CORRUPT_CASES").unwrap_or(SHORT), number("CORRUPT_SEED").unwrap_or(1));
    let report = std::env::var_os("CORRUPT_REPORT");
    if report.is_some() {
        process::no_core();
        let largest = subjects.iter().map(|subject| subject.sound.len()).max().unwrap_or(0);
        process::bound_memory(MEMORY_BYTES + largest as u64);
        std::panic::set_hook(Box::new(|_| {}));
    }
    let expected: Vec<u64> = subjects.iter_mut().map(|subject| (subject.read)(&subject.sound).expect("the sound file reads")).collect();
    let mut random = Random::new(seed);
    let mut table = Table::new();
    let mut bad = Vec::new();
    let mut done = 0;
    while done < cases {
        for (subject, &expected) in subjects.iter_mut().zip(&expected) {
            let fault = Fault::ALL[random.below(Fault::ALL.len())];
            let Some(bytes) = subject.with(fault, &mut random) else { continue };
            let outcome = match catch_unwind(AssertUnwindSafe(|| (subject.read)(&bytes))) {
                Err(_) => PANIC,
                Ok(None) => 0,
                Ok(Some(found)) if found == expected => 1,
                Ok(Some(_)) if subject.unprotected => OTHER,
                Ok(Some(_)) => SILENT,
            };
            if outcome >= SILENT && bad.len() < 8 {
                bad.push(format!("{} {} {} (case {done} of seed {seed}): {}", subject.kind, fault.name(), OUTCOMES[outcome], hex(&bytes)));
            }
            table.entry((subject.kind.clone(), fault)).or_default()[outcome] += 1;
            done += 1;
        }
    }
    if let Some(file) = report {
        let _ = std::panic::take_hook();
        std::fs::write(file, rows(&table, process::memory_bytes().1)).expect("the report is written");
    }
    assert!(bad.is_empty(), "{} cases were not noticed; the first:\n{}", bad.len(), bad.join("\n"));
}

/// One JSON object a line.
fn rows(table: &Table, memory_peak_bytes: u64) -> String {
    let row = |((kind, fault), counts): (&(String, Fault), &[u64; 5])| {
        let counts: Vec<String> = OUTCOMES.iter().zip(counts).map(|(name, count)| format!("\"{name}\":{count}")).collect();
        format!("{{\"kind\":\"{kind}\",\"fault\":\"{}\",{},\"memory_peak_bytes\":{memory_peak_bytes}}}\n", fault.name(), counts.join(","))
    };
    table.iter().map(row).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(4_096).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(read: fn(&[u8]) -> Option<u64>) -> Subject<'static> {
        Subject::of_lines("test", b"one\ntwo\nthree\n".to_vec(), vec![b"uno\ndos\ntres\n".to_vec()], read)
    }

    #[test]
    fn a_reader_that_notices_everything_passes() {
        campaign(vec![subject(|bytes| (bytes == b"one\ntwo\nthree\n").then_some(1))]);
    }

    #[test]
    #[should_panic(expected = "silent")]
    fn a_reader_that_takes_anything_fails() {
        campaign(vec![subject(|bytes| Some(bytes.len() as u64 + u64::from(bytes.first().copied().unwrap_or(0))))]);
    }

    #[test]
    #[should_panic(expected = "panic")]
    fn a_reader_that_panics_fails() {
        campaign(vec![subject(|bytes| (bytes[12] == b'e' && bytes == b"one\ntwo\nthree\n").then_some(1))]);
    }

    #[test]
    fn something_else_is_allowed_where_there_is_no_checksum() {
        campaign(vec![Subject { unprotected: true, ..subject(|bytes| Some(bytes.len() as u64)) }]);
    }
}
