//! The lexicon: which values and name parts were personal anywhere in the run. It holds keyed digests only.

use std::cmp::Ordering;

use schemas::limits::LEXICON_ENTRIES_MAX;
use schemas::pii::PiiClass;
use schemas::record::LexiconRecord;

/// Longest form that is kept.
pub(crate) const FORM_BYTES_MAX: usize = 64;

/// Entries of a bucket of the index, on average.
const BUCKET_ENTRIES: usize = 4;
/// Bits of the filter for each entry: most words of a text are no entry, and one look at a small table says so for all but a few of them.
const FILTER_BITS: usize = 16;

/// The finished lexicon of a run, ready to be asked.
pub(crate) struct Lexicon {
    entries: Vec<([u8; 12], PiiClass, bool)>,
    /// First entry of each bucket: those whose digests begin with the same bits.
    starts: Vec<u32>,
    /// Bits of the first four bytes of a digest that are not the bucket's number.
    shift: u32,
    /// A bit for each value of the lowest of these bits: unset when no entry has it.
    filter: Vec<u64>,
    lengths: [bool; FORM_BYTES_MAX + 1],
    /// Classes of the whole values of each length, a bit each.
    classes: [u64; FORM_BYTES_MAX + 1],
}

impl Default for Lexicon {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            starts: Vec::new(),
            shift: 0,
            filter: Vec::new(),
            lengths: [false; FORM_BYTES_MAX + 1],
            classes: [0; FORM_BYTES_MAX + 1],
        }
    }
}

impl Lexicon {
    /// An empty lexicon with room for `count` entries.
    pub(crate) fn with_room(count: u64) -> Self {
        Self { entries: Vec::with_capacity(count.min(LEXICON_ENTRIES_MAX as u64) as usize), ..Self::default() }
    }

    /// Takes an entry; they come in the order of their digests.
    pub(crate) fn push(&mut self, record: &LexiconRecord) {
        if let Some(length) = self.lengths.get_mut(usize::from(record.length)) {
            *length = true;
        }
        if record.words > 0
            && let Some(classes) = self.classes.get_mut(usize::from(record.length))
        {
            *classes |= 1 << record.class as u8;
        }
        self.entries.push((record.digest, record.class, record.words > 0));
    }

