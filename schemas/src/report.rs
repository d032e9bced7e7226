//! What a step answers: counts, digests and how it ended. It never holds log content.

use std::collections::BTreeMap;

use crate::container::Summary;
use crate::exit::Exit;
use crate::metric::Counter;
use crate::record::RejectReason;

/// A finished output.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
pub struct OutputReport {
    /// Name in `pipeline.toml`.
    pub name: String,
    /// What it holds.
    pub summary: Summary,
}

/// The report of one step.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
pub struct StageReport {
    /// How the step ended.
    pub exit: Exit,
    /// Why, when it is not [`Exit::Done`]: a sentence without content.
    pub error: String,
    /// Counters; absent ones are 0.
    pub counters: BTreeMap<Counter, u64>,
    /// Quarantined records by reason; they sum to `records_quarantined`.
    pub rejects: BTreeMap<RejectReason, u64>,
    /// Finished outputs.
    pub outputs: Vec<OutputReport>,
    /// Public parameters the runner must store (exact noise scales for the ledger), documented at the step.
    pub facts: BTreeMap<String, String>,
}

impl Default for StageReport {
    fn default() -> Self {
        Self {
            exit: Exit::Done,
            error: String::new(),
            counters: BTreeMap::new(),
            rejects: BTreeMap::new(),
            outputs: Vec::new(),
            facts: BTreeMap::new(),
        }
    }
}

impl StageReport {
    /// Adds to a counter.
    pub fn add(&mut self, counter: Counter, value: u64) {
        *self.counters.entry(counter).or_default() += value;
    }

    /// Counts quarantined records.
    pub fn reject(&mut self, reason: RejectReason, count: u64) {
        *self.rejects.entry(reason).or_default() += count;
        self.add(Counter::RecordsQuarantined, count);
    }

    /// A counter's value.
    #[must_use]
    pub fn get(&self, counter: Counter) -> u64 {
        self.counters.get(&counter).copied().unwrap_or(0)
    }
}
