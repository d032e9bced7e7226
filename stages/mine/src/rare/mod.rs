//! Rare words: what only a few customers' records say is not shown. A name that the sanitizer did not know stands in a message of its bearer
//! alone; the words of a bank's programs stand in those of many.
//!
//! ```text
//! skeleton   who has each shape, as far as there are few        -> rare_shape
//! templates  who has each word, by the shapes it stands in; words outside the common vocabulary that too few have become `<WORD>`
//!            in the templates, which are the only text of messages that is published, and in the names of events taken from messages
//! ```
//! Whom a record is about: its customer; where none is known its session or trace, else the record itself.

mod hide;

pub(crate) use hide::{HIDDEN, Shown};

use schemas::ids::{RecordRef, StableId};
use schemas::record::{CleanRecord, RareShape, RareShapeRecord};
use stage_runtime::{StepContext, StepError};

use crate::bounded::Merge;
use crate::hash::{FixedMap, hash_bytes};

/// Of whom something is known, as far as they are few.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Units {
    /// How many are enough.
    enough: u32,
    /// Sorted hashes, none any more when there are enough.
    few: Vec<u64>,
    /// Whether there are.
    many: bool,
}

impl Units {
    /// Nobody yet.
    pub(crate) fn none(enough: u32) -> Self {
        Self { enough, few: Vec::new(), many: enough <= 1 }
    }

    /// Enough.
    pub(crate) fn many() -> Self {
        Self { many: true, ..Self::default() }
    }

    /// Those of a list that was written when there were few; an empty one says nothing and is nobody.
    pub(crate) fn of_few(enough: u32, few: Vec<u64>) -> Self {
        let mut units = Self::none(enough);
        for unit in few {
            if !units.many {
                units.insert(unit);
            }
        }
        units
    }

    /// Their hashes, sorted, as long as there are few.
    pub(crate) fn few(&self) -> &[u64] {
        &self.few
    }

    /// Whether they are enough.
    pub(crate) fn are_many(&self) -> bool {
        self.many
    }

    /// Adds the one of a record.
    pub(crate) fn add(&mut self, record: &CleanRecord<'_>) {
        if !self.many {
            self.insert(unit(record));
        }
    }

    fn insert(&mut self, unit: u64) {
        if let Err(place) = self.few.binary_search(&unit) {
            self.few.insert(place, unit);
            if self.few.len() >= self.enough as usize {
                (self.few, self.many) = (Vec::new(), true);
            }
        }
    }
}

impl Units {
    /// Adds those of others.
    pub(crate) fn add_all(&mut self, other: &Self) {
        self.enough = self.enough.max(other.enough);
        if other.many {
            (self.few, self.many) = (Vec::new(), true);
        } else if !self.many {
            for unit in &other.few {
                self.insert(*unit);
                if self.many {
                    break;
                }
            }
        }
    }
}

impl Merge for Units {
    fn merge(&mut self, other: Self) {
        self.add_all(&other);
    }
}

/// Whom a record is about.
fn unit(record: &CleanRecord<'_>) -> u64 {
    match [record.customer, record.session, record.trace].into_iter().find(|token| !token.is_empty()) {
        Some(token) => hash_bytes(token.as_bytes()),
        None => of_place(record.at),
    }
}

fn of_place(at: RecordRef) -> u64 {
    let mut bytes = [0; 13];
    bytes[1..5].copy_from_slice(&at.source.to_le_bytes());
    bytes[5..].copy_from_slice(&at.offset.to_le_bytes());
    hash_bytes(&bytes)
}

/// Writes the shapes that few have.
///
/// # Errors
/// When the output cannot be written.
pub(crate) fn write<'a>(context: &mut StepContext, shapes: impl Iterator<Item = (&'a str, &'a Units)>) -> Result<(), StepError> {
    let rare = shapes.filter(|(_, units)| !units.many);
    let mut rows: Vec<(u64, &Units)> = rare.map(|(text, units)| (StableId::of(text.as_bytes()).0, units)).collect();
    rows.sort_unstable_by_key(|(shape, _)| *shape);
    let mut output = context.output::<RareShape>("rare_shape")?;
    for (shape, units) in rows {
        output.push(0, &RareShapeRecord { shape, units: units.few.clone() }, None)?;
    }
    output.finish(context)
}

/// The rare shapes of one shard, by digest; none when nothing was asked about them.
///
/// # Errors
/// When the input is damaged.
pub(crate) fn read(context: &StepContext, shard: usize, enough: u32) -> Result<Option<RareShapes>, StepError> {
    let inputs = context.inputs("rare_shape");
    let Some(input) = inputs.get(shard) else { return Ok(None) };
    let container = input.open::<RareShape>()?;
    let (mut scratch, mut rare) = (Vec::new(), FixedMap::default());
    for number in 0..container.block_count() {
        for record in container.block::<RareShape>(number, &mut scratch)?.records() {
            let record = record?;
            rare.insert(record.shape, Units::of_few(enough, record.units));
        }
    }
    Ok(Some(RareShapes(rare)))
}

/// The rare shapes of a shard.
pub(crate) struct RareShapes(FixedMap<u64, Units>);

impl RareShapes {
    /// Who has a shape that the shard has.
    pub(crate) fn of(&self, shape: &str) -> Units {
        self.0.get(&StableId::of(shape.as_bytes()).0).cloned().unwrap_or_else(Units::many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(units: &[u64]) -> Units {
        let mut sum = Units::none(5);
        units.iter().for_each(|unit| {
            if !sum.many {
                sum.insert(*unit)
            }
        });
        sum
    }

    proptest! {
        #[test]
        fn the_same_are_one_and_five_are_many_however_they_are_divided(units in prop::collection::vec(0_u64..8, 0..20), cut in 0_usize..20) {
            let whole = of(&units);
            let distinct: std::collections::BTreeSet<u64> = units.iter().copied().collect();
            prop_assert_eq!(whole.are_many(), distinct.len() >= 5);
            let cut = cut.min(units.len());
            let (mut one, other) = (of(&units[..cut]), of(&units[cut..]));
            one.merge(other);
            prop_assert_eq!(one, whole);
        }
    }
}
