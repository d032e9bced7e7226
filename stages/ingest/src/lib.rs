//! `ingest`: raw log files in; raw records with place, time and severity out.

use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec { name: "ingest", steps: &["survey", "read"] };

/// Runs one step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    Err(StepError::new(schemas::exit::Exit::Usage, format!("run the step {}", context.step())))
}
