//! `dp-report`: contributions in; a differentially private report out.

use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec { name: "dp-report", steps: &["release"] };

/// Runs one step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    Err(StepError::new(schemas::exit::Exit::Usage, format!("run the step {}", context.step())))
}