    /// Makes what was taken ready to be asked. The tables follow the number of entries, so that those of a small lexicon stay in the processor's cache.
    pub(crate) fn indexed(mut self) -> Self {
        let buckets = (self.entries.len() / BUCKET_ENTRIES).next_power_of_two().max(2);
        self.shift = 32 - buckets.trailing_zeros();
        self.starts = vec![0; buckets + 1];
        self.filter = vec![0; (self.entries.len() * FILTER_BITS).next_power_of_two().max(64) / 64];
        for (digest, ..) in &self.entries {
            let first = first_of(digest);
            self.starts[(first >> self.shift) as usize + 1] += 1;
            let (word, bit) = filter_bit(first, self.filter.len());
            self.filter[word] |= bit;
        }
        for at in 1..self.starts.len() {
            self.starts[at] += self.starts[at - 1];
        }
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether any entry has a form of this length, so that most words need no digest.
    pub(crate) fn may_have(&self, length: usize) -> bool {
        self.lengths.get(length).copied().unwrap_or(false)
    }

    /// Classes of the whole values of this length, the bit of a class's number each.
    pub(crate) fn classes_of(&self, length: usize) -> u64 {
        self.classes.get(length).copied().unwrap_or(0)
    }

    /// Whether any entry's digest may begin with these four bytes; for one that does not, no more than they must be computed.
    pub(crate) fn may_begin(&self, first: u32) -> bool {
        let (word, bit) = filter_bit(first, self.filter.len());
        self.filter.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// The class of a digest, and whether it is certain that its form is a name or reference in any writing.
    pub(crate) fn find(&self, digest: &[u8; 12]) -> Option<(PiiClass, bool)> {
        let first = first_of(digest);
        if !self.may_begin(first) {
            return None;
        }
        let at = (first >> self.shift) as usize;
        let (from, to) = (*self.starts.get(at)? as usize, *self.starts.get(at + 1)? as usize);
        let part = self.entries.get(from..to)?;
        part.binary_search_by(|(known, ..)| known.cmp(digest)).ok().map(|at| (part[at].1, part[at].2))
    }
}

/// The first four bytes of a digest, as a number.
fn first_of(digest: &[u8; 12]) -> u32 {
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Word and bit of the filter for the first four bytes of a digest.
fn filter_bit(first: u32, words: usize) -> (usize, u64) {
    ((first >> 6) as usize & words.wrapping_sub(1), 1 << (first & 63))
}

/// Entries that wait to be merged, at least.
const PENDING_MIN: usize = 1 << 14;

/// Entries being gathered: twice the entries of the lexicon in memory, plus those that wait. How many there are follows the customers a run
/// meets, and more records meet more of them. Beyond the limit those with the greatest digests go: which ones stay does not depend on order or shards.
pub(crate) struct Gathered {
    limit: usize,
    entries: Vec<LexiconRecord>,
    pending: Vec<LexiconRecord>,
    spare: Vec<LexiconRecord>,
    overflow: u64,
}

impl Gathered {
    pub(crate) fn new() -> Self {
        Self::with_limit(LEXICON_ENTRIES_MAX)
    }

    pub(crate) fn with_limit(limit: usize) -> Self {
        Self { limit, entries: Vec::new(), pending: Vec::new(), spare: Vec::new(), overflow: 0 }
    }

    /// Adds entries in any order.
    pub(crate) fn add(&mut self, records: &[LexiconRecord]) {
        self.pending.extend_from_slice(records);
        // A part of what is there, so that merging stays cheap, and memory follows the lexicon, not the run.
        if self.pending.len() > (self.entries.len() / 8).max(PENDING_MIN.min(self.limit)) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        combine(&mut self.pending);
        // Both lists keep their memory: giving it back and asking again leaves holes in the heap.
        let mut merged = std::mem::take(&mut self.spare);
        merged.reserve((self.entries.len() + self.pending.len()).min(self.limit));
        for record in merge([self.entries.iter().copied(), self.pending.iter().copied()]) {
            if merged.len() < self.limit { merged.push(record) } else { self.overflow += 1 }
        }
        self.spare = std::mem::replace(&mut self.entries, merged);
        self.spare.clear();
        self.pending.clear();
    }

    /// The entries sorted by digest, and how many were left out (one that comes back after it was left out counts again).
    pub(crate) fn finish(mut self) -> (Vec<LexiconRecord>, u64) {
        self.settle();
        (self.entries, self.overflow)
    }
}

/// Sorts and joins equal digests.
pub(crate) fn combine(records: &mut Vec<LexiconRecord>) {
    records.sort_unstable();
    records.dedup_by(|later, first| {
        let same = later.digest == first.digest;
        if same {
            join(first, later);
        }
        same
    });
}

/// Merges sorted lists, equal digests joined.
pub(crate) fn merge<const N: usize>(lists: [impl Iterator<Item = LexiconRecord>; N]) -> impl Iterator<Item = LexiconRecord> {
    let mut lists = lists.map(Iterator::peekable);
    std::iter::from_fn(move || {
        let least = lists.iter_mut().filter_map(|list| list.peek().map(|record| record.digest)).min()?;
        let mut found: Option<LexiconRecord> = None;
        for list in &mut lists {
            while let Some(record) = list.next_if(|record| record.digest.cmp(&least) == Ordering::Equal) {
                match &mut found {
                    Some(first) => join(first, &record),
                    None => found = Some(record),
                }
            }
        }
        found
    })
}

fn join(first: &mut LexiconRecord, other: &LexiconRecord) {
    first.class = first.class.min(other.class);
    first.words = first.words.max(other.words);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u16) -> LexiconRecord {
        let mut digest = [9; 12];
        // Bytes of no order, as those of a hash, but different for each.
        digest[..8].copy_from_slice(&(u64::from(id) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        LexiconRecord { digest, class: PiiClass::Name, length: 4, words: 1 }
    }

    #[test]
    fn gathering_does_not_depend_on_order() {
        let all: Vec<_> = (0..500_u32).map(|i| record((i * 7919 % 300) as u16)).collect();
        let run = |records: &mut dyn Iterator<Item = LexiconRecord>| {
            let mut gathered = Gathered::with_limit(100);
            records.for_each(|record| gathered.add(&[record]));
            gathered.finish().0
        };
        let forward = run(&mut all.iter().copied());
        assert_eq!(forward.len(), 100);
        assert_eq!(forward, run(&mut all.iter().rev().copied()));
        assert!(forward.windows(2).all(|pair| pair[0].digest < pair[1].digest));
    }

    #[test]
    fn what_was_put_in_is_found() {
        let mut lexicon = Lexicon::with_room(1000);
        let mut records: Vec<_> = (0..1000).map(|i| record(i * 3)).collect();
        records.sort_unstable();
        records.iter().for_each(|record| lexicon.push(record));
        let lexicon = lexicon.indexed();
        for i in 0..3000_u16 {
            assert_eq!(lexicon.find(&record(i).digest).is_some(), i % 3 == 0);
        }
        assert!(lexicon.may_have(4) && !lexicon.may_have(5));
        assert_eq!(Lexicon::default().find(&[0; 12]), None);
    }
}
