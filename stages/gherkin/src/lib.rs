//! `gherkin`: mined journeys and findings in; features and step libraries out.

use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec { name: "gherkin", steps: &["write"] };

/// Runs one step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    Err(StepError::new(schemas::exit::Exit::Usage, format!("run the step {}", context.step())))
}
