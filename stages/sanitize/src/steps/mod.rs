//! The steps of the stage.

pub(crate) mod apply;
pub(crate) mod collect;
pub(crate) mod explain;
pub(crate) mod gate;
pub(crate) mod lexicon;
pub(crate) mod rotate;

use schemas::record;
use stage_runtime::{InputBytes, Pool, StepError};

use crate::engine::Engine;
use crate::lexicon::{Gathered, Lexicon};
use crate::ner::Names;
use crate::worker::Worker;

/// Loads the digests of one sorted file, or of several that are merged, ready to be asked.
fn load(inputs: &[InputBytes]) -> Result<Lexicon, StepError> {
    let mut scratch = Vec::new();
    if let [input] = inputs {
        let container = input.open::<record::Lexicon>()?;
        let mut lexicon = Lexicon::with_room(container.records());
        for number in 0..container.block_count() {
            for record in container.block::<record::Lexicon>(number, &mut scratch)?.records() {
                lexicon.push(&record?);
            }
        }
        return Ok(lexicon.indexed());
    }
    let entries = merged(inputs)?.finish().0;
    let mut lexicon = Lexicon::with_room(entries.len() as u64);
    entries.iter().for_each(|entry| lexicon.push(entry));
    Ok(lexicon.indexed())
}

/// The digests of several files, each once.
fn merged(inputs: &[InputBytes]) -> Result<Gathered, StepError> {
    let (mut gathered, mut scratch) = (Gathered::new(), Vec::new());
    for input in inputs {
        let part = input.open::<record::Lexicon>()?;
        for number in 0..part.block_count() {
            for record in part.block::<record::Lexicon>(number, &mut scratch)?.records() {
                gathered.add(&[record?]);
            }
        }
    }
    Ok(gathered)
}

/// Workers between their blocks. Which worker gets which block does not show in the output: their state is caches only.
pub(crate) struct Workers<'e> {
    engine: &'e Engine,
    gathers: bool,
    notes: bool,
    names: Option<&'e Names>,
    idle: Pool<Worker<'e>>,
}

impl<'e> Workers<'e> {
    pub(crate) fn new(engine: &'e Engine, gathers: bool) -> Self {
        Self { engine, gathers, notes: false, names: None, idle: Pool::default() }
    }

    /// Whether they note tokens for the vault.
    pub(crate) fn noting(self, notes: bool) -> Self {
        Self { notes, ..self }
    }

    /// Whether they note the texts that a model of names is asked about.
    pub(crate) fn asking(self, names: Option<&'e Names>) -> Self {
        Self { names, ..self }
    }

    /// Lends a worker to `work`.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&mut Worker<'e>) -> T) -> T {
        let new = || {
            let mut worker = Worker::new(self.engine, self.gathers);
            worker.vault = self.notes.then(Default::default);
            worker.residues = self.names.map(Names::residues);
            worker
        };
        self.idle.lend(new, work)
    }
}
