//! What a run has done so far, counted as it happens: a run that fails has no manifest, and its metrics and last words come from here.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::record::RejectReason;

use crate::run::Done;
use crate::store::Usage;

/// One finished task.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Its step.
    pub step: String,
    /// Whether an earlier result was taken over.
    pub reused: bool,
    /// What it used when it ran.
    pub usage: Usage,
    /// Counters of its report.
    pub counters: BTreeMap<Counter, u64>,
    /// Quarantined records by reason.
    pub rejects: BTreeMap<RejectReason, u64>,
    /// Bytes of its outputs.
    pub bytes: u64,
}

/// The tasks and retries of a run.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Finished tasks, in the order they were done.
    pub tasks: Vec<Counted>,
    /// Retries by step and by the exit that made it so.
    pub retries: BTreeMap<(String, Exit), u64>,
}

impl Tally {
    /// Counts a finished task.
    pub fn done(&mut self, step: &str, done: &Done) {
        self.tasks.push(Counted {
            step: step.to_owned(),
            reused: done.reused,
            usage: done.entry.usage,
            counters: done.entry.report.counters.clone(),
            rejects: done.entry.report.rejects.clone(),
            bytes: done.entry.files.iter().map(|file| file.bytes).sum(),
        });
    }

    /// Counts a step that is tried again.
    pub fn retried(&mut self, step: &str, class: Exit) {
        *self.retries.entry((step.to_owned(), class)).or_default() += 1;
    }

    /// A counter summed over the tasks of a step; none while no task of the step is done.
    #[must_use]
    pub fn counter(&self, step: &str, counter: Counter) -> Option<u64> {
        let mut tasks = self.tasks.iter().filter(|task| task.step == step).peekable();
        tasks.peek()?;
        Some(tasks.filter_map(|task| task.counters.get(&counter)).sum())
    }
}
