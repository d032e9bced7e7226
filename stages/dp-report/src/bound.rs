//! Bounding contributions and counting customers.
//!
//! One customer counts for at most L0 keys of a metric, and for each of them by 1 (Linf = 1). Who has more keeps the L0 keys with the
//! least keyed hash of (unit, metric, identity of the key): which ones cannot be steered without the sampling key, and they do not
//! depend on any other customer, on order, on duplicates or on the numbers keys have in this run. Adding or removing one customer
//! therefore moves at most L0 counts by 1 each.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use schemas::exit::Exit;
use schemas::record::Metric;
use stage_runtime::{StepContext, StepError};

use crate::names::Names;
use crate::rows::{Row, Sorter};

/// Rows in memory while sorting: 32 bytes each, 4 MiB, so that small and large runs take the same.
const ROWS_IN_MEMORY: usize = 128 << 10;
/// Least bytes of the sampling key.
const KEY_BYTES_MIN: usize = 32;
const KEY_CONTEXT: &str = "logminer dp-report 1: sampling of contributions";

/// Distinct customers per metric and key, contributions bounded.
pub(crate) type Counts = BTreeMap<(Metric, u64), u64>;

/// What a metric is counted by: its bound, and the keys that count when they are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) metric: Metric,
    /// Keys one customer counts for.
    pub(crate) l0: u32,
    /// The only keys that count, where the policy lists them; they are public, so choosing among them costs nothing.
    pub(crate) listed: Option<BTreeSet<u64>>,
    /// Keys that do not count: those that a discovery has found before.
    pub(crate) except: BTreeSet<u64>,
}

impl Limit {
    /// A limit for all keys.
    pub(crate) const fn new(metric: Metric, l0: u32) -> Self {
        Self { metric, l0, listed: None, except: BTreeSet::new() }
    }
}

/// Reads the inputs, bounds each metric by its limit and counts. Also returns the rows read, for the books.
pub(crate) fn count(context: &mut StepContext, names: &Names, limits: &[Limit], gather: Gather<'_>) -> Result<(u64, Counts), StepError> {
    let key = sampling_key(context.secret("sampling")?)?;
    let mut sorter = Sorter::new(context.take_scratch()?, context.take_scratch()?, ROWS_IN_MEMORY);
    let rows = gather(context, &mut |row: Row| sorter.push(row))?;
    let mut bounder = Bounder::new(key, names, limits);
    sorter.finish(|row| bounder.take(row))?;
    Ok((rows, bounder.finish()))
}

/// Hands every row of the inputs to a sink, and says how many records it read.
pub(crate) type Gather<'a> = &'a dyn Fn(&StepContext, &mut dyn FnMut(Row) -> Result<(), StepError>) -> Result<u64, StepError>;

fn sampling_key(secret: &[u8]) -> Result<[u8; 32], StepError> {
    if secret.len() < KEY_BYTES_MIN {
        return Err(StepError::new(Exit::KeyRefused, format!("use the sampling key: it is shorter than {KEY_BYTES_MIN} bytes")));
    }
    Ok(blake3::derive_key(KEY_CONTEXT, secret))
}

/// Place of a metric in rows and hashes.
pub(crate) fn code(metric: Metric) -> u8 {
    match metric {
        Metric::EventType => 0,
        Metric::Hour => 1,
        Metric::Edge => 2,
        Metric::Finding => 3,
        Metric::Endpoint => 4,
        Metric::Category => 5,
        Metric::Variant => 6,
        Metric::Family => 7,
        Metric::Latency => 8,
        Metric::Answer => 9,
        Metric::Failure => 10,
        Metric::Anomaly => 11,
    }
}

/// Takes sorted distinct rows, keeps what the bounds allow.
struct Bounder<'a> {
    key: [u8; 32],
    names: &'a Names,
    /// Limits by code.
    limits: [Option<&'a Limit>; 12],
    group: Option<(u128, u8)>,
    /// The group's first keys, while they are within the limit.
    few: Vec<u64>,
    /// Once over the limit: the keys with the least hashes, the greatest of them on top.
    sampled: BinaryHeap<([u8; 32], u64)>,
    counts: Counts,
}

