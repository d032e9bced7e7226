//! `mine`: clean records in; templates, journeys, anomalies and findings out.

use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec { name: "mine", steps: &["skeleton", "templates", "assign", "journeys", "score"] };

/// Runs one step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    Err(StepError::new(schemas::exit::Exit::Usage, format!("run the step {}", context.step())))
}
