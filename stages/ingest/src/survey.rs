//! `ingest.survey`: reads every source once and says what it is: digests, compression, encoding, format.
//!
//! Output `source`: one record a source, in source order. Units of all sources are hashed side by side; the digest of a whole source is put
//! together from the chaining values of its units (BLAKE3's tree), so that one large file is as parallel as many small ones.

use std::collections::BTreeMap;

use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use schemas::ids::Digest;
use schemas::limits::SOURCE_UNIT_BYTES;
use schemas::metric::Counter;
use schemas::record::{Source, SourceRecord};
use stage_runtime::{SourceReader, StepContext, StepError, map_ordered};

use crate::bytes::{UNIT, changed, unit_digest};
use crate::fields::FieldMap;
use crate::sniff::Sniff;

/// What one unit gives.
struct UnitResult {
    source: usize,
    digest: [u8; 16],
    chaining: ChainingValue,
    /// Of the only unit of a source.
    whole: Option<Digest>,
    /// Of the first unit of a source.
    sniff: Option<Sniff>,
}

/// What is known of a source so far.
#[derive(Default)]
struct Progress {
    units: Vec<[u8; 16]>,
    chaining: Vec<ChainingValue>,
    whole: Option<Digest>,
    sniff: Option<Sniff>,
}

/// Runs the step.
pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let job = context.job();
    let sources = context.take_sources();
    let map = FieldMap::new(&job.policy.ingest, job.logical_day);
    let mut output = context.output::<Source>("source")?;
    let units = sources.iter().enumerate().flat_map(|(index, source)| {
        let count = source.info.bytes.div_ceil(SOURCE_UNIT_BYTES).max(1);
        (0..count).map(move |unit| (index, unit))
    });
    let mut open: BTreeMap<usize, Progress> = BTreeMap::new();
    map_ordered(
        units,
        |(index, unit)| read_unit(&sources[index], index, unit, &map),
        |result| {
            let index = result.source;
            let info = &sources[index].info;
            let progress = open.entry(index).or_default();
            progress.take(result);
            if progress.units.len() as u64 == info.bytes.div_ceil(SOURCE_UNIT_BYTES).max(1) {
                let record = open.remove(&index).and_then(|progress| progress.record(info.source, info.bytes));
                let record = record.ok_or_else(|| changed(info.source))?;
                context.report.add(Counter::BytesIn, record.bytes);
                output.push(0, &record, None)?;
            }
            Ok(())
        },
    )?;
    output.finish(context)
}

fn read_unit(source: &SourceReader, index: usize, unit: u64, map: &FieldMap) -> Result<UnitResult, StepError> {
    let offset = unit * SOURCE_UNIT_BYTES;
    let len = usize::try_from((source.info.bytes - offset).min(SOURCE_UNIT_BYTES)).unwrap_or(UNIT);
    let mut bytes = vec![0; len];
    if source.read_at(&mut bytes, offset)? < len {
        return Err(changed(source.info.source));
    }
    let only = source.info.bytes <= SOURCE_UNIT_BYTES;
    // BLAKE3 has no chaining value of nothing; the only unit of a source needs none.
    let chaining = if only { [0; 32] } else { blake3::Hasher::new().set_input_offset(offset).update(&bytes).finalize_non_root() };
    Ok(UnitResult {
        source: index,
        digest: unit_digest(&bytes),
        chaining,
        whole: only.then(|| Digest::of(&bytes)),
        sniff: (unit == 0).then(|| Sniff::of(&bytes, &source.info.extension, map.time_context())),
    })
}

impl Progress {
    fn take(&mut self, result: UnitResult) {
        self.units.push(result.digest);
        self.chaining.push(result.chaining);
        self.whole = self.whole.or(result.whole);
        self.sniff = self.sniff.take().or(result.sniff);
    }

    fn record(mut self, source: u32, bytes: u64) -> Option<SourceRecord> {
        let sniff = self.sniff?;
        let digest = match self.whole {
            Some(digest) => digest,
            None => Digest(*root_of(&self.chaining)?.as_bytes()),
        };
        if bytes == 0 {
            self.units.clear();
        }
        Some(SourceRecord {
            source,
            bytes,
            digest,
            units: self.units,
            compression: sniff.compression,
            charset: sniff.charset,
            format: sniff.format,
            splittable: sniff.splittable(),
        })
    }
}

/// The root digest over the chaining values of at least two units.
fn root_of(units: &[ChainingValue]) -> Option<blake3::Hash> {
    let (left, right) = units.split_at_checked(left_len(units.len()))?;
    Some(merge_subtrees_root(&subtree_of(left)?, &subtree_of(right)?, Mode::Hash))
}

/// The chaining value over those of some units. The depth of recursion is the logarithm of their number.
fn subtree_of(units: &[ChainingValue]) -> Option<ChainingValue> {
    if let [one] = units {
        return Some(*one);
    }
    let (left, right) = units.split_at_checked(left_len(units.len()))?;
    Some(merge_subtrees_non_root(&subtree_of(left)?, &subtree_of(right)?, Mode::Hash))
}

/// Units in the left subtree: the largest power of two below `units`, for at least two units.
fn left_len(units: usize) -> usize {
    units.div_ceil(2).next_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_a_source_is_blake3_of_its_bytes() {
        for (units, rest) in [(1, 1), (2, 0), (2, 5), (3, 0), (4, 77), (7, 1023), (8, 0)] {
            let bytes: Vec<u8> = (0..units * UNIT + rest).map(|index| (index * 31 % 251) as u8).collect();
            let chaining: Vec<ChainingValue> = bytes
                .chunks(UNIT)
                .enumerate()
                .map(|(index, unit)| blake3::Hasher::new().set_input_offset((index * UNIT) as u64).update(unit).finalize_non_root())
                .collect();
            assert_eq!(root_of(&chaining), Some(blake3::hash(&bytes)), "{units} units and {rest} bytes");
        }
    }
}