impl<'a> Bounder<'a> {
    fn new(key: [u8; 32], names: &'a Names, limits: &'a [Limit]) -> Self {
        let mut by_code = [None; 12];
        limits.iter().for_each(|limit| by_code[usize::from(code(limit.metric))] = Some(limit));
        Self { key, names, limits: by_code, group: None, few: Vec::new(), sampled: BinaryHeap::new(), counts: Counts::new() }
    }

    fn take(&mut self, row: Row) -> Result<(), StepError> {
        if self.group != Some((row.unit, row.metric)) {
            self.close();
            self.group = Some((row.unit, row.metric));
        }
        let Some(&Limit { metric, l0: limit, ref listed, ref except }) = self.limits.get(usize::from(row.metric)).copied().flatten() else {
            return Ok(());
        };
        if listed.as_ref().is_some_and(|listed| !listed.contains(&row.key)) || except.contains(&row.key) {
            return Ok(());
        }
        if metric == Metric::Latency {
            // A customer counts for the band of the slowest call, which is the last of the sorted rows.
            self.few.clear();
        }
        if self.sampled.is_empty() && self.few.len() < limit as usize {
            self.few.push(row.key);
            return Ok(());
        }
        for key in std::mem::take(&mut self.few) {
            self.sampled.push((self.hash(row.unit, metric, key)?, key));
        }
        self.sampled.push((self.hash(row.unit, metric, row.key)?, row.key));
        if self.sampled.len() > limit as usize {
            self.sampled.pop();
        }
        Ok(())
    }

    fn hash(&self, unit: u128, metric: Metric, key: u64) -> Result<[u8; 32], StepError> {
        let identity =
            self.names.identity(metric, key).ok_or_else(|| StepError::new(Exit::CorruptInput, format!("name a key of {metric:?}: there is none")))?;
        let mut bytes = [0; 49];
        bytes[..16].copy_from_slice(&unit.to_be_bytes());
        bytes[16] = code(metric);
        bytes[17..].copy_from_slice(&identity);
        Ok(*blake3::keyed_hash(&self.key, &bytes).as_bytes())
    }

    fn close(&mut self) {
        let metric = self.group.and_then(|(_, code)| self.limits.get(usize::from(code)).copied().flatten());
        if let Some(limit) = metric {
            for key in self.few.drain(..).chain(self.sampled.drain().map(|(_, key)| key)) {
                *self.counts.entry((limit.metric, key)).or_default() += 1;
            }
        }
    }

