//! A table of names of fields. Nearly all names that are looked up stand in none, and one bit says so.

use std::collections::BTreeMap;

use crate::hash::fast_hash;

/// Bits for each name: one other name in sixty-four passes the filter by chance.
const BITS_A_NAME: usize = 64;

/// What is known by name.
pub(super) struct Table<V> {
    known: BTreeMap<String, V>,
    filter: Vec<u64>,
}

impl<V> From<BTreeMap<String, V>> for Table<V> {
    fn from(known: BTreeMap<String, V>) -> Self {
        let bits = (known.len() * BITS_A_NAME).next_power_of_two().max(BITS_A_NAME);
        let mut table = Self { filter: vec![0; bits / 64], known };
        for name in table.known.keys() {
            let (word, bit) = place(name, bits);
            table.filter[word] |= bit;
        }
        table
    }
}

impl<V> Table<V> {
    pub(super) fn get(&self, name: &str) -> Option<&V> {
        let (word, bit) = place(name, self.filter.len() * 64);
        if self.filter[word] & bit == 0 { None } else { self.known.get(name) }
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// The word and the bit of a name.
fn place(name: &str, bits: usize) -> (usize, u64) {
    let hash = (fast_hash(0, name.as_bytes()) >> 20) as usize & (bits - 1);
    (hash / 64, 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_and_nothing_else() {
        let table = Table::from((0..1000).map(|number| (format!("name_{number}"), number)).collect::<BTreeMap<_, _>>());
        assert!((0..1000).all(|number| table.get(&format!("name_{number}")) == Some(&number)));
        assert!(!(1000..5000).any(|number| table.contains(&format!("name_{number}"))) && !table.contains(""));
        assert!(Table::<u8>::from(BTreeMap::new()).get("x").is_none());
    }
}
