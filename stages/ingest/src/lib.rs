//! `ingest`: raw log files in; raw records with place, time and severity out.
//!
//! Two steps. [`survey`] reads every source once: digests, compression, encoding, format. [`read`] reads a shard's ranges of them and writes
//! raw records, each with the verbatim text of a JSON object or of plain text, and the rejects: a bad record is counted with its reason and
//! place, it never ends a run. The text is walked once, shallowly ([`json`]), and no tree is built. Raw text goes to the output `raw`
//! and nowhere else.

mod ansi;
mod bytes;
mod charset;
mod decompress;
mod fields;
mod format;
#[cfg(test)]
mod fuzz;
mod json;
mod line_run;
mod made;
mod parse;
mod read;
mod severity;
mod sniff;
mod span_run;
mod survey;
#[cfg(test)]
mod testing;
mod time;
mod work;

use schemas::exit::Exit;
use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec { name: "ingest", steps: &["survey", "read"] };

/// Runs one step.
///
/// # Errors
/// When a source changed since the survey, an input is damaged or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    match context.step() {
        "survey" => survey::run(context),
        "read" => read::run(context),
        other => Err(StepError::new(Exit::Usage, format!("run the step {other}: ingest has none of that name"))),
    }
}