    fn finish(mut self) -> Counts {
        self.close();
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Call;

    const LIMITS: [Limit; 2] = [Limit::new(Metric::EventType, 3), Limit::new(Metric::Hour, 1)];

    fn names(first: u32) -> Names {
        Names::new((first..first + 50).map(|number| Call::plain(&format!("type{number}"))).collect(), Vec::new(), BTreeMap::new())
    }

    fn counts(rows: &[(u128, u8, u64)], key: u8) -> Counts {
        counts_named(rows, key, &names(0))
    }

    fn counts_named(rows: &[(u128, u8, u64)], key: u8, names: &Names) -> Counts {
        let mut rows: Vec<Row> = rows.iter().map(|&(unit, metric, key)| Row { unit, metric, key }).collect();
        rows.sort_unstable();
        rows.dedup();
        let limits = LIMITS;
        let mut bounder = Bounder::new([key; 32], names, &limits);
        rows.into_iter().try_for_each(|row| bounder.take(row)).unwrap();
        bounder.finish()
    }

    fn crowd(units: u128) -> Vec<(u128, u8, u64)> {
        (0..units).flat_map(|unit| (0..=(unit as u64 % 9)).map(move |key| (unit, (key % 2) as u8, (key + unit as u64) % 11))).collect()
    }

    #[test]
    fn a_customer_counts_once_a_key() {
        let once = counts(&[(1, 0, 5), (2, 0, 5)], 0);
        let often = counts(&[(1, 0, 5), (1, 0, 5), (2, 0, 5), (1, 0, 5)], 0);
        assert_eq!(once, often);
        assert_eq!(once[&(Metric::EventType, 5)], 2);
    }

    #[test]
    fn one_customer_moves_at_most_l0_counts_by_one() {
        let others = crowd(50);
        for labels in [0_u64, 1, 3, 4, 40] {
            for metric in [0, 1] {
                let mut with = others.clone();
                with.extend((0..labels).map(|key| (1000, metric, key)));
                let (before, after) = (counts(&others, 7), counts(&with, 7));
                let limit = u64::from(LIMITS[usize::from(metric)].l0);
                let mut moved = 0;
                for key in after.keys().chain(before.keys()).collect::<std::collections::BTreeSet<_>>() {
                    let (old, new) = (before.get(key).copied().unwrap_or(0), after.get(key).copied().unwrap_or(0));
                    assert!(new == old || new == old + 1);
                    moved += new - old;
                }
                assert_eq!(moved, labels.min(limit));
            }
        }
    }

    #[test]
    fn sampling_is_fixed_by_the_key_alone() {
        let mut rows = crowd(200);
        let first = counts(&rows, 1);
        rows.reverse();
        assert_eq!(counts(&rows, 1), first);
        assert_ne!(counts(&rows, 2), first);
    }

    /// One customer brings an event type that sorts before all others, so that every number moves: nobody else's sample may change.
    #[test]
    fn a_new_key_does_not_change_what_others_count_for() {
        let rows = crowd(300);
        let shifted: Vec<_> = rows.iter().map(|&(unit, metric, key)| (unit, metric, if metric == 0 { key + 1 } else { key })).collect();
        let before = counts_named(&rows, 5, &names(1));
        let after = counts_named(&[&shifted[..], &[(9_999, 0, 0)]].concat(), 5, &names(0));
        let expected: Counts = before
            .into_iter()
            .map(|((metric, key), count)| ((metric, if metric == Metric::EventType { key + 1 } else { key }), count))
            .chain([((Metric::EventType, 0), 1)])
            .collect();
        assert_eq!(after, expected);
    }

    #[test]
    fn sampling_is_spread_over_the_keys() {
        let rows: Vec<_> = (0..9_000_u128).flat_map(|unit| (0..9).map(move |key| (unit, 0, key))).collect();
        // Each count is Binomial(9000, 1/3): standard deviation 45; 6 of them are passed by chance once in 60 million.
        assert!(counts(&rows, 3).values().all(|&count| (2_730..3_270).contains(&count)));
    }

    #[test]
    fn metrics_without_a_limit_are_not_counted() {
        assert!(counts(&[(1, 3, 0)], 0).is_empty());
    }

    #[test]
    fn a_customer_counts_for_the_slowest_band_alone() {
        let limits = [Limit::new(Metric::Latency, 1)];
        let names = names(0);
        let mut bounder = Bounder::new([1; 32], &names, &limits);
        for (unit, key) in [(1, 2), (1, 9), (2, 4)] {
            bounder.take(Row { unit, metric: code(Metric::Latency), key }).unwrap();
        }
        assert_eq!(bounder.finish(), Counts::from([((Metric::Latency, 9), 1), ((Metric::Latency, 4), 1)]));
    }

    #[test]
    fn keys_that_are_not_listed_do_not_use_up_the_bound() {
        let limits = [Limit { listed: Some(BTreeSet::from([40])), ..Limit::new(Metric::EventType, 1) }];
        let names = names(0);
        let mut bounder = Bounder::new([1; 32], &names, &limits);
        (0..50).try_for_each(|key| bounder.take(Row { unit: 1, metric: 0, key })).unwrap();
        assert_eq!(bounder.finish(), Counts::from([((Metric::EventType, 40), 1)]));
    }

    #[test]
    fn keys_that_are_known_do_not_use_up_the_bound_of_a_discovery() {
        let limits = [Limit { except: (0..49).collect(), ..Limit::new(Metric::EventType, 2) }];
        let names = names(0);
        let mut bounder = Bounder::new([1; 32], &names, &limits);
        (0..50).try_for_each(|key| bounder.take(Row { unit: 1, metric: 0, key })).unwrap();
        assert_eq!(bounder.finish(), Counts::from([((Metric::EventType, 49), 1)]));
    }

    #[test]
    fn short_keys_are_refused() {
        assert_eq!(sampling_key(&[1; 31]).unwrap_err().exit, Exit::KeyRefused);
        assert_ne!(sampling_key(&[1; 32]).unwrap(), sampling_key(&[2; 32]).unwrap());
    }
}
