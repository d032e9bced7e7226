//! What names gave the lexicon: a customer's name stands in many blocks, and its dozen forms with their digests take long to make. For speed only.

use schemas::pii::PiiClass;
use schemas::record::LexiconRecord;

use crate::hash::Cache;

/// Pairs of slots for names, as a power of two.
const NAME_BITS: u32 = 11;
/// Entries that are kept before all are let go: 10 a name.
const ENTRIES_MAX: usize = 40_000;

/// Names and the entries that each gave.
pub(crate) struct GatheredNames {
    /// Which filling of `entries` a name's are in, and where.
    places: Cache<(u32, u32, u32)>,
    entries: Vec<LexiconRecord>,
    filling: u32,
}

impl GatheredNames {
    /// A table for a worker that gathers; for another one it is as small as can be.
    pub(crate) fn new(seed: u64, gathers: bool) -> Self {
        Self { places: Cache::new(seed, if gathers { NAME_BITS } else { 0 }), entries: Vec::new(), filling: 1 }
    }

    /// The entries that this name gave.
    pub(crate) fn get(&mut self, name: &str) -> Option<&[LexiconRecord]> {
        let &mut (filling, from, to) = self.places.get(PiiClass::Name as u8, name.as_bytes())?;
        if filling == self.filling { self.entries.get(from as usize..to as usize) } else { None }
    }

    /// Keeps the entries of a name.
    pub(crate) fn put(&mut self, name: &str, entries: &[LexiconRecord]) {
        if self.entries.len() + entries.len() > ENTRIES_MAX {
            self.entries.clear();
            self.filling = self.filling.wrapping_add(1).max(1);
        }
        let from = self.entries.len();
        self.entries.extend_from_slice(entries);
        self.places.put(PiiClass::Name as u8, name.as_bytes(), (self.filling, from as u32, self.entries.len() as u32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_own_entries_or_none() {
        let mut names = GatheredNames::new(7, true);
        let of = |number: u32| {
            let mut digest = [0; 12];
            digest[..4].copy_from_slice(&number.to_be_bytes());
            vec![LexiconRecord { digest, class: PiiClass::Name, length: 9, words: 2 }; number as usize % 12]
        };
        let mut kept = 0;
        for number in 0..30_000 {
            names.put(&format!("Name {number}"), &of(number));
            for other in [number, number / 2, number.saturating_sub(1000)] {
                if let Some(entries) = names.get(&format!("Name {other}")) {
                    assert_eq!(entries, of(other), "{other}");
                    kept += 1;
                }
            }
        }
        assert!(kept > 30_000);
        assert!(names.get("Name -1").is_none());
    }
}
