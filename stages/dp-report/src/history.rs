//! Released numbers of the last eight nights, carried from night to night: public, as the reports were.

use std::collections::BTreeMap;

use schemas::privacy::Mechanism;
use schemas::record::{Metric, PastNumber, PastNumberRecord};
use stage_runtime::{StepContext, StepError};

use crate::names::KeyName;
use crate::release::Released;

/// Nights whose numbers are kept: a week and this one.
const NIGHTS: i32 = 8;

/// A released value and the variance of its noise.
pub(crate) type Past = (i64, u64);

/// Past numbers by day, metric and name, a variant by its id: an earlier version spelled the steps on some nights alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct History(BTreeMap<(i32, Metric, KeyName), Past>);

impl History {
    /// Reads what the night before left; nothing on the first night.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let mut history = Self::default();
        for input in context.inputs("history") {
            let container = input.open::<PastNumber>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<PastNumber>(number, &mut scratch)?.records() {
                    let record = record?;
                    let name = KeyName { id: record.id, name: record.name.to_owned(), to: record.to.to_owned() };
                    history.0.insert((record.day, record.metric, name), (record.value, record.variance));
                }
            }
        }
        Ok(history)
    }

    /// What a metric's key was on a day, if it was released then.
    pub(crate) fn at(&self, day: i32, metric: Metric, name: &KeyName) -> Option<Past> {
        if name.id == 0 {
            return self.0.get(&(day, metric, name.clone())).copied();
        }
        let least = KeyName { id: name.id, ..KeyName::default() };
        let (of, past) = self.0.range((day, metric, least)..).next()?;
        ((of.0, of.1, of.2.id) == (day, metric, name.id)).then_some(*past)
    }

    /// Whether a report of a day is known.
    pub(crate) fn has(&self, day: i32) -> bool {
        self.0.keys().any(|(of, _, _)| *of == day)
    }

    /// The history with this night's numbers and without those that are too old.
    #[must_use]
    pub(crate) fn with(mut self, day: i32, released: &[Released]) -> Self {
        self.0.retain(|(of, _, _), _| *of > day - NIGHTS && *of < day);
        for part in released {
            let variance = variance(part);
            self.0.extend(part.numbers.iter().map(|number| ((day, number.metric, number.name.clone()), (number.value, variance))));
        }
        self
    }

    /// Writes it for the next night.
    pub(crate) fn write(&self, context: &mut StepContext) -> Result<(), StepError> {
        let mut out = context.output::<PastNumber>("release_history")?;
        for ((day, metric, name), (value, variance)) in &self.0 {
            let record =
                PastNumberRecord { day: *day, metric: *metric, name: &name.name, to: &name.to, id: name.id, value: *value, variance: *variance };
            out.push(0, &record, None)?;
        }
        out.finish(context)
    }
}

/// Of a metric's noise, rounded up; that of the discrete Gaussian is at most sigma squared.
pub(crate) fn variance(part: &Released) -> u64 {
    let scale = part.noise.scale;
    match part.noise.mechanism {
        Mechanism::DiscreteGaussian | Mechanism::Exponential => scale.numerator.div_ceil(scale.denominator),
        Mechanism::DiscreteLaplace => part.noise.deviation().powi(2).ceil() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_is_found_by_its_id_and_others_by_their_names() {
        let name = |id, name: &str| KeyName { id, ..KeyName::from(name.to_owned()) };
        let mut history = History::default();
        for (metric, key, value) in
            [(Metric::Variant, name(7, "variant 07"), 1), (Metric::Variant, name(8, "a → … 4 more"), 2), (Metric::Hour, name(0, "09"), 3)]
        {
            history.0.insert((5, metric, key), (value, 1));
        }
        let at = |metric, key: KeyName| history.at(5, metric, &key).map(|(value, _)| value);
        assert_eq!(at(Metric::Variant, name(7, "a → b")), Some(1), "its steps are spelled tonight and were not then");
        assert_eq!((at(Metric::Variant, name(6, "variant 07")), at(Metric::Variant, name(9, "a → … 4 more"))), (None, None));
        assert_eq!(
            (at(Metric::Hour, name(0, "09")), at(Metric::Hour, name(0, "10")), history.at(4, Metric::Hour, &name(0, "09"))),
            (Some(3), None, None)
        );
    }
}
