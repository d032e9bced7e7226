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

/// Past numbers by day, metric and name.
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
                    let name = KeyName { name: record.name.to_owned(), to: record.to.to_owned() };
                    history.0.insert((record.day, record.metric, name), (record.value, record.variance));
                }
            }
        }
        Ok(history)
    }

    /// What a metric's key was on a day, if it was released then.
    pub(crate) fn at(&self, day: i32, metric: Metric, name: &KeyName) -> Option<Past> {
        self.0.get(&(day, metric, name.clone())).copied()
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
            let record = PastNumberRecord { day: *day, metric: *metric, name: &name.name, to: &name.to, value: *value, variance: *variance };
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
